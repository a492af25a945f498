/* Rewrites of the ops that move elements. */
#include "passes/simplify/simplify.h"

#include <string.h>

static const int64_t *ints(const IrOp *op, const char *name)
{
    return ir_op_ints(op, name, NULL);
}

static bool all_zero(const int64_t *a, int count)
{
    for (int i = 0; i < count; i++)
        if (a[i])
            return false;
    return true;
}

static bool in_order(const int64_t *a, int count)
{
    for (int i = 0; i < count; i++)
        if (a[i] != i)
            return false;
    return true;
}

/* An op that moves nothing: its operand. */
IrValue *simplify_identity(Simplify *s, const IrOp *op)
{
    (void)s;
    IrValue *x = ir_operand(op, 0);
    int rank = x->type->rank;
    bool still = true;
    if (x->type != op->results[0].type)
        return NULL;
    switch (op->kind) {
    case OP_broadcast_in_dim:
        still = in_order(ints(op, "broadcast_dimensions"), rank);
        break;
    case OP_transpose: still = in_order(ints(op, "permutation"), rank); break;
    case OP_concatenate: still = op->operand_count == 1; break;
    case OP_pad:
        still = all_zero(ints(op, "edge_padding_low"), rank) &&
                all_zero(ints(op, "edge_padding_high"), rank);
        break;
    default: break; /* convert, reshape, slice: the type says it */
    }
    return still ? x : NULL;
}

/* -------------------------------------------------------------------------- broadcast */

static bool is_splat(const IrValue *v)
{
    return ir_is(v, OP_constant) && ir_op_attr(v->op, "value")->splat;
}

static bool same_dims(IrType a, IrType b)
{
    return a->rank == b->rank &&
           !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims);
}

/* Whether two broadcasts, or two reshapes, take the same shape to the same shape in
 * the same way. */
static bool same_move(const IrOp *a, const IrOp *b)
{
    return a->kind == b->kind &&
           same_dims(ir_operand(a, 0)->type, ir_operand(b, 0)->type) &&
           ir_op_attr(a, "broadcast_dimensions") == ir_op_attr(b, "broadcast_dimensions");
}

/* Whether operand i has a form before `move`: it is moved like that or the same
 * everywhere. A scalar operand of select or clamp serves all elements, before and
 * after. */
static bool has_before(const IrValue *v, const IrOp *move)
{
    return v->type->rank == 0 || is_splat(v) || (v->op && same_move(v->op, move));
}

static IrValue *before_move(Simplify *s, IrValue *v, const IrOp *move)
{
    IrContext *c = s->b.module->context;
    if (v->type->rank == 0)
        return v;
    if (!is_splat(v))
        return ir_operand(v->op, 0);
    IrType small = ir_with_elem(c, ir_operand(move, 0)->type, v->type->elem);
    const void *element = ir_elements_at(ir_op_attr(v->op, "value"), 0);
    return ir_constant(&s->b, ir_attr_elements(c, small, element, true));
}

static const IrOp *first_operand_of(const IrOp *op, IrOpKind kind)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (ir_is(ir_operand(op, i), kind))
            return ir_operand(op, i)->op;
    return NULL;
}

/* f(move(x), move(y), constant): f(x, y, constant), yet to be moved; NULL if an
 * operand is neither moved like that nor constant. */
static IrValue *before_moves(Simplify *s, const IrOp *op, const IrOp *move)
{
    IrValue *in[3];
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!has_before(ir_operand(op, i), move))
            return NULL;
    for (uint32_t i = 0; i < op->operand_count; i++)
        in[i] = before_move(s, ir_operand(op, i), move);
    IrType small = ir_with_elem(op->module->context, ir_operand(move, 0)->type,
                                op->results[0].type->elem);
    return ir_result(ir_build(&s->b, op->kind, op->operand_count, in, 1, &small,
                              op->attr_count, op->attrs),
                     0);
}

/* f(broadcast(x), broadcast(y), constant): broadcast(f(x, y, constant)), fewer
 * elements computed */
IrValue *simplify_broadcast_operands(Simplify *s, const IrOp *op)
{
    const IrOp *move = first_operand_of(op, OP_broadcast_in_dim);
    IrType to = op->results[0].type;
    if (!move || ir_elements(ir_operand(move, 0)->type) >= ir_elements(to))
        return NULL;
    IrValue *f = before_moves(s, op, move);
    return f ? ir_broadcast_in_dim(&s->b, f, to, ints(move, "broadcast_dimensions"))
             : NULL;
}

/* f(reshape(x), reshape(y), constant): reshape(f(x, y, constant)), so that reshapes
 * meet */
