/* Functions for callers outside: passes/export.h says what they take.
 *
 *     func.func public @predict(%arena: memref<128xi8>, %w: memref<4x2xf32>,
 *                               %x: memref<8x4xf32>, %out: memref<8x2xf32>)
 *         attributes {descent.entry, ...}
 *
 * with w among the constants, exported as "spam_predict":
 *
 *     memref.global "private" constant @weights.w : memref<4x2xf32> = dense<...>
 *     func.func public @spam_predict(%x: memref<8x4xf32>, %out: memref<8x2xf32>,
 *                                    %arena: memref<128xi8>)
 *         attributes {descent.export = "spam_predict", ...} {
 *       %w = memref.get_global @weights.w : memref<4x2xf32>
 *       call @predict.host(%arena, %w, %x, %out) : ...
 *       return
 *     }
 *     func.func private @predict.host(...)
 *
 * and in a block, w is memref.view %block[%offset]. Kernels stay as they are, and so the
 * bits of their results.
 *
 * The host program takes care of a result that overwrites an argument; of others it may
 * assume that they lie apart from all arguments. So a result whose place in the block is
 * that of another argument goes to the end of the arena, and from there to its place
 * after the call. */
#include "passes/export_layout.h"

#include "ir/kbuild.h"
#include "passes/pass.h"

#include <assert.h>
#include <string.h>

/* ----------------------------------------------------------------------- the function */

static IrValue *param(const Export *x, ExportParamKind kind, uint32_t index)
{
    for (size_t i = 0; i < x->made->param_count; i++)
        if (x->made->params[i].kind == kind && x->made->params[i].index == index)
            return x->params[i];
    assert(!"a parameter of this kind");
    return NULL;
}

static IrValue *in_block(Export *x, const char *name, IrType type)
{
    return k_view(&x->b, param(x, EXPORT_OF_BLOCK, 0),
                  export_find_slot(x->layout, name)->offset, type);
}

static IrOp *find_global(IrModule *m, IrName name)
{
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (op->kind == OP_memref_global && ir_op_attr(op, "sym_name")->name == name)
            return op;
    return NULL;
}

/* The name of a constant; entries that have the same one share it. */
static IrName constant(Export *x, const ExportTensor *t, IrType type)
{
    IrContext *c = x->m->context;
    IrAttr value = ir_attr_elements(c, ir_tensor(c, type->elem, type->rank, type->dims),
                                    t->bytes, false);
    IrName name = ir_namef(c, "weights.%s", t->name);
    for (int i = 1;; i++) {
        const IrOp *old = find_global(x->m, name);
        if (!old)
            k_global(x->m, name, type, value, x->host->loc);
        if (!old || ir_op_attr(old, "initial_value") == value)
            return name;
        name = ir_namef(c, "weights.%s.%d", t->name, i);
    }
}

static IrValue *argument(Export *x, uint32_t a)
{
    const ExportTensor *t = &x->entry->args[a];
    if (t->place == EXPORT_POINTER)
        return param(x, EXPORT_OF_ARGUMENT, a);
    if (t->place == EXPORT_BLOCK)
        return in_block(x, t->name, export_arg_type(x, a));
    return k_get_global(&x->b, constant(x, t, export_arg_type(x, a)),
                        export_arg_type(x, a));
}

static IrValue *result(Export *x, uint32_t r)
{
    const ExportTensor *t = &x->entry->results[r];
    int64_t a = x->alias[r];
    if (t->place == EXPORT_BLOCK)
        return in_block(x, t->name, export_result_type(x, r));
    if (a >= 0 && export_same_place(x, (uint32_t)a, r))
        return param(x, EXPORT_OF_ARGUMENT, (uint32_t)a);
    return param(x, EXPORT_OF_RESULT, r);
}

static void pass_arguments(Export *x)
{
    IrValue *work = param(x, EXPORT_OF_ARENA, 0);
    x->operands[0] = work->type == export_input(x, 0)
                         ? work
                         : k_view(&x->b, work, 0, export_input(x, 0));
    for (uint32_t a = 0; a < x->args; a++)
        x->operands[1 + a] = argument(x, a);
}

/* Results get their places; the value that one of them overwrites is there before. */
static void pass_results(Export *x, IrValue **waiting)
{
    int64_t end = export_host_arena(x);
    for (uint32_t r = 0; r < x->results; r++) {
        int64_t a = x->alias[r];
        bool waits = export_waits(x, r);
        if (a >= 0 && export_same_place(x, (uint32_t)a, r) && !waits)
            continue;
        IrType type = export_result_type(x, r);
        IrValue *to = NULL;
        if (waits) {
            int64_t at = export_align_up(end);
            to = waiting[r] = k_view(&x->b, param(x, EXPORT_OF_ARENA, 0), at, type);
            end = at + ir_bytes(type);
        } else {
            to = result(x, r);
        }
        if (a >= 0)
            k_copy(&x->b, x->operands[1 + a], to);
        x->operands[export_target(x, r)] = to;
    }
}

static void call_host(Export *x)
{
    uint32_t count = (uint32_t)ir_func_type(x->host)->input_count;
    IrValue **waiting = ARENA_ARRAY(x->arena, IrValue *, x->results);
    x->operands = ARENA_ARRAY(x->arena, IrValue *, count);
    pass_arguments(x);
    pass_results(x, waiting);
    ir_call(&x->b, x->host, count, x->operands);
    for (uint32_t r = 0; r < x->results; r++)
        if (waiting[r])
            k_copy(&x->b, waiting[r], result(x, r));
    ir_return(&x->b, 0, NULL);
}

