/* Operators. Between numbers they are computed at once, in 64-bit integers and
 * doubles. */
#include "frontend/lang/elab.h"

#include <math.h>

static Value too_large(Elab *e, const Node *n)
{
    return lang_error(e, n, "%s: the whole number does not fit 64 bits",
                      lang_token_text(n->op));
}

static Value int_power(Elab *e, const Node *n, int64_t x, int64_t y)
{
    int64_t r = 1;
    if (y < 0)
        return value_real(pow((double)x, (double)y));
    while (y > 0) {
        if ((y & 1) && __builtin_mul_overflow(r, x, &r))
            return too_large(e, n);
        y >>= 1;
        if (y && __builtin_mul_overflow(x, x, &x))
            return too_large(e, n);
    }
    return value_int(r);
}

/* Towards minus infinity, as sizes want it: -1 // 2 is -1, -1 % 2 is 1. */
static Value int_divide(Elab *e, const Node *n, TokenKind op, int64_t x, int64_t y)
{
    if (y == 0)
        return lang_error(e, n, "%s: division by zero", lang_token_text(op));
    if (x == INT64_MIN && y == -1)
        return too_large(e, n);
    int64_t q = x / y, r = x % y;
    if (r && (r < 0) != (y < 0)) {
        q--;
        r += y;
    }
    return value_int(op == TOKEN_QUOTIENT ? q : r);
}

static Value range_value(Elab *e, const Node *n, int64_t from, int64_t to)
{
    int64_t count;
    if (__builtin_sub_overflow(to, from, &count) || count > LANG_MAX_LOOP)
        return lang_error(e, n, "the range %s..%s has more than %d numbers",
                          lang_show(e, value_int(from)), lang_show(e, value_int(to)),
                          LANG_MAX_LOOP);
    Value v = lang_list(e, count > 0 ? (size_t)count : 0);
    for (int64_t i = 0; i < count; i++)
        v.list.items[i] = value_int(from + i);
    return v;
}

static Value ints(Elab *e, const Node *n, TokenKind op, int64_t x, int64_t y)
{
    int64_t r;
    bool over;
    switch (op) {
    case TOKEN_PLUS: over = __builtin_add_overflow(x, y, &r); break;
    case TOKEN_MINUS: over = __builtin_sub_overflow(x, y, &r); break;
    case TOKEN_STAR: over = __builtin_mul_overflow(x, y, &r); break;
    case TOKEN_QUOTIENT:
    case TOKEN_PERCENT: return int_divide(e, n, op, x, y);
    case TOKEN_POWER: return int_power(e, n, x, y);
    case TOKEN_RANGE: return range_value(e, n, x, y);
    case TOKEN_SLASH:
        return y ? value_real((double)x / (double)y)
                 : lang_error(e, n, "/: division by zero");
    case TOKEN_EQ: return value_bool(x == y);
    case TOKEN_NE: return value_bool(x != y);
    case TOKEN_LT: return value_bool(x < y);
    case TOKEN_LE: return value_bool(x <= y);
    case TOKEN_GT: return value_bool(x > y);
    case TOKEN_GE: return value_bool(x >= y);
    default:
        return lang_error(e, n, "%s does not take whole numbers", lang_token_text(op));
    }
    return over ? too_large(e, n) : value_int(r);
}

static Value real_divide(Elab *e, const Node *n, TokenKind op, double x, double y)
{
    if (y == 0)
        return lang_error(e, n, "%s: division by zero", lang_token_text(op));
    double floored = floor(x / y);
    return value_real(op == TOKEN_SLASH      ? x / y
                      : op == TOKEN_QUOTIENT ? floored
                                             : x - y * floored);
}

static Value reals(Elab *e, const Node *n, TokenKind op, double x, double y)
{
    switch (op) {
    case TOKEN_PLUS: return value_real(x + y);
    case TOKEN_MINUS: return value_real(x - y);
    case TOKEN_STAR: return value_real(x * y);
    case TOKEN_SLASH:
    case TOKEN_QUOTIENT:
    case TOKEN_PERCENT: return real_divide(e, n, op, x, y);
    case TOKEN_POWER: return value_real(pow(x, y));
    case TOKEN_EQ: return value_bool(x == y);
    case TOKEN_NE: return value_bool(x != y);
    case TOKEN_LT: return value_bool(x < y);
    case TOKEN_LE: return value_bool(x <= y);
    case TOKEN_GT: return value_bool(x > y);
    case TOKEN_GE: return value_bool(x >= y);
    default:
        return lang_error(e, n, "%s does not take %g and %g", lang_token_text(op), x, y);
    }
}

