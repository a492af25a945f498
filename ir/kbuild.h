/* Builds kernel ops: loops, buffers, vectors, arithmetic. Same builder as ir/build.h; result
 * types follow from the operands, or are given where they cannot.
 *
 * How kernel ops are written down (operands in MLIR's order, attributes by MLIR's names):
 *   arith.constant          value: INT, FLOAT, or ELEMENTS whose type is the vector type
 *   arith.cmpi, arith.cmpf  predicate: STRING ("slt", "olt", ...)
 *   vector.reduction        kind: STRING (add mul minimumf maximumf minsi minui maxsi maxui
 *                           and or xor); operands vector[, accumulator]
 *   vector.extract, insert  static_position: INTS of one; insert: operands scalar, vector
 *   vector.shuffle          mask: INTS
 *   vector.maskedload       operands memref, indices, mask, pass-through
 *   vector.maskedstore      operands memref, indices, mask, value
 *   vector.gather           operands memref, indices, index vector, mask, pass-through
 *   vector.scatter          operands memref, indices, index vector, mask, value
 *   memref.store, vector.store  operands value, memref, indices
 *   memref.atomic_rmw       operands value, memref, indices; kind: STRING (addi)
 *   memref.view             operands arena, byte offset (index)
 *   memref.collapse_shape, expand_shape  reassociation: ARRAY of INTS; expand_shape also
 *                           static_output_shape: INTS
 *   memref.global           sym_name: STRING, type: TYPE, initial_value: ELEMENTS of tensor
 *   memref.get_global       name: SYMBOL
 *   scf.for                 operands lower, upper, step, inits; body (iv, iters) ends in
 *                           scf.yield
 *   scf.parallel            operands n lower, n upper, n steps; body (n ivs) ends in
 *                           scf.reduce
 *   scf.if                  regions then, else (no block if there is nothing to do)
 *   scf.while               operands inits; before (inits) ends in scf.condition(cond,
 *                           args); after (args) ends in scf.yield(next inits)
 *   gpu.launch              operands sizes x, y, z of the grid, then of a block; body (12
 *                           indices: block, thread, the sizes again; then the
 *                           workgroup's buffers) ends in gpu.terminator;
 *                           workgroup_attributions: INT, how many buffers
 *   gpu.shuffle             operands value, offset, width; results value, whether there
 *                           is such a thread; mode: ENUM shuffle_mode (xor down up idx)
 *   nvgpu.device_async_copy  operands to, its indices, from, its indices[, how many
 *                           elements there are]; dstElements: INT of index, bypassL1: UNIT
 *   nvgpu.device_async_wait numGroups: INT of i32
 *   nvgpu.ldmatrix          operands memref, indices; numTiles: INT of i32, transpose: BOOL
 *   nvgpu.mma.sync          mmaShape: ARRAY of INT; tf32Enabled: UNIT
 *   nvgpu.warpgroup.mma     waitGroup: INT of i32, transposeA, transposeB: UNIT
 *   nvvm.wgmma.wait.group.sync.aligned  group: INT of i32
 *   nvvm.fence.proxy        kind, space: ENUM
 *   vector.extract_strided_slice  offsets, sizes, strides: ARRAY of INT
 * Scalars and vectors are signless; an i1 in memory is an i8 that is 0 or 1. */
#ifndef IR_KBUILD_H
#define IR_KBUILD_H

#include "ir/build.h"

/* -------------------------------------------------------------------------- constants */

IrValue *k_index(IrBuilder *b, int64_t value);
/* A scalar or, of a vector type, a splat: of floats / of integers or indices. */
IrValue *k_const(IrBuilder *b, IrType type, double value);
IrValue *k_int(IrBuilder *b, IrType type, int64_t value);
/* Whether v is a constant index, and which. */
bool k_index_value(const IrValue *v, int64_t *out);

/* ------------------------------------------------------------------------- arithmetic */

IrType k_type_like(IrContext *c, IrType like,
                   Dtype elem); /* elem, in as many lanes as `like` */
