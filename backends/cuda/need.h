/* What entry points take of a GPU's memory: known when they are planned, before anything
 * runs. */
#ifndef BACKENDS_CUDA_NEED_H
#define BACKENDS_CUDA_NEED_H

#include "backends/cuda/code.h"
#include "ir/ir.h"

typedef struct CudaNeed {
    size_t state;   /* what models keep: weights, the optimizer's */
    size_t batch;   /* inputs and results: two of each, see code.h */
    size_t scratch; /* of the entry that takes most */
    size_t program; /* code and constants */
} CudaNeed;

/* What the entries of one model keep. They are loaded one after the other, and share what
 * has the same name and size. The memory is taken when a state is first used: until then
 * it is promised. */
typedef struct CudaKept {
    const void *model;
    size_t users; /* loaded modules */
    struct CudaKeptOne *all;
    size_t count, bytes;
    struct CudaKept *next;
} CudaKept;

/* That of a model in a list, made if there is none, with a user more. */
RtStatus cuda_kept_join(CudaKept **list, const void *model, CudaKept **out, DiagList *d);
/* Goes with the last. */
void cuda_kept_leave(CudaKept **list, CudaKept *k);
RtStatus cuda_kept_add(CudaKept *k, RtEntry *const *entries, const CudaCode *codes,
                       size_t count, DiagList *d);
/* Forgets all but the first. */
void cuda_kept_cut(CudaKept *k, size_t count);
/* Of one that is in no list. */
void cuda_kept_free(CudaKept *k);
size_t cuda_kept_sum(const CudaKept *list);

/* Adds what the entries of a planned module need, and its constants; not its code, nor
 * what it keeps. */
void cuda_need_add(CudaNeed *n, IrModule *m, RtEntry *const *entries,
                   const CudaCode *codes, size_t count);
size_t cuda_need_sum(const CudaNeed *n);
/* RT_NO_MEMORY if the GPU has not so much left: an error that tells the sum, and the
 * largest tensors of the plan with their lines. */
RtStatus cuda_need_check(const CudaNeed *n, const Cuda *gpu, IrModule *m,
                         RtEntry *const *entries, size_t count, DiagList *d);

#endif
