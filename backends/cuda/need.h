/* What entry points take of a GPU's memory: known when they are planned, before anything
 * runs. */
#ifndef BACKENDS_CUDA_NEED_H
#define BACKENDS_CUDA_NEED_H

#include "backends/cuda/driver.h"
#include "ir/ir.h"
#include "runtime/program.h"

typedef struct CudaNeed {
    size_t state;   /* what the model keeps: weights, the optimizer's */
    size_t batch;   /* inputs and results: two of each, see code.h */
    size_t scratch; /* of the entry that takes most */
    size_t program; /* code and constants */
} CudaNeed;

/* What is kept under a name is counted once. */
typedef struct CudaKept {
    const char **names;
    size_t count, room;
} CudaKept;

/* Adds what the entries of a planned module need, and its constants; not its code. kept:
 * what was counted before, in `arena`, and now is. */
void cuda_need_add(CudaNeed *n, IrModule *m, RtEntry *const *entries, size_t count,
                   CudaKept *kept, Arena *arena);
size_t cuda_need_sum(const CudaNeed *n);
/* RT_NO_MEMORY if the GPU has not so much left: an error that tells the sum, and the
 * largest tensors of the plan with their lines. */
RtStatus cuda_need_check(const CudaNeed *n, const Cuda *gpu, IrModule *m,
                         RtEntry *const *entries, size_t count, DiagList *d);

#endif
