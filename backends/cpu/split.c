/* Compiling on several threads. LLVM wants a context for each, so every thread translates
 * all kernels, which is a fiftieth of the work, keeps its share of the functions, and has
 * code made for these. The shares are found by size alone: which functions a share holds
 * changes neither their code nor their bits. */
#include "backends/cpu/compile.h"
#include "runtime/pool.h"
#include "support/guard.h"

#include <llvm-c/Core.h>

static unsigned instructions(LLVMValueRef function)
{
    unsigned count = 0;
    LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function);
    for (; b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i))
            count++;
    return count;
}

/* A small function is as much work as this many instructions. */
static uint64_t weight(LLVMValueRef function)
{
    enum { FUNCTION = 30 };
    return LLVMIsDeclaration(function) ? 0 : FUNCTION + instructions(function);
}

static uint64_t total_weight(LLVMModuleRef m)
{
    uint64_t sum = 0;
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        sum += weight(f);
    return sum;
}

/* The function is another part's: only its name and type stay. */
static void drop_body(LLVMModuleRef m, LLVMValueRef function)
{
    LLVMValueRef declared = LLVMAddFunction(m, "", LLVMGlobalGetValueType(function));
    Text name = {0};
    size_t length;
    const char *old = LLVMGetValueName2(function, &length);
    text_add_bytes(&name, old, length);
    LLVMReplaceAllUsesWith(function, declared);
    LLVMDeleteFunction(function);
    LLVMSetValueName2(declared, name.bytes, length);
    text_free(&name);
}

static void drop_unused_constants(LLVMModuleRef m)
{
    LLVMValueRef next;
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = next) {
        next = LLVMGetNextGlobal(g);
        if (!LLVMGetFirstUse(g))
            LLVMDeleteGlobal(g);
    }
}

/* Of the functions in order, cut into `parts` of about the same weight. */
static void keep_part(LLVMModuleRef m, unsigned part, unsigned parts)
{
    uint64_t total = total_weight(m), before = 0;
    LLVMValueRef next, last = LLVMGetLastFunction(m);
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = next) {
        uint64_t w = weight(f);
        next = f == last ? NULL : LLVMGetNextFunction(f);
        if (w > 0) {
            LLVMSetLinkage(f, LLVMExternalLinkage);
            if (before * parts / total != part)
                drop_body(m, f);
        }
        before += w;
    }
    drop_unused_constants(m);
}

typedef struct Part {
    CpuUnit unit;
    IrModule *kernels;
    unsigned index, count;
    LLVMMemoryBufferRef object;
} Part;

static void compile_part(void *part)
{
    Part *p = part;
    if (!cpu_unit_translate(&p->unit, p->kernels))
        return;
    if (p->count > 1)
        keep_part(p->unit.module, p->index, p->count);
    p->object = cpu_unit_emit(&p->unit, LLVMObjectFile);
}

static void compile_parts(void *parts, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; i++) {
        Part *p = (Part *)parts + i;
        size_t bytes;
        if (!guard_try(compile_part, p, &bytes))
            diag_no_memory(p->unit.diags, bytes);
    }
}

/* Every part finds the same faults: those of the first that has any are reported. */
static bool close_parts(Part *parts, unsigned count, LLVMMemoryBufferRef *objects,
                        DiagList *d)
{
    bool good = true;
    for (unsigned i = 0; i < count; i++) {
        Part *p = &parts[i];
        objects[i] = p->object;
        if (!p->object && good) {
            diag_append(d, p->unit.diags);
            good = false;
        }
        diag_close(p->unit.diags);
        cpu_unit_close(&p->unit);
    }
    return good;
}

bool cpu_objects(IrModule *kernels, const CpuMachine *m, const CpuOptions *o,
                 unsigned count, LLVMMemoryBufferRef *objects, DiagList *d)
{
    Part parts[CPU_MAX_PARTS];
    bool good = true;
    for (unsigned i = 0; i < count; i++)
        parts[i] = (Part){.kernels = kernels, .index = i, .count = count,
                          .unit.diags = diag_open()};
    for (unsigned i = 0; good && i < count; i++)
        good = cpu_unit_open(&parts[i].unit, m, o, parts[i].unit.diags);
    if (good) {
        RtPool *pool = count > 1 ? rt_pool_open(count) : NULL;
        rt_pool_run(pool, compile_parts, parts, count);
        rt_pool_close(pool);
    }
    return close_parts(parts, count, objects, d);
}
