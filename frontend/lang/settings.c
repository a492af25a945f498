/* Models and train blocks as the plain structs of lang.h. */
#include "frontend/lang/elab.h"

#include <string.h>

/* Settings that say how to train (those of the graph are loss, optimizer and the
 * clips). */
static const char *const settings[] = {
    "loss", "optimizer",  "clip_norm", "clip_value", "batch",    "epochs",
    "seed", "eval_batch", "patience",  "monitor",    "minimize",
};
enum { SETTINGS = sizeof settings / sizeof *settings };

bool lang_is_train_setting(const char *name)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (!strcmp(settings[i], name))
            return true;
    return false;
}

/* ----------------------------------------------------------------------------- inputs */

static void read_dims(Elab *e, const Node *type, LangInput *in)
{
    if (type->kind != NODE_TYPE || type->count > 8) {
        lang_error(e, type, "an input is one tensor of at most 8 dimensions");
        return;
    }
    lang_eval_dtype(e, type, &in->dtype);
    in->rank = (int)type->count;
    for (size_t i = 0; i < type->count; i++) {
        const char *symbol = NULL;
        const Node *size = type->items[i];
        if (size->kind == NODE_ELLIPSIS) {
            lang_error(e, size,
                       "`...` stands for nothing here: an input has a fixed rank");
            return;
        }
        bool open = !lang_unknown_symbol(e, size, &symbol) || symbol;
        Value v = open ? value_int(-1) : lang_eval(e, size);
        in->dims[i] = v.kind == V_INT ? v.integer : 0;
    }
}

static LangInput read_input(Elab *e, const char *name, const Node *type)
{
    LangInput in = {
        .name = name, .dtype = DTYPE_f32, .rank = 1, .dims = {-1}, .type = "f32[N]"};
    if (type) {
        in.type = lang_show_type(e, type);
        read_dims(e, type, &in);
    }
    return in;
}

static void read_model(Elab *e, const Node *n, LangModel *out)
{
    size_t inputs = lang_input_count(n);
    LangInput *in = ARENA_ARRAY(e->arena, LangInput, inputs + 1);
    Symbols sizes = {0};
    *out = (LangModel){
        .name = n->name, .at = n->at, .input_count = inputs, .inputs = in};
    for (size_t i = 0; i < inputs; i++) {
        const Node *p = n->items[i];
        if (!p->type) {
            lang_error(e, p, "the input `%s` of a model needs a type, such as f32[N, 10]",
                       p->name);
            continue;
        }
        in[i] = read_input(e, p->name, p->type);
        lang_add_symbols(e, p->type, &sizes);
    }
    out->sizes = sizes.items;
    out->size_count = sizes.count;
    for (size_t i = inputs; i < n->count; i++)
        if (!n->items[i]->a)
            lang_error(e, n->items[i],
                       "`%s` comes after the inputs of the model: it needs a "
                       "default value",
                       n->items[i]->name);
}

/* ------------------------------------------------------------------------------ train */

/* An input of a train block has the type it is given, or that of the model's input of
 * its name (or place), or is f32[N]. */
static const Node *train_type(const Node *train, const Node *model, size_t i)
{
    const Node *p = train->items[i];
    if (p->type || !model)
        return p->type;
    size_t inputs = lang_input_count(model);
    for (size_t k = 0; k < inputs; k++)
        if (model->items[k]->name == p->name)
            return model->items[k]->type;
    if (i >= inputs)
        return NULL;
    for (size_t k = 0; k < train->count; k++)
        if (train->items[k]->name == model->items[i]->name)
            return NULL;
    return model->items[i]->type;
}

IrType lang_input_type(Elab *e, const Node *owner, const Node *model, size_t i)
{
    IrType t = NULL;
    const Node *type =
        owner->kind == NODE_TRAIN ? train_type(owner, model, i) : owner->items[i]->type;
    if (type)
        return lang_eval_type(e, type, &t) ? t : NULL;
    Size *n = lang_find_size(e, "N");
    int64_t rows = n ? n->value : 1;
    return ir_tensor(e->ir, DTYPE_f32, 1, &rows);
}

static bool setting_int(Elab *e, const Node *n, const char *name, int64_t least,
                        int64_t *out)
{
    if (strcmp(n->name, name))
        return false;
    Value v = lang_eval(e, n->a);
    if (v.kind == V_INT && v.integer >= least)
        *out = v.integer;
    else if (v.kind != V_ERROR)
        lang_error(e, n->a, "%s: found %s, wanted a whole number from %lld on", name,
                   lang_show(e, v), (long long)least);
    return true;
}

