/* Constants, and ops that compute one element at a time. */
#include "frontend/lib/graph.h"

#include <math.h>
#include <string.h>

/* -------------------------------------------------------------------------- constants */

descent_value *descent_constant(descent_function *f, descent_dtype dtype, int rank,
                                const int64_t *dims, const void *data, size_t bytes)
{
    GRAPH_ENTER(f->graph, return NULL);
    IrType t = f ? graph_type(f->graph, "descent_constant", dtype, rank, dims) : NULL;
    if (!t)
        return NULL;
    if ((int64_t)bytes != ir_bytes(t) || (bytes && !data))
        return graph_mistake(
            f->graph, "descent_constant: %zu bytes of data: %s needs %lld",
            data ? bytes : 0, ir_type_str(f->graph->ir, t), (long long)ir_bytes(t));
    return graph_out(
        ir_constant(graph_at(f), ir_attr_elements(f->graph->ir, t, data, !bytes)));
}

/* Whether an element type has the number, but for a fraction; floats have all of them. */
static bool check_number(descent_function *f, const char *op, Dtype t, double value)
{
    bool is_signed = dtype_kind(t) == DTYPE_SIGNED;
    double end = ldexp(1, (int)dtype_bits(t) - is_signed), low = is_signed ? -end : 0;
    if (!dtype_is_int(t) || (value < end && (value > low - 1 || value == low)))
        return true;
    graph_mistake(f->graph, "%s: there is no %s %g", op, dtype_name(t), value);
    return false;
}

descent_value *descent_splat(descent_function *f, descent_dtype dtype, int rank,
                             const int64_t *dims, double value)
{
    GRAPH_ENTER(f->graph, return NULL);
    IrType t = f ? graph_type(f->graph, "descent_splat", dtype, rank, dims) : NULL;
    bool good = t && check_number(f, "descent_splat", t->elem, value);
    return good ? graph_out(ir_splat(graph_at(f), t, value)) : NULL;
}

descent_value *descent_like(descent_function *f, descent_value *like, double value)
{
    GRAPH_ENTER(f->graph, return NULL);
    bool good = graph_ready1(f, "descent_like", like) &&
                check_number(f, "descent_like", graph_in(like)->type->elem, value);
    return good ? graph_out(ir_like(graph_at(f), graph_in(like), value)) : NULL;
}

descent_value *descent_iota(descent_function *f, descent_dtype dtype, int rank,
                            const int64_t *dims, int64_t dimension)
{
    GRAPH_ENTER(f->graph, return NULL);
    IrType t = f ? graph_type(f->graph, "descent_iota", dtype, rank, dims) : NULL;
    return t ? graph_out(ir_iota(graph_at(f), t, dimension)) : NULL;
}

/* ----------------------------------------------------------------------- ops by name */

/* The name without its dialect. */
static const char *short_name(IrOpKind kind)
{
    return strchr(ir_op_info(kind)->name, '.') + 1;
}

/* The graph op of a class and a name; OP_COUNT after a mistake. */
static IrOpKind find_op(descent_graph *g, IrOpClass class, const char *name)
{
    const char *all[OP_COUNT];
    size_t count = 0;
    for (IrOpKind k = 0; k < OP_COUNT; k++) {
        const IrOpInfo *info = ir_op_info(k);
        if (info->kernel || info->class != class)
            continue;
        if (!strcmp(short_name(k), name))
            return k;
        all[count++] = short_name(k);
    }
    const char *near = text_nearest(name, all, count);
    graph_mistake(g, "no op of %s is called '%s'%s%s%s",
                  class == IR_CLASS_UNARY ? "one operand" : "two operands", name,
                  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return OP_COUNT;
}

descent_value *descent_unary(descent_function *f, const char *op, descent_value *x)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready1(f, op, x))
        return NULL;
    IrValue *in = graph_in(x);
    IrOpKind kind = find_op(f->graph, IR_CLASS_UNARY, op);
    IrOp *made = kind == OP_COUNT
                     ? NULL
                     : ir_build_inferred(graph_at(f), kind, 1, &in, 1, 0, NULL);
    return made ? graph_out(ir_result(made, 0)) : NULL;
}

