/* An object in this process: ORC links it and gives out its entries. */
#define _GNU_SOURCE /* roundeven */
#include "backends/cpu/compile.h"
#include "backends/cpu/emit.h"
#include "backends/cpu/perf.h"

#include "runtime/pool.h"
#include "support/guard.h"

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

/* Given a target machine, the builder does not look at the host again. */
static bool open_jit(CpuProgram *p, const CpuMachine *m, DiagList *d)
{
    LLVMTargetMachineRef machine = cpu_target_machine(m, 1, d);
    if (!machine)
        return false;
    LLVMOrcLLJITBuilderRef builder = LLVMOrcCreateLLJITBuilder();
    LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(
        builder, LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(machine));
    return check(d, LLVMOrcCreateLLJIT(&p->jit, builder));
}

static LLVMOrcCSymbolMapPair pair(CpuProgram *p, const char *name, uintptr_t address,
                                  uint8_t flags)
{
    return (LLVMOrcCSymbolMapPair){
        .Name = LLVMOrcLLJITMangleAndIntern(p->jit, name),
        .Sym = {address, {LLVMJITSymbolGenericFlagsExported | flags, 0}},
    };
}

static bool define(CpuProgram *p, LLVMOrcCSymbolMapPair *map, size_t count, DiagList *d)
{
    return check(d, LLVMOrcJITDylibDefine(LLVMOrcLLJITGetMainJITDylib(p->jit),
                                          LLVMOrcAbsoluteSymbols(map, count)));
}

static bool define_symbols(CpuProgram *p, DiagList *d)
{
    LLVMOrcCSymbolMapPair map[SYMBOLS];
    for (int i = 0; i < SYMBOLS; i++)
        map[i] = pair(p, symbols[i].name, (uintptr_t)symbols[i].address,
                      LLVMJITSymbolGenericFlagsCallable);
    return define(p, map, SYMBOLS, d);
}

/* What the module declares is given by the caller, or nothing is loaded. */
static bool has_outside(IrModule *kernels, const CpuOptions *o, DiagList *d)
{
    for (const IrOp *op = ir_module_block(kernels)->first; op; op = op->next) {
        size_t i = 0, count = o ? o->outside_count : 0;
        if (op->kind != OP_func || !ir_op_attr(op, "descent.custom"))
            continue;
        while (i < count && strcmp(o->outside[i].name, ir_func_name(op)))
            i++;
        if (i == count) {
            diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc),
                     "unsupported: there is no function for the custom op '%s'",
                     ir_op_string(op, "descent.custom"));
            return false;
        }
    }
    return true;
}

static bool define_outside(CpuProgram *p, const CpuOptions *o, DiagList *d)
{
    bool good = true;
    Arena *arena = arena_open();
    for (size_t i = 0; good && o && i < o->outside_count; i++) {
        const CpuOutside *f = &o->outside[i];
        LLVMOrcCSymbolMapPair map[] = {
            pair(p, cpu_outside_symbol(arena, f->name), (uintptr_t)f->function,
                 LLVMJITSymbolGenericFlagsCallable),
            pair(p, cpu_outside_data(arena, f->name), (uintptr_t)f->data, 0),
        };
        good = define(p, map, 2, d);
    }
    arena_close(arena);
    return good;
}

/* A thread pays off if it has a few functions to itself. */
static unsigned part_count(const IrModule *kernels)
{
    enum { FUNCTIONS_PER_PART = 4 };
    unsigned functions = 0, most = rt_cores_allowed();
    for (const IrOp *op = kernels->op->regions[0].block->first; op; op = op->next)
        functions += op->kind == OP_func;
    unsigned parts = functions / FUNCTIONS_PER_PART;
    if (most > CPU_MAX_PARTS)
        most = CPU_MAX_PARTS;
    return parts > most ? most : parts > 0 ? parts : 1;
}

/* Takes the object. */
static bool add_object(CpuProgram *p, LLVMMemoryBufferRef object, DiagList *d)
{
    LLVMOrcJITDylibRef library = LLVMOrcLLJITGetMainJITDylib(p->jit);
    return check(d, LLVMOrcLLJITAddObjectFile(p->jit, library, object));
}

/* Nothing that a guard may land past comes after the objects. */
static bool load(CpuProgram *p, IrModule *kernels, const CpuMachine *m,
                 const CpuOptions *o, DiagList *d)
{
    LLVMMemoryBufferRef objects[CPU_MAX_PARTS] = {NULL}, copies[CPU_MAX_PARTS];
    unsigned count = part_count(kernels);
    bool good = has_outside(kernels, o, d) && open_jit(p, m, d) &&
                define_symbols(p, d) && define_outside(p, o, d) &&
                cpu_objects(kernels, m, o, count, objects, d);
    unsigned copied = good ? cpu_perf_copy(objects, count, copies) : 0;
    for (unsigned i = 0; i < count; i++)
        if (good)
            good = add_object(p, objects[i], d);
        else if (objects[i])
            LLVMDisposeMemoryBuffer(objects[i]);
    cpu_perf_map(p->jit, copies, copied);
    return good;
}

static bool runs_here(const CpuMachine *m, DiagList *d)
{
    if (cpu_can_run(m->name))
        return true;
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
             "this machine has not all instructions of %s", m->name);
    return false;
}

static void close_program(void *program) { cpu_program_close(program); }

CpuProgram *cpu_compile(IrModule *kernels, const CpuOptions *options, DiagList *d)
{
    CpuMachine m = {0};
    GuardHold machine, program;
    CpuProgram *p = calloc(1, sizeof *p);
    if (!p)
        guard_raise(sizeof *p);
    guard_hold(&program, close_program, p);
    guard_hold(&machine, cpu_machine_release, &m);
    bool good = cpu_options_machine(options, &m, d);
    good = good && runs_here(&m, d) && load(p, kernels, &m, options, d);
    guard_drop(&machine);
    guard_drop(&program);
    cpu_machine_close(&m);
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
