/* passes/lower/emit/approx.h: the largest error over a dense sweep of all floats, in units
 * in the last place, against libm in double; special values; scalars, vectors and
 * targets. */
#include "tests/cpu/kernel.h"

#include "passes/lower/emit/approx.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 1 << 16, LANES = 16 };

typedef struct Function {
    IrOpKind op;
    const char *name;
    double (*exact)(double);
    double most; /* the error we promise */
} Function;

static double logistic(double x)
{
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

static double rsqrt(double x) { return 1 / sqrt(x); }

static const Function functions[] = {
    {OP_exponential, "exponential", exp, 1},
    {OP_exponential_minus_one, "exponential_minus_one", expm1, 2},
    {OP_log, "log", log, 1},
    {OP_log_plus_one, "log_plus_one", log1p, 1},
    {OP_tanh, "tanh", tanh, 2},
    {OP_logistic, "logistic", logistic, 3},
    {OP_erf, "erf", erf, 2},
    {OP_sine, "sine", sin, 1},
    {OP_cosine, "cosine", cos, 1},
    {OP_tan, "tan", tan, 1},
    {OP_cbrt, "cbrt", cbrt, 1},
    {OP_rsqrt, "rsqrt", rsqrt, 2},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* --------------------------------------------------------------------------- building */

/* out[i] = op(x[i]) (or of x[i], y[i]) for all i, `lanes` at a time (1: scalars). */
static Kernel open_kernel(IrOpKind op, bool binary, Dtype elem, int64_t lanes,
                          const char *cpu)
{
    Dtype elems[] = {elem, elem, elem};
    Kernel k = kernel_open(3, elems, (int64_t[]){COUNT, COUNT, COUNT});
    IrBuilder *b = &k.b;
    IrTarget t = cpu_target(cpu, k.diags);
    IrOp *loop =
        k_for_begin(b, k_index(b, 0), k_index(b, COUNT), k_index(b, lanes), 0, NULL);
    IrValue *i = k_arg(loop, 0), *in[2] = {NULL, NULL};
    for (uint32_t n = 0; n < (binary ? 2 : 1); n++)
        in[n] = lanes == 1
                    ? k_load(b, kernel_arg(&k, n), 1, &i)
                    : k_vload(b, kernel_arg(&k, n), 1, &i, ir_vector(k.c, elem, lanes));
    IrValue *r = approx_op(b, &t, op, in[0], in[1]);
    assert_non_null(r);
    if (lanes == 1)
        k_store(b, r, kernel_arg(&k, 2), 1, &i);
    else
        k_vstore(b, r, kernel_arg(&k, 2), 1, &i);
    k_for_end(b, loop, 0, NULL);
    kernel_compile(&k, cpu);
    return k;
}

/* ----------------------------------------------------------------------------- errors */

static float float_of(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* |got - exact| in units in the last place of a float of exact's size; NaN must be
 * NaN, a zero have its sign, and an overflow be one. */
static double ulps(float got, double exact)
{
    if (isnan(exact) || isnan(got))
        return isnan(exact) && isnan(got) ? 0 : INFINITY;
    if (exact == 0 || isinf(exact))
        return got == exact && !signbit(got) == !signbit(exact) ? 0 : INFINITY;
    if (isinf(got))
        return fabs(exact) > 0x1.fffffep127 ? 1 : INFINITY;
    return fabs(got - exact) / ldexp(1, (int)fmax(ilogb(exact), -126) - 23);
}

/* Every float whose bits are a multiple of `stride` more than some offset, and the
 * special ones. */
static const uint32_t specials[] = {
    0x00000000, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
    0x7fc00001, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff,
    0xff7fffff, 0x3f800000, 0xbf800000, 0x3f7fffff, 0x3f800001, 0xbf7fffff,
    0x42b17218, 0xc2aeac50, 0xc2ce8ed0, 0xc2cff1b5, 0x3f200000, 0x3f6ccccd,
};
enum { SPECIALS = sizeof specials / sizeof *specials };

static uint64_t fill(float *x, uint64_t bits, uint64_t stride)
{
    for (int i = 0; i < COUNT; i++, bits += stride)
        x[i] = float_of((uint32_t)(bits > UINT32_MAX ? specials[i % SPECIALS] : bits));
    return bits;
}

/* The places of the largest error of one function on one target. */
static double worst_error(const Function *f, Kernel *k, uint64_t stride, float *where)
{
    static float x[COUNT], out[COUNT];
    double worst = 0;
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        bits = fill(x, bits, stride);
        kernel_run(k, (void *[]){x, x, out}, NULL);
        for (int i = 0; i < COUNT; i++) {
            double e = ulps(out[i], f->exact(x[i]));
            if (!(e <= worst)) {
                worst = e;
                *where = x[i];
            }
        }
    }
    return worst;
}

/* APPROX_STRIDE=1 in the environment tries every float there is. */
static uint64_t stride(void)
{
    const char *s = getenv("APPROX_STRIDE");
    return s ? strtoull(s, NULL, 10) : 7919;
}

static void errors_are_small(void **state)
{
    (void)state;
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (int i = 0; i < FUNCTIONS; i++) {
            float where = 0;
            Kernel k = open_kernel(functions[i].op, false, DTYPE_f32, LANES, *cpu);
            double e = worst_error(&functions[i], &k, stride(), &where);
            print_message("%-9s %-22s %.3f ulp at %a = %.9g\n", *cpu, functions[i].name,
                          e, (double)where, (double)where);
            assert_true(e <= functions[i].most);
            kernel_close(&k);
        }
}

static void check_same(const char *name, const float *x, const float *a, const float *b)
{
    for (int i = 0; i < COUNT; i++) {
        bool same = isnan(a[i]) ? isnan(b[i]) : !memcmp(&a[i], &b[i], sizeof *a);
        if (!same)
            print_message("%s(%a): %a and %a\n", name, x[i], a[i], b[i]);
        assert_true(same);
    }
}

/* The same operand, the same bits, in a vector of any width or alone. */
static void scalars_and_vectors_agree(void **state)
{
    (void)state;
    static float x[COUNT], vector[COUNT], scalar[COUNT];
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        for (int i = 0; i < FUNCTIONS; i++) {
            fill(x, 12345, 65557);
            Kernel one = open_kernel(functions[i].op, false, DTYPE_f32, 1, *cpu);
            kernel_run(&one, (void *[]){x, x, scalar}, NULL);
            for (int64_t lanes = 4; lanes <= LANES; lanes *= 2) {
                Kernel many = open_kernel(functions[i].op, false, DTYPE_f32, lanes, *cpu);
                kernel_run(&many, (void *[]){x, x, vector}, NULL);
                check_same(functions[i].name, x, scalar, vector);
                kernel_close(&many);
            }
            kernel_close(&one);
        }
}

static void check_power(const float *x, const float *y, const float *out)
{
    for (int i = 0; i < COUNT; i++) {
        double e = ulps(out[i], pow(x[i], y[i]));
        if (!(e <= 1))
            print_message("pow(%a, %a) = %a: %g ulp\n", x[i], y[i], out[i], e);
        assert_true(e <= 1);
    }
}

/* Bits at random; then bases and exponents whose power is a float; then each special
 * with each. */
static void power(void **state)
{
    (void)state;
    static float x[COUNT], y[COUNT], out[COUNT];
    uint32_t r = 1;
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++) {
        Kernel k = open_kernel(OP_power, true, DTYPE_f32, LANES, *cpu);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < COUNT; i++) {
                r = r * 1664525 + 1013904223;
                x[i] = round == 0   ? float_of(r)
                       : round == 1 ? (float)(r >> 8) * 0x1p-20f
                                    : float_of(specials[i % SPECIALS]);
                r = r * 1664525 + 1013904223;
                y[i] = round == 0   ? float_of(r)
                       : round == 1 ? (float)(r >> 8) * 0x1p-18f - 32
                                    : float_of(specials[i / SPECIALS % SPECIALS]);
            }
            kernel_run(&k, (void *[]){x, y, out}, NULL);
            check_power(x, y, out);
        }
        for (int i = 0; i < COUNT; i++) {
            x[i] = (float)(i % 201 - 100) / 4;
            y[i] = (float)(i / 201 % 40 - 20) / 2;
        }
        kernel_run(&k, (void *[]){x, y, out}, NULL);
        check_power(x, y, out);
        kernel_close(&k);
    }
}

