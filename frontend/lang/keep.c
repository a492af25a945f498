/* What a model keeps between steps: `param`, `state` and, in optimizers, `slot`. */
#include "frontend/lang/elab.h"

#include <string.h>

Kept *lang_kept_find(const KeptTable *t, const char *path)
{
    for (size_t i = 0; i < t->count; i++)
        if (!strcmp(t->items[i]->path, path))
            return t->items[i];
    return NULL;
}

static const char *const role_words[] = {"param", "state", "slot"};

static const char *path_of(Elab *e, const Node *n, KeepRole role)
{
    const char *name = role == KEEP_SLOT ? n->name : lang_claim_name(e, n->name, false);
    if (role != KEEP_SLOT && name != n->name)
        lang_error(e, n, "`%s` is declared twice in this %s", n->name,
                   lang_decl_word(e->frame->decl->kind));
    const char *prefix = role == KEEP_SLOT
                             ? arena_printf(e->arena, "%s.", e->frame->slot_path)
                             : e->frame->owner->prefix;
    return arena_printf(e->arena, "%s%s", prefix, name);
}

/* An initial value is known before anything is computed: a number or an initializer of
 * numbers. */
static bool good_initial(Elab *e, const Node *n, Value v)
{
    if (v.kind == V_ERROR)
        return false;
    if (value_is_number(v) || v.kind == V_BOOL)
        return true;
    bool good = v.kind == V_CALLABLE && v.callable->decl->kind == NODE_INITIALIZER;
    for (size_t i = 0; good && i < v.callable->decl->count; i++)
        good = v.callable->bound[i].kind != V_TENSOR;
    if (!good)
        lang_error(e, n->a,
                   "found %s, wanted a number or an initializer, such as zeros() or "
                   "glorot_uniform()",
                   lang_show(e, v));
    return good;
}

static const Node *model_of(const Elab *e)
{
    const Frame *f = e->frame;
    while (f && f->decl->kind != NODE_MODEL)
        f = f->caller;
    return f ? f->decl : NULL;
}

static Kept *add(Elab *e, const Node *n, KeepRole role, const char *path, IrType type,
                 Value init)
{
    Kept *k = ARENA_NEW(e->arena, Kept);
    *k = (Kept){.role = role,
                .path = path,
                .type = type,
                .init = init,
                .at = n,
                .model = model_of(e),
                .loc = lang_loc(e, n)};
    ARENA_PUSH(e->arena, e->kept->items, e->kept->count, e->kept->room, k);
    return k;
}

static Kept *find_or_add(Elab *e, const Node *n, KeepRole role, const char *path,
                         IrType type, Value init)
{
    Kept *k = lang_kept_find(e->kept, path);
    if (!k)
        return add(e, n, role, path, type, init);
    if (k->at != n || k->type != type) {
        lang_error(e, n, "`%s` is shared, but here it is %s and elsewhere %s", path,
                   lang_show_tensor(e, type), lang_show_tensor(e, k->type));
        return NULL;
    }
    return k;
}

static void use(Elab *e, Kept *k)
{
    if (e->mode == RUN_DISCOVER && (!k->used || !k->value))
        k->value = ir_block_add_arg(e->b.block, k->type, k->loc);
    k->used = true;
}

static Value declare_kept(Elab *e, const Node *n, KeepRole role)
{
    IrType type;
    Value init = lang_eval(e, n->a);
    if (!n->type)
        return lang_error(e, n, "`%s` needs a type: %s %s: f32[...] = ...", n->name,
                          n->word, n->name);
    if (!lang_eval_type(e, n->type, &type) || !good_initial(e, n, init))
        return value_error();
    Kept *k = find_or_add(e, n, role, path_of(e, n, role), type, init);
    if (!k)
        return value_error();
    use(e, k);
    Variable var = {.name = n->name, .kept = k};
    ARENA_PUSH(e->arena, e->frame->vars, e->frame->count, e->frame->room, var);
    return value_none();
}

