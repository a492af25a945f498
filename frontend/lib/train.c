/* The loop of ours: the driver's training, with the caller's data and callbacks. */
#include "frontend/lib/lib.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)DESCENT_MAX_METRICS == (int)RT_METRICS,
               "one greatest number of metrics");

typedef struct Training {
    LibCall *call;
    const descent_train_options *o;
    descent_context *context;
    Arena *arena;
    RtTensors columns; /* the caller's */
    RtDataOptions data;
    RtTensors weights;
    RtMeta meta; /* of a file of these */
    descent_tensor *batch, **inputs; /* views of the batch that is shown */
} Training;

/* ------------------------------------------------------------------------------- data */

static descent_status add_column(Training *t, const descent_column *c,
                                 const char **target)
{
    RtTensor view;
    descent_status st = lib_need(t->call, "options->columns[].name", c->name,
                                 "options->columns[].values", c->values, NULL);
    if (st)
        return st;
    const RtTensor *v = &c->values->value;
    if (!v->rank)
        return lib_fail(t->call, DESCENT_BAD_SHAPE,
                        "column '%s' is a scalar: expected rows", c->name);
    RtStatus rt =
        rt_tensor_wrap(c->name, v->dtype, v->rank, v->dims, v->data, &view, t->call->d);
    if (!rt)
        rt = rt_tensors_add(&t->columns, &view, t->call->d);
    *target = c->target ? c->name : NULL;
    return lib_rt(t->call, rt);
}

static descent_status open_columns(Training *t, uint64_t seed)
{
    const descent_train_options *o = t->o;
    const char **targets = ARENA_ARRAY(t->arena, const char *, o->column_count + 1);
    size_t count = 0;
    descent_status st = o->column_count
                            ? DESCENT_OK
                            : lib_fail(t->call, DESCENT_BAD_ARGUMENT,
                                       "'options' has columns, but column_count "
                                       "is 0");
    for (size_t i = 0; i < o->column_count && !st; i++) {
        st = add_column(t, &o->columns[i], &targets[count]);
        count += !st && targets[count];
    }
    t->data = (RtDataOptions){.kind = RT_DATA_TENSORS,
                              .tensors = &t->columns,
                              .targets = targets,
                              .target_count = count,
                              .test = o->test,
                              .in_order = o->test_last,
                              .seed = seed,
                              .standardize = o->standardize};
    return st;
}

/* -------------------------------------------------------------------------- callbacks */

/* Once: what differs between batches is filled in for each. */
static RtStatus open_views(Training *t, const RtRows *columns, DiagList *d)
{
    t->batch = calloc(columns->count + 1, sizeof *t->batch);
    t->inputs = calloc(columns->count + 1, sizeof(descent_tensor *));
    if (!t->batch || !t->inputs)
        return rt_no_memory(d, columns->count * sizeof *t->batch);
    for (size_t i = 0; i < columns->count; i++) {
        t->inputs[i] = &t->batch[i];
        t->batch[i].context = t->context;
        atomic_init(&t->batch[i].holders, 1); /* ours: whoever takes it is one more */
        t->batch[i].value = columns->inputs[i];
    }
    return RT_OK;
}

static RtStatus show_batch(void *ctx, int64_t step, const RtTensors *state,
                           const RtBatch *b, DiagList *d)
{
    Training *t = ctx;
    size_t count = b->columns->count;
    (void)state;
    RtStatus st = t->inputs ? RT_OK : open_views(t, b->columns, d);
    if (st)
        return st;
    for (size_t i = 0; i < count; i++) {
        t->batch[i].value.data = b->inputs[i];
        t->batch[i].value.dims[0] = b->rows;
    }
    return t->o->on_batch(t->o->user, step, t->inputs, count) ? RT_OK : RT_STOPPED;
}

static RtStatus tell(Training *t, descent_progress_function *whom,
                     const descent_progress *p)
{
    return whom(t->o->user, p) ? RT_OK : RT_STOPPED;
}

static RtStatus after_step(void *ctx, const RtTrainReport *r)
{
    Training *t = ctx;
    descent_progress p = {.step = r->steps, .epoch = r->epochs + 1, .loss = r->loss};
    return tell(t, t->o->on_step, &p);
}

static RtStatus after_epoch(void *ctx, const RtTrainReport *r)
{
    Training *t = ctx;
    const char *names[RT_METRICS];
    for (size_t i = 0; i < r->metrics.count; i++)
        names[i] = r->metrics.names[i];
    descent_progress p = {
        .step = r->steps,
        .epoch = r->epochs,
        .loss = r->train.loss,
        .metric_count = r->metrics.count,
        .metrics = names,
        .train = r->train.metrics,
        .has_test = r->test.known,
        .test_loss = r->test.loss,
        .test = r->test.metrics,
    };
    return tell(t, t->o->on_epoch, &p);
}

/* ---------------------------------------------------------------------------- results */

static descent_status give_state(Training *t, descent_state **out)
{
    descent_state *s = NULL;
    descent_status st = lib_state_new(t->call, t->context, &s);
    for (size_t i = 0; i < t->weights.count && !st; i++) {
        RtTensor *v = &t->weights.items[i];
        descent_tensor *one;
        st = lib_tensor_new(t->call, t->context, v->dtype, v->rank, v->dims, &one);
        if (st)
            break;
        memcpy(one->value.data, v->data, rt_tensor_bytes(v));
        st = lib_state_add(t->call, s, v->name, RT_ROLE_PARAM, one);
    }
    if (st) {
        descent_state_destroy(s);
        return st;
    }
    s->meta = t->meta;
    t->meta = (RtMeta){0};
    *out = s;
    return st;
}

