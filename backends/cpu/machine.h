/* The machine as LLVM is told of it. Internal to backends/cpu. */
#ifndef BACKENDS_CPU_MACHINE_H
#define BACKENDS_CPU_MACHINE_H

#include "backends/cpu/cpu.h"
#include "backends/cpu/target.h"

#include <llvm-c/TargetMachine.h>

typedef struct CpuMachine {
    const char *name; /* as in IrTarget */
    const CpuArch *arch;
    const CpuLevel *level;
    char *triple;    /* LLVMDisposeMessage */
    const char *cpu; /* LLVM's name of the instruction set that features add to */
    const char *features;
    char *host_features; /* LLVMDisposeMessage; NULL: not the host */
} CpuMachine;

/* Names as in cpu_target_of. False with a diagnostic if there
 * is none of that name; to be closed in any case. */
bool cpu_machine_open(CpuMachine *m, const char *target, const char *cpu, DiagList *d);
void cpu_machine_close(CpuMachine *m);
/* The same, as a guard wants it. */
void cpu_machine_release(void *machine);
/* NULL and a diagnostic if LLVM was built without this target. */
LLVMTargetMachineRef cpu_target_machine(const CpuMachine *m, int level, DiagList *d);

#endif
