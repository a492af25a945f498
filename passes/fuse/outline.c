/* Turns groups into private functions with descent.kind, and the function that held them into a list
 * of calls in an order that respects who needs whom. */
#include "passes/fuse/fuse.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {"loop",        "reduce",  "row",
                                         "contraction", "scatter", "custom"};

typedef struct Values {
    IrValue **items;
    size_t count, room;
} Values;

static void add_once(Fusion *f, Values *list, IrValue *v)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == v)
            return;
    ARENA_PUSH(f->arena, list->items, list->count, list->room, v);
}

static bool in_group(const Fusion *f, const IrValue *v, int32_t g)
{
    return v->op && f->group_of[v->op->id] == g;
}

static void add_inputs(Fusion *f, IrValue *v, int32_t g, Values *inputs)
{
    if (in_group(f, v, g))
        return;
    if (fuse_is_buffer(f, v)) {
        add_once(f, inputs, v);
        return;
    }
    for (uint32_t i = 0; i < v->op->operand_count; i++)
        add_inputs(f, ir_operand(v->op, i), g, inputs);
}

/* Regions (of reduce and the like) may use values from outside. */
static void add_region_inputs(Fusion *f, IrOp *op, int32_t g, Values *inputs)
{
    for (uint32_t r = 0; r < op->region_count; r++)
        for (IrOp *o = op->regions[r].block->first; o; o = o->next)
            for (uint32_t i = 0; i < o->operand_count; i++)
                if (!ir_value_defined_inside(ir_operand(o, i), op))
                    add_inputs(f, ir_operand(o, i), g, inputs);
}

/* Whether a value is read by another group or returned, directly or through views. */
static bool is_output(const Fusion *f, const IrValue *v, int32_t g)
{
    for (const IrUse *u = v->uses; u; u = u->next) {
        const IrOp *user = u->op;
        while (user->block != ir_func_block(f->func))           /* inside a region of an op */
            user = user->block->region->op;
        int32_t by = f->group_of[user->id];
        if (by == INLINED && user->kind != OP_return) {
            if (is_output(f, &user->results[0], g))
                return true;
        } else if (by != g) {
            return true;
        }
    }
    return false;
}

static void copy_op(Fusion *f, IrOp *op, IrMap *map, IrBlock *to);

/* Views are copied in front of their first user in the group. */
static void copy_views(Fusion *f, IrValue *v, IrMap *map, IrBlock *to)
{
    if (ir_map_get(map, v) == v && !fuse_is_buffer(f, v))
        copy_op(f, v->op, map, to);
}

static void copy_op(Fusion *f, IrOp *op, IrMap *map, IrBlock *to)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        copy_views(f, ir_operand(op, i), map, to);
    for (uint32_t r = 0; r < op->region_count; r++)
        for (IrOp *o = op->regions[r].block->first; o; o = o->next)
            for (uint32_t i = 0; i < o->operand_count; i++)
                if (!ir_value_defined_inside(ir_operand(o, i), op))
                    copy_views(f, ir_operand(o, i), map, to);
    ir_block_append(to, ir_op_clone(f->m, op, map));
}

static IrType *types_of(Fusion *f, const Values *list)
{
    IrType *types = ARENA_ARRAY(f->arena, IrType, list->count);
    for (size_t i = 0; i < list->count; i++)
        types[i] = list->items[i]->type;
    return types;
}

/* A custom call takes and gives buffers as its function knows them: each operand in its place, even
 * if one is there twice, and each result, even if nobody reads it. */
static void collect_custom(Fusion *f, IrOp *op, Values *inputs, Values *outputs, IrLoc *loc)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        ARENA_PUSH(f->arena, inputs->items, inputs->count, inputs->room, ir_operand(op, i));
    for (uint32_t i = 0; i < op->result_count; i++)
        add_once(f, outputs, ir_result(op, i));
    *loc = op->loc;
}

static void collect(Fusion *f, int32_t g, Values *inputs, Values *outputs, IrLoc *loc)
{
    const Group *group = &f->groups[g];
    if (group->kind == KIND_CUSTOM) {
        collect_custom(f, group->ops[0], inputs, outputs, loc);
        return;
    }
    IrLoc *locs = ARENA_ARRAY(f->arena, IrLoc, group->count);
    for (size_t i = 0; i < group->count; i++) {
        IrOp *op = group->ops[i];
        locs[i] = op->loc;
        for (uint32_t k = 0; k < op->operand_count; k++)
            add_inputs(f, ir_operand(op, k), g, inputs);
        add_region_inputs(f, op, g, inputs);
        for (uint32_t k = 0; k < op->result_count; k++)
            if (is_output(f, ir_result(op, k), g))
                add_once(f, outputs, ir_result(op, k));
    }
    *loc = ir_loc_fused(f->m->context, group->count, locs);
}

static IrName kernel_name(Fusion *f, const char *kind, int32_t g)
{
    const char *func = ir_func_name(f->func);
    IrName name = ir_namef(f->m->context, "%s.%s.%d", func, kind, (int)g);
    for (int i = 1; ir_symbols_func(f->taken, name); i++)
        name = ir_namef(f->m->context, "%s.%s.%d.%d", func, kind, (int)g, i);
    return name;
}

static void forget(IrMap *map)
{
    if (map->room)
        memset(map->to, 0, map->room * sizeof *map->to);
}

/* What is known of an argument of the function around is known of the group's, too. */
static void hand_down(Fusion *f, const Values *inputs, IrOp *func)
{
    for (size_t i = 0; i < inputs->count; i++) {
        const IrValue *v = inputs->items[i];
        static const char name[] = "descent.finite";
        IrAttr finite = v->op ? NULL : ir_func_arg_attr(f->func, v->index, name);
        if (finite)
            ir_func_set_arg_attr(func, (uint32_t)i, name, finite);
    }
}

