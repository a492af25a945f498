/* Windows and sums inside a loop: serial folds for one point of the result. */
#include "passes/lower/lower.h"

#include <string.h>

/* Windows of at most so many elements are written out, larger ones are loops. */
enum { UNROLLED = 25 };

/* ---------------------------------------------------------------------------- serial folds */

typedef struct Fold {
    size_t count;                   /* values folded together */
    IrValue **values;
} Fold;

/* Folds the element at window position `at` into `acc`. */
typedef void FoldBody(Emit *e, void *data, const Index *at, Fold *acc);

static void fold_loops(Emit *e, int rank, int d, const int64_t *size, Index *at, FoldBody *body,
                       void *data, Fold *acc)
{
    while (d < rank && size[d] == 1)
        at[d++] = index_const(e, 0);
    if (d == rank) {
        body(e, data, at, acc);
        return;
    }
    size_t mark = memo_mark(e);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, size[d]), c_index(e, 1), acc->count,
                             acc->values);
    at[d] = (Index){.base = k_arg(loop, 0)};
    for (size_t i = 0; i < acc->count; i++)
        acc->values[i] = k_arg(loop, (uint32_t)i + 1);
    fold_loops(e, rank, d + 1, size, at, body, data, acc);
    k_for_end(&e->b, loop, acc->count, acc->values);
    memo_release(e, mark);
    for (size_t i = 0; i < acc->count; i++)
        acc->values[i] = ir_result(loop, (uint32_t)i);
}

static void fold_unrolled(Emit *e, int rank, int d, const int64_t *size, Index *at, FoldBody *body,
                          void *data, Fold *acc)
{
    if (d == rank) {
        body(e, data, at, acc);
        return;
    }
    for (int64_t i = 0; i < size[d]; i++) {
        at[d] = index_const(e, i);
        fold_unrolled(e, rank, d + 1, size, at, body, data, acc);
    }
}

static void fold(Emit *e, int rank, const int64_t *size, FoldBody *body, void *data, Fold *acc)
{
    Index at[IR_MAX_RANK];
    int64_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= size[i];
    if (count <= UNROLLED)
        fold_unrolled(e, rank, 0, size, at, body, data, acc);
    else
        fold_loops(e, rank, 0, size, at, body, data, acc);
}

/* ---------------------------------------------------------------------------------- windows */

/* Where element `w` of window `o` lies in the operand, and whether it is one of its elements. */
static Index window_index(Emit *e, const IrWindow *w, int d, Index o, Index at, int64_t size,
                          IrValue **valid)
{
    Index x = index_add(e, index_mul_const(e, o, w->stride[d]),
                        index_mul_const(e, at, w->window_dilation[d]));
    x = index_add_const(e, x, -w->pad_low[d]);
    int64_t dilation = w->base_dilation[d], extent = size ? (size - 1) * dilation + 1 : 0;
    if (!w->pad_low[d] && !w->pad_high[d] && dilation == 1)
        return x;
    *valid = mask_and(e, *valid, index_in_range(e, x, 0, extent));
    if (dilation == 1)
        return x;
    *valid = mask_and(e, *valid, index_in_range(e, index_rem_const(e, x, dilation), 0, 1));
    return index_div_const(e, x, dilation);
}

static Point *window_point(Emit *e, const IrWindow *w, IrType operand, const Index *o,
                           const Index *at, const Point *p, IrValue **valid)
{
    Index x[IR_MAX_RANK];
    *valid = NULL;
    for (int i = 0; i < w->rank; i++)
        x[i] = window_index(e, w, i, o[i], at[i], operand->dims[i], valid);
    Point *q = point_at(e, operand->rank, operand->dims, x, p);
    if (*valid) {
        q->mask = mask_and(e, q->mask, *valid);
        q->guarded = true;
    }
    return q;
}

typedef struct WindowFold {
    const IrOp *op;
    IrWindow w;
    const Index *o;
    Point *p;
} WindowFold;

static void fold_window(Emit *e, void *data, const Index *at, Fold *acc)
{
    WindowFold *f = data;
    IrValue *valid, **x = ARENA_ARRAY(e->arena, IrValue *, acc->count);
    IrValue **next = ARENA_ARRAY(e->arena, IrValue *, acc->count);
    Point *q = window_point(e, &f->w, ir_operand(f->op, 0)->type, f->o, at, f->p, &valid);
    for (uint32_t i = 0; i < acc->count; i++)
        x[i] = emit_value(e, ir_operand(f->op, i), q);
    for (size_t i = 0; i < acc->count; i++) {
        next[i] = emit_combine(e, &f->op->regions[0], acc->count, acc->values, x, i);
        if (valid)
            next[i] = k_select(&e->b, valid, next[i], acc->values[i]);
    }
    memcpy(acc->values, next, acc->count * sizeof *next);
}

