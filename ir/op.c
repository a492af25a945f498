/* Operations: the table, making, linking and copying them. */
#include "ir/ir.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PURE = IR_PURE, COMMUTES = IR_COMMUTES, TERMINATOR = IR_TERMINATOR, ISOLATED = IR_ISOLATED,
       V = -1 };

static const IrOpInfo infos[OP_COUNT] = {
#define GRAPH_OP(id, name, in, out, regions, class, traits, meaning) \
    [OP_##id] = {name, in, out, regions, IR_CLASS_##class, traits, false, meaning},
#define KERNEL_OP(id, name, in, out, regions, class, traits, meaning) \
    [OP_##id] = {name, in, out, regions, IR_CLASS_##class, traits, true, meaning},
#include "ir/ops.def"
};

const IrOpInfo *ir_op_info(IrOpKind kind)
{
    return &infos[kind];
}

bool ir_op_kind(const char *name, size_t length, IrOpKind *out)
{
    static const struct { const char *name; IrOpKind kind; } also[] = {
        {"return", OP_return}, {"call", OP_call}};
    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        if (strlen(also[i].name) == length && !memcmp(also[i].name, name, length))
            return *out = also[i].kind, true;
    for (int i = 0; i < OP_COUNT; i++)
        if (!strncmp(infos[i].name, name, length) && !infos[i].name[length])
            return *out = (IrOpKind)i, true;
    return false;
}

bool ir_is_elementwise(IrOpKind kind)
{
    IrOpClass c = infos[kind].class;
    return c == IR_CLASS_UNARY || c == IR_CLASS_BINARY || c == IR_CLASS_ELEMENTWISE;
}

/* --------------------------------------------------------------------------------- attributes */

static uint32_t attr_slot(const IrOp *op, const char *name, bool *found)
{
    uint32_t i = 0;
    int order = 1;
    while (i < op->attr_count && (order = strcmp(op->attrs[i].name, name)) < 0)
        i++;
    *found = i < op->attr_count && order == 0;
    return i;
}

IrAttr ir_op_attr(const IrOp *op, const char *name)
{
    bool found;
    uint32_t i = attr_slot(op, name, &found);
    return found ? op->attrs[i].value : NULL;
}

void ir_op_set_attr(IrOp *op, const char *name, IrAttr value)
{
    bool found;
    uint32_t i = attr_slot(op, name, &found), rest = op->attr_count - i;
    if (found && value) {
        op->attrs[i].value = value;
    } else if (found) {
        memmove(&op->attrs[i], &op->attrs[i + 1], (rest - 1) * sizeof *op->attrs);
        op->attr_count--;
    } else if (value) {
        IrNamedAttr *attrs = ARENA_ARRAY(op->module->arena, IrNamedAttr, op->attr_count + 1);
        if (i)
            memcpy(attrs, op->attrs, i * sizeof *attrs);
        attrs[i] = (IrNamedAttr){ir_name(op->module->context, name), value};
        if (rest)
            memcpy(attrs + i + 1, op->attrs + i, rest * sizeof *attrs);
        op->attrs = attrs;
        op->attr_count++;
    }
}

int64_t ir_op_int(const IrOp *op, const char *name)
{
    IrAttr a = ir_op_attr(op, name);
    assert(a && (a->kind == IR_ATTR_INT || a->kind == IR_ATTR_BOOL));
    return a->number;
}

const int64_t *ir_op_ints(const IrOp *op, const char *name, size_t *count)
{
    IrAttr a = ir_op_attr(op, name);
    assert(a && a->kind == IR_ATTR_INTS);
    if (count)
        *count = a->count;
    return a->ints;
}

const char *ir_op_string(const IrOp *op, const char *name)
{
    IrAttr a = ir_op_attr(op, name);
    assert(a && (a->kind == IR_ATTR_STRING || a->kind == IR_ATTR_SYMBOL || a->kind == IR_ATTR_ENUM));
    return a->kind == IR_ATTR_ENUM ? a->value : a->name;
}

/* Functions keep the attributes of arguments and results as arrays of dictionaries. */
static IrAttr slot_attr(const IrOp *func, const char *list, uint32_t i, const char *name)
{
    IrAttr a = ir_op_attr(func, list);
    return a && a->kind == IR_ATTR_ARRAY && i < a->count ? ir_attr_get(a->items[i], name) : NULL;
}

static void set_slot_attr(IrOp *func, const char *list, size_t count, uint32_t at,
                          const char *name, IrAttr value)
{
    IrContext *c = func->module->context;
    IrAttr old = ir_op_attr(func, list);
    IrAttr *items = ARENA_ARRAY(func->module->arena, IrAttr, count);
    for (size_t i = 0; i < count; i++)
        items[i] = old && i < old->count ? old->items[i] : ir_attr_dict(c, 0, NULL);
    IrNamedAttr *entries = ARENA_ARRAY(func->module->arena, IrNamedAttr, items[at]->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < items[at]->count; i++)
        if (strcmp(items[at]->entries[i].name, name))
            entries[n++] = items[at]->entries[i];
    if (value)
        entries[n++] = (IrNamedAttr){name, value};
    items[at] = ir_attr_dict(c, n, entries);
    ir_op_set_attr(func, list, ir_attr_array(c, count, items));
}

IrAttr ir_func_arg_attr(const IrOp *func, uint32_t i, const char *name)
{
    return slot_attr(func, "arg_attrs", i, name);
}

IrAttr ir_func_result_attr(const IrOp *func, uint32_t i, const char *name)
{
    return slot_attr(func, "res_attrs", i, name);
}

void ir_func_set_arg_attr(IrOp *func, uint32_t i, const char *name, IrAttr value)
{
    set_slot_attr(func, "arg_attrs", ir_func_type(func)->input_count, i, name, value);
}

void ir_func_set_result_attr(IrOp *func, uint32_t i, const char *name, IrAttr value)
{
    set_slot_attr(func, "res_attrs", ir_func_type(func)->result_count, i, name, value);
}

/* -------------------------------------------------------------------------------------- making */

static void link_use(IrUse *u, IrValue *v)
{
    u->value = v;
    u->next = v->uses;
    u->prev = &v->uses;
    if (u->next)
        u->next->prev = &u->next;
    v->uses = u;
}

static void unlink_use(IrUse *u)
{
    if (!u->value)
        return;
    *u->prev = u->next;
    if (u->next)
        u->next->prev = u->prev;
    u->value = NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const IrNamedAttr *)a)->name, ((const IrNamedAttr *)b)->name);
}

