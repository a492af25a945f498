/* Structured attributes as plain structs, both ways. */
#include "ir/build_dims.h"

#include <assert.h>
#include <string.h>

/* ------------------------------------------------------------------------------- reading
 * The rule of the op has checked what it reads; more entries than a struct holds are a
 * defect. */

static size_t read_list(IrAttr s, const char *name, int64_t *out)
{
    IrAttr a = ir_attr_get(s, name);
    assert(a && a->kind == IR_ATTR_INTS && a->count <= IR_MAX_RANK);
    if (a->count)
        memcpy(out, a->ints, a->count * sizeof *out);
    return a->count;
}

static int64_t read_number(IrAttr s, const char *name)
{
    IrAttr a = ir_attr_get(s, name);
    assert(a && a->kind == IR_ATTR_INT);
    return a->number;
}

/* An optional list; `value` everywhere if it is not there. */
static void read_ints_or(const IrOp *op, const char *name, size_t count, int64_t value,
                         int64_t *out)
{
    IrAttr a = ir_op_attr(op, name);
    for (size_t i = 0; i < count; i++)
        out[i] = a ? a->ints[i] : value;
}

static void read_padding(const IrOp *op, size_t count, int64_t *low, int64_t *high)
{
    IrAttr a = ir_op_attr(op, "padding");
    for (size_t i = 0; i < count; i++) {
        low[i] = a ? ir_elements_get_int(a, 2 * (int64_t)i) : 0;
        high[i] = a ? ir_elements_get_int(a, 2 * (int64_t)i + 1) : 0;
    }
}

IrDotDims ir_dot_dims(const IrOp *dot)
{
    IrAttr s = ir_op_attr(dot, "dot_dimension_numbers");
    IrDotDims d = {0};
    d.batch = read_list(s, "lhs_batching_dimensions", d.lhs_batch);
    d.contract = read_list(s, "lhs_contracting_dimensions", d.lhs_contract);
    read_list(s, "rhs_batching_dimensions", d.rhs_batch);
    read_list(s, "rhs_contracting_dimensions", d.rhs_contract);
    return d;
}

int64_t ir_dot_depth(const IrOp *dot)
{
    IrDotDims d = ir_dot_dims(dot);
    const int64_t most = INT64_C(1) << 50, *dims = ir_operand(dot, 0)->type->dims;
    int64_t n = 1;
    for (size_t i = 0; i < d.contract; i++)
        if (__builtin_mul_overflow(n, dims[d.lhs_contract[i]], &n) || n > most)
            n = most;
    return n;
}

IrConvDims ir_conv_dims(const IrOp *conv)
{
    IrAttr s = ir_op_attr(conv, "dimension_numbers");
    IrAttr feature_groups = ir_op_attr(conv, "feature_group_count");
    IrAttr batch_groups = ir_op_attr(conv, "batch_group_count");
    int64_t reversal[IR_MAX_RANK];
    IrConvDims d = {
        .input_batch = read_number(s, "input_batch_dimension"),
        .input_feature = read_number(s, "input_feature_dimension"),
        .kernel_input = read_number(s, "kernel_input_feature_dimension"),
        .kernel_output = read_number(s, "kernel_output_feature_dimension"),
        .output_batch = read_number(s, "output_batch_dimension"),
        .output_feature = read_number(s, "output_feature_dimension"),
        .feature_groups = feature_groups ? feature_groups->number : 1,
        .batch_groups = batch_groups ? batch_groups->number : 1,
    };
    d.spatial = read_list(s, "input_spatial_dimensions", d.input_spatial);
    read_list(s, "kernel_spatial_dimensions", d.kernel_spatial);
    read_list(s, "output_spatial_dimensions", d.output_spatial);
    read_ints_or(conv, "window_strides", d.spatial, 1, d.strides);
    read_ints_or(conv, "lhs_dilation", d.spatial, 1, d.lhs_dilation);
    read_ints_or(conv, "rhs_dilation", d.spatial, 1, d.rhs_dilation);
    read_ints_or(conv, "window_reversal", d.spatial, 0, reversal);
    for (size_t i = 0; i < d.spatial; i++)
        d.reversal[i] = reversal[i];
    read_padding(conv, d.spatial, d.pad_low, d.pad_high);
    return d;
}

IrGatherDims ir_gather_dims(const IrOp *gather)
{
    IrAttr s = ir_op_attr(gather, "dimension_numbers");
    IrGatherDims d = {.index_vector_dim = read_number(s, "index_vector_dim")};
    d.offset = read_list(s, "offset_dims", d.offset_dims);
    d.collapsed = read_list(s, "collapsed_slice_dims", d.collapsed_slice_dims);
    d.batching = read_list(s, "operand_batching_dims", d.operand_batching_dims);
    read_list(s, "start_indices_batching_dims", d.start_indices_batching_dims);
    d.map = read_list(s, "start_index_map", d.start_index_map);
    return d;
}

IrScatterDims ir_scatter_dims(const IrOp *scatter)
{
    IrAttr s = ir_op_attr(scatter, "scatter_dimension_numbers");
    IrScatterDims d = {.index_vector_dim = read_number(s, "index_vector_dim")};
    d.window = read_list(s, "update_window_dims", d.update_window_dims);
    d.inserted = read_list(s, "inserted_window_dims", d.inserted_window_dims);
    d.batching = read_list(s, "input_batching_dims", d.input_batching_dims);
    read_list(s, "scatter_indices_batching_dims", d.scatter_indices_batching_dims);
    d.map = read_list(s, "scatter_dims_to_operand_dims", d.scatter_dims_to_operand_dims);
    return d;
}

