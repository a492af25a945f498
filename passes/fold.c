/* Computes ops on constants now.
 *
 *     %a = constant dense<2.0> : tensor<f32>      %c = constant dense<6.0> : tensor<f32>
 *     %b = constant dense<3.0> : tensor<f32>
 *     %c = multiply %a, %b : tensor<f32>
 *
 * Only elementwise ops whose result has one definition (exact ones: + - * / sqrt and
 * so on, but no exp) and ops that move elements. An op on splats gives a splat,
 * however large; other constants are computed up to LIMIT elements, and never into a
 * larger one than the op's operands hold together: a broadcast row stays a broadcast.
 *
 * Needs: a verified graph.  Keeps: places. */
#include "ir/build.h"
#include "passes/pass.h"

#include <math.h>
#include <string.h>

enum { LIMIT = 65536 };

static IrAttr constant_of(const IrValue *v)
{
    return ir_is(v, OP_constant) ? ir_op_attr(v->op, "value") : NULL;
}

/* ------------------------------------------------------------------------ one element */

/* f for floats, i for integers. Floats are computed in double and rounded once, which
 * gives what computing in the type itself gives. */
typedef struct Number {
    double f;
    int64_t i;
} Number;

static bool set_f(Number *out, double f)
{
    out->f = f;
    return true;
}

static bool set_i(Number *out, int64_t i)
{
    out->i = i;
    return true;
}

static double float_sign(double a) { return a > 0 ? 1 : a < 0 ? -1 : a; }

/* NaN if either is; -0 is less than 0. */
static double float_extreme(double a, double b, bool greatest)
{
    if (isnan(a) || isnan(b))
        return a + b;
    bool first = a == b ? signbit(a) != 0 : a < b; /* a is the lesser */
    return first == greatest ? b : a;
}

static bool fold_floats(IrOpKind kind, double a, double b, Number *out)
{
    switch (kind) {
    case OP_abs: return set_f(out, fabs(a));
    case OP_ceil: return set_f(out, ceil(a));
    case OP_floor: return set_f(out, floor(a));
    case OP_negate: return set_f(out, -a);
    case OP_round_nearest_afz: return set_f(out, round(a));
    case OP_round_nearest_even: return set_f(out, nearbyint(a));
    case OP_sign: return set_f(out, float_sign(a));
    case OP_sqrt: return set_f(out, sqrt(a));
    case OP_add: return set_f(out, a + b);
    case OP_subtract: return set_f(out, a - b);
    case OP_multiply: return set_f(out, a * b);
    case OP_divide: return set_f(out, a / b);
    case OP_remainder: return set_f(out, fmod(a, b));
    case OP_maximum: return set_f(out, float_extreme(a, b, true));
    case OP_minimum: return set_f(out, float_extreme(a, b, false));
    default: return false;
    }
}

static bool int_less(Dtype t, int64_t a, int64_t b)
{
    return dtype_kind(t) == DTYPE_SIGNED ? a < b : (uint64_t)a < (uint64_t)b;
}

/* Quotients by 0 and -1 are left alone. */
static bool fold_division(IrOpKind kind, Dtype t, int64_t a, int64_t b, Number *out)
{
    uint64_t ua = (uint64_t)a, ub = (uint64_t)b;
    if (b == 0 || b == -1)
        return false;
    if (dtype_kind(t) == DTYPE_SIGNED)
        return set_i(out, kind == OP_divide ? a / b : a % b);
    return set_i(out, (int64_t)(kind == OP_divide ? ua / ub : ua % ub));
}