/* A call that was there before, now among the others. */
static void move_call(IrOp *call, const IrMap *outer, IrBlock *to)
{
    for (uint32_t i = 0; i < call->operand_count; i++)
        ir_op_set_operand(call, i, ir_map_get(outer, ir_operand(call, i)));
    ir_op_unlink(call);
    ir_block_append(to, call);
}

/* The private function of a group, and a call of it at the end of `to`. `inner` maps what the
 * function holds; its memory serves all groups. */
static void outline(Fusion *f, int32_t g, IrMap *outer, IrMap *inner, IrBlock *to)
{
    Group *group = &f->groups[g];
    Values inputs = {0}, outputs = {0};
    IrLoc loc;
    if (group->kind == KIND_CALL) {
        move_call(group->ops[0], outer, to);
        return;
    }
    collect(f, g, &inputs, &outputs, &loc);
    if (!outputs.count)
        return;
    const char *kind = kind_names[group->kind];
    IrName name = kernel_name(f, kind, g);
    IrOp *func = ir_func_new(f->m, name, true, loc, inputs.count, types_of(f, &inputs), outputs.count,
                             types_of(f, &outputs));
    ir_op_set_attr(func, "descent.kind", ir_attr_string(f->m->context, kind));
    hand_down(f, &inputs, func);
    forget(inner);
    IrBuilder b = ir_builder_at_end(f->m, ir_func_block(func), loc);
    IrValue **results = ARENA_ARRAY(f->arena, IrValue *, outputs.count);
    IrValue **args = ARENA_ARRAY(f->arena, IrValue *, inputs.count);
    for (size_t i = 0; i < inputs.count; i++) {
        ir_map_set(inner, inputs.items[i], b.block->args[i]);
        b.block->args[i]->hint = inputs.items[i]->hint;
        args[i] = ir_map_get(outer, inputs.items[i]);
    }
    for (size_t i = 0; i < group->count; i++)
        copy_op(f, group->ops[i], inner, b.block);
    for (size_t i = 0; i < outputs.count; i++)
        results[i] = ir_map_get(inner, outputs.items[i]);
    ir_return(&b, outputs.count, results);
    IrBuilder caller = ir_builder_at_end(f->m, to, loc);
    IrOp *call = ir_call(&caller, func, inputs.count, args);
    for (size_t i = 0; i < outputs.count; i++)
        ir_map_set(outer, outputs.items[i], ir_result(call, (uint32_t)i));
}

/* --------------------------------------------------------------------------------------- order */

typedef struct Placed {
    uint32_t position;
    IrOp *op;
} Placed;

static int by_position(const void *a, const void *b)
{
    uint32_t x = ((const Placed *)a)->position, y = ((const Placed *)b)->position;
    return x < y ? -1 : x > y;
}

static void sort_ops(Fusion *f, Group *g)
{
    Placed *placed = ARENA_ARRAY(f->arena, Placed, g->count);
    for (size_t i = 0; i < g->count; i++)
        placed[i] = (Placed){f->position[g->ops[i]->id], g->ops[i]};
    qsort(placed, g->count, sizeof *placed, by_position);
    for (size_t i = 0; i < g->count; i++)
        g->ops[i] = placed[i].op;
}

typedef struct Order {
    size_t *waits;          /* by group: how many must still run before it */
    bool *done;             /* or merged into another */
} Order;

static Order order_new(Fusion *f)
{
    Order o = {ARENA_ARRAY(f->arena, size_t, f->count), ARENA_ARRAY(f->arena, bool, f->count)};
    for (size_t i = 0; i < f->count; i++)
        o.done[i] = !f->groups[i].alive;
    for (size_t i = 0; i < f->count; i++)
        for (size_t k = 0; !o.done[i] && k < f->count; k++)
            o.waits[i] += !o.done[k] && fuse_has(f->groups[i].before, k);
    return o;
}

/* The first group, in program order, for which nothing must run any more; -1 at the end. */
static int32_t order_next(const Fusion *f, const Order *o)
{
    int32_t best = -1;
    uint32_t first = UINT32_MAX;
    for (size_t i = 0; i < f->count; i++)
        if (!o->done[i] && !o->waits[i] && f->position[f->groups[i].ops[0]->id] < first) {
            first = f->position[f->groups[i].ops[0]->id];
            best = (int32_t)i;
        }
    return best;
}

static void order_finish(const Fusion *f, Order *o, int32_t g)
{
    o->done[g] = true;
    for (size_t i = 0; i < f->count; i++)
        o->waits[i] -= !o->done[i] && fuse_has(f->groups[i].before, (size_t)g);
}

void fuse_outline(Fusion *f)
{
    IrBlock *block = ir_func_block(f->func);
    IrOp *ret = block->last;
    IrMap outer = {.arena = f->arena}, inner = outer;
    for (size_t i = 0; i < f->count; i++)
        if (f->groups[i].alive)
            sort_ops(f, &f->groups[i]);
    Order order = order_new(f);
    for (int32_t g; (g = order_next(f, &order)) >= 0; order_finish(f, &order, g))
        outline(f, g, &outer, &inner, block);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        ir_op_set_operand(ret, i, ir_map_get(&outer, ir_operand(ret, i)));
    ir_op_unlink(ret);
    for (IrOp *op = block->last, *prev; op; op = prev) {
        prev = op->prev;
        if (op->kind != OP_call)
            ir_op_erase(op);
    }
    ir_block_append(block, ret);
}
