/* Each function reduces its argument to an interval where a polynomial does
 * (approx_poly.h), and undoes that. Comparisons are ordered so that a NaN takes the
 * branch that hands it on. Constants are split so that every step of a reduction is
 * exact with fma and without. */
#include "passes/lower/emit/approx.h"

#include "passes/lower/emit/approx_poly.h"

#include <math.h>

typedef struct Approx {
    IrBuilder *b;
    IrType f32, f64, i32, i64; /* in as many lanes as the operand */
    bool fma;
} Approx;

typedef IrValue *ApproxFn(const Approx *a, IrValue *x, IrValue *y);

#define POLY(a, name, x) poly((a), (name), sizeof(name) / sizeof *(name), (x))

/* ------------------------------------------------------------------------ short names */

static IrValue *num(const Approx *a, const IrValue *like, double value)
{
    return k_const(a->b, like->type, value);
}

static IrValue *add(const Approx *a, IrValue *x, IrValue *y)
{
    return k_binary(a->b, OP_arith_addf, x, y);
}

static IrValue *sub(const Approx *a, IrValue *x, IrValue *y)
{
    return k_binary(a->b, OP_arith_subf, x, y);
}

static IrValue *mul(const Approx *a, IrValue *x, IrValue *y)
{
    return k_binary(a->b, OP_arith_mulf, x, y);
}

static IrValue *quotient(const Approx *a, IrValue *x, IrValue *y)
{
    return k_binary(a->b, OP_arith_divf, x, y);
}

/* x * y + z: rounded once only if the target has an instruction for it. */
static IrValue *mad(const Approx *a, IrValue *x, IrValue *y, IrValue *z)
{
    return a->fma ? k_fma(a->b, x, y, z) : add(a, mul(a, x, y), z);
}

static IrValue *magnitude(const Approx *a, IrValue *x)
{
    return k_unary(a->b, OP_math_absf, x);
}

static IrValue *bits_of(const Approx *a, IrValue *x)
{
    return k_cast(a->b, OP_arith_bitcast, x, x->type == a->f32 ? a->i32 : a->i64);
}

static IrValue *from_bits(const Approx *a, IrValue *x)
{
    return k_cast(a->b, OP_arith_bitcast, x, x->type == a->i32 ? a->f32 : a->f64);
}

static IrValue *with_int(const Approx *a, IrOpKind kind, IrValue *x, int64_t value)
{
    return k_binary(a->b, kind, x, k_int(a->b, x->type, value));
}

static IrValue *is(const Approx *a, const char *predicate, IrValue *x, double value)
{
    return k_cmpf(a->b, predicate, x, num(a, x, value));
}

static IrValue *choose(const Approx *a, IrValue *condition, IrValue *x, IrValue *y)
{
    return k_select(a->b, condition, x, y);
}

static IrValue *at_least(const Approx *a, IrValue *x, double low)
{
    return choose(a, is(a, "olt", x, low), num(a, x, low), x);
}

static IrValue *at_most(const Approx *a, IrValue *x, double high)
{
    return choose(a, is(a, "ogt", x, high), num(a, x, high), x);
}

static IrValue *widen(const Approx *a, IrValue *x)
{
    return k_cast(a->b, OP_arith_extf, x, a->f64);
}

static IrValue *narrow(const Approx *a, IrValue *x)
{
    return k_cast(a->b, OP_arith_truncf, x, a->f32);
}

/* Horner's scheme. */
static IrValue *poly(const Approx *a, const double *coefficients, size_t count,
                     IrValue *x)
{
    IrValue *value = num(a, x, coefficients[count - 1]);
    for (size_t i = count - 1; i-- > 0;)
        value = mad(a, value, x, num(a, x, coefficients[i]));
    return value;
}

/* -------------------------------------------------------------------- exp and its kin */

