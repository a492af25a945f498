/* Elementwise ops on vectors of W lanes. Operands and results are in registers: signless integers,
 * i1 for predicates. bf16 and f16 are computed in f32 and rounded once after each op. */
#include "passes/lower/emit/approx.h"
#include "passes/lower/lower.h"

#include <math.h>
#include <string.h>

static bool is_small_float(Dtype t)
{
    return t == DTYPE_bf16 || t == DTYPE_f16;
}

static IrValue *all(Emit *e, const IrValue *like, int64_t value)
{
    return k_int(&e->b, like->type, value);
}

static IrValue *allf(Emit *e, const IrValue *like, double value)
{
    return k_const(&e->b, like->type, value);
}

static IrValue *bin(Emit *e, IrOpKind kind, IrValue *x, IrValue *y)
{
    return k_binary(&e->b, kind, x, y);
}

/* ------------------------------------------------------------------------- floats, one operand */

/* x is NaN or 0: itself; else 1 with its sign */
static IrValue *float_sign(Emit *e, IrValue *x)
{
    IrValue *one = bin(e, OP_math_copysign, allf(e, x, 1), x);
    IrValue *keep = k_cmpf(&e->b, "ueq", x, allf(e, x, 0));
    return k_select(&e->b, keep, x, one);
}

static IrValue *elementary(Emit *e, const IrOp *op, IrValue *x, IrValue *y)
{
    IrValue *r = approx_op(&e->b, e->pass->target, op->kind, x, y);
    if (!r)
        emit_unsupported(e, op, "element type");
    return r ? r : x;
}

static IrValue *float_unary(Emit *e, const IrOp *op, IrValue *x)
{
    IrBuilder *b = &e->b;
    switch (op->kind) {
    case OP_abs: return k_unary(b, OP_math_absf, x);
    case OP_ceil: return k_unary(b, OP_math_ceil, x);
    case OP_floor: return k_unary(b, OP_math_floor, x);
    case OP_round_nearest_afz: return k_unary(b, OP_math_round, x);
    case OP_round_nearest_even: return k_unary(b, OP_math_roundeven, x);
    case OP_sqrt: return k_unary(b, OP_math_sqrt, x);
    case OP_negate: return k_unary(b, OP_arith_negf, x);
    case OP_sign: return float_sign(e, x);
    default: return elementary(e, op, x, NULL);
    }
}

static IrValue *float_binary(Emit *e, const IrOp *op, IrValue *x, IrValue *y)
{
    switch (op->kind) {
    case OP_add: return bin(e, OP_arith_addf, x, y);
    case OP_subtract: return bin(e, OP_arith_subf, x, y);
    case OP_multiply: return bin(e, OP_arith_mulf, x, y);
    case OP_divide: return bin(e, OP_arith_divf, x, y);
    case OP_maximum: return bin(e, OP_arith_maximumf, x, y);
    case OP_minimum: return bin(e, OP_arith_minimumf, x, y);
    case OP_remainder: return bin(e, OP_arith_remf, x, y);
    default: return elementary(e, op, x, y);
    }
}

/* ------------------------------------------------------------------------------------ integers */

static IrValue *int_unary(Emit *e, const IrOp *op, bool is_signed, IrValue *x)
{
    IrValue *zero = all(e, x, 0);
    switch (op->kind) {
    case OP_abs: return is_signed ? k_unary(&e->b, OP_math_absi, x) : x;
    case OP_negate: return bin(e, OP_arith_subi, zero, x);
    case OP_not: return bin(e, OP_arith_xori, x, all(e, x, -1));
    case OP_popcnt: return k_unary(&e->b, OP_math_ctpop, x);
    case OP_count_leading_zeros: return k_unary(&e->b, OP_math_ctlz, x);
    case OP_sign: {
        IrValue *positive = k_cmpi(&e->b, is_signed ? "sgt" : "ugt", x, zero);
        IrValue *negative = k_cmpi(&e->b, is_signed ? "slt" : "ult", x, zero);
        IrValue *s = k_select(&e->b, negative, all(e, x, -1), zero);
        return k_select(&e->b, positive, all(e, x, 1), s);
    }
    default: emit_unsupported(e, op, "element type"); return x;
    }
}

