/* At computed places: gather and scatter. Random bits. */
#include "frontend/lib/graph.h"

static bool take_gather(descent_graph *g, const descent_gather_dims *o, IrGatherDims *d)
{
    const char *op = "descent_gather";
    *d = (IrGatherDims){.offset = o->offset_count,
                        .collapsed = o->collapsed_count,
                        .batching = o->batching_count,
                        .map = o->map_count,
                        .index_vector_dim = o->index_vector_dim};
    return graph_ints(g, op, "offset_dims", graph_wanted(d->offset, o->offset_dims),
                      d->offset_dims) &&
           graph_ints(g, op, "collapsed_slice_dims",
                      graph_wanted(d->collapsed, o->collapsed_slice_dims),
                      d->collapsed_slice_dims) &&
           graph_ints(g, op, "operand_batching_dims",
                      graph_wanted(d->batching, o->operand_batching_dims),
                      d->operand_batching_dims) &&
           graph_ints(g, op, "start_indices_batching_dims",
                      graph_wanted(d->batching, o->start_indices_batching_dims),
                      d->start_indices_batching_dims) &&
           graph_ints(g, op, "start_index_map", graph_wanted(d->map, o->start_index_map),
                      d->start_index_map);
}

descent_value *descent_gather(descent_function *f, descent_value *x,
                              descent_value *indices, const descent_gather_dims *dims,
                              const int64_t *slice_sizes, size_t count)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_gather";
    descent_gather_dims o;
    IrGatherDims d;
    int64_t sizes[IR_MAX_RANK];
    if (!graph_ready2(f, op, x, indices) || !graph_per_dim(f, op, x, count) ||
        lib_take(&f->graph->call, "dims", dims, &o, sizeof o) ||
        !take_gather(f->graph, &o, &d) ||
        !graph_ints(f->graph, op, "slice_sizes", graph_wanted(count, slice_sizes), sizes))
        return NULL;
    return graph_out(ir_gather(graph_at(f), graph_in(x), graph_in(indices), &d, sizes));
}

descent_value *descent_take(descent_function *f, descent_value *x, descent_value *indices)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready2(f, "descent_take", x, indices))
        return NULL;
    IrType t = graph_in(x)->type, index = graph_in(indices)->type;
    if (t->rank < 1)
        return graph_mistake(f->graph, "descent_take: the operand is a scalar");
    int64_t sizes[IR_MAX_RANK] = {1};
    IrGatherDims d = {.offset = (size_t)t->rank - 1,
                      .collapsed = 1,
                      .map = 1,
                      .index_vector_dim = index->rank};
    for (int i = 1; i < t->rank; i++) {
        d.offset_dims[i - 1] = index->rank + i - 1;
        sizes[i] = t->dims[i];
    }
    return graph_out(ir_gather(graph_at(f), graph_in(x), graph_in(indices), &d, sizes));
}

static bool take_scatter(descent_graph *g, const descent_scatter_dims *o,
                         IrScatterDims *d)
{
    const char *op = "descent_scatter";
    *d = (IrScatterDims){.window = o->window_count,
                         .inserted = o->inserted_count,
                         .batching = o->batching_count,
                         .map = o->map_count,
                         .index_vector_dim = o->index_vector_dim};
    return graph_ints(g, op, "update_window_dims",
                      graph_wanted(d->window, o->update_window_dims),
                      d->update_window_dims) &&
           graph_ints(g, op, "inserted_window_dims",
                      graph_wanted(d->inserted, o->inserted_window_dims),
                      d->inserted_window_dims) &&
           graph_ints(g, op, "input_batching_dims",
                      graph_wanted(d->batching, o->input_batching_dims),
                      d->input_batching_dims) &&
           graph_ints(g, op, "scatter_indices_batching_dims",
                      graph_wanted(d->batching, o->scatter_indices_batching_dims),
                      d->scatter_indices_batching_dims) &&
           graph_ints(g, op, "scatter_dims_to_operand_dims",
                      graph_wanted(d->map, o->scatter_dims_to_operand_dims),
                      d->scatter_dims_to_operand_dims);
}

descent_value *descent_scatter(descent_function *f, const char *op, descent_value *x,
                               descent_value *indices, descent_value *updates,
                               const descent_scatter_dims *dims)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *name = "descent_scatter";
    descent_scatter_dims o;
    IrScatterDims d;
    if (!graph_ready(f, name, 3, (descent_value *[]){x, indices, updates}) ||
        lib_take(&f->graph->call, "dims", dims, &o, sizeof o) ||
        !take_scatter(f->graph, &o, &d))
        return NULL;
    IrOpKind by = op ? graph_fold_op(f->graph, name, op) : OP_yield;
    return by == OP_COUNT
               ? NULL
               : graph_out(ir_scatter(graph_at(f), graph_in(x), graph_in(indices),
                                      graph_in(updates), &d, by));
}

descent_value *descent_random_bits(descent_function *f, descent_value *state,
                                   descent_dtype dtype, int rank, const int64_t *dims,
                                   descent_value **next)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_random_bits";
    IrValue *after = NULL;
    if (next)
        *next = NULL;
    if (!graph_ready1(f, op, state))
        return NULL;
    IrType t = graph_type(f->graph, op, dtype, rank, dims);
    IrValue *bits = t ? ir_rng_bits(graph_at(f), graph_in(state), t, &after) : NULL;
    if (next)
        *next = graph_out(after);
    return graph_out(bits);
}
