/* rng_bit_generator: Threefry 2x32 with 20 rounds, counters laid out as XLA does.
 * Source: Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011). */
#include "passes/lower/lower.h"

#include <string.h>

typedef struct Words {
    IrValue *lo, *hi;       /* vectors of i32 */
} Words;

static IrValue *bin(Emit *e, IrOpKind kind, IrValue *x, IrValue *y)
{
    return k_binary(&e->b, kind, x, y);
}

static IrValue *all32(Emit *e, int64_t value)
{
    return k_int(&e->b, lane_type(e, DTYPE_i32), value);
}

static Words split(Emit *e, IrValue *wide)
{
    IrType narrow = lane_type(e, DTYPE_i32);
    IrValue *high = bin(e, OP_arith_shrui, wide, k_int(&e->b, wide->type, 32));
    return (Words){k_cast(&e->b, OP_arith_trunci, wide, narrow),
                   k_cast(&e->b, OP_arith_trunci, high, narrow)};
}

static IrValue *rotate(Emit *e, IrValue *v, int by)
{
    return bin(e, OP_arith_ori, bin(e, OP_arith_shli, v, all32(e, by)),
               bin(e, OP_arith_shrui, v, all32(e, 32 - by)));
}

static Words threefry(Emit *e, Words key, Words x)
{
    static const unsigned char rotation[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    IrValue *mixed = bin(e, OP_arith_xori, bin(e, OP_arith_xori, key.lo, key.hi), all32(e, 0x1BD11BDA));
    IrValue *schedule[3] = {key.lo, key.hi, mixed};
    x.lo = bin(e, OP_arith_addi, x.lo, schedule[0]);
    x.hi = bin(e, OP_arith_addi, x.hi, schedule[1]);
    for (int group = 0; group < 5; group++) {
        for (int i = 0; i < 4; i++) {
            x.lo = bin(e, OP_arith_addi, x.lo, x.hi);
            x.hi = bin(e, OP_arith_xori, rotate(e, x.hi, rotation[group % 2][i]), x.lo);
        }
        x.lo = bin(e, OP_arith_addi, x.lo, schedule[(group + 1) % 3]);
        x.hi = bin(e, OP_arith_addi, x.hi, schedule[(group + 2) % 3]);
        x.hi = bin(e, OP_arith_addi, x.hi, all32(e, group + 1));
    }
    return x;
}

/* Word i of the state in every lane. */
static IrValue *state_word(Emit *e, const IrOp *op, int64_t i)
{
    IrValue *state = ir_operand(op, 0);
    Index at = index_const(e, i);
    return emit_value(e, state, point_at(e, 1, state->type->dims, &at, NULL));
}

static Words block_at(Emit *e, const IrOp *op, Index block)
{
    IrType wide = lane_type(e, DTYPE_i64);
    IrValue *count = k_cast(&e->b, OP_arith_extui, index_lanes(e, block), wide);
    IrValue *counter = bin(e, OP_arith_addi, state_word(e, op, 1), count);
    return threefry(e, split(e, state_word(e, op, 0)), split(e, counter));
}

static IrValue *bits_64(Emit *e, const IrOp *op, Point *p)
{
    Words w = block_at(e, op, point_position(e, p));
    IrType wide = lane_type(e, DTYPE_i64);
    IrValue *lo = k_cast(&e->b, OP_arith_extui, w.lo, wide);
    IrValue *hi = k_cast(&e->b, OP_arith_extui, w.hi, wide);
    return bin(e, OP_arith_ori, lo, bin(e, OP_arith_shli, hi, k_int(&e->b, wide, 32)));
}

/* Elements 2i and 2i+1 of the shared dimension have the halves of one block. */
static IrValue *bits_32(Emit *e, const IrOp *op, Point *p)
{
    int shared = ir_rng_shared_dimension(op->results[1].type);
    int64_t size = p->rank ? p->dims[shared] : 1, inner = 1;
    for (int d = shared + 1; d < p->rank; d++)
        inner *= p->dims[d];
    Index i = point_position(e, p), row = index_div_const(e, i, inner);
    Index along = index_rem_const(e, row, size), outer = index_div_const(e, row, size);
    Index block = index_add(e, index_mul_const(e, outer, (size + 1) / 2), index_div_const(e, along, 2));
    block = index_add(e, index_mul_const(e, block, inner), index_rem_const(e, i, inner));
    Words w = block_at(e, op, block);
    IrValue *odd = index_in_range(e, index_rem_const(e, along, 2), 1, 2);
    return k_select(&e->b, odd, w.hi, w.lo);
}

IrValue *emit_random(Emit *e, const IrOp *op, uint32_t result, Point *p)
{
    Dtype elem = op->results[1].type->elem;
    const char *algorithm = ir_op_string(op, "rng_algorithm");
    if (strcmp(algorithm, "THREE_FRY") && strcmp(algorithm, "DEFAULT"))
        emit_unsupported(e, op, "algorithms other than THREE_FRY");
    if (!result || ir_operand(op, 0)->type->elem != DTYPE_ui64 || !dtype_is_int(elem)) {
        emit_unsupported(e, op, "a state other than tensor<2xui64>, or results other than integers");
        return k_int(&e->b, lane_type(e, elem), 0);
    }
    if (dtype_bits(elem) == 64)
        return bits_64(e, op, p);
    IrValue *bits = bits_32(e, op, p);
    return dtype_bits(elem) == 32 ? bits : k_cast(&e->b, OP_arith_trunci, bits, lane_type(e, elem));
}
