/* Gradients of gather and scatter: each is the other's. An index out of bounds is
 * clamped by gather and has no effect in scatter; the gradients see to the difference. */
#include "passes/grad/grad.h"

#include <string.h>

/* Numbers for the components of the index vectors, in the shape of `indices`. */
static IrValue *per_component(Grad *g, IrValue *indices, int64_t vector_dim,
                              const int64_t *values)
{
    IrContext *c = g->b.module->context;
    IrType t = indices->type;
    int64_t n = vector_dim < t->rank ? t->dims[vector_dim] : 1;
    IrType line = ir_tensor(c, t->elem, 1, &n);
    size_t bytes = dtype_bytes(t->elem);
    char *data = arena_alloc(g->arena, (size_t)n * bytes);
    for (int64_t i = 0; i < n; i++)
        dtype_store_int(t->elem, data + (size_t)i * bytes, values[i]);
    IrAttr elements = ir_attr_elements(c, line, data, false);
    if (vector_dim < t->rank)
        return ir_broadcast_in_dim(&g->b, ir_constant(&g->b, elements), t, &vector_dim);
    return ir_splat(&g->b, t, (double)values[0]);
}

static int64_t at_most(Dtype t, int64_t n)
{
    unsigned bits = dtype_bits(t) - (dtype_kind(t) == DTYPE_SIGNED);
    int64_t most = bits >= 63 ? INT64_MAX : ((int64_t)1 << bits) - 1;
    return n < most ? n : most;
}

/* The dimension numbers of the scatter that undoes a gather. */
static IrScatterDims scatter_of_gather(const IrGatherDims *n)
{
    IrScatterDims s = {.window = n->offset,
                       .inserted = n->collapsed,
                       .batching = n->batching,
                       .map = n->map,
                       .index_vector_dim = n->index_vector_dim};
    memcpy(s.update_window_dims, n->offset_dims, sizeof s.update_window_dims);
    memcpy(s.inserted_window_dims, n->collapsed_slice_dims,
           sizeof s.inserted_window_dims);
    memcpy(s.input_batching_dims, n->operand_batching_dims, sizeof s.input_batching_dims);
    memcpy(s.scatter_indices_batching_dims, n->start_indices_batching_dims,
           sizeof s.scatter_indices_batching_dims);
    memcpy(s.scatter_dims_to_operand_dims, n->start_index_map,
           sizeof s.scatter_dims_to_operand_dims);
    return s;
}

/* The dimension numbers of the gather that reads what a scatter writes. */
static IrGatherDims gather_of_scatter(const IrScatterDims *s)
{
    IrGatherDims n = {.offset = s->window,
                      .collapsed = s->inserted,
                      .batching = s->batching,
                      .map = s->map,
                      .index_vector_dim = s->index_vector_dim};
    memcpy(n.offset_dims, s->update_window_dims, sizeof n.offset_dims);
    memcpy(n.collapsed_slice_dims, s->inserted_window_dims,
           sizeof n.collapsed_slice_dims);
    memcpy(n.operand_batching_dims, s->input_batching_dims,
           sizeof n.operand_batching_dims);
    memcpy(n.start_indices_batching_dims, s->scatter_indices_batching_dims,
           sizeof n.start_indices_batching_dims);
    memcpy(n.start_index_map, s->scatter_dims_to_operand_dims, sizeof n.start_index_map);
    return n;
}

/* r = slices of x at indices: dx = 0 with the slices of d added at the indices,
 * clamped as gather clamps them */
RULE(gather)
{
    IrBuilder *b = &g->b;
    IrValue *x = grad_x(op), *indices = grad_y(op);
    IrGatherDims n = ir_gather_dims(op);
    IrScatterDims s = scatter_of_gather(&n);
    const int64_t *sizes = ir_op_ints(op, "slice_sizes", NULL);
    int64_t last[IR_MAX_RANK];
    for (size_t i = 0; i < n.map; i++) {
        int64_t dim = n.start_index_map[i];
        last[i] = at_most(indices->type->elem, x->type->dims[dim] - sizes[dim]);
    }
    if (n.map) {
        IrValue *most = per_component(g, indices, n.index_vector_dim, last);
        indices = ir_clamp(b, ir_like(b, indices, 0), indices, most);
    }
    IrValue *zeros = grad_zeros(g, x->type);
    grad_give(g, op, 0, ir_scatter(b, zeros, indices, grad_d(g, op), &s, OP_add));
}

/* The size of the window in each dimension of the input. */
static void window_sizes(const IrScatterDims *s, IrType input, IrType updates,
                         int64_t *sizes)
{
    bool single[IR_MAX_RANK] = {false};
    size_t n = 0;
    for (size_t i = 0; i < s->inserted; i++)
        single[s->inserted_window_dims[i]] = true;
    for (size_t i = 0; i < s->batching; i++)
        single[s->input_batching_dims[i]] = true;
    for (int i = 0; i < input->rank; i++)
        sizes[i] = single[i] ? 1 : updates->dims[s->update_window_dims[n++]];
}

/* For each element of the updates whether it went in: a window that reaches outside
 * does not, as a whole. */
