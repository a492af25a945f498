/* Builds graph ops: one function per op, result types inferred. The operands must fit: a builder's
 * mistake is a defect of ours and ends the process, unless the builder has `diags`; then it is a
 * diagnostic there, and the result is NULL. Scalars are tensors of rank 0. */
#ifndef IR_BUILD_H
#define IR_BUILD_H

#include "ir/ir.h"

/* Where ops go: before `before`, or at the end of `block` if that is NULL. */
typedef struct IrBuilder {
    IrModule *module;
    IrBlock *block;
    IrOp *before;
    IrLoc loc;
    DiagList *diags;    /* NULL: mistakes are defects */
} IrBuilder;

IrBuilder ir_builder_at_end(IrModule *m, IrBlock *block, IrLoc loc);
IrBuilder ir_builder_before(IrOp *op);      /* with op's place */

/* Any op, result types given. */
IrOp *ir_build(IrBuilder *b, IrOpKind kind, size_t operands, IrValue *const *in, size_t results,
               const IrType *types, size_t attrs, const IrNamedAttr *attr);
/* Any graph op without regions, result types inferred. */
IrOp *ir_build_inferred(IrBuilder *b, IrOpKind kind, size_t operands, IrValue *const *in,
                        size_t results, size_t attrs, const IrNamedAttr *attr);

/* Elementwise ops of one and two operands: ir_abs(b, x), ir_add(b, x, y), ... */
#define GRAPH_OP(id, name, in, out, regions, class, ...) IR_DECLARE_##class(id)
#define IR_DECLARE_UNARY(id) IrValue *ir_##id(IrBuilder *b, IrValue *x);
#define IR_DECLARE_BINARY(id) IrValue *ir_##id(IrBuilder *b, IrValue *x, IrValue *y);
#define IR_DECLARE_ELEMENTWISE(id)
#define IR_DECLARE_SHAPE(id)
#define IR_DECLARE_SOURCE(id)
#define IR_DECLARE_REDUCTION(id)
#define IR_DECLARE_CONTRACTION(id)
#define IR_DECLARE_WINDOW(id)
#define IR_DECLARE_INDEXED(id)
#define IR_DECLARE_RANDOM(id)
#define IR_DECLARE_BARRIER(id)
#define IR_DECLARE_CONTROL(id)
#include "ir/ops.def"

typedef enum { IR_EQ, IR_NE, IR_GE, IR_GT, IR_LE, IR_LT } IrDirection;

IrValue *ir_convert(IrBuilder *b, IrValue *x, Dtype to);           /* x itself if it has the type */
IrValue *ir_bitcast_convert(IrBuilder *b, IrValue *x, Dtype to);
IrValue *ir_compare(IrBuilder *b, IrDirection d, IrValue *x, IrValue *y);
IrValue *ir_select(IrBuilder *b, IrValue *p, IrValue *x, IrValue *y);
IrValue *ir_clamp(IrBuilder *b, IrValue *lo, IrValue *x, IrValue *hi);
IrValue *ir_is_finite(IrBuilder *b, IrValue *x);

IrValue *ir_constant(IrBuilder *b, IrAttr elements);
IrValue *ir_splat(IrBuilder *b, IrType type, double value);        /* a constant of any shape */
IrValue *ir_scalar_constant(IrBuilder *b, Dtype elem, double value);
IrValue *ir_iota(IrBuilder *b, IrType type, int64_t dimension);

IrValue *ir_broadcast_in_dim(IrBuilder *b, IrValue *x, IrType to, const int64_t *dims);
IrValue *ir_reshape(IrBuilder *b, IrValue *x, int rank, const int64_t *dims); /* x if same shape */
IrValue *ir_transpose(IrBuilder *b, IrValue *x, const int64_t *permutation);
IrValue *ir_reverse(IrBuilder *b, IrValue *x, size_t count, const int64_t *dimensions);
IrValue *ir_concatenate(IrBuilder *b, size_t count, IrValue *const *xs, int64_t dimension);
IrValue *ir_slice(IrBuilder *b, IrValue *x, const int64_t *start, const int64_t *limit,
                  const int64_t *strides);                          /* strides NULL: 1 */
IrValue *ir_dynamic_slice(IrBuilder *b, IrValue *x, IrValue *const *starts, const int64_t *sizes);
IrValue *ir_dynamic_update_slice(IrBuilder *b, IrValue *x, IrValue *update, IrValue *const *starts);
IrValue *ir_pad(IrBuilder *b, IrValue *x, IrValue *value, const int64_t *low, const int64_t *high,
                const int64_t *interior);                           /* interior NULL: 0 */

/* dims: fields of the same names. */
typedef struct IrDotDims {
    size_t batch, contract;
    int64_t lhs_batch[IR_MAX_RANK], rhs_batch[IR_MAX_RANK];
    int64_t lhs_contract[IR_MAX_RANK], rhs_contract[IR_MAX_RANK];
} IrDotDims;
IrValue *ir_dot_general(IrBuilder *b, IrValue *lhs, IrValue *rhs, const IrDotDims *dims);
IrDotDims ir_dot_dims(const IrOp *dot);
/* How many products are summed for an element of the result; 2^50 for more than that. */
int64_t ir_dot_depth(const IrOp *dot);

