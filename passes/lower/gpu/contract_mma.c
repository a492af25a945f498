/* Products on the tensor cores of a GPU (mma.sync): operands of bf16 or f16, or of f32
 * that may be cut to tf32; sums are f32. A block of 4 warps computes a tile of c from
 * tiles of a and b in shared memory, of which several are on their way while one is
 * used.
 *
 *     dot_general a, b   ->   launch: a block for each tile of c
 *                               tiles 0, 1 of a and b to shared memory
 *                               for each tile: wait for it; barrier; send for another
 *                                 for 16 k: load fragments of a and b, multiply
 *                               epilogue: sums of some rows to shared memory; barrier
 *                                 all threads: whatever was fused behind, rows at a time
 *
 * A warp has up to 64 by 64 sums: then it does 16 multiply-adds of bf16 for each byte
 * that it reads of shared memory (with 64 by 32 sums 11), which gives 128 bytes a
 * clock; the tensor cores of an A100 do 1024 a clock, and copies want to write there,
 * too. Two blocks fit on a processor.
 *
 * What leaves the tensor cores lies scattered over the lanes; through shared memory,
 * whole rows are written. A sum is taken in the order of k by one warp. */
#include "passes/lower/gpu/contract_mma.h"

#include <string.h>

enum {
    MOST = 4,  /* fragments of an operand of a warp, of 16 rows or columns each */
    STEPS = 2, /* of k in a tile: an instruction takes two chunks */
    STAGES = 3,
    ROW_BYTES = 64,  /* of k in a tile */
    SPARE = 8,       /* f32 between rows of sums: rows lie in other banks */
    LEAST_TILES = 8, /* of k in a part */
    NEAR = 8 /* rows of tiles that are computed side by side: they share columns of b */
};

/* ----------------------------------------------------------------------------- tiling */

static Half half_of(const Emit *e, const Tensor *t, Where w, Dtype elem)
{
    Half h = {
        .where = w, .c = &t->c, .operand = w == IN_A ? t->c.a : t->c.b, .elem = elem};
    mma_choose_copy(e->pass->target, &h);
    return h;
}

void mma_set_size(Tensor *t, int64_t m, int64_t n)
{
    t->m = t->a.size = t->a.panel = m;
    t->n = t->b.size = t->b.panel = n;
    t->warp_m = m / t->warps_m;
    t->warp_n = n / t->warps_n;
    t->tiles_m = ceil_div(t->c.m.size, m);
    t->tiles_n = ceil_div(t->c.n.size, n);
    t->threads = t->a.threads = t->b.threads = 32 * t->warps_m * t->warps_n;
}

/* Small tiles where c is small, or would not give all processors work, or where what
 * is copied needs registers beside the sums. */
static void choose_size(const IrTarget *target, Tensor *t)
{
    const Contraction *c = &t->c;
    bool beside = t->a.async && t->b.async;
    t->warps_m = t->warps_n = 2;
    t->stages = STAGES;
    t->a.depth = t->b.depth = ROW_BYTES / (int64_t)dtype_bytes(t->a.elem);
    mma_set_size(t, c->m.size > 64 ? 128 : 64, c->n.size > 64 && beside ? 128 : 64);
    for (;;) {
        bool few = c->outer.size * t->tiles_m * t->tiles_n < target->processors;
        if (!few || (t->m == 64 && t->n == 64))
            return;
        mma_set_size(t, t->m >= t->n ? 64 : t->m, t->m >= t->n ? t->n : 64);
    }
}

/* Where there are still few blocks, several share a tile of c; each has enough k to be
 * worth it. */
static void choose_parts(const IrTarget *target, Tensor *t)
{
    int64_t blocks = t->c.outer.size * t->tiles_m * t->tiles_n;
    int64_t tiles = ceil_div(t->c.k.size, t->a.depth),
            parts = target->processors / blocks;
    if (parts > tiles / LEAST_TILES)
        parts = tiles / LEAST_TILES;
    t->part = ceil_div(tiles, parts < 1 ? 1 : parts) * t->a.depth;
    t->parts = ceil_div(t->c.k.size, t->part);
}

