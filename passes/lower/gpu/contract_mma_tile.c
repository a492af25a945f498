/* Which products tensor cores compute, and how their operands lie in shared memory. */
#include "passes/lower/gpu/contract_mma.h"

/* -------------------------------------------------------------------------------- which products */

/* v, or what it was made of by a conversion that loses nothing, if that is bf16 or f16; else NULL. */
static IrValue *narrow_value(IrValue *v)
{
    IrValue *x = ir_is(v, OP_convert) ? ir_operand(v->op, 0) : v;
    return x->type->elem == DTYPE_bf16 || x->type->elem == DTYPE_f16 ? x : NULL;
}

/* An instruction computes 16 by 8 by 16: less would be mostly waste. */
static bool is_large(const Contraction *c)
{
    return c->m.size >= MMA_M && c->n.size >= MMA_M && c->k.size >= MMA_M;
}

bool mma_find(Emit *e, const IrOp *op, Contraction *c, Dtype *elem)
{
    const IrTarget *target = e->pass->target;
    IrValue *a = narrow_value(ir_operand(op, 0)), *b = narrow_value(ir_operand(op, 1));
    bool halves = a && b && a->type->elem == b->type->elem;
    if (!target->tensor_cores || op->results[0].type->elem != DTYPE_f32 || !(halves || target->tf32))
        return false;
    *elem = halves ? a->type->elem : DTYPE_f32;
    bool found = halves ? contraction_find_of(e, op, a, b, *elem, c) : contraction_find(e, op, c);
    return found && !c->n.a && is_large(c);
}

/* ------------------------------------------------------------------------------- shared memory */

int64_t mma_chunk(const Half *h)
{
    return MMA_CHUNK / (int64_t)dtype_bytes(h->elem);
}

int64_t mma_stage_elements(const Half *h)
{
    return h->size * h->depth;
}

static IrValue *line_order(Emit *e, const Half *h, IrValue *line)
{
    bool words = dtype_bytes(h->elem) == 4, short_lines = h->depth == 4 * mma_chunk(h);
    if (h->along_k && short_lines)
        return k_rem_index(&e->b, k_div_index(&e->b, line, c_index(e, 2)), c_index(e, 4));
    return words && !h->along_k ? times(e, k_rem_index(&e->b, line, c_index(e, 4)), 2)
                                : k_rem_index(&e->b, line, c_index(e, 8));
}

IrValue *mma_place(Emit *e, const Half *h, IrValue *line, IrValue *fast)
{
    int64_t chunk = mma_chunk(h), length = h->along_k ? h->depth : h->panel;
    IrValue *first = c_index(e, 0);
    if (!h->along_k && h->panel < h->size) {
        first = times(e, k_div_index(&e->b, fast, c_index(e, length)), length * h->depth);
        fast = k_rem_index(&e->b, fast, c_index(e, length));
    }
    IrValue *number = k_div_index(&e->b, fast, c_index(e, chunk));
    IrValue *within = k_rem_index(&e->b, fast, c_index(e, chunk));
    IrValue *at = k_binary(&e->b, OP_arith_xori, number, line_order(e, h, line));
    return plus(e, plus(e, plus(e, first, times(e, line, length)), times(e, at, chunk)), within);
}

/* --------------------------------------------------------------------------------- the copies */

/* The dimension along which neighbours lie, and the others, are multiples of `unit` elements apart. */
static bool lies_in_units(const Half *h, int64_t unit)
{
    const Contraction *c = h->c;
    Dims n = {.of = {c->n}, .count = 1};
    const Dims *rows = h->where == IN_A ? &c->m : &n, *all[] = {&c->outer, rows, &c->k};
    const Dims *fast = h->along_k ? &c->k : rows;
    const Dim *last = &fast->of[fast->count - 1];
    if (stride_in(last, h->where) != 1)
        return unit == 1;
    bool fit = h->operand.start % unit == 0 && last->size % unit == 0;
    for (int i = 0; i < 3; i++)
        for (int d = 0; d < all[i]->count; d++)
            fit &= &all[i]->of[d] == last || stride_in(&all[i]->of[d], h->where) % unit == 0;
    return fit;
}

static bool runs_along(const Dims *d, Where w)
{
    return d->count && stride_in(&d->of[d->count - 1], w) == 1;
}

/* Beside the threads go 4 bytes and more. */
void mma_choose_copy(const IrTarget *target, Half *h)
{
    Dims n = {.of = {h->c->n}, .count = 1};
    h->along_k = runs_along(&h->c->k, h->where) ||
                 !runs_along(h->where == IN_A ? &h->c->m : &n, h->where);
    h->unit = mma_chunk(h);
    while (!lies_in_units(h, h->unit))
        h->unit /= 2;
    h->async = goes_beside(target, &h->operand) &&
               h->unit * (int64_t)dtype_bytes(h->elem) >= 4;
}
