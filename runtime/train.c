#include "runtime/train.h"

#include "runtime/clock.h"
#include "runtime/device.h"
#include "runtime/file.h"
#include "runtime/train_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool asked_to_stop(const RtTrainer *t)
{
    return t->options->stop && *t->options->stop;
}

static bool has_test(const RtTrainer *t)
{
    return t->test && t->test->rows > 0;
}

static RtStatus fetch_state(RtTrainer *t)
{
    return rt_device_fetch(t->device, &t->progress.state, t->d);
}

/* ---- opening ---- */

static RtStatus check_options(const RtTrainOptions *o, const RtRows *train, DiagList *d)
{
    if (train->rows < 1)
        return rt_fail(d, RT_BAD_INPUT, (Place){0}, "no rows to train on");
    if (o->batch < 1)
        return rt_fail(d, RT_BAD_INPUT, (Place){0},
                       "batch = %lld: expected at least 1 row", (long long)o->batch);
    if (o->epochs < 1 && o->max_steps < 1)
        return rt_fail(d, RT_BAD_INPUT, (Place){0},
                       "neither epochs nor a number of steps given");
    if (o->resume && !o->checkpoint)
        return rt_fail(d, RT_BAD_INPUT, (Place){0}, "no checkpoint to resume from");
    return RT_OK;
}

static void fix_limits(RtTrainer *t)
{
    const RtTrainOptions *o = t->options;
    t->batch = o->batch < t->train->rows ? o->batch : t->train->rows;
    t->batches = rt_batches(t->train->rows, t->batch);
    if (o->epochs < 1 || __builtin_mul_overflow(o->epochs, t->batches, &t->last_step))
        t->last_step = INT64_MAX;
    if (o->max_steps > 0 && o->max_steps < t->last_step)
        t->last_step = o->max_steps;
}

static RtStatus open_state(RtTrainer *t)
{
    const RtTrainOptions *o = t->options;
    const RtEntry *init = o->entry(o->entry_ctx, o->init ? o->init : "init", 0, t->d);
    if (!init)
        return RT_BAD_INPUT;
    t->device = init->device;
    return rt_state_init(init, o->seed, o->pool, &t->progress.state, t->d);
}

/* The programs find the state's tensors by name, so their memory may not move from here
 * on. */
static RtStatus open_programs(RtTrainer *t)
{
    const RtTrainOptions *o = t->options;
    RtProgram *first;
    t->programs = (RtPrograms){
        .options = o,
        .entry = o->step ? o->step : "train_step",
        .state = &t->progress.state,
        .names = &t->report->metrics,
        .scratch = &t->scratch,
    };
    t->evaluator.programs = t->programs;
    t->evaluator.programs.entry = o->eval ? o->eval : "eval_step";
    t->evaluator.batch = o->eval_batch > 0 ? o->eval_batch : t->batch;
    return rt_programs_get(&t->programs, t->batch, t->train->count, &first, t->d);
}

static RtStatus check_monitor(const RtTrainer *t)
{
    const char *wanted = t->options->monitor, *all[RT_METRICS + 1] = {"loss"};
    const RtMetricNames *names = &t->report->metrics;
    if (!wanted || !strcmp(wanted, "loss"))
        return RT_OK;
    for (size_t k = 0; k < names->count; k++) {
        if (!strcmp(names->names[k], wanted))
            return RT_OK;
        all[k + 1] = names->names[k];
    }
    const char *near = text_nearest(wanted, all, names->count + 1);
    return rt_fail(t->d, RT_BAD_INPUT, (Place){0},
                   near ? "no metric '%s' to judge by; did you mean '%s'?"
                        : "no metric '%s' to judge by", wanted, near);
}

static RtStatus view_tensor(const RtTensor *of, RtTensor *out, DiagList *d)
{
    return rt_tensor_wrap(of->name, of->dtype, of->rank, of->dims, of->data, out, d);
}

typedef RtStatus TakeTensor(const RtTensor *from, RtTensor *out, DiagList *d);

/* The parameters and states that @train_step takes, as copies or views. */
static RtStatus take_weights(const RtTrainer *t, const RtTensors *from, TakeTensor *take,
                             RtTensors *to)
{
    const RtEntry *e = t->programs.items[0].binding.entry;
    RtStatus st = RT_OK;
    for (size_t i = 0; i < e->arg_count && !st; i++) {
        RtTensor one;
        if (e->args[i].role != RT_ROLE_PARAM && e->args[i].role != RT_ROLE_STATE)
            continue;
        st = take(rt_tensors_find(from, e->args[i].name), &one, t->d);
        if (!st)
            st = rt_tensors_add(to, &one, t->d);
    }
    return st;
}

