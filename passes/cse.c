/* Computes equal things once.
 *
 *     %a = add %x, %y             %a = add %x, %y
 *     %b = add %y, %x             %c = multiply %a, %a
 *     %c = multiply %a, %b
 *
 * In program order, each pure op is looked up among those before it in its block and,
 * in kernels, in the loops around it (but not around scf.parallel: what its tasks share
 * travels through memory) by kind, operands, attributes and result types; operands of an op that commutes are
 * compared in the order of their ids. An op with regions is equal to another whose
 * regions are equal op by op, their values numbered in order. Random bits are pure:
 * the same state gives the same bits.
 *
 * Needs: a verified graph.  Keeps: order; the op that stays has the places of both. */
#include "passes/pass.h"

#include <string.h>

typedef struct Cse {
    Arena *arena;
    IrOp **slots;     /* open addressing; NULL is free */
    size_t size;      /* a power of two, more than twice the ops */
    uint32_t *number; /* by value id: position in its region + 1, while regions compare */
    uint32_t numbered;
} Cse;

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static bool commutes(const IrOp *op)
{
    return ir_op_info(op->kind)->traits & IR_COMMUTES;
}

/* Operand i, those of a commuting op in order. */
static IrValue *ordered(const IrOp *op, uint32_t i)
{
    if (commutes(op) && ir_operand(op, 0)->id > ir_operand(op, 1)->id)
        i = 1 - i;
    return ir_operand(op, i);
}

static uint64_t hash(const IrOp *op)
{
    uint64_t h = mix(op->kind, op->operand_count);
    for (uint32_t i = 0; i < op->operand_count; i++)
        h = mix(h, ordered(op, i)->id);
    for (uint32_t i = 0; i < op->attr_count; i++)
        h = mix(mix(h, (uintptr_t)op->attrs[i].name), (uintptr_t)op->attrs[i].value);
    for (uint32_t i = 0; i < op->result_count; i++)
        h = mix(h, (uintptr_t)op->results[i].type);
    return h;
}

static bool same_attrs_and_types(const IrOp *a, const IrOp *b)
{
    if (a->kind != b->kind || a->operand_count != b->operand_count ||
        a->result_count != b->result_count || a->attr_count != b->attr_count)
        return false;
    for (uint32_t i = 0; i < a->attr_count; i++)
        if (a->attrs[i].name != b->attrs[i].name ||
            a->attrs[i].value != b->attrs[i].value)
            return false;
    for (uint32_t i = 0; i < a->result_count; i++)
        if (a->results[i].type != b->results[i].type)
            return false;
    return true;
}

static bool same_value(const Cse *c, const IrValue *a, const IrValue *b)
{
    return a == b || (c->number[a->id] && c->number[a->id] == c->number[b->id]);
}

static void number_both(Cse *c, const IrValue *a, const IrValue *b)
{
    c->number[a->id] = c->number[b->id] = ++c->numbered;
}

static bool same_regions(Cse *c, const IrOp *a, const IrOp *b);

static bool same_op(Cse *c, const IrOp *a, const IrOp *b)
{
    if (!same_attrs_and_types(a, b))
        return false;
    for (uint32_t i = 0; i < a->operand_count; i++)
        if (!same_value(c, ordered(a, i), ordered(b, i)))
            return false;
    return same_regions(c, a, b);
}

static bool same_block(Cse *c, const IrBlock *a, const IrBlock *b)
{
    if (a->arg_count != b->arg_count)
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++) {
        if (a->args[i]->type != b->args[i]->type)
            return false;
        number_both(c, a->args[i], b->args[i]);
    }
    const IrOp *x = a->first, *y = b->first;
    for (; x && y && same_op(c, x, y); x = x->next, y = y->next)
        for (uint32_t i = 0; i < x->result_count; i++)
            number_both(c, &x->results[i], &y->results[i]);
    return !x && !y;
}

static bool same_regions(Cse *c, const IrOp *a, const IrOp *b)
{
    if (a->region_count != b->region_count)
        return false;
    for (uint32_t i = 0; i < a->region_count; i++)
        if (!same_block(c, a->regions[i].block, b->regions[i].block))
            return false;
    return true;
}

/* Whether an earlier op can be used in place of `op`. */
static bool reaches(const IrOp *earlier, const IrOp *op)
{
    for (const IrBlock *b = op->block; b; b = b->region->op->block)
        if (earlier->block == b)
            return true;
        else if (b->region->op->kind == OP_scf_parallel)
            return false;
    return false;
}

/* The earlier op equal to this one, which is entered if there is none. */
static IrOp *find_or_enter(Cse *c, IrOp *op)
{
    size_t i = hash(op) & (c->size - 1);
    for (; c->slots[i]; i = (i + 1) & (c->size - 1))
        if (reaches(c->slots[i], op) && same_op(c, c->slots[i], op))
            return c->slots[i];
    c->slots[i] = op;
    return NULL;
}

static void merge(IrOp *into, IrOp *op)
{
    IrLoc places[2] = {into->loc, op->loc};
    if (op->kind != OP_constant) /* a 0 has no place worth a list */
        into->loc = ir_loc_fused(op->module->context, 2, places);
    for (uint32_t i = 0; i < op->result_count; i++)
        ir_replace_uses(ir_result(op, i), ir_result(into, i));
    ir_op_erase(op);
}

static bool merge_in(Cse *c, IrBlock *b)
{
    bool changed = false;
    for (IrOp *op = b->first, *next; op; op = next) {
        next = op->next;
        if (ir_op_info(op->kind)->class == IR_CLASS_LOOP)
            for (uint32_t i = 0; i < op->region_count; i++)
                changed |= op->regions[i].block && merge_in(c, op->regions[i].block);
        if (!(ir_op_info(op->kind)->traits & IR_PURE))
            continue;
        IrOp *equal = find_or_enter(c, op);
        if (equal)
            merge(equal, op);
        changed |= equal != NULL;
    }
    return changed;
}

static void count_op(IrOp *op, void *data)
{
    (void)op;
    ++*(size_t *)data;
}

static size_t table_size(IrOp *func)
{
    size_t size = 16, ops = 0;
    ir_walk(func, count_op, &ops);
    while (size < 2 * ops)
        size *= 2;
    return size;
}

PassResult pass_cse(IrModule *m, PassContext *context)
{
    (void)context;
    bool changed = false;
    Cse c = {.arena = arena_open()};
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next) {
        IrBlock *body = f->kind == OP_func ? ir_func_block(f) : NULL;
        if (!body)
            continue;
        arena_reset(c.arena);
        c.size = table_size(f);
        c.slots = ARENA_ARRAY(c.arena, IrOp *, c.size);
        c.number = ARENA_ARRAY(c.arena, uint32_t, m->value_count);
        changed |= merge_in(&c, body);
    }
    arena_close(c.arena);
    return changed ? PASS_CHANGED : PASS_UNCHANGED;
}