descent_value *descent_binary(descent_function *f, const char *op, descent_value *x,
                              descent_value *y)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready2(f, op, x, y))
        return NULL;
    IrValue *in[] = {graph_in(x), graph_in(y)};
    IrOpKind kind = find_op(f->graph, IR_CLASS_BINARY, op);
    IrOp *made =
        kind == OP_COUNT ? NULL : ir_build_inferred(graph_at(f), kind, 2, in, 1, 0, NULL);
    return made ? graph_out(ir_result(made, 0)) : NULL;
}

descent_value *descent_add(descent_function *f, descent_value *x, descent_value *y)
{
    return descent_binary(f, "add", x, y);
}

descent_value *descent_subtract(descent_function *f, descent_value *x, descent_value *y)
{
    return descent_binary(f, "subtract", x, y);
}

descent_value *descent_multiply(descent_function *f, descent_value *x, descent_value *y)
{
    return descent_binary(f, "multiply", x, y);
}

descent_value *descent_divide(descent_function *f, descent_value *x, descent_value *y)
{
    return descent_binary(f, "divide", x, y);
}

/* ------------------------------------------------------------------------- the others */

_Static_assert((int)DESCENT_EQ == (int)IR_EQ && (int)DESCENT_GE == (int)IR_GE &&
                   (int)DESCENT_LT == (int)IR_LT,
               "directions have one numbering");

descent_value *descent_compare(descent_function *f, descent_direction how,
                               descent_value *x, descent_value *y)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready2(f, "descent_compare", x, y))
        return NULL;
    if ((unsigned)how > DESCENT_LT)
        return graph_mistake(f->graph, "descent_compare: there is no direction %d",
                             (int)how);
    return graph_out(ir_compare(graph_at(f), (IrDirection)how, graph_in(x), graph_in(y)));
}

descent_value *descent_select(descent_function *f, descent_value *p, descent_value *x,
                              descent_value *y)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready(f, "descent_select", 3, (descent_value *[]){p, x, y}))
        return NULL;
    return graph_out(ir_select(graph_at(f), graph_in(p), graph_in(x), graph_in(y)));
}

descent_value *descent_clamp(descent_function *f, descent_value *low, descent_value *x,
                             descent_value *high)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready(f, "descent_clamp", 3, (descent_value *[]){low, x, high}))
        return NULL;
    return graph_out(ir_clamp(graph_at(f), graph_in(low), graph_in(x), graph_in(high)));
}

descent_value *descent_is_finite(descent_function *f, descent_value *x)
{
    GRAPH_ENTER(f->graph, return NULL);
    return graph_ready1(f, "descent_is_finite", x)
               ? graph_out(ir_is_finite(graph_at(f), graph_in(x)))
               : NULL;
}

static bool check_dtype(descent_function *f, const char *op, descent_dtype to)
{
    if (lib_is_dtype(to))
        return true;
    graph_mistake(f->graph, "%s: there is no element type %d", op, (int)to);
    return false;
}

descent_value *descent_convert(descent_function *f, descent_value *x, descent_dtype to)
{
    GRAPH_ENTER(f->graph, return NULL);
    bool good =
        graph_ready1(f, "descent_convert", x) && check_dtype(f, "descent_convert", to);
    return good ? graph_out(ir_convert(graph_at(f), graph_in(x), (Dtype)to)) : NULL;
}

descent_value *descent_bitcast(descent_function *f, descent_value *x, descent_dtype to)
{
    GRAPH_ENTER(f->graph, return NULL);
    bool good =
        graph_ready1(f, "descent_bitcast", x) && check_dtype(f, "descent_bitcast", to);
    return good ? graph_out(ir_bitcast_convert(graph_at(f), graph_in(x), (Dtype)to))
                : NULL;
}

descent_value *descent_reduce_precision(descent_function *f, descent_value *x,
                                        int exponent_bits, int mantissa_bits)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!graph_ready1(f, "descent_reduce_precision", x))
        return NULL;
    IrContext *c = f->graph->ir;
    IrValue *in = graph_in(x);
    IrType i32 = ir_scalar(c, DTYPE_i32);
    IrNamedAttr attrs[] = {{"exponent_bits", ir_attr_int(c, i32, exponent_bits)},
                           {"mantissa_bits", ir_attr_int(c, i32, mantissa_bits)}};
    IrOp *op = ir_build_inferred(graph_at(f), OP_reduce_precision, 1, &in, 1, 2, attrs);
    return op ? graph_out(ir_result(op, 0)) : NULL;
}
