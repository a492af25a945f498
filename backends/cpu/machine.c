/* Which instructions there are: three levels of x86-64, and the host by its own
 * account of its features (the name a virtual machine gives its processor is not to be
 * trusted). */
#include "backends/cpu/machine.h"

#include <llvm-c/Core.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>

#include <string.h>
#include <threads.h>
#include <unistd.h>

typedef struct Level {
    const char *name;
    const char *needs[8]; /* LLVM's names of the features that make the level */
    int vector_bits, vector_registers;
    bool fma, f16c;
} Level;

/* Best first; the last needs nothing. */
/* clang-format off */
static const Level levels[] = {
    {"x86-64-v4",
     {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd", "fma", "f16c"},
     512, 32, true, true},
    {"x86-64-v3", {"avx2", "fma", "f16c", "bmi", "bmi2", "lzcnt", "movbe"},
     256, 16, true, true},
    {"x86-64", {NULL}, 128, 16, false, false},
};
/* clang-format on */
enum { LEVELS = sizeof levels / sizeof *levels };

static const Level *baseline(void) { return &levels[LEVELS - 1]; }

static bool is_host(const char *name) { return !name || strcmp(name, "host") == 0; }

static const Level *level_named(const char *name)
{
    for (int i = 0; i < LEVELS; i++)
        if (strcmp(levels[i].name, name) == 0)
            return &levels[i];
    return NULL;
}

/* Whether "+sse2,-avx,+fma" holds +feature. */
static bool has_feature(const char *features, const char *feature)
{
    size_t length = strlen(feature);
    for (const char *at = strstr(features, feature); at; at = strstr(at + 1, feature))
        if (at > features && at[-1] == '+' && (at[length] == ',' || at[length] == 0))
            return true;
    return false;
}

static bool has_level(const char *features, const Level *level)
{
    for (int i = 0; i < 8 && level->needs[i]; i++)
        if (!has_feature(features, level->needs[i]))
            return false;
    return true;
}

static const Level *best_level(const char *features)
{
    const Level *level = levels;
    while (!has_level(features, level))
        level++;
    return level;
}

static void fill(CpuMachine *m, const Level *level)
{
    m->vector_bits = level->vector_bits;
    m->vector_registers = level->vector_registers;
    m->fma = level->fma;
    m->f16c = level->f16c;
}

/* A host that is no x86-64 gets LLVM's baseline for it: 128-bit vectors. */
static void open_host(CpuMachine *m)
{
    m->name = "host";
    m->features = LLVMGetHostCPUFeatures();
#if defined(__x86_64__)
    m->cpu = "x86-64";
    fill(m, best_level(m->features));
#else
    m->cpu = "generic";
    fill(m, baseline());
#endif
}

bool cpu_machine_open(CpuMachine *m, const char *name)
{
    *m = (CpuMachine){0};
    if (is_host(name)) {
        open_host(m);
        return true;
    }
    const Level *found = level_named(name), *level = found ? found : baseline();
    m->name = m->cpu = level->name;
    fill(m, level);
    return found != NULL;
}

void cpu_machine_close(CpuMachine *m)
{
    if (m->features)
        LLVMDisposeMessage(m->features);
    m->features = NULL;
}

bool cpu_can_run(const char *name)
{
    if (is_host(name))
        return true;
#if defined(__x86_64__)
    const Level *level = level_named(name);
    char *features = LLVMGetHostCPUFeatures();
    bool can = level && has_level(features, level);
    LLVMDisposeMessage(features);
    return can;
#else
    return false;
#endif
}

static int64_t cache_bytes(int which, int64_t otherwise)
{
    long size = sysconf(which);
    return size > 0 ? size : otherwise;
}

IrTarget cpu_target(const char *name, DiagList *d)
{
    CpuMachine m;
    if (!cpu_machine_open(&m, name))
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "no processor is called '%s': x86-64, x86-64-v3, x86-64-v4 and host are "
                 "known",
                 name);
    IrTarget t = {
        .name = m.name,
        .vector_bits = m.vector_bits,
        .vector_registers = m.vector_registers,
        .fma = m.fma,
        .l2_bytes = cache_bytes(_SC_LEVEL2_CACHE_SIZE, 1 << 20),
    };
    cpu_machine_close(&m);
    return t;
}

/* Loop strength reduction is off: it takes as long as all other code generation, and the addresses
 * are made so that they need none (memory.c). LLVM has no other way to say so, and takes an option
 * only once in a process. */
static void set_options(void)
{
    const char *const words[] = {"descent", "-disable-lsr"};
    LLVMParseCommandLineOptions(2, words, NULL);
}

/* Only what code for the host needs: LLVM's other targets stay untouched. */
static void initialize_llvm(void)
{
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, set_options);
#if defined(__x86_64__)
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
#else
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
#endif
}

LLVMTargetMachineRef cpu_target_machine(const CpuMachine *m, int level, DiagList *d)
{
    initialize_llvm();
    char *triple = LLVMGetDefaultTargetTriple(), *message = NULL;
    LLVMTargetRef target;
    LLVMTargetMachineRef machine = NULL;
    if (LLVMGetTargetFromTriple(triple, &target, &message)) {
        diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0}, "LLVM: %s", message);
        LLVMDisposeMessage(message);
    } else {
        machine = LLVMCreateTargetMachine(
            target, triple, m->cpu, m->features ? m->features : "",
            (LLVMCodeGenOptLevel)level, LLVMRelocPIC, LLVMCodeModelDefault);
    }
    LLVMDisposeMessage(triple);
    return machine;
}
