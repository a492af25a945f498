/* Kernel IR to one portable C17 file, for machines that our LLVM does not serve and for
 * builds that take sources.
 *
 * The file needs <math.h>, <string.h> and <stdint.h>, allocates nothing and has no
 * variable that changes. Exported functions (descent.export) take a pointer for each
 * buffer and then a pool; an argument's descent.c_type ("const int8_t *") is the type by
 * which a header declares it. Host programs (descent.entry) become
 *
 *     void descent_NAME(void *arena, void *const *args, void *const *results,
 *                       struct descent_pool *pool);
 *
 * The text depends on the module and the options alone. */
#ifndef BACKENDS_C_C_H
#define BACKENDS_C_C_H

#include "ir/ir.h"
#include "ir/target.h"

/* The machine that kernels for C are lowered for. `portable` (or NULL): vectors of 128
 * bits, which compilers map to what there is, no fused multiply-add (without the
 * instruction it is a slow call of libm), and a fixed cache size, so that the text is the
 * same wherever it is made. `scalar`: no vectors. Another name is an error in `d` and
 * gives `portable`. */
IrTarget c_target(const char *name, DiagList *d);

typedef struct COptions {
    const char *title; /* what the file is, in its first line; or NULL */
    const char
        *header; /* declares the exported functions and struct descent_pool: included;
                           NULL: the file declares what it needs */
} COptions;

/* Adds the text to `out`; `options` may be NULL. False with diagnostics if the module
 * holds what the backend does not know. */
bool c_print(IrModule *kernels, const COptions *options, Text *out, DiagList *d);

#endif
