/* Where a function has no derivative, the gradient is JAX's: values that finite
 * differences cannot check. */
#include "backends/ref/ref.h"
#include "ir/build.h"
#include "passes/pass.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct Kink {
    const char *name, *body; /* %x: tensor<4xf32> to %r of that type */
    float x[4], gradient[4]; /* of the sum of %r */
} Kink;

#define T "tensor<4xf32>"
#define REDUCE(op, init)                                                                 \
    "%i = stablehlo.constant dense<" init "> : tensor<f32>\n"                            \
    "%m = stablehlo.reduce(%x init: %i) applies stablehlo." op                           \
    " across dimensions = [0]"                                                           \
    " : (" T ", tensor<f32>) -> tensor<f32>\n"                                           \
    "%q = stablehlo.constant dense<0.25> : " T "\n"                                      \
    "%b = stablehlo.broadcast_in_dim %m, dims = [] : (tensor<f32>) -> " T "\n"           \
    "%r = stablehlo.multiply %b, %q : " T

static const Kink kinks[] = {
    {"abs is flat at 0", "%r = stablehlo.abs %x : " T, {-2, 0, 3, -0.0f}, {-1, 0, 1, 0}},
    {"sign", "%r = stablehlo.sign %x : " T, {-2, 0, 3, 1}, {0, 0, 0, 0}},
    {"maximum shares a tie",
     "%c = stablehlo.constant dense<0.0> : " T "\n"
     "%r = stablehlo.maximum %x, %c : " T,
     {-1, 0, 2, -0.0f},
     {0, 0.5f, 1, 0.5f}},
    {"minimum shares a tie",
     "%c = stablehlo.constant dense<1.0> : " T "\n"
     "%r = stablehlo.minimum %c, %x : " T,
     {0, 1, 2, -3},
     {1, 0.5f, 0, 1}},
    {"maximum of a value and itself",
     "%r = stablehlo.maximum %x, %x : " T,
     {-1, 0, 2, 5},
     {1, 1, 1, 1}},
    {"clamp is flat at its bounds",
     "%l = stablehlo.constant dense<0.0> : tensor<f32>\n"
     "%h = stablehlo.constant dense<1.0> : tensor<f32>\n"
     "%r = stablehlo.clamp %l, %x, %h : (tensor<f32>, " T ", tensor<f32>) -> " T,
     {0, 0.5f, 1, 2},
     {0, 1, 0, 0}},
    {"power of 0",
     "%y = stablehlo.constant dense<[2.0, 1.0, 0.0, 3.0]> : " T "\n"
     "%r = stablehlo.power %x, %y : " T,
     {0, 0, 0, 0},
     {0, 1, 0, 0}},
    {"power by an exponent, of 0",
     "%b = stablehlo.constant dense<0.0> : " T "\n"
     "%r = stablehlo.power %b, %x : " T,
     {1, 2, 3, 0.5f},
     {0, 0, 0, 0}},
    {"sqrt at 0",
     "%r = stablehlo.sqrt %x : " T,
     {0, 4, 1, 0.25f},
     {INFINITY, 0.25f, 0.5f, 1}},
    {"an infinite slope behind a mask",
     "%z = stablehlo.constant dense<0.0> : " T "\n"
     "%p = stablehlo.compare GT, %x, %z : (" T ", " T ") -> tensor<4xi1>\n"
     "%o = stablehlo.constant dense<1.0> : " T "\n"
     "%s = stablehlo.select %p, %x, %o : tensor<4xi1>, " T "\n"
     "%q = stablehlo.sqrt %s : " T "\n"
     "%r = stablehlo.select %p, %q, %z : tensor<4xi1>, " T,
     {0, 4, -1, 0.25f},
     {0, 0.25f, 0, 1}},
    {"reduce maximum, ties share alike",
     REDUCE("maximum", "0xFF800000"),
     {3, 3, 1, 3},
     {1 / 3.0f, 1 / 3.0f, 0, 1 / 3.0f}},
    {"reduce minimum, ties share alike",
     REDUCE("minimum", "0x7F800000"),
     {3, 1, 1, 3},
     {0, 0.5f, 0.5f, 0}},
    {"reduce maximum that init wins",
     REDUCE("maximum", "9.0"),
     {3, 3, 1, 3},
     {0, 0, 0, 0}},
    {"logistic far out",
     "%r = stablehlo.logistic %x : " T,
     {-200, 200, 0, -1000},
     {0, 0, 0.25f, 0}},
    {"tanh far out", "%r = stablehlo.tanh %x : " T, {-200, 200, 0, 1000}, {0, 0, 1, 0}},
};

static IrModule *parse(IrContext *c, const Kink *k, DiagList *d)
{
    Text text = {0};
    text_printf(&text,
                "func.func @f(%%x: " T ") -> " T " {\n%s\n"
                "%%zero = stablehlo.constant dense<0.0> : tensor<f32>\n"
                "%%sum = stablehlo.reduce(%%r init: %%zero) applies stablehlo.add across"
                " dimensions = [0] : (" T ", tensor<f32>) -> tensor<f32>\n"
                "%%g = stablehlo.custom_call @descent.gradient(%%sum, %%x)"
                " : (tensor<f32>, " T ") -> " T "\nreturn %%g : " T "\n}\n",
                k->body);
    IrModule *m = ir_parse(c, k->name, text.bytes, text.length, d);
    text_free(&text);
    return m;
}

static void check(void **state)
{
    const Kink *k = *state;
    IrContext *c = ir_context_open();
    DiagList *d = diag_open();
    Arena *arena = arena_open();
    IrModule *m = parse(c, k, d);
    PassContext context = {.diags = d};
    RefTensor result;
    bool good = m && pass_run(m, &context, "dce", NULL, NULL);
    if (good) {
        const IrOp *f = ir_module_func(m, "f");
        RefTensor x = {ir_func_type(f)->inputs[0], arena_copy(arena, k->x, sizeof k->x)};
        good = ref_run(f, 1, &x, 1, &result, arena, d);
    }
    diag_print(d, stderr);
    assert_true(good);
    for (int i = 0; i < 4; i++) {
        float found = ((const float *)result.data)[i];
        if (found != k->gradient[i])
            fail_msg("element %d: %g, wanted %g", i, (double)found,
                     (double)k->gradient[i]);
    }
    ir_module_close(m);
    ir_context_close(c);
    diag_close(d);
    arena_close(arena);
}

int main(void)
{
    enum { COUNT = sizeof kinks / sizeof *kinks };
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){.name = kinks[i].name,
                                       .test_func = check,
                                       .initial_state = (void *)&kinks[i]};
    return _cmocka_run_group_tests("kinks", tests, COUNT, NULL, NULL);
}
