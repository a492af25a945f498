#include "runtime/random.h"

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t rt_random(uint64_t seed, uint64_t stream, uint64_t counter)
{
    const uint64_t golden = 0x9e3779b97f4a7c15u;
    uint64_t key = mix(mix(seed + golden) + (stream + 1) * golden);
    return mix(key + (counter + 1) * golden);
}

/* A number below `bound` without a bias that matters: the high half of a 128-bit
 * product, whose bias is below bound / 2^64. */
static uint64_t below(uint64_t random, uint64_t bound)
{
    return (uint64_t)((unsigned __int128)random * bound >> 64);
}

void rt_shuffle(uint64_t seed, uint64_t stream, int64_t *order, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        order[i] = i;
    for (int64_t i = count - 1; i > 0; i--) {
        uint64_t r = rt_random(seed, stream, (uint64_t)i);
        int64_t j = (int64_t)below(r, (uint64_t)i + 1), swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}
