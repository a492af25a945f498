/* Entry points on a GPU, for the runtime: what a model keeps stays in the GPU's memory from call to
 * call, inputs are copied in, losses and outputs out. A call that has the same buffers as the one
 * before is launched as one graph. */
#ifndef BACKENDS_CUDA_SESSION_H
#define BACKENDS_CUDA_SESSION_H

#include "backends/cuda/driver.h"
#include "backends/cuda/program.h"
#include "runtime/device.h"

typedef struct CudaSession CudaSession;

/* The GPU of this number, and NVRTC. */
RtStatus cuda_session_open(int gpu, CudaSession **out, DiagList *d);
void cuda_session_close(CudaSession *s);    /* accepts NULL */
/* What to lower for. */
IrTarget cuda_session_target(const CudaSession *s, DiagList *d);
/* Compiles a planned module and gives its entry points (by name) this device and their code. The
 * session outlives them. */
RtStatus cuda_session_load(CudaSession *s, IrModule *m, RtEntry *const *entries, size_t count,
                           DiagList *d);

#endif