/* -------------------------------------------------------------------------- fragments */

static int64_t step_of_k(const Half *h) { return 2 * mma_chunk(h); }

/* Whether a fragment is loaded by ldmatrix: it turns elements of 16 bits round, but no
 * others. */
static bool by_matrix(const Half *h) { return h->along_k || dtype_bytes(h->elem) == 2; }

/* The row of 16 bytes that this lane names, for rows (of m or n) from `first` on and k
 * from `k` on. Matrices are numbered: of a, rows first, then k; of b, k first. */
static IrValue *matrix_row(Emit *e, const Half *h, IrValue *lane, IrValue *first,
                           IrValue *k)
{
    IrValue *i = k_rem_index(&e->b, lane, c_index(e, 8));
    IrValue *q = k_div_index(&e->b, lane, c_index(e, 8));
    IrValue *low = k_rem_index(&e->b, q, c_index(e, 2)),
            *high = k_div_index(&e->b, q, c_index(e, 2));
    IrValue *of_row = h->where == IN_A ? low : high,
            *of_k = h->where == IN_A ? high : low;
    int64_t chunk = mma_chunk(h);
    if (h->along_k)
        return mma_place(e, h, plus(e, first, plus(e, times(e, of_row, 8), i)),
                         plus(e, k, times(e, of_k, chunk)));
    return mma_place(e, h, plus(e, plus(e, k, times(e, of_k, 8)), i),
                     plus(e, first, times(e, of_row, 8)));
}

/* The same element by element: word w is row lane / 4 (+ 8), k lane % 4 (+ 4). */
static IrValue *word(Emit *e, const Half *h, IrValue *lane, IrValue *first, IrValue *k,
                     int64_t w)
{
    int64_t low = w % 2, high = w / 2;
    int64_t of_row = h->where == IN_A ? low : high, of_k = h->where == IN_A ? high : low;
    IrValue *row = plus(e, first, k_div_index(&e->b, lane, c_index(e, 4)));
    IrValue *line = plus(e, plus(e, k, c_index(e, of_k * 4)),
                         k_rem_index(&e->b, lane, c_index(e, 4)));
    return mma_place(e, h, line, plus(e, row, c_index(e, of_row * 8)));
}

static IrValue *place_of(Emit *e, const Half *h, IrValue *lane, IrValue *first,
                         IrValue *k, int64_t w)
{
    return by_matrix(h) ? matrix_row(e, h, lane, first, k) : word(e, h, lane, first, k, w);
}

/* Where a lane finds its fragments in a stage. The order of chunks is the same 16
 * lines on, so many places differ by a number, which is part of an instruction's
 * address. */
typedef struct Spot {
    IrValue *base;
    int64_t more;
} Spot;

typedef struct Places {
    int64_t count;
    Spot of[STEPS][MOST][4];
} Places;

static Spot find_place(Emit *e, const Tensor *t, const Half *h, const Places *p,
                       int64_t k, int64_t i, int64_t w)
{
    if (h->along_k && i)
        return (Spot){p->of[k][0][w].base, i * 16 * h->depth};
    if (!h->along_k && k)
        return (Spot){p->of[0][i][w].base, k * step_of_k(h) * h->size};
    IrValue *warp = h->where == IN_A ? t->warp_row : t->warp_column;
    IrValue *first = plus(e, warp, c_index(e, i * 16));
    return (Spot){place_of(e, h, t->lane, first, c_index(e, k * step_of_k(h)), w), 0};
}

static Places find_places(Emit *e, const Tensor *t, const Half *h)
{
    Places p = {.count = (h->where == IN_A ? t->warp_m : t->warp_n) / 16};
    for (int64_t k = 0; k < STEPS; k++)
        for (int64_t i = 0; i < p.count; i++)
            for (int64_t w = 0; w < (by_matrix(h) ? 1 : 4); w++)
                p.of[k][i][w] = find_place(e, t, h, &p, k, i, w);
    return p;
}

static IrValue *in_stage(Emit *e, IrValue *stage, const Spot *p)
{
    return plus(e, plus(e, stage, p->base), c_index(e, p->more));
}

