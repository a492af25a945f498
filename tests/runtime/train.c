#include "check.h"
#include "fake.h"

#include "runtime/safetensors.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdatomic.h>
#include <unistd.h>

enum { TRAIN_ROWS = 27, TEST_ROWS = 7, BATCHES = 4 };

typedef struct Run {
    DiagList *d;
    RtRows train, test;
    RtTrainOptions o;
    RtTrainReport report;
    RtTensors weights;
} Run;

static void open_run(Run *r)
{
    *r = (Run){.d = diag_open()};
    fake_reset();
    fake_rows(&r->train, TRAIN_ROWS, 1, r->d);
    fake_rows(&r->test, TEST_ROWS, 2, r->d);
    r->o = fake_options(6);
}

static RtStatus go(Run *r)
{
    rt_train_report_free(&r->report);
    rt_tensors_free(&r->weights);
    return rt_train(&r->o, &r->train, &r->test, &r->report, &r->weights, r->d);
}

static void close_run(Run *r)
{
    rt_train_report_free(&r->report);
    rt_tensors_free(&r->weights);
    rt_rows_free(&r->train);
    rt_rows_free(&r->test);
    diag_close(r->d);
}

static const float *weight(const Run *r)
{
    return rt_tensors_find(&r->weights, "w")->data;
}

static void test_learns(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.epochs = 60;
    r.o.out = check_path("w.safetensors");
    RtMeta meta = {0};
    assert_int_equal(rt_meta_set(&meta, "made", "by a test", r.d), RT_OK);
    r.o.meta = &meta;
    assert_int_equal(go(&r), RT_OK);
    check_no_errors(r.d);
    assert_int_equal(r.report.steps, 60 * BATCHES);
    assert_int_equal(r.report.epochs, 60);
    assert_int_equal(r.report.loss_count, 60 * BATCHES);
    assert_int_equal(r.report.metrics.count, 1);
    assert_string_equal(r.report.metrics.names[0], "mse");
    assert_true(r.report.first_step_ns > 0 && r.report.seconds > 0);
    assert_true(r.report.best.loss < 0.001 && r.report.best.loss <= r.report.test.loss);
    assert_true(r.report.losses[0] > 20 * r.report.losses[200]);
    assert_true(fabsf(weight(&r)[0] - 1) < 0.05f && fabsf(weight(&r)[1] + 2) < 0.05f);
    assert_int_equal(r.weights.count, 2);    /* not the optimizer's */
    /* the file holds the same, and scores as reported */
    RtTensors file;
    RtMeta file_meta;
    RtScore score;
    RtMetricNames names;
    assert_int_equal(rt_safetensors_read(r.o.out, &file, &file_meta, r.d), RT_OK);
    assert_memory_equal(rt_tensors_find(&file, "w")->data, weight(&r), 16);
    assert_string_equal(rt_meta_get(&file_meta, "made"), "by a test");
    assert_int_equal(rt_evaluate(&r.o, &file, &r.test, &names, &score, r.d), RT_OK);
    assert_true(score.loss == r.report.best.loss && names.count == 1);
    rt_tensors_free(&file);
    rt_meta_free(&file_meta);
    rt_meta_free(&meta);
    close_run(&r);
}

/* The mean over rows, not over batches: the last batch is smaller. */
static void test_scores_are_weighted_by_rows(void **state)
{
    (void)state;
    Run r;
    RtScore whole, parts;
    open_run(&r);
    r.o.epochs = 1;
    assert_int_equal(go(&r), RT_OK);
    double sum = 0;
    for (int i = 0; i < BATCHES; i++)
        sum += r.report.losses[i] * (i < 3 ? 8 : 3);
    assert_true(fabs(r.report.train.loss - sum / TRAIN_ROWS) < 1e-12);
    RtRows all;
    fake_rows(&all, 24, 5, r.d);
    r.o.eval_batch = 24;
    assert_int_equal(rt_evaluate(&r.o, &r.weights, &all, NULL, &whole, r.d), RT_OK);
    r.o.eval_batch = 8;
    assert_int_equal(rt_evaluate(&r.o, &r.weights, &all, NULL, &parts, r.d), RT_OK);
    assert_true(fabs(whole.loss - parts.loss) < 1e-6);
    rt_rows_free(&all);
    close_run(&r);
}

