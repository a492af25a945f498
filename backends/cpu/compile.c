/* Module -> LLVM IR -> text, assembly or an object. LLVM's IR passes are not run:
 * kernels come with their loops tiled and vectorised, and the code generator alone is
 * as fast and takes a third of the time. One module holds everything, which is faster
 * than one for each function. */
#include "backends/cpu/compile.h"

#include "backends/cpu/emit.h"

#include <llvm-c/Analysis.h>

enum { DEFAULT_LEVEL = 1 };

static bool open_machine(CpuUnit *u, const CpuOptions *o)
{
    const char *cpu = o ? o->cpu : NULL;
    if (!cpu_machine_open(&u->machine, cpu)) {
        diag_add(u->diags, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "no processor is called '%s'", cpu);
        return false;
    }
    int level = o && o->level ? o->level : DEFAULT_LEVEL;
    u->target = cpu_target_machine(&u->machine, level, u->diags);
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

static bool translate(CpuUnit *u, IrModule *kernels)
{
    u->context = LLVMContextCreate();
    u->module = LLVMModuleCreateWithNameInContext("descent", u->context);
    set_target(u);
    Arena *arena = arena_open();
    CpuEmit e = {
        .module = kernels,
        .machine = &u->machine,
        .diags = u->diags,
        .arena = arena,
        .llvm = u->context,
        .out = u->module,
        .at = LLVMCreateBuilderInContext(u->context),
    };
    bool good = cpu_module(&e);
    LLVMDisposeBuilder(e.at);
    arena_close(arena);
    return good && verify(u);
}

bool cpu_unit_open(CpuUnit *u, IrModule *kernels, const CpuOptions *o, DiagList *d)
{
    *u = (CpuUnit){.diags = d};
    return open_machine(u, o) && translate(u, kernels);
}

void cpu_unit_close(CpuUnit *u)
{
    if (u->module)
        LLVMDisposeModule(u->module);
    if (u->context)
        LLVMContextDispose(u->context);
    if (u->target)
        LLVMDisposeTargetMachine(u->target);
    cpu_machine_close(&u->machine);
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

bool cpu_print_llvm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    CpuUnit u;
    bool good = cpu_unit_open(&u, kernels, options, d);
    if (good) {
        char *text = LLVMPrintModuleToString(u.module);
        text_add(out, text);
        LLVMDisposeMessage(text);
    }
    cpu_unit_close(&u);
    return good;
}

static bool print(IrModule *kernels, const CpuOptions *options, LLVMCodeGenFileType kind,
                  Text *out, DiagList *d)
{
    CpuUnit u;
    LLVMMemoryBufferRef bytes = NULL;
    if (cpu_unit_open(&u, kernels, options, d))
        bytes = cpu_unit_emit(&u, kind);
    if (bytes) {
        text_add_bytes(out, LLVMGetBufferStart(bytes), LLVMGetBufferSize(bytes));
        LLVMDisposeMemoryBuffer(bytes);
    }
    cpu_unit_close(&u);
    return bytes != NULL;
}

bool cpu_print_asm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    return print(kernels, options, LLVMAssemblyFile, out, d);
}

bool cpu_emit_object(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    return print(kernels, options, LLVMObjectFile, out, d);
}
