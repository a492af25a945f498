/* Products of matrices and convolutions: tiles of registers.
 *
 *     for (outer, panel of NV vectors of n, some tiles of MR rows of m):  tasks
 *       for blocks of k that fit the cache with the panel:
 *         for tiles of MR rows:
 *           MR x NV vectors of sums in registers;  for k: load NV vectors of b,
 *               for each row: broadcast an element of a, NV fused multiply-adds
 *           epilogue: whatever was fused behind, over the tile
 *
 * Where k is cut, the epilogue follows the last block, over the task's part of c. a is read
 * where it lies, or staged in the task; b's panels are packed first if b is staged or its n
 * is not contiguous (contract_pack.c). Few rows are dot products instead (contract_dots.c).
 * The choice of tiles depends on shape and target alone and each sum is taken in one order,
 * so the bits do not depend on the threads. The sizes: ir/schedule.h. */
#include "passes/lower/contract.h"

#include <assert.h>
#include <string.h>

enum { MOST_VECTORS = 32 };     /* of a tile's row */

/* -------------------------------------------------------------------------------------- tiling */

static int64_t flops_of(const Contraction *c)
{
    return 2 * c->outer.size * c->m.size * c->n.size * c->k.size;
}

/* Whether one thread is done before another would have begun. Few rows take as long as b takes to
 * read. */
static bool is_small(const IrSchedule *s, const Contraction *c)
{
    int64_t elements = c->n.size * c->k.size;
    return flops_of(c) <= s->serial_flops &&
           elements <= s->serial_bytes / (int64_t)dtype_bytes(c->elem);
}

static void choose_block(const IrSchedule *s, Contraction *c, Tiling *t)
{
    int64_t bytes = t->width * (int64_t)dtype_bytes(c->elem), inner = 1;
    int64_t most = s->panel_bytes / bytes;
    t->block = c->k.count ? c->k.of[0].size : 1;     /* all of k */
    if (!c->a.memory)
        most = smaller(most, s->staged_depth);
    bool read_once = t->tiles == 1 && c->a.memory && c->n.b == 1 && c->b.memory;
    if (c->k.size <= most || read_once)
        return;
    most = smaller(most, s->block_depth);
    int d = c->k.count - 1;
    while (d > 0 && inner * c->k.of[d].size <= most)
        inner *= c->k.of[d--].size;
    t->block_dim = d;
    int64_t blocks = ceil_div(c->k.of[d].size * inner, most);
    t->block = ceil_div(c->k.of[d].size, smaller(blocks, c->k.of[d].size));
    t->blocked = true;
}

/* Columns for a task; all rows are done at once. */
static Tiling choose_dots_tiling(Emit *e, const Contraction *c)
{
    IrSchedule s = ir_schedule(e->pass->target);
    int64_t columns = s.dots_flops / (2 * c->m.size * c->k.size) / e->lanes * e->lanes;
    columns = smaller(larger(columns, e->lanes), s.dots_width);
    Tiling t = {.rows = c->m.size, .last_rows = c->m.size, .tiles = 1, .tiles_per_task = 1};
    t.panels = ceil_div(c->n.size, columns);
    t.width = t.panels == 1 ? c->n.size : columns;
    t.last_width = c->n.size - (t.panels - 1) * t.width;
    return t;
}

/* Panels of n and tiles of m: as wide as the schedule says, then as many rows as fit; both are
 * divided evenly. */
