/* The training loop on a device that is late: the same as on the CPU. */
#include "check.h"
#include "fake.h"
#include "late.h"

#include "runtime/file.h"
#include "runtime/safetensors.h"

enum { TRAIN_ROWS = 83, TEST_ROWS = 23, BATCHES = 11 };

typedef struct Run {
    DiagList *d;
    RtRows train, test;
    RtTrainOptions o;
    RtTrainReport report;
    RtTensors weights;
    Late late;
} Run;

static const RtEntry *late_provider(void *ctx, const char *name, int64_t rows,
                                    DiagList *d)
{
    const RtEntry *e = fake_entry(NULL, name, rows, d);
    return e ? late_entry(ctx, e) : NULL;
}

static void open_run(Run *r)
{
    *r = (Run){.d = diag_open()};
    fake_reset();
    fake_rows(&r->train, TRAIN_ROWS, 1, r->d);
    fake_rows(&r->test, TEST_ROWS, 2, r->d);
    r->o = fake_options(4);
}

static RtStatus go(Run *r, bool late)
{
    late_open(&r->late);
    r->o.entry = late ? late_provider : fake_entry;
    r->o.entry_ctx = &r->late;
    RtStatus st = rt_train(&r->o, &r->train, &r->test, &r->report, &r->weights, r->d);
    return st;
}

static void close_run(Run *r)
{
    assert_int_equal(r->late.under_way, 0);
    rt_train_report_free(&r->report);
    rt_tensors_free(&r->weights);
    rt_rows_free(&r->train);
    rt_rows_free(&r->test);
    diag_close(r->d);
    late_close(&r->late);
}

static void check_same(const Run *a, const Run *b)
{
    assert_int_equal(a->report.steps, b->report.steps);
    assert_int_equal(a->report.loss_count, b->report.loss_count);
    assert_memory_equal(a->report.losses, b->report.losses,
                        a->report.loss_count * sizeof *a->report.losses);
    assert_memory_equal(&a->report.best.loss, &b->report.best.loss, sizeof(double));
    assert_true(a->report.train.loss == b->report.train.loss);
    assert_true(a->report.test.metrics[0] == b->report.test.metrics[0]);
    for (size_t i = 0; i < a->weights.count; i++)
        assert_memory_equal(a->weights.items[i].data, b->weights.items[i].data,
                            rt_tensor_bytes(&a->weights.items[i]));
}

/* Batches and results wait for their turn in memory that is used again. */
static void same_bits(bool copies, bool in_order)
{
    Run cpu, gpu;
    Run *both[] = {&cpu, &gpu};
    for (int i = 0; i < 2; i++) {
        open_run(both[i]);
        fake.copies = copies;
        both[i]->o.in_order = in_order;
        assert_int_equal(go(both[i], i), RT_OK);
    }
    check_same(&cpu, &gpu);
    assert_int_equal(gpu.late.most, RT_AHEAD);
    close_run(&cpu);
    close_run(&gpu);
}

static void test_same_bits(void **state)
{
    (void)state;
    same_bits(false, false);
    same_bits(false, true);
}

/* Where the entry does not overwrite what it reads, results are copied home after each
 * step. */
static void test_without_donation(void **state)
{
    (void)state;
    same_bits(true, false);
}

/* Nothing is waited for but what was taken: the one fetch before that is of the random
 * numbers after @init, which the state has. */
static void test_no_wait(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    assert_int_equal(go(&r, true), RT_OK);
    assert_int_equal(r.late.waits, 1);
    assert_int_equal(r.late.most, RT_AHEAD);
    close_run(&r);
}

static RtStatus look(void *ctx, const RtTrainReport *report)
{
    int64_t *steps = ctx;
    assert_int_equal(report->steps, ++*steps);
    assert_true(report->loss == report->losses[report->loss_count - 1]);
    return RT_OK;
}

static void test_notice_of_each_step(void **state)
{
    (void)state;
    Run r;
    int64_t steps = 0;
    open_run(&r);
    r.o.after_step = look;
    r.o.notice_ctx = &steps;
    assert_int_equal(go(&r, true), RT_OK);
    assert_int_equal(steps, 4 * BATCHES);
    close_run(&r);
}

static void test_not_finite(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.checkpoint = check_path("n.safetensors");
    fake.nan_at = BATCHES + 3;
    assert_int_equal(go(&r, true), RT_NOT_FINITE);
    check_says(r.d, "the loss is NaN at step 14 (epoch 2, batch 3): training stops");
    check_says(r.d, "the last good checkpoint, of step 11, is kept");
    assert_int_equal(r.report.steps, 14);
    RtTensors c;
    assert_int_equal(rt_safetensors_read(r.o.checkpoint, &c, NULL, r.d), RT_OK);
    assert_int_equal(*(int64_t *)rt_tensors_find(&c, "step")->data, BATCHES);
    rt_tensors_free(&c);
    close_run(&r);
}

/* What is under way when something fails is waited for, before the batches and results
 * that it uses are freed. */
