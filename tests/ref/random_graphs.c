/* Random graphs are what they promise: reproducible, runnable, bounded, and of many ops.
 */
#include "backends/ref/ref.h"
#include "tests/support/random_graph.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { GRAPHS = 60, MAX_TENSORS = 400 };

static Text printed(IrModule *m)
{
    Text t = {0};
    ir_print(m, (IrPrintOptions){0}, &t);
    return t;
}

static void test_reproducible(void **state)
{
    (void)state;
    IrContext *c = ir_context_open();
    IrModule *a = random_graph(c, 3, (RandomGraphOptions){0});
    IrModule *b = random_graph(c, 3, (RandomGraphOptions){0});
    IrModule *other = random_graph(c, 4, (RandomGraphOptions){0});
    Text x = printed(a), y = printed(b), z = printed(other);
    assert_string_equal(x.bytes, y.bytes);
    assert_string_not_equal(x.bytes, z.bytes);
    text_free(&x);
    text_free(&y);
    text_free(&z);
    ir_module_close(a);
    ir_module_close(b);
    ir_module_close(other);
    ir_context_close(c);
}

static void run_graph(IrModule *m, uint64_t seed)
{
    const IrOp *func = ir_module_func(m, "main");
    IrType type = ir_func_type(func);
    RefTensor arg[MAX_TENSORS], result[MAX_TENSORS];
    Arena *a = arena_open();
    DiagList *d = diag_open();
    assert_true(type->result_count <= MAX_TENSORS);
    for (size_t i = 0; i < type->input_count; i++) {
        bool floats = dtype_is_float(type->inputs[i]->elem);
        arg[i] = (RefTensor){type->inputs[i],
                             arena_alloc(a, (size_t)ir_bytes(type->inputs[i]))};
        ref_random(&arg[i], seed + i, floats ? -2 : 0, floats ? 2 : 8);
    }
    assert_true(ref_run(func, type->input_count, arg, type->result_count, result, a, d));
    for (size_t i = 0; i < type->result_count; i++)
        for (int64_t k = 0; k < ir_elements(result[i].type); k++) {
            Dtype t = result[i].type->elem;
            double v =
                dtype_load(t, (char *)result[i].data + k * (int64_t)dtype_bytes(t));
            assert_true(!dtype_is_float(t) || fabs(v) <= 1e4);
        }
    diag_close(d);
    arena_close(a);
}

static void test_run(void **state)
{
    (void)state;
    static const RandomGraphOptions all[] = {
        {0},
        {.differentiable = true, .floats = 1u << DTYPE_f64},
        {.ops = 60,
         .max_elements = 40,
         .floats = 1u << DTYPE_f32 | 1u << DTYPE_f64 | 1u << DTYPE_bf16 | 1u << DTYPE_f16,
         .ints = 1u << DTYPE_i8 | 1u << DTYPE_i64 | 1u << DTYPE_ui16 | 1u << DTYPE_i32},
    };
    for (uint64_t seed = 0; seed < GRAPHS; seed++) {
        IrContext *c = ir_context_open();
        IrModule *m = random_graph(c, seed, all[seed % 3]);
        run_graph(m, seed);
        ir_module_close(m);
        ir_context_close(c);
    }
}

static void mark(IrOp *op, void *data) { ((bool *)data)[op->kind] = true; }

/* All graph ops occur but calls. */
static void test_many_ops(void **state)
{
    (void)state;
    bool seen[OP_COUNT] = {false};
    static const IrOpKind never[] = {OP_module, OP_call, OP_custom_call};
    IrContext *c = ir_context_open();
    for (uint64_t seed = 0; seed < 4 * GRAPHS; seed++) {
        IrModule *m = random_graph(c, seed, (RandomGraphOptions){.ops = 60});
        ir_walk(m->op, mark, seen);
        ir_module_close(m);
    }
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        seen[never[i]] = true;
    for (int kind = 0; kind < OP_COUNT; kind++)
        if (!seen[kind] && !ir_op_info((IrOpKind)kind)->kernel)
            fail_msg("%s never occurs", ir_op_info((IrOpKind)kind)->name);
    ir_context_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reproducible),
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_many_ops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
