/* Lowers a graph module as `descent build` does, and exports its public functions by a
 * simple rule: weights are where `place` says. For the tool descent-aot and for tests. */
#ifndef TESTS_SUPPORT_EXPORTER_H
#define TESTS_SUPPORT_EXPORTER_H

#include "passes/export.h"

typedef struct Exporter {
    const char *file; /* for messages */
    const char *text; /* StableHLO */
    size_t length;
    /* Where tensors are whose descent.role is param, state, opt, step or rng: POINTER;
     * BYTES: params and states only; BLOCK: but for the argument of @init. */
    ExportPlace place;
    const char *prefix; /* of symbols; NULL: functions stay entries */
    const char *target;
    IrContext *context;
    Arena *arena;
    DiagList *diags;
    /* filled in by the first call: */
    ExportEntry *entries;
    size_t entry_count, entry_room;
    ExportLayout layout;
} Exporter;

/* The host programs, planned for a processor / the functions made of them, verified. The
 * caller's to close; NULL with diagnostics. */
IrModule *exporter_plan(Exporter *x, const char *cpu);
IrModule *exporter_export(Exporter *x, const char *cpu);

/* The bytes that a constant of this name and type gets. */
const void *exporter_bytes(Arena *a, const char *name, IrType t);

#endif
