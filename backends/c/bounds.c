/* Between which numbers an index lies: found from constants, the sizes of grids, loops
 * and clamps. Where 32 bits hold an index it is an int32_t (CDialect.narrow): a GPU's
 * integers have 32 bits, and an address is then one multiplication and addition.
 *
 *     %row = %bx * 8 + %ty   with 0 <= bx < 512, 0 <= ty < 8   ->   0 ... 4095
 *     %i = index_cast %data : i64 to index                     ->   anything
 *     %j = minsi(maxsi(%i, 0), 63)                             ->   0 ... 63
 *
 * Each value is judged by itself; C computes with 64 bits where one operand has them. */
#include "backends/c/emit.h"

static const CBounds anything = {INT64_MIN, INT64_MAX};

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static CBounds both(CBounds a, CBounds b)
{
    return (CBounds){smaller(a.low, b.low), larger(a.high, b.high)};
}

static bool fits(CBounds b) { return b.low >= INT32_MIN && b.high <= INT32_MAX; }

/* Only what is small is computed with, so nothing overflows here. */
static CBounds sum(CBounds a, CBounds b)
{
    return (CBounds){a.low + b.low, a.high + b.high};
}

static CBounds product(CBounds a, CBounds b)
{
    int64_t p = a.low * b.low, q = a.low * b.high, r = a.high * b.low, s = a.high * b.high;
    return (CBounds){smaller(smaller(p, q), smaller(r, s)),
                     larger(larger(p, q), larger(r, s))};
}

/* No bit above those of both. */
static CBounds bits(CBounds a, CBounds b)
{
    int64_t all = 1;
    while (all <= larger(a.high, b.high))
        all *= 2;
    return a.low >= 0 && b.low >= 0 ? (CBounds){0, all - 1} : anything;
}

static CBounds arithmetic(IrOpKind kind, CBounds a, CBounds b)
{
    bool divides = a.low >= 0 && b.low > 0;
    switch (kind) {
    case OP_arith_addi: return sum(a, b);
    case OP_arith_subi: return sum(a, (CBounds){-b.high, -b.low});
    case OP_arith_muli: return product(a, b);
    case OP_arith_divsi:
    case OP_arith_divui:
        return divides ? (CBounds){a.low / b.high, a.high / b.low} : anything;
    case OP_arith_remsi:
    case OP_arith_remui:
        return divides ? (CBounds){0, smaller(a.high, b.high - 1)} : anything;
    case OP_arith_xori: return bits(a, b);
    default: return anything;
    }
}

static CBounds of_operand(CEmit *e, const IrOp *op, uint32_t i)
{
    return c_bounds(e, ir_operand(op, i));
}

static CBounds of_binary(CEmit *e, const IrOp *op)
{
    CBounds a = of_operand(e, op, 0), b = of_operand(e, op, 1);
    if (op->kind == OP_arith_minsi)
        return (CBounds){smaller(a.low, b.low), smaller(a.high, b.high)};
    if (op->kind == OP_arith_maxsi)
        return (CBounds){larger(a.low, b.low), larger(a.high, b.high)};
    return fits(a) && fits(b) ? arithmetic(op->kind, a, b) : anything;
}

/* An integer of another type that becomes an index. */
static CBounds of_cast(const IrOp *op)
{
    unsigned bits = (unsigned)dtype_bits(ir_operand(op, 0)->type->elem);
    if (bits >= 64)
        return anything;
    if (op->kind == OP_arith_index_castui)
        return (CBounds){0, (INT64_C(1) << bits) - 1};
    return (CBounds){-(INT64_C(1) << (bits - 1)), (INT64_C(1) << (bits - 1)) - 1};
}

static CBounds of_result(CEmit *e, const IrOp *op, uint32_t i)
{
    switch (op->kind) {
    case OP_arith_addi:
    case OP_arith_subi:
    case OP_arith_muli:
    case OP_arith_divsi:
    case OP_arith_divui:
    case OP_arith_remsi:
    case OP_arith_remui:
    case OP_arith_xori:
    case OP_arith_minsi:
    case OP_arith_maxsi: return of_binary(e, op);
    case OP_arith_select: return both(of_operand(e, op, 1), of_operand(e, op, 2));
    case OP_arith_index_cast:
    case OP_arith_index_castui: return of_cast(op);
    case OP_scf_if:
        return both(of_operand(e, op->regions[0].block->last, i),
                    of_operand(e, op->regions[1].block->last, i));
    default: return anything;
    }
}

/* A counter; the step behind its last value is computed, too. */
static CBounds of_counter(CEmit *e, const IrOp *loop)
{
    CBounds from = of_operand(e, loop, 0), to = of_operand(e, loop, 1);
    CBounds step = of_operand(e, loop, 2);
    if (!fits(from) || !fits(to) || !fits(step) || !fits(sum(to, step)))
        return anything;
    return (CBounds){from.low, larger(from.low, to.high - 1)};
}

/* Numbers of a launch: bx ... tz, then the sizes of grid and block. */
static CBounds of_launch(CEmit *e, const IrOp *launch, uint32_t i)
{
    enum { IDS = 6 };
    CBounds size = of_operand(e, launch, i % IDS);
    return i < IDS ? (CBounds){0, size.high - 1} : size;
}

static CBounds of_argument(CEmit *e, const IrValue *v)
{
    const IrOp *op = v->block->region->op;
    if (op->kind == OP_scf_for && v->index == 0)
        return of_counter(e, op);
    return op->kind == OP_gpu_launch ? of_launch(e, op, v->index) : anything;
}

CBounds c_bounds(CEmit *e, const IrValue *v)
{
    CFact *f = &e->facts[v->id];
    int64_t number;
    if (c_known(e, v, &number))
        return (CBounds){number, number};
    if (!f->has_bounds) {
        f->has_bounds = true; /* meanwhile: a value that goes round a loop */
        f->bounds = anything;
        f->bounds = v->op ? of_result(e, v->op, v->index) : of_argument(e, v);
    }
    return f->bounds;
}

bool c_is_small(CEmit *e, const IrValue *v)
{
    return e->dialect->narrow_index && v->type->kind == IR_INDEX && fits(c_bounds(e, v));
}
