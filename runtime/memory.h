/* How much memory there is. */
#ifndef RUNTIME_MEMORY_H
#define RUNTIME_MEMORY_H

#include <stdint.h>

/* Bytes that this process could still get, swap included, by the machine and by the limit
 * of its control group; INT64_MAX if neither is known. */
int64_t rt_memory_available(void);

#endif
