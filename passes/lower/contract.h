/* Contractions as sums over strided arrays, private to the contraction schedule:
 *
 *     c[batch, m, n] = sum over k of a[batch, m, k] * b[batch, k, n]
 *
 * where each of batch, m, n, k stands for several dimensions, each with a stride in a, b and c. A
 * dot_general is that as it stands. So is a convolution without padding: with m = (image, row,
 * column) and k = (kernel row, kernel column, channel) an element of the input lies at a sum of
 * strides, so no patches are copied.
 *
 *     contract_dims.c     what the dimensions of an op are to this form
 *     contract_operand.c  places in operands, and reading there
 *     contract_pack.c     copies of operands: panels of b, tiles of a
 *     contract_dots.c     few rows: dot products along k
 *     contract_zeros.c    one row: only the k where it is not 0
 *     contract.c          tiles of registers, and the schedule of it all */
#ifndef PASSES_LOWER_CONTRACT_H
#define PASSES_LOWER_CONTRACT_H

#include "ir/schedule.h"
#include "passes/lower/lower.h"

typedef enum { DIM_BATCH, DIM_M, DIM_N, DIM_K } DimRole;
typedef enum { IN_A, IN_B, IN_C } Where;

typedef struct Dim {
    int64_t size, a, b, c;      /* strides, in elements; 0 where it has none */
} Dim;

typedef struct Dims {
    Dim of[2 * IR_MAX_RANK];
    int count;
    int64_t size;               /* of all together */
} Dims;

/* An operand is read from memory with strides, or staged: computed where it is wanted, with the
 * strides of the array that it would be. */
typedef struct Operand {
    IrValue *value;             /* of the fused function */
    IrValue *memory;            /* flat; NULL: staged */
    Dtype elem;                 /* as which it is read: what it has, or can be converted to */
    int64_t start;              /* offset of the first element (a reversed kernel ends there) */
    bool has_indices;           /* staged: each Dim runs along one dimension of `value` */
} Operand;

typedef struct Contraction {
    const IrOp *op;
    Dtype elem;
    Operand a, b;
    Dims outer;                 /* batch, and all of n but its last dimension */
    Dims m, k;                  /* outermost first, neighbours taken together where possible */
    Dim n;                      /* contiguous in c; has a stride in a only if it is a batch's */
} Contraction;

/* False if such a form is not found, or not worth it: it is computed as plain loops. */
bool contraction_find(Emit *e, const IrOp *op, Contraction *out);
/* The same of other operands of the same shapes, which are read as elements of type `elem`. */
bool contraction_find_of(Emit *e, const IrOp *op, IrValue *a, IrValue *b, Dtype elem, Contraction *out);
/* The contraction of a fused function; NULL: it has none. */
const IrOp *contraction_op(const IrOp *graph);
/* Whether it is best computed as dot products: few rows, and k contiguous in a and b. */
bool contraction_is_dots(const Emit *e, const Contraction *c);
/* The elements of k's dimensions inside dimension d. */
int64_t inner_k(const Contraction *c, int d);

/* ------------------------------------------------------------------------- contract_operand.c */

/* An element of an operand, for the lanes. */
typedef struct Cursor {
    Index offset;
    Index at[IR_MAX_RANK];      /* in the dimensions of a staged operand with indices */
} Cursor;

int64_t stride_in(const Dim *d, Where w);
IrValue *plus(Emit *e, IrValue *x, IrValue *y);
IrValue *times(Emit *e, IrValue *x, int64_t c);
/* The offset of element i of dimensions taken together. */
IrValue *offset_of(Emit *e, const Dims *d, IrValue *i, Where w);

Cursor cursor_start(Emit *e, const Operand *o);
/* `by` steps in a dimension with this stride. */
void cursor_move(Emit *e, const Operand *o, Cursor *p, Index by, int64_t stride);
/* Element i of dimensions taken together. */
void cursor_move_in(Emit *e, const Operand *o, Cursor *p, const Dims *d, IrValue *i, Where w);
/* A vector; 0 where the mask (NULL: all lanes) is not set. */
IrValue *cursor_read(Emit *e, const Operand *o, const Cursor *p, IrValue *mask);
bool operand_has_indices(const Operand *o, const Contraction *c, Where w);

/* ------------------------------------------------------------------------------- the schedule */

typedef struct Tiling {
    int64_t rows, vectors;          /* MR, NV */
    int64_t tiles, last_rows;       /* of m; rows of the last tile */
    int64_t panels, width;          /* of n; columns of a whole panel */
    int64_t last_width;
    int64_t tiles_per_task;
    int block_dim;                  /* the dimension of k that is cut into blocks ... */
    int64_t block;                  /* ... of so many iterations; its size: not cut */
    bool blocked;                   /* several blocks: sums wait in memory between them */
} Tiling;

typedef struct Schedule {
    Contraction c;
    Tiling t;
    bool dots;                      /* no tiles: contract_dots.c */
    int64_t parts;                  /* of k, with sums of their own: [part][n] */
    IrValue *packed;                /* b as [outer with b][panel][k][width], or NULL */
    IrValue *staged;                /* a as [row of a tile][k of a block], or NULL */
    IrValue *nonzero;               /* the k of a block where a is not 0, or NULL */
    IrValue *sums;                  /* where sums of tiles go: c itself, a buffer like c, or one tile */
    bool sums_like_c, plain;        /* plain: nothing is fused behind, c takes the sums */
    /* the place in the loops: */
    IrValue *outer_a, *outer_b, *outer_c, *panel, *column;
    Cursor a, b;                     /* where the operands begin */
    Index sum_index;                /* of the epilogue's vector in `sums` */
} Schedule;

/* b as [copy][panel][k][width], columns beyond n filled with 0, before the tiles. */
void pack_b(Emit *e, Schedule *s);
int64_t packed_copies(const Contraction *c);

/* a's rows [first, first + rows) of a tile, for the block [from, to) of k. */
void stage_a(Emit *e, Schedule *s, IrValue *first, int64_t rows, IrValue *from, IrValue *to);
int64_t staged_row(const Schedule *s);              /* its elements in a row */

/* All rows of m by the panel's columns, into `sums` from sum_row[row] on. */
void compute_dots(Emit *e, Schedule *s, IrValue *const *sum_row, int64_t width);

/* ------------------------------------------------------------------- contract_zeros.c */

enum { ZEROS_BLOCK = 512 };     /* k that are looked at before they are used */

/* Whether it may pay to leave out the k where a is 0. Then sums have no sign of zero. */
bool may_skip_zeros(const Schedule *s);
/* Whether it is known to be. */
bool is_finite_operand(const Emit *e, const Operand *o);
/* -0 becomes +0. */
IrValue *without_sign_of_zero(Emit *e, IrValue *sum);
/* Whether enough of a[row + i], i in [from, to), are 0 to list those that are not. */
IrValue *has_zeros(Emit *e, const Schedule *s, IrValue *row, IrValue *from, IrValue *to);
/* Lists them in s->nonzero; returns how many. */
IrValue *list_nonzero(Emit *e, const Schedule *s, IrValue *row, IrValue *from,
                      IrValue *to);
IrValue *nonzero_at(Emit *e, const Schedule *s, IrValue *i);

/* ------------------------------------------------------------------------- contract.c */

/* A loop that goes on adding to n sums. */
IrOp *sums_begin(Emit *e, IrValue *from, IrValue *to, int64_t by, size_t n,
                 IrValue **sums);
void sums_end(Emit *e, IrOp *loop, size_t n, IrValue **sums);

#endif
