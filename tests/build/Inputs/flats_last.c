/* Trains on batches of 4 and 2 rows in turn, from the standard input: the functions of two
 * builds on one state. */
#include "flats.h"
#include "last.h"

#include <stdio.h>

_Static_assert(FLATS_STATE_BYTES == LAST_STATE_BYTES, "one state");
_Static_assert(FLATS_OFFSET_STEP == LAST_OFFSET_STEP, "one state");

static _Alignas(64) char state[FLATS_STATE_BYTES];
static _Alignas(64) char arena[FLATS_ARENA_BYTES + LAST_ARENA_BYTES];
static float size[FLATS_TRAIN_STEP_SIZE_COUNT], y[FLATS_TRAIN_STEP_Y_COUNT], loss;
static int32_t town[FLATS_TRAIN_STEP_TOWN_COUNT];

static int read_rows(size_t rows)
{
    return fread(size, 8, rows, stdin) == rows && fread(town, 4, rows, stdin) == rows
           && fread(y, 4, rows, stdin) == rows;
}

int main(int argc, char **argv)
{
    const uint64_t seed[2] = {0, 0};
    flats_init(seed, state, arena, NULL);
    while (read_rows(4)) {
        flats_train_step(state, size, town, y, &loss, arena, NULL);
        if (read_rows(2))
            last_train_step(state, size, town, y, &loss, arena, NULL);
    }
    return argc != 2 || last_save_weights(state, argv[1]);
}
