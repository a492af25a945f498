/* Gradients of the elementwise ops. At kinks and ties they do as JAX does; masks are
 * selects, not products with 0, so that an infinity behind a mask does not become NaN. */
#include "passes/grad/grad.h"

#include <math.h>

static IrValue *one(Grad *g, IrValue *like) { return ir_like(&g->b, like, 1); }

/* ------------------------------------------------------------------------ one operand */

/* r = |x|: dx = d sign x, 0 at 0 */
RULE(abs)
{
    grad_give(g, op, 0, ir_multiply(&g->b, grad_d(g, op), ir_sign(&g->b, grad_x(op))));
}

/* r^3 = x: dx = d / (3 r^2) */
RULE(cbrt)
{
    IrValue *r = grad_r(op), *r2 = ir_multiply(&g->b, r, r);
    grad_give(g, op, 0, ir_divide(&g->b, grad_d(g, op), grad_scale(g, r2, 3)));
}

/* r = cos x: dx = -d sin x */
RULE(cosine)
{
    IrValue *s = ir_sine(&g->b, grad_x(op));
    grad_give(g, op, 0, ir_negate(&g->b, ir_multiply(&g->b, grad_d(g, op), s)));
}

/* r = erf x: dx = d 2/sqrt(pi) e^(-x^2) */
RULE(erf)
{
    IrValue *x = grad_x(op), *x2 = ir_multiply(&g->b, x, x);
    IrValue *bell = ir_exponential(&g->b, ir_negate(&g->b, x2));
    IrValue *scaled = grad_scale(g, grad_d(g, op), M_2_SQRTPI);
    grad_give(g, op, 0, ir_multiply(&g->b, scaled, bell));
}

/* r = e^x: dx = d r */
RULE(exponential) { grad_give(g, op, 0, ir_multiply(&g->b, grad_d(g, op), grad_r(op))); }

/* r = e^x - 1: dx = d (r + 1) */
RULE(exponential_minus_one)
{
    IrValue *r = grad_r(op);
    grad_give(g, op, 0, ir_multiply(&g->b, grad_d(g, op), ir_add(&g->b, r, one(g, r))));
}

/* r = ln x: dx = d / x */
RULE(log) { grad_give(g, op, 0, ir_divide(&g->b, grad_d(g, op), grad_x(op))); }

/* r = ln(1 + x): dx = d / (1 + x) */
RULE(log_plus_one)
{
    IrValue *x = grad_x(op);
    grad_give(g, op, 0, ir_divide(&g->b, grad_d(g, op), ir_add(&g->b, x, one(g, x))));
}

/* r = 1 / (1 + e^-x): dx = d r (1 - r) */
RULE(logistic)
{
    IrValue *r = grad_r(op),
            *slope = ir_multiply(&g->b, r, ir_subtract(&g->b, one(g, r), r));
    grad_give(g, op, 0, ir_multiply(&g->b, grad_d(g, op), slope));
}

/* r = -x: dx = -d */
RULE(negate) { grad_give(g, op, 0, ir_negate(&g->b, grad_d(g, op))); }

/* r = x^(-1/2): dx = -d/2 r / x */
RULE(rsqrt)
{
    IrValue *slope = ir_divide(&g->b, grad_r(op), grad_x(op));
    grad_give(g, op, 0, ir_multiply(&g->b, grad_scale(g, grad_d(g, op), -0.5), slope));
}

/* r = sin x: dx = d cos x */
RULE(sine)
{
    IrValue *c = ir_cosine(&g->b, grad_x(op));
    grad_give(g, op, 0, ir_multiply(&g->b, grad_d(g, op), c));
}

/* r = sqrt x: dx = d/2 / r */
RULE(sqrt)
{
    grad_give(g, op, 0, ir_divide(&g->b, grad_scale(g, grad_d(g, op), 0.5), grad_r(op)));
}

/* r = tan x: dx = d (1 + r^2) */
RULE(tan)
{
    IrValue *r = grad_r(op), *slope = ir_add(&g->b, ir_multiply(&g->b, r, r), one(g, r));
    grad_give(g, op, 0, ir_multiply(&g->b, grad_d(g, op), slope));
}