/* x / 0 is all ones and x % 0 is x; the least integer / -1 is itself and its remainder 0: as the
 * reference has it. No division traps. */
static IrValue *int_divide(Emit *e, bool is_signed, bool remainder, IrValue *x, IrValue *y)
{
    IrValue *zero = all(e, x, 0), *one = all(e, x, 1), *ones = all(e, x, -1);
    IrValue *by_zero = k_cmpi(&e->b, "eq", y, zero);
    IrValue *safe = k_select(&e->b, by_zero, one, y);
    if (is_signed) {
        int64_t least = (int64_t)((uint64_t)1 << (dtype_bits(x->type->elem) - 1));
        IrValue *overflow = bin(e, OP_arith_andi, k_cmpi(&e->b, "eq", x, all(e, x, least)),
                                k_cmpi(&e->b, "eq", y, ones));
        safe = k_select(&e->b, overflow, one, safe);
    }
    IrOpKind kind = remainder ? (is_signed ? OP_arith_remsi : OP_arith_remui)
                              : (is_signed ? OP_arith_divsi : OP_arith_divui);
    return k_select(&e->b, by_zero, remainder ? x : ones, bin(e, kind, x, safe));
}

static IrValue *int_shift(Emit *e, IrOpKind kind, IrValue *x, IrValue *y)
{
    int64_t bits = dtype_bits(x->type->elem);
    IrValue *fits = k_cmpi(&e->b, "ult", y, all(e, y, bits));
    if (kind == OP_shift_right_arithmetic)
        return bin(e, OP_arith_shrsi, x, k_select(&e->b, fits, y, all(e, y, bits - 1)));
    IrValue *by = k_select(&e->b, fits, y, all(e, y, 0));
    IrValue *r = bin(e, kind == OP_shift_left ? OP_arith_shli : OP_arith_shrui, x, by);
    return k_select(&e->b, fits, r, all(e, x, 0));
}

/* a^b by squaring, all bits of b; a negative b gives 0 unless |a| is 1 (or a is 0: as x / 0) */
static IrValue *int_power(Emit *e, bool is_signed, IrValue *x, IrValue *y)
{
    IrValue *zero = all(e, x, 0), *one = all(e, x, 1);
    IrValue *result = one, *square = x, *rest = y;
    for (unsigned i = 0; i < dtype_bits(x->type->elem); i++) {
        IrValue *odd = k_cmpi(&e->b, "ne", bin(e, OP_arith_andi, rest, one), zero);
        result = k_select(&e->b, odd, bin(e, OP_arith_muli, result, square), result);
        square = bin(e, OP_arith_muli, square, square);
        rest = bin(e, OP_arith_shrui, rest, one);
    }
    if (!is_signed)
        return result;
    IrValue *negative = k_cmpi(&e->b, "slt", y, zero);
    IrValue *even = k_cmpi(&e->b, "eq", bin(e, OP_arith_andi, y, one), zero);
    IrValue *minus = k_select(&e->b, even, one, all(e, x, -1));
    IrValue *inverse = k_select(&e->b, k_cmpi(&e->b, "eq", x, one), one, zero);
    inverse = k_select(&e->b, k_cmpi(&e->b, "eq", x, all(e, x, -1)), minus, inverse);
    return k_select(&e->b, negative, inverse, result);
}

