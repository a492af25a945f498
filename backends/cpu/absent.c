/* In place of all files that use LLVM, where Descent is built without it: a machine is
 * known by what the runtime asks its processor, so that plans and kernels are those
 * that a build with LLVM makes, but nothing becomes machine code. */
#include "backends/cpu/machine.h"
#include "runtime/processor.h"
#include "support/guard.h"

#include <stdlib.h>
#include <string.h>

/* ----------------------------------------------------------------------------
 * machines */

static char *copy(const char *words)
{
    size_t bytes = strlen(words) + 1;
    char *out = malloc(bytes);
    if (!out)
        guard_raise(bytes);
    return memcpy(out, words, bytes);
}

char *cpu_full_triple(const char *triple) { return copy(triple); }

char *cpu_host_triple(void)
{
    const CpuArch *host = cpu_host_arch();
    return copy(host ? host->triple : "");
}

char *cpu_host_features(void)
{
    Text has = {0};
    text_add(&has, "");
    for (size_t i = 0; rt_processor_feature(i); i++)
        if (rt_processor_has(rt_processor_feature(i)))
            text_printf(&has, "%s+%s", has.length ? "," : "", rt_processor_feature(i));
    char *out = copy(has.bytes);
    text_free(&has);
    return out;
}

void cpu_words_free(char *words) { free(words); }

/* --------------------------------------------------------------------------------
 * code */

bool cpu_makes_code(void) { return false; }

static bool refuse(DiagList *d)
{
    diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, (Place){0},
             "unsupported: machine code for a CPU, as this descent was built without "
             "LLVM: use --device=cuda, or build with LLVM (cmake -DDESCENT_LLVM=ON)");
    return false;
}

CpuProgram *cpu_compile(IrModule *kernels, const CpuOptions *options, DiagList *d)
{
    (void)kernels, (void)options;
    refuse(d);
    return NULL;
}

void cpu_program_close(CpuProgram *p) { (void)p; }

CpuEntry *cpu_entry(CpuProgram *p, const char *name)
{
    (void)p, (void)name;
    return NULL;
}

bool cpu_print_llvm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    (void)kernels, (void)options, (void)out;
    return refuse(d);
}

bool cpu_print_asm(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    (void)kernels, (void)options, (void)out;
    return refuse(d);
}

bool cpu_emit_object(IrModule *kernels, const CpuOptions *options, Text *out, DiagList *d)
{
    (void)kernels, (void)options, (void)out;
    return refuse(d);
}

bool cpu_emit_versions(size_t count, const CpuVersion *versions,
                       const CpuOptions *options, Text *out, DiagList *d)
{
    (void)count, (void)versions, (void)options, (void)out;
    return refuse(d);
}
