/* Softmax in one pass over rows that are too long to be kept: a larger maximum that comes
 * late adjusts what was summed up before.
 *
 *     max, sum, y = -inf, 0, 0
 *     for tiles of columns:
 *       x   = scores;  now = max(max, largest x)
 *       f   = exp(max - now)
 *       p   = exp(x - now)
 *       sum = sum * f + (sum of p);  y = y * f + p v;  max = now
 *     y = y / sum                          instead of  sum over (exp(x - max) / sum) v
 *
 * That holds as exp(a - b) exp(b - c) = exp(a - c), which is what is looked for: no other
 * function that folds wait for is known to have such a rule. What is rounded in another
 * way: y is divided once, and what a tile gave is multiplied by f for each tile behind it
 * that had a larger score. So with n tiles sum and y are off by at most n times the error
 * of exp and of a product, relative to the sum of all |p v|: for 4096 keys less than 200
 * units in the last place, and on average about the logarithm of that, as the maximum of
 * numbers in no order rarely changes. Where it stays f is 1.
 * As y is divided last, it overflows where the sum of p |v| does: if v is larger than the
 * greatest number by the count of keys.
 *
 * Where more is done to p before the product (it is rounded, say), or tensor cores have
 * the sums, only the folds are one pass.
 *
 * While a row has seen nothing but -inf, p is 0 and not NaN; if that is all there is, the
 * graph says NaN, and so does sum + (max - max). */
#include "passes/lower/gpu/attention.h"

#include <math.h>

/* ------------------------------------------------------------------------- what it is */

static bool is_fold(const Fold *f, IrOpKind by)
{
    return ir_body_op(&f->op->regions[0]) == by &&
           f->op->results[0].type->elem == DTYPE_f32;
}

static bool is_splat(const IrValue *v, double number)
{
    IrAttr a = ir_is(v, OP_constant) ? ir_op_attr(v->op, "value") : NULL;
    return a && a->splat && ir_elements_get(a, 0) == number;
}

static const IrValue *unspread(const IrValue *v)
{
    while (ir_is(v, OP_broadcast_in_dim) || ir_is(v, OP_reshape))
        v = ir_operand(v->op, 0);
    return v;
}

/* The value of a row that v has in each column; max(-inf, x) is x, as some write it. */
static const IrValue *row_value(const IrValue *v)
{
    v = unspread(v);
    for (uint32_t i = 0; ir_is(v, OP_maximum) && i < 2; i++)
        if (is_splat(unspread(ir_operand(v->op, i)), -INFINITY))
            v = unspread(ir_operand(v->op, !i));
    return v;
}

/* Whether sum folds exp(x - max). */
static bool is_softmax(const Fold *max, const Fold *sum)
{
    const IrValue *exp = ir_operand(sum->op, 0);
    const IrValue *less = ir_is(exp, OP_exponential) ? ir_operand(exp->op, 0) : NULL;
    return is_fold(max, OP_maximum) && is_fold(sum, OP_add) && less &&
           ir_is(less, OP_subtract) && is_splat(ir_operand(max->op, 1), -INFINITY) &&
           ir_operand(less->op, 0) == ir_operand(max->op, 0) &&
           row_value(ir_operand(less->op, 1)) == ir_result(max->op, 0);
}

static bool is_share(const Online *o, const IrValue *v)
{
    return ir_is(v, OP_divide) && ir_operand(v->op, 0) == o->exp &&
           row_value(ir_operand(v->op, 1)) == ir_result(o->sum->op, 0);
}

bool find_softmax(Attention *t)
{
    if (t->fold_count != 2 || !t->outer_count)
        return false;
    size_t first = is_fold(&t->folds[0], OP_maximum) ? 0 : 1;
    t->online.max = &t->folds[first];
    t->online.sum = &t->folds[1 - first];
    if (!is_softmax(t->online.max, t->online.sum))
        return false;
    t->online.exp = ir_operand(t->online.sum->op, 0);
    return true;
}

bool sums_shares(const Attention *t)
{
    for (size_t i = 0; i < t->outer_count; i++)
        if (!is_share(&t->online, t->outer[i].scores))
            return false;
    return !t->tensor; /* a row's sums lie in several threads */
}

/* ------------------------------------------------------------------------ adjustments */

static IrValue *number(Emit *e, double x)
{
    return k_const(&e->b, ir_scalar(e->c, DTYPE_f32), x);
}

static IrValue *binary(Emit *e, IrOpKind kind, IrValue *x, IrValue *y)
{
    return k_binary(&e->b, kind, x, y);
}

/* exp(x - y) by the graph's op; 1 if they are equal, also if they are infinite. */
static IrValue *exp_of(Emit *e, const Online *o, IrValue *x, IrValue *y)
{
    IrValue *less =
        k_broadcast(&e->b, binary(e, OP_arith_subf, x, y), lane_type(e, DTYPE_f32));
    IrValue *f = k_extract(&e->b, emit_elementwise(e, o->exp->op, &less), 0);
    return k_select(&e->b, k_cmpf(&e->b, "oeq", x, y), number(e, 1), f);
}

/* A number of each row, for those who have sums of it; seen behind a barrier. */
static void share(Emit *e, const Attention *t, IrValue *x)
{
    IrValue *leads = k_cmpi(&e->b, "eq", t->lane, c_index(e, 0));
    IrOp *branch = k_if_begin(&e->b, leads, 0, NULL);
    k_store(&e->b, x, t->online.by_row, 1, &t->row);
    k_if_end(&e->b, branch, 0, NULL);
}

