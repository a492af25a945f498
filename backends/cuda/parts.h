/* The kernels of a module in parts, which NVRTC compiles side by side: it takes one
 * thread for a text.
 *
 *     head k0 k1 k2 k3 k4  ->  head k0 k3 | head k1 k4 | head k2
 *
 * Every part has the whole head: its types, helpers and constants cost 15 ms of the 40
 * that an empty part takes. Which kernel is in which part depends on the text alone, so
 * that the cubins on disk (cache.h) are the same ones for any number of processors. */
#ifndef BACKENDS_CUDA_PARTS_H
#define BACKENDS_CUDA_PARTS_H

#include "backends/cuda/cache.h"
#include "backends/cuda/cuda.h"

typedef struct CudaPart {
    Text source, cubin; /* cubin: of cuda_parts_compile */
    Text report;        /* of cuda_parts_report */
    bool kept;          /* it was on disk */
} CudaPart;

typedef struct CudaParts {
    CudaPart *all;
    size_t count;
    size_t *of; /* by kernel: its part */
} CudaParts;

/* Shares out the kernels of a text, which is only read. No kernels are no parts. */
CudaParts cuda_parts_share(const Text *text, const CudaKernels *kernels, Arena *a);
/* In as many threads as the process may use cores, the caller's among them. As
 * cuda_cache_compile; of several parts that fail one is told about. */
RtStatus cuda_parts_compile(CudaParts *p, const CudaCache *cache, const CudaCompiler *c,
                            const char *architecture, DiagList *d);
/* Compiles them likewise, but always, with reports of what the kernels take (usage.h). */
RtStatus cuda_parts_report(CudaParts *p, const CudaCompiler *c, const char *architecture,
                           DiagList *d);
/* Compiles part i anew, which the driver did not take as it was kept. */
RtStatus cuda_parts_renew(CudaParts *p, size_t i, const CudaCache *cache,
                          const CudaCompiler *c, const char *architecture, DiagList *d);
size_t cuda_parts_bytes(const CudaParts *p); /* of all cubins */
void cuda_parts_free(CudaParts *p);          /* the texts, cubins, reports */

#endif
