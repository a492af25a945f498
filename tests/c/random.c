/* Random graphs as C, several in one file, against the reference evaluator. */
#include "tests/c/compiled.h"
#include "tests/support/random_graph.h"

#include "backends/c/c.h"
#include "passes/pass.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { GRAPHS = 6 };

static const RandomGraphOptions kinds[] = {
    {.ops = 24},
    {.ops = 30, .floats = 1u << DTYPE_f64, .ints = 1u << DTYPE_i64 | 1u << DTYPE_i8},
    {.ops = 30,
     .max_elements = 100,
     .floats = 1u << DTYPE_f32 | 1u << DTYPE_bf16 | 1u << DTYPE_f16 | 1u << DTYPE_f64,
     .ints = 1u << DTYPE_ui8 | 1u << DTYPE_i16 | 1u << DTYPE_ui64 | 1u << DTYPE_i32},
};
static const double scales[] = {2e-5, 1e-12, 4e-2};
static const char *const commands[] = {"gcc -O1", "gcc -O1 -DDESCENT_NO_VECTORS"};

static void compare(IrModule *m, uint64_t seed, double scale)
{
    DiagList *d = diag_open();
    Text report = {0};
    DiffRule rule = {.scale = scale, .low = -2, .high = 2, .small_ints = true};
    CompiledOption o = {commands[seed % 2], NULL};
    Differ *x = differ_open_with(m, &compiled_backend, &o, d);
    if (!x)
        diag_print(d, stderr);
    assert_non_null(x);
    if (!differ_run(x, ir_module_func(m, "main"), &rule, seed, &report))
        fail_msg("seed %llu: %s", (unsigned long long)seed, report.bytes);
    differ_close(x);
    text_free(&report);
    diag_close(d);
}

static void test_graphs(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < GRAPHS; seed++) {
        IrContext *c = ir_context_open();
        IrModule *m = random_graph(c, seed, kinds[seed % 3]);
        compare(m, seed, scales[seed % 3]);
        ir_module_close(m);
        ir_context_close(c);
    }
}

static Text print(uint64_t seed)
{
    IrContext *c = ir_context_open();
    DiagList *d = diag_open();
    IrModule *m = random_graph(c, seed, kinds[2]);
    IrTarget target = c_target(NULL, d);
    PassContext pass = {.target = &target, .diags = d};
    Text text = {0};
    assert_true(pass_run(m, &pass, NULL, NULL, NULL));
    assert_true(c_print(m, NULL, &text, d));
    ir_module_close(m);
    ir_context_close(c);
    diag_close(d);
    return text;
}

/* The same module is the same text. */
static void test_same_text(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++) {
        Text a = print(seed), b = print(seed);
        assert_string_equal(a.bytes, b.bytes);
        text_free(&a);
        text_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_graphs),
        cmocka_unit_test(test_same_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
