#include "runtime/dataset.h"

#include "runtime/data_read.h"
#include "runtime/random.h"
#include "runtime/transform.h"
#include "support/arena.h"
#include "support/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The stream of the split; epochs use the streams from 0. */
#define SPLIT_STREAM UINT64_MAX

static Place place_of(const RtDataset *data)
{
    return data->at.file ? data->at : (Place){data->file, 0, 0};
}

static RtStatus count_rows(RtDataset *data, int64_t limit, DiagList *d)
{
    for (size_t i = 0; i < data->group_count; i++) {
        const RtTensor *v = &data->groups[i].values;
        if (v->rank < 1)
            return rt_fail(d, RT_BAD_INPUT, place_of(data),
                           "'%s' is a scalar: it has no rows", v->name);
        if (v->dims[0] != data->groups[0].values.dims[0])
            return rt_fail(
                d, RT_BAD_INPUT, place_of(data), "'%s' has %lld rows, '%s' has %lld",
                data->groups[0].values.name, (long long)data->groups[0].values.dims[0],
                v->name, (long long)v->dims[0]);
    }
    data->rows = data->group_count ? data->groups[0].values.dims[0] : 0;
    if (limit > 0 && limit < data->rows)
        data->rows = limit;
    if (!data->rows)
        return rt_fail(d, RT_BAD_INPUT, place_of(data), "the data set has no rows");
    return RT_OK;
}

static RtStatus count_test(RtDataset *data, double test, DiagList *d)
{
    double count, fraction = modf(test < 1 ? test * (double)data->rows + 0.5 : test, &count);
    if (!(test >= 0) || (test >= 1 && fraction != 0))
        return rt_fail(d, RT_BAD_INPUT, place_of(data),
                       "test = %g: expected a fraction below 1 or a number of rows",
                       test);
    if (count >= (double)data->rows)
        return rt_fail(d, RT_BAD_INPUT, place_of(data),
                       "test = %g leaves no row to train on: there are %lld", test,
                       (long long)data->rows);
    data->test_rows = (int64_t)count;
    data->train_rows = data->rows - data->test_rows;
    return RT_OK;
}

static RtStatus split(RtDataset *data, const RtDataOptions *o, DiagList *d)
{
    RtStatus st = count_test(data, o->test, d);
    if (st)
        return st;
    data->order = calloc((size_t)data->rows, sizeof *data->order);
    if (!data->order)
        return rt_no_memory(d, (size_t)data->rows * sizeof *data->order);
    if (o->in_order || !data->test_rows)
        for (int64_t i = 0; i < data->rows; i++)
            data->order[i] = i;
    else
        rt_shuffle(o->seed, SPLIT_STREAM, data->order, data->rows);
    return RT_OK;
}

static RtStatus fit(RtDataset *data, const RtDataOptions *o, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < data->group_count && !st; i++) {
        RtGroup *g = &data->groups[i];
        bool as_it_is = g->target || g->classes;    /* class numbers are no quantity */
        g->transform.scale = as_it_is || o->scale == 0 ? 1 : o->scale;
        if (!as_it_is && o->standardize)
            st = rt_transform_fit(&g->values, data->order, data->train_rows,
                                  &g->transform, d);
    }
    return st;
}

RtStatus rt_dataset_open(const RtDataOptions *o, RtDataset *out, DiagList *d)
{
    *out = (RtDataset){.at = o->at};
    RtStatus st = rt_data_read(o, out, d);
    if (!st)
        st = count_rows(out, o->limit, d);
    if (!st)
        st = split(out, o, d);
    if (!st)
        st = fit(out, o, d);
    if (st)
        rt_dataset_free(out);
    return st;
}

void rt_dataset_free(RtDataset *data)
{
    for (size_t i = 0; i < data->group_count; i++) {
        RtGroup *g = &data->groups[i];
        rt_tensor_free(&g->values);
        for (size_t k = 0; g->classes && k < g->class_count; k++)
            free(g->classes[k]);
        free(g->classes);
        rt_table_free(&g->columns);
        rt_transform_free(&g->transform);
    }
    free(data->groups);
    free(data->order);
    free(data->file);
    *data = (RtDataset){0};
}

typedef struct Missing {
    const RtDataset *data;
    const char *name;
    DiagList *d;
} Missing;

static RtStatus report_missing(void *missing)
{
    const Missing *m = missing;
    const RtDataset *data = m->data;
    Arena *arena = arena_open();
    Text all = {0};
    const char **names = ARENA_ARRAY(arena, const char *, data->group_count);
    for (size_t i = 0; i < data->group_count; i++) {
        names[i] = data->groups[i].values.name;
        text_printf(&all, i ? ", %s" : "%s", names[i]);
    }
    const char *near = text_nearest(m->name, names, data->group_count);
    if (near)
        rt_fail(m->d, RT_BAD_INPUT, place_of(data), "%s has no '%s'; did you mean '%s'?",
                data->file, m->name, near);
    else
        rt_fail(m->d, RT_BAD_INPUT, place_of(data), "%s has no '%s'; it has: %s",
                data->file, m->name, all.bytes ? all.bytes : "nothing");
    arena_close(arena);
    text_free(&all);
    return RT_BAD_INPUT;
}

const RtGroup *rt_dataset_group(const RtDataset *data, const char *name, DiagList *d)
{
    for (size_t i = 0; i < data->group_count; i++)
        if (!strcmp(data->groups[i].values.name, name))
            return &data->groups[i];
    if (d)
        rt_guarded(report_missing, &(Missing){data, name, d}, d);
    return NULL;
}
