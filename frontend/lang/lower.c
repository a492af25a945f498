/* Entry points as functions. Each is run twice: once into a function that is thrown
 * away, to find out what it keeps and gives, and once into the function with that
 * signature. */
#include "frontend/lang/elab.h"

#include <string.h>

/* --------------------------------------------------------------------- the elaborator */

void lang_elab_open(Elab *e, const LangProgram *p, IrContext *c, DiagList *d)
{
    memset(e, 0, sizeof *e);
    e->program = p;
    e->arena = arena_open();
    e->ir = c;
    e->diags = d;
    e->kept = ARENA_NEW(e->arena, KeptTable);
    e->steps_per_epoch = e->epochs = 1;
}

void lang_elab_close(Elab *e) { arena_close(e->arena); }

/* ------------------------------------------------------------------------- signatures */

typedef struct Argument {
    IrType type;
    const char *name, *role;
    Kept *kept;
} Argument;

typedef struct Signature {
    Argument *items;
    size_t count, room;
    size_t inputs; /* where the inputs begin */
} Signature;

typedef struct Entry Entry;
struct Entry {
    const char *name;
    const Node *owner; /* whose parameters are the inputs; NULL: none */
    bool steps;        /* takes and gives step and rng */
    bool random;       /* takes rng alone */
    bool keeps;        /* takes params and state */
    bool (*run)(Lowering *l, IrValue *const *inputs, Results *out);
};

static void add_arg(Lowering *l, Signature *s, Argument a)
{
    ARENA_PUSH(l->e.arena, s->items, s->count, s->room, a);
}

static void add_kept(Lowering *l, Signature *s, KeepRole role, const char *name)
{
    KeptTable *t = l->e.kept;
    for (size_t i = 0; i < t->count; i++)
        if (t->items[i]->role == role && t->items[i]->used)
            add_arg(l, s,
                    (Argument){t->items[i]->type, t->items[i]->path, name, t->items[i]});
}

static size_t input_count(const Entry *en)
{
    return !en->owner                      ? 0
           : en->owner->kind == NODE_TRAIN ? en->owner->count
                                           : lang_input_count(en->owner);
}

static IrType rng_type(IrContext *c)
{
    return ir_tensor(c, DTYPE_ui64, 1, (int64_t[]){2});
}
static IrType step_type(IrContext *c) { return ir_tensor(c, DTYPE_i64, 0, NULL); }

static bool input_types(Lowering *l, const Entry *en, IrType *types)
{
    Frame f;
    bool good = true;
    if (!en->owner)
        return true;
    if (!lang_push_frame(&l->e, &f, en->owner, NULL))
        return false;
    for (size_t i = 0; i < input_count(en); i++) {
        types[i] = lang_input_type(&l->e, en->owner, l->model, i);
        good = good && types[i];
    }
    lang_pop_frame(&l->e);
    return good;
}

static Signature signature(Lowering *l, const Entry *en, const IrType *types)
{
    Signature s = {0};
    IrContext *c = l->e.ir;
    if (en->keeps) {
        add_kept(l, &s, KEEP_PARAM, "param");
        add_kept(l, &s, KEEP_STATE, "state");
        add_kept(l, &s, KEEP_SLOT, "opt");
    }
    if (en->steps)
        add_arg(l, &s, (Argument){step_type(c), "step", "step", NULL});
    if (en->steps || en->random)
        add_arg(l, &s, (Argument){rng_type(c), "rng", "rng", NULL});
    s.inputs = s.count;
    for (size_t i = 0; i < input_count(en); i++)
        add_arg(l, &s, (Argument){types[i], en->owner->items[i]->name, "input", NULL});
    return s;
}

/* --------------------------------------------------------------------------- two runs */