static IrValue *int_binary(Emit *e, const IrOp *op, bool is_signed, IrValue *x, IrValue *y)
{
    switch (op->kind) {
    case OP_add: return bin(e, OP_arith_addi, x, y);
    case OP_subtract: return bin(e, OP_arith_subi, x, y);
    case OP_multiply: return bin(e, OP_arith_muli, x, y);
    case OP_divide: return int_divide(e, is_signed, false, x, y);
    case OP_remainder: return int_divide(e, is_signed, true, x, y);
    case OP_maximum: return bin(e, is_signed ? OP_arith_maxsi : OP_arith_maxui, x, y);
    case OP_minimum: return bin(e, is_signed ? OP_arith_minsi : OP_arith_minui, x, y);
    case OP_and: return bin(e, OP_arith_andi, x, y);
    case OP_or: return bin(e, OP_arith_ori, x, y);
    case OP_xor: return bin(e, OP_arith_xori, x, y);
    case OP_power: return int_power(e, is_signed, x, y);
    case OP_shift_left:
    case OP_shift_right_arithmetic:
    case OP_shift_right_logical: return int_shift(e, op->kind, x, y);
    default: emit_unsupported(e, op, "element type"); return x;
    }
}

/* add and maximum are or, multiply and minimum are and */
static IrValue *bool_binary(Emit *e, const IrOp *op, IrValue *x, IrValue *y)
{
    switch (op->kind) {
    case OP_add: case OP_maximum: case OP_or: return bin(e, OP_arith_ori, x, y);
    case OP_multiply: case OP_minimum: case OP_and: return bin(e, OP_arith_andi, x, y);
    case OP_xor: return bin(e, OP_arith_xori, x, y);
    default: emit_unsupported(e, op, "element type i1"); return x;
    }
}

/* ------------------------------------------------------------------------------------- convert */

static IrValue *float_to_int(Emit *e, IrValue *x, Dtype to)
{
    unsigned bits = dtype_bits(to);
    bool is_signed = dtype_kind(to) == DTYPE_SIGNED;
    double lo = is_signed ? -ldexp(1, (int)bits - 1) : 0;
    double end = ldexp(1, (int)bits - (is_signed ? 1 : 0));
    int64_t least = is_signed ? (int64_t)(UINT64_MAX << (bits - 1)) : 0;
    int64_t most = is_signed ? ~least : -1;
    IrType type = lane_type(e, to);
    /* (lo - 1, end) truncates into range; below it and NaN take no part */
    IrValue *above = k_cmpf(&e->b, is_signed ? "oge" : "ogt", x, allf(e, x, is_signed ? lo : -1));
    IrValue *below = k_cmpf(&e->b, "olt", x, allf(e, x, end));
    IrValue *inside = bin(e, OP_arith_andi, above, below);
    IrValue *safe = k_select(&e->b, inside, x, allf(e, x, 0));
    IrValue *v = k_cast(&e->b, is_signed ? OP_arith_fptosi : OP_arith_fptoui, safe, type);
    IrValue *high = k_cmpf(&e->b, "oge", x, allf(e, x, end));
    IrValue *low = k_cmpf(&e->b, "olt", x, allf(e, x, lo));
    v = k_select(&e->b, high, all(e, v, most), v);
    return k_select(&e->b, low, all(e, v, least), v);
}

static IrValue *int_to_int(Emit *e, IrValue *x, Dtype from, Dtype to)
{
    unsigned have = dtype_bits(from), want = dtype_bits(to);
    if (have == want)
        return x;
    IrOpKind kind = have > want                            ? OP_arith_trunci
                    : dtype_kind(from) == DTYPE_SIGNED ? OP_arith_extsi
                                                           : OP_arith_extui;
    return k_cast(&e->b, kind, x, lane_type(e, to));
}

static IrValue *float_to_float(Emit *e, IrValue *x, Dtype from, Dtype to)
{
    if (dtype_bytes(from) == dtype_bytes(to))           /* bf16 and f16 meet in f32 */
        return float_to_float(e, float_to_float(e, x, from, DTYPE_f32), DTYPE_f32, to);
    IrOpKind kind = dtype_bytes(from) < dtype_bytes(to) ? OP_arith_extf : OP_arith_truncf;
    return k_cast(&e->b, kind, x, lane_type(e, to));
}

