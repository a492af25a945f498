/* Products of matrices and convolutions on a GPU: a block of threads computes a tile of
 * c from tiles of a and b in shared memory.
 *
 *     launch: a block for each tile of c, and each part of k
 *       send the first tiles of a and b to shared memory
 *       for k by depth:  wait for the tile of this k;  barrier;  send that of a later k
 *                        for each k of the thread's group:
 *                          load vectors of a and b;  fused multiply-adds of row by vector
 *       several groups:  their sums meet in shared memory
 *       epilogue: whatever was fused behind, vector by vector
 *     several parts: another launch adds their sums, in order, and does the epilogue
 *
 * contract_tile.c says how much of that is whose. The copies go on while tiles that came
 * before are multiplied; where operands are computed as they are copied, or the machine
 * has no such copies, they wait in registers meanwhile. There is one barrier for a tile
 * of k: the stage that is filled was read before it. Each sum is taken by one thread in
 * the order of k, sums of groups and parts in theirs.
 *
 * A lane's rows of a lie side by side, so that a vector holds 4 of them for a k; or,
 * where a's neighbours are k and come 16 bytes at a time, as far apart as there are
 * lanes, and a vector holds 4 k of one: then shared memory has them in other banks than
 * the next lane's. */
#include "passes/lower/gpu/contract_shared.h"

typedef struct Shared {
    Contraction c;
    Tile t;
    Side a, b;
    Results results;
    IrValue *memory; /* of the block: stages, then sums of groups */
    IrValue *thread, *group;
    IrValue *own_row, *own_column; /* of the thread's first vector in the tile */
    IrValue *outer, *row, *column; /* where the tile begins in c */
    IrValue *part;                 /* of k; NULL: there is one */
} Shared;

/* --------------------------------------------------------------------------- the sums */

static int64_t rows_of_thread(const Tile *t) { return t->row_vectors * t->width; }

static IrType vector_type(Emit *e, const Shared *s)
{
    return ir_vector(e->c, s->c.elem, s->t.width);
}

/* Vectors of a row of the stage, `apart` from one another. */
static void load_vectors(Emit *e, const Shared *s, IrValue *at, int64_t count,
                         int64_t apart, IrValue **out)
{
    for (int64_t i = 0; i < count; i++) {
        IrValue *place = plus(e, at, c_index(e, i * apart));
        out[i] = k_vload(&e->b, s->memory, 1, &place, vector_type(e, s));
    }
}

/* One k: `a` has its rows in lane `lane` of a vector each, or side by side in vectors. */
static void step(Emit *e, const Shared *s, IrValue *const *a, int64_t lane,
                 IrValue *row_b, IrValue **sums)
{
    const Tile *t = &s->t;
    IrValue *b[COLUMNS];
    load_vectors(e, s, row_b, t->column_vectors, t->lane_columns * t->width, b);
    for (int64_t r = 0; r < rows_of_thread(t); r++) {
        IrValue *one = t->by_rows ? k_extract(&e->b, a[r], lane)
                                  : k_extract(&e->b, a[r / t->width], r % t->width);
        IrValue *all = k_broadcast(&e->b, one, vector_type(e, s));
        for (int64_t c = 0; c < t->column_vectors; c++, sums++)
            *sums = emit_fma(e, all, b[c], *sums);
    }
}

/* From k on, of what begins at a and b: one k, or as many as vectors of rows have. */
static void steps(Emit *e, const Shared *s, IrValue *a, IrValue *b, IrValue *k,
                  IrValue **sums)
{
    const Tile *t = &s->t;
    int64_t line_a = stage_line(t, IN_A), line_b = stage_line(t, IN_B);
    IrValue *vectors[ROWS];
    b = plus(e, b, times(e, k, line_b));
    if (!t->by_rows) {
        load_vectors(e, s, plus(e, a, times(e, k, line_a)), t->row_vectors,
                     t->lane_rows * t->width, vectors);
        step(e, s, vectors, 0, b, sums);
        return;
    }
    load_vectors(e, s, plus(e, a, k), rows_of_thread(t), t->lane_rows * line_a, vectors);
    for (int64_t i = 0; i < t->width; i++)
        step(e, s, vectors, i, plus(e, b, c_index(e, i * line_b)), sums);
}

static size_t sum_count(const Tile *t)
{
    return (size_t)(rows_of_thread(t) * t->column_vectors);
}