static void set_attrs(IrOp *op, size_t count, const IrNamedAttr *attr)
{
    op->attrs = ARENA_ARRAY(op->module->arena, IrNamedAttr, count);
    for (size_t i = 0; i < count; i++)
        if (attr[i].value)
            op->attrs[op->attr_count++] =
                (IrNamedAttr){ir_name(op->module->context, attr[i].name), attr[i].value};
    if (op->attr_count)
        qsort(op->attrs, op->attr_count, sizeof *op->attrs, by_name);
}

IrOp *ir_op_new(IrModule *m, IrOpKind kind, IrLoc loc, size_t operands, IrValue *const *in,
                size_t results, const IrType *types, size_t attrs, const IrNamedAttr *attr)
{
    IrOp *op = ARENA_NEW(m->arena, IrOp);
    op->kind = kind;
    op->id = m->op_count++;
    op->loc = loc;
    op->module = m;
    op->operand_count = (uint32_t)operands;
    op->operands = ARENA_ARRAY(m->arena, IrUse, operands);
    for (uint32_t i = 0; i < operands; i++) {
        op->operands[i].op = op;
        op->operands[i].index = i;
        link_use(&op->operands[i], in[i]);
    }
    op->result_count = (uint32_t)results;
    op->results = ARENA_ARRAY(m->arena, IrValue, results);
    for (uint32_t i = 0; i < results; i++)
        op->results[i] = (IrValue){.type = types[i], .op = op, .index = i, .id = m->value_count++};
    op->region_count = (uint32_t)infos[kind].regions;
    op->regions = ARENA_ARRAY(m->arena, IrRegion, op->region_count);
    for (uint32_t i = 0; i < op->region_count; i++)
        op->regions[i].op = op;
    set_attrs(op, attrs, attr);
    return op;
}

IrBlock *ir_region_block(IrRegion *r)
{
    if (!r->block) {
        r->block = ARENA_NEW(r->op->module->arena, IrBlock);
        r->block->region = r;
    }
    return r->block;
}

IrValue *ir_block_add_arg(IrBlock *b, IrType type, IrLoc loc)
{
    IrModule *m = b->region->op->module;
    IrValue *v = ARENA_NEW(m->arena, IrValue);
    *v = (IrValue){.type = type, .block = b, .index = b->arg_count, .id = m->value_count++, .loc = loc};
    if (!(b->arg_count & (b->arg_count - 1))) {         /* full at 0 and at powers of two */
        IrValue **args = ARENA_ARRAY(m->arena, IrValue *, b->arg_count ? b->arg_count * 2 : 1);
        if (b->arg_count)
            memcpy(args, b->args, b->arg_count * sizeof *args);
        b->args = args;
    }
    b->args[b->arg_count++] = v;
    return v;
}

static void link_op(IrOp *op, IrBlock *b, IrOp *prev, IrOp *next)
{
    assert(!op->block);
    op->block = b;
    op->prev = prev;
    op->next = next;
    *(prev ? &prev->next : &b->first) = op;
    *(next ? &next->prev : &b->last) = op;
}