static IrValue *int_to_float(Emit *e, IrValue *x, Dtype from, Dtype to)
{
    if (is_small_float(to)) {                           /* one rounding: through f64 */
        IrValue *wide = int_to_float(e, x, from, DTYPE_f64);
        return float_to_float(e, wide, DTYPE_f64, to);
    }
    IrOpKind kind = dtype_kind(from) == DTYPE_SIGNED ? OP_arith_sitofp : OP_arith_uitofp;
    return k_cast(&e->b, kind, x, lane_type(e, to));
}

IrValue *emit_convert(Emit *e, IrValue *x, Dtype from, Dtype to)
{
    if (from == to)
        return x;
    if (to == DTYPE_i1)
        return dtype_is_float(from) ? k_cmpf(&e->b, "une", x, allf(e, x, 0))
                                    : k_cmpi(&e->b, "ne", x, all(e, x, 0));
    if (dtype_is_float(from) && dtype_is_float(to))
        return float_to_float(e, x, from, to);
    if (dtype_is_float(to))
        return int_to_float(e, x, from, to);
    if (!dtype_is_float(from))
        return int_to_int(e, x, from, to);
    if (is_small_float(from))
        return float_to_int(e, float_to_float(e, x, from, DTYPE_f32), to);
    return float_to_int(e, x, to);
}

/* ------------------------------------------------------------------------- compare and the rest */

/* Integers whose signed order is the total order of the floats. */
static IrValue *total_order(Emit *e, IrValue *x)
{
    unsigned bits = dtype_bits(x->type->elem);
    IrType type = lane_type(e, bits == 64 ? DTYPE_i64 : bits == 32 ? DTYPE_i32 : DTYPE_i16);
    IrValue *i = k_cast(&e->b, OP_arith_bitcast, x, type);
    IrValue *sign = bin(e, OP_arith_shrsi, i, all(e, i, bits - 1));
    return bin(e, OP_arith_xori, i, bin(e, OP_arith_shrui, sign, all(e, i, 1)));
}

static IrValue *compare(Emit *e, const IrOp *op, Dtype elem, IrValue *x, IrValue *y)
{
    static const char *const names[] = {"EQ", "NE", "GE", "GT", "LE", "LT"};
    static const char *const floats[] = {"oeq", "une", "oge", "ogt", "ole", "olt"};
    static const char *const signeds[] = {"eq", "ne", "sge", "sgt", "sle", "slt"};
    static const char *const unsigneds[] = {"eq", "ne", "uge", "ugt", "ule", "ult"};
    const char *direction = ir_op_string(op, "comparison_direction");
    IrAttr type = ir_op_attr(op, "compare_type");
    int d = 0;
    while (d < 5 && strcmp(names[d], direction))
        d++;
    if (dtype_is_float(elem) && type && !strcmp(type->value, "TOTALORDER"))
        return k_cmpi(&e->b, signeds[d], total_order(e, x), total_order(e, y));
    if (is_small_float(elem)) {
        x = float_to_float(e, x, elem, DTYPE_f32);
        y = float_to_float(e, y, elem, DTYPE_f32);
    }
    if (dtype_is_float(elem))
        return k_cmpf(&e->b, floats[d], x, y);
    return k_cmpi(&e->b, dtype_kind(elem) == DTYPE_SIGNED ? signeds[d] : unsigneds[d], x, y);
}

static IrValue *is_finite(Emit *e, IrValue *x)
{
    return k_cmpf(&e->b, "olt", k_unary(&e->b, OP_math_absf, x), allf(e, x, INFINITY));
}

static IrValue *widened(Emit *e, IrValue *x, Dtype elem)
{
    return is_small_float(elem) ? float_to_float(e, x, elem, DTYPE_f32) : x;
}

