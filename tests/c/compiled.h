/* Kernels as C, compiled by a C compiler of this machine and loaded: a backend for
 * tests/support/differ.h. */
#ifndef TESTS_C_COMPILED_H
#define TESTS_C_COMPILED_H

#include "tests/support/differ.h"

typedef struct CompiledOption {
    const char *command; /* "gcc -O1" */
    const char *target;  /* "portable", or one of cpu_target's; NULL: portable */
} CompiledOption;

extern const DiffBackend compiled_backend; /* its option is a CompiledOption */

/* The machine of that name. */
IrTarget compiled_target(const char *name, DiagList *d);

/* Compiles the text into a shared object that is loaded; NULL with diagnostics. */
void *compiled_load(const char *text, size_t length, const CompiledOption *o,
                    DiagList *d);

#endif
