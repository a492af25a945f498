/* What the text tests cannot reach: hints that are no names, one op alone, modules that are
 * not verified, the drawing. */
#include "ir/build.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

typedef struct Fixture {
    IrContext *context;
    IrModule *module;
    IrOp *func;
    IrBuilder builder;
    Text text;
} Fixture;

static int open_fixture(void **state)
{
    static Fixture f;
    f = (Fixture){.context = ir_context_open()};
    f.module = ir_module_open(f.context, NULL);
    IrType t = ir_tensor(f.context, DTYPE_f32, 0, NULL);
    f.func = ir_func_new(f.module, "main", false, ir_loc_unknown(f.context), 2,
                         (IrType[]){t, t}, 1, &t);
    f.builder =
        ir_builder_at_end(f.module, ir_func_block(f.func), ir_loc_unknown(f.context));
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    Fixture *f = *state;
    text_free(&f->text);
    ir_module_close(f->module);
    ir_context_close(f->context);
    return 0;
}

static IrValue *hinted(Fixture *f, IrValue *x, const char *hint)
{
    IrValue *y = ir_negate(&f->builder, x);
    y->hint = hint ? ir_name(f->context, hint) : NULL;
    return y;
}

static void test_hints(void **state)
{
    Fixture *f = *state;
    IrValue **args = ir_func_block(f->func)->args, *x = args[0];
    args[1]->hint = ir_name(f->context, "x");
    const char *const hints[] = {"x", "x", "fc1/w b", "7", "7up", "arg0", "", NULL, "x_0"};
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        x = hinted(f, x, hints[i]);
    ir_return(&f->builder, 1, &x);
    ir_print_op(f->func, &f->text);
    assert_string_equal(f->text.bytes,
                        "func.func public @main(%arg0: tensor<f32>, %x: tensor<f32>)"
                        " -> tensor<f32> {\n"
                        "  %x_0 = stablehlo.negate %arg0 : tensor<f32>\n"
                        "  %x_1 = stablehlo.negate %x_0 : tensor<f32>\n"
                        "  %fc1_w_b = stablehlo.negate %x_1 : tensor<f32>\n"
                        "  %0 = stablehlo.negate %fc1_w_b : tensor<f32>\n"
                        "  %_7up = stablehlo.negate %0 : tensor<f32>\n"
                        "  %1 = stablehlo.negate %_7up : tensor<f32>\n"
                        "  %2 = stablehlo.negate %1 : tensor<f32>\n"
                        "  %3 = stablehlo.negate %2 : tensor<f32>\n"
                        "  %x_0_2 = stablehlo.negate %3 : tensor<f32>\n"
                        "  return %x_0_2 : tensor<f32>\n"
                        "}\n");
}

static void test_one_op(void **state)
{
    Fixture *f = *state;
    IrValue *x = ir_func_block(f->func)->args[0], *y = hinted(f, x, NULL);
    hinted(f, y, "z");
    ir_print_op(ir_func_block(f->func)->last, &f->text);
    assert_string_equal(f->text.bytes, "%z = stablehlo.negate %0 : tensor<f32>\n");
}

static void test_not_inserted(void **state)
{
    Fixture *f = *state;
    IrValue *x = ir_func_block(f->func)->args[0];
    IrOp *op = ir_op_new(f->module, OP_abs, f->builder.loc, 1, &x, 1, &x->type, 0, NULL);
    ir_print_op(op, &f->text);
    assert_string_equal(f->text.bytes, "%? = stablehlo.abs %? : tensor<f32>\n");
}

/* Ops without the attributes and regions that their form wants: nothing of it is verified. */
static void test_unverified(void **state)
{
    Fixture *f = *state;
    IrValue *x = ir_func_block(f->func)->args[0], *in[] = {x, x};
    ir_build(&f->builder, OP_transpose, 1, in, 1, &x->type, 0, NULL);
    ir_build(&f->builder, OP_dot_general, 2, in, 1, &x->type, 0, NULL);
    ir_build(&f->builder, OP_reduce, 2, in, 1, &x->type, 0, NULL);
    ir_build(&f->builder, OP_scf_for, 2, in, 0, NULL, 0, NULL);
    ir_build(&f->builder, OP_constant, 0, NULL, 1, &x->type, 0, NULL);
    ir_print(f->module, (IrPrintOptions){0}, &f->text);
    ir_print(f->module, (IrPrintOptions){.generic = true}, &f->text);
    assert_non_null(strstr(f->text.bytes, "stablehlo.transpose %arg0, dims = []"));
    assert_non_null(strstr(f->text.bytes, "\"stablehlo.reduce\"(%arg0, %arg0) ({"));
    assert_non_null(strstr(f->text.bytes, "\"scf.for\"(%arg0, %arg0) ({"));
}

static void test_dot(void **state)
{
    Fixture *f = *state;
    IrValue *x = ir_func_block(f->func)->args[0];
    ir_func_set_arg_attr(f->func, 0, "descent.name", ir_attr_string(f->context, "a\"b"));
    hinted(f, x, NULL);
    ir_print_dot(f->func, &f->text);
    assert_non_null(strstr(f->text.bytes, "digraph \"main\" {"));
    assert_non_null(strstr(f->text.bytes, "label=\"a\\\"b\\ntensor<f32>\""));
    assert_non_null(strstr(f->text.bytes, "label=\"negate\\ntensor<f32>\""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hints), TEST(one_op), TEST(not_inserted), TEST(unverified), TEST(dot),
    };
    return cmocka_run_group_tests_name("ir print", tests, NULL, NULL);
}
