/* Copies of a contraction's operands.
 *
 * b is packed into panels before the tiles if the tiles cannot read it where it lies: because its n
 * is not contiguous, or because it is staged. Each element is read or computed once.
 *
 * a, if it is staged, is computed by each task for a tile and a block of k at a time, into a buffer
 * that stays in the cache: once for each panel of n. */
#include "passes/lower/contract.h"

enum { WORTH_SQUARES = 16 * 1024 };     /* elements of b for which transposing code pays */

/* ------------------------------------------------------------------------------- panels of b */

/* One row of a panel: the columns at one k. */
static void pack_row(Emit *e, Schedule *s, Cursor source, IrValue *target)
{
    size_t mark = memo_mark(e);
    bool whole = s->c.n.size % s->t.width == 0;
    for (int64_t v = 0; v < s->t.vectors; v++) {
        Index column = {.base = plus(e, s->column, c_index(e, v * e->lanes)), .step = 1};
        Cursor p = source;
        cursor_move(e, &s->c.b, &p, column, s->c.n.b);
        IrValue *mask = whole ? NULL : index_in_range(e, column, 0, s->c.n.size);
        IrValue *i = plus(e, target, c_index(e, v * e->lanes));
        k_vstore(&e->b, cursor_read(e, &s->c.b, &p, mask), s->packed, 1, &i);
    }
    memo_release(e, mark);
}

/* W columns of W neighbouring k, read along k and transposed in registers. */
static void pack_square(Emit *e, Schedule *s, Cursor source, IrValue *target, IrValue *first)
{
    size_t mark = memo_mark(e);
    IrValue **rows = ARENA_ARRAY(e->arena, IrValue *, e->lanes);
    bool whole = s->c.n.size % s->t.width == 0;
    for (int64_t i = 0; i < e->lanes; i++) {
        Index column = {.base = plus(e, plus(e, s->column, first), c_index(e, i))};
        IrValue *mask = whole ? NULL : index_in_range(e, column, 0, s->c.n.size);
        Cursor p = source;
        if (!whole)     /* what is the same for all k is loaded without a mask */
            column.base = k_min_index(&e->b, column.base, c_index(e, s->c.n.size - 1));
        cursor_move(e, &s->c.b, &p, column, s->c.n.b);
        rows[i] = cursor_read(e, &s->c.b, &p, mask);
    }
    transpose_registers(e, rows);
    for (int64_t i = 0; i < e->lanes; i++) {
        IrValue *at = plus(e, target, plus(e, first, c_index(e, i * s->t.width)));
        k_vstore(&e->b, rows[i], s->packed, 1, &at);
    }
    memo_release(e, mark);
}

static void pack_squares(Emit *e, Schedule *s, const Cursor *source, IrValue *target, int64_t whole)
{
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, whole), c_index(e, e->lanes), 0, NULL);
    IrValue *k = k_arg(loop, 0), *w = c_index(e, e->lanes);
    IrOp *columns = k_for_begin(&e->b, c_index(e, 0), c_index(e, s->t.width), w, 0, NULL);
    Cursor p = *source;
    cursor_move(e, &s->c.b, &p, (Index){.base = k, .step = 1}, 1);
    pack_square(e, s, p, plus(e, target, times(e, k, s->t.width)), k_arg(columns, 0));
    k_for_end(&e->b, columns, 0, NULL);
    k_for_end(&e->b, loop, 0, NULL);
}

static void pack_loops(Emit *e, Schedule *s, int d, const Cursor *source, IrValue *target)
{
    if (d == s->c.k.count) {
        pack_row(e, s, *source, target);
        return;
    }
    const Dim *dim = &s->c.k.of[d];
    int64_t from = 0;
    if (d == s->c.k.count - 1 && dim->b == 1 && dim->size >= e->lanes &&
        s->c.k.size * s->c.n.size >= WORTH_SQUARES) {
        from = dim->size / e->lanes * e->lanes;
        pack_squares(e, s, source, target, from);
    }
    if (from == dim->size)
        return;
    IrOp *loop = k_for_begin(&e->b, c_index(e, from), c_index(e, dim->size), c_index(e, 1), 0, NULL);
    IrValue *i = k_arg(loop, 0);
    Cursor p = *source;
    cursor_move(e, &s->c.b, &p, (Index){.base = i}, dim->b);
    pack_loops(e, s, d + 1, &p, plus(e, target, times(e, i, inner_k(&s->c, d) * s->t.width)));
    k_for_end(&e->b, loop, 0, NULL);
}

