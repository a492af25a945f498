/* Every arith and math op, on scalars and vectors of every element type, on every
 * target, against C. Operands are pairs out of a list of awkward values. */
#include "tests/cpu/kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 256, LANES = 8 };

typedef double FloatFn(double x, double y);
typedef int64_t IntFn(int64_t x, int64_t y, unsigned bits);

/* --------------------------------------------------------------------------- building */

static IrValue *load(Kernel *k, uint32_t arg, IrValue *i, int64_t lanes)
{
    IrValue *m = kernel_arg(k, arg);
    return lanes == 1 ? k_load(&k->b, m, 1, &i)
                      : k_vload(&k->b, m, 1, &i, ir_vector(k->c, m->type->elem, lanes));
}

static void store(Kernel *k, uint32_t arg, IrValue *i, IrValue *v)
{
    if (v->type->kind == IR_VECTOR)
        k_vstore(&k->b, v, kernel_arg(k, arg), 1, &i);
    else
        k_store(&k->b, v, kernel_arg(k, arg), 1, &i);
}

typedef struct Case {
    IrOpKind op;
    const char *predicate; /* of a comparison, whose result is stored as i8 */
    Dtype in, out;
    int operands;
} Case;

static IrValue *apply(Kernel *k, const Case *c, IrValue *x, IrValue *y)
{
    IrBuilder *b = &k->b;
    IrType out = k_type_like(k->c, x->type, c->out);
    if (c->op == OP_arith_cmpi || c->op == OP_arith_cmpf) {
        IrValue *p = c->op == OP_arith_cmpi ? k_cmpi(b, c->predicate, x, y)
                                            : k_cmpf(b, c->predicate, x, y);
        return k_cast(b, OP_arith_extui, p, out);
    }
    if (c->operands == 2)
        return k_binary(b, c->op, x, y);
    return c->in == c->out ? k_unary(b, c->op, x) : k_cast(b, c->op, x, out);
}

/* out[i] = op(x[i], y[i]), scalars in out[0..COUNT), vectors in out[COUNT..2 COUNT). */
static void run(const Case *c, const char *cpu, void *x, void *y, void *out)
{
    Kernel k = kernel_open(3, (Dtype[]){c->in, c->in, c->out},
                           (int64_t[]){COUNT, COUNT, 2 * COUNT});
    IrBuilder *b = &k.b;
    for (int64_t lanes = 1; lanes <= LANES; lanes += LANES - 1) {
        IrOp *loop =
            k_for_begin(b, k_index(b, 0), k_index(b, COUNT), k_index(b, lanes), 0, NULL);
        IrValue *i = k_arg(loop, 0);
        IrValue *r = apply(&k, c, load(&k, 0, i, lanes), load(&k, 1, i, lanes));
        store(&k, 2, k_add_index(b, i, k_index(b, lanes == 1 ? 0 : COUNT)), r);
        k_for_end(b, loop, 0, NULL);
    }
    kernel_compile(&k, cpu);
    kernel_run(&k, (void *[]){x, y, out}, NULL);
    kernel_close(&k);
}

/* ----------------------------------------------------------------------------- floats */

static double f_add(double x, double y) { return x + y; }
static double f_sub(double x, double y) { return x - y; }
static double f_mul(double x, double y) { return x * y; }
static double f_div(double x, double y) { return x / y; }
static double f_neg(double x, double y)
{
    (void)y;
    return -x;
}
static double f_max(double x, double y)
{
    if (isnan(x) || isnan(y))
        return NAN;
    return x > y || (x == y && !signbit(x)) ? x : y;
}
static double f_min(double x, double y) { return -f_max(-x, -y); }
static double one(double x, double y, double f(double))
{
    (void)y;
    return f(x);
}
static double f_abs(double x, double y) { return one(x, y, fabs); }
static double f_ceil(double x, double y) { return one(x, y, ceil); }
static double f_floor(double x, double y) { return one(x, y, floor); }
static double f_round(double x, double y) { return one(x, y, round); }
static double f_rint(double x, double y) { return one(x, y, rint); }
static double f_trunc(double x, double y) { return one(x, y, trunc); }
static double f_sqrt(double x, double y) { return one(x, y, sqrt); }

