#include "runtime/tensor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* size * product of the sizes. A size of 0 does not hide that the others are too large:
 * the product of any of them fits as well. */
static bool multiply(int64_t size, int rank, const int64_t *dims, int64_t *out)
{
    bool empty = false;
    if (rank < 0 || rank > RT_MAX_RANK)
        return false;
    for (int i = 0; i < rank; i++) {
        empty |= dims[i] == 0;
        if (dims[i] < 0 || __builtin_mul_overflow(size, dims[i] ? dims[i] : 1, &size))
            return false;
    }
    *out = empty ? 0 : size;
    return true;
}

bool rt_shape_count(int rank, const int64_t *dims, int64_t *out)
{
    return multiply(1, rank, dims, out);
}

bool rt_shape_bytes(Dtype t, int rank, const int64_t *dims, size_t *out)
{
    int64_t bytes;
    if (!multiply((int64_t)dtype_bytes(t), rank, dims, &bytes))
        return false;
    *out = (size_t)bytes;
    return true;
}

const char *rt_shape_text(Dtype t, int rank, const int64_t *dims, char out[RT_SHAPE_TEXT])
{
    int n = snprintf(out, RT_SHAPE_TEXT, "%s[", dtype_name(t));
    for (int i = 0; i < rank && i < RT_MAX_RANK; i++)
        n += snprintf(out + n, (size_t)(RT_SHAPE_TEXT - n), "%s%lld", i ? "," : "",
                      (long long)dims[i]);
    snprintf(out + n, (size_t)(RT_SHAPE_TEXT - n), "]");
    return out;
}

void *rt_alloc(size_t size)
{
    if (size > SIZE_MAX - RT_ALIGN)
        return NULL;
    size_t room = size ? (size + RT_ALIGN - 1) & ~(size_t)(RT_ALIGN - 1) : RT_ALIGN;
    void *p = aligned_alloc(RT_ALIGN, room);
    return p ? memset(p, 0, room) : NULL;
}

static RtStatus set_shape(const char *name, Dtype t, int rank, const int64_t *dims,
                          RtTensor *out, size_t *bytes, DiagList *d)
{
    *out = (RtTensor){.dtype = t, .rank = rank};
    *bytes = 0;
    if (!rt_shape_bytes(t, rank, dims, bytes))
        return rt_fail(d, RT_BAD_INPUT, (Place){0},
                       "tensor '%s': its sizes are too large", name ? name : "");
    for (int i = 0; i < rank; i++)
        out->dims[i] = dims[i];
    if (name && !(out->name = strdup(name)))
        return rt_no_memory(d, strlen(name) + 1);
    return RT_OK;
}

RtStatus rt_tensor_create(const char *name, Dtype t, int rank, const int64_t *dims,
                          RtTensor *out, DiagList *d)
{
    size_t bytes;
    RtStatus st = set_shape(name, t, rank, dims, out, &bytes, d);
    if (!st && !(out->data = rt_alloc(bytes)))
        st = rt_no_memory(d, bytes);
    out->owner = true;
    if (st)
        rt_tensor_free(out);
    return st;
}

RtStatus rt_tensor_wrap(const char *name, Dtype t, int rank, const int64_t *dims,
                        void *data, RtTensor *out, DiagList *d)
{
    size_t bytes;
    RtStatus st = set_shape(name, t, rank, dims, out, &bytes, d);
    out->data = data;
    if (st)
        rt_tensor_free(out);
    return st;
}

RtStatus rt_tensor_copy(const RtTensor *from, RtTensor *out, DiagList *d)
{
    RtStatus st =
        rt_tensor_create(from->name, from->dtype, from->rank, from->dims, out, d);
    if (!st)
        memcpy(out->data, from->data, rt_tensor_bytes(from));
    return st;
}

RtStatus rt_tensor_convert(const RtTensor *from, Dtype t, RtTensor *out, DiagList *d)
{
    RtStatus st = rt_tensor_create(from->name, t, from->rank, from->dims, out, d);
    if (!st)
        rt_convert(from->dtype, from->data, t, out->data, rt_tensor_count(from));
    return st;
}

void rt_tensor_free(RtTensor *t)
{
    if (!t)
        return;
    free(t->name);
    if (t->owner)
        free(t->data);
    *t = (RtTensor){0};
}

int64_t rt_tensor_count(const RtTensor *t)
{
    int64_t count = 0;
    rt_shape_count(t->rank, t->dims, &count);
    return count;
}

size_t rt_tensor_bytes(const RtTensor *t)
{
    return (size_t)rt_tensor_count(t) * dtype_bytes(t->dtype);
}

bool rt_tensor_same_shape(const RtTensor *a, const RtTensor *b)
{
    return a->dtype == b->dtype && a->rank == b->rank
        && !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof a->dims[0]);
}

void rt_tensor_normalize(RtTensor *t)
{
    if (t->dtype != DTYPE_i1)
        return;
    uint8_t *p = t->data;
    for (int64_t i = 0, n = rt_tensor_count(t); i < n; i++)
        p[i] = p[i] != 0;
}

RtStatus rt_tensors_add(RtTensors *list, RtTensor *t, DiagList *d)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 8;
        RtTensor *items = realloc(list->items, room * sizeof *items);
        if (!items) {
            rt_tensor_free(t);
            return rt_no_memory(d, room * sizeof *items);
        }
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = *t;
    *t = (RtTensor){0};
    return RT_OK;
}

bool rt_tensors_finite(const RtTensors *list)
{
    bool good = true;
    for (size_t i = 0; i < list->count && good; i++) {
        const RtTensor *t = &list->items[i];
        good = dtype_all_finite(t->dtype, t->data, rt_tensor_count(t));
    }
    return good;
}

RtTensor *rt_tensors_find(const RtTensors *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].name && !strcmp(list->items[i].name, name))
            return &list->items[i];
    return NULL;
}

void rt_tensors_free(RtTensors *list)
{
    for (size_t i = 0; i < list->count; i++)
        rt_tensor_free(&list->items[i]);
    free(list->items);
    *list = (RtTensors){0};
}
