/* What the files of the verifier share (private to ir/). Messages and attributes as in
 * infer.h, whose `types` are not used here.
 *
 *   verify.c          modules, functions, what a value may be used by, the walk
 *   verify_attrs.c    the attributes that each op may have
 *   verify_body.c     regions that combine elements
 *   verify_kernel.c   ops of the kernel level
 *   verify_gpu.c      those of them that are for GPUs
 *   verify_bulk.c     and of these, copies of whole boxes */
#ifndef IR_VERIFY_H
#define IR_VERIFY_H

#include "ir/infer.h"

/* No attribute without a dialect's prefix that the op does not know. */
bool verify_attrs(const Infer *f);
/* The regions of reduce, reduce_window, scatter and select_and_scatter. */
bool verify_body(const Infer *f);
bool verify_kernel(const Infer *f);
/* Says which types do not go together; returns false. */
bool verify_bad_types(const Infer *f);
InferFn verify_launch, verify_shuffle;
/* extract, insert: whether `part` is a row or an element of a fragment, where the op says. */
bool verify_fragment_element(const Infer *f, IrType fragment, IrType part);
InferFn verify_ldmatrix, verify_mma, verify_fragment_slice;
InferFn verify_matrix_cast, verify_warpgroup_zero, verify_warpgroup_mma;
InferFn verify_warpgroup_wait, verify_fence_proxy, verify_atomic;
InferFn verify_async_copy, verify_async_group, verify_async_wait;
InferFn verify_inside, verify_outside; /* of a launch */
InferFn verify_memref_cast, verify_tensor_map, verify_tensor_load;
InferFn verify_barriers, verify_barrier_init, verify_barrier_arrive, verify_barrier_wait;

#endif
