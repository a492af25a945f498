/* The machine as LLVM is told of it; nothing here needs LLVM. Internal to
 * backends/cpu. */
#ifndef BACKENDS_CPU_MACHINE_H
#define BACKENDS_CPU_MACHINE_H

#include "backends/cpu/cpu.h"
#include "backends/cpu/target.h"

typedef struct CpuMachine {
    const char *name; /* as in IrTarget */
    const CpuArch *arch;
    const CpuLevel *level;
    char *triple;    /* cpu_words_free */
    const char *cpu; /* LLVM's name of the instruction set that features add to */
    const char *features;
    char *host_features; /* cpu_words_free; NULL: not the host */
} CpuMachine;

/* Names as in cpu_target_of. False with a diagnostic if there
 * is none of that name; to be closed in any case. */
bool cpu_machine_open(CpuMachine *m, const char *target, const char *cpu, DiagList *d);
void cpu_machine_close(CpuMachine *m);
/* The same, as a guard wants it. */
void cpu_machine_release(void *machine);

/* What LLVM knows (llvm.c); where there is none, as far as the runtime knows it
 * (absent.c). To be freed by cpu_words_free. */
char *cpu_host_triple(void);
char *cpu_full_triple(const char *triple);
char *cpu_host_features(void); /* "+sse2,-avx,+fma" */
void cpu_words_free(char *words);

#endif