/* One for each outer index that b depends on (all, for simplicity, if it depends on any). */
int64_t packed_copies(const Contraction *c)
{
    for (int i = 0; i < c->outer.count; i++)
        if (c->outer.of[i].b)
            return c->outer.size;
    return 1;
}

void pack_b(Emit *e, Schedule *s)
{
    int64_t copies = packed_copies(&s->c), panel = s->c.k.size * s->t.width;
    s->packed = kernel_workspace(e, s->c.elem, copies * s->t.panels * panel);
    IrValue *from, *to;
    int64_t grain = ceil_div(TASK_COST / 4, panel);
    Chunks c = chunks_begin(e, copies * s->t.panels, grain, &from, &to);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 0, NULL);
    IrValue *i = k_arg(loop, 0), *outer = k_div_index(&e->b, i, c_index(e, s->t.panels));
    s->column = times(e, k_rem_index(&e->b, i, c_index(e, s->t.panels)), s->t.width);
    Cursor source = cursor_start(e, &s->c.b);
    cursor_move_in(e, &s->c.b, &source, &s->c.outer, outer, IN_B);
    pack_loops(e, s, 0, &source, times(e, i, panel));
    k_for_end(&e->b, loop, 0, NULL);
    chunks_end(e, c);
}

/* -------------------------------------------------------------------------------- tiles of a */

int64_t staged_row(const Schedule *s)
{
    return s->t.block * (s->c.k.count ? inner_k(&s->c, s->t.block_dim) : 1);
}

/* A row of a: where it begins, and where its copy does. */
typedef struct StagedRow {
    Schedule *s;
    Cursor source;
    IrValue *target;
    int64_t stride;                 /* of the innermost k */
} StagedRow;

static void stage_vector(Emit *e, void *data, IrValue *k, IrValue *mask)
{
    const StagedRow *r = data;
    Cursor p = r->source;
    cursor_move(e, &r->s->c.a, &p, (Index){.base = k, .step = 1}, r->stride);
    Index to = {.base = plus(e, r->target, k), .step = 1};
    emit_store(e, r->s->staged, r->s->c.elem, to, mask, cursor_read(e, &r->s->c.a, &p, mask));
}

/* Dimensions of k from d on; the block is [from, to) of dimension d, or all of it. */
static void stage_loops(Emit *e, StagedRow r, int d, IrValue *from, IrValue *to)
{
    const Dims *k = &r.s->c.k;
    int64_t size = d < k->count ? k->of[d].size : 1;
    bool whole = !from;
    from = whole ? c_index(e, 0) : from;
    to = whole ? c_index(e, size) : to;
    if (d >= k->count - 1) {
        r.stride = d < k->count ? k->of[d].a : 0;
        r.target = k_sub_index(&e->b, r.target, from);
        vector_loop(e, from, to, whole ? size : -1, stage_vector, &r);
        return;
    }
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 0, NULL);
    IrValue *i = k_arg(loop, 0);
    cursor_move(e, &r.s->c.a, &r.source, (Index){.base = i}, k->of[d].a);
    r.target = plus(e, r.target, times(e, k_sub_index(&e->b, i, from), inner_k(&r.s->c, d)));
    stage_loops(e, r, d + 1, NULL, NULL);
    k_for_end(&e->b, loop, 0, NULL);
}

void stage_a(Emit *e, Schedule *s, IrValue *first, int64_t rows, IrValue *from, IrValue *to)
{
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, rows), c_index(e, 1), 0, NULL);
    StagedRow r = {.s = s, .source = s->a};
    r.target = times(e, k_arg(loop, 0), staged_row(s));
    cursor_move_in(e, &s->c.a, &r.source, &s->c.m, plus(e, first, k_arg(loop, 0)), IN_A);
    stage_loops(e, r, s->t.blocked ? s->t.block_dim : 0, from, to);
    k_for_end(&e->b, loop, 0, NULL);
}
