/* op.<name>: the ops of the graph that are not elementwise on one or two operands. All
 * that a builder would insist on is checked here first. */
#include "frontend/lang/elab.h"

#include <string.h>

static Value problem(Call *c, const char *what)
{
    return lang_error(c->e, c->n, "%s: %s", c->name, what);
}

static bool arg_dtype(Call *c, size_t i, Dtype otherwise, Dtype *out)
{
    *out = otherwise;
    if (c->args[i].kind == V_NONE)
        return true;
    *out = c->args[i].dtype;
    if (c->args[i].kind != V_DTYPE)
        problem(c, "wanted an element type, such as f32");
    return c->args[i].kind == V_DTYPE;
}

static Value run_convert(Call *c)
{
    IrValue *x;
    Dtype t;
    if (!arg_dtype(c, 1, DTYPE_f32, &t))
        return value_error();
    if (value_is_number(c->args[0]))
        return lang_initial(c->e, c->n, c->args[0], ir_tensor(c->e->ir, t, 0, NULL));
    return lang_arg_tensor(c, 0, &x) ? value_tensor(ir_convert(&c->e->b, x, t))
                                     : value_error();
}

static Value run_bitcast(Call *c)
{
    IrValue *x;
    Dtype t;
    if (!lang_arg_tensor(c, 0, &x) || !arg_dtype(c, 1, DTYPE_f32, &t))
        return value_error();
    if (dtype_bits(t) != dtype_bits(x->type->elem))
        return problem(c, "the types differ in size");
    return value_tensor(ir_bitcast_convert(&c->e->b, x, t));
}

static Value run_select(Call *c)
{
    return lang_select(c->e, c->n, c->args[0], c->args[1], c->args[2]);
}

static Value run_is_finite(Call *c)
{
    IrValue *x;
    if (!lang_arg_tensor(c, 0, &x))
        return value_error();
    if (!dtype_is_float(x->type->elem))
        return problem(c, "wanted a tensor of floats");
    return value_tensor(ir_is_finite(&c->e->b, x));
}

static Value run_iota(Call *c)
{
    int rank;
    int64_t dims[IR_MAX_RANK], axis;
    Dtype t;
    if (!arg_dtype(c, 2, DTYPE_i32, &t) || !lang_arg_dims(c, 0, t, &rank, dims) ||
        !lang_arg_axis(c, 1, rank, &axis))
        return value_error();
    if (t == DTYPE_i1)
        return problem(c, "i1 does not count");
    return value_tensor(ir_iota(&c->e->b, ir_tensor(c->e->ir, t, rank, dims), axis));
}

static Value run_full(Call *c)
{
    int rank;
    int64_t dims[IR_MAX_RANK];
    Dtype t;
    if (!arg_dtype(c, 2, DTYPE_f32, &t) || !lang_arg_dims(c, 0, t, &rank, dims))
        return value_error();
    Value v = c->args[1];
    if (value_is_number(v) || v.kind == V_BOOL) {
        double number = v.kind == V_BOOL ? (double)v.integer : value_number(v);
        return value_tensor(
            ir_splat(&c->e->b, ir_tensor(c->e->ir, t, rank, dims), number));
    }
    if (v.kind != V_TENSOR || v.tensor->type->rank)
        return problem(c, "wanted a number or a scalar");
    IrValue *x = ir_convert(&c->e->b, v.tensor, t);
    return value_tensor(lang_broadcast(c->e, c->n, x, rank, dims));
}

static Value run_broadcast(Call *c)
{
    IrValue *x;
    int rank;
    int64_t dims[IR_MAX_RANK];
    if (!lang_arg_tensor(c, 0, &x) || !lang_arg_dims(c, 1, x->type->elem, &rank, dims))
        return value_error();
    for (int i = 1; i <= x->type->rank; i++) {
        int64_t size = x->type->dims[x->type->rank - i];
        if (i > rank || (size != 1 && size != dims[rank - i]))
            return lang_error(c->e, c->n, "broadcast: %s does not fit %s",
                              lang_show(c->e, c->args[0]),
                              lang_show_dims(c->e, rank, dims));
    }
    return value_tensor(lang_broadcast(c->e, c->n, x, rank, dims));
}

