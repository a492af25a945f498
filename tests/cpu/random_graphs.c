/* Random graphs, each compiled for one of the kinds of machines, against the reference
 * evaluator; and gradients of random graphs, after the pass that writes them out. */
#include "backends/cpu/cpu.h"
#include "ir/build.h"
#include "passes/pass.h"
#include "tests/support/differ.h"
#include "tests/support/random_graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { GRAPHS = 45, GRADIENTS = 40, MAX_VALUES = 64 };

static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};

typedef struct Kind {
    RandomGraphOptions graph;
    double scale;
} Kind;

static const Kind kinds[] = {
    {{.ops = 24}, 2e-5},
    {{.ops = 40, .max_elements = 5000}, 2e-5},
    {{.ops = 30, .floats = 1u << DTYPE_f64, .ints = 1u << DTYPE_i64 | 1u << DTYPE_i8},
     1e-12},
    {{.ops = 30,
      .max_elements = 100,
      .floats = 1u << DTYPE_f32 | 1u << DTYPE_bf16 | 1u << DTYPE_f16 | 1u << DTYPE_f64,
      .ints = 1u << DTYPE_ui8 | 1u << DTYPE_i16 | 1u << DTYPE_ui64 | 1u << DTYPE_i32},
     4e-2},
};

static void stop(IrModule *m, DiagList *d, uint64_t seed, const char *cpu,
                 const char *report)
{
    Text text = {0};
    diag_print(d, stderr);
    ir_print(m, (IrPrintOptions){0}, &text);
    fprintf(stderr, "%s\n", text.bytes);
    text_free(&text);
    fail_msg("seed %llu on %s: %s", (unsigned long long)seed, cpu, report);
}

static void compare(IrModule *m, uint64_t seed, double scale)
{
    const char *wanted = cpus[seed % (sizeof cpus / sizeof *cpus)];
    const char *cpu = cpu_can_run(wanted) ? wanted : "x86-64";
    DiagList *d = diag_open();
    Text report = {0};
    DiffRule rule = {.scale = scale, .low = -2, .high = 2, .small_ints = true};
    Differ *x = differ_open(m, cpu, d);
    if (!x)
        stop(m, d, seed, cpu, "is not compiled");
    if (!differ_run(x, ir_module_func(m, "main"), &rule, seed, &report))
        stop(m, d, seed, cpu, report.bytes);
    differ_close(x);
    text_free(&report);
    diag_close(d);
}

static void test_graphs(void **state)
{
    size_t count = sizeof kinds / sizeof *kinds;
    (void)state;
    for (uint64_t seed = 0; seed < GRAPHS * count; seed++) {
        IrContext *c = ir_context_open();
        IrModule *m = random_graph(c, seed, kinds[seed % count].graph);
        compare(m, seed, kinds[seed % count].scale);
        ir_module_close(m);
        ir_context_close(c);
    }
}

/* @main returns the gradient of its loss by every float argument, too. */
static void append_gradient(IrModule *m)
{
    IrOp *func = ir_module_func(m, "main");
    IrBlock *body = ir_func_block(func);
    IrOp *end = body->last;
    IrBuilder b = ir_builder_before(end);
    IrValue *wrt[MAX_VALUES], *values[MAX_VALUES] = {ir_operand(end, 0)};
    IrType types[MAX_VALUES] = {values[0]->type}, in[MAX_VALUES];
    size_t count = 0;
    assert_true(body->arg_count < MAX_VALUES);
    for (uint32_t i = 0; i < body->arg_count; i++) {
        in[i] = body->args[i]->type;
        if (dtype_is_float(in[i]->elem))
            wrt[count++] = body->args[i];
    }
    IrOp *marker = count ? ir_gradient(&b, values[0], count, wrt) : NULL;
    for (size_t i = 0; i < count; i++) {
        values[i + 1] = ir_result(marker, (uint32_t)i);
        types[i + 1] = wrt[i]->type;
    }
    ir_op_erase(end);
    b = ir_builder_at_end(m, body, func->loc);
    ir_return(&b, count + 1, values);
    ir_func_set_type(func,
                     ir_function(m->context, body->arg_count, in, count + 1, types));
}

static void test_gradients(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < GRADIENTS; seed++) {
        bool wide = seed % 4 == 3;
        RandomGraphOptions o = {.ops = 20,
                                .differentiable = true,
                                .floats = wide ? 1u << DTYPE_f64 : 1u << DTYPE_f32};
        IrContext *c = ir_context_open();
        DiagList *d = diag_open();
        IrModule *m = random_graph(c, seed, o);
        PassContext pass = {.diags = d};
        append_gradient(m);
        if (!pass_run(m, &pass, "grad", NULL, NULL))
            stop(m, d, seed, "any", "has no gradient");
        compare(m, seed, wide ? 1e-11 : 1e-4);
        diag_close(d);
        ir_module_close(m);
        ir_context_close(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_graphs),
        cmocka_unit_test(test_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
