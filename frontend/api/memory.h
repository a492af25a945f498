/* Whether training fits into memory, asked before it begins: the system gives out more
 * than there is and ends a process that uses it. */
#ifndef API_MEMORY_H
#define API_MEMORY_H

#include "runtime/program.h"
#include "runtime/status.h"

/* keeps_best: a second copy of the weights is kept. */
RtStatus api_memory_check(const RtEntry *step, bool keeps_best, const char *file,
                          DiagList *d);

#endif
