/* The schedule of attention, private to
 *
 *     attention.c             passes over the scores: folds, what products sum up
 *     attention_online.c      all of them in one, if that is a softmax of long rows
 *     attention_find.c        what there is to compute, and in tiles of which size
 *     attention_mask.c        which products a pass needs, and where
 *     attention_products.c    products by way of shared memory
 *     attention_mma.c         the same on tensor cores: fragments, and what holds them */
#ifndef PASSES_LOWER_ATTENTION_H
#define PASSES_LOWER_ATTENTION_H

#include "passes/attention/attention.h"
#include "passes/lower/gpu/contract_mma.h"

enum {
    PER = 4, /* a thread sums PER rows by PER columns at a time: vectors of 16 bytes */
    ACROSS = 16,         /* threads side by side along columns */
    TILE = PER * ACROSS, /* columns of a product at a time */
    TEAM = 4,            /* threads that share a row, when it is folded */
    MOST_ROWS = 64,      /* of a block */
    LEAST_ROWS = 16,
    STEP = 32, /* k of an operand that is copied to shared memory at a time, at most */
    SPARE = 4, /* elements between lines in shared memory: they begin in other banks, */
    TILE_SPARE = 8, /* for scores so that 8 rows of 4 columns lie in all of them */
    MOST_SUMS =
        PER * ATTENTION_DEPTH / TILE /* vectors of an outer product, of a thread */
};

/* An array in memory, with a stride for each label. */
typedef struct Array {
    IrValue *memory;
    Dtype elem; /* f32; bf16 and f16 become it on their way */
    int64_t start, stride[LABEL_BATCH + IR_MAX_RANK];
    bool wide;      /* 4 elements along the stride of 1 lie at multiples of 16 bytes */
    IrValue *begin; /* where the block's part of the batch begins */
} Array;

typedef struct Inner {
    const IrOp *dot;
    Array own, other;
    int64_t depth, step; /* k, and of it at a time */
    IrValue *kept;       /* own rows, in shared memory: [depth][rows] */
    IrValue *tile;       /* what it makes: [columns][rows] */
} Inner;

typedef struct Outer {
    const IrOp *dot;
    IrValue *scores;      /* what it sums up; in shared memory it lies at `tile` */
    Array other, out;     /* out.memory is NULL if nobody reads it */
    int64_t width, tiles; /* columns of the result, and tiles of these */
    IrValue *tile;        /* of scores; on tensor cores [rows][columns], by mma_place */
    IrValue *sums[MOST_SUMS]; /* by row, then tile: vectors of columns; or fragments */
} Outer;

typedef struct Fold {
    const IrOp *op;
    int stage;
    IrValue *acc; /* while its pass is made; then what all gave */
    Array out;
} Fold;

/* Pairs where the position along the side `large` is at least `apart` more than the
 * other's. */
typedef struct HalfPlane {
    int large; /* NONE: no such mask is known */
    int64_t apart;
} HalfPlane;

/* The inner products that a value needs, a bit each: everywhere; in the half plane
 * only. */
typedef struct Need {
    unsigned always, seen;
} Need;

/* Softmax: max = max over x, sum = sum over exp, where exp = exp(x - max); products sum
 * up exp / sum. */
typedef struct Online {
    Fold *max, *sum;
    IrValue *exp;
    bool used;       /* one pass, which adjusts what it has when it finds a larger max */
    bool folds;      /* one for both folds, then one for the products */
    IrValue *by_row; /* in shared memory: a number for each row */
} Online;

typedef struct Attention {
    Scores s;
    int own, other; /* LEFT or RIGHT */
    int64_t own_size, other_size;
    int *stage; /* by value slot: how many folds, one behind the other, it needs */
    int stages;
    Need *need; /* by value slot */
    HalfPlane half;
    Inner inner[ATTENTION_PRODUCTS];
    Outer outer[ATTENTION_PRODUCTS];
    size_t inner_count, outer_count, fold_count;
    Fold *folds;
    bool tensor; /* tensor cores make the products */
    Dtype elem;  /* of operands in shared memory */
    Online online;
    int64_t rows, columns;   /* of a tile */
    int64_t tiles;           /* that are in shared memory at the same time */
    bool whole;              /* a tile has all columns */
    IrValue *staged;         /* in shared memory: what is copied for a step */
    IrValue *thread, *x, *y; /* of a product: its first column and row */
    /* the same of a warp, for tensor cores; its column in TILE columns: */
    IrValue *warp_lane, *warp_row, *warp_column;
    IrValue *row, *lane; /* of what is done for each score */
    IrValue *batch[IR_MAX_RANK], *first_own;
    IrValue *first; /* column at which the tile begins */
    IrValue *at;    /* of a score in the tiles, while it is computed */
} Attention;

/* ------------------------------------------------------------------------ attention.c */

