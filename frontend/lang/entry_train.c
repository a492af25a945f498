/* What the entry points compute. @train_step: loss, gradients, optimizer; @eval_step:
 * loss and metrics; @init: the initializers and the optimizers' slots. */
#include "frontend/lang/elab.h"

#include <string.h>

static void push(Lowering *l, Results *out, Result r)
{
    ARENA_PUSH(l->e.arena, out->items, out->count, out->room, r);
}

static const Node *setting(const Node *train, const char *name)
{
    for (size_t i = 0; train && i < train->b->count; i++) {
        const Node *n = train->b->items[i];
        if (n->kind == NODE_ASSIGN && !strcmp(n->name, name))
            return n;
    }
    return NULL;
}

/* --------------------------------------------------------------- the loss and metrics */

static IrValue *scalar(Elab *e, const Node *n, const char *what, Value v)
{
    if (value_is_number(v))
        v = lang_to_tensor(e, n, v, DTYPE_f32);
    if (v.kind == V_ERROR)
        return NULL;
    bool good = v.kind == V_TENSOR && !v.tensor->type->rank &&
                dtype_is_float(v.tensor->type->elem);
    if (!good)
        lang_error(e, n, "%s: found %s, wanted one number%s", what, lang_show(e, v),
                   v.kind == V_TENSOR
                       ? " of a float type: mean(...) or sum(...) makes it one"
                       : "");
    return good ? v.tensor : NULL;
}

static void run_statement(Lowering *l, const Node *n, IrValue **loss, Results *metrics)
{
    Elab *e = &l->e;
    bool is_setting = n->kind == NODE_ASSIGN && lang_is_train_setting(n->name) &&
                      !lang_find_variable(e, n->name);
    if (n->kind == NODE_METRIC || (is_setting && !strcmp(n->name, "loss"))) {
        IrValue *v = scalar(e, n->a, n->name, lang_eval(e, n->a));
        if (n->kind == NODE_METRIC)
            push(l, metrics, (Result){v, n->name, "metric", NULL});
        else
            *loss = v;
    } else if (!is_setting) {
        lang_eval_statement(e, n);
    }
}

/* ---------------------------------------------------------------------- the optimizer */

/* The optimizer's result for one parameter. @init wants only what its slots begin
 * with: the rest is dropped there, as nothing uses it. */
static Value optimize(Lowering *l, const Node *at, const Callable *o, const Kept *k,
                      Value g)
{
    Elab *e = &l->e;
    Frame f;
    Value v,
        *bound = arena_copy(e->arena, o->bound, sizeof *bound * (o->decl->count + 1));
    bound[0] = value_tensor(k->value);
    bound[1] = g;
    if (!lang_push_frame(e, &f, o->decl, at))
        return value_error();
    f.owner = NULL;
    f.slot_path = k->path;
    lang_at(e, at);
    IrValue *one = ir_scalar_constant(&e->b, DTYPE_i64, 1);
    lang_bind(e, lang_intern(e->program->names, "t", 1),
              value_tensor(ir_add(&e->b, e->step, one)));
    v = lang_bind_parameters(e, o->decl, at, bound) ? lang_eval_block(e, o->decl->b)
                                                    : value_error();
    lang_pop_frame(e);
    return v;
}

static const Callable *read_optimizer(Lowering *l, const Node *n)
{
    Value v = lang_eval(&l->e, n->a);
    bool good = v.kind == V_CALLABLE && v.callable->decl->kind == NODE_OPTIMIZER &&
                v.callable->decl->count >= 2;
    if (!good && v.kind != V_ERROR)
        lang_error(&l->e, n->a,
                   "optimizer: found %s, wanted an optimizer, such as adam(lr = 1e-3)",
                   lang_show(&l->e, v));
    return good ? v.callable : NULL;
}

/* The parameters that this entry point used, as of now. */
static Value used_params(Lowering *l, Kept ***kept)
{
    KeptTable *t = l->e.kept;
    Value v = lang_list(&l->e, t->count);
    *kept = ARENA_ARRAY(l->e.arena, Kept *, t->count + 1);
    v.list.count = 0;
    for (size_t i = 0; i < t->count; i++)
        if (t->items[i]->role == KEEP_PARAM && t->items[i]->used) {
            (*kept)[v.list.count] = t->items[i];
            v.list.items[v.list.count++] = value_tensor(t->items[i]->value);
        }
    return v;
}

static Value gradients(Lowering *l, const Node *at, IrValue *loss, Value params)
{
    Elab *e = &l->e;
    IrValue **wrt = ARENA_ARRAY(e->arena, IrValue *, params.list.count + 1);
    for (size_t i = 0; i < params.list.count; i++) {
        wrt[i] = params.list.items[i].tensor;
        if (!dtype_is_float(wrt[i]->type->elem))
            return lang_error(e, at, "a param of %s cannot be trained: use `state`",
                              lang_show(e, params.list.items[i]));
    }
    lang_at(e, at);
    Value v = lang_list(e, params.list.count);
    IrOp *op =
        params.list.count ? ir_gradient(&e->b, loss, params.list.count, wrt) : NULL;
    for (size_t i = 0; i < params.list.count; i++)
        v.list.items[i] = value_tensor(ir_result(op, (uint32_t)i));
    return v;
}

/* `clip_norm = c`, `clip_value = c`: the library's functions of that name change the
 * gradients. */
static Value clip(Lowering *l, const char *name, Value grads)
{
    const Node *n = setting(l->train, name);
    if (!n || grads.kind != V_LIST)
        return grads;
    Value args[] = {grads, lang_eval(&l->e, n->a)};
    Value v = lang_call_std(&l->e, n, name, 2, args);
    if (v.kind == V_LIST && v.list.count == grads.list.count)
        return v;
    return v.kind == V_ERROR || !grads.list.count
               ? grads
               : lang_error(&l->e, n, "%s does not give a gradient for each parameter",
                            name);
}

