/* How much of a multiprocessor a kernel fills, by what the architecture has. */
#ifndef BACKENDS_CUDA_OCCUPANCY_H
#define BACKENDS_CUDA_OCCUPANCY_H

#include <stdint.h>

typedef struct CudaBlock {
    unsigned threads;
    int registers;        /* of a thread */
    int64_t shared_bytes; /* all of a block */
} CudaBlock;

/* Warps that one multiprocessor runs at once, over those that it has room for: 0 to 1;
 * 0: not even one block fits; -1: nothing is known of the architecture. */
double cuda_theoretical_occupancy(const char *architecture, const CudaBlock *block);

#endif
