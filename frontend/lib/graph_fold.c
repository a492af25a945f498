/* Reductions, products, convolutions and windows. */
#include "frontend/lib/graph.h"

/* The options of a call: a mistake if they are not whole. */
static bool take(descent_function *f, const char *name, const void *given, void *out,
                 size_t size)
{
    return !lib_take(&f->graph->call, name, given, out, size);
}

descent_value *descent_reduce(descent_function *f, const char *op, descent_value *x,
                              const int64_t *dimensions, size_t count)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *name = "descent_reduce";
    int64_t list[IR_MAX_RANK];
    if (!graph_ready1(f, name, x) ||
        !graph_ints(f->graph, name, "dimensions", graph_wanted(count, dimensions), list))
        return NULL;
    IrOpKind by = graph_fold_op(f->graph, name, op);
    return by == OP_COUNT
               ? NULL
               : graph_out(ir_reduce(graph_at(f), graph_in(x), by, count, list));
}

/* --------------------------------------------------------------------------- products */

descent_value *descent_matmul(descent_function *f, descent_value *x, descent_value *y)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready2(f, "descent_matmul", x, y))
        return NULL;
    int rank = graph_in(x)->type->rank;
    if (rank < 2 || graph_in(y)->type->rank != rank)
        return graph_mistake(f->graph,
                             "descent_matmul: %s by %s: expected the same number of "
                             "dimensions, at least 2",
                             ir_type_str(f->graph->ir, graph_in(x)->type),
                             ir_type_str(f->graph->ir, graph_in(y)->type));
    IrDotDims d = {.batch = (size_t)rank - 2,
                   .contract = 1,
                   .lhs_contract = {rank - 1},
                   .rhs_contract = {rank - 2}};
    for (int i = 0; i < rank - 2; i++)
        d.lhs_batch[i] = d.rhs_batch[i] = i;
    return graph_out(ir_dot_general(graph_at(f), graph_in(x), graph_in(y), &d));
}

descent_value *descent_dot(descent_function *f, descent_value *lhs, descent_value *rhs,
                           const descent_dot_dims *dims)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_dot";
    descent_dot_dims o;
    if (!graph_ready2(f, op, lhs, rhs) || !take(f, "dims", dims, &o, sizeof o))
        return NULL;
    descent_graph *g = f->graph;
    IrDotDims d = {.batch = o.batch_count, .contract = o.contract_count};
    if (!graph_ints(g, op, "lhs_batch", graph_wanted(d.batch, o.lhs_batch),
                    d.lhs_batch) ||
        !graph_ints(g, op, "rhs_batch", graph_wanted(d.batch, o.rhs_batch),
                    d.rhs_batch) ||
        !graph_ints(g, op, "lhs_contract", graph_wanted(d.contract, o.lhs_contract),
                    d.lhs_contract) ||
        !graph_ints(g, op, "rhs_contract", graph_wanted(d.contract, o.rhs_contract),
                    d.rhs_contract))
        return NULL;
    return graph_out(ir_dot_general(graph_at(f), graph_in(lhs), graph_in(rhs), &d));
}

/* ------------------------------------------------------------------------ convolution */

/* Where batch, features and space are. */
static void conv_layout(IrConvDims *d, bool channels_first)
{
    int64_t n = (int64_t)d->spatial, space = channels_first ? 2 : 1;
    d->input_feature = d->output_feature = channels_first ? 1 : n + 1;
    d->kernel_output = channels_first ? 0 : n + 1;
    d->kernel_input = channels_first ? 1 : n;
    for (int64_t i = 0; i < n; i++) {
        d->input_spatial[i] = d->output_spatial[i] = space + i;
        d->kernel_spatial[i] = channels_first ? 2 + i : i;
    }
}