#define LN2_HIGH  0x1.62ep-1 /* 14 bits: a product with a small integer is exact */
#define LN2_LOW   0x1.0bfbe8p-15
#define LOG2_E    0x1.715476p0
#define ROUND_F32 0x1.8p23 /* adding it rounds to an integer, found in the low bits */
#define ROUND_F64 0x1.8p52

/* x = n ln 2 + r, |r| <= ln(2) / 2. */
typedef struct Reduced {
    IrValue *n, *r; /* n: integers */
} Reduced;

static Reduced reduce_exp(const Approx *a, IrValue *x)
{
    IrValue *magic = num(a, x, ROUND_F32);
    IrValue *shifted = mad(a, x, num(a, x, LOG2_E), magic);
    IrValue *n = sub(a, shifted, magic);
    IrValue *r = mad(a, n, num(a, x, -LN2_HIGH), x);
    r = mad(a, n, num(a, x, -LN2_LOW), r);
    IrValue *integer =
        k_binary(a->b, OP_arith_subi, bits_of(a, shifted), bits_of(a, magic));
    return (Reduced){integer, r};
}

/* 2^n for -127 < n < 128 */
static IrValue *power_of_two(const Approx *a, IrValue *n)
{
    IrValue *biased = with_int(a, OP_arith_addi, n, 127);
    return from_bits(a, with_int(a, OP_arith_shli, biased, 23));
}

/* e^r for reduced r */
static IrValue *exp_reduced(const Approx *a, IrValue *r)
{
    IrValue *tail = mad(a, POLY(a, exp_poly, r), mul(a, r, r), r);
    return add(a, tail, num(a, r, 1));
}

/* e^x where neither x nor the result leaves the normal numbers. */
static IrValue *exp_normal(const Approx *a, IrValue *x)
{
    Reduced e = reduce_exp(a, x);
    return mul(a, exp_reduced(a, e.r), power_of_two(a, e.n));
}

/* The scale is applied in two halves, so that overflow and denormals come out right.
 * Outside of [-104, 89] the result is 0 or infinite. */
static IrValue *exp_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    Reduced e = reduce_exp(a, at_most(a, at_least(a, x, -104), 89));
    IrValue *half = with_int(a, OP_arith_shrsi, e.n, 1);
    IrValue *rest = k_binary(a->b, OP_arith_subi, e.n, half);
    IrValue *scaled = mul(a, exp_reduced(a, e.r), power_of_two(a, half));
    return mul(a, scaled, power_of_two(a, rest));
}

/* e^x - 1 = 2 (s p + (s - 1/2)) with p = e^r - 1 and s = 2^n / 2, which is finite up
 * to n = 128. Below -18 the result is -1. */
static IrValue *expm1_clamped(const Approx *a, IrValue *x)
{
    Reduced e = reduce_exp(a, x);
    IrValue *p = mad(a, POLY(a, expm1_poly, e.r), mul(a, e.r, e.r), e.r);
    IrValue *scale = power_of_two(a, with_int(a, OP_arith_subi, e.n, 1));
    IrValue *half = mad(a, p, scale, sub(a, scale, num(a, x, 0.5)));
    return add(a, half, half);
}

/* Tiny x is the result, and is a denormal that halving would damage. */
static IrValue *expm1_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    IrValue *value = expm1_clamped(a, at_most(a, at_least(a, x, -18), 89));
    return choose(a, is(a, "olt", magnitude(a, x), 0x1p-25), x, value);
}

/* x < 0: z / (1 + z), else 1 / (1 + z), with z = e^-|x| */
static IrValue *logistic_of(const Approx *a, IrValue *x, ApproxFn *exponential)
{
    IrValue *z = exponential(a, k_unary(a->b, OP_arith_negf, magnitude(a, x)), NULL);
    IrValue *one = num(a, x, 1);
    return quotient(a, choose(a, is(a, "olt", x, 0), z, one), add(a, z, one));
}

static IrValue *logistic_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    return logistic_of(a, x, exp_f32);
}

