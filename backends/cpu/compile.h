/* One module on its way through LLVM. Internal to backends/cpu. */
#ifndef BACKENDS_CPU_COMPILE_H
#define BACKENDS_CPU_COMPILE_H

#include "backends/cpu/machine.h"

typedef struct CpuUnit {
    DiagList *diags;
    CpuMachine machine;
    LLVMTargetMachineRef target;
    LLVMContextRef context;
    LLVMModuleRef module;
} CpuUnit;

/* False with diagnostics; to be closed in any case. */
bool cpu_unit_open(CpuUnit *u, IrModule *kernels, const CpuOptions *o, DiagList *d);
void cpu_unit_close(CpuUnit *u);
/* Assembly or an object; NULL and a diagnostic if LLVM refuses. */
LLVMMemoryBufferRef cpu_unit_emit(CpuUnit *u, LLVMCodeGenFileType kind);

#endif
