/* Kernel IR to CUDA C.
 *
 * Every gpu.launch becomes one kernel,
 *
 *     extern "C" __global__ void __launch_bounds__(256) loop_0(const float *in0, float *out1)
 *
 * whose parameters are the addresses of its function's arguments, in order; behind them, for each
 * argument that is copied in boxes, a tensor map. A function with several launches gives as many
 * kernels, which run one after the other. The text includes nothing and depends on the module
 * alone. */
#ifndef BACKENDS_CUDA_CUDA_H
#define BACKENDS_CUDA_CUDA_H

#include "backends/cuda/nvrtc.h"
#include "ir/ir.h"
#include "ir/target.h"

/* The GPU that kernels are lowered for, by its architecture: sm_75, sm_80, sm_90a, sm_100 ...
 * An unknown name is an error in `d` and gives sm_75. */
IrTarget cuda_target(const char *architecture, DiagList *d);
/* A GPU that is here: what its architecture, or the nearest known before it, is lowered for, with its
 * own name, processors and memory. The target lives as long as the info. */
IrTarget cuda_target_of(const CudaInfo *gpu);

/* How boxes of an argument are copied (cuTensorMapEncodeTiled): a matrix, as [line][element]. */
typedef struct CudaMap {
    uint32_t argument;
    Dtype elem;
    int64_t lines, line;        /* of the matrix */
    unsigned box_lines, box_line;
} CudaMap;

enum { CUDA_MAPS = 2 };         /* of a kernel, at most */

typedef struct CudaKernel {
    const char *name;           /* in the text */
    const IrOp *func;           /* whose body it is, or a part of it */
    Place at;                   /* in the model */
    size_t begin, end;          /* where it is in the text, its comment with it */
    unsigned grid[3], block[3];
    CudaMap maps[CUDA_MAPS];    /* its parameters behind the arguments */
    unsigned map_count;
    unsigned shared_bytes;      /* that its launch asks for; 0: it has what it needs */
    int64_t bytes;              /* that it moves at least: traffic.h */
    int64_t flops;              /* as descent.flops says of the function; -1: it does not */
} CudaKernel;

typedef struct CudaKernels {
    CudaKernel *all;            /* those of a function side by side, in order */
    size_t count, room;
} CudaKernels;

/* The place of an op, which outlives the module. */
Place cuda_place(IrLoc loc, Arena *arena);

/* How the text is to be compiled. report: the compiler tells what kernels take (usage.h). */
CudaSource cuda_source(const char *text, const char *architecture, bool report);

/* Adds the text to `out`: what kernels share, then kernel by kernel. `kernels` is empty, and gets
 * them (in `arena`). False with diagnostics if the module holds what the backend does not know. */
bool cuda_print(IrModule *m, Arena *arena, CudaKernels *kernels, Text *out, DiagList *d);

#endif
