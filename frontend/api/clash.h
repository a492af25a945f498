/* Files that must not be written over. */
#ifndef API_CLASH_H
#define API_CLASH_H

#include "frontend/api/api.h"
#include "runtime/clash.h"

/* Whether no output is the model's file or data that its blocks name: as rt_no_clash. */
bool api_no_clash_with_model(const char *const *outputs, size_t count, const ApiModel *m,
                             DiagList *d);

#endif