/* One size may be -1: what is left. */
static bool infer_size(int64_t total, int rank, int64_t *dims)
{
    int open = -1;
    int64_t product = 1;
    for (int i = 0; i < rank; i++) {
        if (dims[i] == -1 && open < 0)
            open = i;
        else if (dims[i] < 0 || __builtin_mul_overflow(product, dims[i], &product))
            return false;
    }
    if (open < 0)
        return product == total;
    if (product == 0 || total % product)
        return false;
    dims[open] = total / product;
    return true;
}

static Value run_reshape(Call *c)
{
    IrValue *x;
    int rank;
    int64_t dims[IR_MAX_RANK];
    if (!lang_arg_tensor(c, 0, &x) || !lang_arg_ints(c, 1, dims, &rank))
        return value_error();
    if (!infer_size(ir_elements(x->type), rank, dims))
        return lang_error(c->e, c->n, "reshape: %s does not have the elements of %s",
                          lang_show(c->e, value_tensor(x)),
                          lang_show_dims(c->e, rank, dims));
    if (!lang_dims_ok(c->e, c->n, x->type->elem, rank, dims))
        return value_error();
    return value_tensor(ir_reshape(&c->e->b, x, rank, dims));
}

/* Axes of a tensor, each at most once; negative ones count from the end. */
static bool arg_axes(Call *c, size_t i, int rank, int64_t *axes, int *count)
{
    bool seen[IR_MAX_RANK] = {false};
    if (!lang_arg_ints(c, i, axes, count))
        return false;
    for (int k = 0; k < *count; k++) {
        axes[k] += axes[k] < 0 ? rank : 0;
        if (axes[k] < 0 || axes[k] >= rank || seen[axes[k]]) {
            lang_error(c->e, c->n, "%s: axes %s do not fit a tensor of rank %d", c->name,
                       lang_show(c->e, c->args[i]), rank);
            return false;
        }
        seen[axes[k]] = true;
    }
    return true;
}

static Value run_transpose(Call *c)
{
    IrValue *x;
    int64_t axes[IR_MAX_RANK];
    int count, still = 0;
    if (!lang_arg_tensor(c, 0, &x) || !arg_axes(c, 1, x->type->rank, axes, &count))
        return value_error();
    if (count != x->type->rank)
        return problem(c, "wanted every axis once");
    while (still < count && axes[still] == still)
        still++;
    return still == count ? value_tensor(x)
                          : value_tensor(ir_transpose(&c->e->b, x, axes));
}

static Value run_reverse(Call *c)
{
    IrValue *x;
    int64_t axes[IR_MAX_RANK];
    int count;
    if (!lang_arg_tensor(c, 0, &x) || !arg_axes(c, 1, x->type->rank, axes, &count))
        return value_error();
    return value_tensor(count ? ir_reverse(&c->e->b, x, (size_t)count, axes) : x);
}

static bool joins(IrType a, IrType b, int64_t axis)
{
    if (a->elem != b->elem || a->rank != b->rank)
        return false;
    for (int i = 0; i < a->rank; i++)
        if (i != axis && a->dims[i] != b->dims[i])
            return false;
    return true;
}

static Value run_concatenate(Call *c)
{
    Value list = c->args[0];
    if (list.kind != V_LIST || !list.list.count || list.list.items[0].kind != V_TENSOR)
        return problem(c, "wanted a list of tensors");
    IrType first = list.list.items[0].tensor->type;
    IrValue **xs = ARENA_ARRAY(c->e->arena, IrValue *, list.list.count);
    int64_t axis, dims[IR_MAX_RANK];
    if (!lang_arg_axis(c, 1, first->rank, &axis))
        return value_error();
    memcpy(dims, first->dims, sizeof *dims * (size_t)first->rank);
    for (size_t i = 0; i < list.list.count; i++) {
        Value v = list.list.items[i];
        if (v.kind != V_TENSOR || !joins(first, v.tensor->type, axis))
            return lang_error(
                c->e, c->n, "concatenate: %s and %s differ in more than axis %lld",
                lang_show(c->e, list.list.items[0]), lang_show(c->e, v), (long long)axis);
        xs[i] = v.tensor;
        if (i &&
            __builtin_add_overflow(dims[axis], v.tensor->type->dims[axis], &dims[axis]))
            return problem(c, "the tensor would be too large");
    }
    if (!lang_dims_ok(c->e, c->n, first->elem, first->rank, dims))
        return value_error();
    return value_tensor(list.list.count == 1
                            ? xs[0]
                            : ir_concatenate(&c->e->b, list.list.count, xs, axis));
}