/* Sums and products wrap: the low bits are right for every width. */
static bool fold_ints(IrOpKind kind, Dtype t, int64_t a, int64_t b, Number *out)
{
    uint64_t ua = (uint64_t)a, ub = (uint64_t)b;
    bool is_bool = t == DTYPE_i1;
    switch (kind) {
    case OP_abs: return set_i(out, a < 0 ? (int64_t)-ua : a);
    case OP_negate: return set_i(out, (int64_t)-ua);
    case OP_not: return set_i(out, is_bool ? !a : ~a);
    case OP_sign: return set_i(out, a < 0 ? -1 : a > 0);
    case OP_add: return set_i(out, is_bool ? a | b : (int64_t)(ua + ub));
    case OP_subtract: return set_i(out, (int64_t)(ua - ub));
    case OP_multiply: return set_i(out, (int64_t)(ua * ub));
    case OP_and: return set_i(out, a & b);
    case OP_or: return set_i(out, a | b);
    case OP_xor: return set_i(out, a ^ b);
    case OP_maximum: return set_i(out, int_less(t, a, b) ? b : a);
    case OP_minimum: return set_i(out, int_less(t, a, b) ? a : b);
    case OP_divide:
    case OP_remainder: return fold_division(kind, t, a, b, out);
    default: return false;
    }
}

/* Only what both types hold: the rest is rounding that the backends define. */
static bool fold_convert(Dtype from, Number x, Dtype to, Number *out)
{
    const double exact = 9007199254740992.0; /* 2^53 */
    if (dtype_is_float(from) && dtype_is_float(to))
        return set_f(out, x.f);
    if (!dtype_is_float(from) && !dtype_is_float(to))
        return set_i(out, to == DTYPE_i1 ? x.i != 0 : x.i);
    if (dtype_is_float(to)) {
        int64_t least = dtype_kind(from) == DTYPE_SIGNED ? -(int64_t)exact : 0;
        return x.i >= least && x.i <= (int64_t)exact && set_f(out, (double)x.i);
    }
    unsigned bits = dtype_bits(to) - (dtype_kind(to) == DTYPE_SIGNED);
    bool low = x.f >= (dtype_kind(to) == DTYPE_SIGNED ? -ldexp(1, (int)bits) : 0);
    if (to == DTYPE_i1 || !low || !(x.f < ldexp(1, (int)bits)) || fabs(x.f) > exact)
        return false;
    return set_i(out, (int64_t)x.f);
}

static bool holds(const char *direction, bool less, bool equal, bool greater)
{
    switch (direction[0]) {
    case 'E': return equal;
    case 'N': return !equal;
    case 'L': return less || (direction[1] == 'E' && equal);
    default: return greater || (direction[1] == 'E' && equal);
    }
}

static bool fold_compare(const IrOp *op, Dtype t, Number a, Number b, Number *out)
{
    const char *direction = ir_op_string(op, "comparison_direction");
    bool total = ir_op_attr(op, "compare_type") &&
                 !strcmp(ir_op_string(op, "compare_type"), "TOTALORDER");
    if (dtype_is_float(t))
        return !total && set_i(out, holds(direction, a.f<b.f, a.f == b.f, a.f> b.f));
    return set_i(
        out, holds(direction, int_less(t, a.i, b.i), a.i == b.i, int_less(t, b.i, a.i)));
}

static bool fold_number(const IrOp *op, const Number *in, Number *out)
{
    Dtype t = ir_operand(op, 0)->type->elem;
    Number bounded;
    switch (op->kind) {
    case OP_convert: return fold_convert(t, in[0], op->results[0].type->elem, out);
    case OP_compare: return fold_compare(op, t, in[0], in[1], out);
    case OP_is_finite: return set_i(out, isfinite(in[0].f));
    case OP_select: *out = in[0].i ? in[1] : in[2]; return true;
    case OP_clamp:
        if (dtype_is_float(t))
            return fold_floats(OP_maximum, in[1].f, in[0].f, &bounded) &&
                   fold_floats(OP_minimum, bounded.f, in[2].f, out);
        return fold_ints(OP_maximum, t, in[1].i, in[0].i, &bounded) &&
               fold_ints(OP_minimum, t, bounded.i, in[2].i, out);
    default:
        return dtype_is_float(t) ? fold_floats(op->kind, in[0].f, in[1].f, out)
                                 : fold_ints(op->kind, t, in[0].i, in[1].i, out);
    }
}

/* ------------------------------------------------------------------------ elementwise */

