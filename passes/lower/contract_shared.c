/* Products of matrices and convolutions on a GPU: a block of threads computes a tile of c from tiles
 * of a and b in shared memory.
 *
 *     launch: a block for each tile of c
 *       for k by 16:  all threads: a tile of a and of b to shared memory;  barrier
 *                     for 16 k: load TM elements of a and TN of b, TM x TN fused multiply-adds;  barrier
 *       epilogue: whatever was fused behind, for the thread's TM x TN sums
 *
 * The operands are read where they lie or computed as they are copied (contract_operand.c). Elements
 * beyond m and n are copies of the last ones and go nowhere; those beyond k are 0. A sum is taken in
 * the order of k by one thread. */
#include "passes/lower/contract.h"

enum {
    SIDE = 16,              /* threads of a block in each direction */
    THREADS = SIDE * SIDE,
    DEPTH = 16,             /* k of a tile */
    MOST = 4,               /* sums of a thread in each direction */
    SPARE = 4               /* elements between rows in shared memory: they lie in other banks */
};

typedef struct Tile {
    Contraction c;
    int64_t rows, columns;          /* of a thread: TM, TN */
    int64_t m, n, tiles_m, tiles_n; /* of c's tile; tiles */
    IrValue *shared_a, *shared_b;   /* [k][m], [k][n] */
    IrValue *thread, *x, *y;        /* number of the thread, its column and row */
    IrValue *outer, *row, *column;  /* where the tile begins */
    Cursor a, b;
    IrValue *sums;                  /* of a thread, while the epilogue runs */
    IrValue *sum;                   /* the one that it asks for */
} Tile;

/* --------------------------------------------------------------------------------------- tiling */

/* Small tiles where c is small, or would not give all processors work. */
static void choose_tile(const IrTarget *target, Tile *t)
{
    const Contraction *c = &t->c;
    t->rows = t->columns = MOST;
    for (;;) {
        t->m = SIDE * t->rows;
        t->n = SIDE * t->columns;
        t->tiles_m = ceil_div(c->m.size, t->m);
        t->tiles_n = ceil_div(c->n.size, t->n);
        bool few = c->outer.size * t->tiles_m * t->tiles_n < target->processors;
        bool tall = t->rows > 1 && (few || c->m.size <= t->m / 2);
        bool wide = t->columns > 1 && (few || c->n.size <= t->n / 2);
        if (tall && (!wide || t->rows >= t->columns))
            t->rows /= 2;
        else if (wide)
            t->columns /= 2;
        else
            return;
    }
}

static IrValue *minus_one_at_most(Emit *e, IrValue *i, int64_t size, bool whole)
{
    return whole ? i : k_min_index(&e->b, i, c_index(e, size - 1));
}

/* ------------------------------------------------------------------------------------ the copies */

static bool runs_along_k(const Contraction *c, Where w)
{
    return c->k.count && stride_in(&c->k.of[c->k.count - 1], w) == 1;
}

/* Element (k, i) of the tile, i along m or n. */
static IrValue *read_element(Emit *e, const Tile *t, Where w, IrValue *k, IrValue *i)
{
    const Contraction *c = &t->c;
    const Operand *o = w == IN_A ? &c->a : &c->b;
    Cursor p = w == IN_A ? t->a : t->b;
    bool whole = c->k.size % DEPTH == 0;
    IrValue *exists = whole ? NULL : k_cmpi(&e->b, "slt", k, c_index(e, c->k.size));
    cursor_move_in(e, o, &p, &c->k, minus_one_at_most(e, k, c->k.size, whole), w);
    if (w == IN_A)
        cursor_move_in(e, o, &p, &c->m, minus_one_at_most(e, i, c->m.size, c->m.size % t->m == 0), w);
    else
        cursor_move(e, o, &p,
                    (Index){.base = minus_one_at_most(e, i, c->n.size, c->n.size % t->n == 0)}, c->n.b);
    IrValue *v = k_extract(&e->b, cursor_read(e, o, &p, NULL), 0);
    return whole ? v : k_select(&e->b, exists, v, k_const(&e->b, v->type, 0));
}

