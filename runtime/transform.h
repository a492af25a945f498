/* Inside runtime/ only: the numbers behind scaling and standardizing. */
#ifndef RUNTIME_TRANSFORM_H
#define RUNTIME_TRANSFORM_H

#include "runtime/dataset.h"

/* Mean and deviation of each element of a row, over the rows listed. */
RtStatus rt_transform_fit(const RtTensor *values, const int64_t *rows, int64_t count,
                          RtTransform *t, DiagList *d);
bool rt_transform_is_identity(const RtTransform *t);
/* In place, on one row of `count` elements. */
void rt_transform_row(const RtTransform *t, double *row, int64_t count);
/* Elements in a row: the product of all sizes but the first. */
int64_t rt_row_elements(int rank, const int64_t *dims);

#endif
