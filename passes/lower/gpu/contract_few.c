/* Products of few rows and a matrix on a GPU. Each element of b is used once for each
 * row, so the speed is that of memory: warps read runs of b's rows, 16 bytes a lane where
 * they lie so, eight at a time, and nothing waits in shared memory on its way.
 *
 *     launch: a block for 32 vectors of columns, and each part of k
 *       warp w:  for k = w, w + 8 ...:  sums[row] += a[row, k] * b[k, columns]
 *       the warps' sums meet in shared memory;  epilogue
 *
 * Where there are too few columns to keep all processors at work, k is cut into parts, as
 * with tiles (contract_results.c). */
#include "passes/lower/gpu/contract_shared.h"

enum {
    MOST_ROWS = 4,
    WARP = 32,
    WARPS = 8,
    AT_ONCE = 8,           /* k that a warp reads together */
    RUN = WARPS * AT_ONCE, /* k of a block's round */
    LEAST_RUNS = 2         /* rounds of a part */
};

typedef struct Few {
    const Contraction *c;
    Results results;
    IrType type;          /* of a sum: a vector of columns, or one */
    int64_t rows, blocks; /* of columns */
    int64_t parts, part;  /* k of a part */
    Cursor a[MOST_ROWS], b;
    IrValue *memory; /* [warp][row][lane] */
    IrValue *lane, *warp, *number, *column, *outer;
} Few;

/* ---------------------------------------------------------------- what there is to do */

static bool is_few(const Contraction *c)
{
    return c->m.size <= MOST_ROWS && c->b.memory && c->n.b == 1 && c->n.size >= WARP;
}

static int64_t blocks_of(const Contraction *c, int64_t width)
{
    return ceil_div(c->n.size, WARP * width);
}

static void set_parts(const IrTarget *target, Few *f)
{
    int64_t blocks = f->blocks * f->c->outer.size,
            most = f->c->k.size / (LEAST_RUNS * RUN);
    int64_t parts = blocks < target->processors ? 2 * target->processors / blocks : 1;
    parts = parts < most ? parts : most > 1 ? most : 1;
    f->part = ceil_div(ceil_div(f->c->k.size, parts), RUN) * RUN;
    f->parts = ceil_div(f->c->k.size, f->part);
}

static void choose(Emit *e, Few *f)
{
    const IrTarget *target = e->pass->target;
    const Contraction *c = f->c;
    int64_t vector = 16 / (int64_t)dtype_bytes(c->elem);
    bool wide = access_of(target, c, IN_B).wide &&
                4 * blocks_of(c, vector) * c->outer.size >= target->processors;
    f->rows = c->m.size;
    f->blocks = blocks_of(c, wide ? vector : 1);
    set_parts(target, f);
    results_begin(e, c, f->parts, wide ? vector : 1, &f->results);
    f->blocks = blocks_of(c, f->results.width);
    f->type = f->results.width > 1 ? ir_vector(e->c, c->elem, f->results.width)
                                   : ir_scalar(e->c, c->elem);
}

/* --------------------------------------------------------------------------- the sums */

static IrValue *read(Emit *e, const Operand *o, Cursor p, const Few *f, IrValue *k,
                     Where w)
{
    size_t mark = memo_mark(e);
    cursor_move_in(e, o, &p, &f->c->k, k, w);
    IrValue *v = cursor_read(e, o, &p, NULL);
    memo_release(e, mark);
    return e->lanes == 1 && v->type->kind == IR_VECTOR ? k_extract(&e->b, v, 0) : v;
}

static void step(Emit *e, const Few *f, IrValue *k, IrValue **sums)
{
    Lanes before = lanes_begin(e, f->results.width);
    IrValue *b = read(e, &f->c->b, f->b, f, k, IN_B);
    lanes_end(e, before);
    for (int64_t r = 0; r < f->rows; r++) {
        IrValue *a = read(e, &f->c->a, f->a[r], f, k, IN_A);
        if (f->results.width > 1)
            a = k_broadcast(&e->b, a, f->type);
        sums[r] = emit_fma(e, a, b, sums[r]);
    }
}

/* Whole rounds, then what is left of the part. */
static void sum_products(Emit *e, const Few *f, IrValue *from, IrValue *to,
                         IrValue **sums)
{
    size_t n = (size_t)f->rows;
    IrValue *rounds = k_div_index(&e->b, k_sub_index(&e->b, to, from), c_index(e, RUN));
    IrValue *whole = plus(e, from, times(e, rounds, RUN));
    IrOp *loop = sums_begin(e, from, whole, RUN, n, sums);
    IrValue *first = plus(e, k_arg(loop, 0), f->warp);
    IrOp *round = sums_begin(e, c_index(e, 0), c_index(e, AT_ONCE), 1, n, sums);
    step(e, f, plus(e, first, times(e, k_arg(round, 0), WARPS)), sums);
    sums_end(e, round, n, sums);
    sums_end(e, loop, n, sums);
    IrOp *rest = sums_begin(e, plus(e, whole, f->warp), to, WARPS, n, sums);
    step(e, f, k_arg(rest, 0), sums);
    sums_end(e, rest, n, sums);
}

