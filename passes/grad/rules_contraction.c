/* Gradients of sums of products: each operand's is again such a sum, of the adjoint
 * and the other operand. Dimension numbers are chosen so that the sum comes out in the
 * operand's layout, without a transpose, wherever that is possible. */
#include "passes/grad/grad.h"
#include "passes/grad/window.h"

#include <string.h>

/* ------------------------------------------------------------------------ dot_general */

/* One operand of the forward product: its batch, free (in neither list) and contracted
 * dimensions. */
typedef struct Side {
    IrValue *value;
    const int64_t *batch, *contract;
    int64_t free[IR_MAX_RANK];
    size_t free_count;
    size_t first_free; /* the result's dimensions of its free ones start there */
} Side;

static Side side_of(const IrOp *op, uint32_t i, const IrDotDims *dims)
{
    Side s = {.value = ir_operand(op, i),
              .batch = i ? dims->rhs_batch : dims->lhs_batch,
              .contract = i ? dims->rhs_contract : dims->lhs_contract};
    bool taken[IR_MAX_RANK] = {false};
    for (size_t k = 0; k < dims->batch; k++)
        taken[s.batch[k]] = true;
    for (size_t k = 0; k < dims->contract; k++)
        taken[s.contract[k]] = true;
    for (int k = 0; k < s.value->type->rank; k++)
        if (!taken[k])
            s.free[s.free_count++] = k;
    s.first_free = dims->batch;
    return s;
}

/* The contracted dimensions of `mine` in the order of those of `other`, in which a
 * product over other's free dimensions leaves them. */
static void contracted_order(const Side *mine, const Side *other, size_t count,
                             int64_t *order)
{
    size_t n = 0;
    for (int k = 0; k < other->value->type->rank; k++)
        for (size_t i = 0; i < count; i++)
            if (other->contract[i] == k)
                order[n++] = mine->contract[i];
}

/* Where the dimensions of d times other go in `mine`: its batch, then its free ones (d
 * first) or its contracted ones (other first) and the rest. */
static void product_layout(const Side *mine, const Side *other, const IrDotDims *dims,
                           bool d_first, int64_t *layout)
{
    size_t contracted = dims->batch + (d_first ? mine->free_count : 0);
    size_t free = dims->batch + (d_first ? 0 : dims->contract);
    memcpy(layout, mine->batch, dims->batch * sizeof *layout);
    memcpy(layout + free, mine->free, mine->free_count * sizeof *layout);
    contracted_order(mine, other, dims->contract, layout + contracted);
}

static bool is_identity(const int64_t *order, int count)
{
    for (int i = 0; i < count; i++)
        if (order[i] != i)
            return false;
    return true;
}

/* The product of d and other over other's free dimensions. */
static IrValue *product(Grad *g, IrValue *d, const Side *other, size_t batch,
                        bool d_first)
{
    IrDotDims p = {.batch = batch, .contract = other->free_count};
    int64_t *d_batch = d_first ? p.lhs_batch : p.rhs_batch;
    int64_t *d_contract = d_first ? p.lhs_contract : p.rhs_contract;
    IrValue *x = ir_convert(&g->b, other->value, d->type->elem);
    memcpy(d_first ? p.rhs_batch : p.lhs_batch, other->batch, batch * sizeof(int64_t));
    memcpy(d_first ? p.rhs_contract : p.lhs_contract, other->free,
           other->free_count * sizeof(int64_t));
    for (size_t i = 0; i < batch; i++)
        d_batch[i] = (int64_t)i;
    for (size_t i = 0; i < other->free_count; i++)
        d_contract[i] = (int64_t)(other->first_free + i);
    return d_first ? ir_dot_general(&g->b, d, x, &p) : ir_dot_general(&g->b, x, d, &p);
}

