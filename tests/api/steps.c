/* A step allocates nothing: allocations are counted between the steps of an epoch of
 * examples/spam.dsc, compiled as `descent train` does it. */
#include "frontend/api/api.h"
#include "runtime/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_aligned_alloc(size_t align, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_aligned_alloc(size_t align, size_t n);

static atomic_long allocations;

void *__wrap_malloc(size_t n) { allocations++; return __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size)
{
    allocations++;
    return __real_calloc(n, size);
}
void *__wrap_realloc(void *p, size_t n) { allocations++; return __real_realloc(p, n); }
void *__wrap_aligned_alloc(size_t a, size_t n)
{
    allocations++;
    return __real_aligned_alloc(a, n);
}

enum { ROWS = 640, BATCH = 32, STEPS = 40 };

static RtStatus count(void *ctx, int64_t step, const RtTensors *state,
                      const RtBatch *batch, DiagList *d)
{
    (void)state, (void)batch, (void)d;
    ((long *)ctx)[step] = allocations;
    return RT_OK;
}

static void fill(const RtEntry *e, RtRows *rows, DiagList *d)
{
    rows->rows = ROWS;
    rows->inputs = calloc(e->arg_count, sizeof *rows->inputs);
    for (size_t i = 0; i < e->arg_count; i++) {
        RtSpec s = e->args[i];
        if (s.role != RT_ROLE_INPUT)
            continue;
        RtTensor *t = &rows->inputs[rows->count++];
        s.dims[0] = ROWS;
        assert_int_equal(rt_tensor_create(s.name, s.dtype, s.rank, s.dims, t, d), RT_OK);
        for (int64_t k = 0; k < rt_tensor_count(t); k++)
            ((float *)t->data)[k] = (float)(rt_random(1, i, (uint64_t)k) % 2);
    }
}

static void run(unsigned threads)
{
    DiagList *d = diag_open();
    ApiModel *m = api_open("examples/spam.dsc", d);
    ApiSizes sizes = {.batch = BATCH, .steps_per_epoch = ROWS / BATCH};
    ApiTarget target = {0};
    ApiProgram *p = m ? api_program_open(m, &sizes, &target, d) : NULL;
    const RtEntry *e = p ? api_program_entry(p, "train_step", BATCH, d) : NULL;
    diag_print(d, stderr);
    assert_non_null(e);
    RtRows rows = {0};
    long seen[STEPS] = {0};
    fill(e, &rows, d);
    RtPool *pool = rt_pool_open(threads);
    RtTrainOptions o = {.entry = api_program_entry,
                        .entry_ctx = p,
                        .pool = pool,
                        .batch = BATCH,
                        .max_steps = STEPS,
                        .quiet = true,
                        .before_step = count,
                        .before_step_ctx = seen};
    RtTrainReport report;
    assert_int_equal(rt_train(&o, &rows, NULL, &report, NULL, d), RT_OK);
    for (int i = 2; i < STEPS; i++)
        assert_int_equal(seen[i], seen[1]);
    rt_train_report_free(&report);
    rt_pool_close(pool);
    rt_rows_free(&rows);
    api_program_close(p);
    api_close(m);
    diag_close(d);
}

static void test_one_thread(void **state)
{
    (void)state;
    run(1);
}

static void test_two_threads(void **state)
{
    (void)state;
    run(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_thread),
        cmocka_unit_test(test_two_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