/* r = tanh x: dx = d (1 - r) (1 + r), which keeps its digits where 1 - r^2 cancels */
RULE(tanh)
{
    IrValue *r = grad_r(op), *below = ir_subtract(&g->b, one(g, r), r);
    IrValue *slope = ir_multiply(&g->b, below, ir_add(&g->b, r, one(g, r)));
    grad_give(g, op, 0, ir_multiply(&g->b, grad_d(g, op), slope));
}

/* Constant between their steps. */
RULE_ZERO(ceil)
RULE_ZERO(floor)
RULE_ZERO(round_nearest_afz)
RULE_ZERO(round_nearest_even)
RULE_ZERO(sign)

/* On integers only. */
RULE_ZERO(count_leading_zeros)
RULE_ZERO(not )
RULE_ZERO(popcnt)

/* ----------------------------------------------------------------------- two operands */

/* r = x + y: dx = d, dy = d */
RULE(add)
{
    for (uint32_t i = 0; i < 2; i++)
        if (grad_wants(g, op, i))
            grad_give(g, op, i, grad_d(g, op));
}

/* r = x - y: dx = d, dy = -d */
RULE(subtract)
{
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0, grad_d(g, op));
    if (grad_wants(g, op, 1))
        grad_give(g, op, 1, ir_negate(&g->b, grad_d(g, op)));
}

/* r = x y: dx = d y, dy = d x */
RULE(multiply)
{
    for (uint32_t i = 0; i < 2; i++)
        if (grad_wants(g, op, i))
            grad_give(g, op, i, ir_multiply(&g->b, grad_d(g, op), ir_operand(op, 1 - i)));
}

/* r = x / y: dx = d / y, dy = -(d / y) r */
RULE(divide)
{
    IrValue *dx = ir_divide(&g->b, grad_d(g, op), grad_y(op));
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0, dx);
    if (grad_wants(g, op, 1))
        grad_give(g, op, 1, ir_negate(&g->b, ir_multiply(&g->b, dx, grad_r(op))));
}

/* r = atan2(x, y): dx = d y / (x^2 + y^2), dy = -d x / (x^2 + y^2) */
RULE(atan2)
{
    IrBuilder *b = &g->b;
    IrValue *x = grad_x(op), *y = grad_y(op);
    IrValue *norm = ir_add(b, ir_multiply(b, x, x), ir_multiply(b, y, y));
    IrValue *scaled = ir_divide(b, grad_d(g, op), norm);
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0, ir_multiply(b, scaled, y));
    if (grad_wants(g, op, 1))
        grad_give(g, op, 1, ir_negate(b, ir_multiply(b, scaled, x)));
}

/* r = the extreme of x and y: d to the operand that it is, half of it to each if they
 * are equal */
static void grad_extreme(Grad *g, const IrOp *op, IrDirection wins)
{
    IrBuilder *b = &g->b;
    IrValue *d = grad_d(g, op);
    IrValue *tie = ir_compare(b, IR_EQ, grad_x(op), grad_y(op));
    IrValue *half = grad_where(g, tie, grad_scale(g, d, 0.5));
    for (uint32_t i = 0; i < 2; i++) {
        if (!grad_wants(g, op, i))
            continue;
        IrValue *won = ir_compare(b, wins, ir_operand(op, i), ir_operand(op, 1 - i));
        grad_give(g, op, i, ir_select(b, won, d, half));
    }
}

RULE(maximum) { grad_extreme(g, op, IR_GT); }
RULE(minimum) { grad_extreme(g, op, IR_LT); }

/* r = x^y: dx = d y x^(y-1), 0 where y is 0; dy = d r ln x, 0 where x is 0 */
RULE(power)
{
    IrBuilder *b = &g->b;
    IrValue *x = grad_x(op), *y = grad_y(op), *d = grad_d(g, op);
    IrValue *zero = ir_like(b, x, 0);
    if (grad_wants(g, op, 0)) {
        IrValue *less = ir_power(b, x, ir_subtract(b, y, one(g, y)));
        IrValue *dx = ir_multiply(b, d, ir_multiply(b, y, less));
        grad_give(g, op, 0, ir_select(b, ir_compare(b, IR_EQ, y, zero), zero, dx));
    }
    if (grad_wants(g, op, 1)) {
        IrValue *base = ir_select(b, ir_compare(b, IR_EQ, x, zero), one(g, x), x);
        grad_give(g, op, 1,
                  ir_multiply(b, d, ir_multiply(b, grad_r(op), ir_log(b, base))));
    }
}

