/* Ops that make elements or move them. Every move is a box copied from strides to
 * strides. */
#include "backends/ref/eval.h"

#include <string.h>

static size_t size_of(const RefTensor *t) { return dtype_bytes(t->type->elem); }

static char *at(const RefTensor *t, int64_t offset)
{
    return (char *)t->data + offset * (int64_t)size_of(t);
}

bool ref_constant(Ref *r, const IrOp *op)
{
    IrAttr value = ir_op_attr(op, "value");
    RefTensor *y = ref_out(r, op, 0);
    int64_t n = ir_elements(y->type);
    if (!value->splat)
        memcpy(y->data, value->bytes, (size_t)ir_bytes(y->type));
    for (int64_t i = 0; value->splat && i < n; i++)
        memcpy(at(y, i), value->bytes, size_of(y));
    return true;
}

bool ref_iota(Ref *r, const IrOp *op)
{
    RefTensor *y = ref_out(r, op, 0);
    int64_t stride[IR_MAX_RANK], n = ir_elements(y->type);
    int64_t dimension = ir_op_int(op, "iota_dimension");
    ref_strides(y->type, stride);
    RefWide *x = ref_wide_new(r, n);
    for (int64_t i = 0; i < n; i++) {
        int64_t index = i / stride[dimension] % y->type->dims[dimension];
        if (dtype_is_float(y->type->elem))
            x[i].f = (double)index;
        else
            x[i].i = index;
    }
    ref_narrow(y, x);
    return true;
}

bool ref_reshape(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    memcpy(ref_out(r, op, 0)->data, x->data, (size_t)ir_bytes(x->type));
    return true;
}

bool ref_broadcast_in_dim(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    RefTensor *y = ref_out(r, op, 0);
    const int64_t *dims = ir_op_ints(op, "broadcast_dimensions", NULL);
    int64_t from[IR_MAX_RANK], from_y[IR_MAX_RANK] = {0}, to[IR_MAX_RANK];
    ref_strides(x->type, from);
    ref_strides(y->type, to);
    for (int d = 0; d < x->type->rank; d++)
        from_y[dims[d]] = x->type->dims[d] == 1 ? 0 : from[d];
    ref_move(y->type->rank, y->type->dims, size_of(y), y->data, to, x->data, from_y);
    return true;
}

bool ref_transpose(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    RefTensor *y = ref_out(r, op, 0);
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    int64_t from[IR_MAX_RANK], from_y[IR_MAX_RANK], to[IR_MAX_RANK];
    ref_strides(x->type, from);
    ref_strides(y->type, to);
    for (int d = 0; d < y->type->rank; d++)
        from_y[d] = from[permutation[d]];
    ref_move(y->type->rank, y->type->dims, size_of(y), y->data, to, x->data, from_y);
    return true;
}

bool ref_reverse(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    RefTensor *y = ref_out(r, op, 0);
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], first = 0;
    ref_strides(x->type, from);
    ref_strides(y->type, to);
    if (ir_elements(x->type) == 0)
        return true;
    for (size_t i = 0; i < count; i++) {
        first += (x->type->dims[dims[i]] - 1) * from[dims[i]];
        from[dims[i]] = -from[dims[i]];
    }
    ref_move(y->type->rank, y->type->dims, size_of(y), y->data, to, at(x, first), from);
    return true;
}

bool ref_concatenate(Ref *r, const IrOp *op)
{
    RefTensor *y = ref_out(r, op, 0);
    int64_t dimension = ir_op_int(op, "dimension"), begin = 0;
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK];
    ref_strides(y->type, to);
    for (uint32_t i = 0; i < op->operand_count; i++) {
        const RefTensor *x = ref_in(r, op, i);
        ref_strides(x->type, from);
        ref_move(x->type->rank, x->type->dims, size_of(x), at(y, begin * to[dimension]),
                 to, x->data, from);
        begin += x->type->dims[dimension];
    }
    return true;
}

bool ref_slice(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    RefTensor *y = ref_out(r, op, 0);
    const int64_t *start = ir_op_ints(op, "start_indices", NULL);
    const int64_t *step = ir_op_ints(op, "strides", NULL);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK];
    ref_strides(x->type, from);
    ref_strides(y->type, to);
    int64_t first = ref_offset(x->type->rank, start, from);
    for (int d = 0; d < x->type->rank; d++)
        from[d] *= step[d];
    ref_move(y->type->rank, y->type->dims, size_of(y), y->data, to, at(x, first), from);
    return true;
}

/* Where the box of `part` begins in `whole`: the scalar operands from `operand` on,
 * clamped so that it fits. */
static int64_t clamped_start(Ref *r, const IrOp *op, uint32_t operand, IrType whole,
                             IrType part, const int64_t *stride)
{
    int64_t first = 0;
    for (int d = 0; d < whole->rank; d++) {
        int64_t start = ref_index(ref_in(r, op, operand + (uint32_t)d), 0);
        int64_t last = whole->dims[d] - part->dims[d];
        first += (start < 0 ? 0 : start > last ? last : start) * stride[d];
    }
    return first;
}

bool ref_dynamic_slice(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0);
    RefTensor *y = ref_out(r, op, 0);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK];
    ref_strides(x->type, from);
    ref_strides(y->type, to);
    int64_t first = clamped_start(r, op, 1, x->type, y->type, from);
    ref_move(y->type->rank, y->type->dims, size_of(y), y->data, to, at(x, first), from);
    return true;
}

bool ref_dynamic_update_slice(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0), *update = ref_in(r, op, 1);
    RefTensor *y = ref_out(r, op, 0);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK];
    ref_strides(update->type, from);
    ref_strides(y->type, to);
    int64_t first = clamped_start(r, op, 2, x->type, update->type, to);
    memcpy(y->data, x->data, (size_t)ir_bytes(x->type));
    ref_move(y->type->rank, update->type->dims, size_of(y), at(y, first), to,
             update->data, from);
    return true;
}

/* The elements 0 .. size-1 of a dimension, spread by `step` and moved by `low`: which of
 * them land in 0 .. limit-1? Negative padding cuts some off. */
static void clip(int64_t size, int64_t low, int64_t step, int64_t limit, int64_t *begin,
                 int64_t *count)
{
    int64_t first = low < 0 ? (-low + step - 1) / step : 0;
    int64_t end = limit - low <= 0 ? 0 : (limit - low - 1) / step + 1;
    end = end < size ? end : size;
    *begin = first;
    *count = end > first ? end - first : 0;
}

bool ref_pad(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0), *value = ref_in(r, op, 1);
    RefTensor *y = ref_out(r, op, 0);
    const int64_t *low = ir_op_ints(op, "edge_padding_low", NULL);
    const int64_t *interior = ir_op_ints(op, "interior_padding", NULL);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], box[IR_MAX_RANK], first_x = 0,
                                                                  first_y = 0;
    ref_strides(x->type, from);
    ref_strides(y->type, to);
    for (int64_t i = 0; i < ir_elements(y->type); i++)
        memcpy(at(y, i), value->data, size_of(y));
    for (int d = 0; d < x->type->rank; d++) {
        int64_t begin, step = interior[d] + 1;
        clip(x->type->dims[d], low[d], step, y->type->dims[d], &begin, &box[d]);
        if (box[d] == 0)
            return true;
        first_x += begin * from[d];
        first_y += (low[d] + begin * step) * to[d];
        to[d] *= step;
    }
    ref_move(x->type->rank, box, size_of(y), at(y, first_y), to, at(x, first_x), from);
    return true;
}