/* |x| < 0.625: x + x^3 P(x^2), else 1 - 2 / (e^2|x| + 1), which is 1 from 9.1 on. */
static IrValue *tanh_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    IrValue *size = magnitude(a, x), *square = mul(a, x, x), *two = num(a, x, 2);
    IrValue *near = mad(a, mul(a, POLY(a, tanh_poly, square), square), x, x);
    IrValue *e = exp_normal(a, mul(a, at_most(a, size, 10), two));
    IrValue *fraction = quotient(a, two, add(a, e, num(a, x, 1)));
    IrValue *far = sub(a, num(a, x, 1), fraction);
    IrValue *value = choose(a, is(a, "olt", size, 0.625), near, far);
    return k_binary(a->b, OP_math_copysign, value, x); /* -0 too */
}

/* |x| < 0.925: x + x P(x^2), else 1 - e^-Q(|x|), which is 1 from 4 on. */
static IrValue *erf_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    IrValue *size = magnitude(a, x);
    IrValue *near = mad(a, POLY(a, erf_poly, mul(a, x, x)), x, x);
    IrValue *exponent = POLY(a, erfc_poly, at_most(a, size, 4));
    IrValue *e = exp_normal(a, k_unary(a->b, OP_arith_negf, exponent));
    IrValue *far = k_binary(a->b, OP_math_copysign, sub(a, num(a, x, 1), e), x);
    return choose(a, is(a, "olt", size, 0.925), near, far);
}

/* -------------------------------------------------------------------- log and its kin */

/* x = 2^n (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); x positive and normal. n as a float. */
static Reduced reduce_log(const Approx *a, IrValue *x)
{
    enum { SQRT_HALF = 0x3f3504f3 };
    IrValue *bits = bits_of(a, x);
    IrValue *n = with_int(a, OP_arith_subi, bits, SQRT_HALF);
    n = with_int(a, OP_arith_shrsi, n, 23);
    IrValue *exponent = with_int(a, OP_arith_shli, n, 23);
    IrValue *m = from_bits(a, k_binary(a->b, OP_arith_subi, bits, exponent));
    n = k_cast(a->b, OP_arith_sitofp, n, a->f32);
    return (Reduced){n, sub(a, m, num(a, m, 1))};
}

/* n ln 2 + ln(1 + f) + small: the large parts last. */
static IrValue *log_sum(const Approx *a, IrValue *n, IrValue *f, IrValue *small)
{
    IrValue *square = mul(a, f, f);
    IrValue *tail = mul(a, mul(a, POLY(a, log_poly, f), square), f);
    tail = mad(a, n, num(a, f, LN2_LOW), tail);
    if (small)
        tail = add(a, tail, small);
    tail = mad(a, square, num(a, f, -0.5), tail);
    return mad(a, n, num(a, f, LN2_HIGH), add(a, f, tail));
}

/* `value` is the logarithm where x is positive and finite. */
static IrValue *log_special(const Approx *a, IrValue *x, IrValue *value)
{
    value = choose(a, is(a, "oeq", x, INFINITY), x, value);
    value = choose(a, is(a, "oeq", x, 0), num(a, x, -INFINITY), value);
    return choose(a, is(a, "oge", x, 0), value, num(a, x, NAN));
}

/* Denormals are scaled by 2^23. */
static IrValue *log_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    IrValue *small = is(a, "olt", x, 0x1p-126);
    IrValue *scaled = choose(a, small, mul(a, x, num(a, x, 0x1p23)), x);
    Reduced l = reduce_log(a, scaled);
    IrValue *n = sub(a, l.n, choose(a, small, num(a, x, 23), num(a, x, 0)));
    return log_special(a, x, log_sum(a, n, l.r, NULL));
}

