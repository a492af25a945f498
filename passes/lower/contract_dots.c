/* Products with few rows and k contiguous in both operands: a matrix by a vector, vectors by vectors.
 * They are bound by reading b, so b is read once, where it lies, along k:
 *
 *     for blocks of columns:
 *       for k by W:  load each row of a; for each column load b, for each row fma
 *
 * Each lane keeps partial sums of its own, which are added up in a fixed tree at the end. */
#include "passes/lower/contract.h"

#include <assert.h>

enum { MOST_COLUMNS = 4, MOST_WAYS = 4, MOST_SUMS = 16 };    /* of any schedule */

/* A block of columns. `ways` neighbouring vectors of k have sums of their own. */
typedef struct Dots {
    const Schedule *s;
    int64_t rows, columns, ways;
    Cursor a[MOST_SUMS];                     /* [row][column]; the columns share it unless n is a batch */
    Cursor b[MOST_COLUMNS];
    IrValue *acc[MOST_SUMS];                /* [row][column][way] */
} Dots;

bool contraction_is_dots(const Emit *e, const Contraction *c)
{
    const Dim *k = c->k.count ? &c->k.of[c->k.count - 1] : NULL;
    int64_t rows = ir_schedule(e->pass->target).dots_rows;
    return k && k->a == 1 && k->b == 1 && k->size >= e->lanes && c->m.size <= rows &&
           c->k.size >= e->lanes * c->m.size * c->m.size;       /* adding lanes up costs, too */
}

static size_t sums(const Dots *d)
{
    return (size_t)(d->rows * d->columns * d->ways);
}

static IrValue *read_along(Emit *e, const Operand *o, Cursor p, IrValue *k, IrValue *mask)
{
    cursor_move(e, o, &p, (Index){.base = k, .step = 1}, 1);
    return cursor_read(e, o, &p, mask);
}

/* One vector of k for each of the first `ways`. */
static void dots_step(Emit *e, Dots *d, IrValue *from, int64_t ways, IrValue *mask)
{
    const Contraction *c = &d->s->c;
    size_t mark = memo_mark(e);
    for (int64_t w = 0; w < ways; w++) {
        IrValue *a[MOST_SUMS], *k = plus(e, from, c_index(e, w * e->lanes));
        for (int64_t i = 0; i < d->rows * d->columns; i++)
            a[i] = i % d->columns && !c->n.a ? a[i - 1] : read_along(e, &c->a, d->a[i], k, mask);
        for (int64_t j = 0; j < d->columns; j++) {
            IrValue *b = read_along(e, &c->b, d->b[j], k, mask);
            for (int64_t i = j; i < d->rows * d->columns; i += d->columns)
                d->acc[i * d->ways + w] = emit_fma(e, a[i], b, d->acc[i * d->ways + w]);
        }
    }
    memo_release(e, mark);
}

static IrOp *loop_begin(Emit *e, Dots *d, IrValue *from, IrValue *to, int64_t step)
{
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, step), sums(d), d->acc);
    for (size_t i = 0; i < sums(d); i++)
        d->acc[i] = k_arg(loop, (uint32_t)i + 1);
    return loop;
}

static void loop_end(Emit *e, IrOp *loop, Dots *d, IrValue *const *acc)
{
    k_for_end(&e->b, loop, sums(d), acc);
    for (size_t i = 0; i < sums(d); i++)
        d->acc[i] = ir_result(loop, (uint32_t)i);
}

/* The innermost k: in steps of all ways, then of one vector, then what is left. */
static void dots_along(Emit *e, Dots *d, int64_t size)
{
    int64_t at = 0;
    for (int64_t ways = d->ways; ways >= 1; ways = ways > 1 ? 1 : 0) {
        int64_t step = ways * e->lanes, to = size / step * step;
        if (to > at) {
            IrOp *loop = loop_begin(e, d, c_index(e, at), c_index(e, to), step);
            dots_step(e, d, k_arg(loop, 0), ways, NULL);
            loop_end(e, loop, d, d->acc);
            at = to;
        }
    }
    if (at < size)
        dots_step(e, d, c_index(e, at), 1, k_mask(&e->b, c_index(e, size - at), mask_type(e)));
}

