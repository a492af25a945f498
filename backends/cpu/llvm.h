/* LLVM's view of a machine. Internal to backends/cpu. */
#ifndef BACKENDS_CPU_LLVM_H
#define BACKENDS_CPU_LLVM_H

#include "backends/cpu/machine.h"

#include <llvm-c/TargetMachine.h>

/* NULL and a diagnostic if LLVM was built without this target. */
LLVMTargetMachineRef cpu_target_machine(const CpuMachine *m, int level, DiagList *d);

#endif