static IrValue *went_in(Grad *g, const IrOp *op, const IrScatterDims *s,
                        const int64_t *sizes)
{
    IrBuilder *b = &g->b;
    IrValue *indices = grad_y(op);
    IrType input = grad_x(op)->type, updates = ir_operand(op, 2)->type;
    int64_t last[IR_MAX_RANK], vector = s->index_vector_dim;
    for (size_t i = 0; i < s->map; i++) {
        int64_t dim = s->scatter_dims_to_operand_dims[i];
        last[i] = at_most(indices->type->elem, input->dims[dim] - sizes[dim]);
    }
    IrValue *most = per_component(g, indices, vector, last);
    IrValue *fits = ir_and(b, ir_compare(b, IR_GE, indices, ir_like(b, indices, 0)),
                           ir_compare(b, IR_LE, indices, most));
    if (vector < indices->type->rank)
        fits = ir_reduce(b, fits, OP_and, 1, &vector);
    return grad_spread_along(g, fits, updates, s->update_window_dims, s->window);
}

/* What lies in `from`, of the shape of the scatter's input, where each element of the
 * updates went; 0 for those that did not go in. */
static IrValue *read_back(Grad *g, const IrOp *op, IrValue *from)
{
    IrScatterDims s = ir_scatter_dims(op);
    IrGatherDims n = gather_of_scatter(&s);
    int64_t sizes[IR_MAX_RANK];
    window_sizes(&s, from->type, ir_operand(op, 2)->type, sizes);
    IrValue *read = ir_gather(&g->b, from, grad_y(op), &n, sizes);
    return s.map ? grad_where(g, went_in(g, op, &s, sizes), read) : read;
}

static IrValue *scatter_like(Grad *g, const IrOp *op, IrValue *into, IrValue *updates,
                             IrOpKind by)
{
    IrScatterDims s = ir_scatter_dims(op);
    return ir_scatter(&g->b, into, grad_y(op), updates, &s, by);
}

/* r = x with updates u added: dx = d, du = d where they went */
static void scatter_add(Grad *g, const IrOp *op)
{
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0, grad_d(g, op));
    if (grad_wants(g, op, 2))
        grad_give(g, op, 2, read_back(g, op, grad_d(g, op)));
}

/* 1, 2, 3 ... in the shape of t */
static IrValue *numbered(Grad *g, IrType t)
{
    IrContext *c = g->b.module->context;
    int64_t n = ir_elements(t);
    IrValue *line = ir_iota(&g->b, ir_tensor(c, DTYPE_i64, 1, &n), 0);
    line = ir_add(&g->b, line, ir_like(&g->b, line, 1));
    return ir_reshape(&g->b, line, t->rank, t->dims);
}

/* r = x with updates u in place of what was there: dx = d with 0 there, du = d where
 * they went, of several for one place the one that stayed: scattering their numbers
 * tells which */
static void scatter_replace(Grad *g, const IrOp *op)
{
    IrBuilder *b = &g->b;
    IrValue *d = grad_d(g, op), *u = ir_operand(op, 2);
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0, scatter_like(g, op, d, grad_zeros(g, u->type), OP_yield));
    if (!grad_wants(g, op, 2))
        return;
    IrValue *numbers = numbered(g, u->type);
    IrType ids = ir_with_elem(b->module->context, d->type, DTYPE_i64);
    IrValue *stayed = scatter_like(g, op, grad_zeros(g, ids), numbers, OP_yield);
    IrValue *won = ir_compare(b, IR_EQ, numbers, read_back(g, op, stayed));
    grad_give(g, op, 2, grad_where(g, won, read_back(g, op, d)));
}

/* r = the extreme of x and the updates u: what is equal to it shares d alike */
static void scatter_extreme(Grad *g, const IrOp *op)
{
    IrBuilder *b = &g->b;
    IrValue *r = grad_r(op), *u = ir_operand(op, 2);
    Dtype counts = r->type->elem == DTYPE_f64 ? DTYPE_f64 : DTYPE_f32;
    IrValue *x_is = ir_compare(b, IR_EQ, grad_x(op), r);
    IrValue *u_is = ir_compare(b, IR_EQ, u, read_back(g, op, r));
    IrValue *ties = scatter_like(g, op, ir_convert(b, x_is, counts),
                                 ir_convert(b, u_is, counts), OP_add);
    IrValue *share = ir_divide(b, grad_d(g, op), ir_convert(b, ties, r->type->elem));
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0, grad_where(g, x_is, share));
    if (grad_wants(g, op, 2))
        grad_give(g, op, 2, grad_where(g, u_is, read_back(g, op, share)));
}

/* Whether the body returns the update as it is. */
static bool replaces(const IrRegion *body)
{
    const IrBlock *b = body->block;
    return b->first == b->last && ir_operand(b->last, 0) == b->args[1];
}

RULE(scatter)
{
    IrOpKind by = ir_body_op(&op->regions[0]);
    if (op->result_count != 1)
        grad_unsupported(g, op, "it scatters into several tensors at once");
    else if (by == OP_add)
        scatter_add(g, op);
    else if (by == OP_maximum || by == OP_minimum)
        scatter_extreme(g, op);
    else if (replaces(&op->regions[0]))
        scatter_replace(g, op);
    else
        grad_unsupported(g, op, "its body is not add, maximum, minimum or the update");
}