static void setting_monitor(Elab *e, const Node *n, LangTrain *out)
{
    Value v = lang_eval(e, n->a);
    if (!strcmp(n->name, "minimize")) {
        if (v.kind != V_BOOL && v.kind != V_ERROR)
            lang_error(e, n->a, "minimize: found %s, wanted true or false",
                       lang_show(e, v));
        out->monitor_max = v.kind == V_BOOL && !v.integer;
        return;
    }
    if (v.kind == V_STRING)
        out->monitor = v.string;
    else if (v.kind != V_ERROR)
        lang_error(e, n->a, "monitor: found %s, wanted \"loss\" or the name of a metric",
                   lang_show(e, v));
}

static void read_setting(Elab *e, const Node *n, LangTrain *out)
{
    int64_t seed = (int64_t)out->seed;
    if (setting_int(e, n, "batch", 1, &out->batch) ||
        setting_int(e, n, "epochs", 0, &out->epochs) ||
        setting_int(e, n, "eval_batch", 1, &out->eval_batch) ||
        setting_int(e, n, "patience", 0, &out->patience))
        return;
    if (setting_int(e, n, "seed", 0, &seed))
        out->seed = (uint64_t)seed;
    else if (!strcmp(n->name, "monitor") || !strcmp(n->name, "minimize"))
        setting_monitor(e, n, out);
}

static bool assigned_by_let(const Node *block, size_t before, const char *name)
{
    for (size_t i = 0; i < before; i++)
        for (size_t k = 0;
             block->items[i]->kind == NODE_LET && k < block->items[i]->count; k++)
            if (block->items[i]->items[k]->name == name)
                return true;
    return false;
}

static void unknown_setting(Elab *e, const Node *n)
{
    lang_error(e, n, "a train block has no setting `%s`%s", n->name,
               lang_suggest_or_list(e, n->name, settings, SETTINGS));
}

static void check_block(Elab *e, const Node *train, LangTrain *out)
{
    const char *seen[SETTINGS] = {0};
    size_t count = 0;
    bool loss = false, optimizer = false;
    for (size_t i = 0; i < train->b->count; i++) {
        const Node *n = train->b->items[i];
        if (n->kind != NODE_ASSIGN || assigned_by_let(train->b, i, n->name))
            continue;
        loss = loss || !strcmp(n->name, "loss");
        optimizer = optimizer || !strcmp(n->name, "optimizer");
        if (!lang_is_train_setting(n->name)) {
            unknown_setting(e, n);
            continue;
        }
        for (size_t k = 0; k < count; k++)
            if (seen[k] == n->name)
                lang_error(e, n, "`%s` is set twice", n->name);
        if (count < SETTINGS)
            seen[count++] = n->name;
        read_setting(e, n, out);
    }
    if (!loss)
        lang_error(e, train, "the train block says no `loss = ...`");
    if (!optimizer)
        lang_error(e, train,
                   "the train block says no `optimizer = ...`, such as adam(lr = 1e-3)");
}

static void read_metrics(Elab *e, const Node *train, LangTrain *out)
{
    const char **names = ARENA_ARRAY(e->arena, const char *, train->b->count + 1);
    for (size_t i = 0; i < train->b->count; i++) {
        const Node *n = train->b->items[i];
        if (n->kind != NODE_METRIC)
            continue;
        for (size_t k = 0; k < out->metric_count; k++)
            if (names[k] == n->name)
                lang_error(e, n, "the metric `%s` is given twice", n->name);
        if (!strcmp(n->name, "loss"))
            lang_error(e, n, "a metric cannot be called `loss`");
        names[out->metric_count++] = n->name;
    }
    out->metrics = names;
}

static bool is_loss(const Node *value)
{
    static const char *const losses[] = {"mse", "mae", "huber", "cross_entropy",
                                         "bce_with_logits"};
    bool call = value->kind == NODE_CALL && value->a->kind == NODE_NAME;
    for (size_t i = 0; call && i < sizeof losses / sizeof *losses; i++)
        if (!strcmp(value->a->name, losses[i]))
            return true;
    return false;
}

/* The worst epoch is kept for the best if an error is to grow. */
static void check_direction(Elab *e, const Node *train, const LangTrain *t)
{
    const Node *error = NULL;
    for (size_t i = 0; i < train->b->count; i++) {
        const Node *n = train->b->items[i];
        if (n->kind == NODE_ASSIGN && !strcmp(n->name, "minimize"))
            return;
        if (n->kind == NODE_METRIC && !strcmp(n->name, t->monitor) && is_loss(n->a))
            error = n;
    }
    if (error)
        diag_add(e->diags, DIAG_WARNING, 0, error->at,
                 "the epoch of the greatest `%s` is kept as the best: `minimize = true` "
                 "keeps that of the least", t->monitor);
}

