/* Training with a loop of the caller's: one compiled function per number of rows. */
#include "frontend/lib/lib.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An entry point bound to the state, for a number of rows. */
typedef struct Bound {
    const char *name;
    int64_t rows; /* 0: the program's */
    descent_call *call;
    const RtEntry *entry;
} Bound;

struct descent_trainer {
    descent_program *program;
    descent_state *state;
    const RtEntry *step; /* @train_step */
    bool trains;         /* the state has all that a step changes */
    Bound *bound;
    size_t count, room;
};

/* ------------------------------------------------------------------------------ bound */

static Bound *find(const descent_trainer *t, const char *name, int64_t rows)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->bound[i].rows == rows && !strcmp(t->bound[i].name, name))
            return &t->bound[i];
    return NULL;
}

static bool make_room(descent_trainer *t)
{
    if (t->count < t->room)
        return true;
    size_t room = t->room ? 2 * t->room : 4;
    Bound *all = realloc(t->bound, room * sizeof *all);
    if (!all)
        return false;
    t->bound = all;
    t->room = room;
    return true;
}

static descent_status bind(LibCall *call, descent_trainer *t, const char *name,
                           int64_t rows, Bound **out)
{
    const descent_entry *e;
    *out = find(t, name, rows);
    if (*out)
        return DESCENT_OK;
    descent_status st = make_room(t) ? DESCENT_OK : lib_no_memory(call, sizeof(Bound));
    if (!st)
        st = lib_need_entry(call, t->program, name, rows, &e);
    Bound one = {.name = name, .rows = rows, .entry = st ? NULL : e->rt};
    if (!st)
        st = lib_call_new(call, e, t->state, &one.call);
    if (st)
        return st;
    t->bound[t->count++] = one;
    *out = &t->bound[t->count - 1];
    return DESCENT_OK;
}

/* The first input of an entry; NULL if it has none. */
static const RtSpec *first_input(const RtEntry *e)
{
    for (size_t i = 0; i < e->arg_count; i++)
        if (!lib_is_kept(e->args[i].role))
            return &e->args[i];
    return NULL;
}

/* Whether a tensor is that input but for the number of rows. */
static bool differs_in_rows(const RtSpec *s, const RtTensor *v)
{
    size_t rest = s->rank > 1 ? (size_t)(s->rank - 1) * sizeof *s->dims : 0;
    return s->rank && v->rank == s->rank && v->dims[0] != s->dims[0] && v->dims[0] > 0 &&
           !memcmp(v->dims + 1, s->dims + 1, rest);
}

/* The entry for as many rows as the first input has. A module has the rows that it
 * has. */
static descent_status bind_rows(LibCall *call, descent_trainer *t, const char *name,
                                const descent_tensor *first, Bound **out)
{
    descent_status st = bind(call, t, name, 0, out);
    const RtSpec *s = st ? NULL : first_input((*out)->entry);
    bool free_rows = api_language(t->program->model->api) != NULL;
    if (s && first && free_rows && differs_in_rows(s, &first->value))
        st = bind(call, t, name, first->value.dims[0], out);
    return st;
}

/* --------------------------------------------------------------------------- creating */

static bool is_weight(RtRole r) { return r == RT_ROLE_PARAM || r == RT_ROLE_STATE; }

/* The weights that a training kept, say: without the optimizer's tensors, the count of
 * steps and the state of the random numbers they are there to be evaluated. */
static bool has_weights_only(const RtEntry *step, const descent_state *s)
{
    for (size_t i = 0; i < step->arg_count; i++) {
        const RtSpec *a = &step->args[i];
        if (lib_is_kept(a->role) && !is_weight(a->role) &&
            !descent_state_find(s, a->name))
            return true;
    }
    return false;
}

static descent_status check_weights(LibCall *call, const RtEntry *step,
                                    const descent_state *s)
{
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < step->arg_count && !st; i++)
        if (is_weight(step->args[i].role))
            st = lib_check_kept(call, step, &step->args[i], s);
    return st;
}

/* All of a state is bound to the step now, so that what does not fit is told early. */
static descent_status open_trainer(LibCall *call, descent_trainer *t)
{
    const descent_entry *e;
    Bound *step;
    descent_status st = lib_need_entry(call, t->program, "train_step", 0, &e);
    if (st)
        return st;
    t->step = e->rt;
    t->trains = !has_weights_only(t->step, t->state);
    return t->trains ? bind(call, t, "train_step", 0, &step)
                     : check_weights(call, t->step, t->state);
}

