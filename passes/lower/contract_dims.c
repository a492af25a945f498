/* What the dimensions of a dot_general or convolution are to a product of matrices. */
#include "passes/lower/contract.h"
#include "passes/strided.h"

#include <stdlib.h>

typedef struct Found {
    Dims by_role[4];
} Found;

static void found_add(Found *f, DimRole role, int64_t size, int64_t a, int64_t b, int64_t c)
{
    Dims *d = &f->by_role[role];
    if (size != 1)
        d->of[d->count++] = (Dim){size, a, b, c};
}

static void find_dot(const IrOp *op, const int64_t *a, const int64_t *b, const int64_t *c, Found *f)
{
    IrDotDims d = ir_dot_dims(op);
    IrType lhs = ir_operand(op, 0)->type, rhs = ir_operand(op, 1)->type;
    int out = 0;
    for (size_t i = 0; i < d.batch; i++, out++)
        found_add(f, DIM_BATCH, lhs->dims[d.lhs_batch[i]], a[d.lhs_batch[i]], b[d.rhs_batch[i]], c[out]);
    for (int i = 0; i < lhs->rank; i++)
        if (!listed(d.lhs_batch, d.batch, i, NULL) &&
            !listed(d.lhs_contract, d.contract, i, NULL))
            found_add(f, DIM_M, lhs->dims[i], a[i], 0, c[out++]);
    for (int i = 0; i < rhs->rank; i++)
        if (!listed(d.rhs_batch, d.batch, i, NULL) &&
            !listed(d.rhs_contract, d.contract, i, NULL))
            found_add(f, DIM_N, rhs->dims[i], 0, b[i], c[out++]);
    for (size_t i = 0; i < d.contract; i++)
        found_add(f, DIM_K, lhs->dims[d.lhs_contract[i]], a[d.lhs_contract[i]], b[d.rhs_contract[i]], 0);
}

/* Padding and dilation of the input were made explicit before (passes/legalize.c). Returns where the
 * kernel's first element lies: reversed dimensions run backwards from their end. */
static int64_t find_conv(const IrOp *op, const int64_t *a, const int64_t *b, const int64_t *c, Found *f)
{
    IrConvDims d = ir_conv_dims(op);
    IrType kernel = ir_operand(op, 1)->type, out = op->results[0].type;
    int64_t start = 0, groups = d.feature_groups * d.batch_groups;
    int64_t inputs = kernel->dims[d.kernel_input], outputs = kernel->dims[d.kernel_output] / groups;
    int64_t images = out->dims[d.output_batch];
    int64_t group_a = d.feature_groups > 1 ? inputs * a[d.input_feature] : images * a[d.input_batch];
    found_add(f, DIM_BATCH, groups, group_a, outputs * b[d.kernel_output], outputs * c[d.output_feature]);
    found_add(f, DIM_M, images, a[d.input_batch], 0, c[d.output_batch]);
    found_add(f, DIM_N, outputs, 0, b[d.kernel_output], c[d.output_feature]);
    for (size_t i = 0; i < d.spatial; i++) {
        int64_t x = a[d.input_spatial[i]], w = b[d.kernel_spatial[i]];
        int64_t size = kernel->dims[d.kernel_spatial[i]], o = d.output_spatial[i];
        found_add(f, DIM_M, out->dims[o], x * d.strides[i], 0, c[o]);
        found_add(f, DIM_K, size, x * d.rhs_dilation[i], d.reversal[i] ? -w : w, 0);
        start += d.reversal[i] ? (size - 1) * w : 0;
    }
    found_add(f, DIM_K, inputs, a[d.input_feature], b[d.kernel_input], 0);
    return start;
}

/* -------------------------------------------------------------------------- order and grouping */

static int by_c(const void *x, const void *y)
{
    int64_t a = ((const Dim *)x)->c, b = ((const Dim *)y)->c;
    return a > b ? -1 : a < b;
}

static int by_a(const void *x, const void *y)
{
    int64_t a = ((const Dim *)x)->a, b = ((const Dim *)y)->a;
    return a > b ? -1 : a < b;
}

static bool nested(const Dim *outer, const Dim *inner)
{
    return outer->a == inner->a * inner->size && outer->b == inner->b * inner->size &&
           outer->c == inner->c * inner->size;
}

