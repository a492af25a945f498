#include "runtime/transform.h"

#include "runtime/columns.h"
#include "runtime/json.h"
#include "runtime/number.h"
#include "support/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t rt_row_elements(int rank, const int64_t *dims)
{
    int64_t n = 1;
    for (int i = 1; i < rank; i++)
        n *= dims[i];
    return n;
}

/* Adds (v - shift)^power of each element over the rows, then divides by their number. */
static void moment(const RtTensor *v, const int64_t *rows, int64_t count, double scale,
                   const double *shift, double *row, double *out)
{
    int64_t n = rt_row_elements(v->rank, v->dims);
    size_t stride = (size_t)n * dtype_bytes(v->dtype);
    for (int64_t r = 0; r < count; r++) {
        rt_convert(v->dtype, (char *)v->data + (size_t)rows[r] * stride, DTYPE_f64, row,
                   n);
        for (int64_t i = 0; i < n; i++) {
            double x = row[i] * scale;
            out[i] += shift ? (x - shift[i]) * (x - shift[i]) : x;
        }
    }
    for (int64_t i = 0; i < n; i++)
        out[i] /= (double)count;
}

RtStatus rt_transform_fit(const RtTensor *values, const int64_t *rows, int64_t count,
                          RtTransform *t, DiagList *d)
{
    int64_t n = rt_row_elements(values->rank, values->dims);
    double *row = rt_alloc((size_t)n * sizeof *row);
    t->mean = calloc((size_t)n + 1, sizeof *t->mean);
    t->deviation = calloc((size_t)n + 1, sizeof *t->deviation);
    if (!row || !t->mean || !t->deviation) {
        free(row);
        return rt_no_memory(d, (size_t)n * sizeof *row);
    }
    t->count = n;
    moment(values, rows, count, t->scale, NULL, row, t->mean);
    moment(values, rows, count, t->scale, t->mean, row, t->deviation);
    for (int64_t i = 0; i < n; i++) {
        double deviation = sqrt(t->deviation[i]);
        /* a constant column may show a deviation of rounding errors */
        t->deviation[i] = deviation > 1e-12 * fabs(t->mean[i]) ? deviation : 1;
    }
    free(row);
    return RT_OK;
}

bool rt_transform_is_identity(const RtTransform *t)
{
    return t->scale == 1 && !t->count;
}

void rt_transform_row(const RtTransform *t, double *row, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        row[i] *= t->scale;
    for (int64_t i = 0; i < t->count; i++)
        row[i] = (row[i] - t->mean[i]) / t->deviation[i];
}

void rt_transform_free(RtTransform *t)
{
    free(t->mean);
    free(t->deviation);
    *t = (RtTransform){0};
}

/* ---- as metadata: descent.x.scale, descent.x.mean, descent.x.deviation,
 * descent.x.classes ---- */

static RtStatus put_numbers(RtMeta *m, const char *group, const char *what,
                            const double *v, int64_t count, DiagList *d)
{
    char key[200], number[RT_NUMBER_TEXT];
    Text t = {0};
    snprintf(key, sizeof key, "descent.%.100s.%s", group, what);
    for (int64_t i = 0; i < count; i++)
        text_printf(&t, i ? " %s" : "%s", rt_number_text(v[i], 17, number));
    RtStatus st = rt_meta_set(m, key, t.bytes ? t.bytes : "", d);
    text_free(&t);
    return st;
}

static RtStatus put_classes(RtMeta *m, const RtGroup *g, DiagList *d)
{
    Text list = {0};
    char key[200];
    for (size_t i = 0; i < g->class_count; i++) {
        text_add(&list, i ? "," : "[");
        rt_json_add_string(&list, g->classes[i]);
    }
    text_add(&list, "]");
    snprintf(key, sizeof key, "descent.%.100s.classes", g->values.name);
    RtStatus st = rt_meta_set(m, key, list.bytes, d);
    text_free(&list);
    return st;
}