/* u = 1 + x rounded; what the rounding lost, c, adds c / u to ln u. */
static IrValue *log1p_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    IrValue *one = num(a, x, 1), *u = add(a, x, one);
    IrValue *large = is(a, "ogt", x, 1);
    IrValue *lost =
        choose(a, large, sub(a, one, sub(a, u, x)), sub(a, x, sub(a, u, one)));
    Reduced l = reduce_log(a, u);
    IrValue *value = log_special(a, u, log_sum(a, l.n, l.r, quotient(a, lost, u)));
    value = choose(a, is(a, "oeq", x, INFINITY), x, value);
    return choose(a, is(a, "olt", magnitude(a, x), 0x1p-25), x, value);
}

/* ------------------------------------------------------------------------ through f64 */

/* f64 has so many bits to spare that these are off by little more than the last
 * rounding. */

/* log2 of positive x: n + log2((1 + s) / (1 - s)), s = (m - 1) / (m + 1). */
static IrValue *log2_f64(const Approx *a, IrValue *x)
{
    const int64_t sqrt_half = 0x3fe6a09e667f3bcd;
    IrValue *bits = bits_of(a, x);
    IrValue *n = with_int(a, OP_arith_subi, bits, sqrt_half);
    n = with_int(a, OP_arith_shrsi, n, 52);
    IrValue *exponent = with_int(a, OP_arith_shli, n, 52);
    IrValue *m = from_bits(a, k_binary(a->b, OP_arith_subi, bits, exponent));
    IrValue *one = num(a, m, 1), *s = quotient(a, sub(a, m, one), add(a, m, one));
    IrValue *biased =
        with_int(a, OP_arith_addi, n, 0x4338000000000000); /* ROUND_F64 + n */
    IrValue *whole = sub(a, from_bits(a, biased), num(a, m, ROUND_F64));
    return mad(a, POLY(a, log2_poly, mul(a, s, s)), s, whole);
}

/* 2^x: beyond +-200 the result is none of f32's anyway. */
static IrValue *exp2_f64(const Approx *a, IrValue *x)
{
    x = at_most(a, at_least(a, x, -200), 200);
    IrValue *magic = num(a, x, ROUND_F64), *shifted = add(a, x, magic);
    IrValue *f = sub(a, x, sub(a, shifted, magic));
    IrValue *value = mad(a, POLY(a, exp2_poly, f), f, num(a, x, 1));
    IrValue *biased = with_int(a, OP_arith_addi, bits_of(a, shifted), 1023);
    return mul(a, value, from_bits(a, with_int(a, OP_arith_shli, biased, 52)));
}

static IrValue *cbrt_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    IrValue *size = magnitude(a, x), *log2 = log2_f64(a, widen(a, size));
    IrValue *root = narrow(a, exp2_f64(a, mul(a, log2, num(a, log2, 1.0 / 3))));
    root = k_binary(a->b, OP_math_copysign, root, x);
    IrValue *special =
        k_binary(a->b, OP_arith_ori, is(a, "oeq", x, 0), is(a, "ueq", size, INFINITY));
    return choose(a, special, x, root);
}

/* Whether any lane of an i1 is set. */
static IrValue *any(const Approx *a, IrValue *mask)
{
    return mask->type->kind == IR_VECTOR ? k_reduction(a->b, "or", mask) : mask;
}

/* Where `rare` is set: libm in f64, rounded; elsewhere `common`. Which of the two an
 * element gets does not depend on its neighbours. */
static IrValue *or_libm(const Approx *a, IrValue *rare, IrOpKind libm, IrValue *common,
                        IrValue *x, IrValue *y)
{
    IrOp *branch = k_if_begin(a->b, any(a, rare), 1, &x->type);
    IrValue *wide = widen(a, x);
    wide = y ? k_binary(a->b, libm, wide, widen(a, y)) : k_unary(a->b, libm, wide);
    IrValue *mixed = choose(a, rare, narrow(a, wide), common);
    k_if_else(a->b, branch, 1, &mixed);
    k_if_end(a->b, branch, 1, &common);
    return ir_result(branch, 0);
}

