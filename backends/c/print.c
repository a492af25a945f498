/* The file: functions with their arguments, in an order in which each is there before
 * it is called, and what stands in front of them. */
#include "backends/c/emit.h"

#include <inttypes.h>
#include <string.h>

void c_fail(CEmit *e, const IrOp *op, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *what = arena_vprintf(e->arena, format, args);
    va_end(args);
    bool unsupported = strncmp(what, "unsupported", 11) == 0;
    e->failed = true;
    if (unsupported)
        diag_add(e->diags, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc), "%s (%s)",
                 what, ir_op_info(op->kind)->name);
    else
        diag_add(e->diags, DIAG_ERROR, DIAG_INTERNAL, ir_loc_place(op->loc), "%s: %s: %s",
                 e->dialect->name, ir_op_info(op->kind)->name, what);
}

/* GNU C has vectors of powers of two only. */
static bool has_types(CEmit *e, const IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++) {
        unsigned lanes = c_lanes(ir_result(op, i)->type);
        if (lanes & (lanes - 1)) {
            c_fail(e, op, "unsupported: vectors of %u lanes", lanes);
            return false;
        }
    }
    return true;
}

void c_block(CEmit *e, const IrBlock *block)
{
    for (const IrOp *op = block->first; op; op = op->next) {
        const CRule *rule = &e->dialect->rules[op->kind];
        if (ir_op_info(op->kind)->traits & IR_TERMINATOR)
            return;
        if (!rule->emit)
            c_fail(e, op, "no code for this op");
        else if (c_is_needed(e, op) && has_types(e, op))
            rule->emit(e, op, rule);
    }
}

/* --------------------------------------------------------------- facts of functions */

typedef struct PoolSearch {
    CEmit *e;
    bool found;
} PoolSearch;

static void find_pool(IrOp *op, void *data)
{
    PoolSearch *s = data;
    const IrOp *callee =
        op->kind == OP_call ? ir_symbols_callee(&s->e->symbols, op) : NULL;
    s->found |= op->kind == OP_scf_parallel || (callee && c_needs_pool(s->e, callee));
}

bool c_needs_pool(CEmit *e, const IrOp *func)
{
    PoolSearch s = {e, ir_op_attr(func, "descent.export") != NULL};
    ir_walk((IrOp *)func, find_pool, &s);
    return s.found;
}

/* Whether memory that v points to is written. */
static bool is_written(CEmit *e, const IrValue *v)
{
    for (const IrUse *u = v->uses; u; u = u->next) {
        const IrOp *op = u->op, *callee;
        switch (op->kind) {
        case OP_memref_store:
        case OP_vector_store:
        case OP_memref_copy:
            if (u->index == 1)
                return true;
            break;
        case OP_vector_maskedstore:
        case OP_vector_scatter: return true;
        case OP_memref_view:
        case OP_memref_collapse_shape:
        case OP_memref_expand_shape:
            if (is_written(e, ir_result(op, 0)))
                return true;
            break;
        case OP_call:
            callee = ir_symbols_callee(&e->symbols, op);
            if (callee && c_writes(e, callee, u->index))
                return true;
            break;
        default: break;
        }
    }
    return false;
}

bool c_writes(CEmit *e, const IrOp *func, uint32_t i)
{
    const IrBlock *block = ir_func_block(func);
    return !block || is_written(e, block->args[i]);
}

/* --------------------------------------------------------------------------- places */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* "model.dsc:9, 12": the lines of the model that a function comes from; of many the
 * first. */
static const char *places(CEmit *e, IrLoc loc)
{
    enum { MOST = 6 };
    const IrLoc one[] = {loc};
    const IrLoc *parts = loc->kind == IR_LOC_FUSED ? loc->parts : one;
    size_t count = loc->kind == IR_LOC_FUSED ? loc->count : 1, shown = 0;
    const char *text = "", *file = NULL;
    unsigned line = 0;
    for (size_t i = 0; i < count; i++) {
        Place p = ir_loc_place(parts[i]);
        if (!p.file || (file && strcmp(file, p.file) == 0 && line == p.line))
            continue;
        if (shown++ == MOST)
            return c_format(e, "%s ...", text);
        text = file && strcmp(file, p.file) == 0
                   ? c_format(e, "%s, %u", text, p.line)
                   : c_format(e, "%s%s%s:%u", text, file ? ", " : "", base_name(p.file),
                              p.line);
        file = p.file;
        line = p.line;
    }
    return text;
}

static void print_comment(CEmit *e, const IrOp *func, Text *out)
{
    const char *from = places(e, func->loc);
    if (*from)
        text_printf(out, "/* %s */\n", from);
}

/* -------------------------------------------------------------------------- functions */

static const char *shape(CEmit *e, IrType t)
{
    const char *text = t->rank ? "" : "1";
    for (int d = 0; d < t->rank; d++)
        text = c_format(e, "%s%s%" PRId64, text, d ? "x" : "", t->dims[d]);
    return text;
}