IrValue *k_unary(IrBuilder *b, IrOpKind kind, IrValue *x);
IrValue *k_binary(IrBuilder *b, IrOpKind kind, IrValue *x, IrValue *y);
IrValue *k_cmpi(IrBuilder *b, const char *predicate, IrValue *x, IrValue *y);
IrValue *k_cmpf(IrBuilder *b, const char *predicate, IrValue *x, IrValue *y);
IrValue *k_select(IrBuilder *b, IrValue *condition, IrValue *x, IrValue *y);
IrValue *k_cast(IrBuilder *b, IrOpKind kind, IrValue *x, IrType to);
IrValue *k_fma(IrBuilder *b, IrValue *x, IrValue *y,
               IrValue *z); /* x * y + z, rounded once */
/* Index arithmetic; constants are folded. */
IrValue *k_add_index(IrBuilder *b, IrValue *x, IrValue *y);
IrValue *k_sub_index(IrBuilder *b, IrValue *x, IrValue *y);
IrValue *k_mul_index(IrBuilder *b, IrValue *x, IrValue *y);
IrValue *k_div_index(IrBuilder *b, IrValue *x, IrValue *y); /* neither is negative */
IrValue *k_rem_index(IrBuilder *b, IrValue *x, IrValue *y);
IrValue *k_min_index(IrBuilder *b, IrValue *x, IrValue *y);

/* ----------------------------------------------------------------------------- memory */

IrValue *k_alloc(IrBuilder *b, IrType memref);
IrValue *k_alloca(IrBuilder *b, IrType memref);
IrValue *k_view(IrBuilder *b, IrValue *arena, int64_t offset, IrType memref);
IrValue *k_view_at(IrBuilder *b, IrValue *arena, IrValue *offset, IrType memref);
IrValue *k_get_global(IrBuilder *b, const char *name, IrType memref);
/* A private constant at the start of the module. */
IrOp *k_global(IrModule *m, const char *name, IrType memref, IrAttr elements, IrLoc loc);
IrValue *k_collapse(IrBuilder *b, IrValue *memref); /* the same elements, rank 1 */
IrOp *k_copy(IrBuilder *b, IrValue *source, IrValue *target);
IrValue *k_load(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *idx);
IrOp *k_store(IrBuilder *b, IrValue *value, IrValue *memref, size_t n,
              IrValue *const *idx);

/* ---------------------------------------------------------------------------- vectors */

IrValue *k_vload(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *idx,
                 IrType vector);
IrOp *k_vstore(IrBuilder *b, IrValue *value, IrValue *memref, size_t n,
               IrValue *const *idx);
/* Lanes where mask is 0 are not touched; a load takes them from `pass`, whose type it
 * has. */
IrValue *k_maskedload(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *idx,
                      IrValue *mask, IrValue *pass);
IrOp *k_maskedstore(IrBuilder *b, IrValue *value, IrValue *memref, size_t n,
                    IrValue *const *idx, IrValue *mask);
/* Element idx + lanes[i] (in elements of the last dimension) for each lane i. */
IrValue *k_gather(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *idx,
                  IrValue *lanes, IrValue *mask, IrValue *pass);
IrOp *k_scatter(IrBuilder *b, IrValue *value, IrValue *memref, size_t n,
                IrValue *const *idx, IrValue *lanes, IrValue *mask);
IrValue *k_broadcast(IrBuilder *b, IrValue *x, IrType vector);
IrValue *k_mask(IrBuilder *b, IrValue *n, IrType mask); /* the first n lanes */
IrValue *k_reduction(IrBuilder *b, const char *kind, IrValue *vector);
IrValue *k_extract(IrBuilder *b, IrValue *vector, int64_t lane);
IrValue *k_insert(IrBuilder *b, IrValue *scalar, IrValue *vector, int64_t lane);
IrValue *k_shuffle(IrBuilder *b, IrValue *x, IrValue *y, size_t lanes,
                   const int64_t *mask);
IrValue *k_step(IrBuilder *b, int64_t lanes); /* 0, 1, 2 ... of index */

/* ----------------------------------------------------------------------- control flow */