static Tiling choose_tile(Emit *e, const IrSchedule *s, const Contraction *c)
{
    int64_t per_vector = dtype_bytes(c->elem) == 8 ? 2 : 1;     /* registers */
    int64_t sums = s->tile_sums / per_vector, all = ceil_div(c->n.size, e->lanes);
    /* One row takes long runs of b: it is read once. */
    int64_t most = c->m.size == 1 ? sums : s->tile_vectors / per_vector;
    Tiling t = {.panels = ceil_div(all, most)};
    t.vectors = ceil_div(all, t.panels);
    t.width = t.vectors * e->lanes;
    t.panels = ceil_div(c->n.size, t.width);
    t.last_width = c->n.size - (t.panels - 1) * t.width;
    int64_t rows = larger(smaller(sums / t.vectors, s->tile_rows), 1);
    t.tiles = ceil_div(c->m.size, rows);
    t.rows = ceil_div(c->m.size, t.tiles);
    t.tiles = ceil_div(c->m.size, t.rows);
    t.last_rows = c->m.size - (t.tiles - 1) * t.rows;
    return t;
}

static Tiling choose_tiling(Emit *e, Contraction *c)
{
    IrSchedule s = ir_schedule(e->pass->target);
    Tiling t = choose_tile(e, &s, c);
    choose_block(&s, c, &t);
    int64_t flops = 2 * t.rows * t.width * c->k.size;
    t.tiles_per_task = is_small(&s, c) ? t.tiles : ceil_div(s.task_flops, flops);
    if (t.blocked && !is_small(&s, c))  /* a block of b serves all its tiles */
        t.tiles_per_task = ceil_div(t.tiles, ceil_div(s.tasks, c->outer.size * t.panels));
    t.tiles_per_task = smaller(t.tiles_per_task, t.tiles);
    int64_t tasks = ceil_div(t.tiles, t.tiles_per_task);
    if (tasks > 2 && tasks * c->outer.size * t.panels < s.tasks) /* even for 2, for 4 */
        t.tiles_per_task = ceil_div(t.tiles, ceil_div(tasks, 4) * 4);
    return t;
}

/* Into how many parts k is cut for one row, each a task with sums of its own, so that
 * threads share the reading of b: as many as each take longer than waking a thread. */
static int64_t parts_of_k(const IrSchedule *s, const Contraction *c, const Tiling *t)
{
    bool in_place = c->a.memory && c->b.memory && c->n.b == 1;
    int64_t bytes = c->n.size * c->k.size * (int64_t)dtype_bytes(c->elem);
    int64_t parts = s->row_parts;
    if (c->m.size > 1 || c->outer.size > 1 || !c->k.count || !in_place)
        return 1;
    while (parts > 1 && (c->k.of[0].size % parts ||
                         bytes / (t->panels * parts) < s->serial_bytes))
        parts /= 2;
    return parts;
}

/* The parts become an outer dimension, of a c that has one row for each. */
static void cut_k(Schedule *s)
{
    Dim *k = &s->c.k.of[0];
    k->size /= s->parts;
    s->c.k.size /= s->parts;
    s->t.block = k->size;
    s->c.outer = (Dims){.count = 1, .size = s->parts};
    s->c.outer.of[0] = (Dim){s->parts, k->size * k->a, k->size * k->b, s->c.n.size};
}

static IrType vector_of(Emit *e, const Contraction *c)
{
    return lane_type(e, c->elem);
}

/* ------------------------------------------------------------------------------------- the tile */

typedef struct Tile {
    int64_t rows, vectors, width;   /* width: columns that exist */
    IrValue **a_row;                /* offsets of the rows in a */
    IrValue **sum_row;              /* and in `sums` */
    IrValue *mask;                  /* of the last vector, NULL if it is whole */
    IrValue **acc;                  /* rows x vectors */
} Tile;

static IrValue *load_b(Emit *e, const Schedule *s, const Tile *t, IrValue *at, int64_t v)
{
    IrValue *i = plus(e, at, c_index(e, v * e->lanes));
    IrType type = vector_of(e, &s->c);
    if (s->packed)
        return k_vload(&e->b, s->packed, 1, &i, type);
    if (t->mask && v == t->vectors - 1)
        return k_maskedload(&e->b, s->c.b.memory, 1, &i, t->mask, k_const(&e->b, type, 0));
    return k_vload(&e->b, s->c.b.memory, 1, &i, type);
}