static void check_monitor(Elab *e, const Node *train, LangTrain *t)
{
    if (!strcmp(t->monitor, "loss")) {
        t->monitor_max = false;
        return;
    }
    for (size_t i = 0; i < t->metric_count; i++)
        if (!strcmp(t->metrics[i], t->monitor))
            return;
    lang_error(e, train, "monitor: there is no metric \"%s\"%s", t->monitor,
               lang_suggest(e, t->monitor, t->metrics, t->metric_count));
}

static const Node *find_model(Elab *e, const Node *train)
{
    const Node *m = lang_find_decl(e->program, train->name);
    if (m && m->kind == NODE_MODEL)
        return m;
    const LangProgram *p = e->program;
    const char **names = ARENA_ARRAY(e->arena, const char *, p->model_count + 1);
    for (size_t i = 0; i < p->model_count; i++)
        names[i] = p->models[i].name;
    lang_error(e, train, "there is no model `%s`%s", train->name,
               lang_suggest(e, train->name, names, p->model_count));
    return NULL;
}

static void find_data(Elab *e, const Node *data)
{
    const LangProgram *p = e->program;
    const char **names = ARENA_ARRAY(e->arena, const char *, p->data_count + 1);
    for (size_t i = 0; i < p->data_count; i++) {
        names[i] = p->data_decls[i]->name;
        if (names[i] == data->name)
            return;
    }
    lang_error(e, data, "there is no data `%s`%s", data->name,
               lang_suggest(e, data->name, names, p->data_count));
}

static void read_train(Elab *e, const Node *n, LangTrain *out)
{
    LangInput *in = ARENA_ARRAY(e->arena, LangInput, n->count + 1);
    const Node *model = find_model(e, n);
    if (n->a)
        find_data(e, n->a);
    *out = (LangTrain){.model = n->name,
                       .data = n->a ? n->a->name : NULL,
                       .at = n->at,
                       .input_count = n->count,
                       .inputs = in,
                       .batch = 32,
                       .epochs = 10,
                       .monitor = "loss",
                       .monitor_max = true};
    for (size_t i = 0; i < n->count; i++) {
        in[i] = read_input(e, n->items[i]->name, train_type(n, model, i));
        for (size_t k = 0; k < i; k++)
            if (in[k].name == in[i].name)
                lang_error(e, n->items[i], "the input `%s` is named twice", in[i].name);
        if (n->items[i]->a)
            lang_error(e, n->items[i], "an input has no default value");
    }
    read_metrics(e, n, out);
    check_block(e, n, out);
    check_monitor(e, n, out);
    check_direction(e, n, out);
    if (!out->eval_batch)
        out->eval_batch = out->batch;
}

/* -------------------------------------------------------------------------------- all */

static const Node **of_kind(LangProgram *p, NodeKind kind, size_t *count)
{
    const Node **out = ARENA_ARRAY(p->arena, const Node *, p->user.count + 1);
    for (size_t i = 0; i < p->user.count; i++)
        if (p->user.items[i]->kind == kind)
            out[(*count)++] = p->user.items[i];
    return out;
}

void lang_read_settings(LangProgram *p, Elab *e)
{
    p->model_decls = of_kind(p, NODE_MODEL, &p->model_count);
    p->data_decls = of_kind(p, NODE_DATA, &p->data_count);
    p->train_decls = of_kind(p, NODE_TRAIN, &p->train_count);
    p->models = ARENA_ARRAY(p->arena, LangModel, p->model_count + 1);
    p->data = ARENA_ARRAY(p->arena, LangData, p->data_count + 1);
    p->trains = ARENA_ARRAY(p->arena, LangTrain, p->train_count + 1);
    Frame f;
    e->frame = &f;
    for (size_t i = 0; i < p->model_count; i++) {
        f = (Frame){.decl = p->model_decls[i]};
        read_model(e, p->model_decls[i], &p->models[i]);
    }
    for (size_t i = 0; i < p->data_count; i++) {
        f = (Frame){.decl = p->data_decls[i]};
        lang_read_data(e, p, p->data_decls[i], &p->data[i]);
    }
    for (size_t i = 0; i < p->train_count; i++) {
        f = (Frame){.decl = p->train_decls[i]};
        read_train(e, p->train_decls[i], &p->trains[i]);
    }
    e->frame = NULL;
}