static void test_same_bits_with_and_without_donation(void **state)
{
    (void)state;
    Run a, b;
    open_run(&a);
    assert_int_equal(go(&a), RT_OK);
    open_run(&b);
    fake.copies = true;
    assert_int_equal(go(&b), RT_OK);
    assert_memory_equal(a.report.losses, b.report.losses,
                        a.report.loss_count * sizeof(double));
    assert_memory_equal(weight(&a), weight(&b), 16);
    close_run(&a);
    close_run(&b);
}

static void same_end(const Run *whole, const Run *resumed)
{
    size_t before = whole->report.loss_count - resumed->report.loss_count;
    assert_int_equal(whole->report.steps, resumed->report.steps);
    assert_memory_equal(whole->report.losses + before, resumed->report.losses,
                        resumed->report.loss_count * sizeof(double));
    assert_true(whole->report.train.loss == resumed->report.train.loss);
    assert_true(whole->report.test.loss == resumed->report.test.loss);
    assert_true(whole->report.best.loss == resumed->report.best.loss);
    assert_int_equal(whole->report.best_epoch, resumed->report.best_epoch);
    for (size_t i = 0; i < whole->weights.count; i++) {
        const RtTensor *a = &whole->weights.items[i];
        const RtTensor *b = rt_tensors_find(&resumed->weights, a->name);
        assert_memory_equal(a->data, b->data, rt_tensor_bytes(a));
    }
}

/* Stopped after each possible step, and gone on with: the same bits as without a stop. */
static void test_resume_bit_for_bit(void **state)
{
    (void)state;
    Run whole;
    open_run(&whole);
    assert_int_equal(go(&whole), RT_OK);
    for (int64_t stop = 1; stop < 6 * BATCHES; stop++) {
        Run r;
        open_run(&r);
        r.o.checkpoint = check_path("c.safetensors");
        fake.stop_at = stop;
        assert_int_equal(go(&r), RT_STOPPED);
        assert_true(r.report.stopped);
        assert_int_equal(r.report.steps, stop);
        fake_reset();
        r.o.resume = true;
        assert_int_equal(go(&r), RT_OK);
        check_no_errors(r.d);
        same_end(&whole, &r);
        close_run(&r);
    }
    close_run(&whole);
}

/* The same with max_steps, which cuts an epoch short and scores it. */
static void test_resume_after_max_steps(void **state)
{
    (void)state;
    Run whole, r;
    open_run(&whole);
    whole.o.max_steps = 14;
    assert_int_equal(go(&whole), RT_OK);
    assert_int_equal(whole.report.epochs, 4);
    open_run(&r);
    r.o.checkpoint = check_path("m.safetensors");
    r.o.max_steps = 6;
    assert_int_equal(go(&r), RT_OK);
    r.o.resume = true;
    r.o.max_steps = 14;
    assert_int_equal(go(&r), RT_OK);
    same_end(&whole, &r);
    /* there is nothing left to do: the weights come out again */
    assert_int_equal(go(&r), RT_OK);
    assert_int_equal(r.report.loss_count, 0);
    assert_memory_equal(weight(&r), weight(&whole), 16);
    close_run(&whole);
    close_run(&r);
}

static void test_resume_that_does_not_fit(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.checkpoint = check_path("f.safetensors");
    r.o.resume = true;
    assert_int_equal(go(&r), RT_IO);
    check_says(r.d, "f.safetensors: error: cannot open: No such file or directory");
    check_write_text(r.o.checkpoint, "garbage");
    assert_int_equal(go(&r), RT_BAD_INPUT);
    r.o.resume = false;
    r.o.epochs = 1;
    assert_int_equal(go(&r), RT_OK);
    r.o.resume = true;
    r.o.seed = 4;
    r.o.batch = 5;
    r.o.epochs = 2;
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "cannot resume: it was made with seed = 3, now it is 4");
    check_says(r.d, "cannot resume: it was made with batch = 8, now it is 5");
    r.o.resume = false;
    r.o.out = r.o.checkpoint;
    r.o.checkpoint = NULL;
    assert_int_equal(go(&r), RT_OK);
    r.o.checkpoint = r.o.out;
    r.o.out = NULL;
    r.o.resume = true;
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "cannot resume: it holds weights, and no checkpoint");
    close_run(&r);
}