static void tile_step(Emit *e, Schedule *s, Tile *t, IrValue *k_a, IrValue *k_b)
{
    IrValue *b[MOST_VECTORS];
    assert(t->vectors <= MOST_VECTORS);
    for (int64_t v = 0; v < t->vectors; v++)
        b[v] = load_b(e, s, t, k_b, v);
    for (int64_t r = 0; r < t->rows; r++) {
        IrValue *i = plus(e, t->a_row[r], k_a);
        IrValue *a = k_broadcast(&e->b, k_load(&e->b, s->staged ? s->staged : s->c.a.memory, 1, &i), vector_of(e, &s->c));
        for (int64_t v = 0; v < t->vectors; v++) {
            IrValue **acc = &t->acc[r * t->vectors + v];
            *acc = emit_fma(e, a, b[v], *acc);
        }
    }
}

/* Strides of dimension d of k where the tiles read. */
static int64_t k_in_a(const Schedule *s, int d)
{
    return s->staged ? inner_k(&s->c, d) : s->c.k.of[d].a;
}

static int64_t k_in_b(const Schedule *s, int d)
{
    return s->packed ? inner_k(&s->c, d) * s->t.width : s->c.k.of[d].b;
}

IrOp *sums_begin(Emit *e, IrValue *from, IrValue *to, int64_t by, size_t n,
                 IrValue **sums)
{
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, by), n, sums);
    for (size_t i = 0; i < n; i++)
        sums[i] = k_arg(loop, (uint32_t)i + 1);
    return loop;
}

void sums_end(Emit *e, IrOp *loop, size_t n, IrValue **sums)
{
    k_for_end(&e->b, loop, n, sums);
    for (size_t i = 0; i < n; i++)
        sums[i] = ir_result(loop, (uint32_t)i);
}

static IrOp *tile_begin(Emit *e, Tile *t, IrValue *from, IrValue *to, int64_t by)
{
    return sums_begin(e, from, to, by, (size_t)(t->rows * t->vectors), t->acc);
}

static void tile_end(Emit *e, Tile *t, IrOp *loop)
{
    sums_end(e, loop, (size_t)(t->rows * t->vectors), t->acc);
}

static void tile_loops(Emit *e, Schedule *s, Tile *t, int d, IrValue *from, IrValue *to,
                       IrValue *k_a, IrValue *k_b);

/* What is inside of index i of dimension d. */
static void tile_inside(Emit *e, Schedule *s, Tile *t, int d, IrValue *i, IrValue *k_a,
                        IrValue *k_b)
{
    tile_loops(e, s, t, d + 1, NULL, NULL, plus(e, k_a, times(e, i, k_in_a(s, d))),
               plus(e, k_b, times(e, i, k_in_b(s, d))));
}

/* All i of dimension d in [from, to). */
static void tile_all(Emit *e, Schedule *s, Tile *t, int d, IrValue *from, IrValue *to,
                     IrValue *k_a, IrValue *k_b)
{
    IrOp *loop = tile_begin(e, t, from, to, 1);
    tile_inside(e, s, t, d, k_arg(loop, 0), k_a, k_b);
    tile_end(e, t, loop);
}

/* Those where the row is not 0. */
static void tile_listed(Emit *e, Schedule *s, Tile *t, int d, IrValue *from, IrValue *to,
                        IrValue *k_a, IrValue *k_b)
{
    IrValue *count = list_nonzero(e, s, plus(e, t->a_row[0], k_a), from, to);
    IrOp *loop = tile_begin(e, t, c_index(e, 0), count, 1);
    tile_inside(e, s, t, d, nonzero_at(e, s, k_arg(loop, 0)), k_a, k_b);
    tile_end(e, t, loop);
}

