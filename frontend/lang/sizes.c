/* Free sizes: the names in the types of inputs whose values come from outside. */
#include "frontend/lang/elab.h"

#include <stdarg.h>
#include <string.h>

Size *lang_find_size(Elab *e, const char *name)
{
    for (size_t i = 0; i < e->size_count; i++)
        if (!strcmp(e->sizes[i].name, name))
            return &e->sizes[i];
    return NULL;
}

void lang_add_size(Elab *e, const char *name, int64_t value)
{
    Size s = {name, value};
    ARENA_PUSH(e->arena, e->sizes, e->size_count, e->size_room, s);
}

static bool contains(const Symbols *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->items[i], name))
            return true;
    return false;
}

static void add_size_symbols(Elab *e, const Node *size, Symbols *out)
{
    if (!size)
        return;
    if (size->kind == NODE_BINARY || size->kind == NODE_UNARY) {
        add_size_symbols(e, size->a, out);
        add_size_symbols(e, size->b, out);
    }
    if (size->kind == NODE_NAME && !lang_find_decl(e->program, size->name) &&
        !lang_find_variable(e, size->name) && !contains(out, size->name))
        ARENA_PUSH(e->arena, out->items, out->count, out->room, size->name);
}

void lang_add_symbols(Elab *e, const Node *type, Symbols *out)
{
    for (size_t i = 0; type && i < type->count; i++)
        add_size_symbols(e, type->items[i], out);
}

/* ----------------------------------------------------------------------- from outside */

/* The free sizes of the model's inputs, and of the train block's if it is to be run. */
static Symbols free_sizes(Lowering *l, const LangModel *m, bool trains)
{
    Symbols all = {0};
    for (size_t i = 0; i < m->size_count; i++)
        ARENA_PUSH(l->e.arena, all.items, all.count, all.room, m->sizes[i]);
    for (size_t i = 0; trains && l->train && i < l->train->count; i++)
        lang_add_symbols(&l->e, l->train->items[i]->type, &all);
    return all;
}

/* Sizes come with the model, not in it: a wrong one is the caller's mistake. */
__attribute__((format(printf, 3, 4))) static void size_error(Lowering *l,
                                                             const LangModel *m,
                                                             const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(l->e.diags, DIAG_ERROR, DIAG_USAGE, m->at, format, args);
    va_end(args);
}

/* No tensor may be larger than memory can ever be. */
static bool bind(Lowering *l, const LangModel *m, const Symbols *all, LangBinding b)
{
    Elab *e = &l->e;
    if (contains(all, b.name) && !lang_find_size(e, b.name) && b.value >= 0 &&
        ir_dims_ok(DTYPE_f64, 1, &b.value)) {
        lang_add_size(e, b.name, b.value);
        return true;
    }
    if (!contains(all, b.name))
        size_error(l, m, "model `%s` has no free size `%s`%s", m->name, b.name,
                   lang_suggest_or_list(e, b.name, all->items, all->count));
    else if (lang_find_size(e, b.name))
        size_error(l, m, "size %s of model `%s` is given twice", b.name, m->name);
    else
        size_error(l, m, "size %s of model `%s` cannot be %lld", b.name, m->name,
                   (long long)b.value);
    return false;
}

/* N may be said of every model, whether it uses it or not. */
static bool bind_given(Lowering *l, const LangModel *m, const LangOptions *o)
{
    Symbols all = free_sizes(l, m, true);
    if (!contains(&all, "N"))
        ARENA_PUSH(l->e.arena, all.items, all.count, all.room, "N");
    bool good = true;
    for (size_t i = 0; i < o->binding_count; i++)
        good &= bind(l, m, &all, o->bindings[i]);
    if (!good || lang_find_size(&l->e, "N"))
        return good;
    const LangTrain *t = l->train ? &l->e.program->trains[o->train] : NULL;
    int64_t batch = o->batch > 0 ? o->batch : t ? t->batch : 1;
    return bind(l, m, &all, (LangBinding){"N", batch});
}

bool lang_bind_sizes(Lowering *l, const LangOptions *o)
{
    const LangModel *m = lang_find_model(l->e.program, l->model->name);
    if (!bind_given(l, m, o))
        return false;
    bool good = true;
    Symbols needed =
        free_sizes(l, m, o->entries & (LANG_INIT | LANG_TRAIN_STEP | LANG_EVAL_STEP));
    for (size_t i = 0; i < needed.count; i++) {
        if (lang_find_size(&l->e, needed.items[i]))
            continue;
        size_error(l, m,
                   "size %s of model `%s` is free: give it a value (--size %s=3; in C "
                   "descent_sizes)",
                   needed.items[i], m->name, needed.items[i]);
        good = false;
    }
    return good;
}