/* Exact in double, or innocuous when rounded twice. */
static const struct {
    IrOpKind op;
    int operands;
    FloatFn *want;
} float_ops[] = {
    {OP_arith_addf, 2, f_add},      {OP_arith_subf, 2, f_sub},
    {OP_arith_mulf, 2, f_mul},      {OP_arith_divf, 2, f_div},
    {OP_arith_remf, 2, fmod},       {OP_arith_negf, 1, f_neg},
    {OP_arith_maximumf, 2, f_max},  {OP_arith_minimumf, 2, f_min},
    {OP_math_absf, 1, f_abs},       {OP_math_ceil, 1, f_ceil},
    {OP_math_floor, 1, f_floor},    {OP_math_round, 1, f_round},
    {OP_math_roundeven, 1, f_rint}, {OP_math_trunc, 1, f_trunc},
    {OP_math_sqrt, 1, f_sqrt},      {OP_math_copysign, 2, copysign},
};

static const double floats[16] = {
    0.0, -0.0, 1,      -1,      0.5,      -2.5,      3.25, 1e-3,
    -77, 1e30, -65504, 0x1p-24, INFINITY, -INFINITY, NAN,  6.1e-5,
};

static void fill_floats(Dtype t, void *x, void *y)
{
    for (int i = 0; i < COUNT; i++) {
        dtype_store(t, (char *)x + i * (int)dtype_bytes(t), floats[i % 16]);
        dtype_store(t, (char *)y + i * (int)dtype_bytes(t), floats[i / 16]);
    }
}

static void expect_float(const Case *c, const char *cpu, int i, double want,
                         const void *out)
{
    char nearest[8];
    size_t size = dtype_bytes(c->out);
    dtype_store(c->out, nearest, want);
    double expected = dtype_load(c->out, nearest);
    for (int v = 0; v < 2; v++) {
        double got =
            dtype_load(c->out, (const char *)out + (size_t)(v * COUNT + i) * size);
        bool same = isnan(expected)
                        ? isnan(got)
                        : got == expected && !signbit(got) == !signbit(expected);
        if (!same)
            print_message("%s: %s %s %s: [%d] gives %a, not %a\n", cpu,
                          ir_op_info(c->op)->name, dtype_name(c->in),
                          v ? "vector" : "scalar", i, got, expected);
        assert_true(same);
    }
}

static void float_arithmetic(void **state)
{
    (void)state;
    static const Dtype types[] = {DTYPE_f32, DTYPE_f64, DTYPE_bf16, DTYPE_f16};
    double x[COUNT], y[COUNT], out[2 * COUNT];
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (int t = 0; t < 4; t++) {
            fill_floats(types[t], x, y);
            for (size_t o = 0; o < sizeof float_ops / sizeof *float_ops; o++) {
                Case c = {float_ops[o].op, NULL, types[t], types[t],
                          float_ops[o].operands};
                run(&c, *cpu, x, y, out);
                for (int i = 0; i < COUNT; i++) {
                    size_t at = (size_t)i * dtype_bytes(types[t]);
                    double a = dtype_load(types[t], (char *)x + at);
                    double b = dtype_load(types[t], (char *)y + at);
                    expect_float(&c, *cpu, i, float_ops[o].want(a, b), out);
                }
            }
        }
}

