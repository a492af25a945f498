/* Products on the tensor cores of a GPU, private to
 *
 *     contract_mma.c          the schedule: blocks, the loop along k, what becomes of the sums
 *     contract_wgmma.c        the loop along k where four warps multiply together
 *     contract_bulk.c         the same where operands come in whole boxes
 *     contract_mma_tile.c     which products they are, how large the tiles are, and where elements
 *                             of a tile lie in shared memory
 *     contract_mma_copy.c     tiles of the operands on their way there */
#ifndef PASSES_LOWER_CONTRACT_MMA_H
#define PASSES_LOWER_CONTRACT_MMA_H

#include "passes/lower/gpu/contract_shared.h"

enum {
    MMA_CHUNK = 16,         /* bytes that are copied, and read by a lane, at once */
    MMA_M = 16, MMA_N = 8,  /* of one instruction; its k is two chunks */
    MMA_COPIES = 32,        /* of a thread for a tile, at most */
    MMA_SUMS = 32           /* fragments of sums of a warp, at most */
};

/* A tile of an operand: `size` rows of m or n by `depth` of k. What is contiguous in memory is in
 * shared memory, too: along k, else along the rows, where lines of `panel` rows make up a panel, and
 * panels follow each other. The chunks of 16 bytes of a line lie in an order that depends on the line,
 * so that the same chunk of 8 lines lies in different banks:
 *
 *     along k     line i of 64 bytes:     chunk c at c ^ (i / 2 % 4)
 *                 line i of 128 bytes:    chunk c at c ^ (i % 8)
 *     along rows  line k, 16 bits:        chunk c at c ^ (k % 8)
 *                 line k, 32 bits:        chunk c at c ^ (k % 4 * 2) */
typedef struct Half {
    Where where;
    const Contraction *c;
    Operand operand;            /* of elements that the tensor cores take */
    Dtype elem;
    bool along_k;
    bool async;                 /* copied beside the threads, else through their registers */
    int64_t unit;               /* elements that are copied at once */
    int64_t size, depth, panel;
    int64_t threads;            /* that copy it */
    IrValue *shared;            /* all stages */
    IrValue *map;               /* how it comes in boxes: contract_bulk.c */
    /* the copies of a thread: */
    int64_t count;
    Cursor from[MMA_COPIES];    /* where they begin, but for k ... */
    IrValue *k[MMA_COPIES];     /* ... which is so much behind the tile's */
    IrValue *to[MMA_COPIES];    /* in a stage, and ... */
    int64_t more[MMA_COPIES];   /* ... so much further on */
} Half;

/* Whether the product is one for tensor cores, and of what; c is its form with operands of that type. */
bool mma_find(Emit *e, const IrOp *op, Contraction *c, Dtype *elem);
/* How an operand is copied. */
void mma_choose_copy(const IrTarget *target, Half *h);
int64_t mma_stage_elements(const Half *h);
/* The place of element `fast` of a line, a multiple of a chunk's but for `within`. */
IrValue *mma_place(Emit *e, const Half *h, IrValue *line, IrValue *fast);
/* Elements of a chunk. */
int64_t mma_chunk(const Half *h);
/* A fragment: 16 rows of m or n from `first` on, two chunks of k. */
IrValue *mma_load(Emit *e, const Half *h, IrValue *lane, IrValue *first, IrValue *k);

/* `origin`: the tile's first row; `start`: where the operand begins. */
void mma_copy_begin(Emit *e, Half *h, IrValue *thread, IrValue *origin, Cursor start);
/* Sends the tile at k to a stage (the number of its first element): what comes is a token for each
 * copy. If not async, it is a vector for each, which mma_put stores there. Tiles from `end` on are
 * zeros; NULL: there are none. */
void mma_fetch(Emit *e, const Half *h, IrValue *k, IrValue *end, IrValue *stage, IrValue **fetched);
void mma_put(Emit *e, const Half *h, IrValue *stage, IrValue *const *fetched);

/* A block of warps computes a tile of c, m by n, of which each warp has an equal part. */
typedef struct Tensor {
    Contraction c;
    Half a, b;
    bool by_fours;                  /* warps multiply by fours: contract_wgmma.c */
    bool bulk;                      /* operands come in boxes, which another warp sends for */
    int64_t threads;                /* of a block */
    IrValue *barriers;              /* of the stages */
    int64_t m, n, warps_m, warps_n, warp_m, warp_n;
    int64_t stages;                 /* tiles of operands in shared memory: one is read, others arrive */
    int64_t tiles_m, tiles_n;
    int64_t parts, part;            /* blocks that share the k of a tile of c, and the k of each */
    Results results;
    IrValue *bytes;                 /* shared memory */
    IrValue *thread, *lane, *warp_row, *warp_column;    /* where in the tile the warp's part begins */
    IrValue *outer, *row, *column;  /* where the tile begins in c */
    IrValue *own_part;              /* of k; NULL: there is one */
    IrValue *sums[MMA_SUMS];        /* of the warp: fragments, [row][column] */
    int64_t rows;                   /* of fragments of a warp that the epilogue takes at once */
    IrValue *scratch;               /* their sums */
} Tensor;

typedef struct Fetched {
    IrValue *of_a[MMA_COPIES], *of_b[MMA_COPIES];
} Fetched;

/* The tile of both operands at k to a stage. */
Fetched mma_fetch_tile(Emit *e, const Tensor *t, IrValue *k, IrValue *end, IrValue *stage);
void mma_wait_for_copies(Emit *e);
/* Whether the thread is of a warp that multiplies. */
IrValue *mma_has_sums(Emit *e, const Tensor *t);
/* The k that the block sums. */
void mma_part_of_k(Emit *e, const Tensor *t, IrValue **from, IrValue **to);
void mma_set_size(Tensor *t, int64_t m, int64_t n);

/* Whether four warps should multiply together; then sets all sizes. */
bool wgmma_choose(const IrTarget *target, Tensor *t);
void wgmma_sum_up(Emit *e, Tensor *t);
/* Where a stage of an operand begins, in bytes. */
IrValue *wgmma_stage(Emit *e, const Tensor *t, const Half *h, IrValue *stage);
/* Begins to multiply what is in a stage, and waits for the tile before. */
IrValue *wgmma_multiply(Emit *e, const Tensor *t, IrValue *stage, IrValue *sums);

/* Whether both operands can come in boxes. */
bool bulk_fits(const Tensor *t);
/* Before the launch. */
void bulk_prepare(Emit *e, Tensor *t);
void bulk_sum_up(Emit *e, Tensor *t);

#endif
