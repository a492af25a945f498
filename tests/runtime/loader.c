#include "check.h"

#include "runtime/loader.h"
#include "runtime/random.h"

#include <unistd.h>

/* rows of two inputs: i32[2] of {row, row * row % 1000} and i8[] of row % 100 */
static void make_rows(RtRows *r, int64_t rows, DiagList *d)
{
    *r = (RtRows){rows, 2, calloc(2, sizeof(RtTensor))};
    assert_int_equal(
        rt_tensor_create("x", DTYPE_i32, 2, (int64_t[]){rows, 2}, &r->inputs[0], d),
        RT_OK);
    assert_int_equal(
        rt_tensor_create("y", DTYPE_i8, 1, (int64_t[]){rows}, &r->inputs[1], d), RT_OK);
    for (int64_t i = 0; i < rows; i++) {
        ((int32_t *)r->inputs[0].data)[2 * i] = (int32_t)i;
        ((int32_t *)r->inputs[0].data)[2 * i + 1] = (int32_t)(i * i % 1000);
        ((int8_t *)r->inputs[1].data)[i] = (int8_t)(i % 100);
    }
}

static void check_batch(const RtBatch *b, const int64_t *order, int64_t first)
{
    const int32_t *x = b->inputs[0];
    const int8_t *y = b->inputs[1];
    for (int64_t i = 0; i < b->rows; i++) {
        int64_t row = order[first + i];
        assert_int_equal(x[2 * i], row);
        assert_int_equal(x[2 * i + 1], row * row % 1000);
        assert_int_equal(y[i], row % 100);
    }
}

static void check_epochs(int64_t rows, int64_t batch, bool shuffle, int ring)
{
    DiagList *d = diag_open();
    RtRows r;
    RtLoader *l;
    int64_t *order = malloc((size_t)rows * sizeof *order);
    make_rows(&r, rows, d);
    RtLoaderOptions o = {.batch = batch, .shuffle = shuffle, .seed = 9, .ring = ring};
    assert_int_equal(rt_loader_open(&r, &o, &l, d), RT_OK);
    int64_t batches = rt_batches(rows, batch);
    for (int64_t e = 0; e < 3; e++) {
        for (int64_t i = 0; i < rows; i++)
            order[i] = i;
        if (shuffle)
            rt_shuffle(9, (uint64_t)e, order, rows);
        for (int64_t k = 0; k < batches; k++) {
            const RtBatch *b = rt_loader_next(l);
            assert_int_equal(b->at.epoch, e);
            assert_int_equal(b->at.batch, k);
            assert_int_equal(b->last, k == batches - 1);
            assert_int_equal(b->rows,
                             k == batches - 1 && rows % batch ? rows % batch : batch);
            check_batch(b, order, k * batch);
        }
    }
    rt_loader_close(l);
    rt_rows_free(&r);
    free(order);
    diag_close(d);
}

static void test_every_row_once(void **state)
{
    (void)state;
    check_epochs(1000, 32, true, 0);
    check_epochs(1000, 32, true, 8);
    check_epochs(50000, 10000, true, 0);    /* large enough for a thread */
    check_epochs(1000, 32, true, 1);
    check_epochs(1000, 32, false, 3);
    check_epochs(64, 32, true, 2);
    check_epochs(7, 7, true, 2);
    check_epochs(5, 1, true, 16);
    check_epochs(1, 1, true, 0);
}

static void test_start_in_the_middle(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtRows r;
    RtLoader *a, *b;
    make_rows(&r, 103, d);
    RtLoaderOptions o = {.batch = 10, .shuffle = true, .seed = 4};
    assert_int_equal(rt_loader_open(&r, &o, &a, d), RT_OK);
    o.start = (RtPosition){1, 4};
    o.ring = 3;
    assert_int_equal(rt_loader_open(&r, &o, &b, d), RT_OK);
    for (int i = 0; i < 11 + 4; i++)
        rt_loader_next(a);
    for (int i = 0; i < 30; i++) {
        const RtBatch *p = rt_loader_next(a), *q = rt_loader_next(b);
        assert_int_equal(p->rows, q->rows);
        assert_memory_equal(p->inputs[0], q->inputs[0], (size_t)p->rows * 8);
    }
    rt_loader_close(a);
    rt_loader_close(b);
    rt_rows_free(&r);
    diag_close(d);
}

static void test_slow_and_early_close(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtRows r;
    make_rows(&r, 50, d);
    for (int n = 0; n < 20; n++) {
        RtLoader *l;
        RtLoaderOptions o = {.batch = 7, .shuffle = true, .ring = 2};
        assert_int_equal(rt_loader_open(&r, &o, &l, d), RT_OK);
        for (int i = 0; i < n; i++) {
            rt_loader_next(l);
            if (i % 5 == 0)
                usleep(200);
        }
        rt_loader_close(l);
    }
    rt_loader_close(NULL);
    rt_rows_free(&r);
    diag_close(d);
}

static void test_errors(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtRows r, none = {0};
    RtLoader *l;
    make_rows(&r, 5, d);
    assert_int_equal(rt_loader_open(&none, &(RtLoaderOptions){.batch = 1}, &l, d),
                     RT_BAD_INPUT);
    check_says(d, "cannot make batches of 1 from 0 rows");
    assert_int_equal(rt_loader_open(&r, &(RtLoaderOptions){.batch = 0}, &l, d),
                     RT_BAD_INPUT);
    RtLoaderOptions o = {.batch = 3, .start = {0, 2}};
    assert_int_equal(rt_loader_open(&r, &o, &l, d), RT_BAD_INPUT);
    check_says(d, "no batch 2 in an epoch of 2");
    rt_rows_free(&r);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_once), cmocka_unit_test(test_start_in_the_middle),
        cmocka_unit_test(test_slow_and_early_close), cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
