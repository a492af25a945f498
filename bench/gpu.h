/* Measuring on a GPU: code and buffers of an entry point, times by the GPU's own clock.
 * What it needs of the product are the compiler and backends/cuda; the runtime is not in
 * the way. */
#ifndef BENCH_GPU_H
#define BENCH_GPU_H

#include "backends/cuda/nvrtc.h"
#include "backends/cuda/program.h"
#include "bench/workload.h"
#include "passes/pass.h"

typedef struct BenchGpu {
    Arena *arena;
    Cuda *gpu;
    CudaStream *stream;
    CudaCompiler *compiler;
    CudaCache cache;
    IrTarget target;
} BenchGpu;

RtStatus bench_gpu_open(BenchGpu *out, DiagList *d);
void bench_gpu_close(BenchGpu *g); /* also of one that failed to open */

/* Entry points compiled for the GPU. */
typedef struct BenchCode {
    IrModule *module; /* planned */
    CudaProgram *program;
} BenchCode;

/* `graph` becomes the code's module; it is closed if that fails, too. */
RtStatus bench_code_open(BenchGpu *g, IrModule *graph, BenchCode *out, DiagList *d);
void bench_code_close(BenchCode *c);

/* What an entry point is called with: all in the GPU's memory. */
typedef struct BenchCall {
    const CudaEntry *entry;
    const IrOp *func;
    size_t arg_count, result_count;
    size_t *bytes; /* of the arguments */
    CudaAddress arena, *args,
        *results; /* results: those that overwrite an argument are its */
} BenchCall;

RtStatus bench_call_open(BenchGpu *g, const BenchCode *c, const char *entry,
                         BenchCall *out, DiagList *d);
void bench_call_close(BenchGpu *g, BenchCall *c);
RtStatus bench_call_run(const BenchGpu *g, const BenchCall *c, DiagList *d);

/* Seconds, sorted when they are printed. */
enum { BENCH_TIMES = 1 << 16 };
typedef struct BenchTimes {
    double *all, total;
    size_t count;
} BenchTimes;

void bench_times_add(BenchTimes *t, double seconds);
bool bench_times_enough(const BenchTimes *t, double seconds);
/* "NAME_ms_median": 1.0, and _min, _p90. */
void bench_times_print(BenchTimes *t, const char *name);
double bench_times_median(const BenchTimes *t); /* after it was printed */

typedef struct BenchOptions {
    const char *models, *data, *only;
    double seconds;
} BenchOptions;

/* Each prints lines of JSON: of a workload (gpu_steps.c); of the functions of a StableHLO
 * file (gpu_kernels.c); of a copy of memory. */
RtStatus bench_gpu_workload(BenchGpu *g, const BenchWorkload *w, const BenchOptions *o,
                            DiagList *d);
RtStatus bench_gpu_kernels(BenchGpu *g, const char *file, const BenchOptions *o,
                           DiagList *d);
RtStatus bench_gpu_copy(BenchGpu *g, const BenchOptions *o, DiagList *d);

#endif
