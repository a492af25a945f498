/* Files that must not be written over. */
#ifndef API_CLASH_H
#define API_CLASH_H

#include "frontend/api/api.h"

/* Whether no output (NULL: none) is one of the inputs or another output, by whatever name
 * or link; a usage error for each that is. Devices and pipes may be both. */
bool api_no_clash(const char *const *outputs, size_t output_count,
                  const char *const *inputs, size_t input_count, DiagList *d);
/* Whether no output is the model's file or data that its blocks name. */
bool api_no_clash_with_model(const char *const *outputs, size_t count, const ApiModel *m,
                             DiagList *d);

#endif
