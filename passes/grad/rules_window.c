/* Gradients of windowed reductions (pooling). */
#include "passes/grad/grad.h"
#include "passes/grad/window.h"

#include <math.h>
#include <string.h>

void grad_transposed_padding(const GradWindow *w, int64_t *low, int64_t *high)
{
    int64_t in = grad_dilated(w->in, w->in_dilation);
    int64_t window = grad_dilated(w->window, w->window_dilation);
    *low = window - 1 - w->pad_low;
    *high = in + window - 1 - grad_dilated(w->out, w->stride) - *low;
}

/* r = sums of windows of x: dx = the same windows over d, whose elements lie `stride`
 * apart, taken every base_dilation elements */
static void window_add(Grad *g, const IrOp *op)
{
    IrWindow w = ir_window(op), back = w;
    for (int i = 0; i < w.rank; i++) {
        GradWindow dim = {
            .in = grad_x(op)->type->dims[i],
            .out = grad_r(op)->type->dims[i],
            .window = w.size[i],
            .stride = w.stride[i],
            .in_dilation = w.base_dilation[i],
            .window_dilation = w.window_dilation[i],
            .pad_low = w.pad_low[i],
        };
        grad_transposed_padding(&dim, &back.pad_low[i], &back.pad_high[i]);
        back.stride[i] = w.base_dilation[i];
        back.base_dilation[i] = w.stride[i];
    }
    grad_give(g, op, 0, ir_reduce_window(&g->b, grad_d(g, op), OP_add, &back));
}

/* Whether the op starts from the element that changes nothing. */
static bool starts_neutral(const IrOp *op, IrOpKind by)
{
    const IrValue *init = grad_y(op);
    if (!ir_is(init, OP_constant))
        return false;
    double value = ir_elements_get(ir_op_attr(init->op, "value"), 0);
    return isinf(value) && (value < 0) == (by == OP_maximum);
}

/* x with its elements `dilation` apart; what lies between never wins. */
static IrValue *dilate(Grad *g, IrValue *x, const IrWindow *w, IrOpKind by)
{
    int64_t none[IR_MAX_RANK] = {0}, interior[IR_MAX_RANK];
    for (int i = 0; i < w->rank; i++)
        interior[i] = w->base_dilation[i] - 1;
    return ir_pad(&g->b, x, ir_neutral(&g->b, by, x->type->elem), none, none, interior);
}

/* r = extremes of windows of x: each element of d goes to the first element of its
 * window that is the extreme, or nowhere if that is init */
static void window_extreme(Grad *g, const IrOp *op, IrOpKind by)
{
    IrBuilder *b = &g->b;
    IrValue *x = grad_x(op), *d = grad_d(g, op);
    IrWindow w = ir_window(op);
    bool dilated = false;
    for (int i = 0; i < w.rank; i++) {
        dilated |= w.base_dilation[i] != 1;
        if (w.window_dilation[i] != 1) {
            grad_unsupported(g, op, "a dilated window of maximum or minimum");
            return;
        }
    }
    if (!starts_neutral(op, by)) {
        IrValue *own = ir_reduce_window(b, x, by, &w);
        d = grad_where(g, ir_compare(b, IR_EQ, own, grad_r(op)), d);
    }
    IrValue *base = dilated ? dilate(g, x, &w, by) : x;
    int64_t start[IR_MAX_RANK] = {0}, step[IR_MAX_RANK];
    for (int i = 0; i < w.rank; i++) {
        step[i] = w.base_dilation[i];
        w.base_dilation[i] = 1;
    }
    IrDirection select = by == OP_maximum ? IR_GE : IR_LE;
    IrValue *dx = ir_select_and_scatter(b, base, d, select, &w);
    grad_give(g, op, 0, dilated ? ir_slice(b, dx, start, dx->type->dims, step) : dx);
}

RULE(reduce_window)
{
    if (op->result_count != 1) {
        grad_unsupported(g, op, "it reduces several tensors at once");
        return;
    }
    if (grad_wants(g, op, 1)) {
        grad_unsupported(g, op, "its initial value depends on what it is derived by");
        return;
    }
    IrOpKind by = ir_body_op(&op->regions[0]);
    if (by == OP_add)
        window_add(g, op);
    else if (by == OP_maximum || by == OP_minimum)
        window_extreme(g, op, by);
    else
        grad_unsupported(g, op, "its body is not add, maximum or minimum");
}

