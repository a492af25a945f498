/* Tiles of the operands of a product on their way to shared memory, [k][row of a or
 * column of b].
 *
 *     wide      16 bytes of neighbouring rows (columns):  lane  ->  k, 4 * row
 *     by rows   16 bytes of neighbouring k, [row][k]:     lane  ->  4 * k, row
 *     along k   neighbours in memory are k:               lane  ->  k of 8, row of 4
 *     else                                                lane  ->  k, row
 *
 * Each thread copies the same few elements of each tile, so where they lie but for the
 * tile's first k, and where they go, is computed once. 8 k by 4 rows are whole sectors
 * of memory and, with rows of shared memory that are 16 bytes longer than the tile,
 * different banks. Rows beyond c are copies of the last ones and go nowhere; k beyond
 * the last are 0. */
#include "passes/lower/gpu/contract_shared.h"

enum { RUN = 8 }; /* k that lanes copy side by side: a sector of f32 */

/* ----------------------------------------------------------------------------- access */

static int64_t vector_width(const Contraction *c)
{
    return 16 / (int64_t)dtype_bytes(c->elem);
}

static bool strides_divide(const Dims *d, Where w, int64_t by, int count)
{
    for (int i = 0; i < count; i++)
        if (stride_in(&d->of[i], w) % by)
            return false;
    return true;
}

/* Whether 16 bytes along k, or along rows (a) or columns (b), lie side by side and at
 * multiples of 16 bytes. */
static bool is_wide(const Contraction *c, Where w, bool along_k)
{
    enum { OUTER, SIDE, K };
    const Operand *o = w == IN_A ? &c->a : &c->b;
    Dims n = {.of = {c->n}, .count = 1};
    const Dims *all[] = {&c->outer, w == IN_A ? &c->m : &n, &c->k};
    int64_t by = vector_width(c);
    int along = along_k ? K : SIDE;
    bool wide = (o->memory || o->has_indices) && o->start % by == 0 && all[along]->count;
    for (int i = 0; wide && i < 3; i++)
        wide = strides_divide(all[i], w, by, all[i]->count - (i == along));
    const Dim *last = wide ? &all[along]->of[all[along]->count - 1] : NULL;
    return wide && stride_in(last, w) == 1 && last->size % by == 0;
}

bool goes_beside(const IrTarget *target, const Operand *o)
{
    return target->async_copies && o->memory;
}

Access access_of(const IrTarget *target, const Contraction *c, Where w)
{
    const Operand *o = w == IN_A ? &c->a : &c->b;
    Access a = {.async = goes_beside(target, o), .wide = is_wide(c, w, false)};
    a.wide_k = !a.wide && is_wide(c, w, true);
    a.along_k = !a.wide && c->k.count && stride_in(&c->k.of[c->k.count - 1], w) == 1;
    return a;
}

bool k_is_regular(const Contraction *c, int64_t depth)
{
    return c->k.count <= 1 || c->k.of[c->k.count - 1].size % depth == 0;
}

/* ---------------------------------------------------------------- a thread's elements */

/* A number of a thread: `own` (NULL: 0) plus a constant. */
typedef struct Number {
    IrValue *own;
    int64_t more;
} Number;

/* own + more by `period`; sizes are powers of two and `more` is a multiple of the
 * threads, so one of them divides the other. */
static void divide(Emit *e, Number n, int64_t threads, int64_t period, Number *quotient,
                   Number *rest)
{
    IrValue *by = c_index(e, period);
    if (period >= threads) {
        *quotient = (Number){NULL, n.more / period};
        *rest = (Number){n.own, n.more % period};
    } else {
        *quotient = (Number){k_div_index(&e->b, n.own, by), n.more / period};
        *rest = (Number){k_rem_index(&e->b, n.own, by), 0};
    }
}

static Number number_times(Emit *e, Number n, int64_t by)
{
    return (Number){n.own ? times(e, n.own, by) : NULL, n.more * by};
}

static IrValue *number_value(Emit *e, Number n)
{
    return n.own ? plus(e, n.own, c_index(e, n.more)) : c_index(e, n.more);
}

static IrValue *number_own(Emit *e, Number n) { return n.own ? n.own : c_index(e, 0); }

/* The k and the row or column of copy `n`, in the tile. */
static void place(Emit *e, const Side *s, Number n, int64_t threads, Number *k, Number *i)
{
    Number high, low;
    if (s->by_rows) {
        divide(e, n, threads, s->depth / s->unit, i, &low);
        *k = number_times(e, low, s->unit);
    } else if (s->access.along_k) {
        IrValue *run = c_index(e, RUN);
        divide(e, n, threads, RUN * s->size, &high, &low);
        high = number_times(e, high, RUN);
        IrValue *own = k_rem_index(&e->b, low.own, run);
        *k = (Number){high.own ? plus(e, high.own, own) : own, high.more};
        *i = (Number){k_div_index(&e->b, low.own, run), low.more / RUN};
    } else {
        divide(e, n, threads, s->size / s->unit, k, &low);
        *i = number_times(e, low, s->unit);
    }
}

