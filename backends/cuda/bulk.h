/* Boxes of a matrix that are copied as a whole (TMA), and the barriers that tell when
 * they have come: what print.c prints of kernels for them. Internal to backends/cuda. */
#ifndef BACKENDS_CUDA_BULK_H
#define BACKENDS_CUDA_BULK_H

#include "backends/c/emit.h"
#include "backends/cuda/cuda.h"

#define CUDA_RULE(name) void name(CEmit *e, const IrOp *op, const CRule *rule)
CUDA_RULE(cuda_tensor_map);
CUDA_RULE(cuda_tensor_load);
CUDA_RULE(cuda_barrier_init);
CUDA_RULE(cuda_barrier_fence);
CUDA_RULE(cuda_barrier_arrive);
CUDA_RULE(cuda_barrier_wait);
#undef CUDA_RULE

/* Whether the launch is the one that the map was made for: the next behind it. */
bool cuda_map_is_of(const IrOp *map, const IrOp *launch);
/* The tensor maps of a launch. */
void cuda_find_maps(CEmit *e, const IrOp *launch, CudaKernel *k);
/* They are its last parameters. */
void cuda_print_maps(CEmit *e, const IrOp *launch);

#endif