/* ----------------------------------------------------------------- select_and_scatter */

/* The comparison of a select region that is just that, of its two arguments in order. */
static bool direction_of(const IrRegion *select, const char **direction)
{
    const IrBlock *b = select->block;
    const IrOp *first = b->first;
    if (first->kind != OP_compare || first->next != b->last ||
        ir_operand(b->last, 0) != ir_result(first, 0) ||
        ir_operand(first, 0) != b->args[0] || ir_operand(first, 1) != b->args[1])
        return false;
    *direction = ir_op_string(first, "comparison_direction");
    return true;
}

/* What each window holds at `offset` within it: one element per window. */
static IrValue *at_offset(Grad *g, IrValue *padded, const IrWindow *w,
                          const int64_t *offset, IrType out)
{
    int64_t limit[IR_MAX_RANK];
    for (int i = 0; i < w->rank; i++)
        limit[i] = offset[i] + (out->dims[i] - 1) * w->stride[i] + 1;
    return ir_slice(&g->b, padded, offset, limit, w->stride);
}

/* The next offset in row-major order; false after the last. */
static bool next_offset(const IrWindow *w, int64_t *offset)
{
    for (int i = w->rank - 1; i >= 0; i--) {
        if (++offset[i] < w->size[i])
            return true;
        offset[i] = 0;
    }
    return false;
}

static IrValue *pad_windows(Grad *g, IrValue *x, const IrWindow *w, IrValue *value)
{
    return ir_pad(&g->b, x, value, w->pad_low, w->pad_high, NULL);
}

/* Each window's element of `of`, where the one of x is selected. The windows' elements
 * at one offset after the other are compared with the best so far. Padding is never
 * better than an element; it can only stay selected in a window of nothing else. */
static IrValue *gather_selected(Grad *g, IrValue *x, IrValue *of, const IrWindow *w,
                                IrType out, IrDirection keeps)
{
    IrBuilder *b = &g->b;
    int64_t offset[IR_MAX_RANK] = {0};
    Dtype elem = x->type->elem;
    IrOpKind by = keeps == IR_GE || keeps == IR_GT ? OP_maximum : OP_minimum;
    x = pad_windows(g, x, w, ir_neutral(b, by, elem));
    of = pad_windows(g, of, w, ir_scalar_constant(b, elem, 0));
    IrValue *best = at_offset(g, x, w, offset, out),
            *value = at_offset(g, of, w, offset, out);
    while (next_offset(w, offset)) {
        IrValue *other = at_offset(g, x, w, offset, out);
        IrValue *keep = ir_compare(b, keeps, best, other);
        best = ir_select(b, keep, best, other);
        value = ir_select(b, keep, value, at_offset(g, of, w, offset, out));
    }
    return value;
}

/* r = init with each element of the source added where its window of the operand is
 * selected: dsource = d at that place, dinit = the sum of d; the operand only selects */
RULE(select_and_scatter)
{
    static const char *const names[] = {
        [IR_GE] = "GE", [IR_GT] = "GT", [IR_LE] = "LE", [IR_LT] = "LT"};
    const char *direction = "";
    IrDirection keeps = IR_GE;
    bool known = direction_of(&op->regions[0], &direction);
    while (keeps <= IR_LT && strcmp(direction, names[keeps]))
        keeps++;
    if (!known || keeps > IR_LT || ir_body_op(&op->regions[1]) != OP_add) {
        grad_unsupported(g, op, "it does not add where an extreme is");
        return;
    }
    IrValue *d = grad_d(g, op), *source = grad_y(op);
    IrWindow w = ir_window(op);
    if (grad_wants(g, op, 1) && ir_elements(source->type))
        grad_give(g, op, 1, gather_selected(g, grad_x(op), d, &w, source->type, keeps));
    if (grad_wants(g, op, 2))
        grad_give(g, op, 2, grad_sum_all(g, d));
}