/* Each whole number of a checkpoint, changed. */
static void test_damaged_checkpoint(void **state)
{
    (void)state;
    Run r;
    RtTensors c;
    RtMeta meta;
    open_run(&r);
    r.o.epochs = 1;
    r.o.checkpoint = check_path("d.safetensors");
    assert_int_equal(go(&r), RT_OK);
    assert_int_equal(rt_safetensors_read(r.o.checkpoint, &c, &meta, r.d), RT_OK);
    r.o.resume = true;
    int64_t *v = rt_tensors_find(&c, "descent/position")->data;
    int64_t *step = rt_tensors_find(&c, "step")->data;
    for (int i = 0; i < 3; i++) {
        int64_t wrong[] = {-1, INT64_MAX, 2}, right = v[i];
        for (int k = 0; k < 3; k++) {
            v[i] = wrong[k];
            assert_int_equal(rt_safetensors_write(r.o.checkpoint, &c, &meta, r.d), RT_OK);
            assert_int_equal(go(&r), RT_BAD_INPUT);
            check_says(r.d, "cannot resume: its position is impossible");
            diag_clear(r.d);
        }
        v[i] = right;
    }
    *step = -*step;
    assert_int_equal(rt_safetensors_write(r.o.checkpoint, &c, &meta, r.d), RT_OK);
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "cannot resume: its 'step' is -");
    *step = -*step;
    rt_tensors_find(&c, "best/w")->name[5] = 'v';
    assert_int_equal(rt_safetensors_write(r.o.checkpoint, &c, &meta, r.d), RT_OK);
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "cannot resume: no tensor 'best/w'");
    rt_tensors_free(&c);
    rt_meta_free(&meta);
    close_run(&r);
}

static void test_not_finite(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.checkpoint = check_path("n.safetensors");
    r.o.out = check_path("n.out");
    fake.nan_at = 11;
    assert_int_equal(go(&r), RT_NOT_FINITE);
    check_says(r.d, "the loss is NaN at step 11 (epoch 3, batch 3): training stops");
    check_says(r.d, "n.safetensors: note: the last good checkpoint, of step 8, is kept");
    assert_false(check_exists(r.o.out));
    RtTensors c;
    assert_int_equal(rt_safetensors_read(r.o.checkpoint, &c, NULL, r.d), RT_OK);
    assert_int_equal(*(int64_t *)rt_tensors_find(&c, "step")->data, 8);
    rt_tensors_free(&c);
    close_run(&r);
}

static void test_patience(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.patience = 2;
    assert_int_equal(go(&r), RT_OK);
    assert_false(r.report.stopped_early);
    assert_int_equal(r.report.best_epoch, 6);
    fake.worse = true;    /* minus the running mean of the loss */
    r.o.epochs = 60;
    assert_int_equal(go(&r), RT_OK);
    assert_true(r.report.stopped_early);
    assert_int_equal(r.report.epochs, r.report.best_epoch + 2);
    close_run(&r);
}

static void test_judged_by_a_metric(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    fake.worse = true;    /* the loss is not what is looked at */
    r.o.monitor = "mse";
    assert_int_equal(go(&r), RT_OK);
    assert_int_equal(r.report.best_epoch, 6);
    r.o.monitor_max = true;
    assert_int_equal(go(&r), RT_OK);
    assert_int_equal(r.report.best_epoch, 1);
    r.o.monitor = "msa";
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "no metric 'msa' to judge by; did you mean 'mse'?");
    close_run(&r);
}

static RtStatus watch(void *ctx, int64_t step, const RtTensors *state, const RtBatch *b,
                      DiagList *d)
{
    int64_t *seen = ctx;
    assert_int_equal(step, *seen);
    assert_int_equal(*(int64_t *)rt_tensors_find(state, "step")->data, step);
    assert_true(b->rows > 0);
    ++*seen;
    return step < 5 ? RT_OK : rt_fail(d, RT_BAD_INPUT, (Place){0}, "enough");
}

static void test_before_each_step(void **state)
{
    (void)state;
    Run r;
    int64_t seen = 0;
    open_run(&r);
    r.o.before_step = watch;
    r.o.before_step_ctx = &seen;
    assert_int_equal(go(&r), RT_BAD_INPUT);
    assert_int_equal(r.report.steps, 5);
    check_says(r.d, "enough");
    close_run(&r);
}

