/* What the readers of arrays (IDX, npy) share. Inside runtime/ only. */
#ifndef RUNTIME_ARRAY_H
#define RUNTIME_ARRAY_H

#include "runtime/tensor.h"

typedef RtStatus RtParse(const char *file, const void *bytes, size_t size, RtTensor *out,
                         DiagList *d);
/* Reads a file (plain or .gz) and parses it. */
RtStatus rt_array_read(const char *path, RtParse *parse, RtTensor *out, DiagList *d);
/* A zeroed tensor, if the sizes that a header claims fit the bytes that follow it. */
RtStatus rt_array_create(const char *file, Dtype t, int rank, const int64_t *dims,
                         size_t bytes, RtTensor *out, DiagList *d);
/* Turns the bytes of each element around: from the other byte order. */
void rt_array_swap(RtTensor *t);

#endif
