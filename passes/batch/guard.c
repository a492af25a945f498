/* A launch with fewer threads than its block has: those beyond come to every barrier, and
 * do nothing between them.
 *
 *     %x = load ...                     %x = if (thread < 160) { load ... } else { 0 }
 *     store %x, %shared          ->     if (thread < 160) { store %x, %shared }
 *     barrier                           barrier
 *     %y = load %shared ...             if (thread < 160) { %y = load %shared ... }
 *
 * So all barriers have to stand directly in the launch, where all threads come by. */
#include "passes/batch/batch.h"

typedef struct Guard {
    IrModule *m;
    IrBuilder *b;
    IrMap *map;
    IrValue *condition;
    Arena *arena;
} Guard;

/* What reads and writes nothing, as numbers of elements, all threads may compute. */
static bool is_free(const IrOp *op, const IrBlock *body)
{
    if (op->kind == OP_memref_alloca || op->block != body)
        return true;
    bool free = (ir_op_info(op->kind)->traits & IR_PURE) && !op->region_count;
    for (uint32_t i = 0; i < op->operand_count && free; i++)
        free = !ir_operand(op, i)->op || is_free(ir_operand(op, i)->op, body);
    return free;
}

static bool has_barrier(const IrOp *op)
{
    for (uint32_t r = 0; r < op->region_count; r++)
        for (const IrOp *o = op->regions[r].block ? op->regions[r].block->first : NULL; o;
             o = o->next)
            if (o->kind == OP_gpu_barrier || has_barrier(o))
                return true;
    return false;
}

bool batch_is_flat(const IrOp *launch)
{
    for (const IrOp *op = launch->regions[0].block->first; op; op = op->next) {
        IrOpClass class = ir_op_info(op->kind)->class;
        bool knows = class != IR_CLASS_GPU || op->kind == OP_gpu_barrier ||
                     op->kind == OP_gpu_shuffle || op->kind == OP_gpu_terminator;
        for (uint32_t i = 0; i < op->result_count; i++) {
            IrType t = op->results[i].type;
            knows &= t->kind == IR_SCALAR || t->kind == IR_INDEX ||
                     (t->kind == IR_VECTOR && !t->of_index && t->rank == 1) ||
                     op->kind == OP_memref_alloca;
        }
        if (!knows || has_barrier(op))
            return false;
    }
    return true;
}

static void insert(Guard *g, const IrOp *op)
{
    IrOp *copy = ir_op_clone(g->m, op, g->map);
    if (g->b->before)
        ir_op_insert_before(copy, g->b->before);
    else
        ir_block_append(g->b->block, copy);
}

/* Whether a value is needed behind `end`, an op of its block. */
static bool is_needed_behind(const IrValue *v, const IrOp *end)
{
    for (const IrUse *u = v->uses; u; u = u->next) {
        const IrOp *user = u->op;
        while (user->block != end->block)
            user = user->block->region->op;
        for (const IrOp *op = end; op; op = op->next)
            if (op == user)
                return true;
    }
    return false;
}

static IrValue *zero(Guard *g, IrType t)
{
    bool number = t->kind != IR_INDEX && dtype_is_float(t->elem);
    return number ? k_const(g->b, t, 0) : k_int(g->b, t, 0);
}

/* The ops from `from` up to `end`, which is a barrier or the launch's last. */
static void copy_segment(Guard *g, const IrOp *from, const IrOp *end)
{
    IrValue **out = NULL, **values;
    size_t count = 0, room = 0;
    for (const IrOp *op = from; op != end; op = op->next) {
        bool free = is_free(op, end->block);
        if (free)
            insert(g, op);
        for (uint32_t i = 0; i < op->result_count && !free; i++)
            if (is_needed_behind(ir_result(op, i), end))
                ARENA_PUSH(g->arena, out, count, room, ir_result(op, i));
    }
    IrType *types = ARENA_ARRAY(g->arena, IrType, count);
    values = ARENA_ARRAY(g->arena, IrValue *, count);
    for (size_t i = 0; i < count; i++)
        types[i] = out[i]->type;
    IrOp *branch = k_if_begin(g->b, g->condition, count, types);
    for (const IrOp *op = from; op != end; op = op->next)
        if (!is_free(op, end->block))
            insert(g, op);
    for (size_t i = 0; i < count; i++)
        values[i] = ir_map_get(g->map, out[i]);
    if (count) {
        k_if_else(g->b, branch, count, values);
        for (size_t i = 0; i < count; i++)
            values[i] = zero(g, types[i]);
    }
    k_if_end(g->b, branch, count, values);
    for (size_t i = 0; i < count; i++)
        ir_map_set(g->map, out[i], ir_result(branch, (uint32_t)i));
}

void batch_copy_guarded(IrModule *m, IrBuilder *b, IrMap *map, const IrBlock *body,
                        IrValue *condition)
{
    Guard g = {m, b, map, condition, arena_open()};
    const IrOp *from = body->first;
    for (const IrOp *op = from; op; op = op->next) {
        if (op->kind != OP_gpu_barrier && op != body->last)
            continue;
        if (op != from)
            copy_segment(&g, from, op);
        if (op != body->last)
            insert(&g, op);
        from = op->next;
    }
    arena_close(g.arena);
}
