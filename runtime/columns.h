/* Columns of a table as a tensor; the names of columns as metadata. Inside runtime/
 * only. */
#ifndef RUNTIME_COLUMNS_H
#define RUNTIME_COLUMNS_H

#include "runtime/dataset.h"

/* One categorical column is i32[rows], one number f64[rows], several are f64[rows, n]. */
RtStatus rt_columns_join(const RtTable *t, const RtColumn *const *columns, size_t count,
                         RtTensor *out, DiagList *d);
/* As descent.x.columns, a list of names, and descent.x.words, the sorted values of those
 * that are categorical. */
RtStatus rt_columns_describe(const char *group, const RtTable *columns, RtMeta *meta,
                             DiagList *d);

#endif
