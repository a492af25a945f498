/* Contexts in threads of their own; calls of one program in several; pools of the
 * caller. */
#include "tests/lib/common.h"

#include <pthread.h>

enum { THREADS = 2, ROUNDS = 3, WIDTH = 64 };

static const char text[] =
    "model m(x: f32[N, 64]) -> f32[N, 64] {\n  x -> dense(64) -> tanh\n}\n";

/* The answer of a model with the state of a seed; false if anything fails. */
static bool answer(descent_context *c, uint64_t seed, float out[WIDTH])
{
    descent_model *m = NULL;
    descent_program *p = NULL;
    descent_state *s = NULL;
    descent_call *call = NULL;
    descent_tensor *x = NULL;
    const descent_entry *e;
    int64_t dims[] = {1, WIDTH};
    float in[WIDTH] = {1, 2, 3};
    bool good =
        !descent_model_parse(c, "m.dsc", text, strlen(text), &m, NULL) &&
        !descent_program_compile(m, NULL, &p, NULL) &&
        !descent_program_find(p, "predict", 0, &e, NULL) &&
        !descent_state_create(p, seed, &s, NULL) &&
        !descent_call_create(e, s, &call, NULL) &&
        !descent_tensor_wrap(c, DESCENT_F32, 2, dims, in, sizeof in, NULL, NULL, &x,
                             NULL) &&
        !descent_call_set(call, "x", x, NULL) &&
        !descent_call_run(call, NULL);
    if (good)
        memcpy(out, descent_tensor_data(descent_call_result(call, 0)),
               WIDTH * sizeof *out);
    descent_call_destroy(call);
    descent_tensor_destroy(x);
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
    return good;
}

typedef struct Worker {
    pthread_t thread;
    uint64_t seed;
    float out[WIDTH];
    bool good;
} Worker;

static void *work(void *arg)
{
    Worker *w = arg;
    w->good = true;
    for (int i = 0; i < ROUNDS && w->good; i++) {
        descent_context *c;
        w->good = !descent_context_create(NULL, &c, NULL) && answer(c, w->seed, w->out);
        descent_context_destroy(c);
    }
    return NULL;
}

static void test_contexts(void **state)
{
    Worker w[THREADS] = {{.seed = 1}, {.seed = 2}};
    float alone[WIDTH];
    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(w[i].thread, NULL);
    for (int i = 0; i < THREADS; i++) {
        assert_true(w[i].good && answer(context, w[i].seed, alone));
        assert_memory_equal(w[i].out, alone, sizeof alone);
    }
}

/* --------------------------------------------------------------- a pool of the caller */

typedef struct Pool {
    struct descent_pool base;
    int runs;
} Pool;

/* Piece by piece, and backwards. */
static void run_backwards(struct descent_pool *self,
                          void (*task)(void *ctx, int64_t begin, int64_t end), void *ctx,
                          int64_t count)
{
    ((Pool *)self)->runs++;
    for (int64_t i = count; i-- > 0;)
        task(ctx, i, i + 1);
}

static void test_pool(void **state)
{
    Pool pool = {.base.run = run_backwards};
    descent_context *c;
    descent_context_options o = DESCENT_INIT(descent_context_options);
    float mine[WIDTH], ours[WIDTH];
    (void)state;
    o.pool = &pool.base;
    OK(descent_context_create(&o, &c, diagnostics));
    assert_int_equal(descent_context_threads(c), 0);
    assert_true(answer(c, 1, mine) && answer(context, 1, ours));
    assert_memory_equal(mine, ours, sizeof mine);
    assert_true(pool.runs > 0);
    descent_context_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contexts),
        cmocka_unit_test(test_pool),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
