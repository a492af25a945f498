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
#include "passes/export.h"
#include "ir/build.h"
#include "ir/kbuild.h"
#include "passes/pass.h"

#include <assert.h>
#include <string.h>

enum { ALIGN = 64 };

/* One entry on its way. */
typedef struct Export {
    IrModule *m;
    Arena *arena;
    DiagList *diags;
    ExportLayout *layout;
    const ExportEntry *entry;
    IrOp *host;
    uint32_t args, results;
    const int64_t *alias; /* by result: the argument it overwrites, -1: none */
    ExportFunction *made;
    IrType *types; /* of the parameters */
    IrBuilder b;   /* in the new function */
    IrValue **params;
    IrValue **operands; /* of the call */
} Export;

static int64_t align_up(int64_t n) { return (n + ALIGN - 1) / ALIGN * ALIGN; }

/* ------------------------------------------------------------------- the host program */

static IrType input(const Export *x, uint32_t i)
{
    return ir_func_type(x->host)->inputs[i];
}

static IrType arg_type(const Export *x, uint32_t a) { return input(x, 1 + a); }

/* The host's parameter for result r that overwrites no argument. */
static uint32_t own_result(const Export *x, uint32_t r)
{
    uint32_t at = 1 + x->args;
    for (uint32_t i = 0; i < r; i++)
        at += x->alias[i] < 0;
    return at;
}

/* The host's parameter that result r is written to. */
static uint32_t target(const Export *x, uint32_t r)
{
    return x->alias[r] < 0 ? own_result(x, r) : 1 + (uint32_t)x->alias[r];
}

static IrType result_type(const Export *x, uint32_t r) { return input(x, target(x, r)); }

static int64_t host_arena(const Export *x)
{
    return ir_op_int(x->host, "descent.arena_bytes");
}

/* The result that overwrites argument a; -1: none. */
static int64_t overwritten_by(const Export *x, uint32_t a)
{
    for (uint32_t r = 0; r < x->results; r++)
        if (x->alias[r] == a)
            return r;
    return -1;
}

static bool open_host(Export *x)
{
    size_t results;
    x->host = ir_module_func(x->m, x->entry->host);
    if (!x->host || !ir_op_attr(x->host, "descent.entry")) {
        diag_error(x->diags, (Place){0}, "there is no entry point '%s'", x->entry->host);
        return false;
    }
    x->alias = ir_op_ints(x->host, "descent.alias", &results);
    x->results = (uint32_t)results;
    uint32_t own = 0;
    for (uint32_t r = 0; r < x->results; r++)
        own += x->alias[r] < 0;
    x->args = (uint32_t)ir_func_type(x->host)->input_count - 1 - own;
    return true;
}

/* -------------------------------------------------------------------------- the block */

static ExportSlot *find_slot(const ExportLayout *l, const char *name)
{
    for (size_t i = 0; i < l->slot_count; i++)
        if (!strcmp(l->slots[i].name, name))
            return &l->slots[i];
    return NULL;
}

static bool add_slot(Export *x, const ExportTensor *t, IrType type)
{
    ExportLayout *l = x->layout;
    if (t->place != EXPORT_BLOCK)
        return true;
    const ExportSlot *old = find_slot(l, t->name);
    if (old && old->bytes != ir_bytes(type))
        diag_error(
            x->diags, ir_loc_place(x->host->loc),
            "'%s' has %lld bytes in @%s and %lld in another entry point: it cannot "
            "be one tensor of the state",
            t->name, (long long)ir_bytes(type), x->entry->host, (long long)old->bytes);
    if (old)
        return old->bytes == ir_bytes(type);
    ExportSlot slot = {arena_strdup(x->arena, t->name), l->block_bytes, ir_bytes(type)};
    ARENA_PUSH(x->arena, l->slots, l->slot_count, l->slot_room, slot);
    l->block_bytes += align_up(slot.bytes);
    return true;
}

static bool results_lie_apart(const Export *x)
{
    const ExportTensor *t = x->entry->results;
    for (uint32_t i = 0; i < x->results; i++)
        for (uint32_t k = 0; k < i; k++)
            if (t[i].place == EXPORT_BLOCK && t[k].place == EXPORT_BLOCK &&
                !strcmp(t[i].name, t[k].name)) {
                diag_error(x->diags, ir_loc_place(x->host->loc),
                           "@%s has two results '%s'", x->entry->host, t[i].name);
                return false;
            }
    return true;
}

static bool lay_out(Export *x)
{
    bool good = results_lie_apart(x);
    for (uint32_t a = 0; a < x->args && good; a++)
        good = add_slot(x, &x->entry->args[a], arg_type(x, a));
    for (uint32_t r = 0; r < x->results && good; r++)
        good = add_slot(x, &x->entry->results[r], result_type(x, r));
    return good;
}

/* ------------------------------------------------------------------------- parameters */

/* Whether argument a and the result that overwrites it lie in one place. */
static bool same_place(const Export *x, uint32_t a, uint32_t r)
{
    const ExportTensor *from = &x->entry->args[a], *to = &x->entry->results[r];
    return from->place == to->place &&
           (from->place == EXPORT_POINTER || !strcmp(from->name, to->name));
}

/* Whether result r must not be in its place before all arguments have been read. */
static bool waits(const Export *x, uint32_t r)
{
    const ExportTensor *to = &x->entry->results[r];
    for (uint32_t a = 0; a < x->args && to->place == EXPORT_BLOCK; a++) {
        const ExportTensor *from = &x->entry->args[a];
        if (from->place == EXPORT_BLOCK && !strcmp(from->name, to->name) &&
            x->alias[r] != a)
            return true;
    }
    return false;
}

