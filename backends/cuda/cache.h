/* Cubins kept on disk, so that what was compiled once is not compiled again.
 *
 * A file holds one: a checksum, its key, the code. The key is all that the code
 * depends on: the text, the options, the architecture, the NVRTC. The file is named by
 * a hash of the key, and used if the key is equal and the checksum right, else
 * compiled again. What is no file (a pipe, a folder) is left alone. */
#ifndef BACKENDS_CUDA_CACHE_H
#define BACKENDS_CUDA_CACHE_H

#include "backends/cuda/nvrtc.h"
#include "support/arena.h"

#include <stdint.h>

typedef struct CudaCache {
    const char *folder; /* NULL: nothing is kept */
    uint64_t limit;     /* bytes of all files; beyond, those unused longest go */
} CudaCache;

/* $XDG_CACHE_HOME/descent/cubin, or that of ~/.cache. */
CudaCache cuda_cache_default(Arena *a);

/* As cuda_compile to a cubin. found (may be NULL): whether it was there. A folder that
 * cannot be read or written is no error. */
RtStatus cuda_cache_compile(const CudaCache *cache, const CudaCompiler *c,
                            const CudaSource *s, Text *out, bool *found, DiagList *d);
/* Removes what is kept of it: a driver has refused the code. */
void cuda_cache_drop(const CudaCache *cache, const CudaCompiler *c, const CudaSource *s);

#endif
