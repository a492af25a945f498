/* Elementwise ops of one operand: each a formula for floats, for integers, or both. */
#include "backends/ref/eval.h"

#include <math.h>

typedef struct Unary {
    double (*floats)(double a);
    int64_t (*ints)(int64_t a, Dtype t);
} Unary;

#define FLOATS(id, formula)                                                              \
    static double float_##id(double a) { return formula; }
#define INTS(id, formula)                                                                \
    static int64_t int_##id(int64_t a, Dtype t)                                          \
    {                                                                                    \
        (void)t;                                                                         \
        return formula;                                                                  \
    }
#define FLOAT_OP(id, formula)                                                            \
    FLOATS(id, formula)                                                                  \
    static const Unary unary_##id = {float_##id, NULL};
#define INT_OP(id, formula)                                                              \
    INTS(id, formula)                                                                    \
    static const Unary unary_##id = {NULL, int_##id};
#define NUMBER_OP(id, float_formula, int_formula)                                        \
    FLOATS(id, float_formula)                                                            \
    INTS(id, int_formula)                                                                \
    static const Unary unary_##id = {float_##id, int_##id};

/* Integers wrap: arithmetic is that of uint64. */
static int64_t minus(int64_t a) { return (int64_t)(0 - (uint64_t)a); }

static uint64_t bits_of(int64_t a, Dtype t)
{
    return (uint64_t)a & UINT64_MAX >> (64 - dtype_bits(t));
}

static int64_t leading_zeros(uint64_t bits, unsigned width)
{
    return (bits ? __builtin_clzll(bits) : 64) - (64 - (int64_t)width);
}

NUMBER_OP(abs, fabs(a), dtype_kind(t) == DTYPE_SIGNED && a < 0 ? minus(a) : a)
FLOAT_OP(cbrt, cbrt(a))
FLOAT_OP(ceil, ceil(a))
INT_OP(count_leading_zeros, leading_zeros(bits_of(a, t), dtype_bits(t)))
FLOAT_OP(cosine, cos(a))
FLOAT_OP(erf, erf(a))
FLOAT_OP(exponential, exp(a))
FLOAT_OP(exponential_minus_one, expm1(a))
FLOAT_OP(floor, floor(a))
FLOAT_OP(log, log(a))
FLOAT_OP(log_plus_one, log1p(a))
FLOAT_OP(logistic, 1 / (1 + exp(-a)))
NUMBER_OP(negate, -a, minus(a))
INT_OP(not, t == DTYPE_i1 ? !a : ~a)
INT_OP(popcnt, __builtin_popcountll(bits_of(a, t)))
FLOAT_OP(round_nearest_afz, round(a))
FLOAT_OP(round_nearest_even, rint(a))
FLOAT_OP(rsqrt, 1 / sqrt(a))
NUMBER_OP(sign,
          a > 0   ? 1
          : a < 0 ? -1
                  : a,
          dtype_kind(t) == DTYPE_SIGNED ? (a > 0) - (a < 0) : a != 0)
FLOAT_OP(sine, sin(a))
FLOAT_OP(sqrt, sqrt(a))
FLOAT_OP(tan, tan(a))
FLOAT_OP(tanh, tanh(a))

static const Unary *const unary[OP_COUNT] = {
#define GRAPH_OP(id, name, in, out, regions, class, ...) UNARY_##class(id)
#define UNARY_UNARY(id)                                  [OP_##id] = &unary_##id,
#define UNARY_BINARY(id)
#define UNARY_ELEMENTWISE(id)
#define UNARY_SHAPE(id)
#define UNARY_SOURCE(id)
#define UNARY_REDUCTION(id)
#define UNARY_CONTRACTION(id)
#define UNARY_WINDOW(id)
#define UNARY_INDEXED(id)
#define UNARY_RANDOM(id)
#define UNARY_BARRIER(id)
#define UNARY_CONTROL(id)
#include "ir/ops.def"
};

bool ref_unary(Ref *r, const IrOp *op)
{
    const Unary *u = unary[op->kind];
    const RefTensor *a = ref_in(r, op, 0);
    Dtype t = a->type->elem;
    int64_t n = ir_elements(a->type);
    if (dtype_is_float(t) ? !u->floats : !u->ints)
        return ref_fail(r, op, "unsupported: %s of %s", ir_op_info(op->kind)->name,
                        dtype_name(t));
    RefWide *x = ref_wide(r, a);
    for (int64_t i = 0; i < n; i++)
        if (u->floats && dtype_is_float(t))
            x[i].f = u->floats(x[i].f);
        else
            x[i].i = u->ints(x[i].i, t);
    ref_narrow(ref_out(r, op, 0), x);
    return true;
}
