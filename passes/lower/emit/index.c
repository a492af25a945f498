/* Indices and points: address arithmetic for W lanes at once. Lanes that follow each
 * other stay symbolic (base and step), so loads of neighbours become one vector load. */
#include "passes/lower/lower.h"

#include <string.h>

bool listed(const int64_t *list, size_t count, int64_t d, size_t *where)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == d) {
            if (where)
                *where = i;
            return true;
        }
    return false;
}

static IrType lanes_i32(Emit *e) { return ir_vector(e->c, DTYPE_i32, e->lanes); }

IrValue *c_index(Emit *e, int64_t value) { return k_index(&e->b, value); }

Index index_const(Emit *e, int64_t value) { return (Index){.base = c_index(e, value)}; }

static IrValue *splat_i32(Emit *e, int64_t value)
{
    return k_int(&e->b, lanes_i32(e), value);
}

IrValue *index_lanes(Emit *e, Index x)
{
    if (x.lanes)
        return x.lanes;
    IrValue *base =
        k_cast(&e->b, OP_arith_index_cast, x.base, ir_scalar(e->c, DTYPE_i32));
    IrValue *v = k_broadcast(&e->b, base, lanes_i32(e));
    if (!x.step || e->lanes == 1)
        return v;
    int32_t *steps = ARENA_ARRAY(e->arena, int32_t, e->lanes);
    for (int64_t i = 0; i < e->lanes; i++)
        steps[i] = (int32_t)(i * x.step);
    IrNamedAttr value = {"value", ir_attr_elements(e->c, lanes_i32(e), steps, false)};
    IrType type = lanes_i32(e);
    IrOp *c = ir_build(&e->b, OP_arith_constant, 0, NULL, 1, &type, 1, &value);
    return k_binary(&e->b, OP_arith_addi, v, ir_result(c, 0));
}

Index index_add(Emit *e, Index x, Index y)
{
    if (x.lanes || y.lanes)
        return (Index){.lanes = k_binary(&e->b, OP_arith_addi, index_lanes(e, x),
                                         index_lanes(e, y))};
    return (Index){.base = k_add_index(&e->b, x.base, y.base), .step = x.step + y.step};
}

Index index_add_const(Emit *e, Index x, int64_t c)
{
    return c ? index_add(e, x, index_const(e, c)) : x;
}

Index index_mul_const(Emit *e, Index x, int64_t c)
{
    if (c == 1)
        return x;
    if (x.lanes)
        return (Index){.lanes = k_binary(&e->b, OP_arith_muli, x.lanes, splat_i32(e, c))};
    return (Index){.base = k_mul_index(&e->b, x.base, c_index(e, c)), .step = x.step * c};
}

Index index_negate(Emit *e, Index x)
{
    if (x.lanes)
        return (Index){.lanes = k_binary(&e->b, OP_arith_subi, splat_i32(e, 0), x.lanes)};
    return (Index){.base = k_sub_index(&e->b, c_index(e, 0), x.base), .step = -x.step};
}

/* On a GPU lanes that lie between multiples of W are there together or not at all: one
 * truth for all, and a branch around whole vectors. */
static bool stay_together(const Emit *e, const IrValue *base)
{
    return e->pass->target->threads && e->lanes > 1 && index_unit(base) % e->lanes == 0;
}

/* Lanes that divide evenly keep their form; others are divided one by one. */
static Index divide(Emit *e, Index x, int64_t c, bool remainder)
{
    if (c == 1)
        return remainder ? index_const(e, 0) : x;
    bool row = !x.lanes && x.step == 1 && c % e->lanes == 0 && stay_together(e, x.base);
    if (!x.lanes && (!x.step || e->lanes == 1 || row))
        return (Index){.base = remainder ? k_rem_index(&e->b, x.base, c_index(e, c))
                                         : k_div_index(&e->b, x.base, c_index(e, c)),
                       .step = remainder && row};
    return (Index){.lanes = k_binary(&e->b, remainder ? OP_arith_remui : OP_arith_divui,
                                     index_lanes(e, x), splat_i32(e, c))};
}

Index index_div_const(Emit *e, Index x, int64_t c) { return divide(e, x, c, false); }

Index index_rem_const(Emit *e, Index x, int64_t c) { return divide(e, x, c, true); }

Index index_from_value(Emit *e, IrValue *vector)
{
    Dtype elem = vector->type->elem;
    if (elem == DTYPE_i32)
        return (Index){.lanes = vector};
    IrOpKind cast = dtype_bytes(elem) > 4 ? OP_arith_trunci : OP_arith_extsi;
    return (Index){.lanes = k_cast(&e->b, cast, vector, lanes_i32(e))};
}

Index index_clamp(Emit *e, Index x, int64_t lo, int64_t hi)
{
    if (!x.lanes && !x.step) {
        IrValue *v = k_binary(&e->b, OP_arith_maxsi, x.base, c_index(e, lo));
        return (Index){.base = k_binary(&e->b, OP_arith_minsi, v, c_index(e, hi))};
    }
    IrValue *v = k_binary(&e->b, OP_arith_maxsi, index_lanes(e, x), splat_i32(e, lo));
    return (Index){.lanes = k_binary(&e->b, OP_arith_minsi, v, splat_i32(e, hi))};
}

static IrValue *in_range(Emit *e, IrValue *x, IrValue *lo, IrValue *hi)
{
    IrValue *ge = k_cmpi(&e->b, "sge", x, lo), *lt = k_cmpi(&e->b, "slt", x, hi);
    return k_binary(&e->b, OP_arith_andi, ge, lt);
}

