/* Functions: kernels and host programs, with their arguments, in an order in which each
 * is there before it is called. */
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

const CRule *c_rule(const CEmit *e, IrOpKind kind)
{
    const CRule *own = e->dialect->rules;
    return own && own[kind].emit ? &own[kind] : &c_rules[kind];
}

void c_block(CEmit *e, const IrBlock *block)
{
    for (const IrOp *op = block->first; op; op = op->next) {
        const CRule *rule = c_rule(e, op->kind);
        if (ir_op_info(op->kind)->traits & IR_TERMINATOR)
            return;
        if (!rule->emit)
            c_fail(e, op,
                   ir_op_info(op->kind)->class == IR_CLASS_GPU
                       ? "unsupported: a kernel for GPUs"
                       : "no code for this op");
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
        const IrOp *op = u->op, *callee, *parent;
        switch (op->kind) {
        case OP_memref_store:
        case OP_memref_atomic_rmw:
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
        case OP_scf_yield: /* which buffer it is depends on a condition */
            parent = op->block->region->op;
            if (parent->kind == OP_scf_if && is_written(e, ir_result(parent, u->index)))
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

const char *c_pointer_type(CEmit *e, const IrValue *v)
{
    return c_format(e, "%s%s *", is_written(e, v) ? "" : "const ",
                    c_memory_elem(v->type).type);
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

void c_comment(CEmit *e, const IrOp *func, Text *out)
{
    const char *from = places(e, func->loc);
    if (*from)
        text_printf(out, "/* %s */\n", from);
}

/* -------------------------------------------------------------------------- functions */

const char *c_shape(CEmit *e, IrType t)
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

void c_name_arguments(CEmit *e, const IrOp *func)
{
    const IrBlock *block = ir_func_block(func);
    e->parameters = ARENA_ARRAY(e->arena, const char *, block->arg_count + 1);
    for (uint32_t i = 0; i < block->arg_count; i++) {
        const IrValue *v = block->args[i];
        const char *name = e->parameters[i] = argument_name(e, func, i);
        const char *type = c_pointer_type(e, v);
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
        text_printf(&text, "\n    %s%s%s /* %s */", type ? type : v->type,
                    e->parameters[i], last ? ")" : ",", c_shape(e, block->args[i]->type));
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

const char *c_function_stem(CEmit *e, const IrOp *func)
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
        return c_names_fresh(e, &e->globals, c_function_stem(e, func));
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
    c_name_arguments(e, func);
    print_body(e, func, &body);
    const char *text = body.bytes ? body.bytes : "", *head = parameters(e, func);
    if (exported)
        text_printf(&e->functions, "void %s(%s;\n\n", name, head);
    c_comment(e, func, &e->functions);
    text_printf(&e->functions, "%svoid %s(%s\n{\n", exported ? "" : e->dialect->kernel,
                name, head);
    mention_unused(e, func, text);
    text_printf(&e->functions, "%s}\n\n", text);
    text_free(&body);
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

static void print_callee(IrOp *op, void *data)
{
    CEmit *e = data;
    const IrOp *callee = op->kind == OP_call ? ir_symbols_callee(&e->symbols, op) : NULL;
    if (callee && ir_func_block(callee))
        c_kernel(e, callee);
}

void c_kernel(CEmit *e, const IrOp *func)
{
    if (e->function_names[func->id])
        return;
    e->function_names[func->id] = name_function(e, func);
    ir_walk((IrOp *)func, print_callee, e);
    print_function(e, func);
}
