/* The file: which functions and constants of the module it has, for whom, and what stands
 * in front of them. */
#include "backends/c/emit.h"

#include <string.h>

/* ---------------------------------------------------------------------------- entries */

/* The arguments of the program: the arena, the graph's arguments, the results that are no
 * argument. */
static void print_entry(CEmit *e, const IrOp *func)
{
    static const char parameters[] =
        "(void *arena, void *const *args, void *const *results,\n"
        "    struct descent_pool *pool)";
    uint32_t count = ir_func_block(func)->arg_count, *results;
    uint32_t own = ir_own_results(func, e->arena, &results);
    if (count < 1 + own) {
        c_fail(e, func, "@%s has fewer buffers than results", ir_func_name(func));
        return;
    }
    const char *name =
        c_names_fresh(e, &e->globals, c_format(e, "descent_%s", ir_func_name(func)));
    Text *t = &e->functions;
    text_printf(t, "void %s%s;\n\nvoid %s%s\n{\n", name, parameters, name, parameters);
    if (count == 1 + own)
        text_add(t, "    (void)args;\n");
    if (own == 0)
        text_add(t, "    (void)results;\n");
    if (!c_needs_pool(e, func))
        text_add(t, "    (void)pool;\n");
    text_printf(t, "    %s(arena", e->function_names[func->id]);
    for (uint32_t i = 1; i < count - own; i++)
        text_printf(t, ", args[%u]", i - 1);
    for (uint32_t i = 0; i < own; i++)
        text_printf(t, ", results[%u]", results[i]);
    text_printf(t, "%s);\n}\n\n", c_needs_pool(e, func) ? ", pool" : "");
}

/* -------------------------------------------------------------------------- constants */

/* Those that are not private are for others, and printed at once; the rest when asked
 * for. */
static void list_global(CEmit *e, const IrOp *op)
{
    CSymbol s = {op, NULL};
    const char *name = ir_op_string(op, "sym_name");
    IrAttr visibility = ir_op_attr(op, "sym_visibility");
    IrType type = ir_op_attr(op, "type")->type;
    if (!visibility || strcmp(visibility->name, "private") != 0) {
        text_printf(&e->constants, "extern const %s %s[];\n", c_memory_elem(type).type,
                    name);
        s.name = c_table(e, name, "", ir_op_attr(op, "initial_value"), type);
    }
    ARENA_PUSH(e->arena, e->symbol, e->symbol_count, e->symbol_room, s);
}

const char *c_global(CEmit *e, const char *name)
{
    for (size_t i = 0; i < e->symbol_count; i++) {
        CSymbol *s = &e->symbol[i];
        if (strcmp(ir_op_string(s->global, "sym_name"), name))
            continue;
        if (!s->name)
            s->name = c_table(e, name, "static ", ir_op_attr(s->global, "initial_value"),
                              ir_op_attr(s->global, "type")->type);
        return s->name;
    }
    return NULL;
}

/* ----------------------------------------------------------------------------- module */

/* The names that callers know are theirs: nothing else is called so. */
static void reserve_exports(CEmit *e, const IrOp *op)
{
    if (op->kind == OP_func && ir_op_attr(op, "descent.export") &&
        !c_names_add(e, &e->globals, ir_op_string(op, "descent.export")))
        c_fail(e, op, "two functions are exported as %s",
               ir_op_string(op, "descent.export"));
}

/* After all is printed: which helpers there are is known only then. */
static void check_export(CEmit *e, const IrOp *op)
{
    if (op->kind == OP_func && ir_op_attr(op, "descent.export") &&
        !c_is_new(e, ir_op_string(op, "descent.export")))
        c_fail(e, op,
               "unsupported: the function would be called %s, as one of the file's own: "
               "another name of the output gives it another",
               ir_op_string(op, "descent.export"));
}

/* What the module is made for; other functions are printed if these call them. */
static bool is_root(const IrOp *func)
{
    IrAttr visibility = ir_op_attr(func, "sym_visibility");
    return ir_func_block(func) &&
           (ir_op_attr(func, "descent.entry") || ir_op_attr(func, "descent.export") ||
            !visibility || strcmp(visibility->name, "private") != 0);
}

static void print_root(CEmit *e, const IrOp *func)
{
    c_kernel(e, func);
    if (ir_op_attr(func, "descent.entry"))
        print_entry(e, func);
}

CEmit c_begin(IrModule *m, const CDialect *dialect, DiagList *d)
{
    CEmit e = {.module = m, .dialect = dialect, .diags = d, .arena = arena_open()};
    e.values = ARENA_ARRAY(e.arena, CValue, m->value_count);
    e.facts = ARENA_ARRAY(e.arena, CFact, m->value_count);
    e.function_names = ARENA_ARRAY(e.arena, const char *, m->op_count);
    e.symbols = ir_symbols(m, e.arena);
    for (const IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (op->kind == OP_memref_global)
            list_global(&e, op);
    return e;
}

static bool print_module(CEmit *e)
{
    const IrOp *first = ir_module_block(e->module)->first;
    for (const IrOp *op = first; op; op = op->next)
        reserve_exports(e, op);
    for (const IrOp *op = first; op; op = op->next) {
        if (op->kind == OP_func && is_root(op))
            print_root(e, op);
        else if (op->kind != OP_func && op->kind != OP_memref_global)
            c_fail(e, op, "only functions and constants stand in a module");
    }
    for (const IrOp *op = first; op; op = op->next)
        check_export(e, op);
    return !e->failed;
}

void c_end(CEmit *e)
{
    text_free(&e->types);
    text_free(&e->helpers);
    text_free(&e->constants);
    text_free(&e->functions);
    arena_close(e->arena);
}

void c_add_part(Text *out, const Text *part)
{
    if (part->length)
        text_add_bytes(out, part->bytes, part->length);
}

bool c_print(IrModule *kernels, const COptions *options, Text *out, DiagList *d)
{
    CEmit e = c_begin(kernels, &c_dialect, d);
    bool ok = print_module(&e);
    if (ok) {
        c_prelude(&e, options, out);
        c_add_part(out, &e.helpers);
        c_add_part(out, &e.constants);
        if (e.constants.length)
            text_add(out, "\n");
        c_add_part(out, &e.functions);
    }
    c_end(&e);
    return ok;
}

IrTarget c_target(const char *name, DiagList *d)
{
    bool scalar = name && strcmp(name, "scalar") == 0;
    if (name && !scalar && strcmp(name, "portable") != 0)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "C is made for no machine called '%s': portable and scalar are known",
                 name);
    return (IrTarget){
        .name = scalar ? "scalar" : "portable",
        .vector_bits = 128,
        .lanes = scalar ? 1 : 0,
        .vector_registers = 16,
        .fma = false,
        .l2_bytes = 1 << 18,
    };
}
