/* Tiles of an operand on their way to shared memory: units of neighbouring elements, 16 bytes where
 * they lie so. Each thread has the same units of each tile, of which only the place along k changes.
 *
 *     async:  nvgpu.device_async_copy memory -> stage;  beyond the end of k it copies zeros
 *     else:   a vector of the operand's value (which may be computed there and then), held while the
 *             tensor cores work, and then stored
 *
 * Rows beyond the end of m or n are copies of the last ones, and go nowhere. */
#include "passes/lower/gpu/contract_mma.h"

/* ---------------------------------------------------------------------------- the thread's share */

static void move_to_row(Emit *e, const Half *h, Cursor *p, IrValue *row)
{
    const Contraction *c = h->c;
    int64_t size = h->where == IN_A ? c->m.size : c->n.size;
    if (size % h->size) /* a whole unit: sizes are multiples of it */
        row = k_min_index(&e->b, row, c_index(e, size - (h->along_k ? 1 : h->unit)));
    if (h->where == IN_A)
        cursor_move_in(e, &h->operand, p, &c->m, row, IN_A);
    else
        cursor_move(e, &h->operand, p, (Index){.base = row}, c->n.b);
}

/* A thread's copies are `apart` lines from each other; where that is a multiple of 8, chunks have the
 * same order there, and what differs is a number. */
void mma_copy_begin(Emit *e, Half *h, IrValue *thread, IrValue *origin, Cursor start)
{
    int64_t units = (h->along_k ? h->depth : h->size) / h->unit, apart = h->threads / units;
    int64_t elements = h->along_k ? h->depth : h->panel;
    h->count = mma_stage_elements(h) / h->unit / h->threads;
    for (int64_t i = 0; i < h->count; i++) {
        bool again = i > 0 && apart % 8 == 0;
        IrValue *number = again ? thread : plus(e, thread, c_index(e, i * h->threads));
        IrValue *line = k_div_index(&e->b, number, c_index(e, units));
        IrValue *fast = times(e, k_rem_index(&e->b, number, c_index(e, units)), h->unit);
        if (again)
            line = plus(e, line, c_index(e, i * apart));
        h->from[i] = start;
        h->k[i] = h->along_k ? fast : line;
        h->to[i] = again ? h->to[0] : mma_place(e, h, line, fast);
        h->more[i] = again ? i * apart * elements : 0;
        move_to_row(e, h, &h->from[i], plus(e, origin, h->along_k ? line : fast));
    }
}

/* ------------------------------------------------------------------------------------- a tile */

/* What is computed must be there, even if it is not used. */
static IrValue *at_most(Emit *e, const Half *h, IrValue *k, int64_t last)
{
    return h->async ? k : k_min_index(&e->b, k, c_index(e, last));
}

/* k of tile and copy apart, if no tile goes over the end of the innermost dimension: then the one is
 * the same for all threads, and the other for all tiles. */
static Cursor place_of(Emit *e, const Half *h, int64_t i, IrValue *k)
{
    const Dims *d = &h->c->k;
    const Dim *last = &d->of[d->count - 1];
    Cursor p = h->from[i];
    if (last->size % h->depth == 0 || (d->count == 1 && h->async)) {
        k = at_most(e, h, k, d->size - h->depth);
        cursor_move_in(e, &h->operand, &p, d, k, h->where);
        cursor_move(e, &h->operand, &p, (Index){.base = h->k[i]}, stride_in(last, h->where));
    } else {
        k = at_most(e, h, plus(e, k, h->k[i]), d->size - (h->along_k ? h->unit : 1));
        cursor_move_in(e, &h->operand, &p, d, k, h->where);
    }
    return p;
}

/* Whether a copy is before the end of k; NULL: all are. Tiles are there or not as a whole, if their
 * depth divides k. */
static IrValue *exists(Emit *e, const Half *h, int64_t i, IrValue *k, IrValue *end)
{
    int64_t size = h->c->k.size;
    bool whole = size % h->depth == 0;
    if (whole && !end)
        return NULL;
    return k_cmpi(&e->b, "slt", whole ? k : plus(e, k, h->k[i]), end ? end : c_index(e, size));
}

static IrValue *goal_of(Emit *e, const Half *h, int64_t i, IrValue *stage)
{
    return plus(e, plus(e, stage, h->to[i]), c_index(e, h->more[i]));
}

static IrValue *copy_unit(Emit *e, const Half *h, int64_t i, IrValue *k, IrValue *there, IrValue *stage)
{
    IrValue *from = place_of(e, h, i, k).offset.base, *to = goal_of(e, h, i, stage);
    KCopy copy = {.to = h->shared, .to_rank = 1, .to_at = &to, .elements = h->unit,
                  .from = k_collapse(&e->b, h->operand.memory), .from_rank = 1, .from_at = &from};
    if (there)
        copy.present = k_select(&e->b, there, c_index(e, h->unit), c_index(e, 0));
    return k_async_copy(&e->b, &copy);
}

static IrValue *read_unit(Emit *e, const Half *h, int64_t i, IrValue *k, IrValue *there)
{
    Lanes before = lanes_begin(e, h->unit);
    Cursor p = place_of(e, h, i, k);
    if (h->unit > 1)
        cursor_move(e, &h->operand, &p, (Index){.base = c_index(e, 0), .step = 1}, 1);
    IrValue *mask = there ? k_broadcast(&e->b, there, mask_type(e)) : NULL;
    IrValue *v = cursor_read(e, &h->operand, &p, mask);
    lanes_end(e, before);
    return v;
}

void mma_fetch(Emit *e, const Half *h, IrValue *k, IrValue *end, IrValue *stage, IrValue **fetched)
{
    for (int64_t i = 0; i < h->count; i++) {
        IrValue *there = exists(e, h, i, k, end);
        fetched[i] = h->async ? copy_unit(e, h, i, k, there, stage) : read_unit(e, h, i, k, there);
    }
}

void mma_put(Emit *e, const Half *h, IrValue *stage, IrValue *const *fetched)
{
    for (int64_t i = 0; i < h->count && !h->async; i++) {
        IrValue *to = goal_of(e, h, i, stage);
        k_vstore(&e->b, fetched[i], h->shared, 1, &to);
    }
}