static RtStatus open_start(RtTrainer *t)
{
    const RtTrainOptions *o = t->options;
    RtStatus st = fetch_state(t);
    if (!st && o->start && !o->resume)
        st = rt_state_load(t->programs.items[0].binding.entry, o->start_file, o->start,
                           true, &t->progress.state, t->d);
    if (!st && has_test(t))
        st = take_weights(t, &t->progress.state, rt_tensor_copy, &t->progress.best);
    if (!st && o->resume)
        st = rt_checkpoint_load(t);
    rt_device_changed(t->device, &t->progress.state);
    t->first_step = t->progress.step;
    t->report->epochs = t->progress.at.epoch;
    return st;
}

static RtStatus open_losses(RtTrainer *t)
{
    int64_t count = t->last_step - t->progress.step;
    if (!t->options->keep_losses || count <= 0)
        return RT_OK;
    size_t bytes;
    if (__builtin_mul_overflow((size_t)count, sizeof *t->report->losses, &bytes)
        || !(t->report->losses = malloc(bytes)))
        return rt_no_memory(t->d, (size_t)count);
    return RT_OK;
}

static RtStatus open_loader(RtTrainer *t)
{
    RtLoaderOptions o = {.batch = t->batch, .shuffle = !t->options->in_order,
                         .seed = t->options->seed, .start = t->progress.at,
                         .keep = (int)rt_programs_ahead(&t->programs),
                         .device = t->device};
    return rt_loader_open(t->train, &o, &t->loader, t->d);
}

static RtStatus check_files(const RtTrainOptions *o, DiagList *d)
{
    RtStatus st = o->out ? rt_file_check_writable(o->out, d) : RT_OK;
    if (!st && o->checkpoint)
        st = rt_file_check_writable(o->checkpoint, d);
    return st;
}

static RtStatus open_trainer(RtTrainer *t)
{
    fix_limits(t);
    t->saved_step = -1;
    RtStatus st = check_files(t->options, t->d);
    if (!st)
        st = open_state(t);
    if (!st)
        st = open_programs(t);
    if (!st)
        st = check_monitor(t);
    if (!st)
        st = open_start(t);
    if (!st)
        st = open_losses(t);
    if (!st)
        st = open_loader(t);
    if (!st)
        st = rt_log_open(t);
    rt_display_open(t);
    t->start_ns = t->epoch_ns = rt_clock_ns();
    return st;
}

static void close_trainer(RtTrainer *t)
{
    rt_queue_drain(&t->queue);
    rt_device_forget(t->device, &t->progress.state);
    rt_loader_close(t->loader);
    rt_programs_free(&t->programs);
    rt_evaluator_free(&t->evaluator);
    rt_tensors_free(&t->progress.state);
    rt_tensors_free(&t->progress.best);
    free(t->scratch.bytes);
}

/* ---- a step ---- */

static RtStatus report_not_finite(RtTrainer *t, const RtStarted *s, double loss)
{
    rt_fail(t->d, RT_NOT_FINITE, (Place){0},
            "the loss is %s at step %lld (epoch %lld, batch %lld): training stops",
            isnan(loss) ? "NaN" : "infinite", (long long)s->step,
            (long long)s->at.epoch + 1, (long long)s->at.batch + 1);
    t->progress.step = s->step;        /* those begun after it do not count */
    return RT_NOT_FINITE;
}

/* Allocates nothing once the program for the number of rows is there. */
static RtStatus start_step(RtTrainer *t, const RtBatch *b)
{
    RtProgram *p;
    const RtTrainOptions *o = t->options;
    RtStatus st = rt_programs_get(&t->programs, b->rows, t->train->count, &p, t->d);
    if (!st && o->before_step)
        st = o->before_step(o->before_step_ctx, t->progress.step, &t->progress.state, b,
                            t->d);
    if (st)
        return st;
    for (size_t i = 0; i < t->train->count; i++)
        rt_binding_input(&p->binding, i, b->inputs[i]);
    RtStarted s = {.program = p, .at = b->at, .step = t->progress.step + 1};
    st = rt_queue_start(&t->queue, &t->programs, s, t->d);
    if (st)
        return st;
    t->progress.step++;
    t->epoch_rows += b->rows;
    return RT_OK;
}

