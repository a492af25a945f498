/* Values as tensors: constants, broadcasting, element types that meet. */
#include "frontend/lang/elab.h"

#include <string.h>

bool lang_dims_ok(Elab *e, const Node *n, Dtype t, int rank, const int64_t *dims)
{
    for (int i = 0; i < rank; i++)
        if (dims[i] < 0) {
            lang_error(e, n, "a size would be negative: %s",
                       lang_show_dims(e, rank, dims));
            return false;
        }
    if (rank <= IR_MAX_RANK && ir_dims_ok(t, rank, dims))
        return true;
    lang_error(e, n, "the tensor would be too large: %s%s", dtype_name(t),
               lang_show_dims(e, rank < IR_MAX_RANK ? rank : IR_MAX_RANK, dims));
    return false;
}

Value lang_list(Elab *e, size_t count)
{
    Value v = {.kind = V_LIST};
    v.list.items = ARENA_ARRAY(e->arena, Value, count + 1);
    v.list.count = count;
    v.list.held = (int64_t)count;
    return v;
}

Value lang_filled(Elab *e, const Node *n, Value list)
{
    int64_t held = (int64_t)list.list.count;
    for (size_t i = 0; i < list.list.count && held <= LANG_MAX_LOOP; i++)
        if (list.list.items[i].kind == V_LIST)
            held += list.list.items[i].list.held;
    if (held > LANG_MAX_LOOP)
        return lang_error(e, n, "the list holds more than %d values", LANG_MAX_LOOP);
    list.list.held = held;
    return lang_work(e, n, held / LANG_ITEMS) ? list : value_error();
}

Value lang_dims_value(Elab *e, int rank, const int64_t *dims)
{
    Value v = lang_list(e, (size_t)rank);
    for (int i = 0; i < rank; i++)
        v.list.items[i] = value_int(dims[i]);
    return v;
}

bool lang_same_value(Value a, Value b)
{
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case V_NONE: return true;
    case V_INT:
    case V_BOOL: return a.integer == b.integer;
    case V_REAL: return a.real == b.real;
    case V_STRING: return !strcmp(a.string, b.string);
    case V_DTYPE: return a.dtype == b.dtype;
    case V_TENSOR: return a.tensor == b.tensor;
    case V_CALLABLE: return a.callable == b.callable;
    case V_LIST:
        for (size_t i = 0; i < a.list.count && i < b.list.count; i++)
            if (!lang_same_value(a.list.items[i], b.list.items[i]))
                return false;
        return a.list.count == b.list.count;
    default: return false;
    }
}

/* A list of numbers, or of lists of them, as a constant. */
static bool fill(Elab *e, const Node *n, Value v, Dtype t, int rank, const int64_t *dims,
                 char **to)
{
    if (rank == 0) {
        if (!value_is_number(v) && v.kind != V_BOOL)
            return false;
        dtype_store(t, *to, v.kind == V_BOOL ? (double)v.integer : value_number(v));
        *to += dtype_bytes(t);
        return true;
    }
    if (v.kind != V_LIST || (int64_t)v.list.count != dims[0])
        return false;
    for (size_t i = 0; i < v.list.count; i++)
        if (!fill(e, n, v.list.items[i], t, rank - 1, dims + 1, to))
            return false;
    return true;
}

static Value list_constant(Elab *e, const Node *n, Value v, Dtype t)
{
    int64_t dims[IR_MAX_RANK];
    int rank = 0;
    for (Value at = v; at.kind == V_LIST && rank < IR_MAX_RANK; at = at.list.items[0]) {
        dims[rank++] = (int64_t)at.list.count;
        if (!at.list.count)
            break;
    }
    if (!lang_dims_ok(e, n, t, rank, dims))
        return value_error();
    IrType type = ir_tensor(e->ir, t, rank, dims);
    char *bytes = arena_alloc(e->arena, (size_t)ir_bytes(type) + 8), *to = bytes;
    if (!fill(e, n, v, t, rank, dims, &to))
        return lang_error(e, n, "found %s, wanted numbers that form a tensor",
                          lang_show(e, v));
    lang_at(e, n);
    return value_tensor(ir_constant(&e->b, ir_attr_elements(e->ir, type, bytes, false)));
}

/* A number takes `number_type`, a real one at least f32. */
Value lang_to_tensor(Elab *e, const Node *n, Value v, Dtype number_type)
{
    lang_at(e, n);
    if (v.kind == V_TENSOR || v.kind == V_ERROR)
        return v;
    if (v.kind == V_REAL && !dtype_is_float(number_type))
        number_type = DTYPE_f32;
    if (v.kind == V_BOOL)
        number_type = DTYPE_i1;
    if (v.kind == V_BOOL || v.kind == V_INT)
        v = value_real((double)v.integer);
    if (v.kind == V_REAL)
        return value_tensor(ir_scalar_constant(&e->b, number_type, v.real));
    if (v.kind == V_LIST)
        return list_constant(e, n, v, number_type);
    return lang_error(e, n, "found %s, wanted a tensor", lang_show(e, v));
}