/* The first values of a fold: the inits of a reduce or reduce_window. */
static Fold inits(Emit *e, const IrOp *op)
{
    Fold acc = {op->result_count, ARENA_ARRAY(e->arena, IrValue *, op->result_count)};
    for (uint32_t i = 0; i < op->result_count; i++)
        acc.values[i] = emit_value(e, ir_operand(op, op->result_count + i), point_scalar(e));
    return acc;
}

IrValue *emit_reduce_window(Emit *e, const IrOp *op, uint32_t result, Point *p)
{
    WindowFold f = {op, ir_window(op), point_indices(e, p), p};
    Fold acc = inits(e, op);
    if (ir_elements(ir_operand(op, 0)->type))
        fold(e, f.w.rank, f.w.size, fold_window, &f, &acc);
    return acc.values[result];
}

/* ----------------------------------------------------------------------------------- reduce */

typedef struct ReduceFold {
    const IrOp *op;
    Point *p;
    const Index *kept;
    const int64_t *dimensions;
    size_t count;
} ReduceFold;

static void fold_reduce(Emit *e, void *data, const Index *at, Fold *acc)
{
    ReduceFold *f = data;
    IrType from = ir_operand(f->op, 0)->type;
    Index x[IR_MAX_RANK];
    IrValue **v = ARENA_ARRAY(e->arena, IrValue *, acc->count);
    IrValue **next = ARENA_ARRAY(e->arena, IrValue *, acc->count);
    for (int i = 0, kept = 0; i < from->rank; i++) {
        size_t k = 0;
        while (k < f->count && f->dimensions[k] != i)
            k++;
        x[i] = k < f->count ? at[k] : f->kept[kept++];
    }
    Point *q = point_at(e, from->rank, from->dims, x, f->p);
    for (uint32_t i = 0; i < acc->count; i++)
        v[i] = emit_value(e, ir_operand(f->op, i), q);
    for (size_t i = 0; i < acc->count; i++)
        next[i] = emit_combine(e, &f->op->regions[0], acc->count, acc->values, v, i);
    memcpy(acc->values, next, acc->count * sizeof *next);
}

IrValue *emit_reduce_serial(Emit *e, const IrOp *op, uint32_t result, Point *p)
{
    ReduceFold f = {.op = op, .p = p, .kept = point_indices(e, p)};
    f.dimensions = ir_op_ints(op, "dimensions", &f.count);
    int64_t size[IR_MAX_RANK];
    IrType from = ir_operand(op, 0)->type;
    for (size_t i = 0; i < f.count; i++)
        size[i] = from->dims[f.dimensions[i]];
    Fold acc = inits(e, op);
    if (ir_elements(from))
        fold(e, (int)f.count, size, fold_reduce, &f, &acc);
    return acc.values[result];
}

/* -------------------------------------------------------------------------- select_and_scatter */

/* The value at an element of the operand: the sum of the sources of all windows that cover the
 * element and select it. A window selects by going through its elements in order and keeping the
 * one for which select(kept, new) holds. */
typedef struct Selection {
    const IrOp *op;
    IrWindow w;
    IrType operand, source;
    const Index *here;              /* the element asked for */
    Index window[IR_MAX_RANK];      /* a window that may cover it */
    IrValue *exists;                /* whether there is such a window */
    Point *p;
} Selection;

/* acc: value kept, its position among the window's elements, whether any was seen (all vectors) */
static void select_step(Emit *e, void *data, const Index *at, Fold *acc)
{
    Selection *s = data;
    IrValue *valid;
    Point *q = window_point(e, &s->w, s->operand, s->window, at, s->p, &valid);
    q->mask = mask_and(e, q->mask, s->exists);
    q->guarded = true;
    IrValue *x = emit_value(e, ir_operand(s->op, 0), q);
    IrValue *keep = emit_combine(e, &s->op->regions[0], 1, &acc->values[0], &x, 0);
    IrValue *ones = k_int(&e->b, keep->type, 1);
    IrValue *take = k_binary(&e->b, OP_arith_xori, k_binary(&e->b, OP_arith_andi, keep, acc->values[2]), ones);
    take = mask_and(e, take, valid);
    Index position = index_const(e, 0);
    for (int i = 0; i < s->w.rank; i++)
        position = index_add(e, index_mul_const(e, position, s->w.size[i]), at[i]);
    acc->values[0] = k_select(&e->b, take, x, acc->values[0]);
    acc->values[1] = k_select(&e->b, take, index_lanes(e, position), acc->values[1]);
    acc->values[2] = k_binary(&e->b, OP_arith_ori, acc->values[2], take);
}