static const char *argument_stem(const IrOp *func, uint32_t i)
{
    IrAttr name = ir_func_arg_attr(func, i, "descent.name");
    const IrValue *v = ir_func_block(func)->args[i];
    if (name)
        return name->name;
    if (v->hint)
        return v->hint;
    if (ir_op_attr(func, "descent.entry") && i == 0)
        return "arena";
    return ir_func_arg_attr(func, i, "descent.workspace") ? "work"
           : ir_func_arg_attr(func, i, "descent.result")  ? "out"
                                                          : "in";
}

/* Numbered, unless the model has a name for it. */
static const char *argument_name(CEmit *e, const IrOp *func, uint32_t i)
{
    const char *stem = argument_stem(func, i);
    bool plain =
        strcmp(stem, "in") == 0 || strcmp(stem, "out") == 0 || strcmp(stem, "work") == 0;
    return plain ? c_numbered(e, stem) : c_names_fresh(e, &e->locals, stem);
}

/* What the header calls the parameter's type; NULL: as the elements are. */
static const char *declared_type(const IrOp *func, uint32_t i)
{
    IrAttr type = ir_func_arg_attr(func, i, "descent.c_type");
    return type ? type->name : NULL;
}

static void name_arguments(CEmit *e, const IrOp *func)
{
    const IrBlock *block = ir_func_block(func);
    e->parameters = ARENA_ARRAY(e->arena, const char *, block->arg_count + 1);
    for (uint32_t i = 0; i < block->arg_count; i++) {
        const IrValue *v = block->args[i];
        const char *name = e->parameters[i] = argument_name(e, func, i);
        const char *type = c_format(e, "%s%s *", c_writes(e, func, i) ? "" : "const ",
                                    c_memory_elem(v->type).type);
        if (declared_type(func, i))
            name = c_format(e, "((%s)%s)", type, name);
        e->values[v->id] = (CValue){.is = c_atom(name), .type = type};
    }
}

/* One line each, with its shape. */
static const char *parameters(CEmit *e, const IrOp *func)
{
    const IrBlock *block = ir_func_block(func);
    bool pool = c_needs_pool(e, func);
    Text text = {0};
    for (uint32_t i = 0; i < block->arg_count; i++) {
        const CValue *v = &e->values[block->args[i]->id];
        bool last = i + 1 == block->arg_count && !pool;
        const char *type = declared_type(func, i);
        text_printf(&text, "\n    %s%s%s /* %s */", type ? type : v->type, e->parameters[i],
                    last ? ")" : ",", shape(e, block->args[i]->type));
    }
    if (pool)
        text_add(&text, "\n    struct descent_pool *pool)");
    else if (block->arg_count == 0)
        text_add(&text, "void)");
    const char *made = arena_strdup(e->arena, text.bytes);
    text_free(&text);
    return made;
}

/* For compilers that ask: not every function reads all that it gets. */
static void mention_unused(CEmit *e, const IrOp *func, const char *body)
{
    const IrBlock *block = ir_func_block(func);
    for (uint32_t i = 0; i < block->arg_count; i++) {
        const char *name = e->parameters[i];
        if (!c_mentions(body, name))
            text_printf(&e->functions, "    (void)%s;\n", name);
    }
    if (c_needs_pool(e, func) && !c_mentions(body, "pool"))
        text_add(&e->functions, "    (void)pool;\n");
}

static const char *function_stem(CEmit *e, const IrOp *func)
{
    const char *name = ir_func_name(func);
    if (ir_op_attr(func, "descent.entry"))
        return c_format(e, "%s_program", name);
    const char *dot = strrchr(name, '.');
    bool numbered = dot && dot[1] && dot[1 + strspn(dot + 1, "0123456789")] == 0;
    return numbered ? name : c_format(e, "%s_kernel", name);
}

static const char *name_function(CEmit *e, const IrOp *func)
{
    if (!ir_op_attr(func, "descent.export"))
        return c_names_fresh(e, &e->globals, function_stem(e, func));
    return ir_op_string(func, "descent.export");
}

static void print_body(CEmit *e, const IrOp *func, Text *body)
{
    e->source = func;
    e->out = body;
    e->indent = 1;
    e->loops = 0;
    e->pending_count = 0;
    c_mark_needed(e, func);
    c_block(e, ir_func_block(func));
}

static void print_function(CEmit *e, const IrOp *func)
{
    Text body = {0};
    const char *name = e->function_names[func->id];
    bool exported = ir_op_attr(func, "descent.export") != NULL;
    e->locals = (CNames){0};
    e->numbered = 0;
    name_arguments(e, func);
    print_body(e, func, &body);
    const char *text = body.bytes ? body.bytes : "", *head = parameters(e, func);
    if (exported)
        text_printf(&e->functions, "void %s(%s;\n\n", name, head);
    print_comment(e, func, &e->functions);
    text_printf(&e->functions, "%svoid %s(%s\n{\n", exported ? "" : e->dialect->kernel,
                name, head);
    mention_unused(e, func, text);
    text_printf(&e->functions, "%s}\n\n", text);
    text_free(&body);
}