/* libm is called by its own name, in the element's type; a half is rounded from f32. */
static void libm_calls(void **state)
{
    (void)state;
    static const struct {
        IrOpKind op;
        float (*f)(float);
        double (*d)(double);
    } ops[] = {
        {OP_math_exp, expf, exp}, {OP_math_expm1, expm1f, expm1},
        {OP_math_log, logf, log}, {OP_math_log1p, log1pf, log1p},
        {OP_math_sin, sinf, sin}, {OP_math_cos, cosf, cos},
        {OP_math_tan, tanf, tan}, {OP_math_tanh, tanhf, tanh},
        {OP_math_erf, erff, erf}, {OP_math_cbrt, cbrtf, cbrt},
    };
    double x[COUNT], y[COUNT], out[2 * COUNT];
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (size_t o = 0; o < sizeof ops / sizeof *ops; o++) {
            Case c = {ops[o].op, NULL, DTYPE_f32, DTYPE_f32, 1};
            fill_floats(DTYPE_f32, x, y);
            run(&c, *cpu, x, y, out);
            for (int i = 0; i < COUNT; i++)
                expect_float(&c, *cpu, i, ops[o].f((float)floats[i % 16]), out);
            c.in = c.out = DTYPE_f64;
            fill_floats(DTYPE_f64, x, y);
            run(&c, *cpu, x, y, out);
            for (int i = 0; i < COUNT; i++)
                expect_float(&c, *cpu, i, ops[o].d(floats[i % 16]), out);
        }
    Case c = {OP_math_powf, NULL, DTYPE_f64, DTYPE_f64, 2};
    run(&c, NULL, x, y, out);
    for (int i = 0; i < COUNT; i++)
        expect_float(&c, "host", i, pow(floats[i % 16], floats[i / 16]), out);
    c.op = OP_math_atan2;
    run(&c, NULL, x, y, out);
    for (int i = 0; i < COUNT; i++)
        expect_float(&c, "host", i, atan2(floats[i % 16], floats[i / 16]), out);
}

/* --------------------------------------------------------------------------- integers */

static uint64_t low(int64_t x, unsigned bits)
{
    return bits == 64 ? (uint64_t)x : (uint64_t)x & ((UINT64_C(1) << bits) - 1);
}

#define INT_OP(name, result)                                   \
    static int64_t i_##name(int64_t x, int64_t y, unsigned n)  \
    {                                                          \
        (void)y;                                               \
        (void)n;                                               \
        return (int64_t)(result);                              \
    }
INT_OP(add, (uint64_t)x + (uint64_t)y)
INT_OP(sub, (uint64_t)x - (uint64_t)y)
INT_OP(mul, (uint64_t)x * (uint64_t)y)
INT_OP(divs, x / y)
INT_OP(divu, low(x, n) / low(y, n))
INT_OP(rems, x % y)
INT_OP(remu, low(x, n) % low(y, n))
INT_OP(and, x & y)
INT_OP(or, x | y)
INT_OP(xor, x ^ y)
INT_OP(shl, (uint64_t)x << y)
INT_OP(shrs, x >> y)
INT_OP(shru, low(x, n) >> y)
INT_OP(maxs, x > y ? x : y)
INT_OP(mins, x < y ? x : y)
INT_OP(maxu, low(x, n) > low(y, n) ? x : y)
INT_OP(minu, low(x, n) < low(y, n) ? x : y)
INT_OP(abs, x < 0 ? -(uint64_t)x : (uint64_t)x)
INT_OP(pop, __builtin_popcountll(low(x, n)))

static int64_t i_clz(int64_t x, int64_t y, unsigned n)
{
    (void)y;
    return low(x, n) ? __builtin_clzll(low(x, n)) - 64 + (int64_t)n : n;
}

enum { ANY, NOT_ZERO, SMALL }; /* what the second operand may be */
static const struct {
    IrOpKind op;
    int operands;
    IntFn *want;
    int second;
} int_ops[] = {
    {OP_arith_addi, 2, i_add, ANY},        {OP_arith_subi, 2, i_sub, ANY},
    {OP_arith_muli, 2, i_mul, ANY},        {OP_arith_divsi, 2, i_divs, NOT_ZERO},
    {OP_arith_divui, 2, i_divu, NOT_ZERO}, {OP_arith_remsi, 2, i_rems, NOT_ZERO},
    {OP_arith_remui, 2, i_remu, NOT_ZERO}, {OP_arith_andi, 2, i_and, ANY},
    {OP_arith_ori, 2, i_or, ANY},          {OP_arith_xori, 2, i_xor, ANY},
    {OP_arith_shli, 2, i_shl, SMALL},      {OP_arith_shrsi, 2, i_shrs, SMALL},
    {OP_arith_shrui, 2, i_shru, SMALL},    {OP_arith_maxsi, 2, i_maxs, ANY},
    {OP_arith_minsi, 2, i_mins, ANY},      {OP_arith_maxui, 2, i_maxu, ANY},
    {OP_arith_minui, 2, i_minu, ANY},      {OP_math_absi, 1, i_abs, ANY},
    {OP_math_ctpop, 1, i_pop, ANY},        {OP_math_ctlz, 1, i_clz, ANY},
};