static bool update_params(Lowering *l, IrValue *loss)
{
    Elab *e = &l->e;
    Kept **kept;
    const Node *n = setting(l->train, "optimizer"), *loss_at = setting(l->train, "loss");
    const Callable *o = read_optimizer(l, n);
    if (!o)
        return false;
    Value params = used_params(l, &kept);
    if (!params.list.count) {
        lang_error(e, loss_at, "the loss uses no parameters: there is nothing to train");
        return false;
    }
    Value grads = clip(l, "clip_norm",
                       clip(l, "clip_value", gradients(l, loss_at->a, loss, params)));
    if (grads.kind != V_LIST)
        return false;
    for (size_t i = 0; i < params.list.count; i++) {
        Value v = optimize(l, n->a, o, kept[i], grads.list.items[i]);
        if (v.kind == V_TENSOR && dtype_is_float(v.tensor->type->elem))
            v = value_tensor(ir_convert(&e->b, v.tensor, kept[i]->type->elem));
        if (v.kind == V_TENSOR && v.tensor->type == kept[i]->type) {
            kept[i]->value = v.tensor;
            continue;
        }
        if (v.kind != V_ERROR)
            lang_error(e, n->a, "the optimizer gives %s for `%s`, which is %s",
                       lang_show(e, v), kept[i]->path,
                       lang_show_tensor(e, kept[i]->type));
        return false;
    }
    return true;
}

/* ------------------------------------------------------------------------ the entries */

static void push_kept(Lowering *l, Results *out, KeepRole role, const char *name)
{
    KeptTable *t = l->e.kept;
    for (size_t i = 0; i < t->count; i++)
        if (t->items[i]->role == role && (t->items[i]->used || l->e.mode == RUN_INIT)) {
            Kept *k = t->items[i];
            bool first = role == KEEP_SLOT && l->e.mode == RUN_INIT;
            push(l, out, (Result){first ? k->first : k->value, k->path, name, k});
        }
}

static void push_state(Lowering *l, Results *out, IrValue *step)
{
    push_kept(l, out, KEEP_PARAM, "param");
    push_kept(l, out, KEEP_STATE, "state");
    push_kept(l, out, KEEP_SLOT, "opt");
    push(l, out, (Result){step, "step", "step", NULL});
    push(l, out, (Result){l->e.rng, "rng", "rng", NULL});
}

static IrValue *next_step(Lowering *l)
{
    lang_at(&l->e, l->train);
    return ir_add(&l->e.b, l->e.step, ir_scalar_constant(&l->e.b, DTYPE_i64, 1));
}

/* Where an input's type is written, its sizes have names in the block. */
static void bind_inputs(Lowering *l, IrValue *const *inputs)
{
    for (size_t i = 0; i < l->train->count; i++) {
        const Node *n = l->train->items[i];
        Value v = value_tensor(inputs[i]);
        if (n->type)
            lang_match(&l->e, n, n->name, n->type, &v);
        lang_bind(&l->e, n->name, v);
    }
}

bool lang_run_train(Lowering *l, IrValue *const *inputs, bool training, Results *out)
{
    Elab *e = &l->e;
    Frame f;
    Results metrics = {0};
    IrValue *loss = NULL;
    size_t errors = diag_errors(e->diags);
    if (!lang_push_frame(e, &f, l->train, NULL))
        return false;
    bind_inputs(l, inputs);
    for (size_t i = 0; i < l->train->b->count; i++)
        run_statement(l, l->train->b->items[i], &loss, &metrics);
    bool good = loss && diag_errors(e->diags) == errors;
    if (good && training)
        good = update_params(l, loss);
    if (good && training)
        push_state(l, out, next_step(l));
    lang_pop_frame(e);
    if (!good)
        return false;
    push(l, out, (Result){loss, "loss", "loss", NULL});
    for (size_t i = 0; i < metrics.count; i++)
        push(l, out, metrics.items[i]);
    return diag_errors(e->diags) == errors;
}

static bool init_slots(Lowering *l)
{
    Elab *e = &l->e;
    const Node *n = setting(l->train, "optimizer");
    size_t errors = diag_errors(e->diags), params = e->kept->count;
    const Callable *o = n ? read_optimizer(l, n) : NULL;
    if (!o)
        return !l->train;
    for (size_t i = 0; i < params; i++) {
        Kept *k = e->kept->items[i];
        if (k->role != KEEP_PARAM || !k->trained)
            continue;
        lang_at(e, n);
        optimize(l, n->a, o, k, value_tensor(ir_like(&e->b, k->value, 0)));
    }
    return diag_errors(e->diags) == errors;
}

bool lang_run_init(Lowering *l, Results *out)
{
    Elab *e = &l->e;
    Frame f;
    const Node *decl = l->train ? l->train : l->model;
    if (!lang_push_frame(e, &f, decl, NULL))
        return false;
    bool good = true;
    for (size_t i = 0; i < e->kept->count; i++) {
        Kept *k = e->kept->items[i];
        if (k->role == KEEP_SLOT)
            continue;
        Value v = lang_initial(e, k->at, k->init, k->type);
        k->value = v.kind == V_TENSOR ? v.tensor : NULL;
        good = good && k->value;
    }
    lang_at(e, decl);
    e->step = ir_scalar_constant(&e->b, DTYPE_i64, 0);
    good = good && init_slots(l);
    lang_pop_frame(e);
    if (good)
        push_state(l, out, e->step);
    return good;
}
