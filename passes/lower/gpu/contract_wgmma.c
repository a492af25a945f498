/* Products of bf16 and f16 on tensor cores that four warps use together (wgmma, sm_90a): they read both
 * operands from shared memory themselves, and go on beside the warps.
 *
 *     for each tile of 64 k:  wait for it; fence; barrier
 *                             begin to multiply it; wait until the tile before is done
 *                             send for the next but one
 *
 * While a tile is multiplied, its successor is waited for and begun, so the tensor cores always have
 * work; the stage that is filled was multiplied two tiles ago, which all warps knew at the barrier. A
 * tile of 128 by 256 takes 1024 clocks of an H100's tensor cores, and 12 copies of each thread.
 * Lines have 128 bytes, in the order that the hardware calls a swizzle of 128 bytes. */
#include "passes/lower/gpu/contract_mma.h"

enum {
    ROWS_OF_FOUR = 64,      /* that four warps multiply */
    LINE = 64,              /* elements of a line */
    GROUPS = 2,             /* of four warps in a block */
    STAGES_BY_FOURS = 4,
    AHEAD = STAGES_BY_FOURS - 2     /* tiles that are sent for before they are multiplied */
};

static bool comes_in_chunks(const Half *h)
{
    return h->async && h->unit == mma_chunk(h);
}

static void set_size(Tensor *t, int64_t n)
{
    t->warps_m = 4 * GROUPS;
    t->warps_n = 1;
    t->stages = STAGES_BY_FOURS;
    t->a.depth = t->b.depth = LINE;
    mma_set_size(t, GROUPS * ROWS_OF_FOUR, n);
    t->a.panel = t->b.panel = LINE;
}

/* Such that c gives all processors work. */
static bool find_size(const IrTarget *target, Tensor *t)
{
    const Contraction *c = &t->c;
    for (int64_t n = 256; n >= 128; n /= 2) {
        set_size(t, n);
        if (c->n.size >= n && c->outer.size * t->tiles_m * t->tiles_n >= target->processors)
            return true;
    }
    return false;
}

bool wgmma_choose(const IrTarget *target, Tensor *t)
{
    bool fit = target->warpgroups && dtype_bytes(t->a.elem) == 2 && comes_in_chunks(&t->a) &&
               comes_in_chunks(&t->b) && t->c.k.size >= 2 * LINE && find_size(target, t);
    t->bulk = fit && bulk_fits(t);
    t->threads += t->bulk ? target->warp : 0;
    return fit;
}

IrValue *wgmma_stage(Emit *e, const Tensor *t, const Half *h, IrValue *stage)
{
    int64_t line = LINE * (int64_t)dtype_bytes(h->elem), start = 0;
    if (h->where == IN_B)
        start = t->stages * t->a.size * line;
    return plus(e, c_index(e, start), times(e, stage, h->size * line));
}

/* A matrix of `rows` rows or columns in a stage, `first` lines or panels behind its begin. */
static IrValue *matrix(Emit *e, const Tensor *t, const Half *h, IrValue *stage, IrValue *first,
                       int64_t rows)
{
    int64_t line = LINE * (int64_t)dtype_bytes(h->elem);
    IrValue *at = plus(e, wgmma_stage(e, t, h, stage), times(e, first, line));
    const int64_t lines[] = {rows, LINE}, panels[] = {rows / LINE, LINE, LINE};
    IrType type = h->along_k ? ir_shared_memref(e->c, h->elem, 2, lines)
                             : ir_shared_memref(e->c, h->elem, 3, panels);
    IrValue *buffer = k_view_at(&e->b, t->bytes, at, type);
    return h->where == IN_A ? k_matrix(&e->b, buffer, rows, LINE) : k_matrix(&e->b, buffer, LINE, rows);
}

static IrValue *stage_of(Emit *e, IrValue *k)
{
    return k_rem_index(&e->b, k_div_index(&e->b, k, c_index(e, LINE)), c_index(e, STAGES_BY_FOURS));
}

IrValue *wgmma_multiply(Emit *e, const Tensor *t, IrValue *stage, IrValue *sums)
{
    IrValue *four = k_div_index(&e->b, t->warp_row, c_index(e, ROWS_OF_FOUR));
    IrValue *a = matrix(e, t, &t->a, stage, times(e, four, ROWS_OF_FOUR), ROWS_OF_FOUR);
    IrValue *b = matrix(e, t, &t->b, stage, c_index(e, 0), t->n);
    return k_warpgroup_mma(&e->b, a, b, sums, !t->a.along_k, !t->b.along_k, 1);
}

void wgmma_sum_up(Emit *e, Tensor *t)
{
    IrValue *from, *to, *sums = k_warpgroup_zero(&e->b, t->n);
    mma_part_of_k(e, t, &from, &to);
    for (int64_t i = 0; i < AHEAD; i++) {
        IrValue *k = plus(e, from, c_index(e, i * LINE));
        mma_fetch_tile(e, t, k, t->parts == 1 ? NULL : to, stage_of(e, k));
        if (i < AHEAD - 1)
            k_async_group(&e->b, 0, NULL);
    }
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, LINE), 1, &sums);
    IrValue *k = k_arg(loop, 0), *later = plus(e, k, c_index(e, AHEAD * LINE));
    k_async_wait(&e->b, k_async_group(&e->b, 0, NULL), AHEAD - 1);
    k_fence_proxy(&e->b);
    k_barrier(&e->b);
    sums = wgmma_multiply(e, t, stage_of(e, k), k_arg(loop, 1));
    mma_fetch_tile(e, t, later, to, stage_of(e, later));
    k_for_end(&e->b, loop, 1, &sums);
    mma_wait_for_copies(e);
    k_warpgroup_wait(&e->b, 0);
    k_fragments(&e->b, ir_result(loop, 0), t->sums);
}