static void dots_loops(Emit *e, Dots *d, int dim)
{
    const Contraction *c = &d->s->c;
    const Dim *k = &c->k.of[dim];
    if (dim == c->k.count - 1) {
        dots_along(e, d, k->size);
        return;
    }
    IrOp *loop = loop_begin(e, d, c_index(e, 0), c_index(e, k->size), 1);
    Dots inner = *d;
    Index i = {.base = k_arg(loop, 0)};
    for (int64_t r = 0; r < d->rows * d->columns; r++)
        cursor_move(e, &c->a, &inner.a[r], i, k->a);
    for (int64_t j = 0; j < d->columns; j++)
        cursor_move(e, &c->b, &inner.b[j], i, k->b);
    dots_loops(e, &inner, dim + 1);
    loop_end(e, loop, d, inner.acc);
}

static void place_columns(Emit *e, Dots *d, IrValue *first)
{
    const Contraction *c = &d->s->c;
    for (int64_t j = 0; j < d->columns; j++) {
        Index column = {.base = plus(e, plus(e, d->s->column, first), c_index(e, j))};
        d->b[j] = d->s->b;
        cursor_move(e, &c->b, &d->b[j], column, c->n.b);
        for (int64_t r = 0; r < d->rows; r++) {
            Cursor *a = &d->a[r * d->columns + j];
            *a = d->s->a;
            cursor_move_in(e, &c->a, a, &c->m, c_index(e, r), IN_A);
            cursor_move(e, &c->a, a, column, c->n.a);
        }
    }
}

/* An element's sums: the ways, then the lanes. */
static IrValue *add_up(Emit *e, IrValue *const *acc, int64_t ways)
{
    IrValue *sum[MOST_WAYS];
    for (int64_t w = 0; w < ways; w++)
        sum[w] = acc[w];
    for (int64_t n = ways / 2; n; n /= 2)
        for (int64_t w = 0; w < n; w++)
            sum[w] = k_binary(&e->b, OP_arith_addf, sum[w], sum[w + n]);
    return k_reduction(&e->b, "add", sum[0]);
}

static void dots_block(Emit *e, Dots *d, IrValue *const *sum_row, IrValue *first)
{
    size_t mark = memo_mark(e);
    place_columns(e, d, first);
    for (size_t i = 0; i < sums(d); i++)
        d->acc[i] = k_const(&e->b, lane_type(e, d->s->c.elem), 0);
    dots_loops(e, d, 0);
    for (int64_t i = 0; i < d->rows * d->columns; i++) {
        IrValue *at = plus(e, plus(e, sum_row[i / d->columns], first), c_index(e, i % d->columns));
        k_store(&e->b, add_up(e, &d->acc[i * d->ways], d->ways), d->s->sums, 1, &at);
    }
    memo_release(e, mark);
}

static void dots_blocks(Emit *e, Dots *d, IrValue *const *sum_row, int64_t from, int64_t to)
{
    if (from == to)
        return;
    IrOp *loop = k_for_begin(&e->b, c_index(e, from), c_index(e, to), c_index(e, d->columns), 0, NULL);
    dots_block(e, d, sum_row, k_arg(loop, 0));
    k_for_end(&e->b, loop, 0, NULL);
}

void compute_dots(Emit *e, Schedule *s, IrValue *const *sum_row, int64_t width)
{
    IrSchedule sizes = ir_schedule(e->pass->target);
    Dots d = {.s = s, .rows = s->c.m.size, .columns = sizes.dots_columns};
    assert(sizes.dots_columns <= MOST_COLUMNS && d.rows * d.columns <= MOST_SUMS);
    for (d.ways = MOST_WAYS; d.ways > 1 && d.rows * d.columns * d.ways > sizes.dots_sums;)
        d.ways /= 2;
    int64_t whole = width / d.columns * d.columns;
    dots_blocks(e, &d, sum_row, 0, whole);
    d.columns = 1;
    dots_blocks(e, &d, sum_row, whole, width);
}