static void test_checkpoint_only_when_stopped(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.checkpoint = check_path("stop.safetensors");
    r.o.checkpoint_at_stop = true;
    assert_int_equal(go(&r), RT_OK);
    assert_false(check_exists(r.o.checkpoint));
    fake.stop_at = 7;
    assert_int_equal(go(&r), RT_STOPPED);
    assert_true(check_exists(r.o.checkpoint));
    close_run(&r);
}

static void test_without_test_rows(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.test.rows = 0;
    assert_int_equal(go(&r), RT_OK);
    assert_false(r.report.test.known || r.report.best.known);
    assert_int_equal(r.weights.count, 2);
    r.test.rows = TEST_ROWS;
    close_run(&r);
}

static void test_start_from_weights(void **state)
{
    (void)state;
    Run a, b;
    open_run(&a);
    assert_int_equal(go(&a), RT_OK);
    open_run(&b);
    b.o.start = &a.weights;
    b.o.start_file = "a.safetensors";
    assert_int_equal(go(&b), RT_OK);
    assert_true(b.report.losses[0] < a.report.losses[0] / 5);
    a.weights.items[0].rank = 0;
    assert_int_equal(go(&b), RT_BAD_INPUT);
    check_says(b.d, "a.safetensors: error: 'w' is f32[], the model has f32[4]");
    a.weights.items[0].rank = 1;
    close_run(&a);
    close_run(&b);
}

static void test_options_that_make_no_sense(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.batch = 0;
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "batch = 0: expected at least 1 row");
    r.o.batch = 8;
    r.o.epochs = 0;
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "neither epochs nor a number of steps given");
    r.o.max_steps = 1;
    r.o.resume = true;
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "no checkpoint to resume from");
    r.o.resume = false;
    r.o.batch = 6;
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "no program @train_step for 6 rows");
    r.o.batch = 8;
    r.train.count = 1;
    assert_int_equal(go(&r), RT_BAD_INPUT);
    check_says(r.d, "@train_step takes 2 inputs, the data has 1");
    r.train.count = 2;
    close_run(&r);
}

/* A disk that is full when the checkpoint, the weights or the log are written. */
static void test_disk_full(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    r.o.checkpoint = "/dev/full";
    assert_int_equal(go(&r), RT_IO);
    check_says(r.d, "/dev/full: error: cannot write: No space left on device");
    diag_clear(r.d);
    r.o.checkpoint = NULL;
    r.o.out = "/dev/full";
    assert_int_equal(go(&r), RT_IO);
    r.o.out = check_path("no/folder");
    assert_int_equal(go(&r), RT_IO);    /* before the first step */
    assert_int_equal(r.report.steps, 0);
    diag_clear(r.d);
    r.o.out = NULL;
    r.o.log = "/dev/full";
    assert_int_equal(go(&r), RT_IO);
    check_says(r.d, "/dev/full: error: not all of the log could be written");
    r.o.log = check_path("no/folder");
    assert_int_equal(go(&r), RT_IO);
    close_run(&r);
}

static void test_log(void **state)
{
    (void)state;
    Run r;
    RtFile f;
    open_run(&r);
    r.o.log = check_path("log.json");
    r.o.log_steps = 3;
    r.o.epochs = 2;
    assert_int_equal(go(&r), RT_OK);
    assert_int_equal(rt_file_read(r.o.log, 10000, &f, r.d), RT_OK);
    const char *text = (char *)f.bytes;
    assert_int_equal(strncmp(text, "{\"step\":3,\"epoch\":1,\"loss\":", 27), 0);
    assert_non_null(strstr(text, "\n{\"epoch\":2,\"step\":8,\"loss\":"));
    assert_non_null(strstr(text, ",\"metrics\":{\"mse\":"));
    assert_non_null(strstr(text, ",\"test_loss\":"));
    assert_non_null(strstr(text, ",\"best\":true}\n"));
    rt_file_free(&f);
    close_run(&r);
}

/* What the program itself asks for, counted by the linker's --wrap. */
static atomic_long allocations;
static long at_step[6 * BATCHES + 1];

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t m);
void *__real_realloc(void *p, size_t n);
void *__real_aligned_alloc(size_t a, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t m);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_aligned_alloc(size_t a, size_t n);

void *__wrap_malloc(size_t n) { allocations++; return __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t m) { allocations++; return __real_calloc(n, m); }
void *__wrap_realloc(void *p, size_t n) { allocations++; return __real_realloc(p, n); }
void *__wrap_aligned_alloc(size_t a, size_t n)
{
    allocations++;
    return __real_aligned_alloc(a, n);
}