static void begin(Lowering *l, IrModule *m, IrBlock *block, RunMode mode)
{
    Elab *e = &l->e;
    e->b = ir_builder_at_end(m, block, ir_loc_unknown(e->ir));
    e->mode = mode;
    e->call_count = 0;
    e->work = 0;
    e->frame = NULL;
    e->step = e->rng = NULL;
    e->training = false;
    for (size_t i = 0; mode == RUN_DISCOVER && i < e->kept->count; i++) {
        e->kept->items[i]->used = false;
        e->kept->items[i]->value = NULL;
    }
}

/* Finds out what the entry keeps (marked `used`) and the types of its results. */
static bool discover(Lowering *l, const Entry *en, const IrType *types, size_t *count,
                     IrType **result_types)
{
    Elab *e = &l->e;
    IrModule *scratch = ir_module_open(e->ir, NULL);
    IrOp *func =
        ir_func_new(scratch, en->name, false, ir_loc_unknown(e->ir), 0, NULL, 0, NULL);
    IrBlock *block = ir_func_block(func);
    IrValue **inputs = ARENA_ARRAY(e->arena, IrValue *, input_count(en) + 1);
    Results out = {0};
    begin(l, scratch, block, RUN_DISCOVER);
    for (size_t i = 0; i < input_count(en); i++)
        inputs[i] = ir_block_add_arg(block, types[i], e->b.loc);
    if (en->steps)
        e->step = ir_block_add_arg(block, step_type(e->ir), e->b.loc);
    if (en->steps || en->random)
        e->rng = ir_block_add_arg(block, rng_type(e->ir), e->b.loc);
    bool good = en->run(l, inputs, &out);
    *result_types = ARENA_ARRAY(e->arena, IrType, out.count + 1);
    *count = out.count;
    for (size_t i = 0; good && i < out.count; i++)
        (*result_types)[i] = out.items[i].value->type;
    ir_module_close(scratch);
    return good;
}

/* Drops what no result uses, from the last op to the first. */
static void drop_unused(IrBlock *block)
{
    for (IrOp *op = block->last, *prev; op; op = prev) {
        prev = op->prev;
        bool used =
            !(ir_op_info(op->kind)->traits & IR_PURE) && op->kind != OP_custom_call;
        for (uint32_t i = 0; !used && i < op->result_count; i++)
            used = ir_result(op, i)->uses != NULL;
        if (!used)
            ir_op_erase(op);
    }
}

static void name_args(IrOp *func, const Signature *s, IrContext *c)
{
    for (size_t i = 0; i < s->count; i++) {
        ir_func_set_arg_attr(func, (uint32_t)i, "descent.name",
                             ir_attr_string(c, s->items[i].name));
        ir_func_set_arg_attr(func, (uint32_t)i, "descent.role",
                             ir_attr_string(c, s->items[i].role));
        ir_func_block(func)->args[i]->hint = ir_name(c, s->items[i].name);
    }
}

/* A result that updates an argument is named like it: the argument is donated. */
static void name_results(IrOp *func, const Results *out, const Signature *s, IrContext *c)
{
    IrType i32 = ir_scalar(c, DTYPE_i32);
    for (size_t i = 0; i < out->count; i++) {
        const Result *r = &out->items[i];
        uint32_t at = (uint32_t)i;
        ir_func_set_result_attr(func, at, "descent.name", ir_attr_string(c, r->name));
        ir_func_set_result_attr(func, at, "descent.role", ir_attr_string(c, r->role));
        for (size_t k = 0; k < s->inputs; k++)
            if (!strcmp(s->items[k].name, r->name) && !strcmp(s->items[k].role, r->role))
                ir_func_set_arg_attr(func, (uint32_t)k, "tf.aliasing_output",
                                     ir_attr_int(c, i32, (int64_t)i));
    }
}

static void bind_block(Lowering *l, const Entry *en, const Signature *s, IrBlock *block)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].kept)
            s->items[i].kept->value = block->args[i];
    if (en->steps)
        l->e.step = block->args[s->inputs - 2];
    if (en->steps || en->random)
        l->e.rng = block->args[s->inputs - 1];
}