/* Data whose transforms become metadata, or metadata that becomes a transform. */
typedef struct Passing {
    const RtDataset *data;
    RtMeta *to;
    const RtMeta *meta;
    const char *file, *group;
    RtTransform *out;
    double *scale;
    DiagList *d;
} Passing;

static RtStatus describe(void *passing)
{
    const Passing *p = passing;
    const RtDataset *data = p->data;
    RtMeta *meta = p->to;
    DiagList *d = p->d;
    RtStatus st = RT_OK;
    for (size_t i = 0; i < data->group_count && !st; i++) {
        const RtGroup *g = &data->groups[i];
        const RtTransform *t = &g->transform;
        if (!rt_transform_is_identity(t))
            st = put_numbers(meta, g->values.name, "scale", &t->scale, 1, d);
        if (!st && t->count)
            st = put_numbers(meta, g->values.name, "mean", t->mean, t->count, d);
        if (!st && t->count)
            st =
                put_numbers(meta, g->values.name, "deviation", t->deviation, t->count, d);
        if (!st && g->class_count)
            st = put_classes(meta, g, d);
        if (!st)
            st = rt_columns_describe(g->values.name, &g->columns, meta, d);
    }
    return st;
}

RtStatus rt_dataset_describe(const RtDataset *data, RtMeta *meta, DiagList *d)
{
    return rt_guarded(describe, &(Passing){.data = data, .to = meta, .d = d}, d);
}

/* Numbers with a space between each two; *out is owned by the caller, NULL if there is
 * no key. */
static RtStatus get_numbers(const RtMeta *m, const char *file, const char *group,
                            const char *what, double **out, int64_t *count, DiagList *d)
{
    char key[200];
    snprintf(key, sizeof key, "descent.%.100s.%s", group, what);
    const char *s = rt_meta_get(m, key);
    *out = NULL;
    *count = 0;
    if (!s)
        return RT_OK;
    if (!(*out = calloc(strlen(s) / 2 + 1, sizeof **out)))
        return rt_no_memory(d, strlen(s));
    while (*s) {
        const char *end = s + strcspn(s, " ");
        if (!rt_number_parse(s, end, &(*out)[(*count)++]))
            return rt_fail_file(d, RT_BAD_INPUT, file, "metadata '%s': expected numbers",
                                key);
        s = end + (*end == ' ');
    }
    return RT_OK;
}

static RtStatus take_transform(void *passing)
{
    Passing *p = passing;
    const RtMeta *meta = p->meta;
    const char *file = p->file, *group = p->group;
    RtTransform *out = p->out;
    DiagList *d = p->d;
    int64_t scales, deviations = 0;
    RtStatus st = get_numbers(meta, file, group, "scale", &p->scale, &scales, d);
    if (!st && scales == 1)
        out->scale = p->scale[0];
    else if (!st && p->scale)
        st = rt_fail_file(d, RT_BAD_INPUT, file, "metadata of '%s': %lld scales", group,
                          (long long)scales);
    if (!st)
        st = get_numbers(meta, file, group, "mean", &out->mean, &out->count, d);
    if (!st)
        st = get_numbers(meta, file, group, "deviation", &out->deviation, &deviations, d);
    if (!st && deviations != out->count)
        st = rt_fail_file(d, RT_BAD_INPUT, file,
                          "metadata of '%s': %lld means, %lld deviations", group,
                          (long long)out->count, (long long)deviations);
    for (int64_t i = 0; i < out->count && !st; i++)
        if (!(out->deviation[i] > 0))
            st = rt_fail_file(d, RT_BAD_INPUT, file,
                              "metadata of '%s': a deviation is not positive", group);
    return st;
}

RtStatus rt_transform_from_meta(const RtMeta *meta, const char *file, const char *group,
                                RtTransform *out, DiagList *d)
{
    Passing p = {.meta = meta, .file = file, .group = group, .out = out, .d = d};
    *out = (RtTransform){.scale = 1};
    RtStatus st = rt_guarded(take_transform, &p, d);
    free(p.scale);
    if (st)
        rt_transform_free(out);
    return st;
}
