/* The machine as LLVM is told of it. Internal to backends/cpu. */
#ifndef BACKENDS_CPU_MACHINE_H
#define BACKENDS_CPU_MACHINE_H

#include "backends/cpu/cpu.h"

#include <llvm-c/TargetMachine.h>

typedef struct CpuMachine {
    const char *name; /* as in IrTarget */
    const char *cpu;  /* LLVM's name of the instruction set that features add to */
    char *features;   /* LLVMDisposeMessage; NULL: those of `cpu` */
    int vector_bits, vector_registers;
    bool fma, f16c;
} CpuMachine;

/* False if there is no machine of that name (the baseline is filled in). */
bool cpu_machine_open(CpuMachine *m, const char *name);
void cpu_machine_close(CpuMachine *m);
/* NULL and a diagnostic if LLVM was built without this target. */
LLVMTargetMachineRef cpu_target_machine(const CpuMachine *m, int level, DiagList *d);

#endif
