/* Names for profilers. Internal to backends/cpu. */
#ifndef BACKENDS_CPU_PERF_H
#define BACKENDS_CPU_PERF_H

#include <llvm-c/LLJIT.h>

/* Copies of the objects if the environment has DESCENT_PERF_MAP, and their number; else 0. */
unsigned cpu_perf_copy(const LLVMMemoryBufferRef *objects, unsigned count,
                       LLVMMemoryBufferRef *copies);
/* Adds their functions, which the JIT must have, to /tmp/perf-PID.map, where Linux's perf looks for
 * the names of generated code. Disposes of the copies. */
void cpu_perf_map(LLVMOrcLLJITRef jit, const LLVMMemoryBufferRef *copies, unsigned count);

#endif
