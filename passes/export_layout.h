/* An entry on its way to a function for callers outside, private to export*.c.
 *
 *     export_layout.c   what the host program takes, the block, the parameters
 *     export.c          the functions */
#ifndef PASSES_EXPORT_LAYOUT_H
#define PASSES_EXPORT_LAYOUT_H

#include "ir/build.h"
#include "passes/export.h"

typedef struct Export {
    IrModule *m;
    Arena *arena;
    DiagList *diags;
    ExportLayout *layout;
    const ExportEntry *entry;
    IrOp *host;
    uint32_t args, results;
    const int64_t *alias; /* by result: the argument it overwrites, -1: none */
    ExportFunction *made;
    IrType *types; /* of the parameters */
    IrBuilder b;   /* in the new function */
    IrValue **params;
    IrValue **operands; /* of the call */
} Export;

/* To the next multiple of 64. */
int64_t export_align_up(int64_t n);

/* ------------------------------------------------------------------- the host program */

/* Finds it; false with a diagnostic. */
bool export_open_host(Export *x);
IrType export_input(const Export *x, uint32_t i);
IrType export_arg_type(const Export *x, uint32_t a);
IrType export_result_type(const Export *x, uint32_t r);
/* The host's parameter that result r is written to. */
uint32_t export_target(const Export *x, uint32_t r);
int64_t export_host_arena(const Export *x);

/* ---------------------------------------------------------- the block, and parameters */

/* Gives the entry's tensors places in the block; false with a diagnostic. */
bool export_lay_out(Export *x);
ExportSlot *export_find_slot(const ExportLayout *l, const char *name);
/* Whether argument a and the result that overwrites it lie in one place. */
bool export_same_place(const Export *x, uint32_t a, uint32_t r);
/* Whether result r must not be in its place before all arguments have been read. */
bool export_waits(const Export *x, uint32_t r);
/* After the block is laid out: x->made and x->types. */
void export_add_params(Export *x);

#endif