bool lang_broadcast_dims(IrType a, IrType b, int *rank, int64_t *dims)
{
    *rank = a->rank > b->rank ? a->rank : b->rank;
    for (int i = 1; i <= *rank; i++) {
        int64_t x = i <= a->rank ? a->dims[a->rank - i] : 1;
        int64_t y = i <= b->rank ? b->dims[b->rank - i] : 1;
        if (x != y && x != 1 && y != 1)
            return false;
        dims[*rank - i] = x == 1 ? y : x;
    }
    return true;
}

/* If x is a reshape that only put in dimensions of size 1: what it reshapes, and to which
 * of its dimensions map[i] each went. One broadcast then does both. */
static IrValue *without_ones(IrValue *x, int64_t *map)
{
    if (!ir_is(x, OP_reshape))
        return NULL;
    IrValue *from = ir_operand(x->op, 0);
    int at = 0;
    for (int i = 0; i < x->type->rank; i++) {
        if (at < from->type->rank && from->type->dims[at] == x->type->dims[i])
            map[at++] = i;
        else if (x->type->dims[i] != 1)
            return NULL;
    }
    return at == from->type->rank ? from : NULL;
}

IrValue *lang_broadcast(Elab *e, const Node *n, IrValue *x, int rank, const int64_t *dims)
{
    IrType to = ir_tensor(e->ir, x->type->elem, rank, dims);
    int64_t map[IR_MAX_RANK];
    int lead = rank - x->type->rank;
    if (x->type == to)
        return x;
    lang_at(e, n);
    IrValue *from = without_ones(x, map);
    for (int i = 0; i < x->type->rank && !from; i++)
        map[i] = i;
    x = from ? from : x;
    for (int i = 0; i < x->type->rank; i++)
        map[i] += lead;
    return ir_broadcast_in_dim(&e->b, x, to, map);
}

/* -------------------------------------------------------------------- types that meet */

static int dtype_order(Dtype t)
{
    switch (dtype_kind(t)) {
    case DTYPE_BOOL: return 0;
    case DTYPE_UNSIGNED: return 100 + (int)dtype_bits(t);
    case DTYPE_SIGNED: return 200 + (int)dtype_bits(t);
    default: return 300 + (int)dtype_bits(t) + (t == DTYPE_bf16);
    }
}

/* The wider of two; floats win over integers, integers over i1. */
static Dtype meet(Dtype a, Dtype b) { return dtype_order(a) >= dtype_order(b) ? a : b; }

static Value clash(Elab *e, const Node *n, Value x, Value y)
{
    const char *what = n->kind == NODE_BINARY ? lang_token_text(n->op)
                       : n->kind == NODE_CALL && n->a->kind == NODE_FIELD ? n->a->name
                                                                          : "here";
    return lang_error(e, n, "%s: shapes do not fit: %s and %s", what, lang_show(e, x),
                      lang_show(e, y));
}

/* Both as tensors of one type and shape: numbers become constants of the other's type
 * at once. */
static bool align(Elab *e, const Node *n, Value *x, Value *y)
{
    bool x_number = x->kind != V_TENSOR, y_number = y->kind != V_TENSOR;
    Value *number = x_number ? x : y_number ? y : NULL, *other = x_number ? y : x;
    if (number && number->kind != V_LIST && other->kind == V_TENSOR) {
        IrType t = other->tensor->type;
        bool real = number->kind == V_REAL && !dtype_is_float(t->elem);
        bool from_bool = t->elem == DTYPE_i1 && number->kind != V_BOOL;
        if (real || from_bool) {
            t = ir_with_elem(e->ir, t, DTYPE_f32);
            *other = value_tensor(ir_convert(&e->b, other->tensor, DTYPE_f32));
        }
        double v =
            number->kind == V_BOOL ? (double)number->integer : value_number(*number);
        *number = value_tensor(ir_splat(&e->b, t, v));
        return true;
    }
    if (x_number)
        *x = lang_to_tensor(e, n, *x, y_number ? DTYPE_f32 : y->tensor->type->elem);
    if (y_number)
        *y = lang_to_tensor(e, n, *y,
                            x->kind == V_TENSOR ? x->tensor->type->elem : DTYPE_f32);
    if (x->kind != V_TENSOR || y->kind != V_TENSOR)
        return false;
    int rank;
    int64_t dims[IR_MAX_RANK];
    if (!lang_broadcast_dims(x->tensor->type, y->tensor->type, &rank, dims)) {
        clash(e, n, *x, *y);
        return false;
    }
    Dtype t = meet(x->tensor->type->elem, y->tensor->type->elem);
    if (!lang_dims_ok(e, n, t, rank, dims))
        return false;
    lang_at(e, n);
    *x = value_tensor(lang_broadcast(e, n, ir_convert(&e->b, x->tensor, t), rank, dims));
    *y = value_tensor(lang_broadcast(e, n, ir_convert(&e->b, y->tensor, t), rank, dims));
    return true;
}

