/* Mistakes of who builds a graph: found before anything is built. */
#include "frontend/lib/graph.h"

#include <stdarg.h>
#include <string.h>

descent_value *graph_mistake(descent_graph *g, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(g->call.d, DIAG_ERROR, DIAG_INPUT, (Place){g->file, g->line, 0}, format,
              args);
    va_end(args);
    return NULL;
}

static const IrBlock *block_of(const IrValue *v)
{
    return v->op ? v->op->block : v->block;
}

static bool check_operand(descent_function *f, const char *op, descent_value *v)
{
    descent_graph *g = f->graph;
    if (v && block_of(graph_in(v)) == f->builder.block)
        return true;
    if (v)
        graph_mistake(g, "%s: an operand belongs to another function than @%s", op,
                      ir_func_name(f->op));
    else if (!diag_errors(g->call.d))
        graph_mistake(g, "%s: an operand is NULL", op);
    return false;
}

bool graph_ready(descent_function *f, const char *op, size_t count,
                 descent_value *const *operands)
{
    if (!f)
        return false;
    if (!op) {
        graph_mistake(f->graph, "the name of the op is NULL");
        return false;
    }
    if (count && !operands) {
        graph_mistake(f->graph, "%s: the list of operands is NULL", op);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!check_operand(f, op, operands[i]))
            return false;
    return true;
}

bool graph_ready1(descent_function *f, const char *op, descent_value *x)
{
    return graph_ready(f, op, 1, &x);
}

bool graph_ready2(descent_function *f, const char *op, descent_value *x, descent_value *y)
{
    return graph_ready(f, op, 2, (descent_value *[]){x, y});
}

IrBuilder *graph_at(descent_function *f)
{
    const descent_graph *g = f->graph;
    f->builder.loc =
        g->file ? ir_loc_file(g->ir, g->file, g->line, 0) : ir_loc_unknown(g->ir);
    f->builder.diags = g->call.d;
    return &f->builder;
}

IrType graph_type(descent_graph *g, const char *op, descent_dtype dtype, int rank,
                  const int64_t *dims)
{
    if (!lib_is_dtype(dtype)) {
        graph_mistake(g, "%s: there is no element type %d", op, (int)dtype);
        return NULL;
    }
    if (rank < 0 || rank > DESCENT_MAX_RANK || (rank && !dims)) {
        graph_mistake(g, "%s: rank %d: expected 0 to %d, and its sizes", op, rank,
                      DESCENT_MAX_RANK);
        return NULL;
    }
    for (int i = 0; i < rank; i++)
        if (dims[i] < 0) {
            graph_mistake(g, "%s: size %d is %lld: expected 0 or more", op, i,
                          (long long)dims[i]);
            return NULL;
        }
    if (!ir_dims_ok((Dtype)dtype, rank, dims)) {
        graph_mistake(g, "%s: a tensor of this shape is too large", op);
        return NULL;
    }
    return ir_tensor(g->ir, (Dtype)dtype, rank, dims);
}

bool graph_ints(descent_graph *g, const char *op, const char *name, GraphInts list,
                int64_t out[IR_MAX_RANK])
{
    if (list.count > IR_MAX_RANK) {
        graph_mistake(g, "%s: '%s' has %zu entries: at most %d", op, name, list.count,
                      IR_MAX_RANK);
        return false;
    }
    if (list.count && !list.ints && list.otherwise == INT64_MIN) {
        graph_mistake(g, "%s: '%s' is NULL", op, name);
        return false;
    }
    for (size_t i = 0; i < list.count; i++)
        out[i] = list.ints ? list.ints[i] : list.otherwise;
    return true;
}

bool graph_per_dim(descent_function *f, const char *op, descent_value *x, size_t count)
{
    int rank = graph_in(x)->type->rank;
    if (count == (size_t)rank)
        return true;
    graph_mistake(f->graph, "%s: lists of length %zu: the operand has %d dimension%s", op,
                  count, rank, text_plural(rank));
    return false;
}

IrOpKind graph_fold_op(descent_graph *g, const char *op, const char *name)
{
    static const struct {
        const char *name;
        IrOpKind kind;
    } folds[] = {{"add", OP_add},         {"multiply", OP_multiply},
                 {"maximum", OP_maximum}, {"minimum", OP_minimum},
                 {"and", OP_and},         {"or", OP_or}};
    for (size_t i = 0; name && i < sizeof folds / sizeof *folds; i++)
        if (!strcmp(folds[i].name, name))
            return folds[i].kind;
    graph_mistake(
        g,
        "%s: no op to fold by is called '%s'; there is: add, multiply, maximum, "
        "minimum, and, or",
        op, name ? name : "(NULL)");
    return OP_COUNT;
}