/* Adds what window number `at` (counted back from the last one that covers the element) gives. */
static void scatter_step(Emit *e, void *data, const Index *at, Fold *acc)
{
    Selection *s = data;
    IrValue *valid = NULL;
    Index wanted = index_const(e, 0);
    for (int i = 0; i < s->w.rank; i++) {
        int64_t stride = s->w.stride[i], size = s->w.size[i];
        Index shifted = index_add_const(e, s->here[i], s->w.pad_low[i]);
        Index o = index_add(e, index_div_const(e, shifted, stride), index_negate(e, at[i]));
        Index inside = index_add(e, shifted, index_negate(e, index_mul_const(e, o, stride)));
        valid = mask_and(e, valid, index_in_range(e, o, 0, s->source->dims[i]));
        if (size != 1 || stride != 1)
            valid = mask_and(e, valid, index_in_range(e, inside, 0, size));
        s->window[i] = o;
        wanted = index_add(e, index_mul_const(e, wanted, size), inside);
    }
    s->exists = valid;
    IrType ints = ir_vector(e->c, DTYPE_i32, e->lanes);
    Fold kept = {3, (IrValue *[]){k_const(&e->b, lane_type(e, s->operand->elem), 0),
                                  k_int(&e->b, ints, -1), k_int(&e->b, mask_type(e), 0)}};
    if (!dtype_is_float(s->operand->elem))
        kept.values[0] = k_int(&e->b, lane_type(e, s->operand->elem), 0);
    fold(e, s->w.rank, s->w.size, select_step, s, &kept);
    IrValue *mine = k_cmpi(&e->b, "eq", kept.values[1], index_lanes(e, wanted));
    mine = mask_and(e, mine, valid);
    Point *q = point_at(e, s->source->rank, s->source->dims, s->window, s->p);
    q->mask = mask_and(e, q->mask, valid);
    q->guarded = true;
    IrValue *x = emit_value(e, ir_operand(s->op, 1), q);
    IrValue *sum = emit_combine(e, &s->op->regions[1], 1, &acc->values[0], &x, 0);
    acc->values[0] = k_select(&e->b, mine, sum, acc->values[0]);
}

IrValue *emit_select_and_scatter(Emit *e, const IrOp *op, Point *p)
{
    Selection s = {.op = op, .w = ir_window(op), .operand = ir_operand(op, 0)->type,
                   .source = ir_operand(op, 1)->type, .here = point_indices(e, p), .p = p};
    int64_t covering[IR_MAX_RANK];      /* windows that may cover one element */
    for (int i = 0; i < s.w.rank; i++)
        covering[i] = (s.w.size[i] - 1) / s.w.stride[i] + 1;
    Fold acc = {1, (IrValue *[]){emit_value(e, ir_operand(op, 2), point_scalar(e))}};
    if (ir_elements(s.source))
        fold(e, s.w.rank, covering, scatter_step, &s, &acc);
    return acc.values[0];
}

/* -------------------------------------------------------------------- sums of products, plainly */

/* For what the tiled schedule does not serve: one result element at a time. */
typedef struct ProductFold {
    const IrOp *op;
    Point *p;
    const Index *to;
    IrDotDims dot;
    IrConvDims conv;
    Dtype acc_elem;                 /* sums of bf16 and f16 are kept in f32 */
} ProductFold;

static void add_product(Emit *e, ProductFold *f, Point *lhs, Point *rhs, IrValue *valid, Fold *acc)
{
    Dtype elem = f->op->results[0].type->elem;
    IrValue *x = emit_value(e, ir_operand(f->op, 0), lhs);
    IrValue *y = emit_value(e, ir_operand(f->op, 1), rhs);
    x = emit_convert(e, x, ir_operand(f->op, 0)->type->elem, f->acc_elem);
    y = emit_convert(e, y, ir_operand(f->op, 1)->type->elem, f->acc_elem);
    IrValue *sum;
    if (elem == DTYPE_i1)
        sum = k_binary(&e->b, OP_arith_ori, acc->values[0], k_binary(&e->b, OP_arith_andi, x, y));
    else if (dtype_is_float(f->acc_elem))
        sum = emit_fma(e, x, y, acc->values[0]);
    else
        sum = k_binary(&e->b, OP_arith_addi, acc->values[0], k_binary(&e->b, OP_arith_muli, x, y));
    acc->values[0] = valid ? k_select(&e->b, valid, sum, acc->values[0]) : sum;
}

/* The operand's indices: batch ones first in the result, contracted ones from the fold, the rest
 * from the result, starting at *next. */
static Point *dot_point(Emit *e, ProductFold *f, IrType t, const int64_t *batch,
                        const int64_t *contract, const Index *at, int *next)
{
    Index x[IR_MAX_RANK];
    size_t k;
    for (int i = 0; i < t->rank; i++)
        x[i] = listed(contract, f->dot.contract, i, &k) ? at[k]
               : listed(batch, f->dot.batch, i, &k)     ? f->to[k]
                                                        : f->to[(*next)++];
    return point_at(e, t->rank, t->dims, x, f->p);
}