/* The group's share of a stage's k; if that is all k there are, no more than these. */
static void multiply(Emit *e, const Shared *s, IrValue *stage, IrValue **sums)
{
    const Tile *t = &s->t;
    int64_t line_a = stage_line(t, IN_A), line_b = stage_line(t, IN_B);
    int64_t share = t->depth / t->groups, by = t->by_rows ? t->width : 1;
    int64_t most = t->groups == 1 && s->c.k.size < share ? s->c.k.size : share;
    IrValue *first = times(e, s->group, share), *a, *b;
    a = plus(e, stage, times(e, first, t->by_rows ? 1 : line_a));
    a = plus(e, a, times(e, s->own_row, t->by_rows ? line_a : 1));
    b = plus(e, plus(e, stage, c_index(e, stage_side(t, IN_A))), times(e, first, line_b));
    b = plus(e, b, s->own_column);
    IrOp *loop = sums_begin(e, c_index(e, 0), c_index(e, most), by, sum_count(t), sums);
    steps(e, s, a, b, k_arg(loop, 0), sums);
    sums_end(e, loop, sum_count(t), sums);
}

/* ------------------------------------------------------------------- the loop along k */

static IrValue *stage_of(Emit *e, const Tile *t, IrValue *k)
{
    IrValue *number = k_div_index(&e->b, k, c_index(e, t->depth));
    return times(e, k_rem_index(&e->b, number, c_index(e, t->stages)), stage_elements(t));
}

static void fetch(Emit *e, Shared *s, IrValue *when, IrValue *k)
{
    IrValue *stage = stage_of(e, &s->t, k);
    side_fetch(e, &s->a, when, k, s->memory, stage);
    side_fetch(e, &s->b, when, k, s->memory, stage);
}

static void put(Emit *e, const Shared *s, IrValue *k)
{
    IrValue *stage = stage_of(e, &s->t, k);
    side_put(e, &s->a, s->memory, stage);
    side_put(e, &s->b, s->memory, stage);
}

static bool copies_beside(const Shared *s)
{
    return s->a.access.async || s->b.access.async;
}

static void first_tile(Emit *e, Shared *s, IrValue *k, IrValue *to)
{
    bool sure = s->t.parts == 1 && (s->t.stages - 2) * s->t.depth < s->c.k.size;
    IrOp *branch = sure ? NULL : k_if_begin(&e->b, k_cmpi(&e->b, "slt", k, to), 0, NULL);
    fetch(e, s, NULL, k);
    put(e, s, k);
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
}

/* All stages but one. A tile's copies become a group when the next ones are sent for. A
 * part may have fewer tiles. */
static void first_tiles(Emit *e, Shared *s, IrValue *from, IrValue *to)
{
    const Tile *t = &s->t;
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, t->stages - 1),
                             c_index(e, 1), 0, NULL);
    if (copies_beside(s) && t->stages > 2)
        k_async_group(&e->b, 0, NULL);
    first_tile(e, s, plus(e, from, times(e, k_arg(loop, 0), t->depth)), to);
    k_for_end(&e->b, loop, 0, NULL);
}

static void wait_for_tile(Emit *e, const Shared *s)
{
    if (copies_beside(s))
        k_async_wait(&e->b, k_async_group(&e->b, 0, NULL), s->t.stages - 2);
    k_barrier(&e->b);
}

static void sum_products(Emit *e, Shared *s, IrValue *from, IrValue *to, IrValue **sums)
{
    const Tile *t = &s->t;
    for (size_t i = 0; i < sum_count(t); i++)
        sums[i] = k_const(&e->b, vector_type(e, s), 0);
    first_tiles(e, s, from, to);
    IrOp *loop = sums_begin(e, from, to, t->depth, sum_count(t), sums);
    IrValue *k = k_arg(loop, 0),
            *later = plus(e, k, c_index(e, (t->stages - 1) * t->depth));
    wait_for_tile(e, s);
    fetch(e, s, k_cmpi(&e->b, "slt", later, to), later);
    multiply(e, s, stage_of(e, t, k), sums);
    put(e, s, later);
    sums_end(e, loop, sum_count(t), sums);
}

/* ------------------------------------------------------------------------ the results */

