#include "runtime/data_read.h"

#include "runtime/columns.h"
#include "runtime/csv.h"
#include "runtime/idx.h"
#include "runtime/npy.h"
#include "runtime/text_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes over *values. */
static RtStatus add_group(RtDataset *data, const char *name, RtTensor *values,
                          bool target, DiagList *d)
{
    RtGroup *groups = realloc(data->groups, (data->group_count + 1) * sizeof *groups);
    char *copy = strdup(name);
    if (groups)
        data->groups = groups;
    if (!groups || !copy) {
        free(copy);
        rt_tensor_free(values);
        return rt_no_memory(d, sizeof *groups);
    }
    free(values->name);
    values->name = copy;
    groups[data->group_count++] = (RtGroup){.values = *values, .target = target};
    *values = (RtTensor){0};
    return RT_OK;
}

static bool in_list(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i], name))
            return true;
    return false;
}

static bool is_target(const RtDataOptions *o, const char *name)
{
    return !strcmp(name, "y") || in_list(name, o->targets, o->target_count);
}

/* ---- csv ---- */

static RtStatus copy_classes(const RtColumn *c, RtGroup *g, DiagList *d)
{
    if (!(g->classes = calloc(c->class_count, sizeof *g->classes)))
        return rt_no_memory(d, c->class_count * sizeof *g->classes);
    g->class_count = c->class_count;
    for (size_t i = 0; i < c->class_count; i++)
        if (!(g->classes[i] = strdup(c->classes[i])))
            return rt_no_memory(d, strlen(c->classes[i]));
    return RT_OK;
}

static RtStatus group_columns(const RtTable *t, const RtColumn *const *columns, size_t n,
                              const char *name, bool target, RtDataset *data, DiagList *d)
{
    RtTensor v;
    RtStatus st = rt_columns_join(t, columns, n, &v, d);
    if (!st)
        st = add_group(data, name, &v, target, d);
    if (st)
        return st;
    RtGroup *g = &data->groups[data->group_count - 1];
    for (size_t i = 0; i < n && !st; i++)
        st = rt_table_add(&g->columns, columns[i]->name, columns[i]->classes,
                          columns[i]->class_count, d);
    if (!st && n == 1 && columns[0]->classes)
        st = copy_classes(columns[0], g, d);
    return st;
}

static RtStatus group_named(const RtTable *t, const RtGroupSpec *g, RtDataset *data,
                            DiagList *d)
{
    const RtColumn **columns = calloc(g->column_count + 1, sizeof *columns);
    if (!columns)
        return rt_no_memory(d, g->column_count * sizeof *columns);
    bool found = true;
    for (size_t i = 0; i < g->column_count; i++) {
        columns[i] = rt_table_find(t, data->file, g->columns[i], d);
        found &= columns[i] != NULL;
    }
    RtStatus st =
        !found ? RT_BAD_INPUT
        : !g->column_count
            ? rt_fail(d, RT_BAD_INPUT, data->at, "group '%s' has no columns", g->name)
            : group_columns(t, columns, g->column_count, g->name, g->target, data, d);
    free(columns);
    return st;
}

/* x = the listed features, or every column that is no target. */
static RtStatus group_features(const RtTable *t, const RtDataOptions *o, RtDataset *data,
                               DiagList *d)
{
    RtGroupSpec x = {"x", o->features, o->feature_count, false};
    const char **rest = NULL;
    if (!o->feature_count) {
        if (!(rest = calloc(t->column_count + 1, sizeof *rest)))
            return rt_no_memory(d, t->column_count * sizeof *rest);
        for (size_t i = 0; i < t->column_count; i++)
            if (!in_list(t->columns[i].name, o->targets, o->target_count))
                rest[x.column_count++] = t->columns[i].name;
        x.columns = rest;
    }
    RtStatus st = group_named(t, &x, data, d);
    free(rest);
    return st;
}

static RtStatus read_csv(const RtDataOptions *o, RtDataset *data, DiagList *d)
{
    RtCsvOptions csv = {.separator = o->separator, .no_header = o->no_header};
    RtTable t;
    RtStatus st = rt_csv_read(o->paths[0], &csv, &t, d);
    for (size_t i = 0; i < o->group_count && !st; i++)
        st = group_named(&t, &o->groups[i], data, d);
    if (!st && !o->group_count)
        st = group_features(&t, o, data, d);
    if (!st && !o->group_count && o->target_count) {
        RtGroupSpec y = {"y", o->targets, o->target_count, true};
        st = group_named(&t, &y, data, d);
    }
    rt_table_free(&t);
    return st;
}

/* ---- others ---- */

typedef RtStatus ReadTensor(const char *path, RtTensor *out, DiagList *d);

