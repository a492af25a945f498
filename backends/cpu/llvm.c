/* What LLVM is asked about machines, and told. */
#include "backends/cpu/llvm.h"

#include <llvm-c/Core.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>

#include <pthread.h>
#include <string.h>
#include <threads.h>

bool cpu_makes_code(void) { return true; }

char *cpu_host_triple(void) { return LLVMGetDefaultTargetTriple(); }
char *cpu_full_triple(const char *triple) { return LLVMNormalizeTargetTriple(triple); }
char *cpu_host_features(void) { return LLVMGetHostCPUFeatures(); }
void cpu_words_free(char *words) { LLVMDisposeMessage(words); }

/* Only what code for one target needs: LLVM's others stay untouched. */
#define INITIALIZE(name, llvm)                                                           \
    static void register_##name(void)                                                    \
    {                                                                                    \
        LLVMInitialize##llvm##TargetInfo();                                              \
        LLVMInitialize##llvm##Target();                                                  \
        LLVMInitialize##llvm##TargetMC();                                                \
        LLVMInitialize##llvm##AsmPrinter();                                              \
        LLVMInitialize##llvm##AsmParser(); /* dispatch.c has inline assembly */          \
    }                                                                                    \
    static void initialize_##name(void)                                                  \
    {                                                                                    \
        static once_flag once = ONCE_FLAG_INIT;                                          \
        call_once(&once, register_##name);                                               \
    }
INITIALIZE(x86_64, X86)
INITIALIZE(aarch64, AArch64)
INITIALIZE(riscv64, RISCV)

/* LLVM enters a target into a list of its own, without regard to other threads. */
static void initialize(const CpuArch *a)
{
    static const struct {
        const char *arch;
        void (*function)(void);
    } all[] = {{"x86_64", initialize_x86_64},
               {"aarch64", initialize_aarch64},
               {"riscv64", initialize_riscv64}};
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].arch, a->name))
            all[i].function();
    pthread_mutex_unlock(&lock);
}

/* Loop strength reduction is off: it takes as long as all other code generation, and the
 * addresses are made so that they need none (memory.c). LLVM has no other way to say so,
 * and takes an option only once in a process. */
static void set_options(void)
{
    const char *const words[] = {"descent", "-disable-lsr"};
    LLVMParseCommandLineOptions(2, words, NULL);
}

LLVMTargetMachineRef cpu_target_machine(const CpuMachine *m, int level, DiagList *d)
{
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, set_options);
    initialize(m->arch);
    char *message = NULL;
    LLVMTargetRef target;
    if (LLVMGetTargetFromTriple(m->triple, &target, &message)) {
        diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0}, "LLVM: %s", message);
        cpu_words_free(message);
        return NULL;
    }
    return LLVMCreateTargetMachine(target, m->triple, m->cpu, m->features,
                                   (LLVMCodeGenOptLevel)level, LLVMRelocPIC,
                                   LLVMCodeModelDefault);
}
