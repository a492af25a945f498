/* Views as strides.
 *
 *     %0 = reshape %a : 64x6 -> 64x2x3         start 0, strides 6, 3, 1
 *     %1 = slice %0 [0:64:2, 1:2, 0:3]         start 3, strides 12, 3, 1
 *     %2 = transpose %1, dims = [2, 1, 0]      start 3, strides 1, 3, 12      of %a
 *
 * A reshape of anything but an array in row-major order has no strides in general, unless it only adds
 * and drops dimensions of size 1. */
#include "passes/strided.h"

void pass_row_major(IrType t, int64_t *strides)
{
    int64_t stride = 1;
    for (int i = t->rank - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= t->dims[i];
    }
}

static bool is_row_major(IrType t, const int64_t *strides)
{
    int64_t expected[IR_MAX_RANK];
    pass_row_major(t, expected);
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1 && strides[i] != expected[i])
            return false;
    return true;
}

static void transpose(const IrOp *op, const int64_t *from, int64_t *to)
{
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    for (int i = 0; i < op->results[0].type->rank; i++)
        to[i] = from[permutation[i]];
}

static void broadcast(const IrOp *op, const int64_t *from, int64_t *to)
{
    IrType x = ir_operand(op, 0)->type;
    const int64_t *dims = ir_op_ints(op, "broadcast_dimensions", NULL);
    for (int i = 0; i < op->results[0].type->rank; i++)
        to[i] = 0;
    for (int i = 0; i < x->rank; i++)
        to[dims[i]] = x->dims[i] == 1 ? 0 : from[i];
}

static int64_t slice(const IrOp *op, const int64_t *from, int64_t *to)
{
    const int64_t *first = ir_op_ints(op, "start_indices", NULL);
    const int64_t *step = ir_op_ints(op, "strides", NULL);
    int64_t start = 0;
    for (int i = 0; i < op->results[0].type->rank; i++) {
        to[i] = step[i] * from[i];
        start += first[i] * from[i];
    }
    return start;
}

static int64_t reverse(const IrOp *op, const int64_t *from, int64_t *to)
{
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    int64_t start = 0;
    for (int i = 0; i < op->results[0].type->rank; i++)
        to[i] = from[i];
    for (size_t i = 0; i < count; i++) {
        to[dims[i]] = -from[dims[i]];
        start += (op->results[0].type->dims[dims[i]] - 1) * from[dims[i]];
    }
    return start;
}

static void whole(IrValue *v, int64_t *strides)
{
    pass_row_major(v->type, strides);
    if (ir_is(v, OP_constant) && ir_op_attr(v->op, "value")->splat)
        for (int i = 0; i < v->type->rank; i++)
            strides[i] = 0;
}

/* Whether the same dimensions are there, but for those of size 1. */
static bool reshape_ones(IrType t, const int64_t *from, IrType result, int64_t *to)
{
    int k = 0;
    for (int i = 0; i < result->rank; i++) {
        to[i] = 0;
        while (k < t->rank && t->dims[k] == 1)
            k++;
        if (result->dims[i] == 1)
            continue;
        if (k == t->rank || t->dims[k] != result->dims[i])
            return false;
        to[i] = from[k++];
    }
    return true;
}

static bool reshape(const IrOp *op, const int64_t *from, int64_t *to)
{
    IrType x = ir_operand(op, 0)->type, t = op->results[0].type;
    if (!is_row_major(x, from))
        return reshape_ones(x, from, t, to);
    pass_row_major(t, to);
    return true;
}

IrValue *pass_strided(IrValue *v, int64_t *strides, int64_t *start)
{
    const IrOp *op = v->op;
    *start = 0;
    if (!op || (op->kind != OP_reshape && op->kind != OP_transpose && op->kind != OP_slice &&
                op->kind != OP_reverse && op->kind != OP_broadcast_in_dim)) {
        whole(v, strides);
        return v;
    }
    int64_t from[IR_MAX_RANK];
    IrValue *array = pass_strided(ir_operand(op, 0), from, start);
    switch (op->kind) {
    case OP_reshape:
        if (!array || !reshape(op, from, strides))
            return NULL;
        break;
    case OP_transpose: transpose(op, from, strides); break;
    case OP_broadcast_in_dim: broadcast(op, from, strides); break;
    case OP_slice: *start += slice(op, from, strides); break;
    default: *start += reverse(op, from, strides); break;
    }
    return array;
}
