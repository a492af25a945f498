/* Where the tensors of exported functions lie: in the host program's parameters, in the
 * block, in parameters of their own. */
#include "passes/export_layout.h"

#include <string.h>

enum { ALIGN = 64 };

int64_t export_align_up(int64_t n) { return (n + ALIGN - 1) / ALIGN * ALIGN; }

/* ------------------------------------------------------------------- the host program */

IrType export_input(const Export *x, uint32_t i)
{
    return ir_func_type(x->host)->inputs[i];
}

IrType export_arg_type(const Export *x, uint32_t a) { return export_input(x, 1 + a); }

/* The host's parameter for result r that overwrites no argument. */
static uint32_t own_result(const Export *x, uint32_t r)
{
    uint32_t at = 1 + x->args;
    for (uint32_t i = 0; i < r; i++)
        at += x->alias[i] < 0;
    return at;
}

/* The host's parameter that result r is written to. */
uint32_t export_target(const Export *x, uint32_t r)
{
    return x->alias[r] < 0 ? own_result(x, r) : 1 + (uint32_t)x->alias[r];
}

IrType export_result_type(const Export *x, uint32_t r)
{
    return export_input(x, export_target(x, r));
}

int64_t export_host_arena(const Export *x)
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

bool export_open_host(Export *x)
{
    size_t results;
    x->host = ir_module_func(x->m, x->entry->host);
    if (!x->host || !ir_op_attr(x->host, "descent.entry")) {
        diag_error(x->diags, (Place){0}, "there is no entry point '%s'", x->entry->host);
        return false;
    }
    x->alias = ir_op_ints(x->host, "descent.alias", &results);
    x->results = (uint32_t)results;
    uint32_t *own;
    x->args = (uint32_t)ir_func_type(x->host)->input_count - 1
              - ir_own_results(x->host, x->arena, &own);
    return true;
}

/* -------------------------------------------------------------------------- the block */

ExportSlot *export_find_slot(const ExportLayout *l, const char *name)
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
    const ExportSlot *old = export_find_slot(l, t->name);
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
    l->block_bytes += export_align_up(slot.bytes);
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

bool export_lay_out(Export *x)
{
    bool good = results_lie_apart(x);
    for (uint32_t a = 0; a < x->args && good; a++)
        good = add_slot(x, &x->entry->args[a], export_arg_type(x, a));
    for (uint32_t r = 0; r < x->results && good; r++)
        good = add_slot(x, &x->entry->results[r], export_result_type(x, r));
    return good;
}

/* ------------------------------------------------------------------------- parameters */

/* Whether argument a and the result that overwrites it lie in one place. */
bool export_same_place(const Export *x, uint32_t a, uint32_t r)
{
    const ExportTensor *from = &x->entry->args[a], *to = &x->entry->results[r];
    return from->place == to->place &&
           (from->place == EXPORT_POINTER || !strcmp(from->name, to->name));
}

/* Whether result r must not be in its place before all arguments have been read. */
bool export_waits(const Export *x, uint32_t r)
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
        bool written = r >= 0 && export_same_place(x, a, (uint32_t)r);
        if (x->entry->args[a].place == EXPORT_POINTER)
            add_param(x, (ExportParam){EXPORT_OF_ARGUMENT, a, true, written, 0},
                      export_arg_type(x, a));
    }
}

static void add_results(Export *x)
{
    for (uint32_t r = 0; r < x->results; r++) {
        int64_t a = x->alias[r];
        if (x->entry->results[r].place == EXPORT_POINTER &&
            !(a >= 0 && export_same_place(x, (uint32_t)a, r)))
            add_param(x, (ExportParam){EXPORT_OF_RESULT, r, false, true, 0},
                      export_result_type(x, r));
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
    int64_t bytes = export_host_arena(x);
    for (uint32_t r = 0; r < x->results; r++)
        if (export_waits(x, r))
            bytes = export_align_up(bytes) + ir_bytes(export_result_type(x, r));
    return bytes;
}

void export_add_params(Export *x)
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