static bool operand(Elab *e, const Node *n, Value v)
{
    if (value_is_number(v) || v.kind == V_BOOL || v.kind == V_TENSOR || v.kind == V_LIST)
        return true;
    if (v.kind != V_ERROR)
        lang_error(e, n, "found %s, wanted a number or a tensor", lang_show(e, v));
    return false;
}

/* Which element types an op takes: bit by DtypeKind. */
static unsigned accepted(IrOpKind op)
{
    enum {
        F = 1 << DTYPE_FLOAT,
        B = 1 << DTYPE_BOOL,
        S = 1 << DTYPE_SIGNED,
        U = 1 << DTYPE_UNSIGNED
    };
    switch (op) {
    case OP_abs:
    case OP_sign:
    case OP_negate:
    case OP_subtract:
    case OP_divide:
    case OP_remainder:
    case OP_power:
    case OP_add:
    case OP_multiply: return F | S | U;
    case OP_maximum:
    case OP_minimum: return F | S | U | B;
    case OP_and:
    case OP_or:
    case OP_xor:
    case OP_not: return B | S | U;
    case OP_popcnt:
    case OP_count_leading_zeros:
    case OP_shift_left:
    case OP_shift_right_arithmetic:
    case OP_shift_right_logical: return S | U;
    default: return F;
    }
}

static bool accepts(Elab *e, const Node *n, IrOpKind op, Value v)
{
    Dtype t = v.tensor->type->elem;
    bool unsigned_abs =
        (op == OP_abs || op == OP_sign) && dtype_kind(t) == DTYPE_UNSIGNED;
    if ((accepted(op) & 1u << dtype_kind(t)) && !unsigned_abs)
        return true;
    const char *name = strchr(ir_op_info(op)->name, '.') + 1;
    lang_error(e, n, "%s does not take %s%s", name, lang_show(e, v),
               accepted(op) == 1u << DTYPE_FLOAT
                   ? ": it wants floats (cast(x, f32) converts)"
                   : "");
    return false;
}

static Value build(Elab *e, const Node *n, IrOpKind op, size_t count, IrValue **in)
{
    lang_at(e, n);
    return value_tensor(
        ir_result(ir_build(&e->b, op, count, in, 1, &in[0]->type, 0, NULL), 0));
}

Value lang_binary(Elab *e, const Node *n, IrOpKind op, Value x, Value y)
{
    if (!operand(e, n, x) || !operand(e, n, y))
        return value_error();
    lang_at(e, n);
    if (!align(e, n, &x, &y) || !accepts(e, n, op, x))
        return value_error();
    return build(e, n, op, 2, (IrValue *[]){x.tensor, y.tensor});
}

Value lang_compare(Elab *e, const Node *n, IrDirection d, Value x, Value y)
{
    if (!operand(e, n, x) || !operand(e, n, y))
        return value_error();
    lang_at(e, n);
    if (!align(e, n, &x, &y))
        return value_error();
    lang_at(e, n);
    return value_tensor(ir_compare(&e->b, d, x.tensor, y.tensor));
}

Value lang_select(Elab *e, const Node *n, Value p, Value x, Value y)
{
    if (p.kind == V_BOOL)
        return p.integer ? x : y;
    if (p.kind != V_TENSOR || p.tensor->type->elem != DTYPE_i1)
        return p.kind == V_ERROR ? p
                                 : lang_error(e, n, "found %s, wanted a condition of i1",
                                              lang_show(e, p));
    if (!operand(e, n, x) || !operand(e, n, y))
        return value_error();
    if (y.kind != V_TENSOR)
        x = lang_to_tensor(e, n, x, DTYPE_f32);
    lang_at(e, n);
    if (!align(e, n, &x, &y))
        return value_error();
    int rank;
    int64_t dims[IR_MAX_RANK];
    if (!lang_broadcast_dims(p.tensor->type, x.tensor->type, &rank, dims))
        return clash(e, n, p, x);
    if (!lang_dims_ok(e, n, x.tensor->type->elem, rank, dims))
        return value_error();
    IrValue *on_true = lang_broadcast(e, n, x.tensor, rank, dims);
    IrValue *on_false = lang_broadcast(e, n, y.tensor, rank, dims);
    IrValue *choice =
        p.tensor->type->rank ? lang_broadcast(e, n, p.tensor, rank, dims) : p.tensor;
    return value_tensor(ir_select(&e->b, choice, on_true, on_false));
}

Value lang_unary(Elab *e, const Node *n, IrOpKind op, Value x)
{
    if (!operand(e, n, x))
        return value_error();
    if (x.kind == V_INT && op == OP_negate) {
        int64_t r;
        return __builtin_sub_overflow((int64_t)0, x.integer, &r)
                   ? lang_error(e, n, "whole number too large")
                   : value_int(r);
    }
    if (x.kind == V_REAL && op == OP_negate)
        return value_real(-x.real);
    x = lang_to_tensor(e, n, x, DTYPE_f32);
    if (x.kind != V_TENSOR || !accepts(e, n, op, x))
        return value_error();
    return build(e, n, op, 1, &x.tensor);
}