/* Each _begin moves the builder into the body, each _end (given the values that the body
 * yields) behind the op. The body's arguments are k_arg(op, i): for a loop the index, then
 * the iters. */
IrValue *k_arg(const IrOp *op, uint32_t i);
IrOp *k_for_begin(IrBuilder *b, IrValue *lo, IrValue *hi, IrValue *step, size_t n,
                  IrValue *const *inits);
void k_for_end(IrBuilder *b, IrOp *op, size_t n, IrValue *const *yields);
IrOp *k_parallel_begin(IrBuilder *b, size_t dims, IrValue *const *lo, IrValue *const *hi,
                       IrValue *const *step);
void k_parallel_end(IrBuilder *b, IrOp *op);
/* Without results the else part may be left out. */
IrOp *k_if_begin(IrBuilder *b, IrValue *condition, size_t results, const IrType *types);
void k_if_else(IrBuilder *b, IrOp *op, size_t n, IrValue *const *yields);
void k_if_end(IrBuilder *b, IrOp *op, size_t n, IrValue *const *yields);
/* The builder is in the `before` region, whose arguments are k_arg; k_while_do ends it and
 * goes to the `after` region, whose arguments are k_while_arg. */
IrOp *k_while_begin(IrBuilder *b, size_t n, IrValue *const *inits, size_t results,
                    const IrType *types);
void k_while_do(IrBuilder *b, IrOp *op, IrValue *condition, size_t n,
                IrValue *const *args);
IrValue *k_while_arg(const IrOp *op, uint32_t i);
void k_while_end(IrBuilder *b, IrOp *op, size_t n, IrValue *const *yields);

/* ------------------------------------------------------------------------------- GPUs */

/* A grid of blocks of threads (sizes x, y, z), each block with its own buffers of the
 * types `shared` (ir_shared_memref). It stands directly in a function. */
IrOp *k_launch_begin(IrBuilder *b, const int64_t grid[3], const int64_t block[3],
                     size_t n, const IrType *shared);
void k_launch_end(IrBuilder *b, IrOp *op);
/* Of its grid; of sizes that are no constants 0. */
int64_t k_launch_blocks(const IrOp *launch);
/* In the body; dimension 0, 1, 2 is x, y, z. */
IrValue *k_block_id(const IrOp *launch, uint32_t dimension);
IrValue *k_thread_id(const IrOp *launch, uint32_t dimension);
IrValue *k_launch_shared(const IrOp *launch, uint32_t i);
/* One buffer more. */
IrValue *k_launch_add_shared(IrBuilder *b, IrOp *launch, IrType shared);
/* All threads of the block come here before one goes on, and see what the others wrote. */
IrOp *k_barrier(IrBuilder *b);
/* Adds 1 to an i32 and gives what it was, one thread after the other. What a thread wrote
 * before (and those of its block, if a barrier is between) is there for who comes later. */
IrValue *k_atomic_next(IrBuilder *b, IrValue *memref, IrValue *at);
/* The value that another thread of the warp has: mode xor, down, up (the thread whose
 * number is this one's xor, plus, minus offset) or idx (the number is offset), among
 * `width` neighbours. Both are i32. */
IrValue *k_warp_shuffle(IrBuilder *b, const char *mode, IrValue *value, IrValue *offset,
                        IrValue *width);

/* A copy of `elements` (4, 8 or 16 bytes) from a kernel's memory to that of the block,
 * which goes on while the thread does other things: it is done when the thread has waited
 * for its group, and other threads see it after a barrier. Only the first `present`
 * (index; NULL: all) are read; the rest becomes 0. Both places are multiples of the size. */
typedef struct KCopy {
    IrValue *to, *from;
    size_t to_rank, from_rank;
    IrValue *const *to_at, *const *from_at;
    int64_t elements;
    IrValue *present;
} KCopy;
IrValue *k_async_copy(IrBuilder *b, const KCopy *copy);
/* This thread's copies since its last group: the n tokens. */
IrValue *k_async_group(IrBuilder *b, size_t n, IrValue *const *copies);
/* Until the thread's groups are done but the last `left`. */
void k_async_wait(IrBuilder *b, IrValue *group, int64_t left);

