/* Counter-based random numbers for the order of rows: a pure function of (seed, stream,
 * counter), the same everywhere. */
#ifndef RUNTIME_RANDOM_H
#define RUNTIME_RANDOM_H

#include <stdint.h>

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over the three words. */
uint64_t rt_random(uint64_t seed, uint64_t stream, uint64_t counter);
/* Fills order with a permutation of 0..count-1 (Fisher-Yates). */
void rt_shuffle(uint64_t seed, uint64_t stream, int64_t *order, int64_t count);

#endif
