/* Calls. The inputs of a layer or model are its leading parameters that have a type
 * (or the first); called without a tensor for the first of them it gives an instance,
 * which waits for its inputs. An initializer waits for the shape, an optimizer for the
 * parameter and its gradient. */
#include "frontend/lang/elab.h"

#include <string.h>

size_t lang_input_count(const Node *decl)
{
    size_t n = 0;
    switch (decl->kind) {
    case NODE_INITIALIZER: return decl->count < 1 ? decl->count : 1;
    case NODE_OPTIMIZER: return decl->count < 2 ? decl->count : 2;
    case NODE_LAYER:
    case NODE_MODEL:
        while (n < decl->count && decl->items[n]->type && !decl->items[n]->a)
            n++;
        return n ? n : decl->count > 0;
    default: return 0;
    }
}

/* ----------------------------------------------------------------------------- frames */

bool lang_push_frame(Elab *e, Frame *f, const Node *decl, const Node *call)
{
    if (e->call_depth >= LANG_MAX_CALLS) {
        lang_error(e, call ? call : decl,
                   "calls nest deeper than %d: does `%s` call itself?", LANG_MAX_CALLS,
                   decl->name);
        return false;
    }
    memset(f, 0, sizeof *f);
    f->caller = e->frame;
    f->decl = decl;
    f->call = call;
    /* A model begins a chain: the user's line of an op is in the model. */
    f->loc = call && decl->kind != NODE_MODEL ? lang_loc(e, call) : NULL;
    f->owner = e->frame ? e->frame->owner : NULL;
    f->slot_path = NULL;
    e->frame = f;
    e->call_depth++;
    return true;
}

void lang_pop_frame(Elab *e)
{
    e->frame = e->frame->caller;
    e->call_depth--;
}

/* ------------------------------------------------------------------------------ names */

static bool taken(const Owner *o, const char *name)
{
    for (size_t i = 0; i < o->count; i++)
        if (!strcmp(o->taken[i], name))
            return true;
    return false;
}

/* fc, fc_2, fc_3 ... or dense1, dense2 ... */
const char *lang_claim_name(Elab *e, const char *stem, bool number_first)
{
    Owner *o = e->frame->owner;
    const char *name = number_first ? arena_printf(e->arena, "%s1", stem) : stem;
    for (int i = 2; taken(o, name); i++)
        name = arena_printf(e->arena, number_first ? "%s%d" : "%s_%d", stem, i);
    ARENA_PUSH(e->arena, o->taken, o->count, o->room, name);
    return name;
}

void lang_name_instance(Elab *e, Value v, const char *name)
{
    Callable *c = v.kind == V_CALLABLE ? v.callable : NULL;
    if (!c || !c->instance || c->path || c->decl->kind != NODE_LAYER || !e->frame->owner)
        return;
    c->path = arena_printf(e->arena, "%s%s.", e->frame->owner->prefix,
                           lang_claim_name(e, name, false));
}

/* -------------------------------------------------------------------------- arguments */

static const char *param_names(Elab *e, const Node *decl, const char ***names)
{
    *names = ARENA_ARRAY(e->arena, const char *, decl->count + 1);
    Text t = {0};
    for (size_t i = 0; i < decl->count; i++) {
        (*names)[i] = decl->items[i]->name;
        text_printf(&t, "%s%s", i ? ", " : "", decl->items[i]->name);
    }
    const char *all = arena_strndup(e->arena, t.bytes ? t.bytes : "", t.length);
    text_free(&t);
    return all;
}

static bool bind_named(Elab *e, const Node *at, const Node *decl, Value *bound,
                       const char *name, Value v)
{
    for (size_t i = 0; i < decl->count; i++) {
        if (decl->items[i]->name != name)
            continue;
        if (bound[i].kind != V_NONE) {
            lang_error(e, at, "%s: argument `%s` is given twice", decl->name, name);
            return false;
        }
        bound[i] = v;
        return true;
    }
    const char **names, *all = param_names(e, decl, &names);
    lang_error(e, at, "%s has no argument `%s`%s (it has: %s)", decl->name, name,
               lang_suggest(e, name, names, decl->count), all);
    return false;
}

/* Positional arguments go, in order, to the parameters from `first` on that are still
 * free. */
static bool bind_positional(Elab *e, const Node *at, const Node *decl, Value *bound,
                            size_t first, Value v)
{
    size_t i = first;
    while (i < decl->count && bound[i].kind != V_NONE)
        i++;
    if (i < decl->count) {
        bound[i] = v;
        return true;
    }
    const char **names, *all = param_names(e, decl, &names);
    lang_error(e, at, "%s: too many arguments (it has: %s)", decl->name, all);
    return false;
}

static bool bind_args(Elab *e, const Node *at, const Node *decl, Value *bound,
                      const Args *args, size_t first)
{
    bool good = true;
    for (size_t i = 0; i < args->count; i++)
        if (args->names[i])
            good =
                bind_named(e, at, decl, bound, args->names[i], args->values[i]) && good;
    for (size_t i = 0; good && i < args->count; i++)
        if (!args->names[i])
            good = bind_positional(e, at, decl, bound, first, args->values[i]);
    return good;
}

