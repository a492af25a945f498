/* Gradients of the ops that move elements: each element's adjoint goes back where it
 * came from. */
#include "passes/grad/grad.h"

/* Operand dimension i is result dimension dims[i], or repeated along it if its size is 1:
 * dx = d summed over what was repeated. */
RULE(broadcast_in_dim)
{
    IrType from = grad_x(op)->type, to = grad_r(op)->type;
    const int64_t *dims = ir_op_ints(op, "broadcast_dimensions", NULL);
    int operand_dim[IR_MAX_RANK]; /* by result dimension; -1: repeated */
    int64_t summed[IR_MAX_RANK], order[IR_MAX_RANK], position[IR_MAX_RANK];
    size_t count = 0;
    int kept = 0;
    for (int i = 0; i < to->rank; i++)
        operand_dim[i] = -1;
    for (int i = 0; i < from->rank; i++)
        if (from->dims[i] == to->dims[dims[i]])
            operand_dim[dims[i]] = i;
    for (int i = 0; i < to->rank; i++) {
        if (operand_dim[i] < 0)
            summed[count++] = i;
        else
            position[operand_dim[i]] = kept++;
    }
    IrValue *d = grad_d(g, op);
    if (count)
        d = ir_sum(&g->b, d, count, summed);
    kept = 0; /* what is left, in the operand's order */
    for (int i = 0; i < from->rank; i++)
        if (from->dims[i] == to->dims[dims[i]])
            order[kept++] = position[i];
    d = ir_transpose(&g->b, d, order);
    grad_give(g, op, 0, ir_reshape(&g->b, d, from->rank, from->dims));
}

/* Each operand gets its part of d. */
RULE(concatenate)
{
    IrType t = grad_r(op)->type;
    int64_t along = ir_op_int(op, "dimension"), start[IR_MAX_RANK] = {0},
            limit[IR_MAX_RANK];
    for (int i = 0; i < t->rank; i++)
        limit[i] = t->dims[i];
    for (uint32_t i = 0; i < op->operand_count; i++) {
        limit[along] = start[along] + ir_operand(op, i)->type->dims[along];
        if (grad_wants(g, op, i))
            grad_give(g, op, i, ir_slice(&g->b, grad_d(g, op), start, limit, NULL));
        start[along] = limit[along];
    }
}

static IrValue **start_indices(Grad *g, const IrOp *op, uint32_t first)
{
    IrValue **starts = ARENA_ARRAY(g->arena, IrValue *, op->operand_count - first);
    for (uint32_t i = first; i < op->operand_count; i++)
        starts[i - first] = ir_operand(op, i);
    return starts;
}

/* r = x at a window: dx = 0 with d written at that window */
RULE(dynamic_slice)
{
    if (!grad_wants(g, op, 0))
        return;
    IrValue *zeros = grad_zeros(g, grad_x(op)->type), **starts = start_indices(g, op, 1);
    grad_give(g, op, 0, ir_dynamic_update_slice(&g->b, zeros, grad_d(g, op), starts));
}

/* r = x with u written at a window: dx = d with 0 written there, du = d at the window */
RULE(dynamic_update_slice)
{
    IrValue *d = grad_d(g, op), **starts = start_indices(g, op, 2);
    IrType update = grad_y(op)->type;
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0,
                  ir_dynamic_update_slice(&g->b, d, grad_zeros(g, update), starts));
    if (grad_wants(g, op, 1))
        grad_give(g, op, 1, ir_dynamic_slice(&g->b, d, starts, update->dims));
}

/* r = x with elements v between and around it: dx = d without these, dv = the sum of d
 * over them */
RULE(pad)
{
    IrBuilder *b = &g->b;
    IrValue *d = grad_d(g, op), *x = grad_x(op);
    const int64_t *low = ir_op_ints(op, "edge_padding_low", NULL);
    const int64_t *high = ir_op_ints(op, "edge_padding_high", NULL);
    const int64_t *interior = ir_op_ints(op, "interior_padding", NULL);
    if (grad_wants(g, op, 0)) {
        int64_t start[IR_MAX_RANK] = {0}, step[IR_MAX_RANK], less_low[IR_MAX_RANK];
        int64_t less_high[IR_MAX_RANK];
        for (int i = 0; i < x->type->rank; i++) {
            less_low[i] = -low[i];
            less_high[i] = -high[i];
            step[i] = interior[i] + 1;
        }
        IrValue *zero = ir_scalar_constant(b, d->type->elem, 0);
        IrValue *cut = ir_pad(b, d, zero, less_low, less_high, NULL);
        grad_give(g, op, 0, ir_slice(b, cut, start, cut->type->dims, step));
    }
    if (grad_wants(g, op, 1)) {
        IrType mask = ir_with_elem(b->module->context, x->type, DTYPE_i1);
        IrValue *is_v = ir_pad(b, grad_zeros(g, mask), ir_scalar_constant(b, DTYPE_i1, 1),
                               low, high, interior);
        grad_give(g, op, 1, grad_sum_all(g, grad_where(g, is_v, d)));
    }
}

/* dx = d in x's shape */
RULE(reshape)
{
    IrType t = grad_x(op)->type;
    grad_give(g, op, 0, ir_reshape(&g->b, grad_d(g, op), t->rank, t->dims));
}

/* dx = d backwards along the same dimensions */
RULE(reverse)
{
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    grad_give(g, op, 0, ir_reverse(&g->b, grad_d(g, op), count, dims));
}

/* r = every step-th element of x from start on: dx = d with step - 1 zeros between and
 * zeros around */
RULE(slice)
{
    IrType from = grad_x(op)->type, to = grad_r(op)->type;
    const int64_t *start = ir_op_ints(op, "start_indices", NULL);
    const int64_t *step = ir_op_ints(op, "strides", NULL);
    int64_t high[IR_MAX_RANK], interior[IR_MAX_RANK];
    for (int i = 0; i < from->rank; i++) {
        high[i] = from->dims[i] - start[i] - ((to->dims[i] - 1) * step[i] + 1);
        interior[i] = step[i] - 1;
    }
    IrValue *zero = ir_scalar_constant(&g->b, from->elem, 0);
    grad_give(g, op, 0, ir_pad(&g->b, grad_d(g, op), zero, start, high, interior));
}

/* dx = d with the permutation undone */
RULE(transpose)
{
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    int64_t inverse[IR_MAX_RANK];
    for (int i = 0; i < grad_x(op)->type->rank; i++)
        inverse[permutation[i]] = i;
    grad_give(g, op, 0, ir_transpose(&g->b, grad_d(g, op), inverse));
}
