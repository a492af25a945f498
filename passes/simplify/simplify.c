/* Local rewrites: each makes the graph smaller or brings it nearer to one fixed form,
 * so applying them ends.
 *
 *     %t = transpose %w, dims = [1, 0]            %d = dot_general %x, %w ... [1] x [1]
 *     %d = dot_general %x, %t ... [1] x [0]       return %d
 *     %r = multiply %d, %one
 *     return %r
 *
 * Every op is tried once, and again when an operand of it was rewritten; ops that
 * became unused go at once. Each rewrite declares what it may change about floats;
 * unless the context is `relaxed` only those apply that change nothing that has one
 * definition.
 *
 * Needs: a verified graph.  Keeps: places: a new op has the place of the op it
 * replaces. */
#include "passes/simplify/simplify.h"
#include "passes/pass.h"

/* clang-format off */
static const Rule rules[] = {
    {OP_COUNT,                EXACT,    simplify_broadcast_operands},
    {OP_COUNT,                EXACT,    simplify_reshape_operands},
    {OP_compare,              EXACT,    simplify_compare_of_same},
    {OP_convert,              EXACT,    simplify_identity},
    {OP_convert,              EXACT,    simplify_convert_of_convert},
    {OP_bitcast_convert,      EXACT,    simplify_bitcast_of_bitcast},
    {OP_divide,               EXACT,    simplify_divide_by_power_of_two},
    {OP_divide,               ROUNDING, simplify_divide_by_constant},
    {OP_broadcast_in_dim,     EXACT,    simplify_identity},
    {OP_broadcast_in_dim,     EXACT,    simplify_broadcast_of_broadcast},
    {OP_broadcast_in_dim,     EXACT,    simplify_broadcast_of_reshape},
    {OP_reshape,              EXACT,    simplify_identity},
    {OP_reshape,              EXACT,    simplify_reshape_of_reshape},
    {OP_reshape,              EXACT,    simplify_reshape_of_scalar_broadcast},
    {OP_transpose,            EXACT,    simplify_identity},
    {OP_transpose,            EXACT,    simplify_transpose_of_transpose},
    {OP_transpose,            EXACT,    simplify_transpose_of_broadcast},
    {OP_transpose,            EXACT,    simplify_transpose_of_units},
    {OP_transpose,            EXACT,    simplify_transpose_of_dot},
    {OP_reverse,              EXACT,    simplify_reverse_of_reverse},
    {OP_slice,                EXACT,    simplify_identity},
    {OP_slice,                EXACT,    simplify_slice_of_slice},
    {OP_slice,                EXACT,    simplify_slice_of_concatenate},
    {OP_pad,                  EXACT,    simplify_identity},
    {OP_pad,                  EXACT,    simplify_pad_of_pad},
    {OP_concatenate,          EXACT,    simplify_identity},
    {OP_concatenate,          EXACT,    simplify_concatenate_of_empty},
    {OP_dynamic_slice,        EXACT,    simplify_dynamic_slice_at_constant},
    {OP_dynamic_update_slice, EXACT,    simplify_dynamic_update_of_all},
    {OP_dot_general,          EXACT,    simplify_dot_of_transpose},
    {OP_reduce,               EXACT,    simplify_reduce_of_one},
    {OP_reduce,               EXACT,    simplify_reduce_of_transpose},
};
/* clang-format on */

bool simplify_allows(const Simplify *s, Exactness e, IrType t)
{
    return e <= AS_ACCURATE || s->relaxed || !dtype_is_float(t->elem);
}

/* --------------------------------------------------------------------------- worklist */

static void push(Simplify *s, IrOp *op)
{
    if (op->id >= s->waiting_room)
        arena_grow(s->arena, (void **)&s->waiting, &s->waiting_room, op->id + 1u,
                   sizeof(bool));
    if (s->waiting[op->id])
        return;
    s->waiting[op->id] = true;
    ARENA_PUSH(s->arena, s->todo, s->count, s->room, op);
}

static void push_users(Simplify *s, const IrValue *v)
{
    for (const IrUse *u = v->uses; u; u = u->next)
        push(s, u->op);
}

static bool is_dead(const IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        if (op->results[i].uses)
            return false;
    return ir_op_info(op->kind)->traits & IR_PURE;
}

static void erase(Simplify *s, IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (ir_operand(op, i)->op)
            push(s, ir_operand(op, i)->op);
    ir_op_erase(op);
    s->changed = true;
}

static IrValue *rewrite(Simplify *s, const IrOp *op)
{
    IrValue *v = simplify_by_rows(s, op);
    for (size_t i = 0; i < sizeof rules / sizeof *rules && !v; i++) {
        const Rule *r = &rules[i];
        if (r->kind == op->kind || (r->kind == OP_COUNT && ir_is_elementwise(op->kind)))
            if (simplify_allows(s, r->exactness, op->results[0].type))
                v = r->rewrite(s, op);
    }
    return v;
}

static void visit(Simplify *s, IrOp *op)
{
    if (is_dead(op)) {
        erase(s, op);
        return;
    }
    IrOp *before = op->prev;
    s->b = ir_builder_before(op);
    IrValue *v = op->result_count == 1 ? rewrite(s, op) : NULL;
    if (!v)
        return;
    for (IrOp *new = op->prev; new != before; new = new->prev)
        push(s, new);
    push_users(s, ir_result(op, 0));
    if (v->op && !v->hint)
        v->hint = op->results[0].hint;
    ir_replace_uses(ir_result(op, 0), v);
    erase(s, op);
}

static void simplify_block(Simplify *s, IrBlock *b)
{
    for (IrOp *op = b->last; op; op = op->prev)
        push(s, op);
    while (s->count) {
        IrOp *op = s->todo[--s->count];
        s->waiting[op->id] = false;
        if (op->block) /* not erased meanwhile */
            visit(s, op);
    }
}

PassResult pass_simplify(IrModule *m, PassContext *c)
{
    Simplify s = {.arena = arena_open(), .relaxed = c->relaxed};
    simplify_read_rows(&s);
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (f->kind == OP_func && ir_func_block(f))
            simplify_block(&s, ir_func_block(f));
    arena_close(s.arena);
    return s.changed ? PASS_CHANGED : PASS_UNCHANGED;
}