/* x = n pi/2 + r, |r| <= pi/4, in f64; n as the low bits of an integer. */
static Reduced reduce_angle(const Approx *a, IrValue *x)
{
    const double high = 0x1.921fb544p0, low = 0x1.0b4611a626331p-34; /* of pi / 2 */
    x = widen(a, x);
    IrValue *magic = num(a, x, ROUND_F64);
    IrValue *shifted = mad(a, x, num(a, x, 2 / M_PI), magic);
    IrValue *n = sub(a, shifted, magic);
    IrValue *r = mad(a, n, num(a, x, -low), mad(a, n, num(a, x, -high), x));
    return (Reduced){bits_of(a, shifted), r};
}

static IrValue *sin_reduced(const Approx *a, IrValue *r)
{
    IrValue *square = mul(a, r, r);
    return mul(a, r, mad(a, POLY(a, sin_poly, square), square, num(a, r, 1)));
}

static IrValue *cos_reduced(const Approx *a, IrValue *r)
{
    IrValue *square = mul(a, r, r);
    return mad(a, POLY(a, cos_poly, square), square, num(a, r, 1));
}

static IrValue *bit_set(const Approx *a, IrValue *n, int64_t bit)
{
    return k_cmpi(a->b, "ne", with_int(a, OP_arith_andi, n, bit),
                  k_int(a->b, n->type, 0));
}

static IrValue *negate_if(const Approx *a, IrValue *condition, IrValue *x)
{
    return choose(a, condition, k_unary(a->b, OP_arith_negf, x), x);
}

/* The quarter of the circle says which of sin r and cos r it is, and with which sign. */
static IrValue *sin_common(const Approx *a, IrValue *x)
{
    Reduced e = reduce_angle(a, x);
    IrValue *v = choose(a, bit_set(a, e.n, 1), cos_reduced(a, e.r), sin_reduced(a, e.r));
    return narrow(a, negate_if(a, bit_set(a, e.n, 2), v));
}

static IrValue *cos_common(const Approx *a, IrValue *x)
{
    Reduced e = reduce_angle(a, x);
    IrValue *v = choose(a, bit_set(a, e.n, 1), sin_reduced(a, e.r), cos_reduced(a, e.r));
    IrValue *next = with_int(a, OP_arith_addi, e.n, 1);
    return narrow(a, negate_if(a, bit_set(a, next, 2), v));
}

static IrValue *tan_common(const Approx *a, IrValue *x)
{
    Reduced e = reduce_angle(a, x);
    IrValue *s = sin_reduced(a, e.r), *c = cos_reduced(a, e.r), *odd = bit_set(a, e.n, 1);
    IrValue *v = quotient(a, choose(a, odd, c, s), choose(a, odd, s, c));
    return narrow(a, negate_if(a, odd, v));
}

/* NaN and infinities are large too. */
static IrValue *large_angle(const Approx *a, IrValue *x)
{
    return is(a, "uge", magnitude(a, x), 1e6);
}

static IrValue *sin_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    return or_libm(a, large_angle(a, x), OP_math_sin, sin_common(a, x), x, NULL);
}

static IrValue *cos_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    return or_libm(a, large_angle(a, x), OP_math_cos, cos_common(a, x), x, NULL);
}

static IrValue *tan_f32(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    return or_libm(a, large_angle(a, x), OP_math_tan, tan_common(a, x), x, NULL);
}

/* 2^(y log2 |x|); for negative x, y must be an integer, and an odd one gives the sign. */
static IrValue *pow_common(const Approx *a, IrValue *x, IrValue *y)
{
    IrValue *log2 = log2_f64(a, widen(a, magnitude(a, x)));
    IrValue *value = narrow(a, exp2_f64(a, mul(a, log2, widen(a, y))));
    IrValue *negative = is(a, "olt", x, 0), *half = mul(a, y, num(a, y, 0.5));
    IrValue *whole = k_cmpf(a->b, "oeq", k_unary(a->b, OP_math_floor, y), y);
    IrValue *odd = k_cmpf(a->b, "one", k_unary(a->b, OP_math_floor, half), half);
    IrValue *signed_value = choose(a, whole, negate_if(a, odd, value), num(a, x, NAN));
    return choose(a, negative, signed_value, value);
}

