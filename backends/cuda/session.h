/* Entry points on a GPU, for the runtime (runtime/device.h): what a model keeps stays in
 * the GPU's memory from call to call, calls follow each other on one stream without a
 * wait. Several threads may use a session. */
#ifndef BACKENDS_CUDA_SESSION_H
#define BACKENDS_CUDA_SESSION_H

#include "backends/cuda/driver.h"
#include "backends/cuda/profile.h"
#include "backends/cuda/program.h"
#include "runtime/device.h"

typedef struct CudaSession CudaSession;
typedef struct CudaLoaded CudaLoaded;

/* The GPU of this number, and NVRTC. */
RtStatus cuda_session_open(int gpu, CudaSession **out, DiagList *d);
void cuda_session_close(CudaSession *s); /* after what was loaded; accepts NULL */
/* Before anything is loaded: launches are timed. The times of what was called since, in
 * `a`. */
void cuda_session_profile(CudaSession *s);
size_t cuda_session_times(const CudaSession *s, Arena *a, CudaTime **out);
/* What to lower for. */
IrTarget cuda_session_target(const CudaSession *s);
const RtDevice *cuda_session_device(const CudaSession *s);
/* Compiles a planned module and gives its entry points (by name) this device and their
 * code. All of the GPU's memory that they need is there afterwards, but for what the
 * model keeps, which is known to fit: RT_NO_MEMORY, before anything was taken, if it does
 * not (need.h). model: whose it is; what is loaded for one model is taken to have one
 * state, another one is known when it is first used. out: NULL: nothing is compiled, it
 * is only looked whether there is memory for all but the code. */
RtStatus cuda_session_load(CudaSession *s, IrModule *m, const void *model,
                           RtEntry *const *entries, size_t count, CudaLoaded **out,
                           DiagList *d);
void cuda_session_unload(CudaLoaded *l); /* its entry points are not called any more */

#endif
