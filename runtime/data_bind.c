/* Rows of a group into the type and shape that a model takes. */
#include "runtime/transform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Binder {
    const RtTensor *from;
    const RtTransform *transform;
    const RtSpec *spec;
    const char *file;
    int64_t elements;        /* of a row */
    double *row;             /* scratch */
    DiagList *d;
} Binder;

/* Values pass through double if they are transformed, or become an integer and must be
 * whole. */
static bool is_direct(const Binder *b)
{
    bool to_float = dtype_is_float(b->spec->dtype),
         from_float = dtype_is_float(b->from->dtype);
    return rt_transform_is_identity(b->transform)
        && (to_float || b->from->dtype == b->spec->dtype
            || (!from_float && dtype_kind(b->spec->dtype) == DTYPE_SIGNED
                && dtype_bits(b->spec->dtype) > dtype_bits(b->from->dtype)));
}

static RtStatus check_whole(const Binder *b, int64_t row)
{
    Dtype t = b->spec->dtype;
    double low = t == DTYPE_i1 || dtype_kind(t) == DTYPE_UNSIGNED
               ? 0 : -ldexp(1, (int)dtype_bits(t) - 1);
    double top = ldexp(1, (int)dtype_bits(t) - (dtype_kind(t) == DTYPE_SIGNED));
    for (int64_t i = 0; i < b->elements; i++) {
        double v = b->row[i], whole;
        if (!(v >= low && v < top) || modf(v, &whole) != 0)
            return rt_fail_file(b->d, RT_BAD_INPUT, b->file,
                                "'%s', row %lld: the model takes %s, the value is %.17g",
                                b->spec->name, (long long)row + 1, dtype_name(t), v);
    }
    return RT_OK;
}

static RtStatus bind_row(const Binder *b, int64_t row, void *out)
{
    size_t stride = (size_t)b->elements * dtype_bytes(b->from->dtype);
    const void *in = (const char *)b->from->data + (size_t)row * stride;
    if (is_direct(b)) {
        rt_convert(b->from->dtype, in, b->spec->dtype, out, b->elements);
        return RT_OK;
    }
    rt_convert(b->from->dtype, in, DTYPE_f64, b->row, b->elements);
    rt_transform_row(b->transform, b->row, b->elements);
    RtStatus st = dtype_is_float(b->spec->dtype) ? RT_OK : check_whole(b, row);
    if (!st)
        rt_convert(DTYPE_f64, b->row, b->spec->dtype, out, b->elements);
    return st;
}

static RtStatus check_shape(const Binder *b)
{
    const RtTensor *f = b->from;
    const RtSpec *s = b->spec;
    char have[RT_SHAPE_TEXT], want[RT_SHAPE_TEXT];
    rt_shape_text(f->dtype, f->rank, f->dims, have);
    rt_shape_text(s->dtype, s->rank, s->dims, want);
    int64_t wanted;
    if (f->rank < 1)
        return rt_fail_file(b->d, RT_BAD_INPUT, b->file,
                            "'%s' is a scalar: it has no rows", s->name);
    if (s->rank < 1 || !rt_shape_count(s->rank - 1, s->dims + 1, &wanted)
        || wanted != b->elements)
        return rt_fail_file(b->d, RT_BAD_INPUT, b->file,
                            "the data of '%s' is %s: its rows do "
                            "not fit the model's input %s (sizes after the first)",
                            s->name, have, want);
    if (b->transform->count && b->transform->count != b->elements)
        return rt_fail_file(b->d, RT_BAD_INPUT, b->file,
                            "'%s' was standardized with %lld value%s "
                            "a row, the data has %lld",
                            s->name, (long long)b->transform->count,
                            text_plural((long long)b->transform->count),
                            (long long)b->elements);
    return RT_OK;
}

/* A lookup outside of its table has a result, but not the one that was meant. */
static RtStatus check_range(const Binder *b, int64_t row, const void *values)
{
    const RtRange *r = &b->spec->range;
    if (r->below == 0)
        return RT_OK;
    rt_convert(b->spec->dtype, values, DTYPE_f64, b->row, b->elements);
    for (int64_t i = 0; i < b->elements; i++) {
        double v = b->row[i];
        if (v >= r->low && v < r->below)
            continue;
        RtStatus st = rt_fail_file(b->d, RT_BAD_INPUT, b->file,
                                   "'%s', row %lld: the value is %.17g, but the model "
                                   "knows those from 0 to %g only",
                                   b->spec->name, (long long)row + 1, v, r->below - 1);
        if (r->at.line)
            diag_note(b->d, r->at, "it is looked up here");
        return st;
    }
    return RT_OK;
}

