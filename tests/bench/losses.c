/* Descent computes what others compute: the losses of the workloads of bench/, from the same initial
 * values on the same batches, are those that the programs which define the workloads got with JAX
 * 0.10.2 (T1, T2, T3, T7) and PyTorch 2.15.0 (T4, T6, T8) on 2 threads. What they ask for: step 1 within
 * 1e-5, step 10 within 1e-4, relative; T4, which amplifies every rounding, 2e-2. */
#include "bench/session.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char *folder(void)
{
    const char *data = getenv("DESCENT_DATA");
    return data ? data : "../shared/data";
}

static void assert_close(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance * wanted))
        fail_msg("the loss is %.7g, not %.7g", value, wanted);
}

/* The losses of steps 1 and 10, and those of the same steps again after a reset. */
static void check(const char *name, const char *data_folder, double loss_1, double loss_10,
                  double tolerance_10)
{
    char file[64];
    snprintf(file, sizeof file, "bench/%s.dsc", name);
    DiagList *d = diag_open();
    const BenchWorkload *w = bench_workload(name, d);
    BenchData data = {0};
    BenchSession s = {0};
    bool good = !bench_data_read(w, data_folder, &data, d)
                && !bench_session_open(w, file, &data, 2, NULL, &s, d)
                && !bench_session_fill(&s, w, d);
    diag_print(d, stderr);
    assert_true(good);
    for (int episode = 0; episode < 2; episode++) {
        bench_session_reset(&s);
        for (int i = 0; i < 10; i++) {
            bench_session_step(&s, i);
            if (i == 0)
                assert_close((double)*s.first, loss_1, 1e-5);
        }
        assert_close((double)*s.first, loss_10, tolerance_10);
    }
    bench_session_close(&s);
    bench_data_free(&data);
    diag_close(d);
}

static void skip_without(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder(), name);
    if (access(path, R_OK))
        skip();
}

static void skip_without_mnist(void) { skip_without("mnist/t10k-images-idx3-ubyte.gz"); }

static void test_numbers(void **state)
{
    (void)state;
    static const float wanted[] = {0.8833108f, 0.43152797f, 0.02643377f, 0.97088194f};
    for (uint64_t i = 0; i < 4; i++)
        assert_close((double)bench_uniform(0, i), (double)wanted[i], 1e-6);
}

static void test_t1(void **state)
{
    (void)state;
    check("T1", "examples/data", 0.724256, 0.604863, 1e-4);
}

static void test_t2(void **state)
{
    (void)state;
    skip_without_mnist();
    check("T2", folder(), 2.326803, 1.045686, 1e-4);
}

static void test_t3(void **state)
{
    (void)state;
    skip_without_mnist();
    check("T3", folder(), 2.425291, 0.946745, 1e-4);
}

static void test_t4(void **state)
{
    (void)state;
    check("T4", folder(), 2.902243, 3.174866, 2e-2);
}

static void test_t6(void **state)
{
    (void)state;
    skip_without("tinyshakespeare.txt.gz");
    check("T6", folder(), 4.555355, 3.508480, 1e-4);
}

static void test_t7(void **state)
{
    (void)state;
    skip_without_mnist();
    check("T7", folder(), 0.232113, 0.171575, 1e-4);
}

static void test_t8(void **state)
{
    (void)state;
    skip_without_mnist();
    check("T8", folder(), 4.008848, 1.495451, 1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_t1), cmocka_unit_test(test_t2),
        cmocka_unit_test(test_t3), cmocka_unit_test(test_t4), cmocka_unit_test(test_t6),
        cmocka_unit_test(test_t7), cmocka_unit_test(test_t8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
