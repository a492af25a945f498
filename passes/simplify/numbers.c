/* Rewrites of elementwise ops that look at types and numbers. */
#include "passes/simplify/simplify.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* compare(x, x) of integers: a constant. (A NaN is not equal to itself.) */
IrValue *simplify_compare_of_same(Simplify *s, const IrOp *op)
{
    IrValue *x = ir_operand(op, 0);
    const char *direction = ir_op_string(op, "comparison_direction");
    if (x != ir_operand(op, 1) || dtype_is_float(x->type->elem))
        return NULL;
    bool holds =
        !strcmp(direction, "EQ") || !strcmp(direction, "GE") || !strcmp(direction, "LE");
    return ir_splat(&s->b, op->results[0].type, holds);
}

/* The bits of a number that a type can hold at least: integers' digits, floats'
 * mantissa. */
static unsigned digits(Dtype t)
{
    switch (t) {
    case DTYPE_f64: return 53;
    case DTYPE_f32: return 24;
    case DTYPE_f16: return 11;
    case DTYPE_bf16: return 8;
    default: return dtype_bits(t) - (dtype_kind(t) == DTYPE_SIGNED);
    }
}

/* Whether `to` holds every value of `from`. */
static bool holds_all(Dtype from, Dtype to)
{
    if (from == to || from == DTYPE_i1)
        return true;
    if (dtype_is_float(from))
        return to == DTYPE_f64 || (to == DTYPE_f32 && from != DTYPE_f64);
    if (dtype_kind(from) == DTYPE_SIGNED && dtype_kind(to) == DTYPE_UNSIGNED)
        return false;
    bool in_range = to != DTYPE_f16 || digits(from) <= 15;
    return to != DTYPE_i1 && digits(from) <= digits(to) && in_range;
}

/* convert(convert(x)), the inner one losing nothing: one convert, or x. An integer out
 * of range wraps on its way to another integer and not on its way from a float, so
 * these keep theirs. */
IrValue *simplify_convert_of_convert(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    if (!ir_is(inner, OP_convert))
        return NULL;
    IrValue *x = ir_operand(inner->op, 0);
    Dtype from = x->type->elem, middle = inner->type->elem,
          to = op->results[0].type->elem;
    if (!holds_all(from, middle))
        return NULL;
    if (dtype_is_int(from) && dtype_is_float(middle) && dtype_is_int(to) &&
        !holds_all(from, to))
        return NULL;
    return ir_convert(&s->b, x, to);
}

/* bitcast(bitcast(x)): one, or x. A pair of them ends a gradient and is then gone. */
IrValue *simplify_bitcast_of_bitcast(Simplify *s, const IrOp *op)
{
    const IrValue *inner = ir_operand(op, 0);
    if (!ir_is(inner, OP_bitcast_convert))
        return NULL;
    IrValue *x = ir_operand(inner->op, 0);
    IrType to = op->results[0].type;
    return x->type == to ? x : ir_bitcast_convert(&s->b, x, to->elem);
}

static bool splat_of(const IrValue *v, double *number)
{
    if (!ir_is(v, OP_constant) || !ir_op_attr(v->op, "value")->splat)
        return false;
    *number = ir_elements_get(ir_op_attr(v->op, "value"), 0);
    return true;
}

/* Whether 1 / c is a normal number of the type, and stays clear of its ends. */
static bool has_inverse(Dtype t, double c)
{
    static const int least[] = {
        [DTYPE_f64] = -1022, [DTYPE_f32] = -126, [DTYPE_bf16] = -126, [DTYPE_f16] = -14};
    int exponent = isfinite(c) && c != 0 ? 1 - ilogb(c) : INT_MAX;
    return abs(exponent) < -least[t];
}

static bool is_power_of_two(double c)
{
    int exponent;
    return fabs(frexp(c, &exponent)) == 0.5;
}

/* divide(x, 2^k): multiply(x, 2^-k), which rounds the same number */
IrValue *simplify_divide_by_power_of_two(Simplify *s, const IrOp *op)
{
    IrValue *x = ir_operand(op, 0);
    double c;
    if (!dtype_is_float(x->type->elem) || !splat_of(ir_operand(op, 1), &c) ||
        !is_power_of_two(c) || !has_inverse(x->type->elem, c))
        return NULL;
    return ir_multiply(&s->b, x, ir_splat(&s->b, x->type, 1 / c));
}

/* divide(x, c): multiply(x, 1 / c) */
IrValue *simplify_divide_by_constant(Simplify *s, const IrOp *op)
{
    IrValue *x = ir_operand(op, 0);
    double c;
    if (!dtype_is_float(x->type->elem) || !splat_of(ir_operand(op, 1), &c) ||
        !has_inverse(x->type->elem, c))
        return NULL;
    return ir_multiply(&s->b, x, ir_splat(&s->b, x->type, 1 / c));
}