static bool arg_per_axis(Call *c, size_t i, int rank, int64_t otherwise, int64_t *out)
{
    int count = rank;
    for (int k = 0; k < rank; k++)
        out[k] = otherwise;
    if (c->args[i].kind == V_NONE)
        return true;
    if (!lang_arg_ints(c, i, out, &count))
        return false;
    if (count != rank)
        lang_error(c->e, c->n, "%s: found %s, wanted one number for each of %d axes",
                   c->name, lang_show(c->e, c->args[i]), rank);
    return count == rank;
}

static Value run_pad(Call *c)
{
    IrValue *x, *value;
    int64_t low[IR_MAX_RANK], high[IR_MAX_RANK], interior[IR_MAX_RANK], dims[IR_MAX_RANK];
    if (!lang_arg_tensor(c, 0, &x) || !lang_arg_tensor(c, 1, &value))
        return value_error();
    int rank = x->type->rank;
    if (value->type->rank)
        return problem(c, "wanted a scalar to pad with");
    if (!arg_per_axis(c, 2, rank, 0, low) || !arg_per_axis(c, 3, rank, 0, high) ||
        !arg_per_axis(c, 4, rank, 0, interior))
        return value_error();
    for (int i = 0; i < rank; i++) {
        int64_t size = x->type->dims[i], gaps;
        if (interior[i] < 0 ||
            __builtin_mul_overflow(size ? size - 1 : 0, interior[i], &gaps) ||
            __builtin_add_overflow(size, gaps, &dims[i]) ||
            __builtin_add_overflow(dims[i], low[i], &dims[i]) ||
            __builtin_add_overflow(dims[i], high[i], &dims[i]))
            return problem(c, "padding out of range");
    }
    if (!lang_dims_ok(c->e, c->n, x->type->elem, rank, dims))
        return value_error();
    value = ir_convert(&c->e->b, value, x->type->elem);
    return value_tensor(ir_pad(&c->e->b, x, value, low, high, interior));
}

static bool arg_starts(Call *c, size_t i, int rank, IrValue **out)
{
    Value v = c->args[i];
    if (v.kind != V_LIST || (int)v.list.count != rank) {
        problem(c, "wanted one start for each axis");
        return false;
    }
    for (int k = 0; k < rank; k++) {
        Value s = lang_to_tensor(c->e, c->n, v.list.items[k], DTYPE_i64);
        bool good = s.kind == V_TENSOR && !s.tensor->type->rank &&
                    dtype_is_int(s.tensor->type->elem);
        if (!good) {
            problem(c, "wanted whole numbers as starts");
            return false;
        }
        out[k] = ir_convert(&c->e->b, s.tensor, DTYPE_i64);
    }
    return true;
}

static bool fits_inside(Call *c, IrType x, const int64_t *sizes)
{
    for (int i = 0; i < x->rank; i++)
        if (sizes[i] < 0 || sizes[i] > x->dims[i]) {
            lang_error(c->e, c->n, "%s: sizes %s do not fit %s", c->name,
                       lang_show_dims(c->e, x->rank, sizes),
                       lang_show_dims(c->e, x->rank, x->dims));
            return false;
        }
    return true;
}

static Value run_dynamic_slice(Call *c)
{
    IrValue *x, *starts[IR_MAX_RANK];
    int64_t sizes[IR_MAX_RANK];
    if (!lang_arg_tensor(c, 0, &x) || !arg_starts(c, 1, x->type->rank, starts) ||
        !arg_per_axis(c, 2, x->type->rank, 1, sizes) || !fits_inside(c, x->type, sizes))
        return value_error();
    return value_tensor(x->type->rank ? ir_dynamic_slice(&c->e->b, x, starts, sizes) : x);
}

