/* Trains a table's model on batches from the standard input and saves its weights. */
#include "flats.h"

#include <stdio.h>

static _Alignas(64) char state[FLATS_STATE_BYTES], arena[FLATS_ARENA_BYTES];

int main(int argc, char **argv)
{
    const uint64_t seed[2] = {0, 0};
    float size[FLATS_TRAIN_STEP_SIZE_COUNT], y[FLATS_TRAIN_STEP_Y_COUNT], loss;
    int32_t town[FLATS_TRAIN_STEP_TOWN_COUNT];
    flats_init(seed, state, arena, NULL);
    while (fread(size, sizeof size, 1, stdin) && fread(town, sizeof town, 1, stdin)
           && fread(y, sizeof y, 1, stdin))
        flats_train_step(state, size, town, y, &loss, arena, NULL);
    return argc != 2 || flats_save_weights(state, argv[1]);
}
