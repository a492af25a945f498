/* Conversions. Truths are 0 and 1 as scalars, 0 and -1 as lanes. Float to integer: out
 * of range gives the nearest integer there is and NaN gives 0, as the LLVM backend has
 * it. */
#include "backends/c/emit.h"

#include <string.h>

static const CElem f64 = {"f64", "double", 64, true, false};

static bool is_mask(CElem t) { return strcmp(t.name, "mask") == 0; }

static bool is_truth(CElem t) { return t.bits == 1 || is_mask(t); }

/* -------------------------------------------------------------------------- formulas */

/* A number of type `from` as C takes it for signed or unsigned. */
static CText as_number(CEmit *e, CElem from, bool sign, CText x)
{
    if (is_mask(from))
        return sign ? x : (CText){c_format(e, "%s & 1", c_bound(e, x, C_PREFIX)), C_BITS};
    if (from.bits == 1)
        return sign ? (CText){c_format(e, "-%s", c_bound(e, x, C_ATOM)), C_PREFIX} : x;
    if (from.is_float || (from.is_index && sign))
        return x;
    return sign            ? c_cast(e, c_signed(from).type, x)
           : from.is_index ? c_cast(e, "uint64_t", x)
                           : x;
}

static CText to_type(CEmit *e, CElem to, CText x)
{
    if (!is_truth(to))
        return c_cast(e, to.type, x);
    const char *bit = c_format(e, "%s & 1", c_bound(e, x, C_PREFIX));
    return is_mask(to) ? (CText){c_format(e, "-(int32_t)(%s)", bit), C_PREFIX}
                       : (CText){c_format(e, "(%s) != 0", bit), C_BITS};
}

/* The same for vectors of GNU C. */
static const char *whole(CEmit *e, CElem from, CElem to, bool sign, unsigned lanes)
{
    const char *type = c_vector(e, to, lanes);
    if (is_mask(to))
        return c_format(e, "-__builtin_convertvector(a & 1, %s)", type);
    if (is_mask(from) && !sign)
        return c_format(e, "__builtin_convertvector(a & 1, %s)", type);
    if (from.is_float || !sign)
        return c_format(e, "__builtin_convertvector(a, %s)", type);
    const char *taken = c_format(e, "(%s)a", c_vector(e, c_signed(from), lanes));
    if (to.is_float)
        return c_format(e, "__builtin_convertvector(%s, %s)", taken, type);
    return c_format(e, "(%s)__builtin_convertvector(%s, %s)", type, taken,
                    c_vector(e, c_signed(to), lanes));
}

/* f64x4_of_i32x4, declared. */
static const char *vector_function(CEmit *e, CElem from, CElem to, bool sign,
                                   unsigned lanes)
{
    CElem named = sign && !from.is_float && !is_mask(from) ? c_signed(from) : from;
    const char *in = c_vector(e, from, lanes), *out = c_vector(e, to, lanes);
    const char *name = c_format(e, "%s_of_%s%s", out, c_vector_name(e, named, lanes),
                                is_mask(from) && sign ? "_signed" : "");
    if (!c_is_new(e, name))
        return name;
    CText lane = to_type(e, to, as_number(e, from, sign, c_atom("LANE(a, i)")));
    const char *all = whole(e, from, to, sign, lanes);
    c_add_helper(e, lanes, "%s %s(%s a)\n{\n    EITHER(%s, %u, %s, %s);\n}\n\n", out,
                 name, in, out, lanes, all, lane.text);
    return name;
}

static CText convert(CEmit *e, CElem from, CElem to, bool sign, unsigned lanes, CText x)
{
    if (strcmp(from.name, to.name) == 0)
        return x;
    if (lanes > 1)
        return c_atom(
            c_format(e, "%s(%s)", vector_function(e, from, to, sign, lanes), x.text));
    if (sign && !from.is_float && strcmp(c_signed(from).type, to.type) == 0)
        return as_number(e, from, sign, x);
    return to_type(e, to, as_number(e, from, sign, x));
}

static CText halve(CEmit *e, CText x, IrType to)
{
    const char *key = to->elem == DTYPE_f16 ? "f16_of_f64" : "bf16_of_f64";
    return c_atom(
        c_format(e, "%s(%s)", c_helper(e, key, c_elem(to), c_lanes(to)), x.text));
}

/* ----------------------------------------------------------------------------- rules */

