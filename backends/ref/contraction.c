/* dot_general and convolution: sums of products, in double for floats (wrapping int64 for
 * integers), each rounded once. */
#include "backends/ref/eval.h"

#include "ir/build.h"

/* A run of elements: the n elements from x on, `step` apart. */
typedef struct Run {
    const RefWide *x;
    int64_t step;
} Run;

static RefWide add_products(bool floats, RefWide sum, Run a, Run b, int64_t n)
{
    if (floats)
        for (int64_t i = 0; i < n; i++)
            sum.f += a.x[i * a.step].f * b.x[i * b.step].f;
    else
        for (int64_t i = 0; i < n; i++)
            sum.i = (int64_t)((uint64_t)sum.i +
                              (uint64_t)a.x[i * a.step].i * (uint64_t)b.x[i * b.step].i);
    return sum;
}

static RefWide zero(bool floats)
{
    return floats ? (RefWide){.f = 0} : (RefWide){.i = 0};
}

/* -------------------------------------------------------------------------------- dot */

/* One side of a dot, its dimensions in the order batch, free, contracted. */
typedef struct Side {
    const RefWide *data;
    int64_t batch, free, contract; /* elements of each group */
} Side;

/* Appends the dimensions in the list and tells how many elements they have. */
static int64_t append(IrType t, const int64_t *stride, size_t count, const int64_t *dims,
                      int *rank, int64_t *size, int64_t *from)
{
    int64_t n = 1;
    for (size_t i = 0; i < count; i++) {
        size[*rank] = t->dims[dims[i]];
        from[*rank] = stride[dims[i]];
        n *= size[(*rank)++];
    }
    return n;
}

static size_t free_dims(IrType t, size_t batch, const int64_t *batch_dims,
                        size_t contract, const int64_t *contract_dims, int64_t *dims)
{
    bool taken[IR_MAX_RANK] = {false};
    size_t count = 0;
    for (size_t i = 0; i < batch; i++)
        taken[batch_dims[i]] = true;
    for (size_t i = 0; i < contract; i++)
        taken[contract_dims[i]] = true;
    for (int d = 0; d < t->rank; d++)
        if (!taken[d])
            dims[count++] = d;
    return count;
}

static Side arrange(Ref *r, const RefTensor *t, size_t batch, const int64_t *batch_dims,
                    size_t contract, const int64_t *contract_dims)
{
    int64_t stride[IR_MAX_RANK], size[IR_MAX_RANK], from[IR_MAX_RANK], to[IR_MAX_RANK];
    int64_t dims[IR_MAX_RANK], n = ir_elements(t->type), step = 1;
    size_t count = free_dims(t->type, batch, batch_dims, contract, contract_dims, dims);
    int rank = 0;
    Side s;
    ref_strides(t->type, stride);
    s.batch = append(t->type, stride, batch, batch_dims, &rank, size, from);
    s.free = append(t->type, stride, count, dims, &rank, size, from);
    s.contract = append(t->type, stride, contract, contract_dims, &rank, size, from);
    for (int d = rank; d-- > 0; step *= size[d])
        to[d] = step;
    RefWide *arranged = ref_wide_new(r, n);
    ref_move(rank, size, sizeof *arranged, arranged, to, ref_wide(r, t), from);
    s.data = arranged;
    return s;
}

bool ref_dot_general(Ref *r, const IrOp *op)
{
    RefTensor *y = ref_out(r, op, 0);
    IrDotDims d = ir_dot_dims(op);
    Side a =
        arrange(r, ref_in(r, op, 0), d.batch, d.lhs_batch, d.contract, d.lhs_contract);
    Side b =
        arrange(r, ref_in(r, op, 1), d.batch, d.rhs_batch, d.contract, d.rhs_contract);
    bool floats = dtype_is_float(y->type->elem);
    RefWide *out = ref_wide_new(r, ir_elements(y->type)), *next = out;
    for (int64_t n = 0; n < a.batch; n++)
        for (int64_t i = 0; i < a.free; i++)
            for (int64_t j = 0; j < b.free; j++) {
                Run x = {a.data + (n * a.free + i) * a.contract, 1};
                Run z = {b.data + (n * b.free + j) * b.contract, 1};
                *next++ = add_products(floats, zero(floats), x, z, a.contract);
            }
    ref_narrow(y, out);
    return true;
}