/* ---------------------------------------------------------------------------- entries */

/* Which results have a buffer of their own, not an argument's: descent.alias is -1. */
static uint32_t own_results(CEmit *e, const IrOp *func, uint32_t **out)
{
    size_t count = 0;
    const int64_t *alias = NULL;
    if (ir_op_attr(func, "descent.alias"))
        alias = ir_op_ints(func, "descent.alias", &count);
    uint32_t own = 0;
    *out = ARENA_ARRAY(e->arena, uint32_t, count);
    for (size_t i = 0; i < count; i++)
        if (alias[i] < 0)
            (*out)[own++] = (uint32_t)i;
    return own;
}

/* The arguments of the program: the arena, the graph's arguments, the results that are no
 * argument. */
static void print_entry(CEmit *e, const IrOp *func)
{
    static const char parameters[] =
        "(void *arena, void *const *args, void *const *results,\n"
        "    struct descent_pool *pool)";
    uint32_t count = ir_func_block(func)->arg_count, *results;
    uint32_t own = own_results(e, func, &results);
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

/* ---------------------------------------------------------------------------- calls */

const char *c_function(CEmit *e, const IrOp *func) { return e->function_names[func->id]; }

void c_call(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const IrOp *func = ir_symbols_callee(&e->symbols, op);
    if (func && ir_op_attr(func, "descent.custom")) {
        c_fail(e, op, "unsupported: the custom op '%s' in a file",
               ir_op_string(func, "descent.custom"));
        return;
    }
    if (!func || !ir_func_block(func) || op->result_count) {
        c_fail(e, op, "@%s is not a kernel", ir_op_string(op, "callee"));
        return;
    }
    const char *args = "";
    for (uint32_t i = 0; i < op->operand_count; i++)
        args = c_format(e, "%s%s%s", args, i ? ", " : "", c_operand_text(e, op, i));
    if (c_needs_pool(e, func))
        args = c_format(e, "%s%spool", args, *args ? ", " : "");
    c_settle(e);
    c_line(e, "%s(%s);", c_function(e, func), args);
}

/* --------------------------------------------------------------------------- module */

static void print_once(CEmit *e, const IrOp *func);

static void print_callee(IrOp *op, void *data)
{
    CEmit *e = data;
    const IrOp *callee = op->kind == OP_call ? ir_symbols_callee(&e->symbols, op) : NULL;
    if (callee && ir_func_block(callee))
        print_once(e, callee);
}

/* Callees first. */
static void print_once(CEmit *e, const IrOp *func)
{
    if (e->function_names[func->id])
        return;
    e->function_names[func->id] = name_function(e, func);
    ir_walk((IrOp *)func, print_callee, e);
    print_function(e, func);
    if (ir_op_attr(func, "descent.entry"))
        print_entry(e, func);
}

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

/* The names that callers know are theirs: nothing else is called so. */
static void reserve_exports(CEmit *e, const IrOp *op)
{
    if (op->kind == OP_func && ir_op_attr(op, "descent.export") &&
        !c_names_add(e, &e->globals, ir_op_string(op, "descent.export")))
        c_fail(e, op, "two functions are exported as %s",
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

bool c_module(CEmit *e)
{
    const IrOp *first = ir_module_block(e->module)->first;
    e->values = ARENA_ARRAY(e->arena, CValue, e->module->value_count);
    e->facts = ARENA_ARRAY(e->arena, CFact, e->module->value_count);
    e->function_names = ARENA_ARRAY(e->arena, const char *, e->module->op_count);
    e->symbols = ir_symbols(e->module, e->arena);
    for (const IrOp *op = first; op; op = op->next)
        reserve_exports(e, op);
    for (const IrOp *op = first; op; op = op->next)
        if (op->kind == OP_memref_global)
            list_global(e, op);
    for (const IrOp *op = first; op; op = op->next) {
        if (op->kind == OP_func && is_root(op))
            print_once(e, op);
        else if (op->kind != OP_func && op->kind != OP_memref_global)
            c_fail(e, op, "only functions and constants stand in a module");
    }
    return !e->failed;
}

static void add(Text *out, const Text *part)
{
    if (part->length)
        text_add_bytes(out, part->bytes, part->length);
}

bool c_print(IrModule *kernels, const COptions *options, Text *out, DiagList *d)
{
    CEmit e = {
        .module = kernels, .dialect = &c_dialect, .diags = d, .arena = arena_open()};
    bool ok = c_module(&e);
    if (ok) {
        c_prelude(&e, options, out);
        add(out, &e.helpers);
        add(out, &e.constants);
        if (e.constants.length)
            text_add(out, "\n");
        add(out, &e.functions);
    }
    text_free(&e.types);
    text_free(&e.helpers);
    text_free(&e.constants);
    text_free(&e.functions);
    arena_close(e.arena);
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