static IrValue *at_most(Emit *e, IrValue *i, int64_t last, bool needed)
{
    return needed ? k_min_index(&e->b, i, c_index(e, last)) : i;
}

static const Operand *operand_of(const Side *s)
{
    return s->where == IN_A ? &s->c->a : &s->c->b;
}

static void move_across(Emit *e, const Side *s, Cursor *p, IrValue *i)
{
    if (s->where == IN_A)
        cursor_move_in(e, &s->c->a, p, &s->c->m, i, IN_A);
    else
        cursor_move(e, &s->c->b, p, (Index){.base = i}, s->c->n.b);
}

/* Of rows or columns that are one run and all there, a constant number further is as many
 * strides. */
static int64_t stride_across(const Side *s)
{
    const Contraction *c = s->c;
    return s->where == IN_B ? c->n.b : c->m.count ? c->m.of[0].a : 0;
}

static bool is_run(const Side *s)
{
    int64_t size = s->where == IN_A ? s->c->m.size : s->c->n.size;
    return size % s->size == 0 && (s->where == IN_B || s->c->m.count <= 1);
}

static int64_t stride_along(const Side *s)
{
    const Dims *k = &s->c->k;
    return k->count ? stride_in(&k->of[k->count - 1], s->where) : 0;
}

/* Whether a copy's k in the tile adds to that of the tile's first. */
static bool is_regular(const Side *s)
{
    bool whole = s->c->k.size % s->depth == 0;
    return k_is_regular(s->c, s->depth) && (whole || s->access.async);
}

static Piece piece_at(Emit *e, const Side *s, Number k, Number i, IrValue *origin,
                      Cursor start)
{
    int64_t size = s->where == IN_A ? s->c->m.size : s->c->n.size;
    Number outer = s->by_rows ? i : k, inner = s->by_rows ? k : i;
    Piece p = {.k = number_value(e, k),
               .from = start,
               .to =
                   plus(e, times(e, number_own(e, outer), s->line), number_own(e, inner)),
               .to_more = outer.more * s->line + inner.more};
    IrValue *across = is_run(s) ? number_own(e, i) : number_value(e, i);
    int64_t last = size - (s->by_rows ? 1 : s->unit);
    across = at_most(e, plus(e, origin, across), last, size % s->size != 0);
    move_across(e, s, &p.from, across);
    p.from_side = is_run(s) ? i.more : 0;
    if (is_regular(s)) {
        Index own = {.base = number_own(e, k)};
        cursor_move(e, operand_of(s), &p.from, own, stride_along(s));
        p.from_k = k.more;
    }
    return p;
}

Side side_begin(Emit *e, const Contraction *c, const Tile *t, Access access, Where w,
                IrValue *thread, IrValue *origin, Cursor start, int64_t at)
{
    int64_t size = w == IN_A ? t->m : t->n;
    Side s = {.where = w,
              .c = c,
              .access = access,
              .depth = t->depth,
              .size = size,
              .by_rows = w == IN_A && t->by_rows,
              .line = stage_line(t, w)};
    s.unit = access.wide || s.by_rows ? t->width : 1;
    int64_t all = s.size * s.depth / s.unit;
    s.count = ceil_div(all, t->threads);
    if (all < t->threads)
        s.exists = k_cmpi(&e->b, "slt", thread, c_index(e, all));
    for (int64_t j = 0; j < s.count; j++) {
        Number k, i;
        place(e, &s, (Number){thread, j * t->threads}, t->threads, &k, &i);
        s.piece[j] = piece_at(e, &s, k, i, origin, start);
        s.piece[j].to_more += at;
    }
    return s;
}

/* ------------------------------------------------------------------------- the copies */

static Cursor place_at(Emit *e, const Side *s, const Piece *piece, IrValue *first)
{
    Cursor p = piece->from;
    const Operand *o = operand_of(s);
    int64_t size = s->c->k.size;
    IrValue *k = first;
    if (!is_regular(s))
        k = at_most(e, plus(e, first, piece->k), size - (s->by_rows ? s->unit : 1),
                    size % s->depth != 0);
    if (o->has_indices)
        cursor_move_in(e, o, &p, &s->c->k, k, s->where);
    else /* one sum for all copies of the tile */
        p.offset =
            index_add(e, p.offset, (Index){.base = offset_of(e, &s->c->k, k, s->where)});
    cursor_move(e, o, &p, index_const(e, piece->from_k), stride_along(s));
    cursor_move(e, o, &p, index_const(e, piece->from_side), stride_across(s));
    return p;
}