static bool any_in_block(const ExportTensor *t, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (t[i].place == EXPORT_BLOCK)
            return true;
    return false;
}

static void add_param(Export *x, ExportParam p, IrType type)
{
    p.bytes = ir_bytes(type);
    x->types[x->made->param_count] = type;
    x->made->params[x->made->param_count++] = p;
}

static void add_bytes_param(Export *x, ExportParam p, int64_t bytes)
{
    add_param(x, p, ir_memref(x->m->context, DTYPE_i8, 1, &bytes));
}

static void add_arguments(Export *x)
{
    for (uint32_t a = 0; a < x->args; a++) {
        int64_t r = overwritten_by(x, a);
        bool written = r >= 0 && same_place(x, a, (uint32_t)r);
        if (x->entry->args[a].place == EXPORT_POINTER)
            add_param(x, (ExportParam){EXPORT_OF_ARGUMENT, a, true, written, 0},
                      arg_type(x, a));
    }
}

static void add_results(Export *x)
{
    for (uint32_t r = 0; r < x->results; r++) {
        int64_t a = x->alias[r];
        if (x->entry->results[r].place == EXPORT_POINTER &&
            !(a >= 0 && same_place(x, (uint32_t)a, r)))
            add_param(x, (ExportParam){EXPORT_OF_RESULT, r, false, true, 0},
                      result_type(x, r));
    }
}

static void add_block(Export *x, bool read, bool written)
{
    add_bytes_param(x, (ExportParam){EXPORT_OF_BLOCK, 0, read, written, 0},
                    x->layout->block_bytes);
}

/* The host's arena, then the results that wait. */
static int64_t arena_bytes(const Export *x)
{
    int64_t bytes = host_arena(x);
    for (uint32_t r = 0; r < x->results; r++)
        if (waits(x, r))
            bytes = align_up(bytes) + ir_bytes(result_type(x, r));
    return bytes;
}

static void add_params(Export *x)
{
    const ExportEntry *e = x->entry;
    const ExportParam work = {EXPORT_OF_ARENA, 0, false, true, 0};
    bool read = any_in_block(e->args, x->args),
         written = any_in_block(e->results, x->results);
    uint32_t most = x->args + x->results + 2;
    x->types = ARENA_ARRAY(x->arena, IrType, most);
    x->made->params = ARENA_ARRAY(x->arena, ExportParam, most);
    x->made->arena_bytes = arena_bytes(x);
    if (!e->symbol)
        add_bytes_param(x, work, x->made->arena_bytes);
    if (read)
        add_block(x, read, written);
    add_arguments(x);
    if (written && !read)
        add_block(x, read, written);
    add_results(x);
    if (e->symbol)
        add_bytes_param(x, work, x->made->arena_bytes);
}

static IrValue *param(const Export *x, ExportParamKind kind, uint32_t index)
{
    for (size_t i = 0; i < x->made->param_count; i++)
        if (x->made->params[i].kind == kind && x->made->params[i].index == index)
            return x->params[i];
    assert(!"a parameter of this kind");
    return NULL;
}

/* ----------------------------------------------------------------------- the function */

static IrValue *in_block(Export *x, const char *name, IrType type)
{
    return k_view(&x->b, param(x, EXPORT_OF_BLOCK, 0), find_slot(x->layout, name)->offset,
                  type);
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
        return in_block(x, t->name, arg_type(x, a));
    return k_get_global(&x->b, constant(x, t, arg_type(x, a)), arg_type(x, a));
}

static IrValue *result(Export *x, uint32_t r)
{
    const ExportTensor *t = &x->entry->results[r];
    int64_t a = x->alias[r];
    if (t->place == EXPORT_BLOCK)
        return in_block(x, t->name, result_type(x, r));
    if (a >= 0 && same_place(x, (uint32_t)a, r))
        return param(x, EXPORT_OF_ARGUMENT, (uint32_t)a);
    return param(x, EXPORT_OF_RESULT, r);
}

static void pass_arguments(Export *x)
{
    IrValue *work = param(x, EXPORT_OF_ARENA, 0);
    x->operands[0] =
        work->type == input(x, 0) ? work : k_view(&x->b, work, 0, input(x, 0));
    for (uint32_t a = 0; a < x->args; a++)
        x->operands[1 + a] = argument(x, a);
}

/* Results get their places; the value that one of them overwrites is there before. */
static void pass_results(Export *x, IrValue **waiting)
{
    int64_t end = host_arena(x);
    for (uint32_t r = 0; r < x->results; r++) {
        int64_t a = x->alias[r];
        if (a >= 0 && same_place(x, (uint32_t)a, r))
            continue;
        IrType type = result_type(x, r);
        IrValue *to = NULL;
        if (waits(x, r)) {
            int64_t at = align_up(end);
            to = waiting[r] = k_view(&x->b, param(x, EXPORT_OF_ARENA, 0), at, type);
            end = at + ir_bytes(type);
        } else {
            to = result(x, r);
        }
        if (a >= 0)
            k_copy(&x->b, x->operands[1 + a], to);
        x->operands[target(x, r)] = to;
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
            if (a >= 0 && same_place(x, (uint32_t)a, r) &&
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
    add_params(x);
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
        good = open_host(&x[i]) && lay_out(&x[i]);
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