/* 16 rows of a, or 16 columns of b, for a step of k. */
static IrValue *load_fragment(Emit *e, const Half *h, IrValue *stage, const Spot *places)
{
    IrValue *at = in_stage(e, stage, &places[0]);
    if (by_matrix(h))
        return k_load_matrix(&e->b, h->shared, 1, &at, 4, !h->along_k);
    IrValue *v = k_const(&e->b, ir_fragment(e->c, h->elem, 4, 1), 0);
    for (int64_t w = 0; w < 4; w++) {
        at = in_stage(e, stage, &places[w]);
        v = k_fragment_insert(&e->b, k_load(&e->b, h->shared, 1, &at), v, w);
    }
    return v;
}

IrValue *mma_load(Emit *e, const Half *h, IrValue *lane, IrValue *first, IrValue *k)
{
    Spot at[4] = {0};
    for (int64_t w = 0; w < (by_matrix(h) ? 1 : 4); w++)
        at[w].base = place_of(e, h, lane, first, k, w);
    return load_fragment(e, h, c_index(e, 0), at);
}

/* --------------------------------------------------------------------------- the sums */

typedef struct Loop {
    Places a, b;
} Loop;

static void multiply(Emit *e, Tensor *t, const Loop *l, IrValue *stage)
{
    IrValue *a[MOST], *b[MOST];
    IrValue *stage_a = times(e, stage, mma_stage_elements(&t->a));
    IrValue *stage_b = times(e, stage, mma_stage_elements(&t->b));
    for (int64_t k = 0; k < STEPS; k++) {
        for (int64_t i = 0; i < l->a.count; i++)
            a[i] = load_fragment(e, &t->a, stage_a, l->a.of[k][i]);
        for (int64_t j = 0; j < l->b.count; j++)
            b[j] = load_fragment(e, &t->b, stage_b, l->b.of[k][j]);
        for (int64_t j = 0; j < 2 * l->b.count; j++) {
            IrValue *column = k_fragment_words(&e->b, b[j / 2], j % 2 * 2, 2);
            for (int64_t i = 0; i < l->a.count; i++) {
                IrValue **sum = &t->sums[i * 2 * l->b.count + j];
                *sum = k_mma(&e->b, a[i], column, *sum);
            }
        }
    }
}

Fetched mma_fetch_tile(Emit *e, const Tensor *t, IrValue *k, IrValue *end, IrValue *stage)
{
    Fetched f;
    mma_fetch(e, &t->a, k, end, times(e, stage, mma_stage_elements(&t->a)), f.of_a);
    mma_fetch(e, &t->b, k, end, times(e, stage, mma_stage_elements(&t->b)), f.of_b);
    return f;
}

static void put(Emit *e, const Tensor *t, IrValue *stage, const Fetched *f)
{
    mma_put(e, &t->a, times(e, stage, mma_stage_elements(&t->a)), f->of_a);
    mma_put(e, &t->b, times(e, stage, mma_stage_elements(&t->b)), f->of_b);
}

static bool copies_beside(const Tensor *t) { return t->a.async || t->b.async; }

static void first_tiles(Emit *e, const Tensor *t, IrValue *from, IrValue *to)
{
    for (int64_t i = 0; i < STAGES - 1; i++) {
        IrValue *k = plus(e, from, c_index(e, i * t->a.depth));
        bool sure = t->parts == 1 && i * t->a.depth < t->c.k.size;
        Fetched f = mma_fetch_tile(e, t, k, sure ? NULL : to, c_index(e, i));
        put(e, t, c_index(e, i), &f);
        if (copies_beside(t) && i < STAGES - 2)
            k_async_group(&e->b, 0, NULL);
    }
}

/* One tile of k, which lies in `stage`: what one thread stored or waited for, all see
 * behind the barrier. There all have finished with the tile before, too, whose stage
 * is filled again. */