/* Before the training, which may take long. */
static descent_status check_report(LibCall *call, const descent_train_report *out)
{
    if (!out || out->struct_size >= sizeof out->struct_size)
        return DESCENT_OK;
    return lib_fail(call, DESCENT_BAD_ARGUMENT,
                    "'report' has no struct_size: DESCENT_INIT sets it");
}

static void give_report(const RtTrainReport *r, descent_train_report *out)
{
    const RtScore *kept = r->best.known ? &r->best : &r->train;
    descent_train_report all = {
        .steps = r->steps,
        .epochs = r->epochs,
        .seconds = r->seconds,
        .stopped = r->stopped,
        .stopped_early = r->stopped_early,
        .loss = r->train.known ? r->train.loss : NAN,
        .test_loss = r->best.known ? r->best.loss : NAN,
        .best_epoch = r->best_epoch,
        .metric_count = kept->known ? r->metrics.count : 0,
    };
    memcpy(all.metrics, kept->metrics, sizeof all.metrics);
    lib_give(&all, sizeof all, out);
}

/* -------------------------------------------------------------------------------- run */

static ApiTrain options_of(Training *t, ApiDevice *device)
{
    const descent_train_options *o = t->o;
    return (ApiTrain){
        .target = {.cpu = o->cpu, .device = device, .tf32 = o->tf32,
                   .phase = lib_log_phase, .phase_ctx = t->context},
        .pool = t->context->pool,
        .data = o->columns ? &t->data : NULL,
        .epochs = o->epochs,
        .steps = o->steps,
        .seed = o->seed,
        .data_root = o->data_root,
        .start = o->start,
        .start_weights = o->start_state ? &o->start_state->names : NULL,
        .out = o->out,
        .checkpoint = o->checkpoint,
        .resume = o->resume,
        .quiet = true,
        .before_step = o->on_batch ? show_batch : NULL,
        .after_step = o->on_step ? after_step : NULL,
        .after_epoch = o->on_epoch ? after_epoch : NULL,
        .ctx = t,
        .weights = &t->weights,
        .meta = &t->meta,
    };
}

static void free_report(void *report) { rt_train_report_free(report); }

static descent_status train(Training *t, descent_model *m, descent_state **state,
                            descent_train_report *report)
{
    ApiDevice *device;
    descent_status st =
        lib_device(t->call, t->context, t->o->device, t->o->device_number, &device);
    ApiTrain o = options_of(t, device);
    RtTrainReport r = {0};
    if (!st && t->o->start_state)
        st = lib_state_fetch(t->call, t->o->start_state);
    if (!st)
        st = lib_sizes(t->call, t->o->sizes, t->arena, &o.sizes);
    if (!st && (o.epochs < 0 || o.steps < 0 || t->o->test < 0))
        st = lib_fail(t->call, DESCENT_BAD_ARGUMENT,
                      "'options' has a negative epochs, steps or test");
    if (!st && t->o->column_count)
        st = lib_need(t->call, "options->columns", t->o->columns, NULL);
    if (!st && t->o->start && t->o->start_state)
        st = lib_fail(t->call, DESCENT_BAD_ARGUMENT,
                      "'options' has both a file and a state to start with");
    if (!st && t->o->columns)
        st = open_columns(t, o.seed ? *o.seed : 0);
    if (st)
        return st;
    GuardHold hold;
    guard_hold(&hold, free_report, &r);
    LibCall inner = lib_inner(t->call, m);
    st = lib_rt(&inner, api_train(m->api, &o, &r, inner.d));
    st = lib_outer(t->call, &inner, st);
    guard_drop(&hold);
    descent_status given = st && st != DESCENT_STOPPED ? st : DESCENT_OK;
    if (!given && state)
        given = give_state(t, state);
    if (report && !given)
        give_report(&r, report);
    rt_train_report_free(&r);
    return given ? given : st;
}

static void close_training(void *training)
{
    Training *t = training;
    rt_tensors_free(&t->columns);
    rt_tensors_free(&t->weights);
    rt_meta_free(&t->meta);
    free(t->batch);
    free(t->inputs);
    arena_close(t->arena);
}

descent_status descent_train(descent_model *m, const descent_train_options *options,
                             descent_state **state, descent_train_report *report,
                             descent_diagnostics *d)
{
    LIB_ENTER(call, m ? m->context : NULL, d);
    descent_train_options o;
    descent_status st = lib_need(&call, "m", m, NULL);
    if (state)
        *state = NULL;
    if (!st)
        st = check_report(&call, report);
    if (!st)
        st = lib_take(&call, "options", options, &o, sizeof o);
    if (!st) {
        Training t = {
            .call = &call, .o = &o, .context = m->context, .arena = arena_open()};
        GuardHold hold;
        guard_hold(&hold, close_training, &t);
        st = train(&t, m, state, report);
        guard_drop(&hold);
        close_training(&t);
    }
    return lib_end(&call, st);
}
