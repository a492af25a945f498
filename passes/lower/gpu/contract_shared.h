/* Products on a GPU, private to
 *
 *     contract_shared.c   the schedule: blocks, the loop along k, sums of groups
 *     contract_tile.c     how large the tiles are, and into how many parts k is cut
 *     contract_copy.c     tiles of the operands on their way to shared memory
 *     contract_results.c  sums on their way to the results
 *     contract_few.c      few rows: as fast as b is read, without tiles */
#ifndef PASSES_LOWER_CONTRACT_SHARED_H
#define PASSES_LOWER_CONTRACT_SHARED_H

#include "passes/lower/contract.h"

enum {
    COPIES = 32, /* of a thread for a tile of an operand, at most */
    ROWS = 16,
    COLUMNS = 4 /* of vectors that a thread sums, at most */
};

/* What a block computes of c, and what each of its threads. A vector has `width`
 * elements, 16 bytes. A thread sums row_vectors * width rows of column_vectors vectors;
 * these lie so far apart that the lanes of a warp, lane_rows by lane_columns of them,
 * read 16 bytes side by side. The warps of a group, warp_rows by warp_columns, make up
 * the tile; each group takes its share of the k of each tile of the operands, and their
 * sums are added in the end. */
typedef struct Tile {
    int64_t width;
    int64_t row_vectors, column_vectors;
    int64_t lane_rows, lane_columns;
    int64_t warp_rows, warp_columns, groups;
    bool by_rows;   /* a lies in shared memory as [row][k], not as [k][row] */
    int64_t depth;  /* k of a tile of an operand */
    int64_t stages; /* such tiles in shared memory: one read, others arriving */
    int64_t m, n;   /* rows and columns of c */
    int64_t threads;
    int64_t tiles_m, tiles_n;
    int64_t parts, part; /* blocks that share the k of a tile of c, and the k of each */
} Tile;

/* How an operand may be copied. */
typedef struct Access {
    bool async;   /* beside the threads, else through their registers */
    bool wide;    /* 16 bytes along the tile's rows (a) or columns (b) */
    bool wide_k;  /* 16 bytes along k */
    bool along_k; /* neighbours lie along k */
} Access;

/* Whether an operand may be copied beside the threads. Arguments and tables of constants
 * alike lie in the memory of the GPU, from a multiple of 16 bytes on. */
bool goes_beside(const IrTarget *target, const Operand *o);
Access access_of(const IrTarget *target, const Contraction *c, Where w);
/* Whether a tile of so many k stays in one run of the innermost dimension of k. */
bool k_is_regular(const Contraction *c, int64_t depth);
Tile choose_tile(const IrTarget *target, const Contraction *c, const Access access[2]);
int64_t stage_line(const Tile *t, Where w); /* from a k (a row) in a stage to the next */
int64_t stage_side(const Tile *t, Where w); /* the elements of an operand */
int64_t stage_elements(const Tile *t);      /* of both */
int64_t shared_elements(const Tile *t);

/* One of the copies that a thread makes of each tile. What differs between its copies is
 * kept apart, as numbers: addresses of machines take them for nothing. */
typedef struct Piece {
    IrValue *k;                /* behind the tile's */
    Cursor from;               /* where it lies, but for the tile's k and ... */
    int64_t from_k, from_side; /* ... so many further along k, m or n */
    IrValue *to;               /* where it goes in a stage, but for */
    int64_t to_more;
    IrValue *held; /* its value, in registers */
} Piece;

/* A tile of an operand, as this thread copies it. */
typedef struct Side {
    Where where;
    const Contraction *c;
    Access access;
    int64_t depth, size; /* of the tile: along k, and m or n */
    bool by_rows;
    int64_t line;        /* of a stage */
    int64_t unit, count; /* elements of a copy; copies */
    IrValue *exists;     /* whether this thread has any; NULL: it has */
    Piece piece[COPIES];
} Side;

/* `origin` is the tile's row or column in c, `start` where the operand begins, `at` its
 * place in a stage. */
Side side_begin(Emit *e, const Contraction *c, const Tile *t, Access access, Where w,
                IrValue *thread, IrValue *origin, Cursor start, int64_t at);
/* Sends the tile at k to a stage of `shared`, or reads it to registers, where `when` is
 * set (NULL: it is); and puts what is in registers there. */
void side_fetch(Emit *e, Side *s, IrValue *when, IrValue *k, IrValue *shared,
                IrValue *stage);
void side_put(Emit *e, const Side *s, IrValue *shared, IrValue *stage);

/* ----------------------------------------------------------------- contract_results.c */

/* Where sums go: through what was fused behind the product, or, if there are several
 * parts of k, to a workspace that holds c once for each part. */
typedef struct Results {
    const Contraction *c;
    int64_t parts;
    int64_t width;      /* elements that are stored at a time: those of a vector, or 1 */
    IrValue *workspace; /* NULL: one part */
    IrValue *sum;       /* what the epilogue asks for */
} Results;

void results_begin(Emit *e, const Contraction *c, int64_t parts, int64_t width,
                   Results *out);
/* `sum`, a vector of `width` elements or a scalar, at a place of c; `part` if there are
 * several. */
void results_store(Emit *e, Results *r, IrValue *part, IrValue *at, IrValue *sum);
/* The place in c; whether i is below size, NULL if tiles have no i that is not. */
IrValue *place_in_c(Emit *e, const Contraction *c, IrValue *outer, IrValue *row,
                    IrValue *column);
IrValue *in_bounds(Emit *e, IrValue *i, int64_t size, int64_t tile);
/* The launch that adds up the parts. */
void results_sum_parts(Emit *e, Results *r);

/* False: there are many rows, or b's columns do not lie side by side. */
bool lower_few_rows(Emit *e, const Contraction *c);

#endif