/* Pairs of: 0, small, the ends of the type, a pattern. The most negative over -1
 * traps, so as a divisor -1 becomes -2. */
static void fill_ints(Dtype t, int second, int64_t *xs, int64_t *ys, void *x, void *y)
{
    unsigned bits = dtype_bits(t);
    int64_t most = (int64_t)(low(-1, bits) >> 1);
    const int64_t values[16] = {0,    1,  -1,       2,         -2,       3,
                                7,    -7, most,     -most - 1, most - 1, 42,
                                -100, 85, most / 3, -most / 5};
    for (int i = 0; i < COUNT; i++) {
        xs[i] = values[i % 16];
        ys[i] = second == SMALL ? i / 16 % (int)bits : values[i / 16];
        if (second == NOT_ZERO && (ys[i] == 0 || ys[i] == -1))
            ys[i] = -2;
        dtype_store_int(t, (char *)x + (size_t)i * dtype_bytes(t), xs[i]);
        dtype_store_int(t, (char *)y + (size_t)i * dtype_bytes(t), ys[i]);
    }
}

static void expect_int(const Case *c, const char *cpu, int i, int64_t want,
                       const void *out)
{
    char stored[8];
    dtype_store_int(c->out, stored, want);
    for (int v = 0; v < 2; v++) {
        const char *got =
            (const char *)out + (size_t)(v * COUNT + i) * dtype_bytes(c->out);
        bool same = memcmp(got, stored, dtype_bytes(c->out)) == 0;
        if (!same)
            print_message("%s: %s %s %s %s: [%d] gives %lld, not %lld\n", cpu,
                          ir_op_info(c->op)->name, c->predicate ? c->predicate : "",
                          dtype_name(c->in), v ? "vector" : "scalar", i,
                          (long long)dtype_load_int(c->out, got), (long long)want);
        assert_true(same);
    }
}

static const Dtype int_types[] = {DTYPE_i8, DTYPE_i16, DTYPE_i32, DTYPE_i64};

static void int_arithmetic(void **state)
{
    (void)state;
    int64_t xs[COUNT], ys[COUNT], x[COUNT], y[COUNT], out[2 * COUNT];
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (int t = 0; t < 4; t++)
            for (size_t o = 0; o < sizeof int_ops / sizeof *int_ops; o++) {
                Case c = {int_ops[o].op, NULL, int_types[t], int_types[t],
                          int_ops[o].operands};
                fill_ints(c.in, int_ops[o].second, xs, ys, x, y);
                run(&c, *cpu, x, y, out);
                for (int i = 0; i < COUNT; i++)
                    expect_int(&c, *cpu, i,
                               int_ops[o].want(xs[i], ys[i], dtype_bits(c.in)), out);
            }
}

/* ------------------------------------------------------------------------ comparisons */

static bool compare_ints(const char *p, int64_t x, int64_t y, unsigned bits)
{
    uint64_t u = low(x, bits), v = low(y, bits);
    bool is_unsigned = p[0] == 'u';
    const char *what = p[0] == 'e' || p[0] == 'n' ? p : p + 1;
    bool less = is_unsigned ? u < v : x < y;
    if (!strcmp(what, "eq") || !strcmp(what, "ne"))
        return (x == y) == (what[0] == 'e');
    return (what[0] == 'l' ? less : !less && x != y) || (what[1] == 'e' && x == y);
}

static bool compare_floats(const char *p, double x, double y)
{
    if (!strcmp(p, "ord") || !strcmp(p, "uno"))
        return (isnan(x) || isnan(y)) == (p[0] == 'u');
    if (isnan(x) || isnan(y))
        return p[0] == 'u';
    if (!strcmp(p + 1, "eq") || !strcmp(p + 1, "ne"))
        return (x == y) == (p[1] == 'e');
    return (p[1] == 'l' ? x < y : x > y) || (p[2] == 'e' && x == y);
}