/* ------------------------------------------------------------------------ the results */

static IrValue *place(Emit *e, const Few *f, IrValue *warp, IrValue *row)
{
    IrValue *line = plus(e, times(e, warp, f->rows), row);
    return times(e, plus(e, times(e, line, WARP), f->lane), f->results.width);
}

static IrValue *sum_of_warps(Emit *e, const Few *f, IrValue *row)
{
    IrValue *sum = NULL;
    for (int64_t w = 0; w < WARPS; w++) {
        IrValue *at = place(e, f, c_index(e, w), row);
        IrValue *v = f->results.width > 1 ? k_vload(&e->b, f->memory, 1, &at, f->type)
                                          : k_load(&e->b, f->memory, 1, &at);
        sum = sum ? k_binary(&e->b, OP_arith_addf, sum, v) : v;
    }
    return sum;
}

/* Warp r adds up row r. */
static void store_results(Emit *e, Few *f, IrValue *const *sums)
{
    for (int64_t r = 0; r < f->rows; r++) {
        IrValue *at = place(e, f, f->warp, c_index(e, r));
        if (f->results.width > 1)
            k_vstore(&e->b, sums[r], f->memory, 1, &at);
        else
            k_store(&e->b, sums[r], f->memory, 1, &at);
    }
    k_barrier(&e->b);
    IrValue *has_row = k_cmpi(&e->b, "slt", f->warp, c_index(e, f->rows));
    IrValue *exists = k_cmpi(&e->b, "slt", f->column, c_index(e, f->c->n.size));
    IrOp *branch =
        k_if_begin(&e->b, k_binary(&e->b, OP_arith_andi, has_row, exists), 0, NULL);
    IrValue *at = plus(e, offset_of(e, &f->c->outer, f->outer, IN_C),
                       offset_of(e, &f->c->m, f->warp, IN_C));
    results_store(e, &f->results, f->number, plus(e, at, f->column),
                  sum_of_warps(e, f, f->warp));
    k_if_end(&e->b, branch, 0, NULL);
}

/* -------------------------------------------------------------------------------- all */

static void place_operands(Emit *e, Few *f)
{
    const Contraction *c = f->c;
    int64_t width = f->results.width;
    IrValue *last = c_index(e, c->n.size - width);
    Index column = {.base = k_min_index(&e->b, f->column, last), .step = width > 1};
    f->b = cursor_start(e, &c->b);
    cursor_move_in(e, &c->b, &f->b, &c->outer, f->outer, IN_B);
    cursor_move(e, &c->b, &f->b, column, c->n.b);
    for (int64_t r = 0; r < f->rows; r++) {
        f->a[r] = cursor_start(e, &c->a);
        cursor_move_in(e, &c->a, &f->a[r], &c->outer, f->outer, IN_A);
        cursor_move_in(e, &c->a, &f->a[r], &c->m, c_index(e, r), IN_A);
    }
}

static IrOp *launch(Emit *e, Few *f)
{
    int64_t width = f->results.width, elements = WARPS * f->rows * WARP * width;
    IrType shared = ir_shared_memref(e->c, f->c->elem, 1, &elements);
    const int64_t grid[] = {f->c->outer.size * f->blocks, f->parts, 1};
    const int64_t block[] = {WARP, WARPS, 1};
    IrOp *op = k_launch_begin(&e->b, grid, block, 1, &shared);
    IrValue *blocks = c_index(e, f->blocks), *number = k_block_id(op, 0);
    f->memory = k_launch_shared(op, 0);
    f->lane = k_thread_id(op, 0);
    f->warp = k_thread_id(op, 1);
    f->number = f->parts > 1 ? k_block_id(op, 1) : c_index(e, 0);
    f->outer = k_div_index(&e->b, number, blocks);
    number = k_rem_index(&e->b, number, blocks);
    f->column = times(e, plus(e, times(e, number, WARP), f->lane), width);
    place_operands(e, f);
    return op;
}

bool lower_few_rows(Emit *e, const Contraction *c)
{
    if (!is_few(c))
        return false;
    Few f = {.c = c};
    IrValue *sums[MOST_ROWS];
    choose(e, &f);
    IrOp *op = launch(e, &f);
    for (int64_t r = 0; r < f.rows; r++)
        sums[r] = k_const(&e->b, f.type, 0);
    IrValue *size = c_index(e, c->k.size), *from = times(e, f.number, f.part);
    IrValue *to = k_min_index(&e->b, plus(e, from, c_index(e, f.part)), size);
    sum_products(e, &f, from, to, sums);
    store_results(e, &f, sums);
    k_launch_end(&e->b, op);
    if (f.parts > 1)
        results_sum_parts(e, &f.results);
    return true;
}