static IrValue *clamp(Emit *e, Dtype elem, IrValue *const *in)
{
    return emit_fold(e, OP_minimum, elem, emit_fold(e, OP_maximum, elem, in[0], in[1]), in[2]);
}

/* Rounds the significand, of which `held` bits are kept, to `mantissa` bits, to nearest even. */
static IrValue *round_mantissa(Emit *e, IrValue *i, int64_t held, int64_t mantissa)
{
    if (mantissa >= held)
        return i;
    int64_t last = (int64_t)1 << (held - mantissa);
    IrValue *odd = bin(e, OP_arith_shrui, bin(e, OP_arith_andi, i, all(e, i, last)),
                       all(e, i, held - mantissa));
    i = bin(e, OP_arith_addi, i, bin(e, OP_arith_addi, odd, all(e, i, last / 2 - 1)));
    return bin(e, OP_arith_andi, i, all(e, i, ~(last - 1)));
}

/* Over- and underflows as a format with `exponent` bits does: to infinity and to zero (denormals
 * are flushed). `infinity` is the exponent's field in i. */
static IrValue *limit_exponent(Emit *e, IrValue *i, int64_t infinity, int64_t held, int64_t exponent)
{
    int64_t bias = infinity >> (held + 1), range = ((int64_t)1 << (exponent - 1)) - 1;
    if (range >= bias)
        return i;
    unsigned bits = dtype_bits(i->type->elem);
    IrValue *biased = bin(e, OP_arith_andi, i, all(e, i, infinity));
    IrValue *sign = bin(e, OP_arith_andi, i, all(e, i, (int64_t)(UINT64_MAX << (bits - 1))));
    IrValue *big = k_cmpi(&e->b, "ugt", biased, all(e, i, (bias + range) << held));
    IrValue *tiny = k_cmpi(&e->b, "ule", biased, all(e, i, (bias - range) << held));
    i = k_select(&e->b, big, bin(e, OP_arith_ori, sign, all(e, i, infinity)), i);
    return k_select(&e->b, tiny, sign, i);
}

static IrValue *reduce_precision(Emit *e, const IrOp *op, Dtype elem, IrValue *x)
{
    int64_t held = elem == DTYPE_f64 ? 52 : elem == DTYPE_f32 ? 23 : elem == DTYPE_bf16 ? 7 : 10;
    unsigned bits = dtype_bits(elem);
    int64_t infinity = INT64_MAX >> (64 - bits) >> held << held;
    IrType ints = lane_type(e, bits == 64 ? DTYPE_i64 : bits == 32 ? DTYPE_i32 : DTYPE_i16);
    IrValue *i = k_cast(&e->b, OP_arith_bitcast, x, ints);
    i = round_mantissa(e, i, held, ir_op_int(op, "mantissa_bits"));
    i = limit_exponent(e, i, infinity, held, ir_op_int(op, "exponent_bits"));
    IrValue *r = k_cast(&e->b, OP_arith_bitcast, i, x->type), *w = widened(e, x, elem);
    return k_select(&e->b, k_cmpf(&e->b, "uno", w, w), x, r);
}

static IrValue *mixed(Emit *e, const IrOp *op, IrValue *const *in)
{
    Dtype elem = ir_operand(op, 0)->type->elem;
    switch (op->kind) {
    case OP_select: return k_select(&e->b, in[0], in[1], in[2]);
    case OP_compare: return compare(e, op, elem, in[0], in[1]);
    case OP_convert: return emit_convert(e, in[0], elem, op->results[0].type->elem);
    case OP_is_finite: return is_finite(e, widened(e, in[0], elem));
    case OP_reduce_precision: return reduce_precision(e, op, elem, in[0]);
    case OP_bitcast_convert: {
        Dtype to = register_elem(op->results[0].type->elem);
        return to == register_elem(elem) ? in[0]
                                         : k_cast(&e->b, OP_arith_bitcast, in[0], lane_type(e, to));
    }
    default: emit_unsupported(e, op, "no rule"); return in[0];
    }
}