/* A block of the last dimension of k, one way or the other. */
static void tile_block(Emit *e, Schedule *s, Tile *t, int d, IrValue *from, IrValue *to,
                       IrValue *k_a, IrValue *k_b)
{
    size_t n = (size_t)t->vectors;
    IrType *types = ARENA_ARRAY(e->arena, IrType, n);
    IrValue **before = ARENA_ARRAY(e->arena, IrValue *, n);
    memcpy(before, t->acc, n * sizeof *before);
    for (size_t i = 0; i < n; i++)
        types[i] = before[i]->type;
    IrValue *some = has_zeros(e, s, plus(e, t->a_row[0], k_a), from, to);
    IrOp *branch = k_if_begin(&e->b, some, n, types);
    tile_listed(e, s, t, d, from, to, k_a, k_b);
    k_if_else(&e->b, branch, n, t->acc);
    memcpy(t->acc, before, n * sizeof *before);
    tile_all(e, s, t, d, from, to, k_a, k_b);
    k_if_end(&e->b, branch, n, t->acc);
    for (size_t i = 0; i < n; i++)
        t->acc[i] = ir_result(branch, (uint32_t)i);
}

static void tile_blocks(Emit *e, Schedule *s, Tile *t, int d, IrValue *from, IrValue *to,
                        IrValue *k_a, IrValue *k_b)
{
    IrOp *loop = tile_begin(e, t, from, to, ZEROS_BLOCK);
    IrValue *first = k_arg(loop, 0), *end = plus(e, first, c_index(e, ZEROS_BLOCK));
    tile_block(e, s, t, d, first, k_min_index(&e->b, end, to), k_a, k_b);
    tile_end(e, t, loop);
}

/* Loops over the dimensions of k from `d` on; k_a and k_b are the offsets of the outer ones. */
static void tile_loops(Emit *e, Schedule *s, Tile *t, int d, IrValue *from, IrValue *to, IrValue *k_a,
                       IrValue *k_b)
{
    if (d >= s->c.k.count) {
        tile_step(e, s, t, k_a, k_b);
        return;
    }
    IrValue *lo = from ? from : c_index(e, 0), *hi = to ? to : c_index(e, s->c.k.of[d].size);
    if (s->nonzero && d == s->c.k.count - 1)
        tile_blocks(e, s, t, d, lo, hi, k_a, k_b);
    else
        tile_all(e, s, t, d, lo, hi, k_a, k_b);
}

static IrValue *sum_at(Emit *e, const Tile *t, int64_t r, int64_t v)
{
    return plus(e, t->sum_row[r], c_index(e, v * e->lanes));
}

static void load_sums(Emit *e, Schedule *s, Tile *t)
{
    IrType type = vector_of(e, &s->c);
    for (int64_t r = 0; r < t->rows; r++)
        for (int64_t v = 0; v < t->vectors; v++) {
            IrValue *i = sum_at(e, t, r, v), *zero = k_const(&e->b, type, 0);
            t->acc[r * t->vectors + v] = t->mask && v == t->vectors - 1
                                             ? k_maskedload(&e->b, s->sums, 1, &i, t->mask, zero)
                                             : k_vload(&e->b, s->sums, 1, &i, type);
        }
}

static void store_sums(Emit *e, Schedule *s, Tile *t)
{
    for (int64_t r = 0; r < t->rows; r++)
        for (int64_t v = 0; v < t->vectors; v++) {
            IrValue *i = sum_at(e, t, r, v), *acc = t->acc[r * t->vectors + v];
            if (t->mask && s->sums_like_c && v == t->vectors - 1)
                k_maskedstore(&e->b, acc, s->sums, 1, &i, t->mask);
            else
                k_vstore(&e->b, acc, s->sums, 1, &i);
        }
}

/* The offset of row `first` + r. Where no tile crosses the end of m's innermost dimension, rows are
 * a constant apart, which costs neither divisions nor registers. */
static IrValue *row_offset(Emit *e, const Schedule *s, IrValue *first, int64_t r, Where w)
{
    const Dims *m = &s->c.m;
    if (m->count && m->of[m->count - 1].size % s->t.rows == 0)
        return plus(e, offset_of(e, m, first, w), c_index(e, r * stride_in(&m->of[m->count - 1], w)));
    return offset_of(e, m, plus(e, first, c_index(e, r)), w);
}

