/* scatter, private to its schedules: where windows lie (scatter.c), and how threads of a
 * GPU share the work (gpu/scatter_teams.c). */
#ifndef PASSES_LOWER_SCATTER_H
#define PASSES_LOWER_SCATTER_H

#include "passes/lower/lower.h"

typedef struct Scatter {
    const IrOp *op;
    IrScatterDims d;
    IrType input, updates, indices;
    int batch_dims[IR_MAX_RANK],
        batch_rank; /* dimensions of updates that are positions */
    int window_dims[IR_MAX_RANK], window_rank; /* of updates */
    int input_dims[IR_MAX_RANK];               /* of input, by window dimension */
    int64_t window_size[IR_MAX_RANK];          /* by dimension of input */
    uint32_t count;                            /* inputs combined together */
    Index at[IR_MAX_RANK];                     /* by dimension of updates */
    IrValue *start[IR_MAX_RANK];               /* by dimension of input */
    IrValue *from, *to;                        /* of the window's last dimension */
    int64_t length;                            /* to - from, or -1 */
} Scatter;

/* The buffer of result i. */
IrValue *scatter_target(const Emit *e, uint32_t i);
/* A point of all inputs is copied to the results. */
void scatter_copy(Emit *e, void *scatter, IrValue *position, IrValue *mask);
/* Where the window begins (s->start) that belongs to the indices s->at of batch_dims;
 * whether it fits: NULL if it always does. */
IrValue *scatter_place(Emit *e, Scatter *s);
/* The element s->at of a window that begins at s->start: where its update is read, and
 * where it goes. */
void scatter_points(Emit *e, Scatter *s, Point **from, Point **there);

/* The schedule on a GPU. */
void scatter_teams(Emit *e, Scatter *s);

#endif
