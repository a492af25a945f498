/* A checkpoint is a safetensors file: the state under its names, the kept weights under
 * "best/NAME", and where training stands as two tensors of numbers, so that all of it
 * comes back bit for bit. An epoch whose batches are all done, but that is not scored yet,
 * stands at the batch behind its last. */
#include "runtime/train_internal.h"

#include <string.h>

#define FORMAT_KEY "descent.format"
#define FORMAT "checkpoint 1"
#define MODEL_KEY "descent.model"
#define WHOLE "descent/position"
#define REAL "descent/scores"
#define BEST "best/"

enum {
    AT_EPOCH,
    AT_BATCH,
    STEP,
    BEST_EPOCH,
    BEST_KNOWN,
    WAITED,
    SEED,
    BATCH,
    ROWS,
    IN_ORDER,
    METRICS,
    WHOLE_COUNT
};

/* What must be the same to go on. */
static void fill_setting(const RtTrainer *t, int64_t *v)
{
    v[SEED] = (int64_t)t->options->seed;
    v[BATCH] = t->batch;
    v[ROWS] = t->train->rows;
    v[IN_ORDER] = t->options->in_order;
    v[METRICS] = (int64_t)t->report->metrics.count;
}

static void fill_whole(const RtTrainer *t, int64_t *v)
{
    const RtProgress *p = &t->progress;
    fill_setting(t, v);
    v[AT_EPOCH] = p->at.epoch - p->unscored;
    v[AT_BATCH] = p->unscored ? t->batches : p->at.batch;
    v[STEP] = p->step;
    v[BEST_EPOCH] = p->best_epoch;
    v[BEST_KNOWN] = p->best_score.known;
    v[WAITED] = p->waited;
}

enum { REAL_COUNT = 2 + RT_METRICS + 1 + RT_METRICS };

static void fill_real(const RtProgress *p, double *v)
{
    *v++ = p->sums.rows;
    *v++ = p->sums.loss;
    memcpy(v, p->sums.metrics, sizeof p->sums.metrics);
    v += RT_METRICS;
    *v++ = p->best_score.loss;
    memcpy(v, p->best_score.metrics, sizeof p->best_score.metrics);
}

static void take_numbers(RtTrainer *t, const int64_t *w, const double *v)
{
    RtProgress *p = &t->progress;
    p->unscored = w[AT_BATCH] == t->batches;
    p->at = p->unscored ? (RtPosition){w[AT_EPOCH] + 1, 0}
                        : (RtPosition){w[AT_EPOCH], w[AT_BATCH]};
    p->step = w[STEP];
    p->best_epoch = w[BEST_EPOCH];
    p->best_score.known = w[BEST_KNOWN];
    p->waited = w[WAITED];
    p->sums.rows = *v++;
    p->sums.loss = *v++;
    memcpy(p->sums.metrics, v, sizeof p->sums.metrics);
    v += RT_METRICS;
    p->best_score.loss = *v++;
    memcpy(p->best_score.metrics, v, sizeof p->best_score.metrics);
}

/* Adds a view of a tensor under another name. */
static RtStatus add_view(RtTensors *list, const char *name, const RtTensor *of,
                         DiagList *d)
{
    RtTensor t;
    RtStatus st = rt_tensor_wrap(name, of->dtype, of->rank, of->dims, of->data, &t, d);
    return st ? st : rt_tensors_add(list, &t, d);
}

static RtStatus add_numbers(RtTensors *list, const char *name, Dtype type, int64_t count,
                            void *data, DiagList *d)
{
    RtTensor t = {.dtype = type, .rank = 1, .dims = {count}, .data = data};
    return add_view(list, name, &t, d);
}

static RtStatus add_best(const RtProgress *p, RtTensors *list, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; p->best_score.known && i < p->best.count && !st; i++) {
        char name[512];
        snprintf(name, sizeof name, BEST "%s", p->best.items[i].name);
        st = add_view(list, name, &p->best.items[i], d);
    }
    return st;
}

/* What the weights say of the data, so that a checkpoint can stand for weights. */
static RtStatus add_meta(const RtMeta *from, RtMeta *to, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; from && i < from->count && !st; i++)
        st = rt_meta_set(to, from->keys[i], from->values[i], d);
    return st;
}

RtStatus rt_checkpoint_save(RtTrainer *t)
{
    int64_t whole[WHOLE_COUNT];
    double real[REAL_COUNT];
    RtTensors list = {0};
    RtMeta meta = {0};
    if (!t->options->checkpoint)
        return RT_OK;
    fill_whole(t, whole);
    fill_real(&t->progress, real);
    RtStatus st = rt_meta_set(&meta, FORMAT_KEY, FORMAT, t->d);
    if (!st)
        st = add_meta(t->options->meta, &meta, t->d);
    for (size_t i = 0; i < t->progress.state.count && !st; i++)
        st = add_view(&list, t->progress.state.items[i].name, &t->progress.state.items[i],
                      t->d);
    if (!st)
        st = add_best(&t->progress, &list, t->d);
    if (!st)
        st = add_numbers(&list, WHOLE, DTYPE_i64, WHOLE_COUNT, whole, t->d);
    if (!st)
        st = add_numbers(&list, REAL, DTYPE_f64, REAL_COUNT, real, t->d);
    if (!st)
        st = rt_safetensors_write(t->options->checkpoint, &list, &meta, t->d);
    if (!st)
        t->saved_step = t->progress.step;
    rt_tensors_free(&list);
    rt_meta_free(&meta);
    return st;
}