void c_resize_int(CEmit *e, const IrOp *op, const CRule *rule)
{
    const IrValue *from = ir_operand(op, 0), *to = ir_result(op, 0);
    c_define(e, op,
             convert(e, c_value_elem(e, from), c_value_elem(e, to), rule->flags & C_SIGNED,
                     c_lanes(from->type), c_operand(e, op, 0)));
}

void c_extend_float(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType from = ir_operand(op, 0)->type, to = ir_result(op, 0)->type;
    c_define(e, op,
             convert(e, c_wide_elem(from), c_elem(to), true, c_lanes(from),
                     c_wide_operand(e, op, 0)));
}

void c_truncate_float(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType from = ir_operand(op, 0)->type, to = ir_result(op, 0)->type;
    CText x = c_wide_operand(e, op, 0);
    if (from->elem != DTYPE_f64)
        c_define_narrow(e, op, x);
    else
        c_define(e, op,
                 c_is_half(to) ? halve(e, x, to)
                               : convert(e, f64, c_elem(to), true, c_lanes(to), x));
}

/* A half is reached through f64, which holds integers up to 2^53. */
void c_int_to_float(CEmit *e, const IrOp *op, const CRule *rule)
{
    IrType from = ir_operand(op, 0)->type, to = ir_result(op, 0)->type;
    CElem via = c_is_half(to) ? f64 : c_elem(to);
    CText x = convert(e, c_elem(from), via, rule->flags & C_SIGNED, c_lanes(from),
                      c_operand(e, op, 0));
    c_define(e, op, c_is_half(to) ? halve(e, x, to) : x);
}

/* i32_of_f32: the scalar function, declared. */
static const char *saturating(CEmit *e, CElem from, CElem to, bool sign)
{
    unsigned bits = to.bits == 1 ? 8 : to.bits;
    CElem number = sign ? c_signed(to) : to;
    const char *name = c_format(e, "%s_of_%s", number.name, from.name);
    if (!c_is_new(e, name))
        return name;
    const char *f = from.bits == 32 ? "f" : "";
    uint64_t least = sign ? UINT64_C(1) << (bits - 1) : 0;
    uint64_t most = UINT64_MAX >> (sign ? 65 - bits : 64 - bits);
    const char *low =
        sign ? c_format(e, "-0x1p%u%s", bits - 1, f) : c_format(e, "0.0%s", f);
    c_add_helper(e, 1,
                 "%s %s(%s a)\n{\n"
                 "    if (a != a) /* NaN */\n"
                 "        return 0;\n"
                 "    return a <= %s ? %s : a >= 0x1p%u%s ? %s : (%s)(%s)a;\n}\n\n",
                 to.type, name, from.type, low, c_int_literal(e, to, (int64_t)least).text,
                 sign ? bits - 1 : bits, f, c_int_literal(e, to, (int64_t)most).text,
                 to.type, number.type);
    return name;
}

/* A formula that calls it serves vectors, too. */
void c_float_to_int(CEmit *e, const IrOp *op, const CRule *rule)
{
    IrType from = ir_operand(op, 0)->type, to = ir_result(op, 0)->type;
    CElem in = c_wide_elem(from), out = c_elem(to);
    unsigned lanes = c_lanes(from);
    CText x = c_wide_operand(e, op, 0);
    if (is_truth(out)) {
        c_fail(e, op, "unsupported: a float as a truth");
        return;
    }
    const char *scalar = saturating(e, in, out, rule->flags & C_SIGNED);
    CRule call = {NULL, c_format(e, "to_%s", scalar), c_format(e, "%s($a)", scalar),
                  C_ATOM, 0};
    const char *f = lanes > 1 ? c_lanewise(e, &call, in, out, lanes, 1) : scalar;
    c_define(e, op, c_atom(c_format(e, "%s(%s)", f, x.text)));
}

void c_bitcast(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType from = ir_operand(op, 0)->type, to = ir_result(op, 0)->type;
    CElem in = c_elem(from), out = c_elem(to);
    CText x = c_operand(e, op, 0);
    if (in.is_float == out.is_float)
        c_define(e, op, x);
    else
        c_define(e, op,
                 c_atom(c_format(e, "%s(%s)",
                                 in.is_float ? c_helper(e, "bits", in, c_lanes(from))
                                             : c_helper(e, "of_bits", out, c_lanes(to)),
                                 x.text)));
}