/* Offsets of the rows of the tile that begins with row `first`. */
static Tile tile_at(Emit *e, Schedule *s, IrValue *first, int64_t rows, int64_t width)
{
    Tile t = {.rows = rows, .vectors = ceil_div(width, e->lanes), .width = width};
    t.a_row = ARENA_ARRAY(e->arena, IrValue *, rows);
    t.sum_row = ARENA_ARRAY(e->arena, IrValue *, rows);
    t.acc = ARENA_ARRAY(e->arena, IrValue *, rows * t.vectors);
    for (int64_t r = 0; r < rows; r++) {
        t.a_row[r] = s->staged ? c_index(e, r * staged_row(s))
                               : plus(e, s->outer_a, row_offset(e, s, first, r, IN_A));
        t.sum_row[r] = s->sums_like_c
                           ? plus(e, plus(e, s->outer_c, s->column), row_offset(e, s, first, r, IN_C))
                           : c_index(e, r * s->t.width);
    }
    if (width % e->lanes)
        t.mask = k_mask(&e->b, c_index(e, width % e->lanes), mask_type(e));
    return t;
}

/* Where b begins for this task: its panel, packed or in place. */
static IrValue *b_start(Emit *e, const Schedule *s)
{
    if (s->packed)
        return s->outer_b;
    return plus(e, s->outer_b, times(e, s->column, s->c.n.b));
}

/* ---------------------------------------------------------------------------------- the epilogue */

static IrValue *sum_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    Schedule *s = data;
    IrValue *sum = emit_load(e, s->sums, v->type->elem, s->sum_index, p, INT64_MAX);
    for (int64_t i = 1; i < s->parts; i++) {
        Index at = index_add_const(e, s->sum_index, i * s->c.n.size);
        IrValue *part = emit_load(e, s->sums, v->type->elem, at, p, INT64_MAX);
        sum = k_binary(&e->b, OP_arith_addf, sum, part);
    }
    return sum;
}

typedef struct Row {
    Schedule *s;
    IrValue *c_row, *sum_row;       /* offsets of the row's column 0 of n, of the panel's in sums */
    Index *at;
} Row;

static void epilogue_vector(Emit *e, void *data, IrValue *j, IrValue *mask)
{
    Row *row = data;
    IrType type = row->s->c.op->results[0].type;
    Index position = {.base = plus(e, row->c_row, j), .step = 1};
    Point *p = point_linear(e, type->rank, type->dims, position, NULL);
    p->mask = mask;
    p->identity = true;
    if (type->rank && row->s->c.n.size == type->dims[type->rank - 1]) {
        for (int i = 0; i < type->rank - 1; i++)
            p->at[i] = row->at[i];
        p->at[type->rank - 1] = (Index){.base = j, .step = 1};
        p->has_at = true;
    }
    IrValue *in_panel = k_sub_index(&e->b, j, row->s->column);
    row->s->sum_index = (Index){.base = plus(e, row->sum_row, in_panel), .step = 1};
    emit_results(e, p, position);
}

/* Rows [first, first + count) of m, this panel's columns. */
static void epilogue(Emit *e, Schedule *s, IrValue *first, IrValue *count, int64_t width)
{
    if (s->plain)
        return;
    size_t mark = memo_mark(e);
    IrType type = s->c.op->results[0].type;
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), count, c_index(e, 1), 0, NULL);
    IrValue *r = k_arg(loop, 0);
    Row row = {.s = s};
    row.c_row = plus(e, s->outer_c, offset_of(e, &s->c.m, plus(e, first, r), IN_C));
    row.sum_row = s->sums_like_c ? plus(e, row.c_row, s->column) : times(e, r, s->t.width);
    if (type->rank) {
        IrValue *above = k_div_index(&e->b, row.c_row, c_index(e, type->dims[type->rank - 1]));
        Point *p = point_linear(e, type->rank - 1, type->dims, (Index){.base = above}, NULL);
        row.at = (Index *)point_indices(e, p);
    }
    vector_loop(e, s->column, plus(e, s->column, c_index(e, width)), width, epilogue_vector, &row);
    k_for_end(&e->b, loop, 0, NULL);
    memo_release(e, mark);
}