/* Outermost first; neighbours that are one dimension in all three arrays become one. */
static Dims collapse(Dims d, int (*order)(const void *, const void *))
{
    Dims out = {.size = 1};
    qsort(d.of, (size_t)d.count, sizeof *d.of, order);
    for (int i = 0; i < d.count; i++) {
        Dim *last = out.count ? &out.of[out.count - 1] : NULL;
        out.size *= d.of[i].size;
        if (last && nested(last, &d.of[i]))
            *last = (Dim){last->size * d.of[i].size, d.of[i].a, d.of[i].b, d.of[i].c};
        else
            out.of[out.count++] = d.of[i];
    }
    return out;
}

static void swap_roles(Found *f)
{
    Dims m = f->by_role[DIM_M];
    f->by_role[DIM_M] = f->by_role[DIM_N];
    f->by_role[DIM_N] = m;
    for (int role = 0; role < 4; role++)
        for (int i = 0; i < f->by_role[role].count; i++) {
            Dim *d = &f->by_role[role].of[i];
            int64_t a = d->a;
            d->a = d->b;
            d->b = a;
        }
}

static bool has_unit(const Dims *d)
{
    for (int i = 0; i < d->count; i++)
        if (d->of[i].c == 1)
            return true;
    return false;
}

/* Without columns: each dot product of a batch is one, or there is but one. */
static Dims find_batch_columns(Found *f)
{
    Dims n = {.size = 1}, *batch = &f->by_role[DIM_BATCH];
    if (!batch->count) {
        n.of[n.count++] = (Dim){1, 0, 0, 1};
        return n;
    }
    *batch = collapse(*batch, by_c);
    Dim last = batch->of[--batch->count];
    n.of[n.count++] = last;
    n.size = last.size;
    return n;
}

/* In memory, if it lies there with elements of the type as which it is read. */
static Operand find_operand(Emit *e, IrValue *v, Dtype elem, int64_t *strides)
{
    Operand o = {.value = v, .elem = elem};
    IrValue *x = v->type->elem == elem ? pass_strided(v, strides, &o.start) : NULL;
    if (x && !x->op) {
        o.memory = e->memref[x->index];
        e->only_identity[x->index] = false;
    } else if (x && x->op->kind == OP_constant) {
        o.memory = k_collapse(&e->b, emit_constant_buffer(e, x->op));
    } else {
        o.start = 0;
        pass_row_major(v->type, strides);
    }
    return o;
}

bool contraction_find(Emit *e, const IrOp *op, Contraction *out)
{
    Dtype elem = op->results[0].type->elem;
    return contraction_find_of(e, op, ir_operand(op, 0), ir_operand(op, 1), elem, out);
}

bool contraction_find_of(Emit *e, const IrOp *op, IrValue *x, IrValue *y, Dtype elem, Contraction *out)
{
    int64_t a[IR_MAX_RANK], b[IR_MAX_RANK], c[IR_MAX_RANK];
    Operand lhs = find_operand(e, x, elem, a), rhs = find_operand(e, y, elem, b);
    Found f = {0};
    pass_row_major(op->results[0].type, c);
    if (op->kind == OP_dot_general)
        find_dot(op, a, b, c, &f);
    else
        rhs.start += find_conv(op, a, b, c, &f);
    bool swapped = !has_unit(&f.by_role[DIM_N]) && has_unit(&f.by_role[DIM_M]);
    if (swapped)
        swap_roles(&f);
    bool no_columns = !f.by_role[DIM_N].count && !f.by_role[DIM_M].count;
    Dims n = no_columns ? find_batch_columns(&f) : collapse(f.by_role[DIM_N], by_c);
    if (!n.count || n.of[n.count - 1].c != 1)
        return false;
    Dims outer = f.by_role[DIM_BATCH];
    for (int i = 0; i < n.count - 1; i++)
        outer.of[outer.count++] = n.of[i];
    *out = (Contraction){.op = op, .elem = op->results[0].type->elem, .a = swapped ? rhs : lhs,
                         .b = swapped ? lhs : rhs, .outer = collapse(outer, by_c),
                         .m = collapse(f.by_role[DIM_M], by_c),
                         .k = collapse(f.by_role[DIM_K], by_a), .n = n.of[n.count - 1]};
    out->a.has_indices = !out->a.memory && operand_has_indices(&out->a, out, IN_A);
    out->b.has_indices = !out->b.memory && operand_has_indices(&out->b, out, IN_B);
    return out->k.size > 0 && out->m.size > 0 && out->outer.size > 0 &&
           (!no_columns || contraction_is_dots(e, out));
}

int64_t inner_k(const Contraction *c, int d)
{
    int64_t size = 1;
    for (int i = d + 1; i < c->k.count; i++)
        size *= c->k.of[i].size;
    return size;
}