/* Copies tensors of the file over those of the table; each must be there and fit. */
static RtStatus take_tensors(const RtTrainer *t, const RtTensors *from,
                             const char *prefix, RtTensors *to)
{
    const char *file = t->options->checkpoint;
    RtStatus st = RT_OK;
    for (size_t i = 0; i < to->count; i++) {
        RtTensor *v = &to->items[i];
        char name[512], have[RT_SHAPE_TEXT], want[RT_SHAPE_TEXT];
        snprintf(name, sizeof name, "%s%s", prefix, v->name);
        const RtTensor *f = rt_tensors_find(from, name);
        if (!f)
            st = rt_fail_file(t->d, RT_BAD_INPUT, file, "cannot resume: no tensor '%s'",
                              name);
        else if (!rt_tensor_same_shape(f, v))
            st = rt_fail_file(t->d, RT_BAD_INPUT, file,
                              "cannot resume: '%s' is %s, the model has %s", name,
                              rt_shape_text(f->dtype, f->rank, f->dims, have),
                              rt_shape_text(v->dtype, v->rank, v->dims, want));
        else
            memcpy(v->data, f->data, rt_tensor_bytes(v));
    }
    return st;
}

/* Another model's tensors may fit by chance. */
static RtStatus check_model(const RtTrainer *t, const RtMeta *meta)
{
    const char *was = rt_meta_get(meta, MODEL_KEY);
    const char *is = rt_meta_get(t->options->meta, MODEL_KEY);
    if (!was || !is || !strcmp(was, is))
        return RT_OK;
    return rt_fail_file(t->d, RT_BAD_INPUT, t->options->checkpoint,
                        "cannot resume: it is of model '%s', now it is '%s'", was, is);
}

static RtStatus check_setting(const RtTrainer *t, const int64_t *w)
{
    static const struct { int at; const char *what;
    } same[] = {
        {SEED, "seed"},
        {BATCH, "batch"},
        {ROWS, "rows to train on"},
        {IN_ORDER, "in_order"},
        {METRICS, "number of metrics"},
    };
    int64_t now[WHOLE_COUNT];
    RtStatus st = RT_OK;
    fill_setting(t, now);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (w[same[i].at] != now[same[i].at])
            st = rt_fail_file(t->d, RT_BAD_INPUT, t->options->checkpoint,
                              "cannot resume: it was made with %s = %lld, now it is %lld",
                              same[i].what, (long long)w[same[i].at],
                              (long long)now[same[i].at]);
    return st;
}

/* The numbers of a damaged file must not lead outside of the epoch. */
static bool is_sane(const RtTrainer *t, const int64_t *w)
{
    return w[AT_EPOCH] >= 0 && w[AT_EPOCH] < INT64_MAX / t->batches && w[AT_BATCH] >= 0
        && w[AT_BATCH] <= t->batches && w[STEP] == w[AT_EPOCH] * t->batches + w[AT_BATCH]
        && w[WAITED] >= 0 && w[WAITED] <= w[AT_EPOCH] && w[BEST_EPOCH] >= 0
        && w[BEST_EPOCH] <= w[AT_EPOCH] + 1;
}

/* The program counts the steps as well, for its optimizer. */
static RtStatus check_step(const RtTrainer *t, const RtTensors *from, int64_t step)
{
    const RtEntry *e = t->programs.items[0].binding.entry;
    for (size_t i = 0; i < e->arg_count; i++) {
        const RtTensor *n = rt_tensors_find(from, e->args[i].name);
        if (e->args[i].role == RT_ROLE_STEP && n && n->dtype == DTYPE_i64
            && rt_tensor_count(n) == 1 && *(int64_t *)n->data != step)
            return rt_fail_file(t->d, RT_BAD_INPUT, t->options->checkpoint,
                                "cannot resume: its '%s' is %lld after %lld steps",
                                e->args[i].name, (long long)*(int64_t *)n->data,
                                (long long)step);
    }
    return RT_OK;
}

static RtStatus take_all(RtTrainer *t, const RtTensors *from, const RtMeta *meta)
{
    const char *file = t->options->checkpoint, *format = rt_meta_get(meta, FORMAT_KEY);
    const RtTensor *w = rt_tensors_find(from, WHOLE), *v = rt_tensors_find(from, REAL);
    if (!format && !w)
        return rt_fail_file(t->d, RT_BAD_INPUT, file,
                            "cannot resume: it holds weights, and no checkpoint");
    if (!format || strcmp(format, FORMAT) || !w || !v || w->dtype != DTYPE_i64
        || v->dtype != DTYPE_f64 || rt_tensor_count(w) != WHOLE_COUNT
        || rt_tensor_count(v) != REAL_COUNT)
        return rt_fail_file(t->d, RT_BAD_INPUT, file,
                            "cannot resume: it is not a checkpoint of this version");
    RtStatus st = check_model(t, meta);
    if (!st)
        st = check_setting(t, w->data);
    if (!st && !is_sane(t, w->data))
        st = rt_fail_file(t->d, RT_BAD_INPUT, file,
                          "cannot resume: its position is impossible");
    if (!st)
        st = check_step(t, from, ((const int64_t *)w->data)[STEP]);
    if (!st)
        st = take_tensors(t, from, "", &t->progress.state);
    if (!st)
        take_numbers(t, w->data, v->data);
    if (!st && t->progress.best_score.known)
        st = take_tensors(t, from, BEST, &t->progress.best);
    return st;
}

RtStatus rt_checkpoint_load(RtTrainer *t)
{
    RtTensors from;
    RtMeta meta;
    RtStatus st = rt_safetensors_read(t->options->checkpoint, &from, &meta, t->d);
    if (!st)
        st = take_all(t, &from, &meta);
    if (!st)
        t->saved_step = t->progress.step;
    rt_tensors_free(&from);
    rt_meta_free(&meta);
    return st;
}