/* The numbers of the step that was started first. */
static RtStatus take_step(RtTrainer *t)
{
    RtStarted s;
    RtTrainReport *r = t->report;
    RtStatus st = rt_queue_take(&t->queue, &s, t->d);
    if (st)
        return st;
    r->loss = rt_program_loss(s.program);
    r->steps = s.step;
    rt_sums_add(&t->progress.sums, s.program, r->metrics.count);
    if (!r->first_step_ns)
        r->first_step_ns = rt_clock_ns();
    if (r->losses)
        r->losses[r->loss_count++] = r->loss;
    if (s.program->loss >= 0 && !isfinite(r->loss))
        return report_not_finite(t, &s, r->loss);
    rt_log_step(t, &s, r->loss);
    rt_display_step(t);
    return RT_OK;
}

/* Until so many steps are left whose numbers are not known. */
static RtStatus settle(RtTrainer *t, size_t left)
{
    RtStatus st = RT_OK;
    while (!st && t->queue.count > left)
        st = take_step(t);
    return st;
}

/* A device does steps one behind the other while their numbers are looked at later: those
 * of the first step, which may tell what is wrong, and those that somebody waits for, are
 * not. */
static RtStatus do_step(RtTrainer *t, const RtBatch *b)
{
    bool waited_for = t->options->after_step || !t->report->first_step_ns;
    RtStatus st = start_step(t, b);
    return st ? st : settle(t, waited_for ? 0 : rt_programs_ahead(&t->programs) - 1);
}

/* ---- an epoch's end ---- */

static RtStatus keep_best(RtTrainer *t)
{
    RtProgress *p = &t->progress;
    RtStatus st = fetch_state(t);
    if (st)
        return st;
    for (size_t i = 0; i < p->best.count; i++) {
        const RtTensor *v = rt_tensors_find(&p->state, p->best.items[i].name);
        memcpy(p->best.items[i].data, v->data, rt_tensor_bytes(v));
    }
    p->best_score = t->report->test;
    p->best_epoch = t->report->epochs;
    p->waited = 0;
    return RT_OK;
}

/* What is made as small as possible. */
static double judged(const RtTrainer *t, const RtScore *s)
{
    const char *name = t->options->monitor;
    const RtMetricNames *names = &t->report->metrics;
    for (size_t k = 0; name && k < names->count; k++)
        if (!strcmp(names->names[k], name))
            return t->options->monitor_max ? -s->metrics[k] : s->metrics[k];
    return s->loss;
}

static bool is_better(const RtTrainer *t)
{
    const RtScore *best = &t->progress.best_score, *now = &t->report->test;
    return isfinite(judged(t, now)) && (!best->known || judged(t, now) < judged(t, best));
}

static RtStatus score(RtTrainer *t, bool *is_best)
{
    *is_best = false;
    if (!has_test(t))
        return RT_OK;
    RtStatus st = rt_evaluator_run(&t->evaluator, t->test, &t->report->test, t->d);
    if (st)
        return st;
    *is_best = is_better(t);
    if (*is_best)
        return keep_best(t);
    t->progress.waited++;
    return RT_OK;
}

/* Scores, and shows, the epoch that ended (or, at the last step, was cut short). If it
 * cannot be scored nothing has changed. */
static RtStatus end_epoch(RtTrainer *t)
{
    RtProgress *p = &t->progress;
    RtTrainReport *r = t->report;
    bool is_best;
    r->steps = p->step;
    r->epochs = p->at.epoch + (p->at.batch != 0);
    r->train = rt_sums_score(&p->sums, r->metrics.count);
    RtStatus st = score(t, &is_best);
    if (st)
        return st;
    rt_display_epoch(t, is_best);
    rt_log_epoch(t, is_best);
    p->sums = (RtSums){0};
    p->unscored = false;
    t->epoch_rows = 0;
    t->epoch_ns = rt_clock_ns();
    return RT_OK;
}

static bool checkpoint_is_due(const RtTrainer *t, bool epoch_ended)
{
    const RtTrainOptions *o = t->options;
    int64_t every = o->checkpoint_epochs > 0 ? o->checkpoint_epochs : 1;
    if (o->checkpoint_at_stop)
        return false;
    return (epoch_ended && t->progress.at.epoch % every == 0)
        || (o->checkpoint_steps > 0 && t->progress.step % o->checkpoint_steps == 0);
}

static bool out_of_patience(const RtTrainer *t)
{
    return t->options->patience > 0 && t->progress.waited >= t->options->patience;
}

/* After a step: moves on; ends the epoch; saves. What is saved is fetched before the
 * epoch is scored: a device that is lost by that does not take the epoch with it. */