static Number load(IrAttr a, int64_t i)
{
    Dtype t = a->type->elem;
    const void *at = ir_elements_at(a, a->type->rank ? i : 0);
    return dtype_is_float(t) ? (Number){.f = dtype_load(t, at)}
                             : (Number){.i = dtype_load_int(t, at)};
}

static void store(Dtype t, void *at, Number n)
{
    if (dtype_is_float(t))
        dtype_store(t, at, n.f);
    else
        dtype_store_int(t, at, n.i);
}

static bool all_splats(const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!constant_of(ir_operand(op, i))->splat)
            return false;
    return true;
}

static IrAttr fold_elementwise(IrContext *c, const IrOp *op, Arena *a)
{
    IrType t = op->results[0].type;
    size_t size = dtype_bytes(t->elem);
    bool splat = all_splats(op) || !ir_elements(t);
    int64_t count = splat ? 1 : ir_elements(t);
    if (count > LIMIT)
        return NULL;
    char *bytes = arena_alloc(a, (size_t)count * size);
    for (int64_t i = 0; i < count; i++) {
        Number in[3] = {0}, out = {0};
        for (uint32_t k = 0; k < op->operand_count; k++)
            in[k] = load(constant_of(ir_operand(op, k)), i);
        if (!fold_number(op, in, &out))
            return NULL;
        store(t->elem, bytes + (size_t)i * size, out);
    }
    return ir_attr_elements(c, t, bytes, splat);
}

/* -------------------------------------------------------------------- moving elements */

static int64_t flat(IrType t, const int64_t *at)
{
    int64_t i = 0;
    for (int d = 0; d < t->rank; d++)
        i = i * t->dims[d] + at[d];
    return i;
}

/* Each of these turns a position in the result into the one in the operand. */

static void before_broadcast(const IrOp *op, IrType x, int64_t *at)
{
    const int64_t *dims = ir_op_ints(op, "broadcast_dimensions", NULL);
    int64_t result[IR_MAX_RANK];
    memcpy(result, at, sizeof result);
    for (int d = 0; d < x->rank; d++)
        at[d] = x->dims[d] == 1 ? 0 : result[dims[d]];
}

static void before_transpose(const IrOp *op, IrType x, int64_t *at)
{
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    int64_t result[IR_MAX_RANK];
    memcpy(result, at, sizeof result);
    for (int d = 0; d < x->rank; d++)
        at[permutation[d]] = result[d];
}

static void before_reverse(const IrOp *op, IrType x, int64_t *at)
{
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    for (size_t i = 0; i < count; i++)
        at[dims[i]] = x->dims[dims[i]] - 1 - at[dims[i]];
}

static void before_slice(const IrOp *op, IrType x, int64_t *at)
{
    const int64_t *start = ir_op_ints(op, "start_indices", NULL);
    const int64_t *step = ir_op_ints(op, "strides", NULL);
    for (int d = 0; d < x->rank; d++)
        at[d] = start[d] + at[d] * step[d];
}

/* Returns which operand. */
static uint32_t before_concatenate(const IrOp *op, int64_t *at)
{
    int64_t along = ir_op_int(op, "dimension");
    uint32_t k = 0;
    for (; at[along] >= ir_operand(op, k)->type->dims[along]; k++)
        at[along] -= ir_operand(op, k)->type->dims[along];
    return k;
}

/* Returns which operand: 1, the padding, has no position. */
static uint32_t before_pad(const IrOp *op, IrType x, int64_t *at)
{
    const int64_t *low = ir_op_ints(op, "edge_padding_low", NULL);
    const int64_t *interior = ir_op_ints(op, "interior_padding", NULL);
    for (int d = 0; d < x->rank; d++) {
        int64_t p = at[d] - low[d], step = interior[d] + 1;
        if (p < 0 || p % step || p / step >= x->dims[d])
            return 1;
        at[d] = p / step;
    }
    return 0;
}

