/* Calls a built model as a C and as a C++ program would: prepares raw values by the
 * header's constants, calls it alone, by a pool, and from two threads at once, and writes
 * the results' bytes. Also what the headers of two models do in one file. */
#include "flats.h"
#include "product.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = FLATS_PREDICT_OUT0_COUNT };

static const double raw[ROWS][2] = {{30, 1}, {80, 3}, {60, 2}, {110, 4}, {55, 2}, {75, 3}};
static const int32_t town[ROWS] = {2, 0, 2, 0, 1, 1};

static void prepare(float *size)
{
    static const double mean[] = FLATS_PREDICT_SIZE_MEAN;
    static const double deviation[] = FLATS_PREDICT_SIZE_DEVIATION;
    static const int64_t strides[] = FLATS_PREDICT_SIZE_STRIDES;
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < 2; k++)
            size[i * strides[0] + k * strides[1]] =
                (float)((raw[i][k] * FLATS_PREDICT_SIZE_SCALE - mean[k]) / deviation[k]);
}

/* A pool that does the indices one by one, the last first. */
static void run_backwards(struct descent_pool *self,
                          void (*task)(void *ctx, int64_t begin, int64_t end), void *ctx,
                          int64_t count)
{
    (void)self;
    while (count--)
        task(ctx, count, count + 1);
}

/* A call with an arena of exactly the size that the header says. */
static void call(float *out, struct descent_pool *pool)
{
    float size[FLATS_PREDICT_SIZE_COUNT];
    char *block = (char *)malloc(FLATS_PREDICT_ARENA_BYTES + 64);
    char *arena = block + (64 - (uintptr_t)block % 64) % 64;
    if (!block)
        exit(1);
    prepare(size);
    flats_predict(size, town, out, arena, pool);
    free(block);
}

static void *call_often(void *out)
{
    for (int i = 0; i < 1000; i++)
        call((float *)out, NULL);
    return NULL;
}

static void check(const float *a, const float *b, const char *what)
{
    if (memcmp(a, b, ROWS * sizeof *a)) {
        fprintf(stderr, "other bits: %s\n", what);
        exit(1);
    }
}

int main(void)
{
    float out[ROWS], other[2][ROWS];
    struct descent_pool pool = {run_backwards};
    pthread_t thread[2];
    call(out, NULL);
    call(other[0], &pool);
    check(out, other[0], "by a pool");
    for (int i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, call_often, other[i]))
            return 1;
    for (int i = 0; i < 2; i++) {
        pthread_join(thread[i], NULL);
        check(out, other[i], "from a thread");
    }
    float x[PRODUCT_MAIN_X_COUNT] = {1}, w[PRODUCT_MAIN_W_COUNT] = {0.5f};
    float y[PRODUCT_MAIN_OUT0_COUNT];
    char arena[PRODUCT_MAIN_ARENA_BYTES + 64];
    product_main(x, w, y, arena + (64 - (uintptr_t)arena % 64) % 64, NULL);
    if (!(y[0] > 0.46f && y[0] < 0.47f && y[1] == 0)) {
        fprintf(stderr, "tanh(0.5) is not %g\n", y[0]);
        return 1;
    }
    return fwrite(out, sizeof *out, ROWS, stdout) == ROWS ? 0 : 1;
}