/* r = x - y trunc(x / y): dx = d, dy = -d trunc(x / y) */
RULE(remainder)
{
    IrBuilder *b = &g->b;
    if (grad_wants(g, op, 0))
        grad_give(g, op, 0, grad_d(g, op));
    if (!grad_wants(g, op, 1))
        return;
    IrValue *q = ir_divide(b, grad_x(op), grad_y(op));
    IrValue *truncated = ir_multiply(b, ir_sign(b, q), ir_floor(b, ir_abs(b, q)));
    grad_give(g, op, 1, ir_negate(b, ir_multiply(b, grad_d(g, op), truncated)));
}

/* On integers only. */
RULE_ZERO(and)
RULE_ZERO(or)
RULE_ZERO(xor)
RULE_ZERO(shift_left)
RULE_ZERO(shift_right_arithmetic)
RULE_ZERO(shift_right_logical)

/* ----------------------------------------------------------------- types of their own */

/* A share for an operand that may be a scalar used for all elements. */
static void give_spread(Grad *g, const IrOp *op, uint32_t i, IrValue *share)
{
    if (ir_operand(op, i)->type->rank < share->type->rank)
        share = grad_sum_all(g, share);
    grad_give(g, op, i, share);
}

/* r = min(max(x, lo), hi): d goes to x if lo < x < hi, to lo if x < lo < hi, to hi if
 * it is less than x or lo */
RULE(clamp)
{
    IrBuilder *b = &g->b;
    IrValue *x = ir_operand(op, 1), *d = grad_d(g, op);
    IrValue *lo = grad_spread(g, ir_operand(op, 0), x->type);
    IrValue *hi = grad_spread(g, ir_operand(op, 2), x->type);
    IrValue *inside;
    if (grad_wants(g, op, 0)) {
        inside = ir_and(b, ir_compare(b, IR_LT, x, lo), ir_compare(b, IR_LT, lo, hi));
        give_spread(g, op, 0, grad_where(g, inside, d));
    }
    if (grad_wants(g, op, 1)) {
        inside = ir_and(b, ir_compare(b, IR_GT, x, lo), ir_compare(b, IR_LT, x, hi));
        grad_give(g, op, 1, grad_where(g, inside, d));
    }
    if (grad_wants(g, op, 2)) {
        IrValue *above = ir_compare(b, IR_GT, ir_maximum(b, x, lo), hi);
        give_spread(g, op, 2, grad_where(g, above, d));
    }
}

/* r = x as another float type: dx = d as x's */
RULE(convert)
{
    grad_give(g, op, 0, ir_convert(&g->b, grad_d(g, op), grad_x(op)->type->elem));
}

/* r = x rounded to fewer bits: dx = d rounded alike, as JAX has it (the derivative
 * proper is 0 almost everywhere and of no use) */
RULE(reduce_precision)
{
    IrValue *d = grad_d(g, op);
    IrOp *same = ir_build_inferred(&g->b, OP_reduce_precision, 1, &d, 1, op->attr_count,
                                   op->attrs);
    grad_give(g, op, 0, ir_result(same, 0));
}

/* r = p ? x : y: dx = p ? d : 0, dy = p ? 0 : d */
RULE(select)
{
    IrValue *p = ir_operand(op, 0), *d = grad_d(g, op);
    if (grad_wants(g, op, 1))
        grad_give(g, op, 1, grad_where(g, p, d));
    if (grad_wants(g, op, 2))
        grad_give(g, op, 2, ir_select(&g->b, p, grad_zeros(g, d->type), d));
}

/* Bits are no numbers; comparisons are constant between their steps. */
RULE_ZERO(bitcast_convert)
RULE_ZERO(compare)
RULE_ZERO(is_finite)

/* ------------------------------------------------------------------------ no operands */

RULE_ZERO(constant)
RULE_ZERO(iota)
