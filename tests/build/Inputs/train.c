/* Trains a built model as a C or C++ program would, on batches from a file: shows the
 * loss of each step, saves the state, and holds save, load, predict and eval_step to what the
 * header says.
 *
 *     train BATCHES WEIGHTS-TO-WRITE [WEIGHTS-TO-READ] > losses
 *
 * With weights to read, their predictions for the last batch go to out.bytes. */
#include "spots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what) ((what) ? (void)0 : fail(#what))

static void fail(const char *what)
{
    fprintf(stderr, "not so: %s\n", what);
    exit(1);
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

static float x[SPOTS_TRAIN_STEP_X_COUNT], y[SPOTS_TRAIN_STEP_Y_COUNT];

static int read_batch(FILE *f)
{
    return fread(x, sizeof x, 1, f) == 1 && fread(y, sizeof y, 1, f) == 1;
}

static void *block(size_t bytes)
{
    void *p = aligned_alloc(SPOTS_STATE_ALIGNMENT, (bytes + 63) / 64 * 64);
    CHECK(p);
    memset(p, 0, bytes);
    return p;
}

/* Returns the first loss and the last. */
static void train(void *state, void *arena, const char *batches, float ends[2])
{
    struct descent_pool pool = {run_backwards};
    float loss, error;
    FILE *f = fopen(batches, "rb");
    CHECK(f);
    for (int step = 0; read_batch(f); step++) {
        spots_train_step(state, x, y, &loss, &error, arena, step % 2 ? &pool : NULL);
        printf("%.9g\n", loss);
        ends[step != 0] = loss;
    }
    fclose(f);
}

/* All of it comes back, into a state that holds something else. */
static void check_files(const void *state, void *other, const char *path, void *arena)
{
    const uint64_t seed[2] = {99, 0};
    spots_init(seed, other, arena, NULL);
    CHECK(memcmp(state, other, SPOTS_STATE_BYTES));
    CHECK(!spots_save(state, path));
    CHECK(!spots_load(other, path));
    CHECK(!memcmp(state, other, SPOTS_STATE_BYTES));
    CHECK(!spots_save_weights(state, "weights.safetensors"));
    CHECK(!spots_load(other, "weights.safetensors"));
    CHECK(!memcmp(state, other, SPOTS_STATE_BYTES));
    CHECK(spots_save(state, "nowhere/a.safetensors"));
    CHECK(spots_load(other, "nowhere/a.safetensors"));
}

static long read_all(const char *path, char *out, size_t room)
{
    FILE *f = fopen(path, "rb");
    CHECK(f);
    size_t n = fread(out, 1, room, f);
    fclose(f);
    CHECK(n < room);
    return (long)n;
}

static void write_all(const char *path, const char *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    CHECK(f && fwrite(bytes, 1, size, f) == size && !fclose(f));
}

/* Damaged files: cut anywhere, a bit of the header turned. Whatever is refused leaves the
 * state as it was. */
static void check_damage(const void *state, void *other, const char *path)
{
    static char bytes[1 << 16];
    long size = read_all(path, bytes, sizeof bytes), header = size - SPOTS_STATE_BYTES;
    memcpy(other, state, SPOTS_STATE_BYTES);
    for (long cut = 0; cut < size; cut += cut < header ? 7 : 501) {
        write_all("damaged", bytes, (size_t)cut);
        CHECK(spots_load(other, "damaged"));
    }
    for (long at = 0; at < header; at += 3) {
        bytes[at] ^= 1 << at % 8;
        write_all("damaged", bytes, (size_t)size);
        if (spots_load(other, "damaged"))
            CHECK(!memcmp(other, state, SPOTS_STATE_BYTES));
        bytes[at] ^= 1 << at % 8;
        memcpy(other, state, SPOTS_STATE_BYTES);
    }
    remove("damaged");
}

static void check_eval(const void *state, void *arena, float last)
{
    float loss, error;
    spots_eval_step(state, x, y, &loss, &error, arena, NULL);
    CHECK(loss >= 0 && error >= 0 && loss < 100 * (last + 1));
}

static void predict(void *state, void *arena, const char *weights)
{
    float out[SPOTS_PREDICT_OUT0_COUNT];
    CHECK(!spots_load(state, weights));
    spots_predict(state, x, out, arena, NULL);
    write_all("out.bytes", (const char *)out, sizeof out);
}

int main(int argc, char **argv)
{
    const uint64_t seed[2] = {0, 0};
    void *state = block(SPOTS_STATE_BYTES), *other = block(SPOTS_STATE_BYTES);
    void *arena = block(SPOTS_ARENA_BYTES);
    float ends[2];
    int64_t steps;
    CHECK(argc > 2);
    spots_init(seed, state, arena, NULL);
    train(state, arena, argv[1], ends);
    CHECK(ends[1] < ends[0] / 2);
    memcpy(&steps, (char *)state + SPOTS_OFFSET_STEP, sizeof steps);
    CHECK(steps == 25);
    check_eval(state, arena, ends[1]);
    check_files(state, other, argv[2], arena);
    check_damage(state, other, argv[2]);
    if (argc > 3)
        predict(other, arena, argv[3]);
    free(arena);
    free(other);
    free(state);
    return 0;
}
