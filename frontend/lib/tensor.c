/* Tensors, in memory of the context or of the caller. */
#include "frontend/lib/lib.h"

#include "runtime/npy.h"

#include <stdlib.h>
#include <string.h>

bool lib_is_dtype(descent_dtype t) { return (unsigned)t < DTYPE_COUNT; }

const char *descent_dtype_name(descent_dtype dtype)
{
    return lib_is_dtype(dtype) ? dtype_name((Dtype)dtype) : "?";
}

size_t descent_dtype_size(descent_dtype dtype)
{
    return lib_is_dtype(dtype) ? dtype_bytes((Dtype)dtype) : 0;
}

/* ----------------------------------------------------------------------------- making */

descent_status lib_check_shape(LibCall *call, descent_dtype dtype, int rank,
                               const int64_t *dims, size_t *bytes)
{
    if (!lib_is_dtype(dtype))
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "there is no element type %d",
                        (int)dtype);
    if (rank < 0 || rank > RT_MAX_RANK)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "rank %d: expected 0 to %d", rank,
                        RT_MAX_RANK);
    if (rank && !dims)
        return lib_need(call, "dims", dims, NULL);
    for (int i = 0; i < rank; i++)
        if (dims[i] < 0)
            return lib_fail(call, DESCENT_BAD_ARGUMENT,
                            "dims[%d] is %lld: expected 0 or more", i,
                            (long long)dims[i]);
    if (!rt_shape_bytes((Dtype)dtype, rank, dims, bytes) || *bytes > PTRDIFF_MAX)
        return lib_fail(call, DESCENT_BAD_SHAPE, "a tensor of this shape is too large");
    return DESCENT_OK;
}

descent_status lib_tensor_over(LibCall *call, descent_context *c, Dtype t, int rank,
                               const int64_t *dims, void *data,
                               descent_release_function *release, void *user,
                               descent_tensor **out)
{
    descent_tensor *v = calloc(1, sizeof *v);
    if (!v)
        return lib_no_memory(call, sizeof *v);
    v->context = c;
    v->release = release;
    v->user = user;
    atomic_init(&v->holders, 1);
    v->value = (RtTensor){.dtype = t, .rank = rank, .data = data};
    if (rank)
        memcpy(v->value.dims, dims, (size_t)rank * sizeof *dims);
    *out = v;
    return DESCENT_OK;
}

descent_status lib_tensor_new(LibCall *call, descent_context *c, Dtype t, int rank,
                              const int64_t *dims, descent_tensor **out)
{
    size_t bytes;
    descent_status st = lib_check_shape(call, (descent_dtype)t, rank, dims, &bytes);
    if (st)
        return st;
    void *data = lib_alloc(c, bytes);
    st = data ? lib_tensor_over(call, c, t, rank, dims, data, NULL, NULL, out)
              : lib_no_memory(call, bytes);
    if (st)
        lib_release(c, data, bytes);
    else
        (*out)->allocated = bytes ? bytes : 1;
    return st;
}

static void release_by_free(void *user, void *data)
{
    (void)user;
    free(data);
}

descent_status lib_tensor_adopt(LibCall *call, descent_context *c, RtTensor *t,
                                descent_tensor **out)
{
    descent_status st = lib_tensor_over(call, c, t->dtype, t->rank, t->dims, t->data,
                                        release_by_free, NULL, out);
    if (!st)
        t->data = NULL;
    return st;
}

descent_status descent_tensor_create(descent_context *c, descent_dtype dtype, int rank,
                                     const int64_t *dims, descent_tensor **out,
                                     descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "c", c, NULL);
    if (!st)
        st = lib_tensor_new(&call, c, (Dtype)dtype, rank, dims, out);
    return lib_end(&call, st);
}

/* The memory fits the shape and the type. */
static descent_status check_memory(LibCall *call, descent_dtype dtype, int rank,
                                   const int64_t *dims, const void *data, size_t bytes)
{
    size_t wanted;
    char shape[RT_SHAPE_TEXT];
    descent_status st = lib_check_shape(call, dtype, rank, dims, &wanted);
    if (st)
        return st;
    if (bytes != wanted)
        return lib_fail(call, DESCENT_BAD_SHAPE, "%zu bytes of data: %s needs %zu", bytes,
                        rt_shape_text((Dtype)dtype, rank, dims, shape), wanted);
    if ((uintptr_t)data % dtype_bytes((Dtype)dtype))
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "'data' is not aligned to %zu bytes",
                        dtype_bytes((Dtype)dtype));
    return DESCENT_OK;
}

descent_status descent_tensor_wrap(descent_context *c, descent_dtype dtype, int rank,
                                   const int64_t *dims, void *data, size_t bytes,
                                   descent_release_function *release, void *user,
                                   descent_tensor **out, descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "c", c, "data", data, NULL);
    if (!st)
        st = check_memory(&call, dtype, rank, dims, data, bytes);
    if (!st)
        st =
            lib_tensor_over(&call, c, (Dtype)dtype, rank, dims, data, release, user, out);
    return lib_end(&call, st);
}