static void tile_of_k(Emit *e, Tensor *t, const Loop *l, IrValue *k, IrValue *to,
                      IrValue *stage, IrValue *before)
{
    IrValue *later = plus(e, k, c_index(e, (STAGES - 1) * t->a.depth));
    if (copies_beside(t))
        k_async_wait(&e->b, k_async_group(&e->b, 0, NULL), STAGES - 2);
    k_barrier(&e->b);
    Fetched f = mma_fetch_tile(e, t, later, to, before);
    multiply(e, t, l, stage);
    put(e, t, before, &f);
}

static IrValue *next_stage(Emit *e, IrValue *stage)
{
    IrValue *next = plus(e, stage, c_index(e, 1));
    IrValue *last = k_cmpi(&e->b, "eq", next, c_index(e, STAGES));
    return k_select(&e->b, last, c_index(e, 0), next);
}

/* Also for the zeros behind the end of k: the sums come where they go. */
void mma_wait_for_copies(Emit *e)
{
    k_async_wait(&e->b, k_async_group(&e->b, 0, NULL), 0);
}

void mma_part_of_k(Emit *e, const Tensor *t, IrValue **from, IrValue **to)
{
    *from = c_index(e, 0);
    *to = c_index(e, t->c.k.size);
    if (!t->own_part)
        return;
    *from = times(e, t->own_part, t->part);
    *to = k_min_index(&e->b, plus(e, *from, c_index(e, t->part)), *to);
}

/* What goes round: the sums, the stage of the tile and of that before. */
static void sum_up(Emit *e, Tensor *t)
{
    Loop l = {find_places(e, t, &t->a), find_places(e, t, &t->b)};
    size_t n = (size_t)(2 * l.a.count * l.b.count);
    IrValue *from, *to, *round[MMA_SUMS + 2];
    mma_part_of_k(e, t, &from, &to);
    for (size_t i = 0; i < n; i++)
        round[i] = k_const(&e->b, ir_fragment(e->c, DTYPE_f32, 2, 2), 0);
    first_tiles(e, t, from, to);
    round[n] = c_index(e, 0);
    round[n + 1] = c_index(e, STAGES - 1);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, t->a.depth), n + 2, round);
    for (size_t i = 0; i < n + 2; i++)
        round[i] = k_arg(loop, (uint32_t)i + 1);
    memcpy(t->sums, round, n * sizeof *round);
    tile_of_k(e, t, &l, k_arg(loop, 0), to, round[n], round[n + 1]);
    memcpy(round, t->sums, n * sizeof *round);
    round[n + 1] = round[n];
    round[n] = next_stage(e, round[n]);
    k_for_end(&e->b, loop, n + 2, round);
    for (size_t i = 0; i < n; i++)
        t->sums[i] = ir_result(loop, (uint32_t)i);
    if (copies_beside(t))
        mma_wait_for_copies(e);
}

/* ----------------------------------------------------------------------- the epilogue */

static int64_t scratch_row(const Tensor *t) { return t->n + SPARE; }

static int64_t scratch_bytes(const Tensor *t, int64_t rows)
{
    return t->warps_m * MMA_M * rows * scratch_row(t) * (int64_t)sizeof(float);
}

/* Row `i` of the warp's fragments: a lane has two elements side by side, and two more
 * 8 rows on. */
static void scatter_row(Emit *e, const Tensor *t, int64_t i)
{
    IrValue *warp = k_div_index(&e->b, t->warp_row, c_index(e, t->warp_m));
    IrValue *row = plus(e, times(e, warp, MMA_M * t->rows),
                        k_div_index(&e->b, t->lane, c_index(e, 4)));
    IrValue *column =
        plus(e, t->warp_column, times(e, k_rem_index(&e->b, t->lane, c_index(e, 4)), 2));
    IrValue *first = plus(e, times(e, row, scratch_row(t)), column);
    for (int64_t j = 0; j < t->warp_n / MMA_N; j++)
        for (int64_t half = 0; half < 2; half++) {
            int64_t down = i % t->rows * MMA_M + half * 8;
            IrValue *at = plus(e, first, c_index(e, down * scratch_row(t) + j * MMA_N));
            IrValue *pair =
                k_fragment_row(&e->b, t->sums[i * (t->warp_n / MMA_N) + j], half);
            k_vstore(&e->b, pair, t->scratch, 1, &at);
        }
}

