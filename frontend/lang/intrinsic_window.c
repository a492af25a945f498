/* op.convolution and op.reduce_window_*: images are [N, spatial..., C], kernels
 * [spatial..., I, O]. */
#include "frontend/lang/elab.h"

static bool arg_spatial(Call *c, size_t i, size_t spatial, int64_t least,
                        int64_t otherwise, int64_t *out)
{
    int count = 0;
    for (size_t k = 0; k < spatial; k++)
        out[k] = otherwise;
    if (c->args[i].kind == V_NONE)
        return true;
    if (!lang_arg_ints(c, i, out, &count))
        return false;
    bool good = (size_t)count == spatial;
    for (int k = 0; good && k < count; k++)
        good = out[k] >= least && out[k] <= INT32_MAX;
    if (!good)
        lang_error(c->e, c->n,
                   "%s: found %s, wanted %zu numbers, one per axis of the image, "
                   "from %lld on",
                   c->name, lang_show(c->e, c->args[i]), spatial, (long long)least);
    return good;
}

/* How many windows fit; false if the padded image is smaller than one. */
static bool windows(int64_t size, int64_t window, int64_t stride, int64_t low,
                    int64_t high, int64_t dilation, int64_t *out)
{
    int64_t reach, padded;
    if (window < 1 || __builtin_mul_overflow(window - 1, dilation, &reach) ||
        __builtin_add_overflow(size, low + high, &padded))
        return false;
    *out = padded > reach ? (padded - reach - 1) / stride + 1 : 0;
    return padded > reach;
}

static Value too_small(Call *c, IrType x, const int64_t *window, size_t spatial)
{
    return lang_error(c->e, c->n, "%s: a window of %s does not fit the image of %s",
                      c->name, lang_show_dims(c->e, (int)spatial, window),
                      lang_show_dims(c->e, x->rank, x->dims));
}

static bool conv_operands(Call *c, IrValue *x, IrValue *w, int64_t groups)
{
    IrType a = x->type, k = w->type;
    bool ranks = a->rank == k->rank && a->rank >= 2 && a->elem == k->elem &&
                 dtype_is_float(a->elem);
    if (ranks && groups >= 1 && a->dims[a->rank - 1] % groups == 0 &&
        k->dims[k->rank - 1] % groups == 0 &&
        k->dims[k->rank - 2] == a->dims[a->rank - 1] / groups)
        return true;
    lang_error(c->e, c->n, "convolution: %s and the kernel %s in %lld groups do not fit",
               lang_show(c->e, c->args[0]), lang_show(c->e, c->args[1]),
               (long long)groups);
    return false;
}

static Value run_convolution(Call *c)
{
    IrValue *x, *w;
    IrConvDims d = {.feature_groups = 1, .batch_groups = 1};
    if (!lang_arg_tensor(c, 0, &x) || !lang_arg_tensor(c, 1, &w))
        return value_error();
    if (c->args[6].kind != V_NONE && !lang_arg_int(c, 6, &d.feature_groups))
        return value_error();
    if (!conv_operands(c, x, w, d.feature_groups))
        return value_error();
    size_t s = d.spatial = (size_t)x->type->rank - 2;
    if (!arg_spatial(c, 2, s, 1, 1, d.strides) ||
        !arg_spatial(c, 3, s, 0, 0, d.pad_low) ||
        !arg_spatial(c, 4, s, 0, 0, d.pad_high) ||
        !arg_spatial(c, 5, s, 1, 1, d.rhs_dilation))
        return value_error();
    int64_t dims[IR_MAX_RANK];
    dims[0] = x->type->dims[0];
    dims[s + 1] = w->type->dims[s + 1];
    for (size_t i = 0; i < s; i++) {
        d.input_spatial[i] = d.output_spatial[i] = (int64_t)i + 1;
        d.kernel_spatial[i] = (int64_t)i;
        d.lhs_dilation[i] = 1;
        if (!windows(x->type->dims[i + 1], w->type->dims[i], d.strides[i], d.pad_low[i],
                     d.pad_high[i], d.rhs_dilation[i], &dims[i + 1]))
            return too_small(c, x->type, w->type->dims, s);
    }
    d.input_feature = d.output_feature = d.kernel_output = (int64_t)s + 1;
    d.kernel_input = (int64_t)s;
    if (!lang_dims_ok(c->e, c->n, x->type->elem, (int)s + 2, dims))
        return value_error();
    return value_tensor(ir_convolution(&c->e->b, x, w, &d));
}

static Value reduce_window(Call *c, IrOpKind by)
{
    IrValue *x;
    if (!lang_arg_tensor(c, 0, &x))
        return value_error();
    IrType t = x->type;
    if (t->rank < 2 || t->elem == DTYPE_i1)
        return lang_error(c->e, c->n, "%s: found %s, wanted [N, ..., C]", c->name,
                          lang_show(c->e, c->args[0]));
    size_t s = (size_t)t->rank - 2;
    int64_t size[IR_MAX_RANK], stride[IR_MAX_RANK], low[IR_MAX_RANK], high[IR_MAX_RANK];
    if (!arg_spatial(c, 1, s, 1, 1, size) || !arg_spatial(c, 2, s, 1, 1, stride) ||
        !arg_spatial(c, 3, s, 0, 0, low) || !arg_spatial(c, 4, s, 0, 0, high))
        return value_error();
    IrWindow w = {.rank = t->rank};
    int64_t dims[IR_MAX_RANK];
    for (int i = 0; i < t->rank; i++) {
        bool inner = i > 0 && i < t->rank - 1;
        w.size[i] = inner ? size[i - 1] : 1;
        w.stride[i] = inner ? stride[i - 1] : 1;
        w.pad_low[i] = inner ? low[i - 1] : 0;
        w.pad_high[i] = inner ? high[i - 1] : 0;
        w.base_dilation[i] = w.window_dilation[i] = 1;
        dims[i] = t->dims[i];
        if (inner && !windows(t->dims[i], w.size[i], w.stride[i], w.pad_low[i],
                              w.pad_high[i], 1, &dims[i]))
            return too_small(c, t, size, s);
    }
    if (!lang_dims_ok(c->e, c->n, t->elem, t->rank, dims))
        return value_error();
    return value_tensor(ir_reduce_window(&c->e->b, x, by, &w));
}

static Value run_window_add(Call *c) { return reduce_window(c, OP_add); }
static Value run_window_maximum(Call *c) { return reduce_window(c, OP_maximum); }
static Value run_window_minimum(Call *c) { return reduce_window(c, OP_minimum); }

const Intrinsic lang_window_intrinsics[] = {
    {"convolution", "x, w, strides?, low?, high?, dilation?, groups?", run_convolution},
    {"reduce_window_add", "x, size, strides?, low?, high?", run_window_add},
    {"reduce_window_maximum", "x, size, strides?, low?, high?", run_window_maximum},
    {"reduce_window_minimum", "x, size, strides?, low?, high?", run_window_minimum},
};
const size_t lang_window_intrinsic_count =
    sizeof lang_window_intrinsics / sizeof *lang_window_intrinsics;