static IrValue *target(Emit *e, const Piece *piece, IrValue *stage)
{
    return plus(e, plus(e, stage, piece->to), c_index(e, piece->to_more));
}

/* Whether the piece's k is one of c's; NULL: it is. */
static IrValue *is_inside(Emit *e, const Side *s, const Piece *piece, IrValue *first)
{
    int64_t size = s->c->k.size;
    if (size % s->depth == 0)
        return NULL;
    return k_cmpi(&e->b, "slt", plus(e, first, piece->k), c_index(e, size));
}

static void send(Emit *e, const Side *s, const Piece *piece, IrValue *first,
                 IrValue *shared, IrValue *stage)
{
    Cursor p = place_at(e, s, piece, first);
    IrValue *to = target(e, piece, stage), *inside = is_inside(e, s, piece, first);
    KCopy copy = {.to = shared,
                  .from = operand_of(s)->memory,
                  .to_rank = 1,
                  .from_rank = 1,
                  .to_at = &to,
                  .from_at = &p.offset.base,
                  .elements = s->unit};
    if (inside)
        copy.present = k_select(&e->b, inside, c_index(e, s->unit), c_index(e, 0));
    k_async_copy(&e->b, &copy);
}

static IrType held_type(Emit *e, const Side *s)
{
    return s->unit > 1 ? ir_vector(e->c, s->c->elem, s->unit)
                       : ir_scalar(e->c, s->c->elem);
}

static IrValue *read(Emit *e, const Side *s, const Piece *piece, IrValue *first)
{
    Cursor p = place_at(e, s, piece, first);
    if (s->unit > 1)
        cursor_move(e, operand_of(s), &p, (Index){.base = c_index(e, 0), .step = 1}, 1);
    IrValue *inside = is_inside(e, s, piece, first);
    IrValue *v = cursor_read(e, operand_of(s), &p, NULL);
    if (s->unit == 1 && v->type->kind == IR_VECTOR)
        v = k_extract(&e->b, v, 0);
    return inside ? k_select(&e->b, inside, v, k_const(&e->b, v->type, 0)) : v;
}

static void read_all(Emit *e, Side *s, IrValue *first)
{
    Lanes before = lanes_begin(e, s->unit);
    size_t mark = memo_mark(e);
    for (int64_t j = 0; j < s->count; j++)
        s->piece[j].held = read(e, s, &s->piece[j], first);
    memo_release(e, mark);
    lanes_end(e, before);
}

static void read_if(Emit *e, Side *s, IrValue *when, IrValue *first)
{
    IrType types[COPIES];
    IrValue *values[COPIES], *zeros[COPIES];
    for (int64_t j = 0; j < s->count; j++) {
        types[j] = held_type(e, s);
        zeros[j] = k_const(&e->b, types[j], 0);
    }
    size_t n = (size_t)s->count;
    IrOp *branch = k_if_begin(&e->b, when, n, types);
    read_all(e, s, first);
    for (size_t j = 0; j < n; j++)
        values[j] = s->piece[j].held;
    k_if_else(&e->b, branch, n, values);
    k_if_end(&e->b, branch, n, zeros);
    for (uint32_t j = 0; j < n; j++)
        s->piece[j].held = ir_result(branch, j);
}

static void send_all(Emit *e, const Side *s, IrValue *first, IrValue *shared,
                     IrValue *stage)
{
    for (int64_t j = 0; j < s->count; j++)
        send(e, s, &s->piece[j], first, shared, stage);
}

void side_fetch(Emit *e, Side *s, IrValue *when, IrValue *k, IrValue *shared,
                IrValue *stage)
{
    when = mask_and(e, when, s->exists);
    if (when && !s->access.async) {
        read_if(e, s, when, k);
        return;
    }
    IrOp *branch = when ? k_if_begin(&e->b, when, 0, NULL) : NULL;
    if (s->access.async)
        send_all(e, s, k, shared, stage);
    else
        read_all(e, s, k);
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
}

static void put_all(Emit *e, const Side *s, IrValue *shared, IrValue *stage)
{
    for (int64_t j = 0; j < s->count; j++) {
        IrValue *to = target(e, &s->piece[j], stage), *held = s->piece[j].held;
        if (s->unit > 1)
            k_vstore(&e->b, held, shared, 1, &to);
        else
            k_store(&e->b, held, shared, 1, &to);
    }
}

void side_put(Emit *e, const Side *s, IrValue *shared, IrValue *stage)
{
    if (s->access.async)
        return;
    IrOp *branch = s->exists ? k_if_begin(&e->b, s->exists, 0, NULL) : NULL;
    put_all(e, s, shared, stage);
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
}