static Value run_dynamic_update_slice(Call *c)
{
    IrValue *x, *update, *starts[IR_MAX_RANK];
    if (!lang_arg_tensor(c, 0, &x) || !lang_arg_tensor(c, 1, &update) ||
        !arg_starts(c, 2, x->type->rank, starts))
        return value_error();
    if (update->type->rank != x->type->rank || update->type->elem != x->type->elem)
        return problem(c, "the update must have the tensor's rank and element type");
    if (!fits_inside(c, x->type, update->type->dims))
        return value_error();
    return value_tensor(ir_dynamic_update_slice(&c->e->b, x, update, starts));
}

static Value reduce(Call *c, IrOpKind by)
{
    IrValue *x;
    int64_t axes[IR_MAX_RANK];
    int count;
    if (!lang_arg_tensor(c, 0, &x) || !arg_axes(c, 1, x->type->rank, axes, &count))
        return value_error();
    bool logic = by == OP_and || by == OP_or, is_float = dtype_is_float(x->type->elem);
    if (logic ? is_float : x->type->elem == DTYPE_i1)
        return problem(c,
                       logic ? "wanted i1 or whole numbers" : "i1 has no sum (cast it)");
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && axes[k] < axes[k - 1]; k--) {
            int64_t t = axes[k];
            axes[k] = axes[k - 1];
            axes[k - 1] = t;
        }
    return value_tensor(count ? ir_reduce(&c->e->b, x, by, (size_t)count, axes) : x);
}

static Value run_reduce_add(Call *c) { return reduce(c, OP_add); }
static Value run_reduce_multiply(Call *c) { return reduce(c, OP_multiply); }
static Value run_reduce_maximum(Call *c) { return reduce(c, OP_maximum); }
static Value run_reduce_minimum(Call *c) { return reduce(c, OP_minimum); }
static Value run_reduce_and(Call *c) { return reduce(c, OP_and); }
static Value run_reduce_or(Call *c) { return reduce(c, OP_or); }

/* Rows of a table: [V, ...] by indices [..i] gives [..i, ...]. */
static Value run_take(Call *c)
{
    IrValue *x, *at;
    if (!lang_arg_tensor(c, 0, &x) || !lang_arg_tensor(c, 1, &at))
        return value_error();
    int rank = at->type->rank, row = x->type->rank - 1;
    if (row < 0 || !dtype_is_int(at->type->elem) || rank + row > IR_MAX_RANK)
        return problem(c, "wanted a table and whole numbers that say which rows");
    if (!x->type->dims[0])
        return problem(c, "the table is empty");
    IrGatherDims d = {
        .offset = (size_t)row, .collapsed = 1, .map = 1, .index_vector_dim = rank};
    int64_t sizes[IR_MAX_RANK], dims[IR_MAX_RANK];
    sizes[0] = 1;
    for (int i = 0; i < rank; i++)
        dims[i] = at->type->dims[i];
    for (int i = 0; i < row; i++) {
        d.offset_dims[i] = rank + i;
        dims[rank + i] = sizes[1 + i] = x->type->dims[1 + i];
    }
    if (!lang_dims_ok(c->e, c->n, x->type->elem, rank + row, dims))
        return value_error();
    return value_tensor(ir_gather(&c->e->b, x, at, &d, sizes));
}

/* Advances the random numbers of this step. */
static Value run_rng_bits(Call *c)
{
    int rank;
    int64_t dims[IR_MAX_RANK];
    Dtype t;
    if (!arg_dtype(c, 1, DTYPE_ui32, &t) || !lang_arg_dims(c, 0, t, &rank, dims))
        return value_error();
    if (t != DTYPE_ui32 && t != DTYPE_ui64)
        return problem(c, "wanted ui32 or ui64");
    if (!c->e->rng)
        return problem(
            c, "random numbers exist only while training and in initializers (write "
               "`if training { ... }`)");
    return value_tensor(
        ir_rng_bits(&c->e->b, c->e->rng, ir_tensor(c->e->ir, t, rank, dims), &c->e->rng));
}

static bool dot_axes(Call *c, size_t i, int rank, int64_t *out, size_t *count)
{
    int n;
    if (!arg_axes(c, i, rank, out, &n))
        return false;
    *count = (size_t)n;
    return true;
}

static bool disjoint(const int64_t *a, size_t n, const int64_t *b, size_t m)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            if (a[i] == b[k])
                return false;
    return true;
}

