/* Rewrites of sums: transposes become dimension numbers, so that none is carried out. */
#include "passes/simplify/simplify.h"

#include <string.h>

/* ------------------------------------------------------------------------ dot_general */

/* The other attributes (precision) go along. */
static IrValue *dot_like(Simplify *s, const IrOp *op, IrValue *x, IrValue *y,
                         const IrDotDims *d)
{
    IrValue *dot = ir_dot_general(&s->b, x, y, d);
    for (uint32_t i = 0; i < op->attr_count; i++)
        if (!ir_op_attr(dot->op, op->attrs[i].name))
            ir_op_set_attr(dot->op, op->attrs[i].name, op->attrs[i].value);
    return dot;
}

/* Replaces dimensions of transpose(x) by those of x. False if the free ones, which the
 * result has in ascending order, would change places. */
static bool through_transpose(const IrOp *transpose, size_t batch, int64_t *batches,
                              size_t contract, int64_t *contracted)
{
    const int64_t *permutation = ir_op_ints(transpose, "permutation", NULL);
    bool taken[IR_MAX_RANK] = {false};
    int64_t last = -1;
    for (size_t i = 0; i < batch; i++)
        taken[batches[i]] = true;
    for (size_t i = 0; i < contract; i++)
        taken[contracted[i]] = true;
    for (int i = 0; i < transpose->results[0].type->rank; i++) {
        if (!taken[i] && permutation[i] < last)
            return false;
        if (!taken[i])
            last = permutation[i];
    }
    for (size_t i = 0; i < batch; i++)
        batches[i] = permutation[batches[i]];
    for (size_t i = 0; i < contract; i++)
        contracted[i] = permutation[contracted[i]];
    return true;
}

/* dot(transpose(x), y), dot(x, transpose(y)): the dot of x and y by other dimensions */
IrValue *simplify_dot_of_transpose(Simplify *s, const IrOp *op)
{
    IrDotDims d = ir_dot_dims(op);
    IrValue *x = ir_operand(op, 0), *y = ir_operand(op, 1);
    if (op->results[0].type->elem != x->type->elem)
        return NULL;
    bool x_moved =
        ir_is(x, OP_transpose) &&
        through_transpose(x->op, d.batch, d.lhs_batch, d.contract, d.lhs_contract);
    bool y_moved =
        ir_is(y, OP_transpose) &&
        through_transpose(y->op, d.batch, d.rhs_batch, d.contract, d.rhs_contract);
    if (!x_moved && !y_moved)
        return NULL;
    return dot_like(s, op, x_moved ? ir_operand(x->op, 0) : x,
                    y_moved ? ir_operand(y->op, 0) : y, &d);
}

static IrDotDims swapped(const IrDotDims *d)
{
    IrDotDims t = {.batch = d->batch, .contract = d->contract};
    memcpy(t.lhs_batch, d->rhs_batch, sizeof t.lhs_batch);
    memcpy(t.rhs_batch, d->lhs_batch, sizeof t.rhs_batch);
    memcpy(t.lhs_contract, d->rhs_contract, sizeof t.lhs_contract);
    memcpy(t.rhs_contract, d->lhs_contract, sizeof t.rhs_contract);
    return t;
}

/* transpose(dot(x, y)), the free dimensions of x and y changing places: dot(y, x).
 * Only where nothing else uses the dot, and without attributes that tell x from y. */
IrValue *simplify_transpose_of_dot(Simplify *s, const IrOp *op)
{
    const IrValue *dot = ir_operand(op, 0);
    if (!ir_is(dot, OP_dot_general) || dot->uses->next || dot->op->attr_count != 1)
        return NULL;
    IrDotDims d = ir_dot_dims(dot->op), t = swapped(&d);
    IrValue *x = ir_operand(dot->op, 0), *y = ir_operand(dot->op, 1);
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    int rank = dot->type->rank, batch = (int)d.batch;
    int x_free = x->type->rank - batch - (int)d.contract, y_free = rank - batch - x_free;
    for (int i = 0; i < rank; i++) {
        int from = i < batch ? i : i < batch + y_free ? i + x_free : i - y_free;
        if (permutation[i] != from)
            return NULL;
    }
    return y->type->elem == dot->type->elem ? ir_dot_general(&s->b, y, x, &t) : NULL;
}

/* ----------------------------------------------------------------------------- reduce */

/* A reduction whose rows have one element: init and that element, combined. */
IrValue *simplify_reduce_of_one(Simplify *s, const IrOp *op)
{
    IrValue *x = ir_operand(op, 0), *init = ir_operand(op, 1);
    IrType to = op->results[0].type;
    IrOpKind by = ir_body_op(&op->regions[0]);
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    for (size_t i = 0; i < count; i++)
        if (x->type->dims[dims[i]] != 1)
            return NULL;
    if (by == OP_COUNT)
        return NULL;
    IrValue *in[2] = {ir_broadcast_in_dim(&s->b, init, to, NULL),
                      ir_reshape(&s->b, x, to->rank, to->dims)};
    return ir_result(ir_build(&s->b, by, 2, in, 1, &to, 0, NULL), 0);
}

/* reduce(transpose(x)): reduce(x), where that meets the elements in the same order */
IrValue *simplify_reduce_of_transpose(Simplify *s, const IrOp *op)
{
    const IrValue *moved = ir_operand(op, 0);
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    if (!ir_is(moved, OP_transpose))
        return NULL;
    const int64_t *permutation = ir_op_ints(moved->op, "permutation", NULL);
    bool reduced[IR_MAX_RANK] = {false};
    int64_t last[2] = {-1, -1}, of_x[IR_MAX_RANK];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        reduced[dims[i]] = true;
    for (int i = 0; i < moved->type->rank; i++) {
        if (permutation[i] < last[reduced[i]])
            return NULL;
        last[reduced[i]] = permutation[i];
        if (reduced[i])
            of_x[n++] = permutation[i];
    }
    IrMap map = {.arena = s->arena};
    IrOp *r = ir_op_clone(op->module, op, &map);
    ir_op_set_operand(r, 0, ir_operand(moved->op, 0));
    ir_op_set_attr(r, "dimensions", ir_attr_i64s(op->module->context, n, of_x));
    ir_op_insert_before(r, s->b.before);
    return ir_result(r, 0);
}