IrValue *mma_has_sums(Emit *e, const Tensor *t)
{
    return k_cmpi(&e->b, "slt", t->thread, c_index(e, t->a.threads));
}

/* The rows that a pass takes, to memory. */
static void scatter_sums(Emit *e, const Tensor *t, IrValue *pass)
{
    int64_t rows = t->warp_m / MMA_M;
    IrOp *all = t->bulk ? k_if_begin(&e->b, mma_has_sums(e, t), 0, NULL) : NULL;
    for (int64_t i = 0; i < rows; i++) {
        IrValue *now = k_cmpi(&e->b, "eq", pass, c_index(e, i / t->rows));
        IrOp *branch = rows > t->rows ? k_if_begin(&e->b, now, 0, NULL) : NULL;
        scatter_row(e, t, i);
        if (branch)
            k_if_end(&e->b, branch, 0, NULL);
    }
    if (all)
        k_if_end(&e->b, all, 0, NULL);
}

static IrValue *load_sum(Emit *e, const Tensor *t, IrValue *at)
{
    int64_t width = t->results.width;
    return width > 1
               ? k_vload(&e->b, t->scratch, 1, &at, ir_vector(e->c, DTYPE_f32, width))
               : k_load(&e->b, t->scratch, 1, &at);
}

/* Vector `number` of the rows in memory. */
static void store_vector(Emit *e, Tensor *t, IrValue *pass, IrValue *number)
{
    int64_t width = t->results.width;
    IrValue *vectors = c_index(e, t->n / width), *rows = c_index(e, MMA_M * t->rows);
    IrValue *line = k_div_index(&e->b, number, vectors);
    IrValue *across = times(e, k_rem_index(&e->b, number, vectors), width);
    IrValue *warp = times(e, k_div_index(&e->b, line, rows), t->warp_m);
    IrValue *in_warp =
        plus(e, times(e, pass, MMA_M * t->rows), k_rem_index(&e->b, line, rows));
    IrValue *row = plus(e, t->row, plus(e, warp, in_warp)),
            *column = plus(e, t->column, across);
    IrValue *exists = mask_and(e, in_bounds(e, row, t->c.m.size, t->m),
                               in_bounds(e, column, t->c.n.size, t->n));
    IrOp *branch = exists ? k_if_begin(&e->b, exists, 0, NULL) : NULL;
    IrValue *sum = load_sum(e, t, plus(e, times(e, line, scratch_row(t)), across));
    results_store(e, &t->results, t->own_part,
                  place_in_c(e, &t->c, t->outer, row, column), sum);
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
}

static void epilogue(Emit *e, Tensor *t)
{
    int64_t vectors = t->warps_m * MMA_M * t->rows * t->n / t->results.width;
    IrOp *passes =
        k_for_begin(&e->b, c_index(e, 0), c_index(e, t->warp_m / MMA_M / t->rows),
                    c_index(e, 1), 0, NULL);
    k_barrier(&e->b);
    scatter_sums(e, t, k_arg(passes, 0));
    k_barrier(&e->b);
    IrOp *loop = k_for_begin(&e->b, t->thread, c_index(e, vectors),
                             c_index(e, t->threads), 0, NULL);
    store_vector(e, t, k_arg(passes, 0), k_arg(loop, 0));
    k_for_end(&e->b, loop, 0, NULL);
    k_for_end(&e->b, passes, 0, NULL);
}

/* -------------------------------------------------------------------------------- all */

static IrValue *view(Emit *e, IrValue *bytes, int64_t *offset, Dtype elem, int64_t count)
{
    IrValue *v = k_view(&e->b, bytes, *offset, ir_shared_memref(e->c, elem, 1, &count));
    *offset += count * (int64_t)dtype_bytes(elem);
    return v;
}

/* The stages of both operands; the sums come where they were. */
static void share_memory(Emit *e, Tensor *t, IrValue *bytes)
{
    int64_t a = 0, sums = 0;
    t->bytes = bytes;
    t->a.shared = view(e, bytes, &a, t->a.elem, t->stages * mma_stage_elements(&t->a));
    t->b.shared = view(e, bytes, &a, t->b.elem, t->stages * mma_stage_elements(&t->b));
    t->rows = t->warp_m / MMA_M;
    while (scratch_bytes(t, t->rows) > a)
        t->rows /= 2;
    t->scratch = view(e, bytes, &sums, DTYPE_f32,
                      scratch_bytes(t, t->rows) / (int64_t)sizeof(float));
}