/* A slot's type is that of its initial value, which may be computed from the
 * parameter: in @init it is what the slot begins with, in a step it only says the
 * type. */
static Value declare_slot(Elab *e, const Node *n)
{
    Value init = lang_eval(e, n->a);
    IrType type = init.kind == V_TENSOR ? init.tensor->type : NULL;
    if (n->type && !lang_eval_type(e, n->type, &type))
        return value_error();
    if (init.kind == V_ERROR)
        return init;
    if (!type)
        return lang_error(e, n, "found %s, wanted a tensor, such as zeros_like(p)",
                          lang_show(e, init));
    init = lang_initial(e, n, init, type);
    if (init.kind != V_TENSOR)
        return value_error();
    Kept *k = find_or_add(e, n, KEEP_SLOT, path_of(e, n, KEEP_SLOT), type, value_none());
    if (!k)
        return value_error();
    if (e->mode == RUN_INIT)
        k->first = k->value = init.tensor;
    else
        use(e, k);
    Variable var = {.name = n->name, .kept = k};
    ARENA_PUSH(e->arena, e->frame->vars, e->frame->count, e->frame->room, var);
    return value_none();
}

Value lang_eval_declare(Elab *e, const Node *n)
{
    KeepRole role = !strcmp(n->word, "param")   ? KEEP_PARAM
                    : !strcmp(n->word, "state") ? KEEP_STATE
                                                : KEEP_SLOT;
    NodeKind in = e->frame->decl->kind;
    bool slot = role == KEEP_SLOT;
    bool fits = slot ? in == NODE_OPTIMIZER && e->frame->slot_path
                     : (in == NODE_LAYER || in == NODE_MODEL) && e->frame->owner;
    Value v = !fits  ? lang_error(e, n, "`%s` belongs in %s", role_words[role],
                                 slot ? "an optimizer" : "a layer or a model")
              : slot ? declare_slot(e, n)
                     : declare_kept(e, n, role);
    if (v.kind == V_ERROR)
        lang_bind(e, n->name, v);
    return value_none();
}

bool lang_assign_kept(Elab *e, const Node *n, Kept *k, Value v)
{
    if (v.kind == V_ERROR)
        return false;
    if (k->role == KEEP_PARAM) {
        lang_error(e, n, "`%s` is a param: only the optimizer changes it", n->name);
        return false;
    }
    if (k->role == KEEP_STATE && !e->training) {
        lang_error(e, n,
                   "`%s` is state, which changes only in training: put this in "
                   "`if training { ... }`",
                   n->name);
        return false;
    }
    v = lang_to_tensor(e, n, v, k->type->elem);
    if (v.kind != V_TENSOR || v.tensor->type != k->type) {
        if (v.kind != V_ERROR)
            lang_error(e, n, "found %s, but `%s` is %s", lang_show(e, v), n->name,
                       lang_show(e, value_tensor(k->value)));
        return false;
    }
    k->value = v.tensor;
    return true;
}

Value lang_initial(Elab *e, const Node *n, Value init, IrType type)
{
    if (init.kind == V_BOOL)
        init = value_int(init.integer);
    lang_at(e, n);
    if (value_is_number(init))
        return value_tensor(ir_splat(&e->b, type, value_number(init)));
    if (init.kind == V_CALLABLE) {
        Value dims = lang_dims_value(e, type->rank, type->dims);
        Args args = {
            .count = 1, .values = &dims, .names = ARENA_ARRAY(e->arena, const char *, 1)};
        init = lang_call(e, n, init, &args);
    }
    if (init.kind != V_TENSOR || init.tensor->type->rank != type->rank ||
        memcmp(init.tensor->type->dims, type->dims,
               sizeof *type->dims * (size_t)type->rank)) {
        return init.kind == V_ERROR
                   ? init
                   : lang_error(e, n, "the initial value of `%s` is %s, wanted %s",
                                n->name, lang_show(e, init), lang_show_tensor(e, type));
    }
    return value_tensor(ir_convert(&e->b, init.tensor, type->elem));
}