/* Neighbouring threads read what lies side by side. */
static void copy_tile(Emit *e, const Tile *t, Where w, IrValue *first_k)
{
    int64_t side = w == IN_A ? t->m : t->n;
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, side * DEPTH / THREADS), c_index(e, 1), 0,
                             NULL);
    size_t mark = memo_mark(e);
    IrValue *number = plus(e, times(e, k_arg(loop, 0), THREADS), t->thread);
    bool along_k = runs_along_k(&t->c, w);
    IrValue *inner = c_index(e, along_k ? DEPTH : side);
    IrValue *slow = k_div_index(&e->b, number, inner), *fast = k_rem_index(&e->b, number, inner);
    IrValue *k = along_k ? fast : slow, *i = along_k ? slow : fast;
    IrValue *v = read_element(e, t, w, plus(e, first_k, k), plus(e, w == IN_A ? t->row : t->column, i));
    IrValue *at = plus(e, times(e, k, side + SPARE), i);
    k_store(&e->b, v, w == IN_A ? t->shared_a : t->shared_b, 1, &at);
    memo_release(e, mark);
    k_for_end(&e->b, loop, 0, NULL);
}

/* -------------------------------------------------------------------------------------- the sums */

static IrValue *shared_at(Emit *e, IrValue *shared, IrValue *row, IrValue *i)
{
    IrValue *at = plus(e, row, i);
    return k_load(&e->b, shared, 1, &at);
}

/* One k: rows y * TM + r, columns x + 16 c. */
static void step(Emit *e, const Tile *t, IrValue *k, IrValue **sums)
{
    IrValue *a[MOST], *b[MOST];
    IrValue *row_a = times(e, k, t->m + SPARE), *row_b = times(e, k, t->n + SPARE);
    for (int64_t r = 0; r < t->rows; r++)
        a[r] = shared_at(e, t->shared_a, row_a, plus(e, times(e, t->y, t->rows), c_index(e, r)));
    for (int64_t c = 0; c < t->columns; c++)
        b[c] = shared_at(e, t->shared_b, row_b, plus(e, t->x, c_index(e, c * SIDE)));
    for (int64_t r = 0; r < t->rows; r++)
        for (int64_t c = 0; c < t->columns; c++)
            sums[r * t->columns + c] = emit_fma(e, a[r], b[c], sums[r * t->columns + c]);
}

typedef void SumsBody(Emit *e, const Tile *t, IrValue *i, IrValue **sums);

/* for i in [0, size) by `by`: body; the sums go round. */
static void sums_loop(Emit *e, const Tile *t, int64_t size, int64_t by, SumsBody *body, IrValue **sums)
{
    size_t n = (size_t)(t->rows * t->columns);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, size), c_index(e, by), n, sums);
    for (size_t i = 0; i < n; i++)
        sums[i] = k_arg(loop, (uint32_t)i + 1);
    body(e, t, k_arg(loop, 0), sums);
    k_for_end(&e->b, loop, n, sums);
    for (size_t i = 0; i < n; i++)
        sums[i] = ir_result(loop, (uint32_t)i);
}

static void block_of_k(Emit *e, const Tile *t, IrValue *first, IrValue **sums)
{
    copy_tile(e, t, IN_A, first);
    copy_tile(e, t, IN_B, first);
    k_barrier(&e->b);
    sums_loop(e, t, DEPTH, 1, step, sums);
    k_barrier(&e->b);
}

/* ----------------------------------------------------------------------------------- the epilogue */

static IrValue *sum_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    const Tile *t = data;
    return emit_load(e, t->sums, v->type->elem, (Index){.base = t->sum}, p, t->rows * t->columns);
}

static void store_results(Emit *e, const Tile *t, IrValue *row, IrValue *column)
{
    IrType type = t->c.op->results[0].type;
    Index at = {.base = plus(e, plus(e, offset_of(e, &t->c.outer, t->outer, IN_C),
                                     offset_of(e, &t->c.m, row, IN_C)), column)};
    Point *p = point_linear(e, type->rank, type->dims, at, NULL);
    p->identity = true;
    emit_results(e, p, at);
}