/* Blocks that run at the same time have tiles side by side: NEAR rows of them. */
static void find_tile(Emit *e, Tensor *t, IrValue *block)
{
    int64_t near = NEAR;
    while (t->tiles_m % near)
        near /= 2;
    IrValue *low = k_rem_index(&e->b, block, c_index(e, near));
    block = k_div_index(&e->b, block, c_index(e, near));
    t->column = times(e, k_rem_index(&e->b, block, c_index(e, t->tiles_n)), t->n);
    block = k_div_index(&e->b, block, c_index(e, t->tiles_n));
    IrValue *high = k_rem_index(&e->b, block, c_index(e, t->tiles_m / near));
    t->row = times(e, plus(e, times(e, high, near), low), t->m);
    t->outer = k_div_index(&e->b, block, c_index(e, t->tiles_m / near));
}

static void find_thread(Emit *e, Tensor *t, IrValue *thread)
{
    IrValue *warp = k_div_index(&e->b, thread, c_index(e, 32)),
            *across = c_index(e, t->warps_n);
    t->thread = thread;
    t->lane = k_rem_index(&e->b, thread, c_index(e, 32));
    t->warp_row = times(e, k_div_index(&e->b, warp, across), t->warp_m);
    t->warp_column = times(e, k_rem_index(&e->b, warp, across), t->warp_n);
}

static void begin_copies(Emit *e, Tensor *t)
{
    Cursor a = cursor_start(e, &t->c.a), b = cursor_start(e, &t->c.b);
    cursor_move_in(e, &t->c.a, &a, &t->c.outer, t->outer, IN_A);
    cursor_move_in(e, &t->c.b, &b, &t->c.outer, t->outer, IN_B);
    mma_copy_begin(e, &t->a, t->thread, t->row, a);
    mma_copy_begin(e, &t->b, t->thread, t->column, b);
}

static IrOp *launch(Emit *e, Tensor *t)
{
    int64_t line = t->a.depth * (int64_t)dtype_bytes(t->a.elem),
            bytes = t->stages * line * (t->m + t->n);
    const IrType shared = ir_shared_memref(e->c, DTYPE_i8, 1, &bytes);
    const int64_t grid[] = {t->c.outer.size * t->tiles_m * t->tiles_n, t->parts, 1};
    const int64_t block[] = {t->threads, 1, 1};
    if (t->bulk)
        bulk_prepare(e, t);
    IrOp *op = k_launch_begin(&e->b, grid, block, 1, &shared);
    share_memory(e, t, k_launch_shared(op, 0));
    find_thread(e, t, k_thread_id(op, 0));
    find_tile(e, t, k_block_id(op, 0));
    t->own_part = t->parts > 1 ? k_block_id(op, 1) : NULL;
    if (!t->bulk)
        begin_copies(e, t);
    return op;
}

bool lower_tensor_tiles(Emit *e)
{
    const IrOp *op = contraction_op(e->graph);
    Tensor t = {0};
    Dtype elem;
    if (!mma_find(e, op, &t.c, &elem))
        return false;
    t.a = half_of(e, &t, IN_A, elem);
    t.b = half_of(e, &t, IN_B, elem);
    t.by_fours = wgmma_choose(e->pass->target, &t);
    if (!t.by_fours)
        choose_size(e->pass->target, &t);
    choose_parts(e->pass->target, &t);
    results_begin(e, &t.c, t.parts, 16 / (int64_t)sizeof(float), &t.results);
    IrOp *grid = launch(e, &t);
    (t.bulk ? bulk_sum_up : t.by_fours ? wgmma_sum_up : sum_up)(e, &t);
    epilogue(e, &t);
    k_launch_end(&e->b, grid);
    if (t.parts > 1)
        results_sum_parts(e, &t.results);
    return true;
}
