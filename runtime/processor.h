/* What instructions this machine has beyond those of x86-64, for programs that were
 * compiled for another. */
#ifndef RUNTIME_PROCESSOR_H
#define RUNTIME_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>

/* Feature i, by LLVM's name ("avx2"); NULL at the end. Those that code for numbers may
 * use. */
const char *rt_processor_feature(size_t i);
/* Whether this machine has it, and the system saves its registers. */
bool rt_processor_has(const char *feature);

#endif