static void adjust_sums(Emit *e, Attention *t, IrOpKind by)
{
    IrValue *f =
        k_vload(&e->b, t->online.by_row, 1, &t->y, ir_vector(e->c, DTYPE_f32, PER));
    for (size_t i = 0; i < t->outer_count; i++)
        for (int64_t k = 0; k < (int64_t)sum_count(&t->outer[i]); k++) {
            IrValue **sum = &t->outer[i].sums[k];
            IrValue *of_row = k_extract(&e->b, f, k / t->outer[i].tiles);
            *sum = binary(e, by, *sum, k_broadcast(&e->b, of_row, (*sum)->type));
        }
}

/* ------------------------------------------------------------------------------- pass */

static IrValue *max_of_row(Emit *e, const Attention *t, IrValue *own)
{
    e->team = (Team){.size = TEAM, .first = t->lane};
    IrValue *all = team_fold(e, OP_maximum, DTYPE_f32,
                             k_broadcast(&e->b, own, lane_type(e, DTYPE_f32)));
    e->team = (Team){.size = 1};
    return all;
}

static IrValue *max_of_tile(Emit *e, Attention *t)
{
    Fold *max = t->online.max;
    max->acc = number(e, -INFINITY);
    fold_tile(e, t, &max, 1);
    return max_of_row(e, t, max->acc);
}

static void tile(Emit *e, Attention *t, IrValue **max, IrValue **sum)
{
    make_scores(e, t, 0);
    IrValue *now = emit_fold(e, OP_maximum, DTYPE_f32, *max, max_of_tile(e, t));
    IrValue *none = k_cmpf(&e->b, "oeq", now, number(e, -INFINITY));
    IrValue *f = exp_of(e, &t->online, *max, now);
    share(e, t, f);
    t->online.max->acc = k_select(&e->b, none, number(e, 0), now);
    *max = now;
    *sum = binary(e, OP_arith_mulf, *sum, f);
    finish_scores(e, t, sum);
    adjust_sums(e, t, OP_arith_mulf);
    for (size_t i = 0; i < t->outer_count; i++)
        outer_tile(e, t, &t->outer[i]);
}

/* The row's values as the graph has them. */
static void finish_values(Emit *e, Attention *t, IrValue *max, IrValue *sum)
{
    t->online.max->acc = max;
    finish_fold(e, t, t->online.max);
    max = t->online.max->acc;
    t->online.sum->acc =
        binary(e, OP_arith_addf, sum, binary(e, OP_arith_subf, max, max));
    finish_fold(e, t, t->online.sum);
}

/* Then products are divided. */
static void finish(Emit *e, Attention *t, IrValue *max, IrValue *sum)
{
    finish_values(e, t, max, sum);
    share(e, t, t->online.sum->acc);
    k_barrier(&e->b);
    adjust_sums(e, t, OP_arith_divf);
}

void online_pass(Emit *e, Attention *t)
{
    enum { MOST = 2 + ATTENTION_PRODUCTS * MOST_SUMS };
    IrValue *values[MOST] = {number(e, -INFINITY), number(e, 0)};
    size_t n = 2 + gather_sums(t, values + 2, false);
    set_fold_leaf(e, t->online.max);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, t->other_size),
                             c_index(e, t->columns), n, values);
    t->first = k_arg(loop, 0);
    for (size_t i = 0; i < n; i++)
        values[i] = k_arg(loop, (uint32_t)i + 1);
    gather_sums(t, values + 2, true);
    tile(e, t, &values[0], &values[1]);
    gather_sums(t, values + 2, false);
    k_for_end(&e->b, loop, n, values);
    for (size_t i = 0; i < n; i++)
        values[i] = ir_result(loop, (uint32_t)i);
    gather_sums(t, values + 2, true);
    finish(e, t, values[0], values[1]);
}

/* ------------------------------------------------------------------------- both folds */

/* A thread has a maximum of its own: sum * exp(max - x) + 1 where x is larger, else
 * sum + exp(x - max). What -inf adds to a maximum of -inf is forgotten with the first
 * number, as exp(-inf) is 0. */
void online_fold_tile(Emit *e, Attention *t)
{
    Online *o = &t->online;
    IrValue *values[2] = {o->max->acc, o->sum->acc};
    Walk w = walk_begin(e, t, 2, values);
    IrValue *max = k_arg(w.loop, 1), *sum = k_arg(w.loop, 2);
    IrValue *x = k_extract(&e->b, walk_score(e, t, &w, ir_operand(o->max->op, 0)), 0);
    x = w.exists ? k_select(&e->b, w.exists, x, number(e, -INFINITY)) : x;
    IrValue *above = k_cmpf(&e->b, "ogt", x, max);
    IrValue *high = k_select(&e->b, above, x, max), *low = k_select(&e->b, above, max, x);
    IrValue *f = exp_of(e, o, low, high);
    IrValue *restart =
        binary(e, OP_arith_addf, binary(e, OP_arith_mulf, sum, f), number(e, 1));
    values[0] = emit_fold(e, OP_maximum, DTYPE_f32, max, x);
    values[1] = k_select(&e->b, above, restart, binary(e, OP_arith_addf, sum, f));
    walk_end(e, w, 2, values);
    o->max->acc = ir_result(w.loop, 0);
    o->sum->acc = ir_result(w.loop, 1);
}

void online_finish_folds(Emit *e, Attention *t)
{
    Online *o = &t->online;
    IrValue *own = o->max->acc, *sum = o->sum->acc;
    IrValue *all = max_of_row(e, t, own);
    finish_values(e, t, all, binary(e, OP_arith_mulf, sum, exp_of(e, o, own, all)));
}
