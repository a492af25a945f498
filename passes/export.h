/* Functions for callers outside of the compiler, made from planned host programs.
 *
 * A host program takes an arena and one buffer for each tensor. An exported function says
 * where each of these tensors lies: at a pointer of its own, at an offset of one block of
 * memory, or among the constants of the program. */
#ifndef PASSES_EXPORT_H
#define PASSES_EXPORT_H

#include "ir/ir.h"

typedef enum {
    EXPORT_POINTER, /* a parameter of its own */
    EXPORT_BLOCK,   /* in the block, by its name: equal names are one tensor */
    EXPORT_BYTES,   /* arguments only: a constant */
} ExportPlace;

typedef struct ExportTensor {
    const char *name; /* "fc1.w"; of a POINTER it may be NULL */
    ExportPlace place;
    const void *bytes; /* EXPORT_BYTES: row-major, in the memory form of its type */
} ExportTensor;

typedef struct ExportEntry {
    const char *host;   /* name of the host program */
    const char *symbol; /* of the function; NULL: an entry named as the host */
    const ExportTensor *args, *results; /* one for each of the graph's, in order */
} ExportEntry;

/* ----------------------------------------------------------------- what has been made */

/* A tensor of the block; offsets are multiples of 64. */
typedef struct ExportSlot {
    const char *name;
    int64_t offset, bytes;
} ExportSlot;

typedef enum {
    EXPORT_OF_BLOCK,
    EXPORT_OF_ARGUMENT, /* argument `index` of the graph's function */
    EXPORT_OF_RESULT,
    EXPORT_OF_ARENA,
} ExportParamKind;

/* A parameter of a function: a pointer. */
typedef struct ExportParam {
    ExportParamKind kind;
    uint32_t index;
    bool read, written;
    int64_t bytes; /* what it points to */
} ExportParam;

/* The C function is void symbol(params in this order, struct descent_pool *pool). */
typedef struct ExportFunction {
    const char *symbol; /* or the name of the entry */
    ExportParam *params;
    size_t param_count;
    int64_t arena_bytes;
} ExportFunction;

typedef struct ExportLayout {
    ExportSlot *slots; /* in the order of their offsets */
    size_t slot_count, slot_room;
    int64_t block_bytes;       /* 0: there is no block */
    ExportFunction *functions; /* one for each ExportEntry */
    size_t function_count;
} ExportLayout;

/* Makes the functions of a module that pass_plan is done with; hosts that none of them
 * calls are dropped, and what only these need. The block is laid out in the order in
 * which entries, and in them arguments and results, name its tensors.
 *
 * Parameters: the block (if an argument lies in it), arguments, the block (if only
 * results do), results, the arena. An argument that a result overwrites and that result
 * are one parameter, if both are pointers; if they lie in different places the old value
 * is copied to the result's first, so that the caller's stays.
 *
 * `out` is allocated in `arena`. False with a diagnostic if an entry is absent, a tensor
 * of the block has two sizes, or two results have one place. */
bool pass_export(IrModule *m, size_t count, const ExportEntry *entries, Arena *arena,
                 ExportLayout *out, DiagList *d);

/* A constant that the program's linker sees, by its own name: bytes, aligned to 64. */
void pass_export_bytes(IrModule *m, const char *symbol, const void *bytes, size_t size);

#endif