IrWindow ir_window(const IrOp *op)
{
    IrWindow w = {.rank = ir_operand(op, 0)->type->rank};
    size_t rank = (size_t)w.rank;
    memcpy(w.size, ir_op_ints(op, "window_dimensions", NULL), rank * sizeof *w.size);
    read_ints_or(op, "window_strides", rank, 1, w.stride);
    read_ints_or(op, "base_dilations", rank, 1, w.base_dilation);
    read_ints_or(op, "window_dilations", rank, 1, w.window_dilation);
    read_padding(op, rank, w.pad_low, w.pad_high);
    return w;
}

/* ---------------------------------------------------------------------------- writing */

static IrNamedAttr list(IrContext *c, const char *name, size_t count, const int64_t *ints)
{
    return (IrNamedAttr){name, ir_attr_i64s(c, count, ints)};
}

static IrNamedAttr number(IrContext *c, const char *name, int64_t value)
{
    return (IrNamedAttr){name, ir_attr_i64(c, value)};
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

IrAttr build_dot_attr(IrContext *c, const IrDotDims *d)
{
    IrNamedAttr fields[] = {
        list(c, "lhs_batching_dimensions", d->batch, d->lhs_batch),
        list(c, "rhs_batching_dimensions", d->batch, d->rhs_batch),
        list(c, "lhs_contracting_dimensions", d->contract, d->lhs_contract),
        list(c, "rhs_contracting_dimensions", d->contract, d->rhs_contract),
    };
    return ir_attr_struct(c, "dot", COUNT(fields), fields);
}

IrAttr build_conv_attr(IrContext *c, const IrConvDims *d)
{
    IrNamedAttr fields[] = {
        number(c, "input_batch_dimension", d->input_batch),
        number(c, "input_feature_dimension", d->input_feature),
        list(c, "input_spatial_dimensions", d->spatial, d->input_spatial),
        number(c, "kernel_input_feature_dimension", d->kernel_input),
        number(c, "kernel_output_feature_dimension", d->kernel_output),
        list(c, "kernel_spatial_dimensions", d->spatial, d->kernel_spatial),
        number(c, "output_batch_dimension", d->output_batch),
        number(c, "output_feature_dimension", d->output_feature),
        list(c, "output_spatial_dimensions", d->spatial, d->output_spatial),
    };
    return ir_attr_struct(c, "conv", COUNT(fields), fields);
}

IrAttr build_gather_attr(IrContext *c, const IrGatherDims *d)
{
    IrNamedAttr fields[] = {
        list(c, "offset_dims", d->offset, d->offset_dims),
        list(c, "collapsed_slice_dims", d->collapsed, d->collapsed_slice_dims),
        list(c, "operand_batching_dims", d->batching, d->operand_batching_dims),
        list(c, "start_indices_batching_dims", d->batching,
             d->start_indices_batching_dims),
        list(c, "start_index_map", d->map, d->start_index_map),
        number(c, "index_vector_dim", d->index_vector_dim),
    };
    return ir_attr_struct(c, "gather", COUNT(fields), fields);
}

IrAttr build_scatter_attr(IrContext *c, const IrScatterDims *d)
{
    IrNamedAttr fields[] = {
        list(c, "update_window_dims", d->window, d->update_window_dims),
        list(c, "inserted_window_dims", d->inserted, d->inserted_window_dims),
        list(c, "input_batching_dims", d->batching, d->input_batching_dims),
        list(c, "scatter_indices_batching_dims", d->batching,
             d->scatter_indices_batching_dims),
        list(c, "scatter_dims_to_operand_dims", d->map, d->scatter_dims_to_operand_dims),
        number(c, "index_vector_dim", d->index_vector_dim),
    };
    return ir_attr_struct(c, "scatter", COUNT(fields), fields);
}

IrAttr build_padding_attr(IrContext *c, size_t count, const int64_t *low,
                          const int64_t *high)
{
    int64_t pairs[2 * IR_MAX_RANK], dims[] = {(int64_t)count, 2};
    for (size_t i = 0; i < count; i++) {
        pairs[2 * i] = low[i];
        pairs[2 * i + 1] = high[i];
    }
    return ir_attr_elements(c, ir_tensor(c, DTYPE_i64, 2, dims), pairs, false);
}

/* -------------------------------------------------------------------- random bits */

int ir_rng_shared_dimension(IrType bits)
{
    int greatest = 0;
    for (int d = 0; d < bits->rank; d++) {
        if (bits->dims[d] % 2 == 0)
            return d;
        if (bits->dims[d] > bits->dims[greatest])
            greatest = d;
    }
    return greatest;
}

int64_t ir_rng_blocks(IrType bits)
{
    int64_t n = ir_elements(bits);
    if (dtype_bits(bits->elem) == 64)
        return n;
    int64_t size = bits->rank ? bits->dims[ir_rng_shared_dimension(bits)] : 1;
    return size ? n / size * ((size + 1) / 2) : 0;
}