static RtStatus move_on(RtTrainer *t, const RtBatch *b)
{
    RtProgress *p = &t->progress;
    p->at = b->last ? (RtPosition){b->at.epoch + 1, 0}
                    : (RtPosition){b->at.epoch, b->at.batch + 1};
    p->unscored = b->last;
    bool due = checkpoint_is_due(t, b->last);
    RtStatus st = b->last || due ? settle(t, 0) : RT_OK;
    if (!st && due)
        st = fetch_state(t);
    if (st)
        return st;
    st = b->last ? end_epoch(t) : RT_OK;
    RtStatus saved = due ? rt_checkpoint_save(t) : RT_OK;
    return st ? st : saved;
}

static RtStatus tell(const RtTrainer *t, RtNotice *whom)
{
    return whom ? whom(t->options->notice_ctx, t->report) : RT_OK;
}

/* Stopped by the notice of a step or not, the position is behind it. */
static RtStatus after_step(RtTrainer *t, const RtBatch *b)
{
    RtStatus told = tell(t, t->options->after_step);
    RtStatus st = move_on(t, b);
    if (!st && b->last)
        st = tell(t, t->options->after_epoch);
    return st ? st : told;
}

/* Of a checkpoint whose epoch could not be scored. It is saved with its score: there may
 * be no epoch after it. */
static RtStatus score_last_epoch(RtTrainer *t)
{
    if (!t->progress.unscored)
        return RT_OK;
    RtStatus st = end_epoch(t);
    if (!st)
        st = rt_checkpoint_save(t);
    return st ? st : tell(t, t->options->after_epoch);
}

static RtStatus run(RtTrainer *t)
{
    RtStatus st = score_last_epoch(t);
    while (!st && t->progress.step < t->last_step && !out_of_patience(t)) {
        if (asked_to_stop(t))
            return RT_STOPPED;
        const RtBatch *b = rt_loader_next(t->loader);
        t->progress.at = b->at;
        st = do_step(t, b);
        if (!st)
            st = after_step(t, b);
    }
    t->report->stopped_early = out_of_patience(t);
    return st;
}

/* ---- the end ---- */

static RtStatus write_weights(RtTrainer *t, RtTensors *weights)
{
    const RtProgress *p = &t->progress;
    RtTensors kept = {0};
    RtStatus st = take_weights(t, p->best_score.known ? &p->best : &p->state,
                               weights ? rt_tensor_copy : view_tensor, &kept);
    if (!st && t->options->out)
        st = rt_safetensors_write(t->options->out, &kept, t->options->meta, t->d);
    if (!st && weights)
        *weights = kept;
    else
        rt_tensors_free(&kept);
    return st;
}

/* The checkpoint comes first: when training goes on from it, the epoch that was cut
 * short goes on as if nothing had happened, and is not scored yet. */
static RtStatus finish(RtTrainer *t, RtStatus ended, RtTensors *weights)
{
    RtTrainReport *r = t->report;
    bool stopped = ended == RT_STOPPED;
    if (ended && !stopped)
        return ended;
    RtStatus st = settle(t, 0);
    if (!st)
        st = fetch_state(t);
    if (!st && t->saved_step != t->progress.step &&
        (stopped || !t->options->checkpoint_at_stop))
        st = rt_checkpoint_save(t);
    if (!st && !stopped && t->progress.at.batch != 0) {
        st = end_epoch(t);
        tell(t, t->options->after_epoch);
    }
    if (!st && !(stopped && has_test(t) && !t->progress.best_score.known))
        st = write_weights(t, weights);
    r->stopped = stopped;
    return st ? st : ended;
}

static void note_checkpoint(const RtTrainer *t)
{
    if (t->saved_step >= 0)
        diag_note(t->d, (Place){t->options->checkpoint, 0, 0},
                  "the last good checkpoint, of step %lld, is kept",
                  (long long)t->saved_step);
}

RtStatus rt_train(const RtTrainOptions *o, const RtRows *train, const RtRows *test,
                  RtTrainReport *report, RtTensors *weights, DiagList *d)
{
    *report = (RtTrainReport){0};
    if (weights)
        *weights = (RtTensors){0};
    RtTrainer t = {.options = o, .train = train, .test = test, .report = report, .d = d};
    RtStatus st = check_options(o, train, d);
    if (st)
        return st;
    st = open_trainer(&t);
    if (!st)
        st = finish(&t, run(&t), weights);
    if (st && st != RT_STOPPED)
        note_checkpoint(&t);
    report->steps = t.progress.step;
    report->best = t.progress.best_score;
    report->best_epoch = t.progress.best_epoch;
    report->seconds = rt_clock_seconds(t.start_ns);
    rt_display_close(&t);
    RtStatus logged = rt_log_close(&t);
    close_trainer(&t);
    return st ? st : logged;
}

void rt_train_report_free(RtTrainReport *r)
{
    free(r->losses);
    r->losses = NULL;
    r->loss_count = 0;
}
