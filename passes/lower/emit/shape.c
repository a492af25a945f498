/* Ops that move elements: the value at a point is a value of the operand at another point. */
#include "passes/lower/lower.h"

#include <string.h>

static Point *operand_point(Emit *e, const IrOp *op, uint32_t i, const Index *at, const Point *p)
{
    IrType t = ir_operand(op, i)->type;
    return point_at(e, t->rank, t->dims, at, p);
}

static IrValue *at_operand(Emit *e, const IrOp *op, const Index *at, const Point *p)
{
    return emit_value(e, ir_operand(op, 0), operand_point(e, op, 0, at, p));
}

static IrValue *broadcast_in_dim(Emit *e, const IrOp *op, Point *p)
{
    IrType from = ir_operand(op, 0)->type;
    const int64_t *dims = ir_op_ints(op, "broadcast_dimensions", NULL);
    Index at[IR_MAX_RANK];
    if (ir_elements(from) == 1 && from->rank == 0)
        return emit_value(e, ir_operand(op, 0), point_scalar(e));
    const Index *to = from->rank ? point_indices(e, p) : NULL;
    for (int i = 0; i < from->rank; i++)
        at[i] = from->dims[i] == 1 ? index_const(e, 0) : to[dims[i]];
    return at_operand(e, op, at, p);
}

static IrValue *reshape(Emit *e, const IrOp *op, Point *p)
{
    IrType from = ir_operand(op, 0)->type;
    Point *q = point_linear(e, from->rank, from->dims, point_position(e, p), p);
    q->identity = p->identity;
    return emit_value(e, ir_operand(op, 0), q);
}

static IrValue *transpose(Emit *e, const IrOp *op, Point *p)
{
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    const Index *to = point_indices(e, p);
    Index at[IR_MAX_RANK];
    for (int i = 0; i < p->rank; i++)
        at[permutation[i]] = to[i];
    return at_operand(e, op, at, p);
}

static IrValue *slice(Emit *e, const IrOp *op, Point *p)
{
    const int64_t *start = ir_op_ints(op, "start_indices", NULL);
    const int64_t *strides = ir_op_ints(op, "strides", NULL);
    const Index *to = point_indices(e, p);
    Index at[IR_MAX_RANK];
    for (int i = 0; i < p->rank; i++)
        at[i] = index_add_const(e, index_mul_const(e, to[i], strides[i]), start[i]);
    return at_operand(e, op, at, p);
}

static IrValue *reverse(Emit *e, const IrOp *op, Point *p)
{
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    const Index *to = point_indices(e, p);
    Index at[IR_MAX_RANK];
    for (int i = 0; i < p->rank; i++)
        at[i] = to[i];
    for (size_t i = 0; i < count; i++)
        at[dims[i]] = index_add_const(e, index_negate(e, at[dims[i]]), p->dims[dims[i]] - 1);
    return at_operand(e, op, at, p);
}

static Point *guarded(Emit *e, Point *p, IrValue *valid)
{
    p->mask = mask_and(e, p->mask, valid);
    p->guarded = true;
    return p;
}

/* Position x of a padded dimension: the operand's index, and whether there is one. */
static Index unpad(Emit *e, Index x, int64_t size, int64_t low, int64_t interior, IrValue **valid)
{
    x = index_add_const(e, x, -low);
    int64_t extent = size ? (size - 1) * (interior + 1) + 1 : 0;
    *valid = mask_and(e, *valid, index_in_range(e, x, 0, extent));
    if (!interior)
        return x;
    Index rest = index_rem_const(e, x, interior + 1);
    *valid = mask_and(e, *valid, index_in_range(e, rest, 0, 1));
    return index_div_const(e, x, interior + 1);
}

