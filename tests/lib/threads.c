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

/* ------------------------------------------------- trainers of one program in threads */

enum { MOST_ROWS = 4 };

/* A trainer of its own, which asks for batches that nobody has compiled yet. */
typedef struct Learner {
    pthread_t thread;
    descent_context *context;
    descent_program *program;
    float out[MOST_ROWS][WIDTH];
    bool good;
} Learner;

static bool predict(Learner *l, descent_trainer *t, int64_t rows)
{
    int64_t dims[] = {rows, WIDTH};
    float in[MOST_ROWS * WIDTH] = {1, 2, 3}, out[MOST_ROWS * WIDTH];
    descent_tensor *x = NULL, *y = NULL;
    bool good = !descent_tensor_view(l->context, DESCENT_F32, 2, dims, in,
                                     (size_t)rows * WIDTH * sizeof *in, &x, NULL) &&
                !descent_tensor_view(l->context, DESCENT_F32, 2, dims, out,
                                     (size_t)rows * WIDTH * sizeof *out, &y, NULL) &&
                !descent_trainer_predict(t, &x, 1, &y, 1, NULL);
    memcpy(l->out[rows - 1], out, WIDTH * sizeof *out);
    descent_tensor_destroy(x);
    descent_tensor_destroy(y);
    return good;
}

static void *learn(void *arg)
{
    Learner *l = arg;
    descent_state *s = NULL;
    descent_trainer *t = NULL;
    l->good = !descent_state_create(l->program, 1, &s, NULL) &&
              !descent_trainer_create(l->program, s, &t, NULL);
    for (int64_t rows = 1; rows <= MOST_ROWS && l->good; rows++)
        l->good = predict(l, t, rows);
    descent_trainer_destroy(t);
    descent_state_destroy(s);
    return NULL;
}

static void test_trainers(void **state)
{
    static const char trained[] =
        "model m(x: f32[N, 64]) -> f32[N, 64] {\n  x -> dense(64) -> tanh\n}\n"
        "train m(x: f32[N, 64]) {\n  loss = mean(m(x))\n"
        "  optimizer = sgd(lr = 0.1)\n  batch = 8\n}\n";
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    descent_program *p;
    Learner l[THREADS];
    const char *const none[] = {NULL};
    (void)state;
    o.entries = none;
    descent_model *m = parse("m.dsc", trained);
    OK(descent_program_compile(m, &o, &p, diagnostics));
    for (int i = 0; i < THREADS; i++) {
        l[i] = (Learner){.context = context, .program = p};
        assert_int_equal(pthread_create(&l[i].thread, NULL, learn, &l[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(l[i].thread, NULL);
    /* init, train_step, predict, and that for each number of rows: each once */
    assert_int_equal(descent_program_count(p), 3 + MOST_ROWS);
    for (int i = 0; i < THREADS; i++) {
        assert_true(l[i].good);
        assert_memory_equal(l[i].out, l[0].out, sizeof l[0].out);
    }
    descent_program_destroy(p);
    descent_model_destroy(m);
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
        cmocka_unit_test(test_trainers),
        cmocka_unit_test(test_pool),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