descent_status descent_tensor_view(descent_context *c, descent_dtype dtype, int rank,
                                   const int64_t *dims, void *data, size_t bytes,
                                   descent_tensor **out, descent_diagnostics *d)
{
    return descent_tensor_wrap(c, dtype, rank, dims, data, bytes, NULL, NULL, out, d);
}

void descent_tensor_destroy(descent_tensor *t)
{
    if (!t || atomic_fetch_sub(&t->holders, 1) != 1)
        return;
    lib_tensor_leave(t);
    if (t->allocated)
        lib_release(t->context, t->value.data, t->allocated);
    else if (t->release)
        t->release(t->user, t->value.data);
    free(t);
}

/* ---------------------------------------------------------------------------- looking */

descent_dtype descent_tensor_dtype(const descent_tensor *t)
{
    return t ? (descent_dtype)t->value.dtype : DESCENT_F32;
}

int descent_tensor_rank(const descent_tensor *t) { return t ? t->value.rank : 0; }

const int64_t *descent_tensor_dims(const descent_tensor *t)
{
    return t ? t->value.dims : NULL;
}

int64_t descent_tensor_count(const descent_tensor *t)
{
    return t ? rt_tensor_count(&t->value) : 0;
}

size_t descent_tensor_bytes(const descent_tensor *t)
{
    return t ? rt_tensor_bytes(&t->value) : 0;
}

/* The caller may write there. */
static descent_status open_data(const descent_tensor *t)
{
    LIB_ENTER(call, t->context, NULL);
    descent_status st = lib_tensor_fetch(&call, t);
    if (!st)
        lib_tensor_changed(t);
    return lib_end(&call, st);
}

void *descent_tensor_data(const descent_tensor *t)
{
    if (!t || (atomic_load(&t->device) && open_data(t)))
        return NULL;
    return t->value.data;
}

/* ---------------------------------------------------------------------------- copying */

static descent_status check_bytes(LibCall *call, const descent_tensor *t, size_t bytes)
{
    char shape[RT_SHAPE_TEXT];
    const RtTensor *v = &t->value;
    if (bytes == rt_tensor_bytes(v))
        return DESCENT_OK;
    return lib_fail(call, DESCENT_BAD_SHAPE, "'bytes' is %zu: the tensor, %s, has %zu",
                    bytes, rt_shape_text(v->dtype, v->rank, v->dims, shape),
                    rt_tensor_bytes(v));
}

descent_status descent_tensor_read(const descent_tensor *t, void *to, size_t bytes,
                                   descent_diagnostics *d)
{
    LIB_ENTER(call, t ? t->context : NULL, d);
    descent_status st = lib_need(&call, "t", t, "to", to, NULL);
    if (!st)
        st = check_bytes(&call, t, bytes);
    if (!st)
        st = lib_tensor_fetch(&call, t);
    if (!st)
        memcpy(to, t->value.data, bytes);
    return lib_end(&call, st);
}

descent_status descent_tensor_write(descent_tensor *t, const void *from, size_t bytes,
                                    descent_diagnostics *d)
{
    LIB_ENTER(call, t ? t->context : NULL, d);
    descent_status st = lib_need(&call, "t", t, "from", from, NULL);
    if (!st)
        st = check_bytes(&call, t, bytes);
    if (!st) {
        memcpy(t->value.data, from, bytes);
        lib_tensor_changed(t);
    }
    return lib_end(&call, st);
}

/* ------------------------------------------------------------------------------ files */

/* What is read goes into memory of the context, as that of all tensors. */
static descent_status copy_in(LibCall *call, descent_context *c, const RtTensor *from,
                              descent_tensor **out)
{
    descent_status st = lib_tensor_new(call, c, from->dtype, from->rank, from->dims, out);
    if (!st)
        memcpy((*out)->value.data, from->data, rt_tensor_bytes(from));
    return st;
}

descent_status descent_tensor_load(descent_context *c, const char *path,
                                   descent_tensor **out, descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    RtTensor t = {0};
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "c", c, "path", path, NULL);
    if (!st)
        st = lib_rt(&call, rt_npy_read(path, &t, call.d));
    if (!st)
        st = c->allocator.allocate ? copy_in(&call, c, &t, out)
                                   : lib_tensor_adopt(&call, c, &t, out);
    if (t.data)
        rt_tensor_free(&t);
    return lib_end(&call, st);
}

descent_status descent_tensor_save(const descent_tensor *t, const char *path,
                                   descent_diagnostics *d)
{
    LIB_ENTER(call, t ? t->context : NULL, d);
    descent_status st = lib_need(&call, "t", t, "path", path, NULL);
    if (!st)
        st = lib_tensor_fetch(&call, t);
    if (!st)
        st = lib_rt(&call, rt_npy_write(path, &t->value, call.d));
    return lib_end(&call, st);
}