static void dot_step(Emit *e, void *data, const Index *at, Fold *acc)
{
    ProductFold *f = data;
    int next = (int)f->dot.batch;
    Point *l = dot_point(e, f, ir_operand(f->op, 0)->type, f->dot.lhs_batch, f->dot.lhs_contract, at, &next);
    Point *r = dot_point(e, f, ir_operand(f->op, 1)->type, f->dot.rhs_batch, f->dot.rhs_contract, at, &next);
    add_product(e, f, l, r, NULL, acc);
}

/* fold position: kernel's spatial dimensions, then input features of one group */
static void conv_step(Emit *e, void *data, const Index *at, Fold *acc)
{
    ProductFold *f = data;
    const IrConvDims *c = &f->conv;
    IrType in = ir_operand(f->op, 0)->type, kernel = ir_operand(f->op, 1)->type;
    IrType out = f->op->results[0].type;
    Index x[IR_MAX_RANK], k[IR_MAX_RANK], feature = f->to[c->output_feature];
    IrValue *valid = NULL;
    int64_t inputs = kernel->dims[c->kernel_input], outputs = out->dims[c->output_feature];
    k[c->kernel_output] = feature;
    k[c->kernel_input] = at[c->spatial];
    x[c->input_feature] = at[c->spatial];
    x[c->input_batch] = f->to[c->output_batch];
    if (c->feature_groups > 1) {
        Index group = index_div_const(e, feature, outputs / c->feature_groups);
        x[c->input_feature] = index_add(e, x[c->input_feature], index_mul_const(e, group, inputs));
    }
    if (c->batch_groups > 1) {
        Index group = index_div_const(e, feature, outputs / c->batch_groups);
        Index offset = index_mul_const(e, group, in->dims[c->input_batch] / c->batch_groups);
        x[c->input_batch] = index_add(e, x[c->input_batch], offset);
    }
    for (size_t i = 0; i < c->spatial; i++) {
        int64_t size = kernel->dims[c->kernel_spatial[i]];
        IrWindow w = {.rank = 1, .size = {size}, .stride = {c->strides[i]},
                      .base_dilation = {c->lhs_dilation[i]}, .window_dilation = {c->rhs_dilation[i]},
                      .pad_low = {c->pad_low[i]}, .pad_high = {c->pad_high[i]}};
        x[c->input_spatial[i]] = window_index(e, &w, 0, f->to[c->output_spatial[i]], at[i],
                                              in->dims[c->input_spatial[i]], &valid);
        k[c->kernel_spatial[i]] =
            c->reversal[i] ? index_add_const(e, index_negate(e, at[i]), size - 1) : at[i];
    }
    Point *l = point_at(e, in->rank, in->dims, x, f->p);
    Point *r = point_at(e, kernel->rank, kernel->dims, k, f->p);
    l->mask = mask_and(e, l->mask, valid);
    l->guarded |= valid != NULL;
    add_product(e, f, l, r, valid, acc);
}

IrValue *emit_contraction(Emit *e, const IrOp *op, Point *p)
{
    Dtype elem = op->results[0].type->elem;
    ProductFold f = {.op = op, .p = p, .to = point_indices(e, p)};
    bool narrow = dtype_is_float(elem) && dtype_bytes(elem) == 2;
    f.acc_elem = narrow ? DTYPE_f32 : elem;
    IrType type = lane_type(e, f.acc_elem);
    IrValue *zero = dtype_is_float(f.acc_elem) ? k_const(&e->b, type, 0) : k_int(&e->b, type, 0);
    Fold acc = {1, (IrValue *[]){zero}};
    int64_t size[IR_MAX_RANK];
    int rank = 0;
    IrType lhs = ir_operand(op, 0)->type, rhs = ir_operand(op, 1)->type;
    if (op->kind == OP_dot_general) {
        f.dot = ir_dot_dims(op);
        for (; rank < (int)f.dot.contract; rank++)
            size[rank] = lhs->dims[f.dot.lhs_contract[rank]];
    } else {
        f.conv = ir_conv_dims(op);
        for (; rank < (int)f.conv.spatial; rank++)
            size[rank] = rhs->dims[f.conv.kernel_spatial[rank]];
        size[rank++] = rhs->dims[f.conv.kernel_input];
    }
    if (ir_elements(lhs) && ir_elements(rhs))
        fold(e, rank, size, op->kind == OP_dot_general ? dot_step : conv_step, &f, &acc);
    return emit_convert(e, acc.values[0], f.acc_elem, elem);
}
