/* One LLVM module on its way to code. Internal to backends/cpu. */
#ifndef BACKENDS_CPU_COMPILE_H
#define BACKENDS_CPU_COMPILE_H

#include "backends/cpu/llvm.h"

typedef struct CpuUnit {
    DiagList *diags;
    const CpuMachine *machine;
    bool file; /* code for a file, not for this process */
    LLVMTargetMachineRef target;
    LLVMContextRef context;
    LLVMModuleRef module;
} CpuUnit;

/* The machine that the options name; false with a diagnostic if there is none. To be
 * closed in any case. */
bool cpu_options_machine(const CpuOptions *o, CpuMachine *m, DiagList *d);

/* These return false with diagnostics; a unit is to be closed in any case. Units may be
 * opened by one thread only; after that each may have its own. */
bool cpu_unit_open(CpuUnit *u, const CpuMachine *m, const CpuOptions *o, DiagList *d);
bool cpu_unit_translate(CpuUnit *u, IrModule *kernels);
/* Several versions of the same functions, best first, and what chooses one of them; the
 * unit's machine is that of the last. */
bool cpu_unit_translate_all(CpuUnit *u, size_t count, IrModule *const *kernels,
                            const CpuMachine *machines);
void cpu_unit_close(CpuUnit *u);
void cpu_unit_release(void *unit); /* the same, as a guard wants it */
/* Assembly or an object; NULL and a diagnostic if LLVM refuses. */
LLVMMemoryBufferRef cpu_unit_emit(CpuUnit *u, LLVMCodeGenFileType kind);
bool cpu_unit_print(CpuUnit *u, LLVMCodeGenFileType kind, Text *out);

enum { CPU_MAX_PARTS = 16 };

/* Compiles the kernels as `count` (at most CPU_MAX_PARTS) objects of about the same size,
 * on as many threads. False with diagnostics; the caller disposes of those that are not
 * NULL in any case. */
bool cpu_objects(IrModule *kernels, const CpuMachine *m, const CpuOptions *o,
                 unsigned count, LLVMMemoryBufferRef *objects, DiagList *d);

#endif