static void destroy(void *trainer) { descent_trainer_destroy(trainer); }

descent_status descent_trainer_create(descent_program *p, descent_state *s,
                                      descent_trainer **out, descent_diagnostics *d)
{
    LIB_ENTER(call, p ? p->context : NULL, d);
    descent_trainer *t = NULL;
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "p", p, "s", s, NULL);
    if (!st && !(t = calloc(1, sizeof *t)))
        st = lib_no_memory(&call, sizeof *t);
    if (!st) {
        GuardHold hold;
        *t = (descent_trainer){.program = p, .state = s};
        guard_hold(&hold, destroy, t);
        st = open_trainer(&call, t);
        guard_drop(&hold);
    }
    if (st)
        descent_trainer_destroy(t);
    else
        *out = t;
    return lib_end(&call, st);
}

void descent_trainer_destroy(descent_trainer *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++)
        descent_call_destroy(t->bound[i].call);
    free(t->bound);
    free(t);
}

const char *descent_trainer_metric(const descent_trainer *t, size_t index)
{
    const RtEntry *e = t ? t->step : NULL;
    for (size_t i = 0; e && i < e->result_count; i++)
        if (e->results[i].role == RT_ROLE_METRIC && !index--)
            return e->results[i].name;
    return NULL;
}

/* ---------------------------------------------------------------------------- running */

/* A label, or a row to look up, that there is not has a result, but not the one that was
 * meant. */
static descent_status check_range(LibCall *call, const RtSpec *s, const RtTensor *v)
{
    int64_t count = s->range.below == 0 ? 0 : rt_tensor_count(v);
    size_t size = dtype_bytes(v->dtype);
    for (int64_t i = 0; i < count; i++) {
        double x = dtype_load(v->dtype, (const char *)v->data + (size_t)i * size);
        if (!(x >= s->range.low && x < s->range.below))
            return lib_fail(call, DESCENT_BAD_INPUT,
                            "'%s', element %lld: the value is %.17g, but the model knows "
                            "those from 0 to %g only",
                            s->name, (long long)i, x, s->range.below - 1);
    }
    return DESCENT_OK;
}

static descent_status set_inputs(LibCall *call, Bound *b, descent_tensor *const *inputs,
                                 size_t count)
{
    const RtEntry *e = b->entry;
    size_t next = 0;
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < e->arg_count && !st; i++) {
        if (lib_is_kept(e->args[i].role))
            continue;
        st = next < count ? lib_call_argument(call, b->call, i, inputs[next])
                          : lib_fail(call, DESCENT_BAD_ARGUMENT,
                                     "%zu input%s given, '%s' of @%s is missing", count,
                                     text_plural((long long)count), e->args[i].name,
                                     e->name);
        if (!st)
            st = lib_tensor_fetch(call, inputs[next]);
        if (!st)
            st = check_range(call, &e->args[i], &inputs[next]->value);
        next++;
    }
    if (!st && next < count)
        st = lib_fail(call, DESCENT_BAD_ARGUMENT, "%zu input%s given, @%s takes %zu",
                      count, text_plural((long long)count), e->name, next);
    return st;
}

/* The first element; NaN if a module gives none. */
static double number(const descent_tensor *t)
{
    return descent_tensor_bytes(t) ? dtype_load(t->value.dtype, t->value.data) : NAN;
}

static descent_score score_of(const Bound *b)
{
    descent_score s = {.loss = NAN};
    const RtEntry *e = b->entry;
    for (size_t i = 0; i < e->result_count; i++) {
        const descent_tensor *t = descent_call_result(b->call, i);
        if (e->results[i].role == RT_ROLE_LOSS)
            s.loss = number(t);
        if (e->results[i].role == RT_ROLE_METRIC && s.metric_count < DESCENT_MAX_METRICS)
            s.metrics[s.metric_count++] = number(t);
    }
    return s;
}

static bool has_loss(const RtEntry *e)
{
    for (size_t i = 0; i < e->result_count; i++)
        if (e->results[i].role == RT_ROLE_LOSS)
            return true;
    return false;
}