static IrValue *pad(Emit *e, const IrOp *op, Point *p)
{
    IrType from = ir_operand(op, 0)->type;
    const int64_t *low = ir_op_ints(op, "edge_padding_low", NULL);
    const int64_t *high = ir_op_ints(op, "edge_padding_high", NULL);
    const int64_t *interior = ir_op_ints(op, "interior_padding", NULL);
    const Index *to = point_indices(e, p);
    Index at[IR_MAX_RANK];
    IrValue *valid = NULL, *fill = emit_value(e, ir_operand(op, 1), point_scalar(e));
    for (int i = 0; i < p->rank; i++) {
        at[i] = to[i];
        if (low[i] || high[i] || interior[i])
            at[i] = unpad(e, to[i], from->dims[i], low[i], interior[i], &valid);
    }
    if (!valid)
        return at_operand(e, op, at, p);
    if (!ir_elements(from))
        return fill;
    Point *q = guarded(e, operand_point(e, op, 0, at, p), valid);
    return k_select(&e->b, valid, emit_value(e, ir_operand(op, 0), q), fill);
}

static IrValue *concatenate(Emit *e, const IrOp *op, Point *p)
{
    int64_t dimension = ir_op_int(op, "dimension"), end = p->dims[dimension];
    const Index *to = point_indices(e, p);
    Index at[IR_MAX_RANK];
    IrValue *result = NULL;
    for (int i = 0; i < p->rank; i++)
        at[i] = to[i];
    for (uint32_t i = op->operand_count; i-- > 0;) {
        IrValue *x = ir_operand(op, i);
        int64_t size = x->type->dims[dimension], start = end - size;
        if (!size)
            continue;
        at[dimension] = index_add_const(e, to[dimension], -start);
        IrValue *valid = index_in_range(e, at[dimension], 0, size);
        IrValue *v = emit_value(e, x, guarded(e, operand_point(e, op, i, at, p), valid));
        result = result ? k_select(&e->b, valid, v, result) : v;
        end = start;
    }
    return result ? result : k_int(&e->b, lane_type(e, op->results[0].type->elem), 0);
}

/* A scalar start index, clamped so that the slice fits. */
static Index clamped_start(Emit *e, IrValue *start, int64_t room)
{
    Dtype elem = start->type->elem;
    IrValue *v = emit_value(e, start, point_scalar(e));
    v = emit_convert(e, v, elem, DTYPE_i64);
    if (elem == DTYPE_ui64)         /* beyond the greatest i64: as far as it goes */
        v = k_binary(&e->b, OP_arith_minui, v, k_int(&e->b, v->type, INT64_MAX));
    IrValue *i = k_cast(&e->b, OP_arith_index_cast, k_extract(&e->b, v, 0), ir_index(e->c));
    return index_clamp(e, (Index){.base = i}, 0, room);
}

static IrValue *dynamic_slice(Emit *e, const IrOp *op, Point *p)
{
    IrType from = ir_operand(op, 0)->type;
    const Index *to = point_indices(e, p);
    Index at[IR_MAX_RANK];
    for (int i = 0; i < p->rank; i++) {
        Index start = clamped_start(e, ir_operand(op, (uint32_t)i + 1), from->dims[i] - p->dims[i]);
        at[i] = index_add(e, to[i], start);
    }
    return at_operand(e, op, at, p);
}

static IrValue *dynamic_update_slice(Emit *e, const IrOp *op, Point *p)
{
    IrValue *update = ir_operand(op, 1);
    const Index *to = point_indices(e, p);
    IrValue *valid = NULL;
    Index at[IR_MAX_RANK];
    for (int i = 0; i < p->rank; i++) {
        int64_t size = update->type->dims[i];
        Index start = clamped_start(e, ir_operand(op, (uint32_t)i + 2), p->dims[i] - size);
        at[i] = index_add(e, to[i], index_negate(e, start));
        valid = mask_and(e, valid, index_in_range(e, at[i], 0, size));
    }
    IrValue *old = emit_value(e, ir_operand(op, 0), p);
    if (!ir_elements(update->type))
        return old;
    Point *q = operand_point(e, op, 1, at, p);
    if (valid)
        guarded(e, q, valid);
    IrValue *new = emit_value(e, update, q);
    return valid ? k_select(&e->b, valid, new, old) : new;
}

