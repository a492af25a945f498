/* A module of kernels on a GPU: compiled, loaded, and its host programs as lists of
 * launches.
 *
 *     func.func @predict(%arena, %x, %out) {
 *       call @loop.0(%x, %view)
 *       call @loop.1(%view, %out)
 *  ->
 *     launch loop_0(x, arena + 0)
 *     launch loop_1(arena + 0, out) */
#ifndef BACKENDS_CUDA_PROGRAM_H
#define BACKENDS_CUDA_PROGRAM_H

#include "backends/cuda/cache.h"
#include "backends/cuda/cuda.h"
#include "backends/cuda/driver.h"

typedef struct CudaProgram CudaProgram;
typedef struct CudaEntry CudaEntry;

/* Compiles. The module is planned for cuda_target of the GPU's architecture, and only
 * read; GPU, compiler and cache outlive the program. RT_FAILED for what is a defect of ours; as
 * cuda_compile. */
RtStatus cuda_program_open(const Cuda *gpu, const CudaCompiler *compiler,
                           const CudaCache *cache, IrModule *m, CudaProgram **out,
                           DiagList *d);
/* Bytes of the code; loading takes as much of the GPU's memory, and the constants'. */
size_t cuda_program_bytes(const CudaProgram *p);
/* Once, before it is run; reads the module's constants. Waits for the stream. */
RtStatus cuda_program_load(CudaProgram *p, CudaStream *s, DiagList *d);
void cuda_program_close(CudaProgram *p); /* accepts NULL */
const CudaEntry *cuda_program_entry(const CudaProgram *p,
                                    const char *name); /* NULL: none */

/* What an entry does one after the other. */
typedef struct CudaStep {
    const CudaKernel *kernel; /* NULL: a copy of `bytes` */
    Place at;                 /* the model's line */
    size_t bytes;
} CudaStep;

const char *cuda_entry_name(const CudaEntry *e);
size_t cuda_entry_steps(const CudaEntry *e);
const CudaStep *cuda_entry_step(const CudaEntry *e, size_t i);

/* Puts the program on the stream. In the GPU's memory, each aligned to 64 bytes: the
 * arena (descent.arena_bytes), the graph's arguments, and by number of the graph's
 * results those that overwrite no argument (descent.alias is -1). marks: NULL, or events
 * that are recorded before the first step and after each. */
RtStatus cuda_entry_run(const CudaEntry *e, CudaStream *s, CudaAddress arena,
                        const CudaAddress *args, const CudaAddress *results,
                        CudaEvent *const *marks, DiagList *d);

#endif