static bool conv_windows(descent_graph *g, const char *op, const descent_conv_options *o,
                         IrConvDims *d)
{
    size_t n = d->spatial;
    return graph_ints(g, op, "strides", (GraphInts){n, o->strides, 1}, d->strides) &&
           graph_ints(g, op, "pad_low", (GraphInts){n, o->pad_low, 0}, d->pad_low) &&
           graph_ints(g, op, "pad_high", (GraphInts){n, o->pad_high, 0}, d->pad_high) &&
           graph_ints(g, op, "input_dilation", (GraphInts){n, o->input_dilation, 1},
                      d->lhs_dilation) &&
           graph_ints(g, op, "kernel_dilation", (GraphInts){n, o->kernel_dilation, 1},
                      d->rhs_dilation);
}

descent_value *descent_convolution(descent_function *f, descent_value *input,
                                   descent_value *kernel,
                                   const descent_conv_options *options)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *op = "descent_convolution";
    descent_conv_options o;
    if (!graph_ready2(f, op, input, kernel) || !take(f, "options", options, &o, sizeof o))
        return NULL;
    int rank = graph_in(input)->type->rank;
    if (rank < 3)
        return graph_mistake(f->graph,
                             "%s: the input is a %s: expected at least 3 dimensions", op,
                             ir_type_str(f->graph->ir, graph_in(input)->type));
    IrConvDims d = {.spatial = (size_t)rank - 2,
                    .batch_groups = 1,
                    .feature_groups = o.feature_groups ? o.feature_groups : 1};
    conv_layout(&d, o.channels_first);
    if (!conv_windows(f->graph, op, &o, &d))
        return NULL;
    return graph_out(ir_convolution(graph_at(f), graph_in(input), graph_in(kernel), &d));
}

/* ---------------------------------------------------------------------------- windows */

static bool take_window(descent_function *f, const char *op, const descent_window *given,
                        IrWindow *w)
{
    descent_window o;
    descent_graph *g = f->graph;
    if (!given)
        graph_mistake(g, "%s: 'window' is NULL", op);
    if (!given || !take(f, "window", given, &o, sizeof o))
        return false;
    size_t n = o.rank;
    *w = (IrWindow){.rank = n <= IR_MAX_RANK ? (int)n : 0};
    return graph_ints(g, op, "size", graph_wanted(n, o.size), w->size) &&
           graph_ints(g, op, "strides", (GraphInts){n, o.strides, 1}, w->stride) &&
           graph_ints(g, op, "pad_low", (GraphInts){n, o.pad_low, 0}, w->pad_low) &&
           graph_ints(g, op, "pad_high", (GraphInts){n, o.pad_high, 0}, w->pad_high) &&
           graph_ints(g, op, "base_dilation", (GraphInts){n, o.base_dilation, 1},
                      w->base_dilation) &&
           graph_ints(g, op, "window_dilation", (GraphInts){n, o.window_dilation, 1},
                      w->window_dilation);
}

descent_value *descent_reduce_window(descent_function *f, const char *op,
                                     descent_value *x, const descent_window *window)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *name = "descent_reduce_window";
    IrWindow w;
    if (!graph_ready1(f, name, x) || !take_window(f, name, window, &w))
        return NULL;
    IrOpKind by = graph_fold_op(f->graph, name, op);
    return by == OP_COUNT ? NULL
                          : graph_out(ir_reduce_window(graph_at(f), graph_in(x), by, &w));
}

descent_value *descent_select_and_scatter(descent_function *f, descent_value *x,
                                          descent_value *source, descent_direction select,
                                          const descent_window *window)
{
    GRAPH_ENTER(f->graph, return NULL);
    const char *name = "descent_select_and_scatter";
    IrWindow w;
    if (!graph_ready2(f, name, x, source) || !take_window(f, name, window, &w))
        return NULL;
    if (select != DESCENT_GE && select != DESCENT_LE)
        return graph_mistake(f->graph,
                             "%s: select is %d: expected DESCENT_GE or DESCENT_LE", name,
                             (int)select);
    return graph_out(ir_select_and_scatter(graph_at(f), graph_in(x), graph_in(source),
                                           (IrDirection)select, &w));
}
