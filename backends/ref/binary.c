/* Elementwise ops of two operands: each a formula for floats, for integers, or both. */
#include "backends/ref/eval.h"

#include <math.h>

#define FLOATS(id, formula)                                                              \
    static double float_##id(double a, double b) { return formula; }
#define INTS(id, formula)                                                                \
    static int64_t int_##id(int64_t a, int64_t b, Dtype t)                               \
    {                                                                                    \
        (void)t;                                                                         \
        return formula;                                                                  \
    }
#define FLOAT_OP(id, formula)                                                            \
    FLOATS(id, formula)                                                                  \
    static const RefBinary binary_##id = {float_##id, NULL};
#define INT_OP(id, formula)                                                              \
    INTS(id, formula)                                                                    \
    static const RefBinary binary_##id = {NULL, int_##id};
#define NUMBER_OP(id, float_formula, int_formula)                                        \
    FLOATS(id, float_formula)                                                            \
    INTS(id, int_formula)                                                                \
    static const RefBinary binary_##id = {float_##id, int_##id};

/* ----------------------------------------------------------------------------- floats */

/* IEEE 754's maximum and minimum: NaN if either is, and -0 < +0. */
static double greater(double a, double b)
{
    if (isnan(a) || isnan(b))
        return a + b;
    return a > b || (a == b && !signbit(a)) ? a : b;
}

static double lesser(double a, double b)
{
    if (isnan(a) || isnan(b))
        return a + b;
    return a < b || (a == b && signbit(a)) ? a : b;
}

/* --------------------------------------------------------------------------- integers */

static bool is_signed(Dtype t) { return dtype_kind(t) == DTYPE_SIGNED; }

/* Arithmetic in uint64 wraps, and its low bits are those of any narrower type. */
static int64_t times(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

static int64_t quotient(int64_t a, int64_t b, Dtype t)
{
    if (b == 0)
        return -1;
    if (!is_signed(t))
        return (int64_t)((uint64_t)a / (uint64_t)b);
    return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static int64_t rest(int64_t a, int64_t b, Dtype t)
{
    if (b == 0)
        return a;
    if (!is_signed(t))
        return (int64_t)((uint64_t)a % (uint64_t)b);
    return b == -1 ? 0 : a % b;
}

static int64_t int_raise(int64_t a, int64_t b, Dtype t)
{
    int64_t product = 1;
    if (is_signed(t) && b < 0)
        return a == 1 ? 1 : a == -1 ? (b & 1 ? -1 : 1) : 0;
    for (uint64_t n = (uint64_t)b; n; n >>= 1) {
        if (n & 1)
            product = times(product, a);
        a = times(a, a);
    }
    return product;
}

/* All bits go if the distance, as an unsigned number, is the width or more. */
static bool shifts_out(int64_t distance, Dtype t)
{
    return (uint64_t)distance >= dtype_bits(t);
}

static int64_t shift_right_zeros(int64_t a, int64_t b, Dtype t)
{
    uint64_t bits = (uint64_t)a & UINT64_MAX >> (64 - dtype_bits(t));
    return (int64_t)(bits >> b);
}

/* The bit of the sign is the highest one, of unsigned types too. */
static int64_t shift_right_sign(int64_t a, int64_t b, Dtype t)
{
    unsigned unused = 64 - dtype_bits(t);
    int64_t extended = (int64_t)((uint64_t)a << unused) >> unused;
    return extended >> (shifts_out(b, t) ? 63 : b);
}

/* -------------------------------------------------------------------------------- ops */

NUMBER_OP(add, a + b, t == DTYPE_i1 ? a | b : (int64_t)((uint64_t)a + (uint64_t)b))
INT_OP(and, (a & b))
FLOAT_OP(atan2, atan2(a, b))
NUMBER_OP(divide, a / b, quotient(a, b, t))
NUMBER_OP(maximum, greater(a, b), ref_less(a, b, t) ? b : a)
NUMBER_OP(minimum, lesser(a, b), ref_less(b, a, t) ? b : a)
NUMBER_OP(multiply, (a * b), times(a, b))
INT_OP(or, a | b)
NUMBER_OP(power, pow(a, b), int_raise(a, b, t))
NUMBER_OP(remainder, fmod(a, b), rest(a, b, t))
INT_OP(shift_left, shifts_out(b, t) ? 0 : (int64_t)((uint64_t)a << b))
INT_OP(shift_right_arithmetic, shift_right_sign(a, b, t))
INT_OP(shift_right_logical, shifts_out(b, t) ? 0 : shift_right_zeros(a, b, t))
NUMBER_OP(subtract, a - b, (int64_t)((uint64_t)a - (uint64_t)b))
INT_OP(xor, a ^ b)

static const RefBinary *const binary[OP_COUNT] = {
#define GRAPH_OP(id, name, in, out, regions, class, ...) BINARY_##class(id)
#define BINARY_UNARY(id)
#define BINARY_BINARY(id) [OP_##id] = &binary_##id,
#define BINARY_ELEMENTWISE(id)
#define BINARY_SHAPE(id)
#define BINARY_SOURCE(id)
#define BINARY_REDUCTION(id)
#define BINARY_CONTRACTION(id)
#define BINARY_WINDOW(id)
#define BINARY_INDEXED(id)
#define BINARY_RANDOM(id)
#define BINARY_BARRIER(id)
#define BINARY_CONTROL(id)
#include "ir/ops.def"
};

const RefBinary *ref_binary_of(IrOpKind kind)
{
    return kind == OP_COUNT ? NULL : binary[kind];
}

bool ref_binary(Ref *r, const IrOp *op)
{
    const RefBinary *formula = binary[op->kind];
    const RefTensor *a = ref_in(r, op, 0);
    Dtype t = a->type->elem;
    int64_t n = ir_elements(a->type);
    if (dtype_is_float(t) ? !formula->floats : !formula->ints)
        return ref_fail(r, op, "unsupported: %s of %s", ir_op_info(op->kind)->name,
                        dtype_name(t));
    RefWide *x = ref_wide(r, a);
    const RefWide *y = ref_wide(r, ref_in(r, op, 1));
    for (int64_t i = 0; i < n; i++)
        x[i] = ref_apply(formula, t, x[i], y[i]);
    ref_narrow(ref_out(r, op, 0), x);
    return true;
}
