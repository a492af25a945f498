/* Shape rules of ops that fold: reduce, reduce_window, select_and_scatter, convolution.
 * What their bodies must look like is checked with the other regions, in verify_region.c.
 * */
#include "ir/build.h"
#include "ir/infer.h"

/* Operands are n inputs, then n scalars to start from; n results. */
static bool inputs_and_inits(const Infer *f)
{
    uint32_t n = f->op->result_count;
    if (n == 0 || f->op->operand_count != 2 * n) /* C1 */
        return infer_fail(f, "has %u operands for %u results", f->op->operand_count, n);
    for (uint32_t i = 0; i < n; i++) {
        IrType t = infer_in(f, i), init = infer_in(f, n + i);
        if (!infer_same_dims(infer_in(f, 0), t)) /* C2 */
            return infer_fail(f, "shapes of inputs differ: %s x %s",
                              infer_str(f, infer_in(f, 0)), infer_str(f, t));
        if (init->rank) /* C3 */
            return infer_fail(f, "initial value %u is no scalar: %s", i,
                              infer_str(f, init));
        if (init->elem != t->elem) /* C3 */
            return infer_unsupported(f, "initial value %u of other elements: %s x %s", i,
                                     infer_str(f, t), infer_str(f, init));
    }
    return true;
}

/* reduce: inputs, inits -> inputs without `dimensions`.
 * C1 n inputs, n initial values, n results, n >= 1.  C2 inputs of equal shape.  C3
 * initial value i is a scalar of input i's elements.  C4 dimensions are the inputs', no
 * two the same. */
bool infer_reduce(const Infer *f)
{
    size_t count;
    const int64_t *dimensions;
    int64_t dims[IR_MAX_RANK];
    unsigned gone = 0;
    int rank = 0;
    if (!inputs_and_inits(f) || /* C1 .. C3 */
        !infer_list(f, "dimensions", &count, &dimensions) ||
        !infer_dims(f, "dimensions", count, dimensions, infer_in(f, 0)->rank,
                    &gone)) /* C4 */
        return false;
    for (int i = 0; i < infer_in(f, 0)->rank; i++)
        if (!(gone >> i & 1))
            dims[rank++] = infer_in(f, 0)->dims[i];
    for (uint32_t i = 0; i < f->op->result_count; i++)
        if (!infer_result(f, i, infer_in(f, i)->elem, rank, dims))
            return false;
    return true;
}

/* The window's attributes, of reduce_window and select_and_scatter. */
static bool window_fits(const Infer *f, size_t rank)
{
    const int64_t *sizes;
    return infer_ints(f, "window_dimensions", rank, &sizes) &&
           infer_optional_ints(f, "window_dimensions", rank, 1) &&
           infer_optional_ints(f, "window_strides", rank, 1) &&
           infer_optional_ints(f, "base_dilations", rank, 1) &&
           infer_optional_ints(f, "window_dilations", rank, 1) && infer_padding(f, rank);
}

/* The sizes of what folding each window gives. */
static bool windows_of(const Infer *f, int64_t *dims)
{
    IrType t = infer_in(f, 0);
    IrWindow w = ir_window(f->op);
    for (int i = 0; i < t->rank; i++) {
        InferWindow one = {w.size[i],          w.stride[i],
                           w.base_dilation[i], w.window_dilation[i],
                           w.pad_low[i],       w.pad_high[i]};
        if (!infer_windows(f, t->dims[i], &one, &dims[i]))
            return false;
    }
    return true;
}

/* reduce_window: inputs, inits -> one element for each window.
 * C1 n inputs, n initial values, n results, n >= 1.  C2 inputs of equal shape.  C3
 * initial value i is a scalar of input i's elements.  C4 window_dimensions,
 * window_strides, base_dilations and window_dilations have an entry >= 1 for each
 * dimension, padding has two. */
