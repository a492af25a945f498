/* Module -> LLVM IR -> text, assembly or an object. LLVM's IR passes are not run:
 * kernels come with their loops tiled and vectorised, and the code generator alone is
 * as fast and takes a third of the time. */
#include "backends/cpu/compile.h"

#include "backends/cpu/emit.h"
#include "support/guard.h"

#include <llvm-c/Analysis.h>

enum { DEFAULT_LEVEL = 1 };

bool cpu_options_machine(const CpuOptions *o, CpuMachine *m, DiagList *d)
{
    return cpu_machine_open(m, o ? o->target : NULL, o ? o->cpu : NULL, d);
}

bool cpu_unit_open(CpuUnit *u, const CpuMachine *m, const CpuOptions *o, DiagList *d)
{
    int level = o && o->level ? o->level : DEFAULT_LEVEL;
    *u = (CpuUnit){.diags = d,
                   .machine = m,
                   .file = o && o->file,
                   .target = cpu_target_machine(m, level, d)};
    return u->target != NULL;
}

static void set_target(CpuUnit *u)
{
    char *triple = LLVMGetTargetMachineTriple(u->target);
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(u->target);
    LLVMSetTarget(u->module, triple);
    LLVMSetModuleDataLayout(u->module, layout);
    LLVMDisposeTargetData(layout);
    LLVMDisposeMessage(triple);
}

static bool verify(CpuUnit *u)
{
#ifndef NDEBUG
    char *message = NULL;
    bool wrong = LLVMVerifyModule(u->module, LLVMReturnStatusAction, &message);
    if (wrong)
        diag_add(u->diags, DIAG_ERROR, DIAG_INTERNAL, (Place){0}, "LLVM: %s", message);
    LLVMDisposeMessage(message);
    return !wrong;
#else
    (void)u;
    return true;
#endif
}

static void dispose_builder(void *builder) { LLVMDisposeBuilder(builder); }

/* What end() ends. */
static CpuEmit begin(CpuUnit *u, GuardHold *builder)
{
    u->context = LLVMContextCreate();
    u->module = LLVMModuleCreateWithNameInContext("descent", u->context);
    set_target(u);
    Arena *arena = arena_open();
    CpuEmit e = {
        .suffix = "",
        .file = u->file,
        .machine = u->machine,
        .diags = u->diags,
        .arena = arena,
        .llvm = u->context,
        .out = u->module,
        .at = LLVMCreateBuilderInContext(u->context),
    };
    guard_hold(builder, dispose_builder, e.at);
    return e;
}

static bool end(CpuUnit *u, CpuEmit *e, GuardHold *builder)
{
    guard_drop(builder);
    LLVMDisposeBuilder(e->at);
    arena_close(e->arena);
    return !e->failed && verify(u);
}

bool cpu_unit_translate(CpuUnit *u, IrModule *kernels)
{
    GuardHold builder;
    CpuEmit e = begin(u, &builder);
    e.module = kernels;
    cpu_module(&e);
    return end(u, &e, &builder);
}

bool cpu_unit_translate_all(CpuUnit *u, size_t count, IrModule *const *kernels,
                            const CpuMachine *machines)
{
    GuardHold builder;
    CpuEmit e = begin(u, &builder);
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        e.module = kernels[i];
        e.machine = &machines[i];
        e.suffix = cpu_suffix(e.arena, &machines[i]);
        e.several = true;
        good = cpu_module(&e);
    }
    if (good)
        cpu_dispatch(&e, count, machines);
    return end(u, &e, &builder);
}

void cpu_unit_release(void *unit) { cpu_unit_close(unit); }

void cpu_unit_close(CpuUnit *u)
{
    if (u->module)
        LLVMDisposeModule(u->module);
    if (u->context)
        LLVMContextDispose(u->context);
    if (u->target)
        LLVMDisposeTargetMachine(u->target);
}

LLVMMemoryBufferRef cpu_unit_emit(CpuUnit *u, LLVMCodeGenFileType kind)
{
    char *message = NULL;
    LLVMMemoryBufferRef out = NULL;
    if (LLVMTargetMachineEmitToMemoryBuffer(u->target, u->module, kind, &message, &out)) {
        diag_add(u->diags, DIAG_ERROR, DIAG_INTERNAL, (Place){0}, "LLVM: %s", message);
        LLVMDisposeMessage(message);
        return NULL;
    }
    return out;
}

static void dispose_text(void *text) { LLVMDisposeMessage(text); }

static void print_module(CpuUnit *u, Text *out)
{
    GuardHold hold;
    char *text = LLVMPrintModuleToString(u->module);
    guard_hold(&hold, dispose_text, text);
    text_add(out, text);
    guard_drop(&hold);
    LLVMDisposeMessage(text);
}

static void dispose_buffer(void *bytes) { LLVMDisposeMemoryBuffer(bytes); }

bool cpu_unit_print(CpuUnit *u, LLVMCodeGenFileType kind, Text *out)
{
    LLVMMemoryBufferRef bytes = cpu_unit_emit(u, kind);
    if (!bytes)
        return false;
    GuardHold hold;
    guard_hold(&hold, dispose_buffer, bytes);
    text_add_bytes(out, LLVMGetBufferStart(bytes), LLVMGetBufferSize(bytes));
    guard_drop(&hold);
    LLVMDisposeMemoryBuffer(bytes);
    return true;
}

/* kind NULL: LLVM IR. */
static bool print(IrModule *kernels, const CpuOptions *o, const LLVMCodeGenFileType *kind,
                  Text *out, DiagList *d)
{
    CpuMachine m = {0};
    CpuUnit u = {0};
    GuardHold machine, unit;
    guard_hold(&machine, cpu_machine_release, &m);
    guard_hold(&unit, cpu_unit_release, &u);
    bool good = cpu_options_machine(o, &m, d) && cpu_unit_open(&u, &m, o, d) &&
                cpu_unit_translate(&u, kernels);
    if (good && kind)
        good = cpu_unit_print(&u, *kind, out);
    else if (good)
        print_module(&u, out);
    guard_drop(&unit);
    guard_drop(&machine);
    cpu_unit_close(&u);
    cpu_machine_close(&m);
    return good;
}

bool cpu_print_llvm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    return print(kernels, options, NULL, out, d);
}

bool cpu_print_asm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    const LLVMCodeGenFileType kind = LLVMAssemblyFile;
    return print(kernels, options, &kind, out, d);
}

bool cpu_emit_object(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    const LLVMCodeGenFileType kind = LLVMObjectFile;
    CpuOptions o = options ? *options : (CpuOptions){0};
    o.file = true;
    return print(kernels, &o, &kind, out, d);
}
