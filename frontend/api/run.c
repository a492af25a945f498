/* Running one entry point on given tensors, with weights or without, natively or by the
 * reference evaluator. */
#include "frontend/api/call.h"
#include "frontend/api/model.h"

#include "runtime/bind.h"
#include "runtime/npy.h"
#include "support/ascii.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct Run {
    const ApiModel *model;
    const ApiRun *o;
    DiagList *d;
    Arena *arena;
    const char *name;               /* of the entry */
    ApiSizes sizes;
    RtTensors inputs, weights, state;
    RtMeta meta;
    ApiProgram *program;            /* native */
    IrContext *context;             /* reference */
    IrModule *module;
    const RtEntry *entry;
    RtTensors made;                 /* inputs in the types that the entry takes */
    size_t taken;                   /* inputs used so far */
    RtPool *pool;
} Run;

/* ----------------------------------------------------------------------------- inputs */

static bool ends_in(const char *s, const char *ending)
{
    size_t n = strlen(s), k = strlen(ending);
    return n >= k && !strcmp(s + n - k, ending);
}

static bool is_csv(const char *path)
{
    return ends_in(path, ".csv") || ends_in(path, ".csv.gz");
}

/* The columns of a group, separated as in the data that the model was trained on. */
static RtStatus read_csv(Run *r, const char *path, const char *group, RtTensor *out)
{
    const LangTrain *b = api_train_block(r->model, &r->sizes);
    const LangData *data = b ? lang_find_data(r->model->language, b->data) : NULL;
    RtCsvOptions csv = {0};
    RtTable columns;
    if (data && data->options.kind == RT_DATA_CSV)
        csv = (RtCsvOptions){.separator = data->options.separator,
                             .no_header = data->options.no_header};
    RtStatus st = rt_columns_from_meta(&r->meta, r->o->weights, group, &columns, r->d);
    if (!st)
        st = rt_csv_read_group(path, &csv, &columns, out, r->d);
    rt_table_free(&columns);
    return st;
}

/* The file of input i; NULL: there is none. A table may hold several inputs. */
static const char *file_of(const Run *r, size_t i)
{
    size_t count = r->o->input_count;
    if (i < count)
        return r->o->inputs[i];
    bool goes_on = count && r->model->language && is_csv(r->o->inputs[count - 1]);
    return goes_on ? r->o->inputs[count - 1] : NULL;
}

/* Input i, which has this name, as it is in its file; NULL with a diagnostic. Inputs are
 * asked for in order. */
static const RtTensor *read_input(Run *r, size_t i, const char *name)
{
    const char *path = file_of(r, i);
    RtTensor t;
    if (i < r->inputs.count)
        return &r->inputs.items[i];
    if (is_csv(path) ? read_csv(r, path, api_group(r->model, &r->sizes, i, name), &t)
                     : rt_npy_read(path, &t, r->d))
        return NULL;
    t.name = strdup(path);      /* for messages */
    return rt_tensors_add(&r->inputs, &t, r->d) ? NULL : &r->inputs.items[i];
}

static RtStatus read_weights(Run *r)
{
    const char *file = r->o->weights;
    RtStatus st = file ? rt_safetensors_read(file, &r->weights, &r->meta, r->d) : RT_OK;
    if (st || !file || !r->model->language)
        return st;
    const LangModel *m = api_model(r->model, &r->sizes, r->d);
    if (m)
        api_check_weights(r->model, file, &r->meta, m->name, r->d);
    return m ? RT_OK : RT_BAD_INPUT;
}

/* ------------------------------------------------------------------------------ sizes */

static bool is_bound(const ApiSizes *s, const char *name)
{
    for (size_t i = 0; i < s->binding_count; i++)
        if (!strcmp(s->bindings[i].name, name))
            return true;
    return false;
}

static void bind_size(Run *r, const char *name, size_t length, int64_t value)
{
    ApiSizes *s = &r->sizes;
    LangBinding one = {arena_strndup(r->arena, name, length), value};
    if (is_bound(s, one.name))
        return;
    LangBinding *all = ARENA_ARRAY(r->arena, LangBinding, s->binding_count + 1);
    if (s->binding_count)
        memcpy(all, s->bindings, s->binding_count * sizeof *all);
    all[s->binding_count++] = one;
    s->bindings = all;
}

/* Free sizes are named in the type, f32[N, 57]: an input of 5 rows makes N 5. The first
 * is the number of rows; the others hold if the input has as many dimensions. */
