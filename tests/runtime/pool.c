#define _GNU_SOURCE
#include "check.h"

#include "runtime/clock.h"
#include "runtime/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

typedef struct Job {
    int *hits;
    int64_t count;
} Job;

static void hit(void *ctx, int64_t begin, int64_t end)
{
    Job *j = ctx;
    assert_true(0 <= begin && begin <= end && end <= j->count);
    for (int64_t i = begin; i < end; i++)
        j->hits[i]++;
}

static void check_cover(RtPool *p, int64_t count)
{
    Job j = {calloc((size_t)count + 1, sizeof(int)), count};
    rt_pool_run(p, hit, &j, count);
    for (int64_t i = 0; i < count; i++)
        assert_int_equal(j.hits[i], 1);
    free(j.hits);
}

static void test_every_index_once(void **state)
{
    (void)state;
    for (unsigned threads = 0; threads <= 5; threads++) {
        RtPool *p = rt_pool_open(threads);
        assert_non_null(p);
        assert_int_equal(rt_pool_threads(p), threads ? threads : rt_cores_allowed());
        int64_t counts[] = {0, 1, 2, 3, 7, 8, 9, 63, 1000, 4097};
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            check_cover(p, counts[i]);
        rt_pool_close(p);
    }
    check_cover(NULL, 10);
    rt_pool_close(NULL);
    assert_int_equal(rt_pool_threads(NULL), 1);
}

static void test_many_runs_and_parking(void **state)
{
    (void)state;
    RtPool *p = rt_pool_open(3);
    for (int i = 0; i < 3000; i++)
        check_cover(p, i % 50);
    rt_pool_set_spin(p, 0);    /* park at once */
    for (int i = 0; i < 200; i++) {
        check_cover(p, 20);
        if (i % 20 == 0)
            usleep(300);
    }
    rt_pool_close(p);
}

typedef struct Nested {
    RtPool *pool;
    _Atomic int64_t sum;
} Nested;

static void add(void *ctx, int64_t begin, int64_t end)
{
    Nested *n = ctx;
    atomic_fetch_add(&n->sum, end - begin);
}

static void nest(void *ctx, int64_t begin, int64_t end)
{
    Nested *n = ctx;
    for (int64_t i = begin; i < end; i++)
        rt_pool_run(n->pool, add, n, 10);
}

static void test_a_run_inside_a_run(void **state)
{
    (void)state;
    Nested n = {rt_pool_open(4), 0};
    rt_pool_run(n.pool, nest, &n, 25);
    assert_int_equal(n.sum, 250);
    rt_pool_close(n.pool);
}

static void *run_many(void *arg)
{
    Nested *n = arg;
    for (int i = 0; i < 300; i++)
        rt_pool_run(n->pool, add, n, 10);
    return NULL;
}

static void test_two_callers(void **state)
{
    (void)state;
    Nested n = {rt_pool_open(2), 0};
    pthread_t other;
    pthread_create(&other, NULL, run_many, &n);
    run_many(&n);
    pthread_join(other, NULL);
    assert_int_equal(n.sum, 6000);
    rt_pool_close(n.pool);
}

static void test_cores_allowed(void **state)
{
    (void)state;
    cpu_set_t all, one;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    assert_true(rt_cores_allowed() >= 1 && (int)rt_cores_allowed() <= CPU_COUNT(&all));
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(rt_cores_allowed(), 1);
    sched_setaffinity(0, sizeof all, &all);
}

static void nothing(void *ctx, int64_t begin, int64_t end)
{
    (void)ctx, (void)begin, (void)end;
}

/* Reports; a busy machine must not fail the test. */
static void test_cost_of_a_run(void **state)
{
    (void)state;
    RtPool *p = rt_pool_open(2);
    int64_t best = INT64_MAX;
    for (int round = 0; round < 50; round++) {
        int64_t start = rt_clock_ns();
        for (int i = 0; i < 200; i++)
            rt_pool_run(p, nothing, NULL, 2);
        int64_t each = (rt_clock_ns() - start) / 200;
        best = each < best ? each : best;
    }
    print_message("one run over two threads: %lld ns\n", (long long)best);
    rt_pool_close(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_index_once),
        cmocka_unit_test(test_many_runs_and_parking),
        cmocka_unit_test(test_a_run_inside_a_run),
        cmocka_unit_test(test_two_callers), cmocka_unit_test(test_cores_allowed),
        cmocka_unit_test(test_cost_of_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