/* What results.width sums at a row and column of the tile are. */
static void store_sums(Emit *e, Shared *s, IrValue *row, IrValue *column, IrValue *sums)
{
    row = plus(e, s->row, row);
    column = plus(e, s->column, column);
    IrValue *at = place_in_c(e, &s->c, s->outer, row, column);
    IrValue *exists = mask_and(e, in_bounds(e, row, s->c.m.size, s->t.m),
                               in_bounds(e, column, s->c.n.size, s->t.n));
    IrOp *branch = exists ? k_if_begin(&e->b, exists, 0, NULL) : NULL;
    results_store(e, &s->results, s->part, at, sums);
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
}

static void store_vector(Emit *e, Shared *s, IrValue *row, IrValue *column, IrValue *sums)
{
    if (s->results.width > 1) {
        store_sums(e, s, row, column, sums);
        return;
    }
    for (int64_t i = 0; i < s->t.width; i++)
        store_sums(e, s, row, plus(e, column, c_index(e, i)), k_extract(&e->b, sums, i));
}

static IrValue *row_of_thread(Emit *e, const Shared *s, int64_t r)
{
    const Tile *t = &s->t;
    int64_t behind = r / t->width * t->lane_rows * t->width + r % t->width;
    return plus(e, s->own_row, c_index(e, t->by_rows ? r * t->lane_rows : behind));
}

static IrValue *column_of_thread(Emit *e, const Shared *s, int64_t c)
{
    return plus(e, s->own_column, c_index(e, c * s->t.lane_columns * s->t.width));
}

/* From the registers where they were summed. */
static void store_own(Emit *e, Shared *s, IrValue *const *sums)
{
    for (int64_t r = 0; r < rows_of_thread(&s->t); r++)
        for (int64_t c = 0; c < s->t.column_vectors; c++)
            store_vector(e, s, row_of_thread(e, s, r), column_of_thread(e, s, c),
                         *sums++);
}

/* Where the sum at a row and column of a group lies, in place of the stages. */
static IrValue *place_of_sum(Emit *e, const Tile *t, IrValue *group, IrValue *row,
                             IrValue *column)
{
    return plus(e, times(e, plus(e, times(e, group, t->m), row), t->n), column);
}

static void leave_sums(Emit *e, const Shared *s, IrValue *const *sums)
{
    for (int64_t r = 0; r < rows_of_thread(&s->t); r++)
        for (int64_t c = 0; c < s->t.column_vectors; c++) {
            IrValue *at = place_of_sum(e, &s->t, s->group, row_of_thread(e, s, r),
                                       column_of_thread(e, s, c));
            k_vstore(&e->b, *sums++, s->memory, 1, &at);
        }
}

static IrValue *quotient(Emit *e, IrValue *x, int64_t by, IrValue **rest)
{
    IrValue *divisor = c_index(e, by);
    *rest = k_rem_index(&e->b, x, divisor);
    return k_div_index(&e->b, x, divisor);
}

static IrValue *sum_of_groups(Emit *e, const Shared *s, IrValue *row, IrValue *column)
{
    IrValue *sum = NULL;
    for (int64_t g = 0; g < s->t.groups; g++) {
        IrValue *at = place_of_sum(e, &s->t, c_index(e, g), row, column);
        IrValue *v = s->results.width > 1
                         ? k_vload(&e->b, s->memory, 1, &at, vector_type(e, s))
                         : k_load(&e->b, s->memory, 1, &at);
        sum = sum ? k_binary(&e->b, OP_arith_addf, sum, v) : v;
    }
    return sum;
}

/* By way of shared memory: the threads share out the tile anew, side by side. */
static void store_shared(Emit *e, Shared *s, IrValue *const *sums)
{
    const Tile *t = &s->t;
    int64_t width = s->results.width, line = t->n / width;
    k_barrier(&e->b);
    leave_sums(e, s, sums);
    k_barrier(&e->b);
    IrOp *loop = k_for_begin(&e->b, s->thread, c_index(e, t->m * line),
                             c_index(e, t->threads), 0, NULL);
    IrValue *column, *row = quotient(e, k_arg(loop, 0), line, &column);
    column = times(e, column, width);
    store_sums(e, s, row, column, sum_of_groups(e, s, row, column));
    k_for_end(&e->b, loop, 0, NULL);
}

/* Where there are several groups; and where sums are stored one by one, if there is room
 * for them in place of the stages: what a thread has are not neighbours of others'. */
static bool stores_shared(const Shared *s)
{
    const Tile *t = &s->t;
    return t->groups > 1 ||
           (s->results.width == 1 && t->m * t->n <= t->stages * stage_elements(t));
}

