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

enum { GROUPS = 5 /* of four rounds */ };

static const unsigned char rotation[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};

/* The words of the key go round: the first two are added next. */
typedef struct Rounds {
    Words x;
    IrValue *key[3];
} Rounds;

/* How far four rounds rotate, and what is left of 32 bits then. */
typedef struct Rotations {
    IrValue *by[4], *rest[4];
} Rotations;

static void one_group(Emit *e, Rounds *r, const Rotations *by, IrValue *number)
{
    for (int i = 0; i < 4; i++) {
        r->x.lo = bin(e, OP_arith_addi, r->x.lo, r->x.hi);
        IrValue *low = bin(e, OP_arith_shrui, r->x.hi, by->rest[i]);
        IrValue *high = bin(e, OP_arith_shli, r->x.hi, by->by[i]);
        r->x.hi = bin(e, OP_arith_xori, bin(e, OP_arith_ori, high, low), r->x.lo);
    }
    r->x.lo = bin(e, OP_arith_addi, r->x.lo, r->key[0]);
    r->x.hi = bin(e, OP_arith_addi, r->x.hi, r->key[1]);
    r->x.hi = bin(e, OP_arith_addi, r->x.hi, number);
    IrValue *first = r->key[0];
    r->key[0] = r->key[1];
    r->key[1] = r->key[2];
    r->key[2] = first;
}

static void rounds_unrolled(Emit *e, Rounds *r)
{
    for (int group = 0; group < GROUPS; group++) {
        Rotations by;
        for (int i = 0; i < 4; i++) {
            by.rest[i] = all32(e, 32 - rotation[group % 2][i]);
            by.by[i] = all32(e, rotation[group % 2][i]);
        }
        one_group(e, r, &by, all32(e, group + 1));
    }
}

/* As a loop. */
static void rounds_rolled(Emit *e, Rounds *r)
{
    IrType word = ir_scalar(e->c, DTYPE_i32), lanes = lane_type(e, DTYPE_i32);
    IrValue *start[] = {r->x.lo, r->x.hi, r->key[0], r->key[1], r->key[2]};
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, GROUPS), c_index(e, 1), 5, start);
    *r = (Rounds){{k_arg(loop, 1), k_arg(loop, 2)}, {k_arg(loop, 3), k_arg(loop, 4), k_arg(loop, 5)}};
    IrValue *group = k_cast(&e->b, OP_arith_index_cast, k_arg(loop, 0), word);
    IrValue *one = k_int(&e->b, word, 1);
    IrValue *odd = k_cmpi(&e->b, "eq", bin(e, OP_arith_andi, group, one), one);
    Rotations by;
    for (int i = 0; i < 4; i++) {
        by.by[i] = k_broadcast(&e->b, k_select(&e->b, odd, k_int(&e->b, word, rotation[1][i]),
                                               k_int(&e->b, word, rotation[0][i])), lanes);
        by.rest[i] = bin(e, OP_arith_subi, all32(e, 32), by.by[i]);
    }
    one_group(e, r, &by, k_broadcast(&e->b, bin(e, OP_arith_addi, group, one), lanes));
    IrValue *end[] = {r->x.lo, r->x.hi, r->key[0], r->key[1], r->key[2]};
    k_for_end(&e->b, loop, 5, end);
    r->x = (Words){ir_result(loop, 0), ir_result(loop, 1)};
}

/* On GPUs a loop: all rounds of four numbers take NVRTC 0.3 s for sm_100, and those of
 * several draws in one kernel more than the sum, as its optimizer's time grows faster
 * than what it is given. */
static Words threefry(Emit *e, Words key, Words x)
{
    IrValue *mixed = bin(e, OP_arith_xori, bin(e, OP_arith_xori, key.lo, key.hi), all32(e, 0x1BD11BDA));
    Rounds r = {.key = {key.hi, mixed, key.lo}};
    r.x.lo = bin(e, OP_arith_addi, x.lo, key.lo);
    r.x.hi = bin(e, OP_arith_addi, x.hi, key.hi);
    if (e->pass->target->threads)
        rounds_rolled(e, &r);
    else
        rounds_unrolled(e, &r);
    return r.x;
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