static bool finish(Lowering *l, const Entry *en, IrOp *func, const Signature *s,
                   const Results *out)
{
    Elab *e = &l->e;
    IrValue **values = ARENA_ARRAY(e->arena, IrValue *, out->count + 1);
    for (size_t i = 0; i < out->count; i++)
        values[i] = out->items[i].value;
    e->b.loc = func->loc;
    ir_return(&e->b, out->count, values);
    drop_unused(ir_func_block(func));
    name_args(func, s, e->ir);
    if (en->steps || en->random)
        name_results(func, out, s, e->ir);
    else
        name_results(func, out, &(Signature){0}, e->ir);
    return true;
}

static bool build_entry(Lowering *l, const Entry *en)
{
    Elab *e = &l->e;
    size_t errors = diag_errors(e->diags), result_count;
    IrType types[IR_MAX_RANK * 4], *result_types;
    if (input_count(en) > sizeof types / sizeof *types) {
        lang_unsupported(e, en->owner, "more than %zu inputs",
                         sizeof types / sizeof *types);
        return false;
    }
    if (!input_types(l, en, types) ||
        !discover(l, en, types, &result_count, &result_types))
        return false;
    Signature s = signature(l, en, types);
    IrType *args = ARENA_ARRAY(e->arena, IrType, s.count + 1);
    for (size_t i = 0; i < s.count; i++)
        args[i] = s.items[i].type;
    IrLoc loc = lang_loc(e, en->owner ? en->owner : l->data);
    IrOp *func = ir_func_new(l->module, en->name, false, loc, s.count, args, result_count,
                             result_types);
    IrBlock *block = ir_func_block(func);
    Results out = {0};
    begin(l, l->module, block, RUN_BUILD);
    bind_block(l, en, &s, block);
    return en->run(l, block->args + s.inputs, &out) && diag_errors(e->diags) == errors &&
           finish(l, en, func, &s, &out);
}

/* ------------------------------------------------------------------- the entry points */

static bool run_train_step(Lowering *l, IrValue *const *inputs, Results *out)
{
    l->e.training = true;
    return lang_run_train(l, inputs, true, out);
}

static bool run_eval_step(Lowering *l, IrValue *const *inputs, Results *out)
{
    l->e.training = false;
    return lang_run_train(l, inputs, false, out);
}

static bool push_outputs(Lowering *l, Value v, Results *out)
{
    if (v.kind == V_LIST) {
        for (size_t i = 0; i < v.list.count; i++)
            if (!push_outputs(l, v.list.items[i], out))
                return false;
        return true;
    }
    if (v.kind != V_TENSOR) {
        if (v.kind != V_ERROR)
            lang_error(&l->e, l->model, "the model gives %s, wanted a tensor",
                       lang_show(&l->e, v));
        return false;
    }
    Result r = {v.tensor, arena_printf(l->e.arena, "out%zu", out->count), "output", NULL};
    ARENA_PUSH(l->e.arena, out->items, out->count, out->room, r);
    return true;
}

static bool run_predict(Lowering *l, IrValue *const *inputs, Results *out)
{
    Elab *e = &l->e;
    Frame f;
    size_t count = lang_input_count(l->model), errors = diag_errors(e->diags);
    e->training = false;
    if (!lang_push_frame(e, &f, l->model, NULL))
        return false;
    Args args = {.count = count,
                 .names = ARENA_ARRAY(e->arena, const char *, count + 1),
                 .values = ARENA_ARRAY(e->arena, Value, count + 1)};
    for (size_t i = 0; i < count; i++)
        args.values[i] = value_tensor(inputs[i]);
    Value v = lang_call(e, l->model, lang_lookup(e, l->model, l->model->name), &args);
    lang_pop_frame(e);
    return push_outputs(l, v, out) && diag_errors(e->diags) == errors;
}

