/* Copies in the GPU's memory of blocks of the host's: what a model keeps from call to
 * call. A block is known by its address. */
#ifndef BACKENDS_CUDA_MIRROR_H
#define BACKENDS_CUDA_MIRROR_H

#include "backends/cuda/driver.h"

typedef struct CudaMirror {
    void *host;
    size_t bytes;
    CudaAddress gpu;
    bool host_newer, gpu_newer;
    struct CudaMirror *next;
} CudaMirror;

typedef struct CudaMirrors {
    const Cuda *gpu;
    CudaStream *stream; /* of the copies */
    CudaMirror *used;
    CudaMirror *unused; /* freed at the end only: a pointer to one stays good */
} CudaMirrors;

void cuda_mirrors_close(CudaMirrors *m);
/* That of a block, made if there is none. *at: what it was the last time, looked at
 * first; or NULL. */
RtStatus cuda_mirror_get(CudaMirrors *m, void *host, size_t bytes, CudaMirror **at,
                         DiagList *d);
/* Makes the GPU's copy the host's block, if that is newer. */
RtStatus cuda_mirror_send(const CudaMirrors *m, CudaMirror *one, DiagList *d);
/* The other way: it is there when the stream was waited for. A block without a copy is
 * its own. */
RtStatus cuda_mirror_fetch(const CudaMirrors *m, const void *host, DiagList *d);
/* The host has written it. */
void cuda_mirror_changed(const CudaMirrors *m, const void *host);
/* Of all that there are, on the GPU. */
size_t cuda_mirrors_bytes(const CudaMirrors *m);
void cuda_mirror_forget(CudaMirrors *m, const void *host);

#endif
