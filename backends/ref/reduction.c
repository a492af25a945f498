/* reduce, reduce_window, select_and_scatter. */
#include "backends/ref/eval.h"

#include "ir/build.h"

#include <string.h>

/* Results of an op with inputs and initial values, each filled with its initial value. */
static RefFold start_fold(Ref *r, const IrOp *op)
{
    uint32_t count = op->operand_count / 2;
    RefTensor **acc = ref_scratch(r, count, sizeof *acc);
    const RefTensor **x = ref_scratch(r, count, sizeof *x);
    for (uint32_t k = 0; k < count; k++) {
        const RefTensor *init = ref_in(r, op, count + k);
        acc[k] = ref_out(r, op, k);
        x[k] = ref_in(r, op, k);
        Dtype t = acc[k]->type->elem;
        char *to = acc[k]->data;
        for (int64_t i = 0; i < ir_elements(acc[k]->type); i++)
            ref_convert_elements(init->type->elem, init->data, t,
                                 to + i * (int64_t)dtype_bytes(t), 1);
    }
    return ref_fold_open(r, &op->regions[0], count, acc, x);
}

bool ref_reduce(Ref *r, const IrOp *op)
{
    IrType x = ref_in(r, op, 0)->type, y = ref_out(r, op, 0)->type;
    int64_t at[IR_MAX_RANK] = {0}, to[IR_MAX_RANK], to_x[IR_MAX_RANK];
    bool reduced[IR_MAX_RANK] = {false};
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    for (size_t i = 0; i < count; i++)
        reduced[dims[i]] = true;
    ref_strides(y, to);
    for (int d = 0, kept = 0; d < x->rank; d++)
        to_x[d] = reduced[d] ? 0 : to[kept++];
    RefFold f = start_fold(r, op);
    for (int64_t i = 0; i < ir_elements(x); i++, ref_next(x->rank, x->dims, at))
        if (!ref_fold(&f, ref_offset(x->rank, at, to_x), i))
            return false;
    ref_fold_close(&f);
    return true;
}

/* ---------------------------------------------------------------------------- windows */

/* The element under position `in` of the window at `out`; -1: padding, or between
 * elements. */
static int64_t under_window(const IrWindow *w, IrType x, const int64_t *stride,
                            const int64_t *out, const int64_t *in)
{
    int64_t offset = 0;
    for (int d = 0; d < w->rank; d++) {
        int64_t p = out[d] * w->stride[d] + in[d] * w->window_dilation[d] - w->pad_low[d];
        if (p < 0)
            return -1;
        if (w->base_dilation[d] != 1) {
            if (p % w->base_dilation[d])
                return -1;
            p /= w->base_dilation[d];
        }
        if (p >= x->dims[d])
            return -1;
        offset += p * stride[d];
    }
    return offset;
}

static int64_t window_elements(const IrWindow *w)
{
    int64_t n = 1;
    for (int d = 0; d < w->rank; d++)
        n *= w->size[d];
    return n;
}

/* Padding holds the initial value, which may be folded in any number of times; it is
 * folded in once for each window. */
bool ref_reduce_window(Ref *r, const IrOp *op)
{
    IrType x = ref_in(r, op, 0)->type, y = ref_out(r, op, 0)->type;
    IrWindow w = ir_window(op);
    int64_t stride[IR_MAX_RANK], out[IR_MAX_RANK] = {0}, in[IR_MAX_RANK] = {0};
    int64_t elements = window_elements(&w);
    ref_strides(x, stride);
    RefFold f = start_fold(r, op);
    for (int64_t o = 0; o < ir_elements(y); o++, ref_next(y->rank, y->dims, out))
        for (int64_t k = 0; k < elements; k++, ref_next(w.rank, w.size, in)) {
            int64_t i = under_window(&w, x, stride, out, in);
            if (i >= 0 && !ref_fold(&f, o, i))
                return false;
        }
    ref_fold_close(&f);
    return true;
}

/* The element of a window that `select` prefers to all before it; -1 if the window has
 * none. */
static bool select_in_window(Ref *r, const IrOp *op, const IrWindow *w,
                             const int64_t *stride, const int64_t *out, int64_t *chosen)
{
    const RefTensor *x = ref_in(r, op, 0);
    const IrRegion *select = &op->regions[0];
    int64_t size = (int64_t)dtype_bytes(x->type->elem), in[IR_MAX_RANK] = {0};
    *chosen = -1;
    for (int64_t k = 0, n = window_elements(w); k < n;
         k++, ref_next(w->rank, w->size, in)) {
        int64_t i = under_window(w, x->type, stride, out, in);
        if (i >= 0 && *chosen >= 0) {
            void *const arg[] = {(char *)x->data + *chosen * size,
                                 (char *)x->data + i * size};
            if (!ref_region_run(r, select, arg))
                return false;
            if (*(const uint8_t *)ref_region_result(r, select, 0))
                continue;
        }
        if (i >= 0)
            *chosen = i;
    }
    return true;
}

bool ref_select_and_scatter(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0), *source = ref_in(r, op, 1),
                    *init = ref_in(r, op, 2);
    RefTensor *y = ref_out(r, op, 0);
    IrWindow w = ir_window(op);
    int64_t stride[IR_MAX_RANK], out[IR_MAX_RANK] = {0}, chosen;
    int64_t size = (int64_t)dtype_bytes(y->type->elem);
    ref_strides(x->type, stride);
    for (int64_t i = 0; i < ir_elements(y->type); i++)
        memcpy((char *)y->data + i * size, init->data, (size_t)size);
    RefFold f = ref_fold_open(r, &op->regions[1], 1, &y, &source);
    for (int64_t s = 0; s < ir_elements(source->type); s++) {
        if (!select_in_window(r, op, &w, stride, out, &chosen))
            return false;
        if (chosen >= 0 && !ref_fold(&f, chosen, s))
            return false;
        ref_next(source->type->rank, source->type->dims, out);
    }
    ref_fold_close(&f);
    return true;
}