static bool column(Lowering *l, const Node *n, int64_t rows, Results *out)
{
    Elab *e = &l->e;
    IrType type = ir_tensor(e->ir, DTYPE_f32, 1, &rows);
    Value v = lang_eval(e, n->a);
    if (n->type && !lang_eval_type(e, n->type, &type))
        return false;
    bool computed = v.kind == V_TENSOR && !n->type;
    if (!computed && v.kind != V_ERROR)
        v = lang_initial(e, n, v, type);
    if (v.kind == V_TENSOR && (!v.tensor->type->rank || v.tensor->type->dims[0] != rows))
        v = lang_error(e, n, "column `%s` is %s, wanted %lld row%s", n->name,
                       lang_show(e, v), (long long)rows, text_plural(rows));
    lang_bind(e, n->name, v);
    if (v.kind != V_TENSOR)
        return false;
    Result r = {v.tensor, n->name, "output", NULL};
    ARENA_PUSH(e->arena, out->items, out->count, out->room, r);
    return true;
}

static bool run_table(Lowering *l, IrValue *const *inputs, Results *out)
{
    Elab *e = &l->e;
    Frame f;
    size_t errors = diag_errors(e->diags);
    (void)inputs;
    int64_t rows = 0;
    for (size_t i = 0; i < e->program->data_count; i++)
        if (e->program->data_decls[i] == l->data)
            rows = e->program->data[i].rows;
    if (!lang_push_frame(e, &f, l->data, NULL))
        return false;
    lang_bind(e, lang_intern(e->program->names, "rows", 4), value_int(rows));
    for (size_t i = 0; i < l->data->b->count; i++) {
        const Node *n = l->data->b->items[i];
        if (n->kind == NODE_ASSIGN)
            column(l, n, rows, out);
        else
            lang_eval_statement(e, n);
    }
    lang_pop_frame(e);
    if (!out->count && diag_errors(e->diags) == errors)
        lang_error(e, l->data, "the table has no columns");
    return diag_errors(e->diags) == errors;
}

/* @init needs no discovery: what it keeps is what the others were found to keep. */
static bool build_init(Lowering *l)
{
    Elab *e = &l->e;
    IrType *types = ARENA_ARRAY(e->arena, IrType, e->kept->count + 2),
           rng = rng_type(e->ir);
    size_t count = 0;
    for (KeepRole role = KEEP_PARAM; role <= KEEP_SLOT; role++)
        for (size_t i = 0; i < e->kept->count; i++)
            if (e->kept->items[i]->role == role)
                types[count++] = e->kept->items[i]->type;
    types[count++] = step_type(e->ir);
    types[count++] = rng;
    IrLoc loc = lang_loc(e, l->train ? l->train : l->model);
    IrOp *func = ir_func_new(l->module, "init", false, loc, 1, &rng, count, types);
    IrBlock *block = ir_func_block(func);
    Entry en = {.name = "init", .random = true};
    Signature s = signature(l, &en, NULL);
    Results out = {0};
    begin(l, l->module, block, RUN_INIT);
    e->rng = block->args[0];
    return lang_run_init(l, &out) && finish(l, &en, func, &s, &out);
}

/* The order in which the entries run decides the order of parameters: training first. */
bool lang_lower_entries(Lowering *l, unsigned entries)
{
    Elab *e = &l->e;
    const Entry train = {.name = "train_step",
                         .owner = l->train,
                         .steps = true,
                         .keeps = true,
                         .run = run_train_step};
    const Entry eval = {
        .name = "eval_step", .owner = l->train, .keeps = true, .run = run_eval_step};
    const Entry predict = {
        .name = "predict", .owner = l->model, .keeps = true, .run = run_predict};
    const Entry table = {
        .name = l->data ? arena_printf(e->arena, "data.%s", l->data->name) : "",
        .random = true,
        .run = run_table};
    bool steps = l->train && (entries & (LANG_TRAIN_STEP | LANG_INIT));
    if (steps && !build_entry(l, &train))
        return false;
    for (size_t i = 0; i < e->kept->count; i++)
        e->kept->items[i]->trained = e->kept->items[i]->used;
    if (l->train && (entries & LANG_EVAL_STEP) && !build_entry(l, &eval))
        return false;
    if ((entries & (LANG_PREDICT | LANG_INIT)) && !build_entry(l, &predict))
        return false;
    if ((entries & LANG_INIT) && !build_init(l))
        return false;
    return !(l->data && (entries & LANG_DATA)) || build_entry(l, &table);
}

