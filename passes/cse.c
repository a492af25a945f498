/* Computes equal things once.
 *
 *     %a = add %x, %y             %a = add %x, %y
 *     %b = add %y, %x             %c = multiply %a, %a
 *     %c = multiply %a, %b
 *
 * In program order, each pure op is looked up among those before it in its block and,
 * in kernels, in the loops around it (but not around scf.parallel or gpu.launch: what their
 * tasks share travels through memory) by kind, operands, attributes and result types;
 * operands of an op that commutes are compared in the order of their ids. An op with
 * regions is equal to another whose regions are equal op by op, their values numbered in
 * order. Random bits are pure: the same state gives the same bits.
 *
 * Needs: a verified graph.  Keeps: order; the op that stays has the places of both. */
#include "passes/equal.h"
#include "passes/pass.h"

typedef struct Cse {
    Arena *arena;
    IrOp **slots;     /* open addressing; NULL is free */
    size_t size;      /* a power of two, more than twice the ops */
    PassEqual equal;
} Cse;

static uint64_t hash(const IrOp *op)
{
    uint64_t h = pass_mix(op->kind, op->operand_count);
    for (uint32_t i = 0; i < op->operand_count; i++)
        h = pass_mix(h, pass_ordered_operand(op, i)->id);
    for (uint32_t i = 0; i < op->attr_count; i++)
        h = pass_mix(pass_mix(h, (uintptr_t)op->attrs[i].name),
                     (uintptr_t)op->attrs[i].value);
    for (uint32_t i = 0; i < op->result_count; i++)
        h = pass_mix(h, (uintptr_t)op->results[i].type);
    return h;
}

/* Whether an earlier op can be used in place of `op`. */
static bool reaches(const IrOp *earlier, const IrOp *op)
{
    for (const IrBlock *b = op->block; b; b = b->region->op->block)
        if (earlier->block == b)
            return true;
        else if (b->region->op->kind == OP_scf_parallel ||
                 b->region->op->kind == OP_gpu_launch)
            return false;
    return false;
}

/* The earlier op equal to this one, which is entered if there is none. */
static IrOp *find_or_enter(Cse *c, IrOp *op)
{
    size_t i = hash(op) & (c->size - 1);
    for (; c->slots[i]; i = (i + 1) & (c->size - 1))
        if (reaches(c->slots[i], op) && pass_equal(&c->equal, c->slots[i], op))
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
        if (ir_op_info(op->kind)->class == IR_CLASS_LOOP || op->kind == OP_gpu_launch)
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
        c.equal.number = ARENA_ARRAY(c.arena, uint32_t, m->value_count);
        changed |= merge_in(&c, body);
    }
    arena_close(c.arena);
    return changed ? PASS_CHANGED : PASS_UNCHANGED;
}