static void note_allocations(int64_t step)
{
    at_step[step] = allocations;
}

static void test_a_step_allocates_nothing(void **state)
{
    (void)state;
    Run r;
    open_run(&r);
    fake.on_step = note_allocations;
    assert_int_equal(go(&r), RT_OK);
    assert_true(allocations > 0);
    /* from the second epoch on, when every program is there; the test included */
    assert_int_equal(at_step[6 * BATCHES], at_step[BATCHES + 1]);
    close_run(&r);
}

/* What is shown without a terminal: a line per epoch. */
static void test_lines(void **state)
{
    (void)state;
    Run r;
    RtFile f;
    const char *path = check_path("shown");
    open_run(&r);
    r.o.quiet = false;
    r.o.epochs = 2;
    r.o.title = "line";
    fflush(stdout);
    int old = dup(1), to = open(path, O_WRONLY | O_CREAT, 0600);
    dup2(to, 1);
    RtStatus st = go(&r);
    fflush(stdout);
    dup2(old, 1);
    close(old);
    close(to);
    assert_int_equal(st, RT_OK);
    assert_int_equal(rt_file_read(path, 10000, &f, r.d), RT_OK);
    const char *text = (char *)f.bytes;
    assert_int_equal(strncmp(text, "line: epoch 1/2  loss ", 22), 0);
    assert_non_null(strstr(text, "\nline: epoch 2/2  loss "));
    assert_non_null(strstr(text, "  mse "));
    assert_non_null(strstr(text, " test "));
    for (const char *s = text; *s; s += strcspn(s, "\n") + 1)
        assert_true(strcspn(s, "\n") <= 80);
    assert_null(strchr(text, '\r'));
    rt_file_free(&f);
    close_run(&r);
}

static void slow_step(int64_t step)
{
    (void)step;
    usleep(60000);
}

/* All that the terminal has: it may come in pieces. */
static size_t read_all(int fd, char *text, size_t room)
{
    size_t n = 0;
    struct pollfd p = {fd, POLLIN, 0};
    while (n < room && poll(&p, 1, 100) > 0) {
        ssize_t more = read(fd, text + n, room - n);
        if (more <= 0)
            break;
        n += (size_t)more;
    }
    return n;
}

/* The same on a terminal 60 columns wide: a bar that is drawn over, and never wraps;
 * fields that do not fit are left out whole. */
static void test_bar(void **state)
{
    (void)state;
    Run r;
    int ours, theirs;
    struct winsize size = {.ws_row = 20, .ws_col = 60};
    char text[8192];
    assert_int_equal(openpty(&ours, &theirs, NULL, NULL, &size), 0);
    open_run(&r);
    r.o.quiet = false;
    r.o.epochs = 1;
    fake.on_step = slow_step;
    fflush(stdout);
    int old = dup(1);
    dup2(theirs, 1);
    RtStatus st = go(&r);
    fflush(stdout);
    dup2(old, 1);
    size_t n = read_all(ours, text, sizeof text - 1);
    close(old);
    close(ours);
    close(theirs);
    assert_int_equal(st, RT_OK);
    assert_true(n > 0);
    text[n] = 0;
    const char *bar = strstr(text, "epoch 1/1 [");
    assert_non_null(bar);
    assert_non_null(strstr(bar, "/4  loss "));
    size_t end = strcspn(bar, "\r");
    assert_true(end < 60);
    assert_memory_equal(bar + end - 5, " left", 5);
    assert_non_null(strstr(text, "\r\033[Kepoch 1/1  loss "));
    close_run(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learns),
        cmocka_unit_test(test_scores_are_weighted_by_rows),
        cmocka_unit_test(test_same_bits_with_and_without_donation),
        cmocka_unit_test(test_resume_bit_for_bit),
        cmocka_unit_test(test_resume_after_max_steps),
        cmocka_unit_test(test_resume_that_does_not_fit),
        cmocka_unit_test(test_damaged_checkpoint),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_judged_by_a_metric), cmocka_unit_test(test_before_each_step),
        cmocka_unit_test(test_checkpoint_only_when_stopped),
        cmocka_unit_test(test_without_test_rows),
        cmocka_unit_test(test_start_from_weights),
        cmocka_unit_test(test_options_that_make_no_sense),
        cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_a_step_allocates_nothing),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_bar),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
