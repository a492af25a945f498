/* Shape rules of ops that work on one element at a time. */
#include "ir/infer.h"

#include <stdio.h>
#include <string.h>

enum {
    FLOAT = 1 << DTYPE_FLOAT,
    BOOL = 1 << DTYPE_BOOL,
    SIGNED = 1 << DTYPE_SIGNED,
    UNSIGNED = 1 << DTYPE_UNSIGNED,
    INT = SIGNED | UNSIGNED,
    BITS = BOOL | INT,
    NUMBER = INT | FLOAT,
    ANY = BOOL | NUMBER
};

/* The elements that each op of one or two operands takes. */
static const unsigned char takes[OP_COUNT] = {
    [OP_abs] = SIGNED | FLOAT,
    [OP_cbrt] = FLOAT,
    [OP_ceil] = FLOAT,
    [OP_count_leading_zeros] = INT,
    [OP_cosine] = FLOAT,
    [OP_erf] = FLOAT,
    [OP_exponential] = FLOAT,
    [OP_exponential_minus_one] = FLOAT,
    [OP_floor] = FLOAT,
    [OP_log] = FLOAT,
    [OP_log_plus_one] = FLOAT,
    [OP_logistic] = FLOAT,
    [OP_negate] = NUMBER,
    [OP_not] = BITS,
    [OP_popcnt] = INT,
    [OP_round_nearest_afz] = FLOAT,
    [OP_round_nearest_even] = FLOAT,
    [OP_rsqrt] = FLOAT,
    [OP_sign] = SIGNED | FLOAT,
    [OP_sine] = FLOAT,
    [OP_sqrt] = FLOAT,
    [OP_tan] = FLOAT,
    [OP_tanh] = FLOAT,

    [OP_add] = ANY,
    [OP_and] = BITS,
    [OP_atan2] = FLOAT,
    [OP_divide] = NUMBER,
    [OP_maximum] = ANY,
    [OP_minimum] = ANY,
    [OP_multiply] = ANY,
    [OP_or] = BITS,
    [OP_power] = NUMBER,
    [OP_remainder] = NUMBER,
    [OP_shift_left] = INT,
    [OP_shift_right_arithmetic] = INT,
    [OP_shift_right_logical] = INT,
    [OP_subtract] = NUMBER,
    [OP_xor] = BITS,
};

static bool elements_fit(const Infer *f, unsigned kinds)
{
    static const struct {
        unsigned kind;
        const char *name;
    } names[] = {{FLOAT, "floats"},
                 {BOOL, "i1"},
                 {SIGNED, "signed integers"},
                 {UNSIGNED, "unsigned integers"}};
    if (kinds >> dtype_kind(infer_in(f, 0)->elem) & 1)
        return true;
    char wanted[80] = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (kinds & names[i].kind) {
            size_t n = strlen(wanted);
            snprintf(wanted + n, sizeof wanted - n, "%s%s", n ? " or " : "",
                     names[i].name);
        }
    return infer_fail(f, "takes %s, not %s", wanted, infer_str(f, infer_in(f, 0)));
}

static bool operands_differ(const Infer *f, uint32_t a, uint32_t b)
{
    return infer_fail(f, "types of operands differ: %s x %s",
                      infer_str(f, infer_in(f, a)), infer_str(f, infer_in(f, b)));
}

/* t -> t.  C1 t has elements that the op takes. */
bool infer_unary(const Infer *f)
{
    f->types[0] = infer_in(f, 0);
    return elements_fit(f, takes[f->op->kind]); /* C1 */
}

/* t, t -> t.  C1 t has elements that the op takes.  C2 equal types. */
bool infer_binary(const Infer *f)
{
    f->types[0] = infer_in(f, 0);
    if (infer_in(f, 0) != infer_in(f, 1)) /* C2 */
        return operands_differ(f, 0, 1);
    return elements_fit(f, takes[f->op->kind]); /* C1 */
}

/* The kind of comparison that goes with elements: SIGNED for i32, ... */
static bool compare_type_fits(const char *type, DtypeKind kind)
{
    if (!strcmp(type, "NOTYPE"))
        return true;
    switch (kind) {
    case DTYPE_FLOAT: return !strcmp(type, "FLOAT") || !strcmp(type, "TOTALORDER");
    case DTYPE_SIGNED: return !strcmp(type, "SIGNED");
    default: return !strcmp(type, "UNSIGNED");
    }
}

/* compare: t, t -> i1 in t's shape.  C1 equal types.  C2 comparison_direction is one of
 * six.
 * C3 compare_type, if there, goes with t. */
