/* Products on the tensor cores of a GPU, private to
 *
 *     contract_mma.c          the schedule: blocks, the loop along k, what becomes of the sums
 *     contract_mma_tile.c     which products they are, how large the tiles are, and where elements
 *                             of a tile lie in shared memory
 *     contract_mma_copy.c     tiles of the operands on their way there */
#ifndef PASSES_LOWER_CONTRACT_MMA_H
#define PASSES_LOWER_CONTRACT_MMA_H

#include "passes/lower/contract_shared.h"

enum {
    MMA_WARPS_M = 2, MMA_WARPS_N = 2,   /* of a block; each computes an equal part of its tile */
    MMA_THREADS = 32 * MMA_WARPS_M * MMA_WARPS_N,
    MMA_STAGES = 3,         /* tiles of an operand in shared memory: one is read, the others arrive */
    MMA_ROW = 64,           /* bytes of k in a tile */
    MMA_CHUNK = 16,         /* bytes that are copied, and read by a lane, at once */
    MMA_M = 16, MMA_N = 8,  /* of one instruction; its k is two chunks */
    MMA_COPIES = 32         /* of a thread for a tile, at most */
};

/* A tile of an operand: `size` rows of m or n by `depth` of k. What is contiguous in memory is in
 * shared memory, too: along k, else along the rows. The chunks of 16 bytes of a line lie in an order
 * that depends on the line, so that the same chunk of 8 lines lies in different banks:
 *
 *     along k     line i (of 64 bytes):   chunk c at c ^ (i / 2 % 4)
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
    int64_t size, depth;
    IrValue *shared;            /* all stages */
    /* the copies of a thread: */
    int64_t count;
    Cursor from[MMA_COPIES];    /* where they begin, but for k ... */
    IrValue *k[MMA_COPIES];     /* ... which is so much behind the tile's */
    IrValue *to[MMA_COPIES];    /* in a stage */
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

/* `origin`: the tile's first row; `start`: where the operand begins. */
void mma_copy_begin(Emit *e, Half *h, IrValue *thread, IrValue *origin, Cursor start);
/* Sends the tile at k to a stage (the number of its first element): what comes is a token for each
 * copy. If not async, it is a vector for each, which mma_put stores there. Tiles from `end` on are
 * zeros; NULL: there are none. */
void mma_fetch(Emit *e, const Half *h, IrValue *k, IrValue *end, IrValue *stage, IrValue **fetched);
void mma_put(Emit *e, const Half *h, IrValue *stage, IrValue *const *fetched);

#endif