/* ------------------------------------------------------------------------ convolution */

typedef struct Conv {
    IrConvDims dims;
    bool floats;
    IrType input, kernel, output;
    const RefWide *x, *k;
    int64_t x_stride[IR_MAX_RANK], k_stride[IR_MAX_RANK];
    int64_t taps[IR_MAX_RANK]; /* spatial sizes of the kernel */
    int64_t tap_count;
    int64_t features;      /* of the input that one output feature sees */
    int64_t group_outputs; /* output features per feature group */
    int64_t batch_outputs; /* output features per batch group */
} Conv;

/* Offsets in input and kernel that a tap of the output position adds; false: in the
 * padding or between elements. */
static bool tap_offsets(const Conv *c, const int64_t *out, const int64_t *tap, int64_t *x,
                        int64_t *k)
{
    const IrConvDims *d = &c->dims;
    for (size_t s = 0; s < d->spatial; s++) {
        int64_t size = c->input->dims[d->input_spatial[s]];
        int64_t p = out[d->output_spatial[s]] * d->strides[s] +
                    tap[s] * d->rhs_dilation[s] - d->pad_low[s];
        if (p < 0 || p % d->lhs_dilation[s] || p / d->lhs_dilation[s] >= size)
            return false;
        *x += p / d->lhs_dilation[s] * c->x_stride[d->input_spatial[s]];
        int64_t at = d->reversal[s] ? c->taps[s] - 1 - tap[s] : tap[s];
        *k += at * c->k_stride[d->kernel_spatial[s]];
    }
    return true;
}

static RefWide convolve_at(const Conv *c, const int64_t *out)
{
    const IrConvDims *d = &c->dims;
    int64_t feature = out[d->output_feature], tap[IR_MAX_RANK] = {0};
    int64_t batch = out[d->output_batch] +
                    feature / c->batch_outputs * c->output->dims[d->output_batch];
    int64_t x0 = batch * c->x_stride[d->input_batch] +
                 feature / c->group_outputs * c->features * c->x_stride[d->input_feature];
    int64_t k0 = feature * c->k_stride[d->kernel_output];
    RefWide sum = zero(c->floats);
    for (int64_t t = 0; t < c->tap_count; t++, ref_next((int)d->spatial, c->taps, tap)) {
        int64_t x = x0, k = k0;
        if (tap_offsets(c, out, tap, &x, &k))
            sum = add_products(
                c->floats, sum, (Run){c->x + x, c->x_stride[d->input_feature]},
                (Run){c->k + k, c->k_stride[d->kernel_input]}, c->features);
    }
    return sum;
}

static Conv open_conv(Ref *r, const IrOp *op)
{
    const RefTensor *x = ref_in(r, op, 0), *k = ref_in(r, op, 1);
    Conv c = {.dims = ir_conv_dims(op),
              .input = x->type,
              .kernel = k->type,
              .output = ref_out(r, op, 0)->type,
              .x = ref_wide(r, x),
              .k = ref_wide(r, k)};
    const IrConvDims *d = &c.dims;
    int64_t outputs = c.kernel->dims[d->kernel_output];
    c.floats = dtype_is_float(c.output->elem);
    ref_strides(c.input, c.x_stride);
    ref_strides(c.kernel, c.k_stride);
    c.tap_count = 1;
    for (size_t s = 0; s < d->spatial; s++) {
        c.taps[s] = c.kernel->dims[d->kernel_spatial[s]];
        c.tap_count *= c.taps[s];
    }
    c.features = c.kernel->dims[d->kernel_input];
    c.group_outputs = outputs / d->feature_groups;
    c.batch_outputs = outputs / d->batch_groups;
    return c;
}

bool ref_convolution(Ref *r, const IrOp *op)
{
    Conv c = open_conv(r, op);
    IrType y = c.output;
    int64_t n = ir_elements(y), out[IR_MAX_RANK] = {0};
    RefWide *sum = ref_wide_new(r, n);
    for (int64_t i = 0; i < n; i++, ref_next(y->rank, y->dims, out))
        sum[i] = convolve_at(&c, out);
    ref_narrow(ref_out(r, op, 0), sum);
    return true;
}