bool infer_reduce_window(const Infer *f)
{
    int64_t dims[IR_MAX_RANK];
    if (!inputs_and_inits(f) ||                          /* C1 .. C3 */
        !window_fits(f, (size_t)infer_in(f, 0)->rank) || /* C4 */
        !windows_of(f, dims))
        return false;
    for (uint32_t i = 0; i < f->op->result_count; i++)
        if (!infer_result(f, i, infer_in(f, i)->elem, infer_in(f, 0)->rank, dims))
            return false;
    return true;
}

/* select_and_scatter: operand t, source, init -> t.
 * C1 source and init have t's elements.  C2 init is a scalar.  C3 window_dimensions and
 * window_strides have an entry >= 1 for each dimension, padding has two.  C4 source has
 * an element for each window of the operand. */
bool infer_select_and_scatter(const Infer *f)
{
    IrType t = infer_in(f, 0), source = infer_in(f, 1), init = infer_in(f, 2);
    int64_t dims[IR_MAX_RANK];
    if (source->elem != t->elem || !infer_is_scalar(init, t->elem)) /* C1, C2 */
        return infer_fail(
            f,
            "source must have the operand's elements, and the initial value be a "
            "scalar of them: %s x %s x %s",
            infer_str(f, t), infer_str(f, source), infer_str(f, init));
    if (!window_fits(f, (size_t)t->rank) || !windows_of(f, dims) || /* C3 */
        !infer_result(f, 0, t->elem, t->rank, dims))
        return false;
    if (source != f->types[0]) /* C4 */
        return infer_fail(f, "source is %s, but the windows make %s",
                          infer_str(f, source), infer_str(f, f->types[0]));
    f->types[0] = t;
    return true;
}

/* ------------------------------------------------------------------------ convolution */

static const char *const conv_lists[] = {"input_spatial_dimensions",
                                         "kernel_spatial_dimensions",
                                         "output_spatial_dimensions", NULL};
static const char *const conv_numbers[] = {"input_batch_dimension",
                                           "input_feature_dimension",
                                           "kernel_input_feature_dimension",
                                           "kernel_output_feature_dimension",
                                           "output_batch_dimension",
                                           "output_feature_dimension",
                                           NULL};
static const InferStruct conv_shape = {"conv", conv_lists, conv_numbers};

/* Two dimensions and the spatial ones are all dimensions of a tensor, each once. */
static bool all_dims(const Infer *f, const char *what, int64_t a, int64_t b,
                     const IrConvDims *d, const int64_t *spatial)
{
    unsigned seen = 0;
    int rank = (int)d->spatial + 2;
    return infer_dims(f, what, 2, (int64_t[]){a, b}, rank, &seen) &&
           infer_dims(f, what, d->spatial, spatial, rank, &seen);
}

static bool conv_dims_fit(const Infer *f)
{
    IrAttr numbers;
    int rank = infer_in(f, 0)->rank;
    if (!infer_struct(f, "dimension_numbers", &conv_shape, &numbers))
        return false;
    for (int i = 0; i < 3; i++) /* C2 */
        if (ir_attr_get(numbers, conv_lists[i])->count + 2 != (size_t)rank)
            return infer_fail(f, "%s has %zu entries for tensors of rank %d",
                              conv_lists[i], ir_attr_get(numbers, conv_lists[i])->count,
                              rank);
    IrConvDims d = ir_conv_dims(f->op);
    return all_dims(f, "input dimensions", d.input_batch, d.input_feature, &d,
                    d.input_spatial) &&
           all_dims(f, "kernel dimensions", d.kernel_input, d.kernel_output, &d,
                    d.kernel_spatial) &&
           all_dims(f, "output dimensions", d.output_batch, d.output_feature, &d,
                    d.output_spatial);
}

static bool group_count_fits(const Infer *f, const char *name)
{
    int64_t n;
    if (!ir_op_attr(f->op, name))
        return true;
    return infer_int(f, name, &n) &&
           (n >= 1 ||
            infer_fail(f, "%s is %lld, but must be at least 1", name, (long long)n));
}

