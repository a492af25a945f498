/* Fusion, private to passes/fuse: which ops become one kernel (group.c, operand.c), and the functions
 * that say so in the graph (outline.c). */
#ifndef PASSES_FUSE_FUSE_H
#define PASSES_FUSE_FUSE_H

#include "ir/build.h"
#include "ir/target.h"
#include "passes/pass.h"

typedef enum {
    KIND_LOOP, KIND_REDUCE, KIND_ROW, KIND_CONTRACTION, KIND_SCATTER, KIND_CUSTOM,
    KIND_CALL               /* of a kernel that another pass has outlined */
} FuseKind;

/* Ops that become one kernel. `space` is the shape its results run over; a row kernel has two: rows
 * (`space`'s first row_rank dimensions) and whole rows (`space`). */
typedef struct Group {
    FuseKind kind;
    bool alive;
    IrType space;
    int row_rank;               /* ROW, and a REDUCE that may become one; else -1 */
    IrOp **ops;                 /* in program order once grouping is done */
    size_t count, room;
    uint64_t *before;           /* set of groups that must run before this one */
} Group;

typedef struct Fusion {
    IrModule *m;
    IrOp *func;
    const IrTarget *target;     /* for the width of panels; may be NULL */
    const IrSymbols *taken;     /* names that kernels must not have */
    Arena *arena;
    Group *groups;
    size_t count, room, words;  /* words: length of a set of groups */
    uint64_t *scratch;          /* such a set, while sets are joined */
    int32_t *group_of;          /* by op id; INLINED: copied into each group that uses it */
    uint32_t *position;         /* by op id */
    size_t op_count;
} Fusion;

enum { INLINED = -1 };

/* Ops that every user computes for itself, because they only say where to read. */
bool fuse_is_view(const IrOp *op);
/* Whether v is a buffer between kernels: an argument or the result of a grouped op. */
static inline bool fuse_is_buffer(const Fusion *f, const IrValue *v)
{
    return !v->op || f->group_of[v->op->id] != INLINED;
}
static inline bool fuse_has(const uint64_t *set, size_t i)
{
    return set[i / 64] >> (i % 64) & 1;
}

/* Whether a contraction may compute `base`, the result of a cheap group, where it needs it. */
bool fuse_may_stage(const Fusion *f, const IrOp *op, const IrValue *base);
/* Whether it can read operand i, a view, without another kernel computing that first. */
bool fuse_reads_view(const IrOp *op, uint32_t i);

/* The buffers that a value is computed from, through what is in no group. */
typedef void FuseBaseFn(Fusion *f, IrValue *base, void *data);
void fuse_bases(Fusion *f, IrValue *v, FuseBaseFn *fn, void *data);

void fuse_group(Fusion *f);
void fuse_recompute(Fusion *f);         /* cheap loops become part of their users (recompute.c) */
void fuse_outline(Fusion *f);

#endif
