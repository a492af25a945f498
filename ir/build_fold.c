/* Builders of ops with dimension numbers, and of those whose regions say how to combine.
 * */
#include "ir/build_dims.h"

#include <assert.h>

static IrContext *context(const IrBuilder *b) { return b->module->context; }

static IrOp *build(IrBuilder *b, IrOpKind kind, size_t operands, IrValue *const *in,
                   size_t attrs, const IrNamedAttr *attr)
{
    return ir_build_inferred(b, kind, operands, in, 1, attrs, attr);
}

/* Its one result; NULL of an op that did not fit. */
static IrValue *value(IrOp *op) { return op ? ir_result(op, 0) : NULL; }

static IrNamedAttr ints(const IrBuilder *b, const char *name, size_t count,
                        const int64_t *list)
{
    return (IrNamedAttr){name, ir_attr_i64s(context(b), count, list)};
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

IrValue *ir_dot_general(IrBuilder *b, IrValue *lhs, IrValue *rhs, const IrDotDims *dims)
{
    IrNamedAttr attr = {"dot_dimension_numbers", build_dot_attr(context(b), dims)};
    return value(build(b, OP_dot_general, 2, (IrValue *[]){lhs, rhs}, 1, &attr));
}

IrValue *ir_convolution(IrBuilder *b, IrValue *lhs, IrValue *rhs, const IrConvDims *d)
{
    IrContext *c = context(b);
    int64_t reversal[IR_MAX_RANK];
    for (size_t i = 0; i < d->spatial; i++)
        reversal[i] = d->reversal[i];
    IrNamedAttr attrs[] = {
        {"dimension_numbers", build_conv_attr(c, d)},
        ints(b, "window_strides", d->spatial, d->strides),
        {"padding", build_padding_attr(c, d->spatial, d->pad_low, d->pad_high)},
        ints(b, "lhs_dilation", d->spatial, d->lhs_dilation),
        ints(b, "rhs_dilation", d->spatial, d->rhs_dilation),
        {"window_reversal", ir_attr_ints(c, DTYPE_i1, d->spatial, reversal)},
        {"feature_group_count", ir_attr_i64(c, d->feature_groups)},
        {"batch_group_count", ir_attr_i64(c, d->batch_groups)},
    };
    return value(
        build(b, OP_convolution, 2, (IrValue *[]){lhs, rhs}, COUNT(attrs), attrs));
}

IrValue *ir_gather(IrBuilder *b, IrValue *operand, IrValue *indices,
                   const IrGatherDims *dims, const int64_t *slice_sizes)
{
    IrNamedAttr attrs[] = {
        {"dimension_numbers", build_gather_attr(context(b), dims)},
        ints(b, "slice_sizes", (size_t)operand->type->rank, slice_sizes),
    };
    return value(build(b, OP_gather, 2, (IrValue *[]){operand, indices}, 2, attrs));
}

/* ----------------------------------------------------------------------- with regions */

/* A builder at the end of a region's new block, which has two scalar arguments. */
static IrBuilder enter(const IrBuilder *b, IrRegion *r, Dtype elem, IrValue *args[2])
{
    IrBlock *block = ir_region_block(r);
    for (int i = 0; i < 2; i++)
        args[i] = ir_block_add_arg(block, ir_tensor(context(b), elem, 0, NULL), b->loc);
    IrBuilder in = ir_builder_at_end(b->module, block, b->loc);
    in.diags = b->diags;
    return in;
}

static void yield(IrBuilder *b, IrValue *v)
{
    ir_build(b, OP_yield, 1, &v, 0, NULL, 0, NULL);
}

/* (x, y) -> x by y;  OP_yield: y. False: there is no such op of these elements. */
static bool combine_body(const IrBuilder *b, IrRegion *r, IrOpKind by, Dtype elem)
{
    IrValue *args[2];
    IrBuilder in = enter(b, r, elem, args);
    IrValue *v = by == OP_yield ? args[1] : value(build(&in, by, 2, args, 0, NULL));
    if (v)
        yield(&in, v);
    return v;
}

/* (x, y) -> whether x is chosen before y */
static bool select_body(const IrBuilder *b, IrRegion *r, IrDirection d, Dtype elem)
{
    IrValue *args[2];
    IrBuilder in = enter(b, r, elem, args);
    IrValue *v = ir_compare(&in, d, args[0], args[1]);
    if (v)
        yield(&in, v);
    return v;
}

/* The result of an op whose regions are filled; one that has none is taken out again. */
static IrValue *finished(IrOp *op, bool good)
{
    if (good)
        return value(op);
    ir_op_erase(op);
    return NULL;
}

IrValue *ir_scatter(IrBuilder *b, IrValue *input, IrValue *indices, IrValue *updates,
                    const IrScatterDims *dims, IrOpKind combine)
{
    IrNamedAttr attr = {"scatter_dimension_numbers",
                        build_scatter_attr(context(b), dims)};
    IrOp *op = build(b, OP_scatter, 3, (IrValue *[]){input, indices, updates}, 1, &attr);
    return op ? finished(op, combine_body(b, &op->regions[0], combine, input->type->elem))
              : NULL;
}

IrValue *ir_reduce(IrBuilder *b, IrValue *x, IrOpKind by, size_t count,
                   const int64_t *dimensions)
{
    IrNamedAttr attr = ints(b, "dimensions", count, dimensions);
    IrValue *in[] = {x, ir_neutral(b, by, x->type->elem)};
    IrOp *op = build(b, OP_reduce, 2, in, 1, &attr);
    return op ? finished(op, combine_body(b, &op->regions[0], by, x->type->elem)) : NULL;
}

IrValue *ir_sum(IrBuilder *b, IrValue *x, size_t count, const int64_t *dimensions)
{
    return ir_reduce(b, x, OP_add, count, dimensions);
}

IrOpKind ir_body_op(const IrRegion *body)
{
    const IrBlock *k = body->block;
    const IrOp *op = k ? k->first : NULL;
    if (!op || k->arg_count != 2 || op->operand_count != 2 || op->result_count != 1 ||
        !(ir_op_info(op->kind)->traits & IR_COMMUTES))
        return OP_COUNT;
    const IrValue *x = ir_operand(op, 0), *y = ir_operand(op, 1);
    bool folds =
        (x == k->args[0] && y == k->args[1]) || (x == k->args[1] && y == k->args[0]);
    const IrOp *end = op->next;
    bool ends = end && end->kind == OP_yield && end->operand_count == 1 &&
                ir_operand(end, 0) == ir_result(op, 0);
    return folds && ends ? op->kind : OP_COUNT;
}

/* The attributes that both window ops have. */
enum { WINDOW_ATTRS = 3 };

static void window_attrs(const IrBuilder *b, const IrWindow *w,
                         IrNamedAttr attrs[WINDOW_ATTRS])
{
    size_t rank = (size_t)w->rank;
    attrs[0] = ints(b, "window_dimensions", rank, w->size);
    attrs[1] = ints(b, "window_strides", rank, w->stride);
    attrs[2] = (IrNamedAttr){
        "padding", build_padding_attr(context(b), rank, w->pad_low, w->pad_high)};
}

IrValue *ir_reduce_window(IrBuilder *b, IrValue *x, IrOpKind by, const IrWindow *w)
{
    IrNamedAttr attrs[WINDOW_ATTRS + 2];
    IrValue *in[] = {x, ir_neutral(b, by, x->type->elem)};
    window_attrs(b, w, attrs);
    attrs[WINDOW_ATTRS] = ints(b, "base_dilations", (size_t)w->rank, w->base_dilation);
    attrs[WINDOW_ATTRS + 1] =
        ints(b, "window_dilations", (size_t)w->rank, w->window_dilation);
    IrOp *op = build(b, OP_reduce_window, 2, in, COUNT(attrs), attrs);
    return op ? finished(op, combine_body(b, &op->regions[0], by, x->type->elem)) : NULL;
}

IrValue *ir_select_and_scatter(IrBuilder *b, IrValue *operand, IrValue *source,
                               IrDirection select, const IrWindow *w)
{
    Dtype elem = operand->type->elem;
    IrNamedAttr attrs[WINDOW_ATTRS];
    IrValue *in[] = {operand, source, ir_neutral(b, OP_add, elem)};
    window_attrs(b, w, attrs);
    IrOp *op = build(b, OP_select_and_scatter, 3, in, COUNT(attrs), attrs);
    return op ? finished(op, select_body(b, &op->regions[0], select, elem) &&
                                 combine_body(b, &op->regions[1], OP_add, elem))
              : NULL;
}