static void bind_sizes_of(Run *r, const LangInput *in, const RtTensor *t)
{
    const char *s = strchr(in->type, '[');
    for (int i = 0; s && i < in->rank && i < t->rank; i++) {
        s += 1 + strspn(s + 1, " ");
        size_t n = 0;
        while (ascii_is_alnum(s[n]) || s[n] == '_')
            n++;
        char after = s[n + strspn(s + n, " ")];
        bool is_name = n && !isdigit((unsigned char)*s) && (after == ',' || after == ']');
        if (is_name && (i == 0 || in->rank == t->rank))
            bind_size(r, s, n, t->dims[i]);
        s = strchr(s, ',');
    }
}

static RtStatus bind_sizes(Run *r)
{
    if (!r->model->language || strcmp(r->name, "predict"))
        return RT_OK;
    const LangModel *m = api_model(r->model, &r->sizes, r->d);
    if (!m)
        return RT_BAD_INPUT;
    for (size_t i = 0; i < m->input_count && file_of(r, i); i++) {
        const RtTensor *t = read_input(r, i, m->inputs[i].name);
        if (!t)
            return RT_BAD_INPUT;
        bind_sizes_of(r, &m->inputs[i], t);
    }
    return RT_OK;
}

/* ------------------------------------------------------------------------------ entry */

static const RtEntry *native_entry(Run *r)
{
    ApiTarget target = r->o->target;
    target.finite_weights = r->o->weights && rt_tensors_finite(&r->weights);
    r->program = api_program_open(r->model, &r->sizes, &target, r->d);
    return r->program ? api_program_entry(r->program, r->name, 0, r->d) : NULL;
}

/* The graph as it is; only gradients that are asked for are written out. */
static const RtEntry *reference_entry(Run *r)
{
    const char *names[] = {r->name, NULL};
    PassContext pass = {.diags = r->d};
    r->context = ir_context_open();
    r->module = api_lower(r->model, r->context, &r->sizes, names, r->d);
    if (!r->module)
        return NULL;
    if (api_wants_gradient(r->module->op)
        && !pass_run(r->module, &pass, "grad", NULL, NULL))
        return NULL;
    return api_spec(ir_module_func(r->module, r->name), r->arena, r->d);
}

static RtStatus open_entry(Run *r)
{
    r->entry = r->o->reference ? reference_entry(r) : native_entry(r);
    if (!r->entry)
        return RT_BAD_INPUT;
    return r->o->weights ? rt_state_load(r->entry, r->o->weights, &r->weights, false,
                                         &r->state, r->d)
                         : RT_OK;
}

/* -------------------------------------------------------------------------- arguments */

/* The type of an input as it is written, f32[N, 2]; NULL if it is not. */
static const char *written_type(const Run *r, const char *input)
{
    const LangModel *m = NULL;
    if (r->model->language && !strcmp(r->name, "predict"))
        m = api_model(r->model, &r->sizes, r->d);
    for (size_t i = 0; m && i < m->input_count; i++)
        if (!strcmp(m->inputs[i].name, input))
            return m->inputs[i].type;
    return NULL;
}

static RtStatus check_exact(const Run *r, const RtTensor *t, const RtSpec *s)
{
    char have[RT_SHAPE_TEXT], want[RT_SHAPE_TEXT];
    /* without dimensions it has not said what N is */
    const char *written = t->rank ? NULL : written_type(r, s->name);
    if (t->dtype == s->dtype && t->rank == s->rank
        && !memcmp(t->dims, s->dims, (size_t)s->rank * sizeof *s->dims))
        return RT_OK;
    return rt_fail_file(r->d, RT_BAD_INPUT, t->name, "it is %s, but '%s' of @%s is %s",
                        rt_shape_text(t->dtype, t->rank, t->dims, have), s->name,
                        r->entry->name,
                        written ? written
                                : rt_shape_text(s->dtype, s->rank, s->dims, want));
}

/* Brings an input into the type that a description asks for, scaled as the training data
 * was. */
static RtStatus prepare(Run *r, const RtTensor *raw, const RtSpec *s, RtTensor *out)
{
    RtTransform t = {.scale = 1};
    RtStatus st = RT_OK;
    if (!r->o->raw)
        st = rt_transform_from_meta(&r->meta, r->o->weights,
                                    api_group(r->model, &r->sizes, r->taken, s->name), &t, r->d);
    if (!st)
        st = raw->rank ? rt_transform_apply(&t, raw, s, out, r->d)
                       : rt_tensor_convert(raw, s->dtype, out, r->d);
    rt_transform_free(&t);
    if (st)
        return st;
    free(out->name);
    out->name = strdup(raw->name);
    return check_exact(r, out, s);
}

