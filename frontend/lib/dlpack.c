/* Tensors of other libraries, in and out. */
#include "frontend/lib/dlpack.h"
#include "frontend/lib/lib.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------ types */

static uint8_t code_of(Dtype t)
{
    switch (dtype_kind(t)) {
    case DTYPE_FLOAT: return t == DTYPE_bf16 ? DL_BFLOAT : DL_FLOAT;
    case DTYPE_BOOL: return DL_BOOL;
    case DTYPE_SIGNED: return DL_INT;
    case DTYPE_UNSIGNED: break;
    }
    return DL_UINT;
}

static uint8_t bits_of(Dtype t) { return (uint8_t)(8 * dtype_bytes(t)); }

static bool find_type(DLDataType wanted, Dtype *out)
{
    for (int t = 0; t < DTYPE_COUNT; t++) {
        *out = (Dtype)t;
        if (wanted.code == code_of(*out) && wanted.bits == bits_of(*out))
            return wanted.lanes == 1;
    }
    return false;
}

/* --------------------------------------------------------------------------------- in */

static descent_status check(LibCall *call, const DLTensor *t, Dtype *dtype)
{
    size_t bytes;
    if (t->device.type != DL_CPU && t->device.type != DL_CUDA_HOST)
        return lib_fail(call, DESCENT_UNSUPPORTED,
                        "unsupported: memory of DLPack's device type %d; the CPU's is 1",
                        (int)t->device.type);
    if (!find_type(t->dtype, dtype))
        return lib_fail(call, DESCENT_UNSUPPORTED,
                        "unsupported: DLPack's type code %d of %d bits and %d lanes",
                        t->dtype.code, t->dtype.bits, t->dtype.lanes);
    descent_status st =
        lib_check_shape(call, (descent_dtype)*dtype, t->ndim, t->shape, &bytes);
    if (!st && bytes && !t->data)
        st = lib_need(call, "from->dl_tensor.data", t->data, NULL);
    return st;
}

/* Sizes of 1 may have any stride. */
static bool is_dense(const DLTensor *t)
{
    int64_t expected = 1;
    for (int i = t->ndim; t->strides && i-- > 0;) {
        if (t->shape[i] != 1 && t->strides[i] != expected)
            return false;
        expected *= t->shape[i];
    }
    return true;
}

/* Copies row by row of the last dimension's elements: `from` moves by strides. */
static char *copy_dim(const DLTensor *t, int dim, const char *from, size_t size, char *to)
{
    if (dim == t->ndim) {
        memcpy(to, from, size);
        return to + size;
    }
    for (int64_t i = 0; i < t->shape[dim]; i++)
        to = copy_dim(t, dim + 1, from + i * t->strides[dim] * (int64_t)size, size, to);
    return to;
}

static void release_managed(void *user, void *data)
{
    DLManagedTensor *m = user;
    (void)data;
    if (m->deleter)
        m->deleter(m);
}

static descent_status take(LibCall *call, descent_context *c, DLManagedTensor *from,
                           Dtype dtype, descent_tensor **out)
{
    const DLTensor *t = &from->dl_tensor;
    char *data = t->data ? (char *)t->data + t->byte_offset : NULL;
    if (data && is_dense(t) && (uintptr_t)data % dtype_bytes(dtype) == 0)
        return lib_tensor_over(call, c, dtype, t->ndim, t->shape, data, release_managed,
                               from, out);
    descent_status st = lib_tensor_new(call, c, dtype, t->ndim, t->shape, out);
    if (st)
        return st;
    if (data && is_dense(t))
        memcpy((*out)->value.data, data, rt_tensor_bytes(&(*out)->value));
    else if (data)
        copy_dim(t, 0, data, dtype_bytes(dtype), (*out)->value.data);
    release_managed(from, NULL);
    return DESCENT_OK;
}

descent_status descent_tensor_from_dlpack(descent_context *c,
                                          struct DLManagedTensor *from,
                                          descent_tensor **out, descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    Dtype dtype = DTYPE_f32;
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "c", c, "from", from, NULL);
    if (!st)
        st = check(&call, &from->dl_tensor, &dtype);
    if (!st)
        st = take(&call, c, from, dtype, out);
    return lib_end(&call, st);
}

/* -------------------------------------------------------------------------------- out */

typedef struct Export {
    DLManagedTensor managed;
    descent_tensor *tensor; /* held */
    int64_t strides[RT_MAX_RANK];
} Export;

static void delete_export(DLManagedTensor *m)
{
    Export *e = m->manager_ctx;
    descent_tensor_destroy(e->tensor);
    free(e);
}

static void fill(Export *e, descent_tensor *t)
{
    RtTensor *v = &t->value;
    int64_t stride = 1;
    for (int i = v->rank; i-- > 0; stride *= v->dims[i])
        e->strides[i] = stride;
    e->tensor = t;
    e->managed = (DLManagedTensor){
        .dl_tensor = {.data = v->data,
                      .device = {DL_CPU, 0},
                      .ndim = v->rank,
                      .dtype = {code_of(v->dtype), bits_of(v->dtype), 1},
                      .shape = v->dims,
                      .strides = e->strides},
        .manager_ctx = e,
        .deleter = delete_export,
    };
}

descent_status descent_tensor_to_dlpack(descent_tensor *t, struct DLManagedTensor **out,
                                        descent_diagnostics *d)
{
    LIB_ENTER(call, t ? t->context : NULL, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "t", t, NULL);
    if (!st)
        st = lib_tensor_fetch(&call, t);
    if (!st)
        lib_tensor_changed(t); /* by whoever gets it */
    Export *e = st ? NULL : calloc(1, sizeof *e);
    if (!st && !e)
        st = lib_no_memory(&call, sizeof *e);
    if (!st) {
        atomic_fetch_add(&t->holders, 1);
        fill(e, t);
        *out = &e->managed;
    }
    return lib_end(&call, st);
}