/* x ** y: small whole powers are products, a half is a root. */
static Value power(Elab *e, const Node *n, Value x, Value y)
{
    bool whole = y.kind == V_INT || (y.kind == V_REAL && y.real == floor(y.real));
    if (x.kind == V_TENSOR && whole && value_number(y) >= 1 && value_number(y) <= 4) {
        Value r = x, square = x;
        int k = (int)value_number(y);
        if (k >= 2)
            r = square = lang_binary(e, n, OP_multiply, x, x);
        if (k == 3)
            r = lang_binary(e, n, OP_multiply, square, x);
        if (k == 4)
            r = lang_binary(e, n, OP_multiply, square, square);
        return r;
    }
    if (x.kind == V_TENSOR && y.kind == V_REAL && y.real == 0.5)
        return lang_unary(e, n, OP_sqrt, x);
    return lang_binary(e, n, OP_power, x, y);
}

static bool is_int_tensor(Value v)
{
    return v.kind == V_TENSOR && !dtype_is_float(v.tensor->type->elem);
}

static bool is_unsigned(Value v)
{
    return dtype_kind(v.tensor->type->elem) == DTYPE_UNSIGNED;
}

/* Where a remainder is not on the side of its divisor: the quotient was rounded
 * upwards. */
static Value rounded_up(Elab *e, const Node *n, Value r, Value y)
{
    Value zero = value_int(0);
    if (value_is_number(y))
        return lang_compare(e, n, value_number(y) < 0 ? IR_GT : IR_LT, r, zero);
    Value sides_differ = lang_compare(e, n, IR_NE, lang_compare(e, n, IR_LT, r, zero),
                                      lang_compare(e, n, IR_LT, y, zero));
    return lang_binary(e, n, OP_and, lang_compare(e, n, IR_NE, r, zero), sides_differ);
}

/* x % y is on the side of y, as between numbers. */
static Value remainder_of(Elab *e, const Node *n, Value x, Value y)
{
    Value r = lang_binary(e, n, OP_remainder, x, y);
    if (r.kind == V_ERROR || is_unsigned(r))
        return r;
    return lang_select(e, n, rounded_up(e, n, r, y), lang_binary(e, n, OP_add, r, y), r);
}

static Value quotient(Elab *e, const Node *n, Value x, Value y)
{
    Value q = lang_binary(e, n, OP_divide, x, y);
    if (q.kind == V_ERROR || is_unsigned(q))
        return q;
    if (!is_int_tensor(q))
        return lang_unary(e, n, OP_floor, q);
    Value up = rounded_up(e, n, lang_binary(e, n, OP_remainder, x, y), y);
    return lang_select(e, n, up, lang_binary(e, n, OP_subtract, q, value_int(1)), q);
}

/* `/` of whole numbers is not whole: they become f32. */
static Value divide(Elab *e, const Node *n, Value x, Value y)
{
    lang_at(e, n);
    if (is_int_tensor(x) && (is_int_tensor(y) || value_is_number(y)))
        x = value_tensor(ir_convert(&e->b, x.tensor, DTYPE_f32));
    else if (is_int_tensor(y) && value_is_number(x))
        y = value_tensor(ir_convert(&e->b, y.tensor, DTYPE_f32));
    return lang_binary(e, n, OP_divide, x, y);
}

static bool conditions(Elab *e, const Node *n, Value x, Value y)
{
    Value both[] = {x, y};
    for (int i = 0; i < 2; i++)
        if (both[i].kind != V_BOOL &&
            !(both[i].kind == V_TENSOR && both[i].tensor->type->elem == DTYPE_i1)) {
            lang_error(e, n, "found %s, wanted conditions around `%s`",
                       lang_show(e, both[i]), lang_token_text(n->op));
            return false;
        }
    return true;
}

static Value tensors(Elab *e, const Node *n, TokenKind op, Value x, Value y)
{
    switch (op) {
    case TOKEN_PLUS: return lang_binary(e, n, OP_add, x, y);
    case TOKEN_MINUS: return lang_binary(e, n, OP_subtract, x, y);
    case TOKEN_STAR: return lang_binary(e, n, OP_multiply, x, y);
    case TOKEN_SLASH: return divide(e, n, x, y);
    case TOKEN_QUOTIENT: return quotient(e, n, x, y);
    case TOKEN_PERCENT: return remainder_of(e, n, x, y);
    case TOKEN_POWER: return power(e, n, x, y);
    case TOKEN_AT: return lang_matmul(e, n, x, y);
    case TOKEN_EQ: return lang_compare(e, n, IR_EQ, x, y);
    case TOKEN_NE: return lang_compare(e, n, IR_NE, x, y);
    case TOKEN_LT: return lang_compare(e, n, IR_LT, x, y);
    case TOKEN_LE: return lang_compare(e, n, IR_LE, x, y);
    case TOKEN_GT: return lang_compare(e, n, IR_GT, x, y);
    case TOKEN_GE: return lang_compare(e, n, IR_GE, x, y);
    case TOKEN_AND:
    case TOKEN_OR:
        return conditions(e, n, x, y)
                   ? lang_binary(e, n, op == TOKEN_AND ? OP_and : OP_or, x, y)
                   : value_error();
    default:
        return lang_error(e, n, "%s does not take %s and %s", lang_token_text(op),
                          lang_show(e, x), lang_show(e, y));
    }
}