/* One file per group: x, y, x2, x3... or as listed. */
static RtStatus read_each(const RtDataOptions *o, ReadTensor *read, RtDataset *data,
                          DiagList *d)
{
    RtStatus st = RT_OK;
    if (o->group_count && o->group_count != o->path_count)
        return rt_fail(d, RT_BAD_INPUT, data->at, "%zu file%s, but %zu group%s",
                       o->path_count, text_plural((long long)o->path_count),
                       o->group_count, text_plural((long long)o->group_count));
    for (size_t i = 0; i < o->path_count && !st; i++) {
        char number[32] = "x";
        if (i > 1)
            snprintf(number, sizeof number, "x%zu", i);
        const char *name = o->group_count ? o->groups[i].name : i == 1 ? "y" : number;
        RtTensor v;
        st = read(o->paths[i], &v, d);
        if (!st)
            st = add_group(data, name, &v,
                           o->group_count ? o->groups[i].target : is_target(o, name), d);
    }
    return st;
}

static RtStatus read_npz(const RtDataOptions *o, RtDataset *data, DiagList *d)
{
    RtTensors arrays;
    RtStatus st = rt_npz_read(o->paths[0], &arrays, d);
    for (size_t i = 0; i < arrays.count && !st; i++) {
        RtTensor v = arrays.items[i];
        char *name = v.name;
        arrays.items[i] = (RtTensor){0};
        v.name = NULL;
        st = add_group(data, name, &v, is_target(o, name), d);
        free(name);
    }
    rt_tensors_free(&arrays);
    return st;
}

static RtStatus name_codes(const RtAlphabet *a, RtGroup *g, DiagList *d)
{
    if (!(g->classes = calloc((size_t)a->count, sizeof *g->classes)))
        return rt_no_memory(d, (size_t)a->count * sizeof *g->classes);
    g->class_count = (size_t)a->count;
    for (int i = 0; i < a->count; i++)
        if (!(g->classes[i] = strndup((const char *)&a->bytes[i], 1)))
            return rt_no_memory(d, 2);
    return RT_OK;
}

/* Window i of x holds the codes [i * window, (i + 1) * window), that of y is one
 * further. */
static RtStatus cut_windows(const RtTensor *codes, const RtAlphabet *a, int64_t window,
                            RtDataset *data, DiagList *d)
{
    int64_t dims[] = {(codes->dims[0] - 1) / window, window};
    RtStatus st = RT_OK;
    for (int shift = 0; shift < 2 && !st; shift++) {
        RtTensor v;
        st = rt_tensor_create(NULL, DTYPE_ui8, 2, dims, &v, d);
        if (st)
            break;
        memcpy(v.data, (unsigned char *)codes->data + shift, rt_tensor_bytes(&v));
        st = add_group(data, shift ? "y" : "x", &v, shift, d);
        if (!st)
            st = name_codes(a, &data->groups[data->group_count - 1], d);
    }
    return st;
}

static RtStatus read_text(const RtDataOptions *o, RtDataset *data, DiagList *d)
{
    RtTensor codes;
    RtAlphabet alphabet;
    if (o->window < 1)
        return rt_fail(d, RT_BAD_INPUT, data->at,
                       "text data needs a window of at least 1 byte");
    RtStatus st = rt_text_read(o->paths[0], &codes, &alphabet, d);
    if (!st)
        st = cut_windows(&codes, &alphabet, o->window, data, d);
    rt_tensor_free(&codes);
    return st;
}

static RtStatus copy_tensors(const RtDataOptions *o, RtDataset *data, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < o->tensors->count && !st; i++) {
        const RtTensor *t = &o->tensors->items[i];
        RtTensor v;
        st = rt_tensor_copy(t, &v, d);
        if (!st)
            st = add_group(data, t->name, &v, is_target(o, t->name), d);
    }
    return st;
}

static RtStatus keep_name(RtDataset *data, const char *name, DiagList *d)
{
    data->file = strdup(name);
    return data->file ? RT_OK : rt_no_memory(d, strlen(name));
}

RtStatus rt_data_read(const RtDataOptions *o, RtDataset *data, DiagList *d)
{
    if (o->kind == RT_DATA_TENSORS) {
        RtStatus st = keep_name(data, "the data set", d);
        return st ? st : copy_tensors(o, data, d);
    }
    bool several =
        o->kind == RT_DATA_NPY || (o->kind == RT_DATA_IDX && o->path_count <= 2);
    if (o->path_count < 1 || (!several && o->path_count > 1))
        return rt_fail(d, RT_BAD_INPUT, o->at, "expected %s, found %zu files",
                       o->kind == RT_DATA_IDX ? "one or two files" : "one file",
                       o->path_count);
    RtStatus st = keep_name(data, o->paths[0], d);
    if (st)
        return st;
    switch (o->kind) {
    case RT_DATA_CSV: return read_csv(o, data, d);
    case RT_DATA_IDX: return read_each(o, rt_idx_read, data, d);
    case RT_DATA_NPY: return read_each(o, rt_npy_read, data, d);
    case RT_DATA_NPZ: return read_npz(o, data, d);
    case RT_DATA_TEXT: return read_text(o, data, d);
    case RT_DATA_TENSORS: break;
    }
    return RT_BAD_INPUT;
}