static bool holds_tensor(Value v)
{
    return v.kind == V_TENSOR || v.kind == V_ERROR ||
           (v.kind == V_LIST && v.list.count && holds_tensor(v.list.items[0]));
}

/* Whether these arguments begin with the inputs, so that the call can run. */
static bool has_inputs(const Node *decl, const Callable *c, const Args *args)
{
    size_t inputs = lang_input_count(decl);
    if (!inputs || c->bound[0].kind != V_NONE)
        return true;
    if (decl->kind == NODE_OPTIMIZER)
        return c->instance;
    for (size_t i = 0; i < args->count; i++) {
        if (args->names[i] && args->names[i] != decl->items[0]->name)
            continue;
        return args->names[i] || c->instance || holds_tensor(args->values[i]) ||
               (decl->kind == NODE_INITIALIZER && args->values[i].kind == V_LIST);
    }
    return false;
}

/* -------------------------------------------------------------------------- execution */

bool lang_bind_parameters(Elab *e, const Node *decl, const Node *at, Value *bound)
{
    bool good = true;
    for (size_t i = 0; i < decl->count; i++) {
        const Node *p = decl->items[i];
        bool missing = bound[i].kind == V_NONE;
        if (missing && !p->a) {
            lang_error(e, at, "%s: argument `%s` is missing", decl->name, p->name);
            good = false;
        }
        Value v = !missing ? bound[i] : p->a ? lang_eval(e, p->a) : value_error();
        if (p->type && v.kind != V_ERROR) {
            const char *what =
                arena_printf(e->arena, "%s: argument `%s`", decl->name, p->name);
            good = lang_match(e, at, what, p->type, &v) && good;
        }
        good = good && v.kind != V_ERROR;
        lang_bind(e, p->name, v);
    }
    return good;
}

static Value run_body(Elab *e, const Node *decl, const Node *at, Value *bound)
{
    if (!lang_bind_parameters(e, decl, at, bound))
        return value_error();
    Value v = lang_eval_block(e, decl->b);
    if (decl->type && v.kind != V_ERROR) {
        const Node *last = decl->b->count ? decl->b->items[decl->b->count - 1] : decl->b;
        const char *what = arena_printf(e->arena, "the result of %s", decl->name);
        if (!lang_match(e, last, what, decl->type, &v))
            return value_error();
    }
    return v;
}

static const char *path_for(Elab *e, Callable *c)
{
    if (c->path)
        return c->path;
    if (c->decl->kind == NODE_MODEL)
        return c->decl == e->primary ? "" : arena_printf(e->arena, "%s.", c->decl->name);
    if (!e->frame->owner)
        return NULL;
    const char *path = arena_printf(e->arena, "%s%s.", e->frame->owner->prefix,
                                    lang_claim_name(e, c->decl->name, true));
    if (c->instance)
        c->path = path;
    return path;
}

static Value run_owner(Elab *e, const Node *at, Callable *c, Value *bound)
{
    Owner owner = {.prefix = path_for(e, c)};
    Frame f;
    if (!owner.prefix)
        return lang_error(
            e, at, "layer `%s` has no place here: its parameters belong to a model",
            c->decl->name);
    if (!lang_push_frame(e, &f, c->decl, at))
        return value_error();
    f.owner = &owner;
    Value v = run_body(e, c->decl, at, bound);
    lang_pop_frame(e);
    return v;
}

static Value run_function(Elab *e, const Node *at, const Node *decl, Value *bound)
{
    Frame f;
    if (!lang_push_frame(e, &f, decl, at))
        return value_error();
    if (decl->kind != NODE_FN)
        f.owner = NULL;
    Value v = run_body(e, decl, at, bound);
    lang_pop_frame(e);
    return v;
}

/* A model on values that it was called on before in this entry point: its result then. */
static Value run_model(Elab *e, const Node *at, Callable *c, Value *bound)
{
    for (size_t i = 0; i < e->call_count; i++) {
        bool same = e->calls[i].decl == c->decl;
        for (size_t k = 0; same && k < c->decl->count; k++)
            same = lang_same_value(e->calls[i].args[k], bound[k]);
        if (same)
            return e->calls[i].result;
    }
    ModelCall call = {
        .decl = c->decl,
        .args = arena_copy(e->arena, bound, sizeof *bound * (c->decl->count + 1))};
    call.result = run_owner(e, at, c, bound);
    ARENA_PUSH(e->arena, e->calls, e->call_count, e->call_room, call);
    return call.result;
}

static Value run(Elab *e, const Node *at, Callable *c, Value *bound)
{
    switch (c->decl->kind) {
    case NODE_LAYER: return run_owner(e, at, c, bound);
    case NODE_MODEL: return run_model(e, at, c, bound);
    case NODE_FN:
    case NODE_INITIALIZER: return run_function(e, at, c->decl, bound);
    default:
        return lang_error(e, at,
                          "`%s` is an optimizer: only `optimizer = %s(...)` of a train "
                          "block runs it",
                          c->decl->name, c->decl->name);
    }
}