static Value joined(Elab *e, const Node *n, Value x, Value y)
{
    Value v = lang_list(e, x.list.count + y.list.count);
    for (size_t i = 0; i < v.list.count; i++)
        v.list.items[i] =
            i < x.list.count ? x.list.items[i] : y.list.items[i - x.list.count];
    return lang_filled(e, n, v);
}

static bool known(Value v) { return v.kind != V_TENSOR && v.kind != V_NONE; }

Value lang_operator(Elab *e, const Node *n, TokenKind op, Value x, Value y)
{
    if (x.kind == V_ERROR || y.kind == V_ERROR)
        return value_error();
    if (x.kind == V_INT && y.kind == V_INT)
        return ints(e, n, op, x.integer, y.integer);
    if (value_is_number(x) && value_is_number(y))
        return reals(e, n, op, value_number(x), value_number(y));
    if (op == TOKEN_PLUS && x.kind == V_LIST && y.kind == V_LIST) {
        if (x.list.count + y.list.count > LANG_MAX_LOOP)
            return lang_error(e, n, "the list is longer than %d", LANG_MAX_LOOP);
        return joined(e, n, x, y);
    }
    if (x.kind == V_LIST && !lang_work(e, n, x.list.held / LANG_ITEMS))
        return value_error();
    if (known(x) && known(y) && (op == TOKEN_EQ || op == TOKEN_NE))
        return value_bool(lang_same_value(x, y) == (op == TOKEN_EQ));
    if (x.kind == V_BOOL && y.kind == V_BOOL && (op == TOKEN_AND || op == TOKEN_OR))
        return value_bool(op == TOKEN_AND ? x.integer && y.integer
                                          : x.integer || y.integer);
    return tensors(e, n, op, x, y);
}

/* ------------------------------------------------------------------------------ a @ b */

static Value inner_sizes_differ(Elab *e, const Node *n, Value x, Value y)
{
    return lang_error(e, n, "@: inner sizes differ: %s @ %s", lang_show(e, x),
                      lang_show(e, y));
}

/* [..., M, K] @ [K, N] contracts without batches; two tensors of higher rank must have
 * the same leading sizes, which are batches. A vector has no M (or no N). */
Value lang_matmul(Elab *e, const Node *n, Value x, Value y)
{
    if (x.kind != V_TENSOR || y.kind != V_TENSOR || !x.tensor->type->rank ||
        !y.tensor->type->rank)
        return lang_error(e, n, "@: found %s and %s, wanted tensors with dimensions",
                          lang_show(e, x), lang_show(e, y));
    IrType a = x.tensor->type, b = y.tensor->type;
    int k = b->rank > 1 ? b->rank - 2 : 0, batch = b->rank > 2 ? b->rank - 2 : 0;
    if (a->elem != b->elem || !dtype_is_float(a->elem))
        return lang_error(e, n, "@: element types %s and %s: wanted the same float type",
                          lang_show(e, x), lang_show(e, y));
    if (a->dims[a->rank - 1] != b->dims[k])
        return inner_sizes_differ(e, n, x, y);
    IrDotDims d = {.batch = (size_t)batch,
                   .contract = 1,
                   .lhs_contract = {a->rank - 1},
                   .rhs_contract = {k}};
    if (batch && a->rank != b->rank)
        return lang_error(e, n, "@: leading sizes differ: %s @ %s", lang_show(e, x),
                          lang_show(e, y));
    int64_t dims[2 * IR_MAX_RANK];
    int rank = 0;
    for (int i = 0; i < a->rank - 1; i++)
        dims[rank++] = a->dims[i];
    if (b->rank > 1)
        dims[rank++] = b->dims[b->rank - 1];
    for (int i = 0; i < batch; i++) {
        d.lhs_batch[i] = d.rhs_batch[i] = i;
        if (a->dims[i] != b->dims[i])
            return lang_error(e, n, "@: leading sizes differ: %s @ %s", lang_show(e, x),
                              lang_show(e, y));
    }
    if (!lang_dims_ok(e, n, a->elem, rank, dims))
        return value_error();
    lang_at(e, n);
    return value_tensor(ir_dot_general(&e->b, x.tensor, y.tensor, &d));
}