IrValue *simplify_reshape_operands(Simplify *s, const IrOp *op)
{
    const IrOp *move = first_operand_of(op, OP_reshape);
    IrType to = op->results[0].type;
    IrValue *f = move && to->rank ? before_moves(s, op, move) : NULL;
    return f ? ir_reshape(&s->b, f, to->rank, to->dims) : NULL;
}

IrValue *simplify_broadcast_of_broadcast(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    if (!ir_is(inner, OP_broadcast_in_dim))
        return NULL;
    IrValue *x = ir_operand(inner->op, 0);
    const int64_t *first = ints(inner->op, "broadcast_dimensions");
    const int64_t *then = ints(op, "broadcast_dimensions");
    int64_t dims[IR_MAX_RANK];
    for (int i = 0; i < x->type->rank; i++)
        dims[i] = then[first[i]];
    return ir_broadcast_in_dim(&s->b, x, op->results[0].type, dims);
}

/* broadcast(reshape(x)), where the reshape only put in dimensions of size 1 */
IrValue *simplify_broadcast_of_reshape(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    if (!ir_is(inner, OP_reshape))
        return NULL;
    IrValue *x = ir_operand(inner->op, 0);
    const int64_t *through = ints(op, "broadcast_dimensions");
    int64_t dims[IR_MAX_RANK];
    int n = 0;
    for (int i = 0; i < inner->type->rank; i++) {
        if (n < x->type->rank && x->type->dims[n] == inner->type->dims[i])
            dims[n++] = through[i];
        else if (inner->type->dims[i] != 1)
            return NULL;
    }
    return n == x->type->rank ? ir_broadcast_in_dim(&s->b, x, op->results[0].type, dims)
                              : NULL;
}

/* ----------------------------------------------------------------- reshape, transpose */

IrValue *simplify_reshape_of_reshape(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    IrType to = op->results[0].type;
    if (!ir_is(inner, OP_reshape))
        return NULL;
    return ir_reshape(&s->b, ir_operand(inner->op, 0), to->rank, to->dims);
}

IrValue *simplify_reshape_of_scalar_broadcast(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    if (!ir_is(inner, OP_broadcast_in_dim) || ir_operand(inner->op, 0)->type->rank)
        return NULL;
    return ir_broadcast_in_dim(&s->b, ir_operand(inner->op, 0), op->results[0].type,
                               NULL);
}

IrValue *simplify_transpose_of_transpose(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    if (!ir_is(inner, OP_transpose))
        return NULL;
    const int64_t *first = ints(inner->op, "permutation"),
                  *then = ints(op, "permutation");
    int64_t both[IR_MAX_RANK];
    for (int i = 0; i < inner->type->rank; i++)
        both[i] = first[then[i]];
    return ir_transpose(&s->b, ir_operand(inner->op, 0), both);
}

/* transpose(broadcast(x)): x broadcast to the permuted dimensions */
IrValue *simplify_transpose_of_broadcast(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    if (!ir_is(inner, OP_broadcast_in_dim))
        return NULL;
    IrValue *x = ir_operand(inner->op, 0);
    const int64_t *through = ints(inner->op, "broadcast_dimensions");
    const int64_t *permutation = ints(op, "permutation");
    int64_t inverse[IR_MAX_RANK], dims[IR_MAX_RANK];
    for (int i = 0; i < inner->type->rank; i++)
        inverse[permutation[i]] = i;
    for (int i = 0; i < x->type->rank; i++)
        dims[i] = inverse[through[i]];
    return ir_broadcast_in_dim(&s->b, x, op->results[0].type, dims);
}

/* A transpose that keeps the order of the dimensions larger than 1 moves nothing: a
 * reshape. */
IrValue *simplify_transpose_of_units(Simplify *s, const IrOp *op)
{
    IrValue *x = ir_operand(op, 0);
    IrType to = op->results[0].type;
    const int64_t *permutation = ints(op, "permutation");
    int64_t last = -1;
    for (int i = 0; i < to->rank; i++) {
        if (to->dims[i] == 1)
            continue;
        if (permutation[i] < last)
            return NULL;
        last = permutation[i];
    }
    return ir_reshape(&s->b, x, to->rank, to->dims);
}

IrValue *simplify_reverse_of_reverse(Simplify *s, const IrOp *op)
{
    (void)s;
    const IrValue *inner = ir_operand(op, 0);
    bool undone = ir_is(inner, OP_reverse) &&
                  ir_op_attr(inner->op, "dimensions") == ir_op_attr(op, "dimensions");
    return undone ? ir_operand(inner->op, 0) : NULL;
}

/* ------------------------------------------------------------------------- slice, pad */

