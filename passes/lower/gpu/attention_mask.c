/* Which scores a mask lets through, if it is a comparison of the two positions (causal
 * attention): then a product need not be made for tiles of which none is.
 *
 *     %seen = compare GE, iota 0, iota 1         half plane: row >= column + 0
 *     %x = select %seen, %s, -inf                %s is needed there only
 *
 * The rest stays as it is, masked scores are used up as they always were: -inf is no
 * reason to leave out 0 times a value that may be infinite. */
#include "passes/lower/gpu/attention.h"

#include <string.h>

/* ------------------------------------------------------------------------ half planes */

static bool same_half(const HalfPlane *a, const HalfPlane *b)
{
    return a->large == b->large && a->apart == b->apart;
}

/* Not (large >= small + d) is small >= large + 1 - d. */
static HalfPlane complement(HalfPlane h)
{
    return (HalfPlane){other_side(h.large), 1 - h.apart};
}

static bool splat(const IrValue *v, int64_t *out)
{
    IrAttr a = ir_is(v, OP_constant) ? ir_op_attr(v->op, "value") : NULL;
    bool known = a && a->splat && !dtype_is_float(a->type->elem);
    *out = known ? ir_elements_get_int(a, 0) : 0;
    return known;
}

/* Whether v is the position along a side, plus a number. */
static bool is_position(const IrValue *v, const Labels *l, int *side, int64_t *more)
{
    enum { SMALL = 1 << 24 }; /* sums of such numbers do not overflow */
    const IrOp *op = v->op;
    Labels from;
    int64_t c;
    if (!op || dtype_kind(v->type->elem) != DTYPE_SIGNED ||
        dtype_bytes(v->type->elem) < 4)
        return false;
    if (op->kind == OP_iota) {
        int64_t d = ir_op_int(op, "iota_dimension");
        *side = l->of[d];
        *more = 0;
        return v->type->dims[d] < SMALL && (*side == LABEL_LEFT || *side == LABEL_RIGHT);
    }
    if (op->kind == OP_add || op->kind == OP_subtract)
        return splat(ir_operand(op, 1), &c) && c > -SMALL && c < SMALL &&
               is_position(ir_operand(op, 0), l, side, more) &&
               (*more += op->kind == OP_add ? c : -c, *more > -SMALL && *more < SMALL);
    return labels_back(op, l, &from) && is_position(ir_operand(op, 0), &from, side, more);
}

static bool compares(const IrOp *op, const Labels *l, HalfPlane *out)
{
    const char *direction = ir_op_string(op, "comparison_direction");
    int x, y;
    int64_t x_more, y_more;
    if (!is_position(ir_operand(op, 0), l, &x, &x_more) ||
        !is_position(ir_operand(op, 1), l, &y, &y_more) || x == y)
        return false;
    int64_t strict = direction[1] == 'T';
    if (direction[0] == 'G')
        *out = (HalfPlane){x, y_more - x_more + strict};
    else if (direction[0] == 'L')
        *out = (HalfPlane){y, x_more - y_more + strict};
    return direction[0] == 'G' || direction[0] == 'L';
}

/* Where v, an i1 with these labels, is true. */
static bool is_half(const IrValue *v, const Labels *l, HalfPlane *out)
{
    const IrOp *op = v->op;
    Labels from;
    int64_t yes, no;
    if (!op || v->type->elem != DTYPE_i1)
        return false;
    if (op->kind == OP_compare)
        return compares(op, l, out);
    if (op->kind == OP_select)
        return splat(ir_operand(op, 1), &yes) && splat(ir_operand(op, 2), &no) && yes &&
               !no && is_half(ir_operand(op, 0), l, out);
    return labels_back(op, l, &from) && is_half(ir_operand(op, 0), &from, out);
}

/* --------------------------------------------------------------------- what is needed */

static Need need_of(const Emit *e, const Attention *t, const IrValue *v)
{
    return t->need[value_slot(e, v)];
}

/* Of a choice between x, in the half plane that all of this is about, and y outside of
 * it: what y needs in there only it never does. */
static Need chosen(Need x, Need y) { return (Need){y.always, x.always | x.seen}; }

static Need need_of_op(const Emit *e, Attention *t, const IrOp *op)
{
    Need n = {0};
    HalfPlane h;
    if (op->kind == OP_select && t->s.is_score[op->results[0].id] &&
        is_half(ir_operand(op, 0), &t->s.labels[op->results[0].id], &h)) {
        Need x = need_of(e, t, ir_operand(op, 1)), y = need_of(e, t, ir_operand(op, 2));
        HalfPlane not = complement(h);
        if (!t->half.large)
            t->half = y.always && !x.always ? not : h;
        if (same_half(&t->half, &h))
            return chosen(x, y);
        if (same_half(&t->half, &not ))
            return chosen(y, x);
    }
    for (uint32_t i = 0; i < op->operand_count; i++) {
        Need more = need_of(e, t, ir_operand(op, i));
        n = (Need){n.always | more.always, n.seen | more.seen};
    }
    return n;
}

void find_needs(Emit *e, Attention *t)
{
    t->need = ARENA_ARRAY(e->arena, Need, e->id_count);
    for (const IrOp *op = ir_func_block(e->graph)->first; op->kind != OP_return;
         op = op->next) {
        Need *n = &t->need[value_slot(e, &op->results[0])];
        *n = op->kind == OP_reduce ? (Need){0} : need_of_op(e, t, op);
        for (size_t i = 0; i < t->inner_count; i++)
            if (t->inner[i].dot == op)
                n->always = 1u << i;
    }
}

/* What a pass computes: its folds or, after the last, what the products sum up. */
Need pass_needs(const Emit *e, const Attention *t, int pass)
{
    Need n = {0}, more;
    for (size_t i = 0; i < t->fold_count; i++)
        if (t->folds[i].stage == pass + 1) {
            more = need_of(e, t, ir_operand(t->folds[i].op, 0));
            n = (Need){n.always | more.always, n.seen | more.seen};
        }
    for (size_t i = 0; pass == t->stages && i < t->outer_count; i++) {
        more = need_of(e, t, t->outer[i].scores);
        n = (Need){n.always | more.always, n.seen | more.seen};
    }
    return n;
}

IrValue *sees(Emit *e, const Attention *t, IrValue *column)
{
    int64_t d = t->half.apart;
    IrValue *own = t->first_own, *last_own = sum_of(e, own, c_index(e, t->rows - 1));
    IrValue *last = sum_of(e, column, c_index(e, TILE - 1));
    return t->half.large == t->own
               ? k_cmpi(&e->b, "sge", last_own, sum_of(e, column, c_index(e, d)))
               : k_cmpi(&e->b, "sge", last, sum_of(e, own, c_index(e, d)));
}