static void comparisons(void **state)
{
    (void)state;
    static const char *const ints[] = {"eq",  "ne",  "slt", "sle", "sgt",
                                       "sge", "ult", "ule", "ugt", "uge"};
    static const char *const reals[] = {"oeq", "ogt", "oge", "olt", "ole", "one", "ord",
                                        "ueq", "ugt", "uge", "ult", "ule", "une", "uno"};
    int64_t xs[COUNT], ys[COUNT], x[COUNT], y[COUNT], out[2 * COUNT];
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++) {
        for (int p = 0; p < 10; p++) {
            Case c = {OP_arith_cmpi, ints[p], int_types[p % 4], DTYPE_i8, 2};
            fill_ints(c.in, ANY, xs, ys, x, y);
            run(&c, *cpu, x, y, out);
            for (int i = 0; i < COUNT; i++)
                expect_int(&c, *cpu, i,
                           compare_ints(ints[p], xs[i], ys[i], dtype_bits(c.in)), out);
        }
        for (int p = 0; p < 14; p++) {
            Case c = {OP_arith_cmpf, reals[p], p % 2 ? DTYPE_f32 : DTYPE_bf16, DTYPE_i8,
                      2};
            fill_floats(c.in, x, y);
            run(&c, *cpu, x, y, out);
            for (int i = 0; i < COUNT; i++)
                expect_int(&c, *cpu, i,
                           compare_floats(reals[p], floats[i % 16], floats[i / 16]), out);
        }
    }
}

/* ------------------------------------------------------------------------------ casts */

static void float_casts(void **state)
{
    (void)state;
    static const Case cases[] = {
        {OP_arith_extf, NULL, DTYPE_f32, DTYPE_f64, 1},
        {OP_arith_extf, NULL, DTYPE_bf16, DTYPE_f32, 1},
        {OP_arith_extf, NULL, DTYPE_f16, DTYPE_f32, 1},
        {OP_arith_extf, NULL, DTYPE_f16, DTYPE_f64, 1},
        {OP_arith_truncf, NULL, DTYPE_f64, DTYPE_f32, 1},
        {OP_arith_truncf, NULL, DTYPE_f32, DTYPE_bf16, 1},
        {OP_arith_truncf, NULL, DTYPE_f32, DTYPE_f16, 1},
        {OP_arith_truncf, NULL, DTYPE_f64, DTYPE_bf16, 1},
        {OP_arith_truncf, NULL, DTYPE_f64, DTYPE_f16, 1},
    };
    double x[COUNT], y[COUNT], out[2 * COUNT];
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
            fill_floats(cases[n].in, x, y);
            run(&cases[n], *cpu, x, y, out);
            for (int i = 0; i < COUNT; i++) {
                size_t at = (size_t)i * dtype_bytes(cases[n].in);
                expect_float(&cases[n], *cpu, i, dtype_load(cases[n].in, (char *)x + at),
                             out);
            }
        }
}

/* Bit patterns at random, many of them denormal as f16: rounding is that of
 * support/dtype.h. */
static void narrowing_rounds_to_even(void **state)
{
    (void)state;
    static const Dtype wides[] = {DTYPE_f32, DTYPE_f64},
                       halves[] = {DTYPE_bf16, DTYPE_f16};
    double x[COUNT], out[2 * COUNT];
    uint32_t r = 7;
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (int n = 0; n < 4; n++) {
            Case c = {OP_arith_truncf, NULL, wides[n / 2], halves[n % 2], 1};
            for (int i = 0; i < COUNT; i++) {
                r = r * 1664525 + 1013904223;
                double tie = ldexp((double)(r >> 20) + (i % 3) * 0.5, (int)(r % 50) - 38);
                double nudged =
                    i % 2 ? tie
                          : tie * (1 + ldexp(i % 7 - 3.0, c.in == DTYPE_f64 ? -50 : -22));
                dtype_store(c.in, (char *)x + (size_t)i * dtype_bytes(c.in), nudged);
            }
            run(&c, *cpu, x, x, out);
            for (int i = 0; i < COUNT; i++)
                expect_float(&c, *cpu, i,
                             dtype_load(c.in, (char *)x + (size_t)i * dtype_bytes(c.in)),
                             out);
        }
}