static RtStatus take_input(Run *r, const RtSpec *s, void **arg)
{
    char want[RT_SHAPE_TEXT];
    if (!file_of(r, r->taken))
        return rt_fail(r->d, RT_BAD_INPUT, (Place){0},
                       "no --input for argument '%s' of @%s, %s", s->name, r->entry->name,
                       rt_shape_text(s->dtype, s->rank, s->dims, want));
    const RtTensor *raw = read_input(r, r->taken, s->name);
    if (!raw)
        return RT_BAD_INPUT;
    *arg = raw->data;
    RtStatus st = RT_OK;
    if (s->role == RT_ROLE_INPUT && (r->model->language || is_csv(raw->name))) {
        RtTensor t = {0};
        st = prepare(r, raw, s, &t);
        *arg = t.data;
        if (t.data && !st)
            st = rt_tensors_add(&r->made, &t, r->d);
        else
            rt_tensor_free(&t);
    } else {
        st = check_exact(r, raw, s);
    }
    r->taken++;
    return st;
}

static bool is_weight(const RtSpec *s)
{
    return s->role == RT_ROLE_PARAM || s->role == RT_ROLE_STATE;
}

/* Weights may be given as inputs, each of them; more likely they were forgotten. */
static RtStatus check_weights(const Run *r)
{
    bool wanted = false;
    for (size_t i = 0; i < r->entry->arg_count; i++)
        wanted |= is_weight(&r->entry->args[i]);
    if (!wanted || r->o->weights || r->o->input_count == r->entry->arg_count)
        return RT_OK;
    return rt_fail(r->d, RT_BAD_INPUT, (Place){0},
                   "@%s needs trained weights, as `descent train` writes them: "
                   "--weights FILE",
                   r->entry->name);
}

static RtStatus fill_arguments(Run *r, void **args)
{
    RtStatus st = check_weights(r);
    for (size_t i = 0; i < r->entry->arg_count && !st; i++) {
        const RtSpec *s = &r->entry->args[i];
        if (is_weight(s) && r->o->weights)
            args[i] = rt_tensors_find(&r->state, s->name)->data;
        else
            st = take_input(r, s, &args[i]);
        if (!st)
            st = rt_check_finite(s, NULL, args[i], r->d);
    }
    if (!st && r->taken < r->o->input_count)
        st = rt_fail(r->d, RT_BAD_INPUT, (Place){0},
                     "@%s takes %zu input%s, %zu were given", r->entry->name, r->taken,
                     text_plural((long long)r->taken), r->o->input_count);
    return st;
}

/* ------------------------------------------------------------------------------- call */

static RtStatus call(Run *r, RtTensors *results)
{
    void **args = ARENA_ARRAY(r->arena, void *, r->entry->arg_count + 1);
    RtStatus st = fill_arguments(r, args);
    if (st)
        return st;
    if (r->o->reference)
        return api_evaluate(ir_module_func(r->module, r->name), r->entry, args, results, r->d);
    r->pool = rt_pool_open(r->o->threads);
    return api_call(r->entry, args, r->pool, results, r->d);
}

static void close_run(Run *r)
{
    rt_pool_close(r->pool);
    api_program_close(r->program);
    ir_module_close(r->module);
    ir_context_close(r->context);
    rt_tensors_free(&r->inputs);
    rt_tensors_free(&r->weights);
    rt_tensors_free(&r->state);
    rt_tensors_free(&r->made);
    rt_meta_free(&r->meta);
    arena_close(r->arena);
}

RtStatus api_run(const ApiModel *m, const ApiRun *o, RtTensors *results, DiagList *d)
{
    Run r = {.model = m, .o = o, .d = d, .arena = arena_open(), .sizes = o->sizes};
    *results = (RtTensors){0};
    r.name = api_default_entry(m, &o->sizes, o->entry, r.arena, d);
    RtStatus st = r.name ? RT_OK : RT_BAD_INPUT;
    if (!st)
        st = read_weights(&r);
    if (!st)
        st = bind_sizes(&r);
    if (!st)
        st = open_entry(&r);
    if (!st)
        st = call(&r, results);
    close_run(&r);
    return st;
}