/* ops whose operands and result have one element type */
static IrValue *uniform(Emit *e, const IrOp *op, Dtype elem, IrValue *const *in)
{
    bool is_signed = dtype_kind(elem) == DTYPE_SIGNED;
    if (op->kind == OP_clamp)
        return clamp(e, elem, in);
    if (op->operand_count == 1)
        return dtype_is_float(elem) ? float_unary(e, op, in[0]) : int_unary(e, op, is_signed, in[0]);
    if (dtype_is_float(elem))
        return float_binary(e, op, in[0], in[1]);
    if (elem == DTYPE_i1)
        return bool_binary(e, op, in[0], in[1]);
    return int_binary(e, op, is_signed, in[0], in[1]);
}

IrValue *emit_elementwise(Emit *e, const IrOp *op, IrValue *const *in)
{
    Dtype elem = op->results[0].type->elem;
    bool one_type = ir_op_info(op->kind)->class != IR_CLASS_ELEMENTWISE || op->kind == OP_clamp;
    if (!one_type)
        return mixed(e, op, in);
    if (!is_small_float(elem))
        return uniform(e, op, elem, in);
    IrValue *wide[3];
    for (uint32_t i = 0; i < op->operand_count; i++)
        wide[i] = float_to_float(e, in[i], elem, DTYPE_f32);
    return float_to_float(e, uniform(e, op, DTYPE_f32, wide), DTYPE_f32, elem);
}

/* --------------------------------------------------------------------------- bodies of reductions */

IrValue *emit_fold(Emit *e, IrOpKind by, Dtype elem, IrValue *x, IrValue *y)
{
    bool is_float = dtype_is_float(elem), is_signed = dtype_kind(elem) == DTYPE_SIGNED;
    bool is_bool = elem == DTYPE_i1;
    switch (by) {
    case OP_add:
        return bin(e, is_float ? OP_arith_addf : is_bool ? OP_arith_ori : OP_arith_addi, x, y);
    case OP_multiply:
        return bin(e, is_float ? OP_arith_mulf : is_bool ? OP_arith_andi : OP_arith_muli, x, y);
    case OP_maximum:
        return bin(e, is_float    ? OP_arith_maximumf
                      : is_bool   ? OP_arith_ori
                      : is_signed ? OP_arith_maxsi
                                  : OP_arith_maxui, x, y);
    case OP_minimum:
        return bin(e, is_float    ? OP_arith_minimumf
                      : is_bool   ? OP_arith_andi
                      : is_signed ? OP_arith_minsi
                                  : OP_arith_minui, x, y);
    case OP_and: return bin(e, OP_arith_andi, x, y);
    case OP_or: return bin(e, OP_arith_ori, x, y);
    default: return bin(e, OP_arith_xori, x, y);
    }
}

IrValue *emit_neutral(Emit *e, IrOpKind by, Dtype elem)
{
    IrType type = lane_type(e, elem);
    bool is_float = dtype_is_float(elem), is_signed = dtype_kind(elem) == DTYPE_SIGNED;
    int64_t least = is_signed ? (int64_t)(UINT64_MAX << (dtype_bits(elem) - 1)) : 0;
    switch (by) {
    case OP_add: return is_float ? k_const(&e->b, type, -0.0) : k_int(&e->b, type, 0);
    case OP_or: case OP_xor: return k_int(&e->b, type, 0);
    case OP_multiply: return is_float ? k_const(&e->b, type, 1) : k_int(&e->b, type, 1);
    case OP_and: return k_int(&e->b, type, elem == DTYPE_i1 ? 1 : -1);
    case OP_maximum: return is_float ? k_const(&e->b, type, -INFINITY) : k_int(&e->b, type, least);
    default: return is_float ? k_const(&e->b, type, INFINITY)
                             : k_int(&e->b, type, elem == DTYPE_i1 ? 1 : ~least);
    }
}