static IrValue *pow_f32(const Approx *a, IrValue *x, IrValue *y)
{
    IrValue *x_special = k_binary(a->b, OP_arith_ori, is(a, "oeq", x, 0),
                                  is(a, "ueq", magnitude(a, x), INFINITY));
    IrValue *y_special = is(a, "ueq", magnitude(a, y), INFINITY);
    IrValue *special = k_binary(a->b, OP_arith_ori, x_special, y_special);
    return or_libm(a, special, OP_math_powf, pow_common(a, x, y), x, y);
}

/* ------------------------------------------------------------------------------ table */

static IrValue *rsqrt_any(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    return quotient(a, num(a, x, 1), k_unary(a->b, OP_math_sqrt, x));
}

static IrValue *atan2_any(const Approx *a, IrValue *x, IrValue *y)
{
    return k_binary(a->b, OP_math_atan2, x, y);
}

static IrValue *exp_f64(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    return k_unary(a->b, OP_math_exp, x);
}

static IrValue *logistic_f64(const Approx *a, IrValue *x, IrValue *unused)
{
    (void)unused;
    return logistic_of(a, x, exp_f64);
}

typedef struct ApproxRow {
    IrOpKind op;
    ApproxFn *f32, *f64;
    IrOpKind libm; /* for f64 where there is no function */
} ApproxRow;

static const ApproxRow rows[] = {
    {OP_exponential, exp_f32, exp_f64, OP_COUNT},
    {OP_exponential_minus_one, expm1_f32, NULL, OP_math_expm1},
    {OP_log, log_f32, NULL, OP_math_log},
    {OP_log_plus_one, log1p_f32, NULL, OP_math_log1p},
    {OP_tanh, tanh_f32, NULL, OP_math_tanh},
    {OP_logistic, logistic_f32, logistic_f64, OP_COUNT},
    {OP_erf, erf_f32, NULL, OP_math_erf},
    {OP_sine, sin_f32, NULL, OP_math_sin},
    {OP_cosine, cos_f32, NULL, OP_math_cos},
    {OP_tan, tan_f32, NULL, OP_math_tan},
    {OP_cbrt, cbrt_f32, NULL, OP_math_cbrt},
    {OP_rsqrt, rsqrt_any, rsqrt_any, OP_COUNT},
    {OP_power, pow_f32, NULL, OP_math_powf},
    {OP_atan2, atan2_any, atan2_any, OP_COUNT},
};

static const ApproxRow *find_row(IrOpKind op)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].op == op)
            return &rows[i];
    return NULL;
}

static IrValue *in_f64(const Approx *a, const ApproxRow *row, IrValue *x, IrValue *y)
{
    if (row->f64)
        return row->f64(a, x, y);
    return y ? k_binary(a->b, row->libm, x, y) : k_unary(a->b, row->libm, x);
}

IrValue *approx_op(IrBuilder *b, const IrTarget *t, IrOpKind graph_op, IrValue *x,
                   IrValue *y)
{
    const ApproxRow *row = find_row(graph_op);
    if (!row || !dtype_is_float(x->type->elem))
        return NULL;
    IrContext *c = b->module->context;
    const Approx a = {
        .b = b,
        .fma = t->fma,
        .f32 = k_type_like(c, x->type, DTYPE_f32),
        .f64 = k_type_like(c, x->type, DTYPE_f64),
        .i32 = k_type_like(c, x->type, DTYPE_i32),
        .i64 = k_type_like(c, x->type, DTYPE_i64),
    };
    if (x->type == a.f64)
        return in_f64(&a, row, x, y);
    IrValue *wide = k_cast(b, OP_arith_extf, x, a.f32);
    IrValue *value = row->f32(&a, wide, y ? k_cast(b, OP_arith_extf, y, a.f32) : NULL);
    return k_cast(b, OP_arith_truncf, value, x->type);
}
