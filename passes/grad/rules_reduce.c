/* Gradients of reductions over whole dimensions. */
#include "passes/grad/grad.h"

#include <string.h>

/* r = init + the sum of x over `dims`: dx = d repeated along them, dinit = the sum of
 * d */
static void reduce_add(Grad *g, const IrOp *op, const int64_t *dims, size_t count)
{
    IrValue *d = grad_d(g, op);
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0, grad_spread_along(g, d, grad_x(op)->type, dims, count));
    if (grad_wants(g, op, 1))
        grad_give(g, op, 1, grad_sum_all(g, d));
}

/* r = the extreme of init and x over `dims`: the elements equal to it share d alike;
 * init gets it where no element is. Counts are at least f32: bf16 has no 257. */
static void reduce_extreme(Grad *g, const IrOp *op, const int64_t *dims, size_t count)
{
    IrBuilder *b = &g->b;
    IrValue *x = grad_x(op), *d = grad_d(g, op);
    Dtype elem = d->type->elem;
    IrValue *r = grad_spread_along(g, grad_r(op), x->type, dims, count);
    IrValue *is_r = ir_compare(b, IR_EQ, x, r);
    IrValue *ties = ir_convert(b, is_r, elem == DTYPE_f64 ? DTYPE_f64 : DTYPE_f32);
    ties = ir_convert(b, ir_sum(b, ties, count, dims), elem);
    if (grad_wants(g, op, 0)) {
        IrValue *share = ir_divide(b, d, ties);
        share = grad_spread_along(g, share, x->type, dims, count);
        grad_give(g, op, 0, grad_where(g, is_r, share));
    }
    if (grad_wants(g, op, 1)) {
        IrValue *none = ir_compare(b, IR_EQ, ties, ir_like(b, ties, 0));
        grad_give(g, op, 1, grad_sum_all(g, grad_where(g, none, d)));
    }
}

/* The range [from, to) of the last dimension. */
static IrValue *last_range(Grad *g, IrValue *x, int64_t from, int64_t to)
{
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK];
    int last = x->type->rank - 1;
    memcpy(limit, x->type->dims, (size_t)x->type->rank * sizeof *limit);
    start[last] = from;
    limit[last] = to;
    return ir_slice(&g->b, x, start, limit, NULL);
}

/* x with an element 1 after the last of each row. */
static IrValue *append_one(Grad *g, IrValue *x)
{
    int64_t none[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    high[x->type->rank - 1] = 1;
    return ir_pad(&g->b, x, ir_scalar_constant(&g->b, x->type->elem, 1), none, high,
                  NULL);
}

/* For each element of the rows of x (the last dimension) d times the product of the
 * others in its row; the rows' products come out. By halves: the product is that of
 * the left and the right half, elementwise, and each gets the other's as its factor,
 * so no division meets a 0 and the steps can be differentiated again. d has a last
 * dimension of 1. */
static IrValue *others(Grad *g, IrValue *x, IrValue *d, IrValue **product)
{
    int64_t n = x->type->dims[x->type->rank - 1];
    if (n == 1) {
        *product = x;
        return d;
    }
    IrValue *even = n % 2 ? append_one(g, x) : x;
    int64_t half = (n + 1) / 2;
    IrValue *left = last_range(g, even, 0, half),
            *right = last_range(g, even, half, 2 * half);
    IrValue *factor = others(g, ir_multiply(&g->b, left, right), d, product);
    IrValue *parts[2] = {ir_multiply(&g->b, factor, right),
                         ir_multiply(&g->b, factor, left)};
    IrValue *both = ir_concatenate(&g->b, 2, parts, x->type->rank - 1);
    return n % 2 ? last_range(g, both, 0, n) : both;
}

/* The permutation that puts `dims` last, and the shape of the kept ones followed by
 * one row. */
static int rows_of(IrType t, const int64_t *dims, size_t count, int64_t *permutation,
                   int64_t *shape)
{
    bool reduced[IR_MAX_RANK] = {false};
    int n = 0;
    for (size_t i = 0; i < count; i++)
        reduced[dims[i]] = true;
    for (int i = 0; i < t->rank; i++)
        if (!reduced[i]) {
            permutation[n] = i;
            shape[n++] = t->dims[i];
        }
    int kept = n;
    shape[kept] = 1;
    for (int i = 0; i < t->rank; i++)
        if (reduced[i]) {
            permutation[n++] = i;
            shape[kept] *= t->dims[i];
        }
    return kept;
}

/* r = init * the product of x over `dims`: dx = d init times the product of the other
 * elements, dinit = the sum of d times the product */
static void reduce_multiply(Grad *g, const IrOp *op, const int64_t *dims, size_t count)
{
    IrBuilder *b = &g->b;
    IrValue *x = grad_x(op), *d = grad_d(g, op), *product;
    int64_t permutation[IR_MAX_RANK], shape[IR_MAX_RANK + 1], moved[IR_MAX_RANK];
    int64_t inverse[IR_MAX_RANK];
    if (!ir_elements(x->type)) {
        if (grad_wants(g, op, 1))
            grad_give(g, op, 1, grad_sum_all(g, d));
        return;
    }
    int kept = rows_of(x->type, dims, count, permutation, shape);
    for (int i = 0; i < x->type->rank; i++) {
        moved[i] = x->type->dims[permutation[i]];
        inverse[permutation[i]] = i;
    }
    IrValue *rows = ir_reshape(b, ir_transpose(b, x, permutation), kept + 1, shape);
    shape[kept] = 1;
    IrValue *scaled = ir_multiply(b, d, grad_spread(g, grad_y(op), d->type));
    IrValue *dx = others(g, rows, ir_reshape(b, scaled, kept + 1, shape), &product);
    if (grad_wants(g, op, 0)) {
        dx = ir_reshape(b, dx, x->type->rank, moved);
        grad_give(g, op, 0, ir_transpose(b, dx, inverse));
    }
    if (grad_wants(g, op, 1)) {
        product = ir_reshape(b, product, kept, shape);
        grad_give(g, op, 1, grad_sum_all(g, ir_multiply(b, d, product)));
    }
}

RULE(reduce)
{
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    if (op->result_count != 1) {
        grad_unsupported(g, op, "it reduces several tensors at once");
        return;
    }
    switch (ir_body_op(&op->regions[0])) {
    case OP_add: reduce_add(g, op, dims, count); break;
    case OP_maximum:
    case OP_minimum: reduce_extreme(g, op, dims, count); break;
    case OP_multiply: reduce_multiply(g, op, dims, count); break;
    default: grad_unsupported(g, op, "its body is not add, multiply, maximum or minimum");
    }
}