typedef struct IrConvDims {
    size_t spatial;                              /* number of spatial dimensions */
    int64_t input_batch, input_feature, input_spatial[IR_MAX_RANK];
    int64_t kernel_input, kernel_output, kernel_spatial[IR_MAX_RANK];
    int64_t output_batch, output_feature, output_spatial[IR_MAX_RANK];
    int64_t strides[IR_MAX_RANK], pad_low[IR_MAX_RANK], pad_high[IR_MAX_RANK];
    int64_t lhs_dilation[IR_MAX_RANK], rhs_dilation[IR_MAX_RANK];
    bool reversal[IR_MAX_RANK];
    int64_t feature_groups, batch_groups;
} IrConvDims;
IrValue *ir_convolution(IrBuilder *b, IrValue *lhs, IrValue *rhs, const IrConvDims *dims);
IrConvDims ir_conv_dims(const IrOp *conv);      /* all fields filled in, defaults too */

typedef struct IrGatherDims {
    size_t offset, collapsed, batching, map;     /* lengths */
    int64_t offset_dims[IR_MAX_RANK], collapsed_slice_dims[IR_MAX_RANK];
    int64_t operand_batching_dims[IR_MAX_RANK], start_indices_batching_dims[IR_MAX_RANK];
    int64_t start_index_map[IR_MAX_RANK];
    int64_t index_vector_dim;
} IrGatherDims;
IrValue *ir_gather(IrBuilder *b, IrValue *operand, IrValue *indices, const IrGatherDims *dims,
                   const int64_t *slice_sizes);
IrGatherDims ir_gather_dims(const IrOp *gather);

typedef struct IrScatterDims {
    size_t window, inserted, batching, map;      /* lengths */
    int64_t update_window_dims[IR_MAX_RANK], inserted_window_dims[IR_MAX_RANK];
    int64_t input_batching_dims[IR_MAX_RANK], scatter_indices_batching_dims[IR_MAX_RANK];
    int64_t scatter_dims_to_operand_dims[IR_MAX_RANK];
    int64_t index_vector_dim;
} IrScatterDims;
/* One input; the body combines by `combine` (OP_add, OP_maximum, ...), or OP_yield: the update. */
IrValue *ir_scatter(IrBuilder *b, IrValue *input, IrValue *indices, IrValue *updates,
                    const IrScatterDims *dims, IrOpKind combine);
IrScatterDims ir_scatter_dims(const IrOp *scatter);

/* Over `dimensions` by a commutative op (OP_add, OP_maximum, OP_minimum, OP_multiply, OP_and,
 * OP_or), from its neutral element. */
IrValue *ir_reduce(IrBuilder *b, IrValue *x, IrOpKind by, size_t count, const int64_t *dimensions);
IrValue *ir_neutral(IrBuilder *b, IrOpKind by, Dtype elem);     /* the scalar ir_reduce starts from */
/* The op of a body that is one commutative op of its two arguments; OP_COUNT if it is not that. */
IrOpKind ir_body_op(const IrRegion *body);

/* All windows have full rank. */
typedef struct IrWindow {
    int rank;
    int64_t size[IR_MAX_RANK], stride[IR_MAX_RANK];
    int64_t base_dilation[IR_MAX_RANK], window_dilation[IR_MAX_RANK];
    int64_t pad_low[IR_MAX_RANK], pad_high[IR_MAX_RANK];
} IrWindow;
IrValue *ir_reduce_window(IrBuilder *b, IrValue *x, IrOpKind by, const IrWindow *w);
IrWindow ir_window(const IrOp *op);             /* of reduce_window and select_and_scatter */
/* Selects by `select` (IR_GE: the maximum), scatters by addition from 0. */
IrValue *ir_select_and_scatter(IrBuilder *b, IrValue *operand, IrValue *source, IrDirection select,
                               const IrWindow *w);

/* bits: a tensor of ui32 or ui64; new_state may be NULL. */
IrValue *ir_rng_bits(IrBuilder *b, IrValue *state, IrType bits, IrValue **new_state);
/* How rng_bit_generator lays out bits of up to 32: two neighbours along this dimension share a block
 * of Threefry, the first of even size; if there is none, the greatest. And how many blocks bits of
 * a type take (64-bit ones: one each). As XLA has it. */
int ir_rng_shared_dimension(IrType bits);
int64_t ir_rng_blocks(IrType bits);
IrOp *ir_call(IrBuilder *b, IrOp *func, size_t count, IrValue *const *args);
IrOp *ir_return(IrBuilder *b, size_t count, IrValue *const *values);
/* The marker that the gradient pass replaces: d loss / d wrt[i], each of wrt[i]'s type. */
IrOp *ir_gradient(IrBuilder *b, IrValue *loss, size_t count, IrValue *const *wrt);

/* Sugar: a scalar in the shape of `like`; y broadcast to x's type along the leading or trailing
 * dimensions is the caller's to say with ir_broadcast_in_dim. */
IrValue *ir_like(IrBuilder *b, IrValue *like, double value);    /* a splat of like's type */
IrValue *ir_sum(IrBuilder *b, IrValue *x, size_t count, const int64_t *dimensions);

#endif