static bool conv_attrs_fit(const Infer *f)
{
    size_t spatial = (size_t)infer_in(f, 0)->rank - 2;
    return infer_optional_ints(f, "window_strides", spatial, 1) &&
           infer_optional_ints(f, "lhs_dilation", spatial, 1) &&
           infer_optional_ints(f, "rhs_dilation", spatial, 1) &&
           infer_optional_ints(f, "window_reversal", spatial, 0) &&
           infer_padding(f, spatial) && group_count_fits(f, "feature_group_count") &&
           group_count_fits(f, "batch_group_count") && infer_precision(f);
}

/* Features and batches fall into groups. */
static bool groups_fit(const Infer *f, const IrConvDims *d)
{
    IrType a = infer_in(f, 0), b = infer_in(f, 1);
    int64_t batch = a->dims[d->input_batch], feature = a->dims[d->input_feature];
    int64_t in = b->dims[d->kernel_input], out = b->dims[d->kernel_output];
    if (d->feature_groups != 1 && d->batch_groups != 1) /* C5 */
        return infer_fail(f,
                          "feature_group_count and batch_group_count are both above 1");
    if (batch % d->batch_groups || out % d->batch_groups) /* C6 */
        return infer_fail(
            f,
            "batch_group_count %lld does not divide %lld batches and %lld output "
            "features: %s x %s",
            (long long)d->batch_groups, (long long)batch, (long long)out, infer_str(f, a),
            infer_str(f, b));
    if (feature % d->feature_groups || out % d->feature_groups) /* C7 */
        return infer_fail(
            f,
            "feature_group_count %lld does not divide %lld input and %lld output "
            "features: %s x %s",
            (long long)d->feature_groups, (long long)feature, (long long)out,
            infer_str(f, a), infer_str(f, b));
    if (feature / d->feature_groups != in) /* C8 */
        return infer_fail(
            f,
            "the kernel takes %lld features, but the input has %lld in each of "
            "%lld groups: %s x %s",
            (long long)in, (long long)(feature / d->feature_groups),
            (long long)d->feature_groups, infer_str(f, a), infer_str(f, b));
    return true;
}

/* convolution: input, kernel -> output.
 * C1 equal elements, equal ranks >= 2.  C2 as many spatial dimensions as rank - 2.  C3
 * the dimensions of input, kernel and output are all named, each once.  C4
 * window_strides, lhs_dilation, rhs_dilation (>= 1) and window_reversal have an entry for
 * each spatial dimension, padding has two; group counts >= 1.  C5 one of the group counts
 * is 1.  C6 batch_group_count divides input batches and output features.  C7
 * feature_group_count divides input and output features.  C8 the kernel takes the
 * features of one group. */
bool infer_convolution(const Infer *f)
{
    IrType a = infer_in(f, 0), b = infer_in(f, 1);
    int64_t dims[IR_MAX_RANK];
    if (a->elem != b->elem || a->rank != b->rank || a->rank < 2) /* C1 */
        return infer_fail(
            f,
            "input and kernel need equal elements and equal ranks of at least 2: "
            "%s x %s",
            infer_str(f, a), infer_str(f, b));
    if (!conv_attrs_fit(f) || !conv_dims_fit(f)) /* C2 .. C4 */
        return false;
    IrConvDims d = ir_conv_dims(f->op);
    if (!groups_fit(f, &d)) /* C5 .. C8 */
        return false;
    dims[d.output_batch] = a->dims[d.input_batch] / d.batch_groups;
    dims[d.output_feature] = b->dims[d.kernel_output];
    for (size_t i = 0; i < d.spatial; i++) {
        InferWindow w = {b->dims[d.kernel_spatial[i]],
                         d.strides[i],
                         d.lhs_dilation[i],
                         d.rhs_dilation[i],
                         d.pad_low[i],
                         d.pad_high[i]};
        if (!infer_windows(f, a->dims[d.input_spatial[i]], &w,
                           &dims[d.output_spatial[i]]))
            return false;
    }
    return infer_product(f, a->elem, a->rank, dims); /* C9 */
}