/* ----------------------------------------------------------------------------------------- tasks */

static void compute_tile(Emit *e, Schedule *s, IrValue *tile, int64_t rows, int64_t width,
                         IrValue *from, IrValue *to, IrValue *k_a, IrValue *k_b)
{
    IrValue *first = times(e, tile, s->t.rows);
    Tile t = tile_at(e, s, first, rows, width);
    if (s->t.blocked)
        load_sums(e, s, &t);
    else
        for (int64_t i = 0; i < rows * t.vectors; i++)
            t.acc[i] = k_const(&e->b, vector_of(e, &s->c), 0);
    int dim = s->t.blocked ? s->t.block_dim : 0;
    if (s->staged) {
        stage_a(e, s, first, rows, from, to);
        k_a = from ? times(e, from, -k_in_a(s, dim)) : c_index(e, 0);
    }
    tile_loops(e, s, &t, dim, from, to, k_a, k_b);
    for (int64_t i = 0; i < t.vectors && may_skip_zeros(s); i++)
        t.acc[i] = without_sign_of_zero(e, t.acc[i]);
    store_sums(e, s, &t);
    if (!s->t.blocked)
        epilogue(e, s, first, c_index(e, rows), width);
}

/* All tiles of a task for one block of k. Only the last tile has other rows than the rest. */
static void compute_tiles(Emit *e, Schedule *s, IrValue *tile_from, IrValue *tile_to, int64_t width,
                          IrValue *from, IrValue *to, IrValue *k_a, IrValue *k_b)
{
    bool uneven = s->t.last_rows != s->t.rows;
    IrValue *whole = c_index(e, uneven ? s->t.tiles - 1 : s->t.tiles);
    if (!uneven || s->t.tiles > 1) {
        IrValue *stop = k_min_index(&e->b, tile_to, whole);
        IrOp *loop = k_for_begin(&e->b, tile_from, stop, c_index(e, 1), 0, NULL);
        compute_tile(e, s, k_arg(loop, 0), s->t.rows, width, from, to, k_a, k_b);
        k_for_end(&e->b, loop, 0, NULL);
    }
    if (!uneven)
        return;
    IrOp *last = k_if_begin(&e->b, k_cmpi(&e->b, "sgt", tile_to, whole), 0, NULL);
    compute_tile(e, s, whole, s->t.last_rows, width, from, to, k_a, k_b);
    k_if_end(&e->b, last, 0, NULL);
}

static void clear_sums(Emit *e, Schedule *s, IrValue *tile_from, IrValue *tile_to, int64_t width)
{
    IrValue *row_to = k_min_index(&e->b, times(e, tile_to, s->t.rows), c_index(e, s->c.m.size));
    IrOp *loop = k_for_begin(&e->b, times(e, tile_from, s->t.rows), row_to, c_index(e, 1), 0, NULL);
    Tile t = tile_at(e, s, k_arg(loop, 0), 1, width);
    for (int64_t v = 0; v < t.vectors; v++)
        t.acc[v] = k_const(&e->b, vector_of(e, &s->c), 0);
    store_sums(e, s, &t);
    k_for_end(&e->b, loop, 0, NULL);
}