/* A loop of a row's threads over the columns of the tile; the body computes a score. */
typedef struct Walk {
    IrOp *loop;
    size_t mark;
    IrValue *own, *other, *exists; /* where the score is; NULL: it always does */
} Walk;
Walk walk_begin(Emit *e, Attention *t, size_t n, IrValue **iters);
void walk_end(Emit *e, Walk w, size_t n, IrValue *const *yields);
/* Value v, of the scores' labels, there. */
IrValue *walk_score(Emit *e, const Attention *t, const Walk *w, IrValue *v);
/* The scores of the tile at t->first, for a pass, or for all of them if a tile serves
 * all. All threads are here before and after. */
void make_scores(Emit *e, const Attention *t, int pass);
/* Folds what the thread's part of the tile has into each fold's acc. */
void fold_tile(Emit *e, Attention *t, Fold **folds, size_t n);
/* What the threads of a row found becomes one value, which all of them have. */
void finish_fold(Emit *e, const Attention *t, Fold *f);
/* From here on the fold's result is its acc. */
void set_fold_leaf(Emit *e, Fold *f);
/* What the outer products sum up takes the place of the scores that it is computed from;
 * the thread's part of the first one is added to `total`, if there is one. */
void finish_scores(Emit *e, Attention *t, IrValue **total);
/* The sums of all outer products, one behind the other, from or to `sums`. */
size_t gather_sums(Attention *t, IrValue **sums, bool put);

/* ----------------------------------------------------------------- attention_online.c */

/* Whether all that is folded is a softmax; and all that is summed up is what it gives. */
bool find_softmax(Attention *t);
bool sums_shares(const Attention *t);
/* All folds and products. */
void online_pass(Emit *e, Attention *t);
/* The two folds: of a tile; then of all threads of a row. */
void online_fold_tile(Emit *e, Attention *t);
void online_finish_folds(Emit *e, Attention *t);

/* ------------------------------------------------------------------- attention_find.c */

Attention attention_find(Emit *e);
int64_t attention_blocks(const Attention *t);
int64_t tile_elements(const Attention *t);
int64_t kept_elements(const Attention *t, const Inner *in);
int64_t staged_line(const Attention *t); /* elements of a k in shared memory */
int64_t staged_elements(const Attention *t);
int64_t scores_elements(const Attention *t); /* of what an outer product sums up */
/* The block's place in the batch is known. */
void array_begin(Emit *e, const Attention *t, Array *a);

/* ------------------------------------------------------------------- attention_mask.c */

void find_needs(Emit *e, Attention *t);
/* What pass number `pass` computes needs. */
Need pass_needs(const Emit *e, const Attention *t, int pass);
/* Whether any pair of the block's rows with TILE columns from there on is in the half
 * plane. */
IrValue *sees(Emit *e, const Attention *t, IrValue *column);

/* --------------------------------------------------------------- attention_products.c */

void keep_own(Emit *e, const Attention *t, const Inner *in);
/* The scores that a product makes, into its tile; masked: only where some are in the half
 * plane, 0 elsewhere. All threads come here; each other's results are seen behind a
 * barrier. */
void inner_tile(Emit *e, const Attention *t, const Inner *in, bool masked);
size_t sum_count(const Outer *o);
void outer_begin(Emit *e, const Attention *t, Outer *o);
/* Adds what the tile gives. All threads come here, and have done with the tile behind
 * it. */
void outer_tile(Emit *e, const Attention *t, Outer *o);
void outer_store(Emit *e, const Attention *t, const Outer *o);

/* -------------------------------------------------------------------- attention_mma.c */

/* How operands lie in shared memory, as the products in contract_mma.c have them: own
 * rows and the other's of an inner product; scores and the other operand of an outer
 * one. */
int64_t mma_depth(int64_t depth);
Half own_half(const Attention *t, const Inner *in);
Half other_half(const Attention *t, const Inner *in);
Half scores_half(const Attention *t, const Outer *o);
Half summed_half(const Attention *t, const Outer *o);
/* Adds the depth of b, from `first` on in a, to 4 fragments for each tile. */
void mma_step(Emit *e, const Attention *t, const Half *a, const Half *b, IrValue *first,
              int64_t tiles, IrValue **sums);
/* Where the thread's two elements of row 0 or 1 of a fragment lie. */
IrValue *mma_row(Emit *e, const Attention *t, int64_t row);
IrValue *mma_column(Emit *e, const Attention *t, int64_t tiles, int64_t fragment);

/* ------------------------------------------------------------------------- arithmetic */

IrValue *sum_of(Emit *e, IrValue *x, IrValue *y);
IrValue *scaled(Emit *e, IrValue *x, int64_t c);
IrValue *at_most(Emit *e, IrValue *i, int64_t last);
/* Whether i is below size; NULL if it is sure to be, as there are no more than
 * `covered`. */
IrValue *exists(Emit *e, IrValue *i, int64_t size, int64_t covered);

#endif