/* ------------------------------------------------------------------------------ masks */

enum { MOST_UNIT = 64 };

/* What divides both operands. The second is not looked at where the first says all:
 * sums of sums would be walked again and again. */
static int64_t unit_of_both(const IrValue *x, const IrValue *y)
{
    int64_t unit = index_unit(x);
    return unit == 1 ? 1 : smaller(unit, index_unit(y));
}

static int64_t unit_of_op(const IrOp *op)
{
    switch (op->kind) {
    case OP_arith_muli:
        return smaller(index_unit(ir_operand(op, 0)) * index_unit(ir_operand(op, 1)),
                       MOST_UNIT);
    case OP_arith_addi:
    case OP_arith_subi:
    case OP_arith_remui:
    case OP_arith_minsi:
    case OP_arith_maxsi: return unit_of_both(ir_operand(op, 0), ir_operand(op, 1));
    default: return 1;
    }
}

int64_t index_unit(const IrValue *v)
{
    int64_t n;
    if (k_index_value(v, &n))
        return n ? smaller(n & -n, MOST_UNIT) : MOST_UNIT;
    if (v->op)
        return unit_of_op(v->op);
    const IrOp *loop = v->block->region->op;
    if (loop->kind != OP_scf_for || v->index)
        return 1;
    return unit_of_both(ir_operand(loop, 0), ir_operand(loop, 2));
}

IrValue *mask_shared(const Emit *e, const IrValue *mask)
{
    bool one = e->pass->target->threads && e->lanes > 1 && mask &&
               ir_is(mask, OP_vector_broadcast);
    return one ? ir_operand(mask->op, 0) : NULL;
}

IrValue *mask_below(Emit *e, IrValue *rest)
{
    if (!stay_together(e, rest))
        return k_mask(&e->b, rest, mask_type(e));
    return k_broadcast(&e->b, k_cmpi(&e->b, "sgt", rest, c_index(e, 0)), mask_type(e));
}

IrValue *index_in_range(Emit *e, Index x, int64_t lo, int64_t hi)
{
    bool together = x.step == 1 && lo % e->lanes == 0 && hi % e->lanes == 0;
    if (!x.lanes && (!x.step || (together && stay_together(e, x.base)))) {
        IrValue *one = in_range(e, x.base, c_index(e, lo), c_index(e, hi));
        return k_broadcast(&e->b, one, mask_type(e));
    }
    return in_range(e, index_lanes(e, x), splat_i32(e, lo), splat_i32(e, hi));
}

IrValue *mask_and(Emit *e, IrValue *x, IrValue *y)
{
    if (!x || !y)
        return x ? x : y;
    IrValue *a = mask_shared(e, x), *b = mask_shared(e, y);
    if (a && b)
        return k_broadcast(&e->b, k_binary(&e->b, OP_arith_andi, a, b), mask_type(e));
    return k_binary(&e->b, OP_arith_andi, x, y);
}

/* ----------------------------------------------------------------------------- points */

Point *point_new(Emit *e, int rank, const int64_t *dims, const Point *mask_of)
{
    Point *p = ARENA_NEW(e->arena, Point);
    p->rank = rank;
    p->dims = dims;
    p->at = ARENA_ARRAY(e->arena, Index, rank);
    if (mask_of) {
        p->mask = mask_of->mask;
        p->guarded = mask_of->guarded;
    }
    return p;
}

Point *point_at(Emit *e, int rank, const int64_t *dims, const Index *at,
                const Point *mask_of)
{
    Point *p = point_new(e, rank, dims, mask_of);
    if (rank)
        memcpy(p->at, at, (size_t)rank * sizeof *at);
    p->has_at = true;
    return p;
}

Point *point_linear(Emit *e, int rank, const int64_t *dims, Index linear,
                    const Point *mask_of)
{
    Point *p = point_new(e, rank, dims, mask_of);
    p->linear = linear;
    p->has_linear = true;
    return p;
}

Point *point_scalar(Emit *e)
{
    if (!e->scalar)
        e->scalar = point_at(e, 0, NULL, NULL, NULL);
    return e->scalar;
}

const Index *point_indices(Emit *e, Point *p)
{
    if (p->has_at)
        return p->at;
    Index rest = p->linear;
    int outermost = 0;
    while (outermost < p->rank - 1 && p->dims[outermost] == 1)
        outermost++;
    for (int i = p->rank - 1; i >= 0; i--) {
        if (p->dims[i] == 1) {
            p->at[i] = index_const(e, 0);
        } else if (i == outermost) {
            p->at[i] = rest;
        } else {
            p->at[i] = index_rem_const(e, rest, p->dims[i]);
            rest = index_div_const(e, rest, p->dims[i]);
        }
    }
    p->has_at = true;
    return p->at;
}

Index point_position(Emit *e, Point *p)
{
    if (p->has_linear)
        return p->linear;
    if (!p->rank)
        return index_const(e, 0);
    Index sum = index_const(e, 0);
    int64_t stride = 1;
    for (int i = p->rank - 1; i >= 0; i--) {
        if (p->dims[i] != 1)
            sum = index_add(e, index_mul_const(e, p->at[i], stride), sum);
        stride *= p->dims[i];
    }
    p->linear = sum;
    p->has_linear = true;
    return sum;
}
