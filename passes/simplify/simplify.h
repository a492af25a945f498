/* The parts of the simplifier: a worklist (simplify.c) that tries, on each op,
 * rewrites that are rows of patterns (algebra.c) and rewrites that are functions
 * (shape.c, numbers.c, dot.c). */
#ifndef PASSES_SIMPLIFY_SIMPLIFY_H
#define PASSES_SIMPLIFY_SIMPLIFY_H

#include "ir/build.h"

/* What a rewrite may change about floats; on integers every rewrite is exact. */
typedef enum {
    EXACT,        /* not a bit (NaNs are all alike) */
    AS_ACCURATE,  /* by a unit in the last place, an op that has no exact definition */
    SIGN_OF_ZERO, /* -0 may become +0 */
    FINITE,       /* the result, if infinities, NaN or 0 / 0 are involved */
    ROUNDING,     /* how often and where it is rounded */
} Exactness;

typedef struct Simplify {
    IrBuilder b; /* before the op at hand, at its place */
    Arena *arena;
    bool relaxed;                   /* allows what comes after AS_ACCURATE */
    struct Pattern *rows[OP_COUNT]; /* algebra.c's, by the kind of their root */
    IrOp **todo;
    size_t count, room;
    bool *waiting; /* by op id: is in `todo` */
    size_t waiting_room;
    bool changed;
} Simplify;

/* What to put in place of the result of `op`, of the same type: a new value (its ops
 * inserted before `op`) or one that was there; NULL: the rewrite does not apply. */
typedef IrValue *Rewrite(Simplify *s, const IrOp *op);

typedef struct Rule {
    IrOpKind kind; /* OP_COUNT: any elementwise op */
    Exactness exactness;
    Rewrite *rewrite;
} Rule;

bool simplify_allows(const Simplify *s, Exactness e, IrType t);

void simplify_read_rows(Simplify *s); /* fills in s->rows */
Rewrite simplify_by_rows;

Rewrite simplify_identity;
Rewrite simplify_broadcast_operands, simplify_reshape_operands,
    simplify_broadcast_of_broadcast;
Rewrite simplify_broadcast_of_reshape, simplify_reshape_of_reshape;
Rewrite simplify_reshape_of_scalar_broadcast, simplify_transpose_of_transpose;
Rewrite simplify_transpose_of_broadcast, simplify_transpose_of_units,
    simplify_reverse_of_reverse;
Rewrite simplify_slice_of_slice, simplify_slice_of_concatenate, simplify_pad_of_pad;
Rewrite simplify_concatenate_of_empty, simplify_dynamic_slice_at_constant;
Rewrite simplify_dynamic_update_of_all;

Rewrite simplify_compare_of_same, simplify_convert_of_convert;
Rewrite simplify_bitcast_of_bitcast, simplify_divide_by_power_of_two;
Rewrite simplify_divide_by_constant;

Rewrite simplify_dot_of_transpose, simplify_transpose_of_dot;
Rewrite simplify_reduce_of_one, simplify_reduce_of_transpose;

#endif