/* The operand that the result's element at `at` comes from, and where it is in it. */
static uint32_t source_of(const IrOp *op, const int64_t *at, int64_t *index)
{
    IrType x = ir_operand(op, 0)->type;
    int64_t from[IR_MAX_RANK];
    uint32_t k = 0;
    memcpy(from, at, sizeof from);
    switch (op->kind) {
    case OP_reshape: *index = flat(op->results[0].type, at); return 0;
    case OP_broadcast_in_dim: before_broadcast(op, x, from); break;
    case OP_transpose: before_transpose(op, x, from); break;
    case OP_reverse: before_reverse(op, x, from); break;
    case OP_slice: before_slice(op, x, from); break;
    case OP_concatenate: k = before_concatenate(op, from); break;
    default: k = before_pad(op, x, from); break;
    }
    *index = flat(ir_operand(op, k)->type, from);
    return k;
}

/* All operands the same element throughout: so is the result. */
static bool one_splat(const IrOp *op)
{
    IrAttr first = constant_of(ir_operand(op, 0));
    if (!all_splats(op))
        return false;
    for (uint32_t i = 1; i < op->operand_count; i++)
        if (memcmp(constant_of(ir_operand(op, i))->bytes, first->bytes,
                   dtype_bytes(first->type->elem)))
            return false;
    return true;
}

static bool grows(const IrOp *op)
{
    int64_t in = 0, out = ir_elements(op->results[0].type);
    for (uint32_t i = 0; i < op->operand_count; i++) {
        IrAttr a = constant_of(ir_operand(op, i));
        in += a->splat && op->kind != OP_concatenate ? 1 : ir_elements(a->type);
    }
    return out > LIMIT || out > in;
}

static IrAttr fold_move(IrContext *c, const IrOp *op, Arena *a)
{
    IrType t = op->results[0].type;
    size_t size = dtype_bytes(t->elem);
    int64_t at[IR_MAX_RANK] = {0}, index;
    if (!ir_elements(t) || one_splat(op))
        return ir_attr_elements(c, t, constant_of(ir_operand(op, 0))->bytes, true);
    if (grows(op))
        return NULL;
    char *bytes = arena_alloc(a, (size_t)ir_elements(t) * size);
    for (int64_t i = 0; i < ir_elements(t); i++) {
        uint32_t k = source_of(op, at, &index);
        memcpy(bytes + (size_t)i * size,
               ir_elements_at(constant_of(ir_operand(op, k)), index), size);
        for (int d = t->rank - 1; d >= 0 && ++at[d] == t->dims[d]; d--)
            at[d] = 0;
    }
    return ir_attr_elements(c, t, bytes, false);
}

static bool moves(IrOpKind kind)
{
    return kind == OP_reshape || kind == OP_broadcast_in_dim || kind == OP_transpose ||
           kind == OP_reverse || kind == OP_slice || kind == OP_concatenate ||
           kind == OP_pad;
}

/* --------------------------------------------------------------------------- the pass */

static bool of_constants(const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!constant_of(ir_operand(op, i)))
            return false;
    return op->operand_count > 0;
}

static IrAttr fold_op(IrContext *c, const IrOp *op, Arena *a)
{
    bool elementwise = ir_is_elementwise(op->kind);
    if ((!elementwise && !moves(op->kind)) || !of_constants(op))
        return NULL;
    return elementwise ? fold_elementwise(c, op, a) : fold_move(c, op, a);
}

static bool fold_block(IrModule *m, IrBlock *b, Arena *scratch)
{
    bool changed = false;
    for (IrOp *op = b->first, *next; op; op = next) {
        next = op->next;
        IrAttr value = fold_op(m->context, op, scratch);
        if (value) {
            IrBuilder at = ir_builder_before(op);
            ir_replace_uses(ir_result(op, 0), ir_constant(&at, value));
            ir_op_erase(op);
            changed = true;
        }
        arena_reset(scratch);
    }
    return changed;
}

PassResult pass_fold(IrModule *m, PassContext *c)
{
    (void)c;
    bool changed = false;
    Arena *scratch = arena_open();
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (f->kind == OP_func && ir_func_block(f))
            changed |= fold_block(m, ir_func_block(f), scratch);
    arena_close(scratch);
    return changed ? PASS_CHANGED : PASS_UNCHANGED;
}