/* All lanes of a warp together. Fragments (ir_fragment) are what a lane holds of a matrix,
 * by the layouts of PTX's mma.m16n8k16 (f16, bf16) and mma.m16n8k8 (f32, cut to tf32). */

/* `count` matrices of 8 rows of 16 bytes side by side: lanes 0 to 7 name the rows of the
 * first, the next 8 those of the second ... Turned round (16 bits only), a row becomes a
 * column. */
IrValue *k_load_matrix(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *at,
                       int64_t count, bool turned);
/* a[16,k] * b[k,8] + c[16,8], c of f32 */
IrValue *k_mma(IrBuilder *b, IrValue *x, IrValue *y, IrValue *sums);
/* Some words of a fragment; two elements of the sums, side by side in a row of c. */
IrValue *k_fragment_words(IrBuilder *b, IrValue *fragment, int64_t first, int64_t count);
IrValue *k_fragment_row(IrBuilder *b, IrValue *fragment, int64_t row);
/* Four warps together (wgmma): matrices of f16 or bf16 in the block's memory, with lines of
 * 128 bytes at multiples of 1024 whose 8 chunks lie in the order c ^ (line % 8). A matrix
 * of 64 by 64, or 64 by n, that lies by rows of k is [row][64]; else it is [panel][k][64]. */
IrValue *k_matrix(IrBuilder *b, IrValue *buffer, int64_t rows, int64_t columns);
IrValue *k_warpgroup_zero(IrBuilder *b, int64_t columns);
/* a * b + sums is begun; then no more than `left` products may be under way. `by_k`: lines
 * of a or b are k. */
IrValue *k_warpgroup_mma(IrBuilder *b, IrValue *x, IrValue *y, IrValue *sums, bool x_by_k,
                         bool y_by_k, int64_t left);
void k_warpgroup_wait(IrBuilder *b, int64_t left);
/* Before a barrier: what this thread copied is there for them. */
void k_fence_proxy(IrBuilder *b);
/* The sums of the lane's warp, 16 rows, as fragments of 8 columns each: columns / 8. */
void k_fragments(IrBuilder *b, IrValue *sums, IrValue **out);

/* Boxes of a matrix, copied as a whole by one thread that does not wait for them (TMA). They
 * come as wgmma wants them: lines of 128 bytes, chunk c of line i at c ^ (i % 8). */

/* Outside of launches: how boxes of rows by columns (128 bytes) are copied out of a buffer,
 * seen as a matrix of so many lines. */
IrValue *k_tensor_map(IrBuilder *b, IrValue *memref, int64_t lines, int64_t rows,
                      int64_t columns);
/* Barriers of the block: a phase of one ends when so many threads have arrived at it and as
 * many bytes have come as they said; then the next begins. The first has parity 0. */
IrValue *k_barriers(IrBuilder *b, int64_t count);
void k_barrier_init(IrBuilder *b, IrValue *barriers, IrValue *which, int64_t arrivals);
/* By the thread that made them; others see them behind a barrier of all. */
void k_barrier_fence(IrBuilder *b);
/* `bytes` are to come; and this thread has arrived. */
void k_barrier_arrive(IrBuilder *b, IrValue *barriers, IrValue *which, int64_t bytes);
/* Until the phase of this parity (i1) has ended: the one that runs, or the one before it. */
void k_barrier_wait(IrBuilder *b, IrValue *barriers, IrValue *which, IrValue *parity);
/* The box that begins there, to a buffer of its shape; beyond the matrix are zeros. Its bytes
 * are counted at a barrier when they have come. */
void k_tensor_load(IrBuilder *b, IrValue *map, IrValue *row, IrValue *column, IrValue *to,
                   IrValue *barriers, IrValue *which);
/* A word of f32 replaced. */
IrValue *k_fragment_insert(IrBuilder *b, IrValue *scalar, IrValue *fragment, int64_t row);

#endif