static bool same_sizes(IrType x, const int64_t *a, IrType y, const int64_t *b,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (x->dims[a[i]] != y->dims[b[i]])
            return false;
    return true;
}

/* batch, then what is left of x, then of y */
static int dot_result(IrType x, IrType y, const IrDotDims *d, int64_t *dims)
{
    int rank = 0;
    for (size_t i = 0; i < d->batch; i++)
        dims[rank++] = x->dims[d->lhs_batch[i]];
    for (int64_t i = 0; i < x->rank; i++)
        if (disjoint(&i, 1, d->lhs_batch, d->batch) &&
            disjoint(&i, 1, d->lhs_contract, d->contract))
            dims[rank++] = x->dims[i];
    for (int64_t i = 0; i < y->rank; i++)
        if (disjoint(&i, 1, d->rhs_batch, d->batch) &&
            disjoint(&i, 1, d->rhs_contract, d->contract))
            dims[rank++] = y->dims[i];
    return rank;
}

static Value run_dot_general(Call *c)
{
    IrValue *x, *y;
    IrDotDims d = {0};
    size_t batch, contract;
    if (!lang_arg_tensor(c, 0, &x) || !lang_arg_tensor(c, 1, &y))
        return value_error();
    IrType a = x->type, b = y->type;
    if (!dot_axes(c, 2, a->rank, d.lhs_batch, &d.batch) ||
        !dot_axes(c, 3, b->rank, d.rhs_batch, &batch) ||
        !dot_axes(c, 4, a->rank, d.lhs_contract, &d.contract) ||
        !dot_axes(c, 5, b->rank, d.rhs_contract, &contract))
        return value_error();
    if (batch != d.batch || contract != d.contract || a->elem != b->elem ||
        !disjoint(d.lhs_batch, batch, d.lhs_contract, contract) ||
        !disjoint(d.rhs_batch, batch, d.rhs_contract, contract) ||
        !same_sizes(a, d.lhs_batch, b, d.rhs_batch, batch) ||
        !same_sizes(a, d.lhs_contract, b, d.rhs_contract, contract))
        return lang_error(c->e, c->n, "dot_general: the axes do not fit %s and %s",
                          lang_show(c->e, c->args[0]), lang_show(c->e, c->args[1]));
    int64_t dims[2 * IR_MAX_RANK];
    int rank = dot_result(a, b, &d, dims);
    if (!lang_dims_ok(c->e, c->n, a->elem, rank, dims))
        return value_error();
    return value_tensor(ir_dot_general(&c->e->b, x, y, &d));
}

const Intrinsic lang_op_intrinsics[] = {
    {"convert", "x, dtype", run_convert},
    {"bitcast_convert", "x, dtype", run_bitcast},
    {"select", "condition, x, y", run_select},
    {"is_finite", "x", run_is_finite},
    {"iota", "shape, axis, dtype?", run_iota},
    {"full", "shape, value, dtype?", run_full},
    {"broadcast", "x, shape", run_broadcast},
    {"reshape", "x, shape", run_reshape},
    {"transpose", "x, axes", run_transpose},
    {"reverse", "x, axes", run_reverse},
    {"concatenate", "xs, axis", run_concatenate},
    {"pad", "x, value, low, high, interior?", run_pad},
    {"dynamic_slice", "x, starts, sizes", run_dynamic_slice},
    {"dynamic_update_slice", "x, update, starts", run_dynamic_update_slice},
    {"reduce_add", "x, axes", run_reduce_add},
    {"reduce_multiply", "x, axes", run_reduce_multiply},
    {"reduce_maximum", "x, axes", run_reduce_maximum},
    {"reduce_minimum", "x, axes", run_reduce_minimum},
    {"reduce_and", "x, axes", run_reduce_and},
    {"reduce_or", "x, axes", run_reduce_or},
    {"take", "x, indices", run_take},
    {"dot_general", "x, y, x_batch, y_batch, x_contract, y_contract", run_dot_general},
    {"rng_bits", "shape, dtype?", run_rng_bits},
};
const size_t lang_op_intrinsic_count =
    sizeof lang_op_intrinsics / sizeof *lang_op_intrinsics;
