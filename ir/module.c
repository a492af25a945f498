/* Modules and functions. */
#include "ir/ir.h"

#include <assert.h>
#include <string.h>

static IrModule *module_new(IrContext *c)
{
    Arena *a = arena_open();
    IrModule *m = ARENA_NEW(a, IrModule);
    m->context = c;
    m->arena = a;
    return m;
}

IrModule *ir_module_open(IrContext *c, const char *name)
{
    IrModule *m = module_new(c);
    IrNamedAttr attr = {"sym_name", name ? ir_attr_string(c, name) : NULL};
    m->op = ir_op_new(m, OP_module, ir_loc_unknown(c), 0, NULL, 0, NULL, 1, &attr);
    ir_region_block(&m->op->regions[0]);
    return m;
}

void ir_module_close(IrModule *m)
{
    if (m)
        arena_close(m->arena);
}

IrModule *ir_module_clone(IrModule *m)
{
    IrModule *copy = module_new(m->context);
    IrMap map = {.arena = copy->arena};
    copy->op = ir_op_clone(copy, m->op, &map);
    return copy;
}

IrBlock *ir_module_block(IrModule *m)
{
    return m->op->regions[0].block;
}

IrOp *ir_module_func(IrModule *m, const char *name)
{
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (op->kind == OP_func && !strcmp(ir_func_name(op), name))
            return op;
    return NULL;
}

/* Where a name is, or would be, in the table: names are interned, so their address is their hash. */
static IrOp **symbol_slot(const IrSymbols *s, IrName name)
{
    size_t i = (uintptr_t)name * 0x9E3779B97F4A7C15u >> 32 & (s->size - 1);
    while (s->slots[i] && ir_func_name(s->slots[i]) != name)
        i = (i + 1) & (s->size - 1);
    return &s->slots[i];
}

IrSymbols ir_symbols(IrModule *m, Arena *a)
{
    IrSymbols s = {.size = 16};
    size_t count = 0;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        count += op->kind == OP_func;
    while (s.size < 2 * count)
        s.size *= 2;
    s.slots = ARENA_ARRAY(a, IrOp *, s.size);
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (op->kind == OP_func)
            *symbol_slot(&s, ir_func_name(op)) = op;
    return s;
}

IrOp *ir_symbols_func(const IrSymbols *s, IrName name)
{
    return *symbol_slot(s, name);
}

IrOp *ir_symbols_callee(const IrSymbols *s, const IrOp *call)
{
    return ir_symbols_func(s, ir_op_attr(call, "callee")->name);
}

static bool symbol_taken(IrModule *m, IrName name)
{
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next) {
        IrAttr a = ir_op_attr(op, "sym_name");
        if (a && a->name == name)
            return true;
    }
    return false;
}

IrName ir_module_fresh(IrModule *m, const char *stem)
{
    IrName name = ir_name(m->context, stem);
    for (int i = 1; symbol_taken(m, name); i++)
        name = ir_namef(m->context, "%s.%d", stem, i);
    return name;
}

IrOp *ir_func_new(IrModule *m, const char *name, bool is_private, IrLoc loc, size_t inputs,
                  const IrType *in, size_t results, const IrType *out)
{
    IrContext *c = m->context;
    IrNamedAttr attrs[] = {
        {"sym_name", ir_attr_string(c, name)},
        {"function_type", ir_attr_type(c, ir_function(c, inputs, in, results, out))},
        {"sym_visibility", ir_attr_string(c, is_private ? "private" : "public")},
    };
    IrOp *func = ir_op_new(m, OP_func, loc, 0, NULL, 0, NULL, 3, attrs);
    IrBlock *block = ir_region_block(&func->regions[0]);
    for (size_t i = 0; i < inputs; i++)
        ir_block_add_arg(block, in[i], loc);
    ir_block_append(ir_module_block(m), func);
    return func;
}

IrType ir_func_type(const IrOp *func)
{
    return ir_op_attr(func, "function_type")->type;
}

void ir_func_set_type(IrOp *func, IrType t)
{
    ir_op_set_attr(func, "function_type", ir_attr_type(func->module->context, t));
}

const char *ir_func_name(const IrOp *func)
{
    return ir_op_attr(func, "sym_name")->name;
}

uint32_t ir_own_results(const IrOp *host, Arena *arena, uint32_t **out)
{
    size_t count = 0;
    bool known = ir_op_attr(host, "descent.alias");
    const int64_t *alias = known ? ir_op_ints(host, "descent.alias", &count) : NULL;
    uint32_t own = 0;
    *out = ARENA_ARRAY(arena, uint32_t, count);
    for (size_t i = 0; i < count; i++)
        if (alias[i] < 0)
            (*out)[own++] = (uint32_t)i;
    return own;
}