static void give_product(Grad *g, const IrOp *op, uint32_t i, const Side *mine,
                         const Side *other, const IrDotDims *dims)
{
    int rank = mine->value->type->rank;
    int64_t layout[IR_MAX_RANK], inverse[IR_MAX_RANK];
    bool d_first = true;
    product_layout(mine, other, dims, true, layout);
    if (!is_identity(layout, rank)) {
        int64_t swapped[IR_MAX_RANK];
        product_layout(mine, other, dims, false, swapped);
        d_first = !is_identity(swapped, rank);
        if (!d_first)
            memcpy(layout, swapped, sizeof layout);
    }
    for (int k = 0; k < rank; k++)
        inverse[layout[k]] = k;
    IrValue *share = product(g, grad_d(g, op), other, dims->batch, d_first);
    if (!is_identity(layout, rank))
        share = ir_transpose(&g->b, share, inverse);
    grad_give(g, op, i, ir_convert(&g->b, share, mine->value->type->elem));
}

/* r[b,m,n] = sum over k of x[b,m,k] y[b,k,n]: dx = sum over n of d[b,m,n] y[b,k,n],
 * dy = sum over m of x[b,m,k] d[b,m,n] */
RULE(dot_general)
{
    IrDotDims dims = ir_dot_dims(op);
    Side x = side_of(op, 0, &dims), y = side_of(op, 1, &dims);
    y.first_free += x.free_count;
    if (grad_wants(g, op, 0))
        give_product(g, op, 0, &x, &y, &dims);
    if (grad_wants(g, op, 1))
        give_product(g, op, 1, &y, &x, &dims);
}

/* ------------------------------------------------------------------------ convolution */

/* Moves the outer factor `groups` of dimension `from` in front of dimension `to`:
 * [.. to .. groups*rest ..] -> [.. groups*to .. rest ..]. */
static IrValue *move_groups(Grad *g, IrValue *x, int64_t from, int64_t to, int64_t groups)
{
    int rank = x->type->rank, n = 0, outer = 0;
    int64_t split[IR_MAX_RANK], order[IR_MAX_RANK], merged[IR_MAX_RANK];
    if (groups == 1)
        return x;
    for (int i = 0; i < rank; i++) {
        if (i == from) {
            outer = n;
            split[n++] = groups;
        }
        split[n++] = i == from ? x->type->dims[i] / groups : x->type->dims[i];
    }
    n = 0;
    for (int i = 0; i < rank; i++) {
        if (i == to)
            order[n++] = outer;
        order[n++] = i < from ? i : i + 1;
    }
    memcpy(merged, x->type->dims, (size_t)rank * sizeof *merged);
    merged[from] /= groups;
    merged[to] *= groups;
    x = ir_transpose(&g->b, ir_reshape(&g->b, x, rank + 1, split), order);
    return ir_reshape(&g->b, x, rank, merged);
}

static GradWindow window_of(const IrOp *op, const IrConvDims *c, size_t i)
{
    return (GradWindow){
        .in = grad_x(op)->type->dims[c->input_spatial[i]],
        .out = grad_r(op)->type->dims[c->output_spatial[i]],
        .window = grad_y(op)->type->dims[c->kernel_spatial[i]],
        .stride = c->strides[i],
        .in_dilation = c->lhs_dilation[i],
        .window_dilation = c->rhs_dilation[i],
        .pad_low = c->pad_low[i],
    };
}

/* The convolution of d, its elements `stride` apart, with the kernel backwards and its
 * inputs and outputs exchanged, taken every lhs_dilation elements. A group keeps to
 * itself: groups of outputs become groups of inputs. */