/* Loops over the blocks of k: all dimensions outside the one that is cut, then its blocks. */
static void block_loops(Emit *e, Schedule *s, IrValue *tile_from, IrValue *tile_to, int64_t width, int d,
                        IrValue *k_a, IrValue *k_b)
{
    const Dim *dim = &s->c.k.of[d];
    bool cut = d == s->t.block_dim;
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, dim->size), c_index(e, cut ? s->t.block : 1),
                             0, NULL);
    IrValue *i = k_arg(loop, 0);
    if (cut) {
        IrValue *to = plus(e, i, c_index(e, s->t.block));
        if (dim->size % s->t.block)
            to = k_min_index(&e->b, to, c_index(e, dim->size));
        compute_tiles(e, s, tile_from, tile_to, width, i, to, k_a, k_b);
    } else {
        Cursor outer = s->a;
        cursor_move(e, &s->c.a, &s->a, (Index){.base = i}, dim->a);
        block_loops(e, s, tile_from, tile_to, width, d + 1, plus(e, k_a, times(e, i, dim->a)),
                    plus(e, k_b, times(e, i, k_in_b(s, d))));
        s->a = outer;
    }
    k_for_end(&e->b, loop, 0, NULL);
}

static void compute_panel(Emit *e, Schedule *s, IrValue *tile_from, IrValue *tile_to, int64_t width)
{
    IrValue *k_b = b_start(e, s);
    if (s->dots) {
        Tile t = tile_at(e, s, c_index(e, 0), s->c.m.size, width);
        compute_dots(e, s, t.sum_row, width);
        epilogue(e, s, c_index(e, 0), c_index(e, s->c.m.size), width);
        return;
    }
    if (!s->t.blocked) {
        compute_tiles(e, s, tile_from, tile_to, width, NULL, NULL, c_index(e, 0), k_b);
        return;
    }
    clear_sums(e, s, tile_from, tile_to, width);
    block_loops(e, s, tile_from, tile_to, width, 0, c_index(e, 0), k_b);
    IrValue *first = times(e, tile_from, s->t.rows);
    IrValue *stop = k_min_index(&e->b, times(e, tile_to, s->t.rows), c_index(e, s->c.m.size));
    epilogue(e, s, first, k_sub_index(&e->b, stop, first), width);
}

/* The last panel may be narrower than the others. */
static void compute_task(Emit *e, Schedule *s, IrValue *tile_from, IrValue *tile_to)
{
    if (s->t.last_width == s->t.width || s->t.panels == 1) {
        compute_panel(e, s, tile_from, tile_to, s->t.last_width);
        return;
    }
    IrValue *whole = k_cmpi(&e->b, "slt", s->panel, c_index(e, s->t.panels - 1));
    IrOp *branch = k_if_begin(&e->b, whole, 0, NULL);
    compute_panel(e, s, tile_from, tile_to, s->t.width);
    k_if_else(&e->b, branch, 0, NULL);
    compute_panel(e, s, tile_from, tile_to, s->t.last_width);
    k_if_end(&e->b, branch, 0, NULL);
}

static void place_outer(Emit *e, Schedule *s, IrValue *outer)
{
    s->a = cursor_start(e, &s->c.a);
    s->b = cursor_start(e, &s->c.b);
    cursor_move_in(e, &s->c.a, &s->a, &s->c.outer, outer, IN_A);
    cursor_move_in(e, &s->c.b, &s->b, &s->c.outer, outer, IN_B);
    s->outer_a = s->a.offset.base;
    s->outer_b = s->b.offset.base;
    s->outer_c = offset_of(e, &s->c.outer, outer, IN_C);
    s->column = times(e, s->panel, s->t.width);
    if (!s->packed)
        return;
    int64_t panel = s->c.k.size * s->t.width;
    IrValue *copy = packed_copies(&s->c) > 1 ? times(e, outer, panel * s->t.panels) : c_index(e, 0);
    s->outer_b = plus(e, copy, times(e, s->panel, panel));
}

static IrValue *buffer(Emit *e, Dtype elem, int64_t elements)
{
    return k_alloca(&e->b, ir_memref(e->c, elem, 1, &elements));
}

