/* What kernels take of a GPU, as the assembler tells: registers, what did not fit into
 * them, shared memory. */
#ifndef BACKENDS_CUDA_USAGE_H
#define BACKENDS_CUDA_USAGE_H

#include "support/arena.h"

typedef struct CudaUsage {
    const char *kernel;
    int registers; /* of a thread */
    int stack;     /* bytes of a thread: arrays that are not in registers */
    int spill_stores, spill_loads; /* bytes that are moved to make room for others */
    int shared;                    /* bytes of a block */
} CudaUsage;

/* The option that has NVRTC report it. */
#define CUDA_REPORT_USAGE "--ptxas-options=-v"

/* Reads the log of a compilation with that option (NULL: empty). Returns how many
 * kernels it tells about. */
size_t cuda_usage_read(Arena *a, const char *log, CudaUsage **out);

#endif
