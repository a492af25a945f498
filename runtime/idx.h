/* IDX, the format of MNIST: big-endian sizes, then the elements. Plain or .gz. */
#ifndef RUNTIME_IDX_H
#define RUNTIME_IDX_H

#include "runtime/tensor.h"

RtStatus rt_idx_parse(const char *file, const void *bytes, size_t size, RtTensor *out,
                      DiagList *d);
RtStatus rt_idx_read(const char *path, RtTensor *out, DiagList *d);

#endif