/* ----------------------------------------------------------------------- from outside */

static bool choose(Lowering *l, const LangOptions *o)
{
    const LangProgram *p = l->e.program;
    const LangTrain *t = o->train < p->train_count ? &p->trains[o->train] : NULL;
    const char *name = o->model         ? o->model
                       : t              ? t->model
                       : p->model_count ? p->models[p->model_count - 1].name
                                        : NULL;
    for (size_t i = 0; name && i < p->model_count; i++)
        if (!strcmp(p->models[i].name, name))
            l->model = p->model_decls[i];
    if (!l->model) {
        Place at = {p->file, 0, 0};
        const char **names = ARENA_ARRAY(l->e.arena, const char *, p->model_count + 1);
        for (size_t i = 0; i < p->model_count; i++)
            names[i] = p->models[i].name;
        diag_error(l->e.diags, at,
                   name ? "there is no model `%s`%s" : "there is no model%s%s",
                   name ? name : "",
                   name ? lang_suggest(&l->e, name, names, p->model_count) : "");
        return false;
    }
    if (t && !strcmp(t->model, name))
        l->train = p->train_decls[o->train];
    for (size_t i = 0; t && t->data && i < p->data_count; i++)
        if (!strcmp(p->data[i].name, t->data) && p->data[i].table)
            l->data = p->data_decls[i];
    /* Parameters are named as in the weights that training writes, whichever model is
     * wanted. */
    l->e.primary = l->model;
    for (size_t i = 0; t && i < p->model_count; i++)
        if (!strcmp(p->models[i].name, t->model))
            l->e.primary = p->model_decls[i];
    return true;
}

static void bind_steps(Lowering *l, const LangOptions *o)
{
    Elab *e = &l->e;
    const LangTrain *t = l->train ? &e->program->trains[o->train] : NULL;
    e->epochs = o->epochs > 0 ? o->epochs : t && t->epochs > 0 ? t->epochs : 1;
    e->steps_per_epoch = o->steps_per_epoch > 0 ? o->steps_per_epoch : 1;
}

/* Keeps only the entries that were wanted: others were built to know what they keep. */
static void drop_unwanted(IrModule *m, unsigned entries)
{
    static const struct {
        const char *name;
        unsigned bit;
    } all[] = {
        {"init", LANG_INIT},
        {"predict", LANG_PREDICT},
        {"train_step", LANG_TRAIN_STEP},
        {"eval_step", LANG_EVAL_STEP},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        IrOp *f = ir_module_func(m, all[i].name);
        if (f && !(entries & all[i].bit))
            ir_op_erase(f);
    }
}

/* How many steps an epoch has is known only with the data. */
static void warn_of_steps(Lowering *l, const LangOptions *o)
{
    if (l->e.asked_steps && o->steps_per_epoch <= 0 && (o->entries & LANG_TRAIN_STEP))
        diag_add(l->e.diags, DIAG_WARNING, 0, l->train->at,
                 "the schedule takes an epoch to be one step, as no data is read: "
                 "--steps-per-epoch=N says how many it has");
}

IrModule *lang_lower(const LangProgram *p, IrContext *c, const LangOptions *o,
                     DiagList *d)
{
    Lowering l = {0};
    lang_elab_open(&l.e, p, c, d);
    bool good = choose(&l, o) && lang_bind_sizes(&l, o);
    if (good) {
        bind_steps(&l, o);
        l.module = ir_module_open(c, l.model->name);
        good = lang_lower_entries(&l, o->entries);
    }
    if (good) {
        drop_unwanted(l.module, o->entries);
        warn_of_steps(&l, o);
        good = ir_verify(l.module, d);
    }
    lang_elab_close(&l.e);
    if (good)
        return l.module;
    ir_module_close(l.module);
    return NULL;
}
