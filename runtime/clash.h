/* Files that must not be written over. */
#ifndef RUNTIME_CLASH_H
#define RUNTIME_CLASH_H

#include "support/diag.h"

/* Whether no output (NULL: none) is one of the inputs or another output, by whatever name
 * or link; a usage error for each that is. Devices and pipes may be both. */
bool rt_no_clash(const char *const *outputs, size_t output_count,
                 const char *const *inputs, size_t input_count, DiagList *d);

#endif