static void all_tasks(Emit *e, Schedule *s)
{
    int64_t per_panel = ceil_div(s->t.tiles, s->t.tiles_per_task);
    int64_t tasks = s->c.outer.size * s->t.panels * per_panel;
    IrSchedule schedule = ir_schedule(e->pass->target);
    IrValue *from, *to;
    Chunks c = chunks_begin(e, tasks, is_small(&schedule, &s->c) ? tasks : 1, &from, &to);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 0, NULL);
    IrValue *task = k_arg(loop, 0), *part = k_rem_index(&e->b, task, c_index(e, per_panel));
    task = k_div_index(&e->b, task, c_index(e, per_panel));
    s->panel = k_rem_index(&e->b, task, c_index(e, s->t.panels));
    place_outer(e, s, k_div_index(&e->b, task, c_index(e, s->t.panels)));
    IrValue *tile_from = times(e, part, s->t.tiles_per_task);
    IrValue *tile_to = plus(e, tile_from, c_index(e, s->t.tiles_per_task));
    tile_to = k_min_index(&e->b, tile_to, c_index(e, s->t.tiles));
    if (!s->sums)
        s->sums = buffer(e, s->c.elem, s->t.rows * s->t.width);
    if (!s->c.a.memory && !s->dots)
        s->staged = buffer(e, s->c.elem, s->t.rows * staged_row(s));
    if (may_skip_zeros(s) && !s->packed && is_finite_operand(e, &s->c.b))
        s->nonzero = buffer(e, DTYPE_i32, ZEROS_BLOCK);
    compute_task(e, s, tile_from, tile_to);
    k_for_end(&e->b, loop, 0, NULL);
    chunks_end(e, c);
}

/* ----------------------------------------------------------------------------------------- all */

const IrOp *contraction_op(const IrOp *graph)
{
    for (const IrOp *op = ir_func_block(graph)->first; op; op = op->next)
        if (ir_op_info(op->kind)->class == IR_CLASS_CONTRACTION)
            return op;
    return NULL;
}

/* Where sums wait for what is fused behind. If nothing is, in c; else in a buffer, or,
 * where tiles are finished one by one, in one of each task (NULL). */
static IrValue *place_of_sums(Emit *e, const Schedule *s)
{
    if (s->parts > 1)
        return kernel_workspace(e, s->c.elem, s->parts * s->c.n.size);
    if (s->plain)
        return e->memref[ir_func_block(e->graph)->arg_count];
    int64_t elements = ir_elements(s->c.op->results[0].type);
    return s->t.blocked ? kernel_workspace(e, s->c.elem, elements) : NULL;
}

/* The row, when all parts of its sums are there. */
static void finish_parts(Emit *e, Schedule *s)
{
    s->plain = false;
    s->outer_c = s->column = c_index(e, 0);
    epilogue(e, s, c_index(e, 0), c_index(e, 1), s->c.n.size);
}

void lower_contraction(Emit *e)
{
    Schedule s = {.parts = 1};
    IrSchedule sizes = ir_schedule(e->pass->target);
    const IrOp *op = contraction_op(e->graph), *ret = ir_func_block(e->graph)->last;
    if (!contraction_find(e, op, &s.c)) {
        lower_loop(e);
        return;
    }
    s.dots = contraction_is_dots(e, &s.c);
    s.t = s.dots ? choose_dots_tiling(e, &s.c) : choose_tiling(e, &s.c);
    s.parts = s.dots ? 1 : parts_of_k(&sizes, &s.c, &s.t);
    bool alone = ret->operand_count == 1 && ir_operand(ret, 0) == &op->results[0];
    s.plain = alone || s.parts > 1;
    s.sums_like_c = s.plain || s.t.blocked;
    s.sums = place_of_sums(e, &s);
    if (s.parts > 1)
        cut_k(&s);
    if (!s.dots && (s.c.n.b != 1 || !s.c.b.memory))
        pack_b(e, &s);
    set_leaf(e, &op->results[0], sum_leaf, &s);
    all_tasks(e, &s);
    if (s.parts > 1)
        finish_parts(e, &s);
}