IrValue *simplify_slice_of_slice(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    if (!ir_is(inner, OP_slice))
        return NULL;
    const int64_t *start0 = ints(inner->op, "start_indices"),
                  *step0 = ints(inner->op, "strides");
    const int64_t *start1 = ints(op, "start_indices"), *step1 = ints(op, "strides");
    IrType to = op->results[0].type;
    int64_t start[IR_MAX_RANK], limit[IR_MAX_RANK], step[IR_MAX_RANK];
    for (int i = 0; i < to->rank; i++) {
        if (!to->dims[i])
            return NULL;
        start[i] = start0[i] + start1[i] * step0[i];
        step[i] = step0[i] * step1[i];
        limit[i] = start[i] + (to->dims[i] - 1) * step[i] + 1;
    }
    return ir_slice(&s->b, ir_operand(inner->op, 0), start, limit, step);
}

/* A slice that lies in one part of a concatenation: a slice of that part. */
IrValue *simplify_slice_of_concatenate(Simplify *s, const IrOp *op)
{
    const IrValue *all = ir_operand(op, 0);
    if (!ir_is(all, OP_concatenate))
        return NULL;
    size_t rank = (size_t)all->type->rank;
    int64_t along = ir_op_int(all->op, "dimension"), first = 0;
    int64_t start[IR_MAX_RANK], limit[IR_MAX_RANK];
    memcpy(start, ints(op, "start_indices"), rank * sizeof *start);
    memcpy(limit, ints(op, "limit_indices"), rank * sizeof *limit);
    for (uint32_t i = 0; i < all->op->operand_count; i++) {
        IrValue *part = ir_operand(all->op, i);
        int64_t end = first + part->type->dims[along];
        if (start[along] >= first && limit[along] <= end) {
            start[along] -= first;
            limit[along] -= first;
            return ir_slice(&s->b, part, start, limit, ints(op, "strides"));
        }
        first = end;
    }
    return NULL;
}

/* pad(pad(x, v), v) without interior: one, unless the outer puts back what the inner
 * cut off */
IrValue *simplify_pad_of_pad(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    IrValue *value = ir_operand(op, 1);
    int rank = op->results[0].type->rank;
    if (!ir_is(inner, OP_pad) || ir_operand(inner->op, 1) != value ||
        !all_zero(ints(op, "interior_padding"), rank) ||
        !all_zero(ints(inner->op, "interior_padding"), rank))
        return NULL;
    const int64_t *low0 = ints(inner->op, "edge_padding_low"),
                  *low1 = ints(op, "edge_padding_low");
    const int64_t *high0 = ints(inner->op, "edge_padding_high");
    const int64_t *high1 = ints(op, "edge_padding_high");
    int64_t low[IR_MAX_RANK], high[IR_MAX_RANK];
    for (int i = 0; i < rank; i++) {
        if (low0[i] < 0 || high0[i] < 0 || low1[i] < 0 || high1[i] < 0)
            return NULL;
        low[i] = low0[i] + low1[i];
        high[i] = high0[i] + high1[i];
    }
    return ir_pad(&s->b, ir_operand(inner->op, 0), value, low, high, NULL);
}

/* --------------------------------------------------------------- concatenate, dynamic */

IrValue *simplify_concatenate_of_empty(Simplify *s, const IrOp *op)
{
    IrValue **kept = ARENA_ARRAY(s->arena, IrValue *, op->operand_count);
    int64_t along = ir_op_int(op, "dimension");
    size_t count = 0;
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (ir_operand(op, i)->type->dims[along])
            kept[count++] = ir_operand(op, i);
    if (count == op->operand_count || !count)
        return NULL;
    return ir_concatenate(&s->b, count, kept, along);
}

/* dynamic_slice at constant indices: a slice, the indices clamped now */
IrValue *simplify_dynamic_slice_at_constant(Simplify *s, const IrOp *op)
{
    IrValue *x = ir_operand(op, 0);
    IrType to = op->results[0].type;
    int64_t start[IR_MAX_RANK], limit[IR_MAX_RANK];
    for (int i = 0; i < to->rank; i++) {
        IrValue *index = ir_operand(op, 1 + (uint32_t)i);
        int64_t last = x->type->dims[i] - to->dims[i];
        if (!ir_is(index, OP_constant))
            return NULL;
        int64_t at = ir_elements_get_int(ir_op_attr(index->op, "value"), 0);
        bool beyond = at > last || (at < 0 && index->type->elem == DTYPE_ui64);
        start[i] = beyond ? last : at < 0 ? 0 : at;
        limit[i] = start[i] + to->dims[i];
    }
    return ir_slice(&s->b, x, start, limit, NULL);
}

/* An update as large as the whole: the update. */
IrValue *simplify_dynamic_update_of_all(Simplify *s, const IrOp *op)
{
    (void)s;
    IrValue *update = ir_operand(op, 1);
    return update->type == op->results[0].type ? update : NULL;
}
