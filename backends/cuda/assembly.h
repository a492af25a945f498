/* Ops that are one instruction of the GPU that C has no name for. Each is a call of a small
 * function whose body is assembly (assembly.c); a text that defines the name as a macro first
 * gives it another meaning. Internal to backends/cuda. */
#ifndef BACKENDS_CUDA_ASSEMBLY_H
#define BACKENDS_CUDA_ASSEMBLY_H

#include "backends/c/emit.h"

#define CUDA_RULE(name) void name(CEmit *e, const IrOp *op, const CRule *rule)
CUDA_RULE(cuda_async_copy);
CUDA_RULE(cuda_async_group);
CUDA_RULE(cuda_async_wait);
CUDA_RULE(cuda_load_matrix);
CUDA_RULE(cuda_mma);
CUDA_RULE(cuda_matrix_cast);
CUDA_RULE(cuda_warpgroup_zero);
CUDA_RULE(cuda_warpgroup_mma);
CUDA_RULE(cuda_warpgroup_wait);
CUDA_RULE(cuda_fence_proxy);
CUDA_RULE(cuda_atomic_add);
CUDA_RULE(cuda_fragment_words);
CUDA_RULE(cuda_extract); /* of fragments as well */
CUDA_RULE(cuda_insert);
#undef CUDA_RULE

/* The text of a wrapper that asks for an address in shared memory, once. */
void cuda_define(CEmit *e, const char *name, const char *text);

#endif
