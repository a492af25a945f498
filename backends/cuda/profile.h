/* How long each launch takes: entry points are launched kernel by kernel, with an
 * event between two of them, and waited for. What an event takes of the GPU, and half a
 * microsecond that it is exact to (CUDA's manual), are in the times. */
#ifndef BACKENDS_CUDA_PROFILE_H
#define BACKENDS_CUDA_PROFILE_H

#include "backends/cuda/program.h"

/* A launch, or a copy. */
typedef struct CudaTime {
    const char *entry, *kernel; /* NULL: a copy */
    int64_t rows;               /* that a call of the entry takes; 0: it takes none */
    Place at;                   /* in the model */
    size_t calls;               /* that were timed */
    double seconds;       /* the median of them; but for the first, which load the code */
    int64_t bytes, flops; /* as in CudaKernel */
} CudaTime;

typedef struct CudaProfile CudaProfile;

CudaProfile *cuda_profile_open(const Cuda *gpu);
void cuda_profile_close(CudaProfile *p); /* accepts NULL */
/* Before an entry is run, and before it is closed. */
RtStatus cuda_profile_add(CudaProfile *p, const CudaEntry *e, int64_t rows, DiagList *d);
void cuda_profile_drop(CudaProfile *p, const CudaEntry *e);
/* Whether a call is to be timed still: some tens of each entry are. */
bool cuda_profile_wants(const CudaProfile *p, const CudaEntry *e);
/* As cuda_entry_run, but it waits. Takes no memory. */
RtStatus cuda_profile_run(CudaProfile *p, const CudaEntry *e, CudaStream *s,
                          CudaAddress arena, const CudaAddress *args,
                          const CudaAddress *results, DiagList *d);
/* All launches of entries that were run, in order; in `a`. */
size_t cuda_profile_times(const CudaProfile *p, Arena *a, CudaTime **out);

#endif
