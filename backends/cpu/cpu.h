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

/* A processor of a target. target: a triple, such as aarch64-linux-gnu, or its first
 * part; NULL: this machine. cpu: one of
 *
 *     x86_64     x86-64, x86-64-v2, x86-64-v3, x86-64-v4
 *     aarch64    armv8-a (NEON)
 *     riscv64    rv64gc, rv64gcv (vectors of 128 bits or more)
 *
 * or "host": this machine, by the features it has. NULL: the host; the first of the list
 * if a target is given. What there is not is an error in `d` and gives the baseline. */
IrTarget cpu_target_of(const char *target, const char *cpu, DiagList *d);
IrTarget cpu_target(const char *cpu, DiagList *d); /* of this machine's target */
/* Whether Descent was built with LLVM; if not, what makes code is `unsupported`. */
bool cpu_makes_code(void);
/* Whether this machine has the features of a processor. */
bool cpu_can_run(const char *cpu);
/* Adds the features, by LLVM's names, that code for a processor may use beyond those of
 * the least one of its architecture, each with a blank behind it. Nothing is added if
 * there is no such processor. */
void cpu_add_needs(const char *target, const char *cpu, Text *out);

/* A function outside of the code, for one that the module declares with descent.custom. It
 * gets the buffers of the call; if it returns another number than 0, the entry that called
 * it returns at once. */
typedef struct CpuOutside {
    const char *name; /* of the declared function */
    int (*function)(void *data, void *const *buffers);
    void *data;
} CpuOutside;

typedef struct CpuOptions {
    const char *cpu, *target; /* as in cpu_target_of */
    int level; /* LLVM's code generation level, 1 to 3; 0: the default (1) */
    bool file; /* cpu_print_...: what an object file holds, not what is run here */
    const CpuOutside *outside; /* cpu_compile: one for each function so declared */
    size_t outside_count;
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

/* Adds to `out`; false with diagnostics. */
bool cpu_print_llvm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d);
bool cpu_print_asm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d);

/* An ELF object, position independent, for callers that are no part of Descent. It
 * defines
 *
 *     descent.export = "SYMBOL"   void SYMBOL(buffers..., struct descent_pool *pool);
 *     descent.entry of @NAME      void descent_NAME(void *arena, void *const *args,
 *                                     void *const *results, struct descent_pool *pool);
 *     memref.global @DATA         const char DATA[]; unless it is private
 *
 * and refers to nothing but memcpy, memmove, memset and libm. Constants are read-only and
 * aligned to 64; there is no memory that changes. A pool is
 *
 *     struct descent_pool {
 *         void (*run)(struct descent_pool *self,
 *                     void (*task)(void *ctx, int64_t begin, int64_t end), void *ctx,
 *                     int64_t count);
 *     };
 *
 * `run` has the indices 0 <= i < count done, each once, in ranges that are not empty, on
 * whatever threads, and returns when all are done. NULL: the caller does it alone.
 *
 * The same kernels and options give the same bytes. */
bool cpu_emit_object(IrModule *kernels, const CpuOptions *options, Text *out,
                     DiagList *d);

/* One of several versions of the same functions: lowered for this processor. */
typedef struct CpuVersion {
    const char *cpu;
    IrModule *kernels;
} CpuVersion;

/* One object with the code for several processors of x86_64, in any order:
 * SYMBOL_x86_64_v3 and so on, and SYMBOL is an ELF ifunc, for which the loader takes the
 * best that the machine has; the least of them if it has none. Constants that are equal
 * are there once. options->cpu does not matter; a single version is as from
 * cpu_emit_object. `unsupported` for other targets and for "host". */
bool cpu_emit_versions(size_t count, const CpuVersion *versions,
                       const CpuOptions *options, Text *out, DiagList *d);

#endif
