/* Elementwise ops with types of their own: conversions, comparisons, choices. */
#include "backends/ref/eval.h"

#include <assert.h>
#include <math.h>
#include <string.h>

bool ref_convert(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    RefTensor *y = ref_out(r, op, 0);
    ref_convert_elements(x->type->elem, x->data, y->type->elem, y->data,
                         ir_elements(x->type));
    return true;
}

/* Elements are little-endian and row-major, so types of different sizes need nothing
 * more. */
bool ref_bitcast_convert(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    memcpy(ref_out(r, op, 0)->data, x->data, (size_t)ir_bytes(x->type));
    return true;
}

bool ref_is_finite(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    const RefWide *v = ref_wide(r, x);
    uint8_t *out = ref_out(r, op, 0)->data;
    for (int64_t i = 0; i < ir_elements(x->type); i++)
        out[i] = isfinite(v[i].f);
    return true;
}

/* ------------------------------------------------------------------- reduce_precision */

/* A format of floats: sign, exponent, mantissa (its leading 1 is not stored). */
typedef struct Format {
    unsigned exponent, mantissa;
} Format;

static Format format_of(Dtype t)
{
    switch (t) {
    case DTYPE_f32: return (Format){8, 23};
    case DTYPE_f64: return (Format){11, 52};
    case DTYPE_bf16: return (Format){8, 7};
    default: return (Format){5, 10};
    }
}

/* The mantissa to nearest, ties to even; then exponents too large give infinity, and
 * those of numbers that would not be normal give 0. `bits` is a magnitude, not NaN. */
static uint64_t round_magnitude(uint64_t bits, Format from, Format to)
{
    if (to.mantissa < from.mantissa) {
        unsigned cut = from.mantissa - to.mantissa;
        bits += ((uint64_t)1 << (cut - 1)) - 1 + (bits >> cut & 1);
        bits &= ~(((uint64_t)1 << cut) - 1);
    }
    if (to.exponent < from.exponent) {
        uint64_t bias = ((uint64_t)1 << (from.exponent - 1)) - 1;
        uint64_t range = ((uint64_t)1 << (to.exponent - 1)) - 1;
        uint64_t exponent = bits >> from.mantissa;
        if (exponent > bias + range)
            return (((uint64_t)1 << from.exponent) - 1) << from.mantissa;
        if (exponent <= bias - range)
            return 0;
    }
    return bits;
}

bool ref_reduce_precision(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    RefTensor *y = ref_out(r, op, 0);
    Format from = format_of(x->type->elem);
    Format to = {(unsigned)ir_op_int(op, "exponent_bits"),
                 (unsigned)ir_op_int(op, "mantissa_bits")};
    size_t size = dtype_bytes(x->type->elem);
    uint64_t sign = (uint64_t)1 << (from.exponent + from.mantissa);
    uint64_t infinity = sign - ((uint64_t)1 << from.mantissa);
    for (int64_t i = 0; i < ir_elements(x->type); i++) {
        uint64_t bits = 0;
        memcpy(&bits, (const char *)x->data + i * (int64_t)size, size);
        if ((bits & ~sign) <= infinity)
            bits = (bits & sign) | round_magnitude(bits & ~sign, from, to);
        memcpy((char *)y->data + i * (int64_t)size, &bits, size);
    }
    return true;
}

/* ---------------------------------------------------------------------------- compare */

/* What a comparison finds, and sets of that. */
enum { LESS = 1, EQUAL = 2, GREATER = 4, UNORDERED = 8 };

static unsigned direction_set(const char *direction)
{
    static const struct {
        const char *name;
        unsigned set;
    } directions[] = {
        {"EQ", EQUAL},           {"NE", LESS | GREATER | UNORDERED},
        {"GE", GREATER | EQUAL}, {"GT", GREATER},
        {"LE", LESS | EQUAL},    {"LT", LESS},
    };
    for (size_t i = 0; i < sizeof directions / sizeof *directions; i++)
        if (!strcmp(direction, directions[i].name))
            return directions[i].set;
    assert(!"a verified compare has one of the six directions");
    return 0;
}

static unsigned compare_floats(double a, double b)
{
    return a < b ? LESS : a > b ? GREATER : a == b ? EQUAL : UNORDERED;
}

static unsigned compare_ints(int64_t a, int64_t b, Dtype t)
{
    return a == b ? EQUAL : ref_less(a, b, t) ? LESS : GREATER;
}

/* The bits of floats as signed integers whose order is IEEE 754's total order. */
static RefWide *total_orders(Ref *r, const RefTensor *t)
{
    int64_t n = ir_elements(t->type);
    size_t size = dtype_bytes(t->type->elem);
    RefWide *x = ref_wide_new(r, n);
    for (int64_t i = 0; i < n; i++)
        x[i].i =
            ref_total_order(t->type->elem, (const char *)t->data + i * (int64_t)size);
    return x;
}

bool ref_compare(Ref *r, const IrOp *op)
{
    const RefTensor *a = ref_in(r, op, 0), *b = ref_in(r, op, 1);
    uint8_t *out = ref_out(r, op, 0)->data;
    unsigned wanted = direction_set(ir_op_string(op, "comparison_direction"));
    bool floats = dtype_is_float(a->type->elem);
    bool total = floats && ir_op_attr(op, "compare_type") &&
                 !strcmp(ir_op_string(op, "compare_type"), "TOTALORDER");
    const RefWide *x = total ? total_orders(r, a) : ref_wide(r, a);
    const RefWide *y = total ? total_orders(r, b) : ref_wide(r, b);
    Dtype t = total ? DTYPE_i64 : a->type->elem;
    for (int64_t i = 0; i < ir_elements(a->type); i++)
        out[i] = (wanted & (floats && !total ? compare_floats(x[i].f, y[i].f)
                                             : compare_ints(x[i].i, y[i].i, t))) != 0;
    return true;
}

/* ---------------------------------------------------------------------- select, clamp */

bool ref_select(Ref *r, const IrOp *op)
{
    const RefTensor *p = ref_in(r, op, 0), *a = ref_in(r, op, 1), *b = ref_in(r, op, 2);
    char *out = ref_out(r, op, 0)->data;
    const uint8_t *choice = p->data;
    int64_t size = (int64_t)dtype_bytes(a->type->elem), step = p->type->rank > 0;
    for (int64_t i = 0; i < ir_elements(a->type); i++) {
        const RefTensor *chosen = choice[i * step] ? a : b;
        memcpy(out + i * size, (const char *)chosen->data + i * size, (size_t)size);
    }
    return true;
}

bool ref_clamp(Ref *r, const IrOp *op)
{
    const RefTensor *lo = ref_in(r, op, 0), *x = ref_in(r, op, 1), *hi = ref_in(r, op, 2);
    const RefBinary *greater = ref_binary_of(OP_maximum),
                    *lesser = ref_binary_of(OP_minimum);
    int64_t lo_step = lo->type->rank > 0, hi_step = hi->type->rank > 0;
    const RefWide *low = ref_wide(r, lo), *high = ref_wide(r, hi);
    RefWide *v = ref_wide(r, x);
    Dtype t = x->type->elem;
    for (int64_t i = 0; i < ir_elements(x->type); i++)
        v[i] = ref_apply(lesser, t, ref_apply(greater, t, v[i], low[i * lo_step]),
                         high[i * hi_step]);
    ref_narrow(ref_out(r, op, 0), v);
    return true;
}
