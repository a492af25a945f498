/* Tensors as text that other programs read. */
#ifndef RUNTIME_EXPORT_H
#define RUNTIME_EXPORT_H

#include "runtime/tensor.h"

#include <stdio.h>

/* A table: the first size is the rows, which all tensors must share; a tensor of one size
 * is a column of its name, one of more the columns NAME.0, NAME.1... A scalar is one
 * row. `file` is for messages. */
RtStatus rt_export_csv(const char *file, const RtTensors *tensors, FILE *to, DiagList *d);
/* {"NAME": [[...], ...], ...}; what is not finite is null. */
void rt_export_json(const RtTensors *tensors, FILE *to);

#endif
