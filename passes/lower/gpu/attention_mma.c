/* The products of attention on tensor cores (mma.sync), where all operands are bf16 or
 * f16, or are f32 and may be cut to tf32. Warps are R/16 by 2: each has 16 rows by 32 of
 * 64 columns, 4 fragments of sums for each tile of columns. Operands lie in shared memory
 * as those of other products do (the orders of chunks in contract_mma.h), so that they
 * come by ldmatrix:
 *
 *     inner:  own rows [row][k], the other side's [column][k]; all of k at once, filled
 *             up with zeros to a power of two. Sums go to the tile of scores.
 *     outer:  scores [row][column], rounded as the graph says, beside the tile that they
 *             were computed from; the other operand [k][column], turned round when
 *             loaded (of 32 bits: word by word)
 *
 * For two chunks of k a warp loads 3 quadruples of matrices for 4 products of 16 by 8
 * (for outer ones of 128 columns 5 for 8). What is done for each score takes longer. */
#include "passes/lower/gpu/attention.h"

enum { WARPS_ACROSS = 2, COLUMNS_LOADED = 16 };

/* A line must be four chunks of 16 bytes, or a multiple of eight. */
int64_t mma_depth(int64_t depth)
{
    int64_t d = STEP;
    while (d < depth)
        d *= 2;
    return d;
}

Half own_half(const Attention *t, const Inner *in)
{
    return (Half){.where = IN_A,
                  .elem = t->elem,
                  .along_k = true,
                  .size = t->rows,
                  .panel = t->rows,
                  .depth = in->step,
                  .shared = in->kept};
}

Half other_half(const Attention *t, const Inner *in)
{
    return (Half){.where = IN_B,
                  .elem = t->elem,
                  .along_k = true,
                  .size = TILE,
                  .panel = TILE,
                  .depth = in->step,
                  .shared = t->staged};
}

Half scores_half(const Attention *t, const Outer *o)
{
    return (Half){.where = IN_A,
                  .elem = t->elem,
                  .along_k = true,
                  .size = t->rows,
                  .panel = t->rows,
                  .depth = t->columns,
                  .shared = o->tile};
}

Half summed_half(const Attention *t, const Outer *o)
{
    return (Half){.where = IN_B,
                  .elem = t->elem,
                  .size = o->tiles * TILE,
                  .panel = o->tiles * TILE,
                  .depth = STEP,
                  .shared = t->staged};
}

void mma_step(Emit *e, const Attention *t, const Half *a, const Half *b, IrValue *first,
              int64_t tiles, IrValue **sums)
{
    IrValue *warp = scaled(e, t->warp_column, tiles);
    for (int64_t k = 0; k < b->depth; k += 2 * mma_chunk(b)) {
        IrValue *at = sum_of(e, first, c_index(e, k));
        IrValue *rows = mma_load(e, a, t->warp_lane, t->warp_row, at);
        for (int64_t i = 0; i < tiles * TILE / WARPS_ACROSS / COLUMNS_LOADED; i++) {
            IrValue *column = sum_of(e, warp, c_index(e, i * COLUMNS_LOADED));
            IrValue *columns = mma_load(e, b, t->warp_lane, column, c_index(e, k));
            for (int64_t half = 0; half < 2; half++) {
                IrValue **sum = &sums[2 * i + half];
                IrValue *eight = k_fragment_words(&e->b, columns, 2 * half, 2);
                *sum = k_mma(&e->b, rows, eight, *sum);
            }
        }
    }
}

IrValue *mma_row(Emit *e, const Attention *t, int64_t row)
{
    IrValue *in_warp = k_div_index(&e->b, t->warp_lane, c_index(e, 4));
    return sum_of(e, sum_of(e, t->warp_row, in_warp), c_index(e, row * 8));
}

IrValue *mma_column(Emit *e, const Attention *t, int64_t tiles, int64_t fragment)
{
    IrValue *in_warp = scaled(e, k_rem_index(&e->b, t->warp_lane, c_index(e, 4)), 2);
    IrValue *warp = scaled(e, t->warp_column, tiles);
    return sum_of(e, sum_of(e, warp, in_warp), c_index(e, fragment * MMA_N));
}