/* f64 is libm's, f16 and bf16 are f32's rounded. */
static void other_types(void **state)
{
    (void)state;
    static double x[COUNT], out[COUNT];
    static uint16_t half[COUNT], half_out[COUNT];
    for (int i = 0; i < COUNT; i++) {
        x[i] = (i - COUNT / 2) / 1000.0;
        half[i] = (uint16_t)i;
    }
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++) {
        Kernel wide = open_kernel(OP_tanh, false, DTYPE_f64, 8, *cpu);
        kernel_run(&wide, (void *[]){x, x, out}, NULL);
        for (int i = 0; i < COUNT; i++)
            assert_true(out[i] == tanh(x[i]));
        kernel_close(&wide);
        Kernel narrow = open_kernel(OP_exponential, false, DTYPE_bf16, LANES, *cpu);
        kernel_run(&narrow, (void *[]){half, half, half_out}, NULL);
        for (int i = 0; i < COUNT; i++) {
            double e = exp(dtype_bf16_to_f32(half[i]));
            uint16_t want = dtype_bf16_from_f64(e);
            assert_true(isnan(e) ||
                        abs(half_out[i] - want) <= (half_out[i] != want && e > 1e30) + 1);
        }
        kernel_close(&narrow);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_small),
        cmocka_unit_test(scalars_and_vectors_agree),
        cmocka_unit_test(power),
        cmocka_unit_test(other_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
