/* Removes what nothing uses.
 *
 *     %a = exponential %x         return %x
 *     %b = negate %a
 *     return %x
 *
 * Functions that are private and reached by no call from a public one go first. Then
 * each block is walked from its end, so an op is seen after all that could use it: one
 * pure op after the other goes, and an operand may be the next. Of barriers and custom calls,
 * too, only those stay that something uses.
 *
 * Needs: a verified module of either level.  Keeps: order, places. */
#include "passes/pass.h"

#include <string.h>

static bool is_unused(const IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        if (op->results[i].uses)
            return false;
    return true;
}

static bool droppable(const IrOp *op)
{
    bool pure = ir_op_info(op->kind)->traits & IR_PURE;
    bool drops = pure || op->kind == OP_optimization_barrier || op->kind == OP_custom_call;
    return drops && is_unused(op);
}

static bool sweep_block(IrBlock *b)
{
    bool changed = false;
    for (IrOp *op = b ? b->last : NULL, *previous; op; op = previous) {
        previous = op->prev;
        if (droppable(op)) {
            ir_op_erase(op);
            changed = true;
            continue;
        }
        for (uint32_t i = 0; i < op->region_count; i++)
            changed |= sweep_block(op->regions[i].block);
    }
    return changed;
}

static bool is_private(const IrOp *func)
{
    return ir_op_attr(func, "sym_visibility") &&
           !strcmp(ir_op_string(func, "sym_visibility"), "private");
}

typedef struct Reach {
    IrSymbols symbols;
    Arena *arena;
    bool *reached; /* by op id */
    IrOp **todo;
    size_t count, room;
} Reach;

static void reach(Reach *r, IrOp *func)
{
    if (!func || r->reached[func->id])
        return;
    r->reached[func->id] = true;
    ARENA_PUSH(r->arena, r->todo, r->count, r->room, func);
}

static void reach_callee(IrOp *op, void *data)
{
    if (op->kind == OP_call)
        reach(data, ir_symbols_callee(&((Reach *)data)->symbols, op));
}

static bool drop_unreached(IrModule *m)
{
    bool changed = false;
    Arena *arena = arena_open();
    Reach r = {.symbols = ir_symbols(m, arena),
               .arena = arena,
               .reached = ARENA_ARRAY(arena, bool, m->op_count)};
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (f->kind == OP_func && !is_private(f))
            reach(&r, f);
    while (r.count)
        ir_walk(r.todo[--r.count], reach_callee, &r);
    for (IrOp *f = ir_module_block(m)->first, *next; f; f = next) {
        next = f->next;
        if (f->kind != OP_func || !is_private(f) || r.reached[f->id])
            continue;
        ir_op_erase(f);
        changed = true;
    }
    arena_close(arena);
    return changed;
}

PassResult pass_dce(IrModule *m, PassContext *c)
{
    (void)c;
    bool changed = drop_unreached(m);
    changed |= sweep_block(ir_module_block(m));
    return changed ? PASS_CHANGED : PASS_UNCHANGED;
}