bool infer_compare(const Infer *f)
{
    static const char *const directions[] = {"EQ", "NE", "GE", "GT", "LE", "LT", NULL};
    static const char *const kinds[] = {"NOTYPE", "FLOAT",    "TOTALORDER",
                                        "SIGNED", "UNSIGNED", NULL};
    IrType t = infer_in(f, 0);
    const char *direction, *kind;
    if (t != infer_in(f, 1)) /* C1 */
        return operands_differ(f, 0, 1);
    if (!infer_optional_enum(f, "comparison_direction", directions,
                             &direction) ||                    /* C2 */
        !infer_optional_enum(f, "compare_type", kinds, &kind)) /* C3 */
        return false;
    if (!direction) /* C2 */
        return infer_fail(f, "attribute comparison_direction is missing");
    if (kind && !compare_type_fits(kind, dtype_kind(t->elem))) /* C3 */
        return infer_fail(f, "compare_type %s does not go with %s", kind,
                          infer_str(f, t));
    return infer_result(f, 0, DTYPE_i1, t->rank, t->dims);
}

/* select: p, t, t -> t.  C1 equal types of the two values.  C2 p is i1, and a scalar or
 * of t's shape. */
bool infer_select(const Infer *f)
{
    IrType p = infer_in(f, 0), t = infer_in(f, 1);
    if (t != infer_in(f, 2)) /* C1 */
        return operands_differ(f, 1, 2);
    if (p->elem != DTYPE_i1 || (p->rank && !infer_same_dims(p, t))) /* C2 */
        return infer_fail(
            f, "the predicate must be i1, a scalar or of the values' shape: %s x %s",
            infer_str(f, p), infer_str(f, t));
    f->types[0] = t;
    return true;
}

/* clamp: lo, t, hi -> t.  C1 lo is a scalar of t's elements or of t's type.  C2 so is hi.
 * */
bool infer_clamp(const Infer *f)
{
    IrType t = infer_in(f, 1);
    for (uint32_t i = 0; i <= 2; i += 2)
        if (infer_in(f, i) != t && !infer_is_scalar(infer_in(f, i), t->elem)) /* C1, C2 */
            return infer_fail(
                f, "the %s bound must be a scalar or of the operand's type: %s x %s",
                i ? "upper" : "lower", infer_str(f, infer_in(f, i)), infer_str(f, t));
    f->types[0] = t;
    return true;
}

/* The result's type is given; its shape is the operand's. */
static bool own_elements(const Infer *f)
{
    if (!infer_own(f, 0))
        return false;
    return infer_same_dims(f->types[0], infer_in(f, 0)) ||
           infer_fail(f, "shapes of operand and result differ: %s -> %s",
                      infer_str(f, infer_in(f, 0)), infer_str(f, f->types[0]));
}

/* convert.  C1 equal shapes. */
bool infer_convert(const Infer *f) { return own_elements(f); /* C1 */ }

/* bitcast_convert.  C1 equal shapes.  C2 elements of equal size. */
bool infer_bitcast_convert(const Infer *f)
{
    if (!infer_own(f, 0))
        return false;
    Dtype from = infer_in(f, 0)->elem, to = f->types[0]->elem;
    if (dtype_bits(from) != dtype_bits(to)) /* C2 */
        return infer_unsupported(f, "elements of different sizes: %s and %s",
                                 dtype_name(from), dtype_name(to));
    return own_elements(f); /* C1 */
}

/* is_finite: t -> i1 in t's shape.  C1 t has floats. */
bool infer_is_finite(const Infer *f)
{
    IrType t = infer_in(f, 0);
    return elements_fit(f, FLOAT) && /* C1 */
           infer_result(f, 0, DTYPE_i1, t->rank, t->dims);
}

/* reduce_precision: t -> t.  C1 t has floats.  C2 1 <= exponent_bits.  C3 0 <=
 * mantissa_bits. */
bool infer_reduce_precision(const Infer *f)
{
    int64_t exponent, mantissa;
    f->types[0] = infer_in(f, 0);
    if (!elements_fit(f, FLOAT) || /* C1 */
        !infer_int(f, "exponent_bits", &exponent) ||
        !infer_int(f, "mantissa_bits", &mantissa))
        return false;
    if (exponent < 1) /* C2 */
        return infer_fail(f, "exponent_bits is %lld, but must be at least 1",
                          (long long)exponent);
    if (mantissa < 0) /* C3 */
        return infer_fail(f, "mantissa_bits is %lld, but must be at least 0",
                          (long long)mantissa);
    return true;
}
