#include "fake.h"

#include "runtime/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Fake fake;
const int64_t fake_sizes[FAKE_SIZES] = {8, 3, 5, 2, 24};

void fake_reset(void)
{
    fake = (Fake){0};
}

enum { W, MEAN, MOMENTUM, STEP, RNG, LOSS, MSE, RESULTS };
enum { X = LOSS, Y, ARGS };

static float predict(const float *w, const float *x)
{
    float sum = w[FAKE_FEATURES];
    for (int i = 0; i < FAKE_FEATURES; i++)
        sum += w[i] * x[i];
    return sum;
}

static float squared_error(const float *w, const float *x, const float *y, int64_t rows)
{
    float sum = 0;
    for (int64_t r = 0; r < rows; r++) {
        float e = predict(w, x + r * FAKE_FEATURES) - y[r];
        sum += e * e;
    }
    return sum / (float)rows;
}

static void gradient(const float *w, const float *x, const float *y, int64_t rows,
                     float *out)
{
    memset(out, 0, (FAKE_FEATURES + 1) * sizeof *out);
    for (int64_t r = 0; r < rows; r++) {
        float e = predict(w, x + r * FAKE_FEATURES) - y[r];
        for (int i = 0; i < FAKE_FEATURES; i++)
            out[i] += 2 * e * x[r * FAKE_FEATURES + i] / (float)rows;
        out[FAKE_FEATURES] += 2 * e / (float)rows;
    }
}

static void step(int64_t rows, void *arena, void *const *args, void *const *results)
{
    float *w = results[W], *m = results[MOMENTUM], *g = arena;
    float loss = squared_error(args[W], args[X], args[Y], rows);
    uint64_t rng[2] = {((uint64_t *)args[RNG])[0], ((uint64_t *)args[RNG])[1] + 1};
    int64_t number = *(int64_t *)args[STEP] + 1;
    gradient(args[W], args[X], args[Y], rows, g);
    for (int i = 0; i <= FAKE_FEATURES; i++) {
        float noise = (float)(rt_random(rng[0], rng[1], (uint64_t)i) >> 40) * 0x1p-44f;
        m[i] = 0.5f * ((float *)args[MOMENTUM])[i] + g[i] + noise;
        w[i] = ((float *)args[W])[i] - 0.05f * m[i];
    }
    *(float *)results[MEAN] = 0.9f * *(float *)args[MEAN] + 0.1f * loss;
    *(int64_t *)results[STEP] = number;
    memcpy(results[RNG], rng, sizeof rng);
    *(float *)results[LOSS] = number == fake.nan_at ? NAN : loss;
    *(float *)results[MSE] = loss;
    if (number == fake.stop_at)
        fake.stop = 1;
    if (fake.on_step)
        fake.on_step(number);
}

/* params, state, inputs -> loss, mse */
static void eval(int64_t rows, void *const *args, void *const *results)
{
    float mse = squared_error(args[0], args[2], args[3], rows);
    *(float *)results[0] = fake.worse ? *(float *)args[1] * -1 : mse;
    *(float *)results[1] = mse;
}

/* rng -> the state */
static void init(void *arena, void *const *args, void *const *results, RtPool *pool)
{
    (void)arena, (void)pool;
    const uint64_t *rng = args[0];
    for (int i = 0; i <= FAKE_FEATURES; i++)
        ((float *)results[W])[i] =
            (float)(rt_random(rng[0], 7, (uint64_t)i) >> 40) * 0x1p-24f;
    *(float *)results[MEAN] = 0;
    memset(results[MOMENTUM], 0, (FAKE_FEATURES + 1) * sizeof(float));
    *(int64_t *)results[STEP] = 0;
    memmove(results[RNG], rng, 16);
}

/* A compiled program knows its number of rows: one function per size. */
#define SIZE(n)                                                                          \
    static void step_##n(void *arena, void *const *args, void *const *results, RtPool *pool)     \
    {                                                                                    \
        (void)pool;                                                                      \
        step(n, arena, args, results);                                                   \
    }                                                                                    \
    static void eval_##n(void *arena, void *const *args, void *const *results, RtPool *pool)     \
    {                                                                                    \
        (void)arena, (void)pool;                                                         \
        eval(n, args, results);                                                          \
    }
SIZE(8)
SIZE(3)
SIZE(5)
SIZE(2)
SIZE(24)

typedef void Call(void *, void *const *, void *const *, RtPool *);
static Call *const steps[FAKE_SIZES] = {step_8, step_3, step_5, step_2, step_24};
static Call *const evals[FAKE_SIZES] = {eval_8, eval_3, eval_5, eval_2, eval_24};