static void check_stops(Run *r, int64_t fail_at, const char *text)
{
    late_open(&r->late);
    r->late.fail_at = fail_at;
    r->o.entry = late_provider;
    r->o.entry_ctx = &r->late;
    assert_int_equal(rt_train(&r->o, &r->train, &r->test, &r->report, &r->weights, r->d),
                     RT_FAILED);
    check_says(r->d, text);
    assert_int_equal(r->late.most, RT_AHEAD);
    close_run(r);
}

static void test_lost(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.checkpoint = check_path("l.safetensors");
    check_stops(&r, 30, "the device is lost");
    assert_true(check_exists(r.o.checkpoint));
}

/* @init, the steps of an epoch, and some batches of its test. */
static void test_lost_in_test(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    check_stops(&r, 1 + BATCHES + 4, "the device is lost");
}

/* Epoch 2 is done, but the device is lost in its test: whoever goes on begins with that
 * test, and gets what training in one go gives. */
static void test_epoch_outlives_its_test(void **state)
{
    (void)state;
    enum { TESTS = 5 };
    Run whole;
    open_run(&whole);
    assert_int_equal(go(&whole, false), RT_OK);
    for (int64_t lost = 1; lost <= TESTS; lost++) {
        Run part, rest;
        open_run(&part);
        part.o.checkpoint = check_path("t.safetensors");
        check_stops(&part, 1 + BATCHES + TESTS + BATCHES + lost,
                    "note: the last good checkpoint, of step 22, is kept");
        open_run(&rest);
        rest.o.checkpoint = check_path("t.safetensors");
        rest.o.resume = true;
        assert_int_equal(go(&rest, lost % 2), RT_OK);
        assert_int_equal(rest.report.best_epoch, whole.report.best_epoch);
        rest.report.loss_count = whole.report.loss_count = 0;
        check_same(&whole, &rest);
        close_run(&rest);
    }
    close_run(&whole);
}

/* The same of the last epoch, and where an epoch that was not scored is the best; the
 * checkpoint that is left has its score. */
static void test_last_epoch_outlives_its_test(void **state)
{
    (void)state;
    Run whole, part, rest;
    RtFile scored[3];
    Run *all[] = {&whole, &part, &rest};
    for (int i = 0; i < 3; i++) {
        open_run(all[i]);
        all[i]->o.epochs = 1;
        all[i]->o.checkpoint = check_path("e.safetensors");
        all[i]->o.resume = i == 2;
        if (i != 1)
            assert_int_equal(go(all[i], true), RT_OK);
        else
            check_stops(&part, 1 + BATCHES + 3, "of step 11, is kept");
        RtStatus st =
            rt_file_read(check_path("e.safetensors"), RT_FILE_LIMIT, &scored[i], whole.d);
        assert_int_equal(st, RT_OK);
    }
    assert_int_not_equal(scored[1].size, scored[0].size);
    assert_int_equal(scored[2].size, scored[0].size);
    assert_memory_equal(scored[2].bytes, scored[0].bytes, scored[0].size);
    for (int i = 0; i < 3; i++)
        rt_file_free(&scored[i]);
    assert_int_equal(rest.report.best_epoch, 1);
    assert_int_equal(rest.report.loss_count, 0);
    whole.report.loss_count = 0;
    check_same(&whole, &rest);
    close_run(&whole);
    close_run(&rest);
}

static RtStatus refuse(void *ctx, int64_t step, const RtTensors *state, const RtBatch *b,
                       DiagList *d)
{
    (void)ctx, (void)state, (void)b;
    return step < BATCHES - 1 ? RT_OK : rt_fail(d, RT_FAILED, (Place){0}, "refused");
}

static void test_refused(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.before_step = refuse;
    check_stops(&r, 0, "refused");
}

/* Stopped in an epoch and resumed: the bits of a run in one go. */
static void test_resumed(void **state)
{
    (void)state;
    Run whole, part, rest;
    open_run(&whole);
    assert_int_equal(go(&whole, false), RT_OK);
    open_run(&part);
    part.o.checkpoint = check_path("r.safetensors");
    part.o.max_steps = BATCHES + 5;
    assert_int_equal(go(&part, true), RT_OK);
    open_run(&rest);
    rest.o.checkpoint = part.o.checkpoint;
    rest.o.resume = true;
    assert_int_equal(go(&rest, true), RT_OK);
    for (size_t i = 0; i < whole.weights.count; i++)
        assert_memory_equal(whole.weights.items[i].data, rest.weights.items[i].data,
                            rt_tensor_bytes(&whole.weights.items[i]));
    close_run(&whole);
    close_run(&part);
    close_run(&rest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bits),  cmocka_unit_test(test_without_donation),
        cmocka_unit_test(test_no_wait),    cmocka_unit_test(test_notice_of_each_step),
        cmocka_unit_test(test_not_finite), cmocka_unit_test(test_lost),
        cmocka_unit_test(test_lost_in_test), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_epoch_outlives_its_test),
        cmocka_unit_test(test_last_epoch_outlives_its_test),
        cmocka_unit_test(test_resumed),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
