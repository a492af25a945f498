/* Ops that move elements. */
#include "frontend/lib/graph.h"

#include <string.h>

/* ----------------------------------------------------------------------- broadcasting */

descent_value *descent_broadcast_in(descent_function *f, descent_value *x, int rank,
                                    const int64_t *dims, const int64_t *to)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_broadcast_in";
    int64_t map[IR_MAX_RANK];
    if (!graph_ready1(f, op, x))
        return NULL;
    IrType from = graph_in(x)->type;
    IrType t = graph_type(f->graph, op, (descent_dtype)from->elem, rank, dims);
    if (!t || !graph_ints(f->graph, op, "to", graph_wanted((size_t)from->rank, to), map))
        return NULL;
    return graph_out(ir_broadcast_in_dim(graph_at(f), graph_in(x), t, map));
}

descent_value *descent_broadcast(descent_function *f, descent_value *x,
                                 descent_value *like)
{
    GRAPH_ENTER(f->graph, return NULL);
    int64_t map[IR_MAX_RANK];
    if (!graph_ready2(f, "descent_broadcast", x, like))
        return NULL;
    IrType from = graph_in(x)->type, to = graph_in(like)->type;
    if (from->rank > to->rank)
        return graph_mistake(
            f->graph, "descent_broadcast: %s has more dimensions than %s",
            ir_type_str(f->graph->ir, from), ir_type_str(f->graph->ir, to));
    for (int i = 0; i < from->rank; i++)
        map[i] = to->rank - from->rank + i;
    IrType t = ir_with_elem(f->graph->ir, to, from->elem);
    return from == t ? x
                     : graph_out(ir_broadcast_in_dim(graph_at(f), graph_in(x), t, map));
}

/* ------------------------------------------------------------------- whole dimensions */

descent_value *descent_reshape(descent_function *f, descent_value *x, int rank,
                               const int64_t *dims)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready1(f, "descent_reshape", x))
        return NULL;
    IrType from = graph_in(x)->type;
    IrType t =
        graph_type(f->graph, "descent_reshape", (descent_dtype)from->elem, rank, dims);
    return t ? graph_out(ir_reshape(graph_at(f), graph_in(x), rank, dims)) : NULL;
}

descent_value *descent_transpose(descent_function *f, descent_value *x,
                                 const int64_t *permutation, size_t count)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_transpose";
    int64_t list[IR_MAX_RANK];
    if (!graph_ready1(f, op, x) || !graph_per_dim(f, op, x, count) ||
        !graph_ints(f->graph, op, "permutation", graph_wanted(count, permutation), list))
        return NULL;
    return graph_out(ir_transpose(graph_at(f), graph_in(x), list));
}

descent_value *descent_reverse(descent_function *f, descent_value *x,
                               const int64_t *dimensions, size_t count)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_reverse";
    int64_t list[IR_MAX_RANK];
    if (!graph_ready1(f, op, x) ||
        !graph_ints(f->graph, op, "dimensions", graph_wanted(count, dimensions), list))
        return NULL;
    return graph_out(ir_reverse(graph_at(f), graph_in(x), count, list));
}

descent_value *descent_concatenate(descent_function *f, descent_value *const *xs,
                                   size_t count, int64_t dimension)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready(f, "descent_concatenate", count, xs))
        return NULL;
    if (!count)
        return graph_mistake(f->graph, "descent_concatenate: no operands");
    return graph_out(ir_concatenate(graph_at(f), count, graph_list(xs), dimension));
}

/* ------------------------------------------------------------------------------ parts */

descent_value *descent_slice(descent_function *f, descent_value *x, const int64_t *start,
                             const int64_t *limit, const int64_t *stride, size_t count)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_slice";
    int64_t a[IR_MAX_RANK], b[IR_MAX_RANK], s[IR_MAX_RANK];
    if (!graph_ready1(f, op, x) || !graph_per_dim(f, op, x, count) ||
        !graph_ints(f->graph, op, "start", graph_wanted(count, start), a) ||
        !graph_ints(f->graph, op, "limit", graph_wanted(count, limit), b) ||
        !graph_ints(f->graph, op, "stride", (GraphInts){count, stride, 1}, s))
        return NULL;
    return graph_out(ir_slice(graph_at(f), graph_in(x), a, b, s));
}

descent_value *descent_dynamic_slice(descent_function *f, descent_value *x,
                                     descent_value *const *starts, const int64_t *sizes,
                                     size_t count)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_dynamic_slice";
    int64_t list[IR_MAX_RANK];
    if (!graph_ready1(f, op, x) || !graph_ready(f, op, count, starts) ||
        !graph_per_dim(f, op, x, count) ||
        !graph_ints(f->graph, op, "sizes", graph_wanted(count, sizes), list))
        return NULL;
    return graph_out(
        ir_dynamic_slice(graph_at(f), graph_in(x), graph_list(starts), list));
}

descent_value *descent_dynamic_update(descent_function *f, descent_value *x,
                                      descent_value *update, descent_value *const *starts,
                                      size_t count)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_dynamic_update";
    if (!graph_ready2(f, op, x, update) || !graph_ready(f, op, count, starts) ||
        !graph_per_dim(f, op, x, count))
        return NULL;
    return graph_out(ir_dynamic_update_slice(graph_at(f), graph_in(x), graph_in(update),
                                             graph_list(starts)));
}

descent_value *descent_pad(descent_function *f, descent_value *x, descent_value *value,
                           const int64_t *low, const int64_t *high,
                           const int64_t *interior, size_t count)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_pad";
    int64_t a[IR_MAX_RANK], b[IR_MAX_RANK], c[IR_MAX_RANK];
    if (!graph_ready2(f, op, x, value) || !graph_per_dim(f, op, x, count) ||
        !graph_ints(f->graph, op, "low", graph_wanted(count, low), a) ||
        !graph_ints(f->graph, op, "high", graph_wanted(count, high), b) ||
        !graph_ints(f->graph, op, "interior", (GraphInts){count, interior, 0}, c))
        return NULL;
    return graph_out(ir_pad(graph_at(f), graph_in(x), graph_in(value), a, b, c));
}

descent_value *descent_barrier(descent_function *f, descent_value *x)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready1(f, "descent_barrier", x))
        return NULL;
    IrValue *in = graph_in(x);
    IrOp *op =
        ir_build_inferred(graph_at(f), OP_optimization_barrier, 1, &in, 1, 0, NULL);
    return op ? graph_out(ir_result(op, 0)) : NULL;
}