/* Without F16C, where it is our arithmetic. */
static void every_f16_widens(void **state)
{
    (void)state;
    uint16_t x[COUNT];
    float out[2 * COUNT];
    const char *cpu = kernel_targets()[0];
    Case c = {OP_arith_extf, NULL, DTYPE_f16, DTYPE_f32, 1};
    for (int high = 0; high < 256; high += 5) {
        for (int i = 0; i < COUNT; i++)
            x[i] = (uint16_t)(high << 8 | i);
        run(&c, cpu, x, x, out);
        for (int i = 0; i < COUNT; i++)
            expect_float(&c, cpu, i, dtype_f16_to_f32(x[i]), out);
    }
}

static void int_casts(void **state)
{
    (void)state;
    int64_t xs[COUNT], ys[COUNT], x[COUNT], y[COUNT], out[2 * COUNT];
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (int n = 0; n < 3; n++) {
            Case wide_s = {OP_arith_extsi, NULL, int_types[n], int_types[n + 1], 1};
            Case wide_u = {OP_arith_extui, NULL, int_types[n], int_types[n + 1], 1};
            Case narrow = {OP_arith_trunci, NULL, int_types[n + 1], int_types[n], 1};
            fill_ints(wide_s.in, ANY, xs, ys, x, y);
            run(&wide_s, *cpu, x, y, out);
            for (int i = 0; i < COUNT; i++)
                expect_int(&wide_s, *cpu, i, xs[i], out);
            run(&wide_u, *cpu, x, y, out);
            for (int i = 0; i < COUNT; i++)
                expect_int(&wide_u, *cpu, i, (int64_t)low(xs[i], dtype_bits(wide_u.in)),
                           out);
            fill_ints(narrow.in, ANY, xs, ys, x, y);
            run(&narrow, *cpu, x, y, out);
            for (int i = 0; i < COUNT; i++)
                expect_int(&narrow, *cpu, i, xs[i], out);
        }
}

static void ints_to_floats_and_back(void **state)
{
    (void)state;
    int64_t xs[COUNT], ys[COUNT], x[COUNT], y[COUNT], out[2 * COUNT];
    double reals[COUNT];
    static const Dtype outs[] = {DTYPE_f32, DTYPE_f64, DTYPE_bf16, DTYPE_f16};
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (int n = 0; n < 3; n++) {
            for (int o = 0; o < 4; o++) {
                Case s = {OP_arith_sitofp, NULL, int_types[n], outs[o], 1};
                Case u = {OP_arith_uitofp, NULL, int_types[n], outs[o], 1};
                fill_ints(s.in, ANY, xs, ys, x, y);
                run(&s, *cpu, x, y, out);
                for (int i = 0; i < COUNT; i++)
                    expect_float(&s, *cpu, i, (double)xs[i], out);
                run(&u, *cpu, x, y, out);
                for (int i = 0; i < COUNT; i++)
                    expect_float(&u, *cpu, i, (double)low(xs[i], dtype_bits(u.in)), out);
            }
            Case back = {OP_arith_fptosi, NULL, DTYPE_f64, int_types[n], 1};
            for (int i = 0; i < COUNT; i++)
                reals[i] = floats[i % 16];
            run(&back, *cpu, reals, reals, out);
            int64_t most = (int64_t)(low(-1, dtype_bits(back.out)) >> 1);
            for (int i = 0; i < COUNT; i++) {
                double v = isnan(reals[i])
                               ? 0
                               : fmin(fmax(reals[i], (double)-most - 1), (double)most);
                expect_int(&back, *cpu, i, (int64_t)v, out);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(float_arithmetic),
        cmocka_unit_test(libm_calls),
        cmocka_unit_test(int_arithmetic),
        cmocka_unit_test(comparisons),
        cmocka_unit_test(float_casts),
        cmocka_unit_test(narrowing_rounds_to_even),
        cmocka_unit_test(every_f16_widens),
        cmocka_unit_test(int_casts),
        cmocka_unit_test(ints_to_floats_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
