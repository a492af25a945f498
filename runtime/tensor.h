/* Tensors in memory: row-major, contiguous, 64-byte aligned. */
#ifndef RUNTIME_TENSOR_H
#define RUNTIME_TENSOR_H

#include "runtime/status.h"
#include "support/dtype.h"

enum { RT_MAX_RANK = 8, RT_ALIGN = 64 };

typedef struct RtTensor {
    char *name;        /* NULL if it has none; owned */
    Dtype dtype;
    int rank;
    int64_t dims[RT_MAX_RANK];
    void *data;        /* never NULL after creation, even for 0 elements */
    bool owner;        /* false: data belongs to someone else */
} RtTensor;

/* Elements and bytes of a shape; false if a size is negative or the product of those that
 * are not 0 does not fit. */
bool rt_shape_count(int rank, const int64_t *dims, int64_t *out);
bool rt_shape_bytes(Dtype t, int rank, const int64_t *dims, size_t *out);
/* "f32[32,784]" into `out`; returns out. */
enum { RT_SHAPE_TEXT = 200 };
const char *rt_shape_text(Dtype t, int rank, const int64_t *dims,
                          char out[RT_SHAPE_TEXT]);

/* 64-byte aligned zeroed bytes, freed with free; NULL without memory. size 0 gives a
 * block too. */
void *rt_alloc(size_t size);

/* A zeroed tensor (name copied, may be NULL). */
RtStatus rt_tensor_create(const char *name, Dtype t, int rank, const int64_t *dims,
                          RtTensor *out, DiagList *d);
/* A tensor over memory of someone else, which must outlive it. */
RtStatus rt_tensor_wrap(const char *name, Dtype t, int rank, const int64_t *dims,
                        void *data, RtTensor *out, DiagList *d);
RtStatus rt_tensor_copy(const RtTensor *from, RtTensor *out, DiagList *d);
/* The same values in another element type. Floats to integers truncate; to i1: value !=
 * 0. */
RtStatus rt_tensor_convert(const RtTensor *from, Dtype t, RtTensor *out, DiagList *d);
void rt_tensor_free(RtTensor *t);    /* accepts NULL and the zeroed struct */

int64_t rt_tensor_count(const RtTensor *t);
size_t rt_tensor_bytes(const RtTensor *t);
bool rt_tensor_same_shape(const RtTensor *a, const RtTensor *b);   /* type and sizes */
/* Makes the bytes of an i1 tensor from a file 0 or 1; leaves other types alone. */
void rt_tensor_normalize(RtTensor *t);

/* count elements from one type to another; the blocks may not overlap. */
void rt_convert(Dtype from, const void *in, Dtype to, void *out, int64_t count);

/* A list of named tensors: a weight file, an npz, the state of a model. */
typedef struct RtTensors {
    RtTensor *items;
    size_t count, room;
} RtTensors;

/* Whether no element of any is infinite or NaN. */
bool rt_tensors_finite(const RtTensors *list);
/* Takes over *t (which becomes empty); on failure *t is freed. */
RtStatus rt_tensors_add(RtTensors *list, RtTensor *t, DiagList *d);
RtTensor *rt_tensors_find(const RtTensors *list, const char *name);   /* or NULL */
void rt_tensors_free(RtTensors *list);

#endif
