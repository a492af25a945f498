/* Kernel IR to native code, through LLVM. A module of kernels and host programs
 * (functions with descent.entry) becomes one object; the object is run in this process
 * or handed out.
 *
 * The bits of a result depend on the target, not on the number of threads: a loop's
 * indices are handed out by runtime/pool.h and each is computed by the same code. */
#ifndef BACKENDS_CPU_CPU_H
#define BACKENDS_CPU_CPU_H

#include "ir/ir.h"
#include "ir/target.h"

/* The machine called x86-64, x86-64-v3 or x86-64-v4; NULL or "host": this machine, by
 * the features it has. An unknown name is an error in `d` and gives the baseline. */
IrTarget cpu_target(const char *name, DiagList *d);
/* Whether this machine has the features of the target. */
bool cpu_can_run(const char *name);

typedef struct CpuOptions {
    const char *cpu; /* as in cpu_target */
    int level;       /* LLVM's code generation level, 1 to 3; 0: the default (1) */
} CpuOptions;

/* -------------------------------------------------------------- in this process (JIT) */

typedef struct CpuProgram CpuProgram;
/* void *pool is an RtPool or NULL: runtime/program.h. */
typedef void CpuEntry(void *arena, void *const *args, void *const *results, void *pool);

/* The kernels may be closed afterwards. `options` may be NULL. NULL and diagnostics if
 * the module holds what the backend does not know, or the host lacks what the target
 * has. */
CpuProgram *cpu_compile(IrModule *kernels, const CpuOptions *options, DiagList *d);
void cpu_program_close(CpuProgram *p); /* accepts NULL */
/* A function with descent.entry, by name; NULL if there is none. Lives as long as the
 * program. */
CpuEntry *cpu_entry(CpuProgram *p, const char *name);

/* -------------------------------------------------------------------------- as a file */

/* Adds to `out`; false with diagnostics. An object file refers to rt_pool_run and to
 * libm. */
bool cpu_print_llvm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d);
bool cpu_print_asm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d);
bool cpu_emit_object(IrModule *kernels, const CpuOptions *options, Text *out,
                     DiagList *d);

#endif