static Value instance(Elab *e, const Callable *from, Value *bound)
{
    Callable *c = ARENA_NEW(e->arena, Callable);
    *c = *from;
    c->bound = bound;
    c->instance = true;
    c->path = NULL;
    return (Value){.kind = V_CALLABLE, .callable = c};
}

/* `name = "fc"` of a layer call says what its parameters are called. */
static bool take_name(Elab *e, const Node *at, Callable *c, Args *args)
{
    if (c->decl->kind != NODE_LAYER)
        return true;
    for (size_t i = 0; i < c->decl->count; i++)
        if (!strcmp(c->decl->items[i]->name, "name"))
            return true;
    for (size_t i = 0; i < args->count; i++) {
        if (!args->names[i] || strcmp(args->names[i], "name"))
            continue;
        if (args->values[i].kind != V_STRING || !e->frame->owner ||
            !*args->values[i].string) {
            lang_error(e, at, "found %s, wanted a string as name of a layer",
                       lang_show(e, args->values[i]));
            return false;
        }
        const char *wanted = args->values[i].string,
                   *name = lang_claim_name(e, wanted, false);
        if (name != wanted)
            lang_error(e, at, "the name \"%s\" is taken", wanted);
        c->path = arena_printf(e->arena, "%s%s.", e->frame->owner->prefix, name);
        for (size_t k = i + 1; k < args->count; k++) {
            args->names[k - 1] = args->names[k];
            args->values[k - 1] = args->values[k];
        }
        args->count--;
        return true;
    }
    return true;
}

Value lang_call(Elab *e, const Node *at, Value callee, const Args *given)
{
    if (callee.kind == V_ERROR)
        return callee;
    if (callee.kind != V_CALLABLE)
        return lang_error(e, at, "%s cannot be called", lang_show(e, callee));
    Callable *c = callee.callable, fresh = *c;
    if (!c->instance)
        c = &fresh;
    Args args = *given;
    if (!take_name(e, at, c, &args))
        return value_error();
    Value *bound = arena_copy(e->arena, c->bound, sizeof *bound * (c->decl->count + 1));
    bool ready = has_inputs(c->decl, c, &args);
    size_t first = ready ? 0 : lang_input_count(c->decl);
    if (!bind_args(e, at, c->decl, bound, &args, first))
        return value_error();
    for (size_t i = 0; i < args.count; i++)
        if (args.values[i].kind == V_ERROR)
            return value_error();
    if (ready)
        return run(e, at, c, bound);
    Value v = instance(e, c, bound);
    v.callable->path = c->path;
    return v;
}

/* --------------------------------------------------------------------------- the text */

static void eval_args(Elab *e, const Node *n, const Value *piped, bool spread, Args *out)
{
    size_t extra = !piped ? 0 : spread ? piped->list.count : 1;
    out->names = ARENA_ARRAY(e->arena, const char *, n->count + extra + 1);
    out->values = ARENA_ARRAY(e->arena, Value, n->count + extra + 1);
    for (size_t i = 0; i < extra; i++)
        out->values[i] = spread ? piped->list.items[i] : *piped;
    for (size_t i = 0; i < n->count; i++) {
        out->names[extra + i] = n->items[i]->name;
        out->values[extra + i] = lang_eval(e, n->items[i]->a);
    }
    out->count = extra + n->count;
}

static bool is_op_call(const Node *n)
{
    return n->a->kind == NODE_FIELD && n->a->a->kind == NODE_NAME &&
           !strcmp(n->a->a->name, "op");
}

Value lang_eval_call(Elab *e, const Node *n, const Value *piped)
{
    Args args = {0};
    if (is_op_call(n)) {
        eval_args(e, n, piped, false, &args);
        return lang_call_op(e, n, n->a->name, &args);
    }
    const Intrinsic *i = n->a->kind == NODE_NAME && !lang_find_variable(e, n->a->name)
                             ? lang_find_intrinsic(n->a->name, false)
                             : NULL;
    if (i) {
        eval_args(e, n, piped, false, &args);
        return lang_call_intrinsic(e, n, i, &args);
    }
    Value f = lang_eval(e, n->a);
    bool spread = f.kind == V_CALLABLE && piped && piped->kind == V_LIST &&
                  lang_input_count(f.callable->decl) > 1;
    eval_args(e, n, piped, spread, &args);
    return lang_call(e, n, f, &args);
}

Value lang_call_std(Elab *e, const Node *at, const char *name, size_t count,
                    const Value *args)
{
    const Node *decl =
        lang_find_decl(e->program, lang_intern(e->program->names, name, strlen(name)));
    if (!decl)
        return lang_error(e, at, "the standard library has no `%s`", name);
    Args a = {.names = ARENA_ARRAY(e->arena, const char *, count + 1),
              .values = arena_copy(e->arena, args, sizeof *args * count),
              .count = count};
    return lang_call(e, at, lang_lookup(e, at, decl->name), &a);
}
