/* Places in the operands of a contraction. An operand that lies in memory has offsets; one that is
 * staged has the same offsets in the array that it would be, from which follow the indices at which
 * its value is asked for. The indices are kept beside the offset where that is possible, because
 * dividing the offset for each vector would cost more than the value. */
#include "passes/lower/contract.h"

#include <stdlib.h>
#include <string.h>

int64_t stride_in(const Dim *d, Where w)
{
    return w == IN_A ? d->a : w == IN_B ? d->b : d->c;
}

IrValue *plus(Emit *e, IrValue *x, IrValue *y)
{
    return k_add_index(&e->b, x, y);
}

IrValue *times(Emit *e, IrValue *x, int64_t c)
{
    return k_mul_index(&e->b, x, c_index(e, c));
}

/* The index in each of some dimensions that are taken together. */
static void split_index(Emit *e, const Dims *d, IrValue *i, IrValue **at)
{
    int64_t below = d->size;
    for (int k = 0; k < d->count; k++) {
        below /= d->of[k].size;
        at[k] = k_div_index(&e->b, i, c_index(e, below));
        if (k + 1 < d->count)
            i = k_rem_index(&e->b, i, c_index(e, below));
    }
}

IrValue *offset_of(Emit *e, const Dims *d, IrValue *i, Where w)
{
    IrValue *sum = c_index(e, 0), *at[2 * IR_MAX_RANK];
    split_index(e, d, i, at);
    for (int k = 0; k < d->count; k++)
        if (stride_in(&d->of[k], w))
            sum = plus(e, sum, times(e, at[k], stride_in(&d->of[k], w)));
    return sum;
}

/* The dimension of an array in row-major order that a stride runs along, and how many elements of
 * it a step is. */
static int dimension_of(IrType t, int64_t stride, int64_t *step)
{
    int64_t below = 1;
    for (int i = t->rank - 1; i >= 0; i--) {
        if (llabs(stride) < below * t->dims[i]) {
            *step = stride / below;
            return i;
        }
        below *= t->dims[i];
    }
    *step = 0;
    return 0;
}

static bool in_one_dimension(IrType t, const Dim *d, Where w)
{
    int64_t step, stride = stride_in(d, w);
    return !stride || t->dims[dimension_of(t, stride, &step)] > llabs(step) * (d->size - 1);
}

bool operand_has_indices(const Operand *o, const Contraction *c, Where w)
{
    const Dims *all[] = {&c->outer, &c->m, &c->k};
    bool ok = in_one_dimension(o->value->type, &c->n, w);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < all[i]->count; k++)
            ok &= in_one_dimension(o->value->type, &all[i]->of[k], w);
    return ok;
}

Cursor cursor_start(Emit *e, const Operand *o)
{
    Cursor p = {.offset = index_const(e, o->start)};
    IrType t = o->value->type;
    int64_t rest = o->start;
    for (int i = t->rank - 1; o->has_indices && i >= 0; i--) {
        p.at[i] = index_const(e, rest % t->dims[i]);
        rest /= t->dims[i];
    }
    return p;
}

void cursor_move(Emit *e, const Operand *o, Cursor *p, Index by, int64_t stride)
{
    if (!stride)
        return;
    p->offset = index_add(e, p->offset, index_mul_const(e, by, stride));
    if (!o->has_indices)
        return;
    int64_t step;
    Index *at = &p->at[dimension_of(o->value->type, stride, &step)];
    *at = index_add(e, *at, index_mul_const(e, by, step));
}

void cursor_move_in(Emit *e, const Operand *o, Cursor *p, const Dims *d, IrValue *i, Where w)
{
    IrValue *at[2 * IR_MAX_RANK];
    split_index(e, d, i, at);
    for (int k = 0; k < d->count; k++)
        cursor_move(e, o, p, (Index){.base = at[k]}, stride_in(&d->of[k], w));
}

static IrValue *read_lanes(Emit *e, const Operand *o, const Cursor *cursor, IrValue *mask)
{
    IrType t = o->value->type;
    Point in_memory = {.mask = mask};
    if (o->memory)
        return emit_load(e, o->memory, t->elem, cursor->offset, &in_memory, INT64_MAX);
    Point *p = point_linear(e, t->rank, t->dims, cursor->offset, NULL);
    p->mask = mask;
    if (o->has_indices) {
        memcpy(p->at, cursor->at, (size_t)t->rank * sizeof *p->at);
        p->has_at = true;
    }
    return emit_value(e, o->value, p);
}

IrValue *cursor_read(Emit *e, const Operand *o, const Cursor *p, IrValue *mask)
{
    IrValue *x = read_lanes(e, o, p, mask);
    IrType type = lane_type(e, o->value->type->elem);
    x = mask ? k_select(&e->b, mask, x, k_const(&e->b, type, 0)) : x;
    return emit_convert(e, x, o->value->type->elem, o->elem);
}