/* -------------------------------------------------------------------------------- all */

/* Which vectors a lane sums. Shared memory answers 8 lanes at a time: these ask for 2
 * vectors of one operand and 4 of the other. */
static void place_thread(Emit *e, Shared *s)
{
    enum { WARP = 32 };
    const Tile *t = &s->t;
    IrValue *lane, *warp, *odd, *rest, *warp_row, *warp_column;
    warp = quotient(e, s->thread, WARP, &lane);
    s->group = quotient(e, warp, t->warp_rows * t->warp_columns, &warp);
    warp_row = quotient(e, warp, t->warp_columns, &warp_column);
    IrValue *high = quotient(e, lane, WARP / 2, &rest),
            *slow = quotient(e, rest, 2, &odd);
    IrValue *few = plus(e, times(e, high, 2), odd);
    IrValue *row = t->lane_rows < t->lane_columns ? few : slow;
    IrValue *column = t->lane_rows < t->lane_columns ? slow : few;
    s->own_row = plus(e, times(e, warp_row, t->m / t->warp_rows),
                      times(e, row, t->by_rows ? 1 : t->width));
    s->own_column = plus(e, times(e, warp_column, t->n / t->warp_columns),
                         times(e, column, t->width));
}

static void place_block(Emit *e, Shared *s, const IrOp *launch)
{
    IrValue *tile = quotient(e, k_block_id(launch, 0), s->t.tiles_n, &s->column);
    s->outer = quotient(e, tile, s->t.tiles_m, &s->row);
    s->row = times(e, s->row, s->t.m);
    s->column = times(e, s->column, s->t.n);
    s->part = s->t.parts > 1 ? k_block_id(launch, 1) : NULL;
}

static IrOp *launch(Emit *e, Shared *s, const Access access[2])
{
    const Tile *t = &s->t;
    int64_t elements = shared_elements(t);
    IrType shared = ir_shared_memref(e->c, s->c.elem, 1, &elements);
    const int64_t grid[] = {s->c.outer.size * t->tiles_m * t->tiles_n, t->parts, 1};
    const int64_t block[] = {t->threads, 1, 1};
    IrOp *op = k_launch_begin(&e->b, grid, block, 1, &shared);
    s->memory = k_launch_shared(op, 0);
    s->thread = k_thread_id(op, 0);
    place_thread(e, s);
    place_block(e, s, op);
    Cursor a = cursor_start(e, &s->c.a), b = cursor_start(e, &s->c.b);
    cursor_move_in(e, &s->c.a, &a, &s->c.outer, s->outer, IN_A);
    cursor_move_in(e, &s->c.b, &b, &s->c.outer, s->outer, IN_B);
    s->a = side_begin(e, &s->c, t, access[0], IN_A, s->thread, s->row, a, 0);
    s->b = side_begin(e, &s->c, t, access[1], IN_B, s->thread, s->column, b,
                      stage_side(t, IN_A));
    return op;
}

static void part_of_k(Emit *e, const Shared *s, IrValue **from, IrValue **to)
{
    *from = c_index(e, 0);
    *to = c_index(e, s->c.k.size);
    if (!s->part)
        return;
    *from = times(e, s->part, s->t.part);
    *to = k_min_index(&e->b, plus(e, *from, c_index(e, s->t.part)), *to);
}

void lower_shared_tiles(Emit *e)
{
    if (lower_tensor_tiles(e))
        return;
    Shared s = {0};
    if (!contraction_find(e, contraction_op(e->graph), &s.c) || s.c.n.a) {
        lower_loop(e);
        return;
    }
    if (lower_few_rows(e, &s.c))
        return;
    const IrTarget *target = e->pass->target;
    const Access access[] = {access_of(target, &s.c, IN_A),
                             access_of(target, &s.c, IN_B)};
    IrValue *sums[ROWS * COLUMNS], *from, *to;
    s.t = choose_tile(target, &s.c, access);
    results_begin(e, &s.c, s.t.parts, s.t.width, &s.results);
    IrOp *op = launch(e, &s, access);
    part_of_k(e, &s, &from, &to);
    sum_products(e, &s, from, to, sums);
    if (stores_shared(&s))
        store_shared(e, &s, sums);
    else
        store_own(e, &s, sums);
    k_launch_end(&e->b, op);
    if (s.t.parts > 1)
        results_sum_parts(e, &s.results);
}
