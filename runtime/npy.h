/* numpy's files: .npy (versions 1 to 3, C and Fortran order) and .npz (a zip of them;
 * stored or deflated, sums checked). bf16 is '|V2', i1 is '|b1'. Big-endian data is
 * swapped. */
#ifndef RUNTIME_NPY_H
#define RUNTIME_NPY_H

#include "runtime/tensor.h"
#include "support/text.h"

/* The result has no name. `file` is for messages. */
RtStatus rt_npy_parse(const char *file, const void *bytes, size_t size, RtTensor *out,
                      DiagList *d);
RtStatus rt_npy_read(const char *path, RtTensor *out, DiagList *d);    /* also .npy.gz */
/* What a file has before the tensor's bytes; `out` is empty. */
void rt_npy_add_header(const RtTensor *t, Text *out);
RtStatus rt_npy_write(const char *path, const RtTensor *t, DiagList *d);   /* atomic */

/* Each array takes its name from its member, less ".npy". */
RtStatus rt_npz_parse(const char *file, const void *bytes, size_t size, RtTensors *out,
                      DiagList *d);
RtStatus rt_npz_read(const char *path, RtTensors *out, DiagList *d);

#endif
