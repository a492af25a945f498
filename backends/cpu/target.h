/* What there is to compile for: architectures, and processors of each. Internal to
 * backends/cpu. */
#ifndef BACKENDS_CPU_TARGET_H
#define BACKENDS_CPU_TARGET_H

#include "support/text.h"

#include <stdbool.h>

/* A processor by the instructions it has. */
typedef struct CpuLevel {
    const char *name;     /* --cpu=NAME */
    const char *cpu;      /* LLVM's name of an instruction set ... */
    const char *features; /* ... and what comes on top: "+v", or "" */
    const char *needs[8]; /* LLVM's names of the features by which a host has it */
    int vector_bits, vector_registers;
    bool fma;
    bool half; /* instructions that convert f16 */
    int lanes; /* as in IrTarget */
} CpuLevel;

typedef struct CpuArch {
    const char *name;   /* the first part of a triple */
    const char *triple; /* if only the name is given */
    const CpuLevel *levels; /* best first; the last is the least there is */
    int level_count;
} CpuArch;

/* By the first part of a triple; NULL if there is none. */
const CpuArch *cpu_arch(const char *triple);
const CpuArch *cpu_host_arch(void); /* NULL: none that we know */
const CpuLevel *cpu_level(const CpuArch *a, const char *name); /* NULL if there is none */
/* The best whose needs "+sse2,-avx,+fma" meets. */
const CpuLevel *cpu_best_level(const CpuArch *a, const char *features);
bool cpu_has_level(const char *features, const CpuLevel *l);
/* What a level and all below it need, each with a blank behind it. */
void cpu_add_level_needs(const CpuArch *a, const CpuLevel *l, Text *out);
/* Position i of the table, NULL at its end: for messages. */
const CpuArch *cpu_arch_at(int i);

#endif