/* Runs an entry on a batch and reads its score. */
static descent_status run(LibCall *call, descent_trainer *t, const char *name,
                          descent_tensor *const *inputs, size_t count, descent_score *out)
{
    Bound *b;
    descent_status st = count ? lib_need(call, "inputs", inputs, NULL) : DESCENT_OK;
    if (!st)
        st = bind_rows(call, t, name, count ? inputs[0] : NULL, &b);
    if (st)
        return st;
    st = set_inputs(call, b, inputs, count);
    if (!st)
        st = lib_call_own_results(call, b->call);
    if (!st)
        st = lib_call_run(call, b->call);
    if (!st)
        *out = score_of(b);
    lib_call_forget(b->call);
    return st;
}

/* Before the step changes the state. */
static descent_status check_score(LibCall *call, const descent_score *out)
{
    if (!out || out->struct_size >= sizeof out->struct_size)
        return DESCENT_OK;
    return lib_fail(call, DESCENT_BAD_ARGUMENT,
                    "'out' has no struct_size: DESCENT_INIT sets it");
}

descent_status descent_trainer_step(descent_trainer *t, descent_tensor *const *inputs,
                                    size_t count, descent_score *out,
                                    descent_diagnostics *d)
{
    LIB_ENTER(call, t ? t->program->context : NULL, d);
    descent_score s;
    descent_status st = lib_need(&call, "t", t, NULL);
    if (!st && !t->trains)
        st = lib_fail(&call, DESCENT_BAD_INPUT,
                      "the state has weights only, which can be evaluated: one of "
                      "descent_state_create() can be trained, with these copied into "
                      "it (descent_state_copy)");
    if (!st)
        st = check_score(&call, out);
    if (!st)
        st = run(&call, t, "train_step", inputs, count, &s);
    if (!st)
        lib_give(&s, sizeof s, out);
    if (!st && has_loss(t->step) && !isfinite(s.loss))
        st = lib_fail(&call, DESCENT_NOT_FINITE, "the loss is %s",
                      isnan(s.loss) ? "NaN" : "infinite");
    return lib_end(&call, st);
}

descent_status descent_trainer_evaluate(descent_trainer *t, descent_tensor *const *inputs,
                                        size_t count, descent_score *out,
                                        descent_diagnostics *d)
{
    LIB_ENTER(call, t ? t->program->context : NULL, d);
    descent_score s;
    descent_status st = lib_need(&call, "t", t, "out", out, NULL);
    if (!st)
        st = check_score(&call, out);
    if (!st)
        st = run(&call, t, "eval_step", inputs, count, &s);
    if (!st)
        lib_give(&s, sizeof s, out);
    return lib_end(&call, st);
}

static descent_status set_outputs(LibCall *call, Bound *b, descent_tensor *const *outputs,
                                  size_t count)
{
    const RtEntry *e = b->entry;
    descent_status st = DESCENT_OK;
    if (count != e->result_count)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "%zu outputs given: @%s has %zu",
                        count, e->name, e->result_count);
    for (size_t i = 0; i < count && !st; i++)
        st = lib_call_result(call, b->call, i, outputs[i]);
    return st;
}

static descent_status predict(LibCall *call, Bound *b, descent_tensor *const *inputs,
                              size_t count, descent_tensor *const *outputs,
                              size_t output_count)
{
    descent_status st = set_inputs(call, b, inputs, count);
    if (!st)
        st = set_outputs(call, b, outputs, output_count);
    if (!st)
        st = lib_call_run(call, b->call);
    lib_call_forget(b->call);
    return st;
}

descent_status descent_trainer_predict(descent_trainer *t, descent_tensor *const *inputs,
                                       size_t count, descent_tensor *const *outputs,
                                       size_t output_count, descent_diagnostics *d)
{
    LIB_ENTER(call, t ? t->program->context : NULL, d);
    Bound *b;
    descent_status st = lib_need(&call, "t", t, "outputs", outputs, NULL);
    if (!st && count)
        st = lib_need(&call, "inputs", inputs, NULL);
    if (!st)
        st = bind_rows(&call, t, "predict", count ? inputs[0] : NULL, &b);
    if (!st)
        st = predict(&call, b, inputs, count, outputs, output_count);
    return lib_end(&call, st);
}