void ir_block_append(IrBlock *b, IrOp *op)
{
    link_op(op, b, b->last, NULL);
}

void ir_op_insert_before(IrOp *op, IrOp *before)
{
    link_op(op, before->block, before->prev, before);
}

void ir_op_insert_after(IrOp *op, IrOp *after)
{
    link_op(op, after->block, after, after->next);
}

void ir_op_unlink(IrOp *op)
{
    if (!op->block)
        return;
    *(op->prev ? &op->prev->next : &op->block->first) = op->next;
    *(op->next ? &op->next->prev : &op->block->last) = op->prev;
    op->block = NULL;
    op->prev = op->next = NULL;
}

static void drop_operands(IrOp *op, void *data)
{
    (void)data;
    for (uint32_t i = 0; i < op->operand_count; i++)
        unlink_use(&op->operands[i]);
}

void ir_op_erase(IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        assert(!op->results[i].uses);
    ir_walk(op, drop_operands, NULL);
    drop_operands(op, NULL);
    ir_op_unlink(op);
}

void ir_op_set_operand(IrOp *op, uint32_t i, IrValue *v)
{
    unlink_use(&op->operands[i]);
    link_use(&op->operands[i], v);
}

void ir_op_add_operand(IrOp *op, IrValue *v)
{
    IrUse *uses = ARENA_ARRAY(op->module->arena, IrUse, op->operand_count + 1);
    for (uint32_t i = 0; i <= op->operand_count; i++) {
        IrValue *old = i < op->operand_count ? op->operands[i].value : v;
        if (i < op->operand_count)
            unlink_use(&op->operands[i]);
        uses[i] = (IrUse){.op = op, .index = i};
        link_use(&uses[i], old);
    }
    op->operands = uses;
    op->operand_count++;
}

void ir_replace_uses(IrValue *from, IrValue *to)
{
    assert(from != to);
    while (from->uses) {
        IrUse *u = from->uses;
        unlink_use(u);
        link_use(u, to);
    }
}

void ir_walk(IrOp *op, void (*visit)(IrOp *op, void *data), void *data)
{
    for (uint32_t r = 0; r < op->region_count; r++) {
        if (!op->regions[r].block)
            continue;
        for (IrOp *o = op->regions[r].block->first, *next; o; o = next) {
            next = o->next;
            ir_walk(o, visit, data);
            visit(o, data);
        }
    }
}

bool ir_value_defined_inside(const IrValue *v, const IrOp *op)
{
    const IrBlock *b = v->op ? v->op->block : v->block;
    while (b) {
        if (b->region->op == op)
            return true;
        b = b->region->op->block;
    }
    return false;
}

/* ------------------------------------------------------------------------------------- copying */

void ir_map_set(IrMap *map, const IrValue *from, IrValue *to)
{
    if (from->id >= map->room)
        arena_grow(map->arena, (void **)&map->to, &map->room, from->id + 1, sizeof *map->to);
    map->to[from->id] = to;
}

IrValue *ir_map_get(const IrMap *map, IrValue *from)
{
    return from->id < map->room && map->to[from->id] ? map->to[from->id] : from;
}

IrOp *ir_op_clone(IrModule *into, const IrOp *op, IrMap *map)
{
    IrValue **in = ARENA_ARRAY(into->arena, IrValue *, op->operand_count);
    IrType *types = ARENA_ARRAY(into->arena, IrType, op->result_count);
    for (uint32_t i = 0; i < op->operand_count; i++)
        in[i] = ir_map_get(map, ir_operand(op, i));
    for (uint32_t i = 0; i < op->result_count; i++)
        types[i] = op->results[i].type;
    IrOp *copy = ir_op_new(into, op->kind, op->loc, op->operand_count, in, op->result_count, types,
                           op->attr_count, op->attrs);
    for (uint32_t i = 0; i < op->result_count; i++) {
        copy->results[i].hint = op->results[i].hint;
        ir_map_set(map, &op->results[i], &copy->results[i]);
    }
    for (uint32_t r = 0; r < op->region_count; r++) {
        const IrBlock *from = op->regions[r].block;
        if (!from)
            continue;
        IrBlock *to = ir_region_block(&copy->regions[r]);
        for (uint32_t i = 0; i < from->arg_count; i++) {
            IrValue *arg = ir_block_add_arg(to, from->args[i]->type, from->args[i]->loc);
            arg->hint = from->args[i]->hint;
            ir_map_set(map, from->args[i], arg);
        }
        for (const IrOp *o = from->first; o; o = o->next)
            ir_block_append(to, ir_op_clone(into, o, map));
    }
    return copy;
}