static IrValue *conv_input(Grad *g, const IrOp *op, const IrConvDims *c, IrValue *d)
{
    int64_t groups = c->feature_groups * c->batch_groups; /* one of them is 1 */
    IrConvDims t = {
        .spatial = c->spatial,
        .input_batch = c->output_batch,
        .input_feature = c->output_feature,
        .kernel_input = c->kernel_output,
        .kernel_output = c->kernel_input,
        .output_batch = c->input_batch,
        .output_feature = c->input_feature,
        .feature_groups = groups,
        .batch_groups = 1,
    };
    memcpy(t.input_spatial, c->output_spatial, sizeof t.input_spatial);
    memcpy(t.kernel_spatial, c->kernel_spatial, sizeof t.kernel_spatial);
    memcpy(t.output_spatial, c->input_spatial, sizeof t.output_spatial);
    for (size_t i = 0; i < c->spatial; i++) {
        GradWindow w = window_of(op, c, i);
        grad_transposed_padding(&w, &t.pad_low[i], &t.pad_high[i]);
        t.strides[i] = c->lhs_dilation[i];
        t.lhs_dilation[i] = c->strides[i];
        t.rhs_dilation[i] = c->rhs_dilation[i];
        t.reversal[i] = !c->reversal[i];
    }
    IrValue *kernel = ir_convert(&g->b, grad_y(op), d->type->elem);
    kernel = move_groups(g, kernel, c->kernel_output, c->kernel_input, groups);
    IrValue *dx = ir_convolution(&g->b, d, kernel, &t);
    return move_groups(g, dx, c->input_feature, c->input_batch, c->batch_groups);
}

/* The convolution of x with d as the kernel, batch and features exchanged, so that the
 * sum goes over the batch; strides and kernel dilation change places, and groups of
 * features and batches. */
static IrValue *conv_kernel(Grad *g, const IrOp *op, const IrConvDims *c, IrValue *d)
{
    int64_t reversed[IR_MAX_RANK];
    size_t count = 0;
    IrConvDims t = {
        .spatial = c->spatial,
        .input_batch = c->input_feature,
        .input_feature = c->input_batch,
        .kernel_input = c->output_batch,
        .kernel_output = c->output_feature,
        .output_batch = c->kernel_input,
        .output_feature = c->kernel_output,
        .feature_groups = c->batch_groups,
        .batch_groups = c->feature_groups,
    };
    memcpy(t.input_spatial, c->input_spatial, sizeof t.input_spatial);
    memcpy(t.kernel_spatial, c->output_spatial, sizeof t.kernel_spatial);
    memcpy(t.output_spatial, c->kernel_spatial, sizeof t.output_spatial);
    for (size_t i = 0; i < c->spatial; i++) {
        GradWindow w = window_of(op, c, i);
        t.pad_low[i] = w.pad_low;
        t.pad_high[i] = grad_dilated(w.out, w.stride) -
                        grad_dilated(w.in, w.in_dilation) +
                        grad_dilated(w.window, w.window_dilation) - 1 - w.pad_low;
        t.strides[i] = c->rhs_dilation[i];
        t.lhs_dilation[i] = c->lhs_dilation[i];
        t.rhs_dilation[i] = c->strides[i];
        if (c->reversal[i])
            reversed[count++] = c->kernel_spatial[i];
    }
    IrValue *x = ir_convert(&g->b, grad_x(op), d->type->elem);
    IrValue *dy = ir_convolution(&g->b, x, d, &t);
    return count ? ir_reverse(&g->b, dy, count, reversed) : dy;
}

/* r[p] = sum over k of x[p stride + k dilation - low] y[k], all features and
 * positions: each term gives dx d y and dy d x */
RULE(convolution)
{
    IrConvDims c = ir_conv_dims(op);
    IrValue *d = grad_d(g, op);
    if (grad_wants(g, op, 0) && ir_elements(grad_x(op)->type))
        grad_give(g, op, 0,
                  ir_convert(&g->b, conv_input(g, op, &c, d), grad_x(op)->type->elem));
    if (grad_wants(g, op, 1) && ir_elements(grad_y(op)->type))
        grad_give(g, op, 1,
                  ir_convert(&g->b, conv_kernel(g, op, &c, d), grad_y(op)->type->elem));
}
