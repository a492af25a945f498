/* Training: a train block's data, program and options handed to the runtime's loop. */
#include "frontend/api/data.h"
#include "frontend/api/memory.h"
#include "frontend/api/trace.h"
#include "runtime/clock.h"
#include "support/guard.h"

#include <string.h>

typedef struct Training {
    const ApiModel *model;
    const ApiTrain *o;
    const LangTrain *block;
    RtPool *pool, *own_pool;
    RtDataset data;
    ApiSizes sizes;
    ApiProgram *program;
    RtRows train, test;
    RtTensors start;
    RtMeta meta;
    ApiTrace trace;
    DiagList *d;
} Training;

static RtStatus find_block(Training *t)
{
    Place at = api_at(t->model->file);
    if (!t->model->language)
        return rt_fail(
            t->d, RT_UNSUPPORTED, at,
            "unsupported: training a .mlir module, which does not say on what data");
    t->block = api_train_block(t->model, &t->o->sizes);
    const char *model = t->o->sizes.model;
    if (!t->block)
        return rt_fail(t->d, RT_BAD_INPUT, at, "there is no train block in it");
    if (!model || !strcmp(model, t->block->model))
        return RT_OK;
    if (!api_model(t->model, &t->o->sizes, t->d))
        return RT_BAD_INPUT;
    return rt_fail(t->d, RT_BAD_INPUT, at, "no train block trains model '%s'", model);
}

static RtStatus open_pool(Training *t)
{
    if (!t->o->pool)
        t->own_pool = rt_pool_open(t->o->threads);
    t->pool = t->o->pool ? t->o->pool : t->own_pool;
    return t->pool
               ? RT_OK
               : rt_fail(t->d, RT_NO_MEMORY, (Place){0}, "the machine gives no threads");
}

/* The batch and the schedule's steps depend on how many rows there are. */
static RtStatus open_program(Training *t)
{
    int64_t batch = t->o->sizes.batch ? t->o->sizes.batch : t->block->batch;
    int64_t rows = t->data.train_rows;
    t->sizes = t->o->sizes;
    t->sizes.batch = batch < rows ? batch : rows;
    t->sizes.steps_per_epoch = rt_batches(rows, t->sizes.batch);
    t->sizes.epochs = t->o->epochs;
    t->program = api_program_open(t->model, &t->sizes, &t->o->target, t->d);
    return t->program ? RT_OK : RT_BAD_INPUT;
}

/* That there is no memory for the test is not to be found at the end of an epoch. To plan
 * @eval_step takes about a fifth of the passes of @train_step, and no compiling. */
static bool test_fits(Training *t)
{
    int64_t rows = t->block->eval_batch > 0 ? t->block->eval_batch : t->sizes.batch;
    if (!t->test.rows)
        return true;
    return api_program_fits(t->program, "eval_step",
                            rows < t->test.rows ? rows : t->test.rows, t->d);
}

/* What the first step needs is compiled together; the rest when it is asked for. */
static RtStatus bind_data(Training *t)
{
    static const char *const first[] = {"init", "train_step", NULL};
    if (!api_program_compile(t->program, first, t->d))
        return RT_BAD_INPUT;
    const RtEntry *e = api_program_entry(t->program, "train_step", t->sizes.batch, t->d);
    int64_t start = rt_clock_ns();
    RtStatus st =
        rt_dataset_bind(&t->data, e->args, e->arg_count, NULL, &t->train, &t->test, t->d);
    api_phase(&t->o->target, "bind", rt_clock_seconds(start));
    if (!st)
        st = api_memory_check(e, t->test.rows > 0, t->model->file, t->d);
    return st || test_fits(t) ? st : RT_BAD_INPUT;
}

static RtStatus describe(Training *t)
{
    RtStatus st = rt_meta_set(&t->meta, "descent.model", t->block->model, t->d);
    return st ? st : rt_dataset_describe(&t->data, &t->meta, t->d);
}

static RtStatus read_start(Training *t)
{
    const char *file = t->o->start;
    RtMeta meta = {0};
    RtStatus st = file ? rt_safetensors_read(file, &t->start, &meta, t->d) : RT_OK;
    if (!st)
        api_check_weights(t->model, file, &meta, t->block->model, t->d);
    rt_meta_free(&meta);
    return st;
}

static RtTrainOptions loop_options(Training *t)
{
    const ApiTrain *o = t->o;
    const LangTrain *b = t->block;
    bool by_steps = o->steps && !o->epochs;
    const RtTensors *read = o->start ? &t->start : NULL;
    t->trace = (ApiTrace){o->trace, &t->train};
    return (RtTrainOptions){
        .entry = api_program_entry,
        .entry_ctx = t->program,
        .pool = t->pool,
        .title = lang_train_count(t->model->language) > 1 ? b->model : NULL,
        .epochs = o->epochs  ? o->epochs
                  : by_steps ? 0
                             : b->epochs,
        .max_steps = o->steps,
        .batch = t->sizes.batch,
        .eval_batch = b->eval_batch,
        .seed = o->seed ? *o->seed : b->seed,
        .patience = b->patience,
        .monitor = b->monitor,
        .monitor_max = b->monitor_max,
        .start = o->start_weights ? o->start_weights : read,
        .start_file = o->start,
        .out = o->out,
        .meta = &t->meta,
        .checkpoint = o->checkpoint,
        .checkpoint_at_stop = o->checkpoint_at_stop,
        .resume = o->resume,
        .log = o->log,
        .quiet = o->quiet,
        .stop = o->stop,
        .keep_losses = o->trace != NULL,
        .before_step = o->trace ? api_trace_step : o->before_step,
        .before_step_ctx = o->trace ? &t->trace : o->ctx,
        .after_step = o->after_step,
        .after_epoch = o->after_epoch,
        .notice_ctx = o->ctx,
    };
}

static RtStatus run(Training *t, RtTrainReport *report)
{
    RtTrainOptions options = loop_options(t);
    if (t->o->begin)
        t->o->begin();
    RtStatus st =
        rt_train(&options, &t->train, t->test.rows ? &t->test : NULL, report,
                 t->o->weights, t->d);
    if (!st && t->o->trace)
        st = api_trace_losses(&t->trace, report, t->d);
    return st;
}

static void close_training(void *training)
{
    Training *t = training;
    if (t->o->meta) {
        *t->o->meta = t->meta;
        t->meta = (RtMeta){0};
    }
    api_program_close(t->program);
    rt_rows_free(&t->train);
    rt_rows_free(&t->test);
    rt_dataset_free(&t->data);
    rt_tensors_free(&t->start);
    rt_meta_free(&t->meta);
    rt_pool_close(t->own_pool);
}

RtStatus api_train(const ApiModel *m, const ApiTrain *o, RtTrainReport *report,
                   DiagList *d)
{
    GuardHold hold;
    Training t = {.model = m, .o = o, .d = d};
    *report = (RtTrainReport){0};
    guard_hold(&hold, close_training, &t);
    RtStatus st = find_block(&t);
    if (!st && o->trace)
        st = api_trace_open(o->trace, d);
    if (!st)
        st = open_pool(&t);
    if (!st)
        st = api_data_open(m, o, t.block, t.pool, &t.data, d);
    if (!st)
        st = open_program(&t);
    if (!st && o->trace)
        st = api_trace_graph(o->trace, m, &t.sizes, d);
    if (!st)
        st = bind_data(&t);
    if (!st)
        st = describe(&t);
    if (!st)
        st = read_start(&t);
    if (!st)
        st = run(&t, report);
    guard_drop(&hold);
    close_training(&t);
    return st;
}