/* rows == NULL: all of them, in order. */
static RtStatus bind_rows(Binder *b, const int64_t *rows, int64_t count, RtTensor *out)
{
    int64_t dims[RT_MAX_RANK];
    memcpy(dims, b->spec->dims, sizeof dims);
    dims[0] = count;
    RtStatus st =
        rt_tensor_create(b->spec->name, b->spec->dtype, b->spec->rank, dims, out, b->d);
    size_t stride = (size_t)b->elements * dtype_bytes(b->spec->dtype);
    for (int64_t i = 0; i < count && !st; i++) {
        int64_t row = rows ? rows[i] : i;
        void *to = (char *)out->data + (size_t)i * stride;
        st = bind_row(b, row, to);
        if (!st)
            st = check_range(b, row, to);
    }
    if (st)
        rt_tensor_free(out);
    return st;
}

static RtStatus open_binder(Binder *b)
{
    b->elements = rt_row_elements(b->from->rank, b->from->dims);
    RtStatus st = check_shape(b);
    if (st)
        return st;
    b->row = rt_alloc((size_t)b->elements * sizeof *b->row);
    return b->row ? RT_OK : rt_no_memory(b->d, (size_t)b->elements * sizeof *b->row);
}

static RtStatus bind_group(const RtDataset *data, const RtGroup *g, const RtSpec *spec,
                           RtTensor *train, RtTensor *test, DiagList *d)
{
    Binder b = {.from = &g->values, .transform = &g->transform, .spec = spec, .d = d,
                .file = data->file};
    RtStatus st = open_binder(&b);
    if (!st)
        st = bind_rows(&b, data->order, data->train_rows, train);
    if (!st)
        st = bind_rows(&b, data->order + data->train_rows, data->test_rows, test);
    free(b.row);
    return st;
}

static bool open_rows(RtRows *r, int64_t rows, size_t inputs)
{
    *r = (RtRows){.rows = rows, .inputs = calloc(inputs + 1, sizeof *r->inputs)};
    return r->inputs;
}

static RtStatus bind_all(const RtDataset *data, const RtSpec *specs, size_t count,
                         const char *const *groups, RtRows *train, RtRows *test,
                         DiagList *d)
{
    RtStatus worst = RT_OK;
    for (size_t i = 0; i < count; i++) {
        if (specs[i].role != RT_ROLE_INPUT)
            continue;
        size_t n = train->count++;
        test->count++;
        const char *name = groups ? groups[n] : specs[i].name;
        const RtGroup *g = rt_dataset_group(data, name, d);
        RtStatus st =
            g ? bind_group(data, g, &specs[i], &train->inputs[n], &test->inputs[n], d)
              : RT_BAD_INPUT;
        if (st)
            worst = st;
    }
    return worst;
}

RtStatus rt_dataset_bind(const RtDataset *data, const RtSpec *specs, size_t count,
                         const char *const *groups, RtRows *train, RtRows *test,
                         DiagList *d)
{
    bool good = open_rows(train, data->train_rows, count);
    good &= open_rows(test, data->test_rows, count);
    RtStatus st = good ? bind_all(data, specs, count, groups, train, test, d)
                       : rt_no_memory(d, count * sizeof(RtTensor));
    if (st) {
        rt_rows_free(train);
        rt_rows_free(test);
    }
    return st;
}

void rt_rows_free(RtRows *rows)
{
    for (size_t i = 0; i < rows->count && rows->inputs; i++)
        rt_tensor_free(&rows->inputs[i]);
    free(rows->inputs);
    *rows = (RtRows){0};
}

RtStatus rt_transform_apply(const RtTransform *t, const RtTensor *raw, const RtSpec *spec,
                            RtTensor *out, DiagList *d)
{
    Binder b = {.from = raw, .transform = t, .spec = spec, .file = raw->name, .d = d};
    *out = (RtTensor){0};
    RtStatus st = open_binder(&b);
    if (!st)
        st = bind_rows(&b, NULL, raw->dims[0], out);
    free(b.row);
    return st;
}
