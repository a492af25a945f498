/* Reductions: what their schedules for CPUs (reduce.c) and GPUs (gpu/reduce_team.c)
 * share. Private to passes/lower. */
#ifndef PASSES_LOWER_REDUCE_H
#define PASSES_LOWER_REDUCE_H

#include "passes/lower/lower.h"

/* Neighbouring dimensions of the input that are all folded or all kept. */
typedef struct Run {
    bool folded;
    int first, count;       /* dimensions */
    int64_t size, stride;   /* elements together, elements apart */
} Run;

typedef struct Reduction {
    const IrOp *op;
    IrOpKind by;
    IrType in;
    Dtype acc;              /* element type while folding: f32 for bf16 and f16 */
    Run runs[IR_MAX_RANK];
    int run_count;
    int64_t outputs;        /* result elements */
    int64_t rows;           /* result elements, of columns if the last run is kept */
    int64_t blocks, block_size; /* of the last run if it is kept */
    int64_t parts, part_size;   /* of the first folded run */
    int64_t panel;          /* so much of a part is folded at a time, for all columns */
    int64_t cost;           /* of folding all */
    size_t ways, wide;      /* folds side by side: of neighbours, of vectors of columns */
    IrValue *source;        /* what is folded, where that is a buffer; NULL: the op's operand */
    IrValue *partial;       /* parts x outputs, or the result itself */
    IrValue *folded;        /* on a GPU, where another launch goes on: of all parts */
    Index at[IR_MAX_RANK];  /* by run, while loops are made */
    IrValue *part_from, *part_to;
} Reduction;

/* The innermost run that is folded. */
int reduction_innermost(const Reduction *r);
bool reduction_has_columns(const Reduction *r);         /* whether the last run is kept */
/* One step of the fold; what it begins with; neighbouring folds folded in pairs. */
IrValue *reduction_combine(Emit *e, const Reduction *r, IrValue *x, IrValue *y);
IrValue *reduction_start(Emit *e, const Reduction *r);
IrValue *reduction_combine_ways(Emit *e, const Reduction *r, IrValue *const *v, size_t ways);
/* The input at the indices of the runs, lanes along the last one, as it is folded. A guarded mask:
 * where it is 0 there may be no such element. */
IrValue *reduction_input(Emit *e, const Reduction *r, IrValue *mask, bool guarded);
/* Indices of the kept runs but for the lanes', of row number `row` of `rows`. */
void reduction_set_row(Emit *e, Reduction *r, IrValue *row, int64_t rows);
/* Where a result lies among those of its part. */
Index reduction_position(Emit *e, const Reduction *r, IrValue *part);
/* The op's result, from all that was folded. */
IrValue *reduction_result(Emit *e, const Reduction *r, IrValue *sum);
/* That for a point of a loop over the results: data is a Reduction, whose partial holds all. */
LeafFn reduction_leaf;

/* The same on a GPU. */
void lower_reduce_teams(Emit *e, Reduction *r);
/* By a body of its own, or of several values at once. False: as a loop over the results. */
bool lower_reduce_body(Emit *e, const IrOp *op);
/* Whether all behind the reduction is done where its result is, element by element; and that, for
 * result number `position`, by the thread that has it. */
bool reduction_ends_in_place(const Emit *e, const IrOp *op);
void reduction_finish(Emit *e, IrValue *position);

#endif