/* descent.alias of an entry: results and arguments that are parameters, counted anew. */
static IrAttr entry_alias(const Export *x)
{
    const ExportFunction *f = x->made;
    int64_t *alias = ARENA_ARRAY(x->arena, int64_t, x->results), count = 0;
    for (uint32_t r = 0; r < x->results; r++) {
        int64_t a = x->alias[r];
        if (x->entry->results[r].place != EXPORT_POINTER)
            continue;
        alias[count] = -1;
        for (size_t i = 1; i < f->param_count; i++)
            if (a >= 0 && export_same_place(x, (uint32_t)a, r) &&
                f->params[i].kind == EXPORT_OF_ARGUMENT && f->params[i].index == a)
                alias[count] = (int64_t)i - 1;
        count++;
    }
    return ir_attr_i64s(x->m->context, (size_t)count, alias);
}

static void describe(const Export *x, IrOp *func)
{
    IrContext *c = x->m->context;
    ir_op_set_attr(func, "descent.arena_bytes", ir_attr_i64(c, x->made->arena_bytes));
    if (x->entry->symbol) {
        ir_op_set_attr(func, "descent.export", ir_attr_string(c, x->entry->symbol));
    } else {
        ir_op_set_attr(func, "descent.entry", ir_attr_unit(c));
        ir_op_set_attr(func, "descent.alias", entry_alias(x));
    }
}

static const char *param_name(const Export *x, const ExportParam *p)
{
    switch (p->kind) {
    case EXPORT_OF_BLOCK: return "state";
    case EXPORT_OF_ARGUMENT: return x->entry->args[p->index].name;
    case EXPORT_OF_RESULT: return x->entry->results[p->index].name;
    default: return "arena";
    }
}

/* What the text calls them by. */
static void name_params(Export *x)
{
    for (size_t i = 0; i < x->made->param_count; i++) {
        const char *name = param_name(x, &x->made->params[i]);
        x->params[i]->hint = name ? ir_name(x->m->context, name) : NULL;
    }
}

static void make_function(Export *x)
{
    const char *name = x->entry->symbol ? x->entry->symbol : x->entry->host;
    x->made->symbol = arena_strdup(x->arena, name);
    export_add_params(x);
    IrOp *func = ir_func_new(x->m, name, false, x->host->loc, x->made->param_count,
                             x->types, 0, NULL);
    x->params = ir_func_block(func)->args;
    name_params(x);
    x->b = ir_builder_at_end(x->m, ir_func_block(func), x->host->loc);
    describe(x, func);
    call_host(x);
}

/* --------------------------------------------------------------------------- the step */

/* Host programs get names that leave their own to what is exported. */
static void hide_hosts(IrModule *m)
{
    IrContext *c = m->context;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (op->kind == OP_func && ir_op_attr(op, "descent.entry")) {
            const char *name =
                ir_module_fresh(m, ir_namef(c, "%s.host", ir_func_name(op)));
            ir_op_set_attr(op, "sym_name", ir_attr_string(c, name));
            ir_op_set_attr(op, "sym_visibility", ir_attr_string(c, "private"));
            ir_op_set_attr(op, "descent.entry", NULL);
        }
}

static void mark_global(IrOp *op, void *data)
{
    IrOp *global = op->kind == OP_memref_get_global
                       ? find_global(op->module, ir_op_attr(op, "name")->name)
                       : NULL;
    if (global)
        ((bool *)data)[global->id] = true;
}

/* Functions that nothing exported calls, and constants that these alone read. */
static void drop_unused(IrModule *m, Arena *arena)
{
    PassContext none = {0};
    pass_dce(m, &none);
    bool *used = ARENA_ARRAY(arena, bool, m->op_count);
    ir_walk(m->op, mark_global, used);
    for (IrOp *op = ir_module_block(m)->first, *next; op; op = next) {
        next = op->next;
        if (op->kind == OP_memref_global && !used[op->id] &&
            ir_op_attr(op, "sym_visibility"))
            ir_op_erase(op);
    }
}

bool pass_export(IrModule *m, size_t count, const ExportEntry *entries, Arena *arena,
                 ExportLayout *out, DiagList *d)
{
    bool good = true;
    Export *x = ARENA_ARRAY(arena, Export, count);
    *out = (ExportLayout){.functions = ARENA_ARRAY(arena, ExportFunction, count),
                          .function_count = count};
    for (size_t i = 0; i < count && good; i++) {
        x[i] = (Export){.m = m,
                        .arena = arena,
                        .diags = d,
                        .layout = out,
                        .entry = &entries[i],
                        .made = &out->functions[i]};
        good = export_open_host(&x[i]) && export_lay_out(&x[i]);
    }
    if (!good)
        return false;
    hide_hosts(m);
    for (size_t i = 0; i < count; i++)
        make_function(&x[i]);
    drop_unused(m, arena);
    return true;
}

void pass_export_bytes(IrModule *m, const char *symbol, const void *bytes, size_t size)
{
    IrContext *c = m->context;
    int64_t count = (int64_t)size;
    IrAttr value = ir_attr_elements(c, ir_tensor(c, DTYPE_i8, 1, &count), bytes, false);
    IrOp *global =
        k_global(m, symbol, ir_memref(c, DTYPE_i8, 1, &count), value, ir_loc_unknown(c));
    ir_op_set_attr(global, "sym_visibility", NULL);
}
