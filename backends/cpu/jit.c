/* An object in this process: ORC links it and gives out its entries. */
#define _GNU_SOURCE /* roundeven */
#include "backends/cpu/compile.h"

#include "runtime/pool.h"

#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CpuProgram {
    LLVMOrcLLJITRef jit;
};

/* All that an object may refer to: the pool, libm for math.*, and what LLVM calls
 * where a target has no instruction. */
typedef void Symbol(void);
#define SYMBOL(name)                                                                     \
    {                                                                                    \
#name, (Symbol *)(name)                                                          \
    }
#define MATH(name) SYMBOL(name), SYMBOL(name##f)
static const struct {
    const char *name;
    Symbol *address;
} symbols[] = {
    SYMBOL(rt_pool_run), SYMBOL(memcpy), SYMBOL(memmove), SYMBOL(memset), MATH(exp),
    MATH(expm1),         MATH(log),      MATH(log1p),     MATH(sin),      MATH(cos),
    MATH(tan),           MATH(tanh),     MATH(erf),       MATH(cbrt),     MATH(pow),
    MATH(atan2),         MATH(fma),      MATH(fmod),      MATH(ceil),     MATH(floor),
    MATH(trunc),         MATH(round),    MATH(roundeven), MATH(sqrt),
};
enum { SYMBOLS = sizeof symbols / sizeof *symbols };

/* True if there is no error; else it becomes a diagnostic. */
static bool check(DiagList *d, LLVMErrorRef error)
{
    if (!error)
        return true;
    char *message = LLVMGetErrorMessage(error);
    diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0}, "LLVM: %s", message);
    LLVMDisposeErrorMessage(message);
    return false;
}

/* The builder takes the target machine: it would look at the host again otherwise. */
static bool open_jit(CpuProgram *p, CpuUnit *u)
{
    LLVMOrcLLJITBuilderRef builder = LLVMOrcCreateLLJITBuilder();
    LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(
        builder, LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(u->target));
    u->target = NULL;
    return check(u->diags, LLVMOrcCreateLLJIT(&p->jit, builder));
}

static bool define_symbols(CpuProgram *p, DiagList *d)
{
    LLVMOrcCSymbolMapPair map[SYMBOLS];
    for (int i = 0; i < SYMBOLS; i++) {
        map[i].Name = LLVMOrcLLJITMangleAndIntern(p->jit, symbols[i].name);
        map[i].Sym.Address = (LLVMOrcExecutorAddress)symbols[i].address;
        map[i].Sym.Flags.GenericFlags =
            LLVMJITSymbolGenericFlagsExported | LLVMJITSymbolGenericFlagsCallable;
        map[i].Sym.Flags.TargetFlags = 0;
    }
    return check(d, LLVMOrcJITDylibDefine(LLVMOrcLLJITGetMainJITDylib(p->jit),
                                          LLVMOrcAbsoluteSymbols(map, SYMBOLS)));
}

static bool load(CpuProgram *p, CpuUnit *u)
{
    LLVMMemoryBufferRef object = cpu_unit_emit(u, LLVMObjectFile);
    if (!object)
        return false;
    if (open_jit(p, u) && define_symbols(p, u->diags)) {
        LLVMOrcJITDylibRef library = LLVMOrcLLJITGetMainJITDylib(p->jit);
        return check(u->diags, LLVMOrcLLJITAddObjectFile(p->jit, library, object));
    }
    LLVMDisposeMemoryBuffer(object);
    return false;
}

static bool runs_here(const CpuUnit *u)
{
    if (cpu_can_run(u->machine.name))
        return true;
    diag_add(u->diags, DIAG_ERROR, DIAG_USAGE, (Place){0},
             "this machine has not all instructions of %s", u->machine.name);
    return false;
}

CpuProgram *cpu_compile(IrModule *kernels, const CpuOptions *options, DiagList *d)
{
    CpuUnit u;
    CpuProgram *p = calloc(1, sizeof *p);
    bool good = cpu_unit_open(&u, kernels, options, d) && runs_here(&u);
    if (p && good)
        good = load(p, &u);
    cpu_unit_close(&u);
    if (good)
        return p;
    cpu_program_close(p);
    return NULL;
}

CpuEntry *cpu_entry(CpuProgram *p, const char *name)
{
    char symbol[256];
    LLVMOrcExecutorAddress address = 0;
    if (snprintf(symbol, sizeof symbol, "descent_%s", name) >= (int)sizeof symbol)
        return NULL;
    LLVMErrorRef error = LLVMOrcLLJITLookup(p->jit, &address, symbol);
    if (error) {
        LLVMConsumeError(error);
        return NULL;
    }
    return (CpuEntry *)address;
}

void cpu_program_close(CpuProgram *p)
{
    if (!p)
        return;
    if (p->jit)
        LLVMConsumeError(LLVMOrcDisposeLLJIT(p->jit));
    free(p);
}