#define SPEC(n, r, t, rank_of, alias_of, ...)                                            \
    {.name = n, .role = RT_ROLE_##r, .dtype = DTYPE_##t, .rank = rank_of,                \
     .dims = {__VA_ARGS__}, .alias = alias_of}

#define STATE_SPECS(donated)                                                             \
    SPEC("w", PARAM, f32, 1, donated ? W : -1, FAKE_FEATURES + 1),                       \
    SPEC("mean", STATE, f32, 0, donated ? MEAN : -1, 0),                                 \
    SPEC("w.m", OPT, f32, 1, donated ? MOMENTUM : -1, FAKE_FEATURES + 1),                \
    SPEC("step", STEP, i64, 0, donated ? STEP : -1, 0),                                  \
    SPEC("rng", RNG, ui64, 1, donated ? RNG : -1, 2)

#define INPUT_SPECS                                                                      \
    SPEC("x", INPUT, f32, 2, -1, 0, FAKE_FEATURES), SPEC("y", INPUT, f32, 1, -1, 0)

#define SCORE_SPECS                                                                      \
    SPEC("loss", LOSS, f32, 0, -1, 0), SPEC("mse", METRIC, f32, 0, -1, 0)

static const RtSpec donated[ARGS] = {STATE_SPECS(1), INPUT_SPECS};
static const RtSpec copied[ARGS] = {STATE_SPECS(0), INPUT_SPECS};
static const RtSpec step_results[RESULTS] = {STATE_SPECS(0), SCORE_SPECS};
static const RtSpec eval_args[] = {
    SPEC("w", PARAM, f32, 1, -1, FAKE_FEATURES + 1),
    SPEC("mean", STATE, f32, 0, -1, 0), INPUT_SPECS,
};
static const RtSpec eval_results[] = {SCORE_SPECS};
static const RtSpec init_args[] = {SPEC("rng", RNG, ui64, 1, -1, 2)};

static RtEntry entries[2][FAKE_SIZES];
static const RtEntry init_entry = {"init", 1, 5, init_args, step_results, 0, init,
                                  false, 0, NULL, NULL};

const RtEntry *fake_entry(void *ctx, const char *name, int64_t rows, DiagList *d)
{
    (void)ctx;
    fake.compiled++;
    if (!strcmp(name, "init"))
        return &init_entry;
    for (int i = 0; i < FAKE_SIZES; i++) {
        if (fake_sizes[i] != rows)
            continue;
        bool training = !strcmp(name, "train_step");
        RtEntry *e = &entries[training][i];
        *e = training
                 ? (RtEntry){"train_step", ARGS, RESULTS, fake.copies ? copied : donated,
                             step_results, 256,  steps[i], false, 0, NULL, NULL}
                 : (RtEntry){"eval_step", 4, 2, eval_args, eval_results, 64, evals[i],
                              false, 0, NULL, NULL};
        return e;
    }
    diag_error(d, (Place){0}, "no program @%s for %lld rows", name, (long long)rows);
    return NULL;
}

void fake_rows(RtRows *r, int64_t rows, uint64_t seed, DiagList *d)
{
    static const float truth[] = {1, -2, 0.5f, 0.25f};
    *r = (RtRows){rows, 2, calloc(2, sizeof(RtTensor))};
    rt_tensor_create("x", DTYPE_f32, 2, (int64_t[]){rows, FAKE_FEATURES}, &r->inputs[0],
                     d);
    rt_tensor_create("y", DTYPE_f32, 1, (int64_t[]){rows}, &r->inputs[1], d);
    float *x = r->inputs[0].data, *y = r->inputs[1].data;
    for (int64_t i = 0; i < rows * FAKE_FEATURES; i++)
        x[i] = (float)(rt_random(seed, 1, (uint64_t)i) >> 40) * 0x1p-23f - 1;
    for (int64_t i = 0; i < rows; i++)
        y[i] = predict(truth, x + i * FAKE_FEATURES)
             + (float)(rt_random(seed, 2, (uint64_t)i) >> 40) * 0x1p-28f;
}

RtTrainOptions fake_options(int64_t epochs)
{
    return (RtTrainOptions){.entry = fake_entry,
                            .epochs = epochs,
                            .batch = 8,
                            .eval_batch = 5,
                            .seed = 3,
                            .quiet = true,
                            .keep_losses = true,
                            .stop = &fake.stop};
}