static IrValue *in_bounds(Emit *e, IrValue *i, int64_t size, int64_t tile)
{
    return size % tile ? k_cmpi(&e->b, "slt", i, c_index(e, size)) : NULL;
}

static void epilogue(Emit *e, Tile *t, IrValue *const *sums)
{
    int64_t count = t->rows * t->columns;
    t->sums = k_alloca(&e->b, ir_memref(e->c, t->c.elem, 1, &count));
    for (int64_t i = 0; i < count; i++) {
        IrValue *at = c_index(e, i);
        k_store(&e->b, sums[i], t->sums, 1, &at);
    }
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, count), c_index(e, 1), 0, NULL);
    size_t mark = memo_mark(e);
    t->sum = k_arg(loop, 0);
    IrValue *r = k_div_index(&e->b, t->sum, c_index(e, t->columns));
    IrValue *c = k_rem_index(&e->b, t->sum, c_index(e, t->columns));
    IrValue *row = plus(e, t->row, plus(e, times(e, t->y, t->rows), r));
    IrValue *column = plus(e, t->column, plus(e, t->x, times(e, c, SIDE)));
    IrValue *exists = mask_and(e, in_bounds(e, row, t->c.m.size, t->m),
                               in_bounds(e, column, t->c.n.size, t->n));
    IrOp *branch = exists ? k_if_begin(&e->b, exists, 0, NULL) : NULL;
    store_results(e, t, row, column);
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
    memo_release(e, mark);
    k_for_end(&e->b, loop, 0, NULL);
}

/* ------------------------------------------------------------------------------------------- all */

static IrOp *launch(Emit *e, Tile *t)
{
    int64_t sizes[] = {DEPTH * (t->m + SPARE), DEPTH * (t->n + SPARE)};
    const IrType shared[] = {ir_shared_memref(e->c, t->c.elem, 1, &sizes[0]),
                             ir_shared_memref(e->c, t->c.elem, 1, &sizes[1])};
    const int64_t grid[] = {t->c.outer.size * t->tiles_m * t->tiles_n, 1, 1}, block[] = {THREADS, 1, 1};
    IrOp *op = k_launch_begin(&e->b, grid, block, 2, shared);
    t->shared_a = k_launch_shared(op, 0);
    t->shared_b = k_launch_shared(op, 1);
    t->thread = k_thread_id(op, 0);
    t->x = k_rem_index(&e->b, t->thread, c_index(e, SIDE));
    t->y = k_div_index(&e->b, t->thread, c_index(e, SIDE));
    IrValue *tile = k_block_id(op, 0);
    t->column = times(e, k_rem_index(&e->b, tile, c_index(e, t->tiles_n)), t->n);
    tile = k_div_index(&e->b, tile, c_index(e, t->tiles_n));
    t->row = times(e, k_rem_index(&e->b, tile, c_index(e, t->tiles_m)), t->m);
    t->outer = k_div_index(&e->b, tile, c_index(e, t->tiles_m));
    t->a = cursor_start(e, &t->c.a);
    t->b = cursor_start(e, &t->c.b);
    cursor_move_in(e, &t->c.a, &t->a, &t->c.outer, t->outer, IN_A);
    cursor_move_in(e, &t->c.b, &t->b, &t->c.outer, t->outer, IN_B);
    return op;
}

void lower_shared_tiles(Emit *e)
{
    const IrOp *contraction = contraction_op(e->graph);
    Tile t = {0};
    if (!contraction_find(e, contraction, &t.c) || t.c.n.a) {
        lower_loop(e);
        return;
    }
    IrValue *sums[MOST * MOST];
    choose_tile(e->pass->target, &t);
    set_leaf(e, ir_result(contraction, 0), sum_leaf, &t);
    IrOp *op = launch(e, &t);
    for (int64_t i = 0; i < t.rows * t.columns; i++)
        sums[i] = k_const(&e->b, ir_scalar(e->c, t.c.elem), 0);
    sums_loop(e, &t, t.c.k.size, DEPTH, block_of_k, sums);
    epilogue(e, &t, sums);
    k_launch_end(&e->b, op);
}
