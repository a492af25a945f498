/* Rows: what their schedules for CPUs (row.c) and GPUs (gpu/row_team.c) share. Private to
 * passes/lower. */
#ifndef PASSES_LOWER_ROW_H
#define PASSES_LOWER_ROW_H

#include "passes/lower/lower.h"

typedef struct Fact {
    int stage;
    IrValue *acc;           /* of a reduction, while its pass is made */
    IrValue *kept;          /* the buffer of a row, or of a thread's part of one; or NULL */
    int asked;              /* 1 + the last pass that asks for it (of what may stay: the first) */
    bool stays;             /* in registers, from the pass that first asks for it */
    int until;              /* to the last one */
    int filled;             /* 1 + the pass that filled them; 0: none so far */
} Fact;

typedef struct Rows {
    IrType space;           /* of whole rows */
    int row_rank;
    int64_t rows, columns;
    uint32_t first_id;
    Fact *facts;            /* by value id from first_id on */
    int stages;
    IrValue *row;           /* index of the row */
    Index at[IR_MAX_RANK];  /* of the row */
    Point *row_point;
    int now;                /* the pass over the row that is made */
    bool shared;            /* by the threads of a team, on a GPU: */
    Point *here;            /* the point of a thread's piece, */
    Index slot;             /* and its place among those of the thread */
} Rows;

static inline Fact *row_fact(const Rows *r, const IrValue *v)
{
    return &r->facts[v->id - r->first_id];
}

/* Whether v has a value for each element of the rows. */
bool row_is_full(const Rows *r, const IrValue *v);
/* All that is done for a row. */
void row_body(Emit *e, Rows *r, IrValue *row);

/* On a GPU. */
void lower_row_teams(Emit *e, Rows *r);

#endif