static IrValue *iota(Emit *e, const IrOp *op, Point *p)
{
    Dtype elem = op->results[0].type->elem;
    Index i = point_indices(e, p)[ir_op_int(op, "iota_dimension")];
    return emit_convert(e, index_lanes(e, i), DTYPE_i32, elem);
}

IrValue *emit_shape(Emit *e, const IrOp *op, Point *p)
{
    switch (op->kind) {
    case OP_broadcast_in_dim: return broadcast_in_dim(e, op, p);
    case OP_reshape: return reshape(e, op, p);
    case OP_transpose: return transpose(e, op, p);
    case OP_slice: return slice(e, op, p);
    case OP_reverse: return reverse(e, op, p);
    case OP_pad: return pad(e, op, p);
    case OP_concatenate: return concatenate(e, op, p);
    case OP_dynamic_slice: return dynamic_slice(e, op, p);
    case OP_dynamic_update_slice: return dynamic_update_slice(e, op, p);
    default: return iota(e, op, p);
    }
}

/* ------------------------------------------------------------------------------------- gather */

/* Component k of the start index that belongs to the batch part of p. */
static Index start_component(Emit *e, const IrOp *op, const IrGatherDims *g, const Index *batch,
                             size_t k, Point *p)
{
    IrValue *indices = ir_operand(op, 1);
    Index at[IR_MAX_RANK];
    int rank = indices->type->rank;
    bool uniform = true;
    for (int i = 0, n = 0; i < rank; i++) {
        at[i] = i == g->index_vector_dim ? index_const(e, (int64_t)k) : batch[n++];
        uniform &= !at[i].lanes && !at[i].step;
    }
    IrValue *v = emit_value(e, indices, operand_point(e, op, 1, at, p));
    Dtype elem = indices->type->elem;
    if (dtype_bytes(elem) < 4)
        v = emit_convert(e, v, elem, DTYPE_i32);
    else if (dtype_kind(elem) == DTYPE_UNSIGNED)
        v = k_binary(&e->b, OP_arith_minui, v, k_int(&e->b, v->type, INT32_MAX));
    else if (dtype_bytes(elem) == 8) {
        v = k_binary(&e->b, OP_arith_minsi, v, k_int(&e->b, v->type, INT32_MAX));
        v = k_binary(&e->b, OP_arith_maxsi, v, k_int(&e->b, v->type, INT32_MIN));
    }
    if (!uniform)
        return index_from_value(e, v);
    IrValue *one = k_extract(&e->b, v, 0);
    return (Index){.base = k_cast(&e->b, OP_arith_index_cast, one, ir_index(e->c))};
}

IrValue *emit_gather(Emit *e, const IrOp *op, Point *p)
{
    IrGatherDims g = ir_gather_dims(op);
    IrType from = ir_operand(op, 0)->type;
    const int64_t *sizes = ir_op_ints(op, "slice_sizes", NULL);
    const Index *to = point_indices(e, p);
    Index batch[IR_MAX_RANK], at[IR_MAX_RANK];
    int batches = 0, offset = 0;
    for (int i = 0; i < p->rank; i++)
        if (!listed(g.offset_dims, g.offset, i, NULL))
            batch[batches++] = to[i];
    for (int i = 0; i < from->rank; i++) {
        bool gone = listed(g.collapsed_slice_dims, g.collapsed, i, NULL) ||
                    listed(g.operand_batching_dims, g.batching, i, NULL);
        at[i] = gone ? index_const(e, 0) : to[g.offset_dims[offset++]];
    }
    for (size_t i = 0; i < g.batching; i++) {
        int64_t d = g.start_indices_batching_dims[i];
        at[g.operand_batching_dims[i]] = batch[d < g.index_vector_dim ? d : d - 1];
    }
    for (size_t k = 0; k < g.map; k++) {
        int64_t d = g.start_index_map[k];
        Index start = start_component(e, op, &g, batch, k, p);
        at[d] = index_add(e, at[d], index_clamp(e, start, 0, from->dims[d] - sizes[d]));
    }
    return at_operand(e, op, at, p);
}
