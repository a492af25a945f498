/* main of a program that runs a model: reads inputs, calls the compiled entry point batch
 * by batch, writes the results.
 *
 * A batch is what the program was built for; rows that do not fill one are computed one
 * by one. Exit status as descent's: 1 the input is wrong, 2 the command line, 3
 * unsupported. */
#include "runtime/native/native.h"

#include "runtime/start.h"

#include <stdlib.h>
#include <string.h>

/* As compiled code takes it. */
struct descent_pool {
    void (*run)(struct descent_pool *self, RtTask *task, void *ctx, int64_t count);
    RtPool *threads;
};

typedef void Entry(void *arena, void *const *args, void *const *results,
                   struct descent_pool *pool);

extern const char descent_model[];
extern const char descent_weights[] __attribute__((weak));
extern Entry descent_batch;
extern Entry descent_row __attribute__((weak));

typedef struct Call {
    const NativeModel *m;
    const NativeWeights *weights;
    const RtTensors *inputs, *results;
    struct descent_pool *pool;
    void *arena, **args, **outs;
} Call;

static void run_on_threads(struct descent_pool *self, RtTask *task, void *ctx,
                           int64_t count)
{
    rt_pool_run(self->threads, task, ctx, count);
}

static size_t row_bytes(const RtTensor *t)
{
    return t->rank && t->dims[0] ? rt_tensor_bytes(t) / (size_t)t->dims[0] : 0;
}

/* Points to the tensors from a row on. What the entry overwrites is copied to the result
 * that it becomes. */
static void point(Call *c, int64_t row, int64_t rows)
{
    size_t input = 0;
    for (size_t i = 0; i < c->m->result_count; i++) {
        const RtTensor *t = &c->results->items[i];
        c->outs[i] = (char *)t->data + (size_t)row * row_bytes(t);
    }
    for (size_t i = 0; i < c->m->arg_count; i++) {
        const NativeArgument *a = &c->m->args[i];
        const RtTensor *t =
            native_is_weight(&a->spec) ? NULL : &c->inputs->items[input++];
        const void *from =
            t ? (char *)t->data + (size_t)row * row_bytes(t) : c->weights->data[i];
        c->args[i] = (void *)(uintptr_t)from;
        if (a->spec.alias < 0)
            continue;
        const RtTensor *to = &c->results->items[a->spec.alias];
        c->args[i] = c->outs[a->spec.alias];
        memcpy(c->args[i], from,
               c->m->rows ? (size_t)rows * row_bytes(to) : rt_tensor_bytes(to));
    }
}

static void call(Call *c, Entry *entry, int64_t row, int64_t rows)
{
    point(c, row, rows);
    entry(c->arena, c->args, c->outs, c->pool);
}

static void call_all(Call *c, int64_t rows)
{
    int64_t row = 0, batch = c->m->rows ? c->m->rows : rows;
    for (; row + batch <= rows; row += batch)
        call(c, descent_batch, row, batch);
    for (; row < rows; row++)
        call(c, descent_row, row, 1);
}

static RtStatus make_results(const NativeModel *m, int64_t rows, RtTensors *out,
                             DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < m->result_count && !st; i++) {
        RtSpec s = m->results[i];
        RtTensor t;
        if (m->rows)
            s.dims[0] = rows;
        st = rt_tensor_create(s.name, s.dtype, s.rank, s.dims, &t, d);
        if (!st)
            st = rt_tensors_add(out, &t, d);
    }
    return st;
}

static RtStatus compute(const NativeModel *m, const NativeOptions *o,
                        const NativeWeights *w, const RtTensors *inputs, int64_t rows,
                        RtTensors *results, DiagList *d)
{
    RtPool *threads = o->threads > 1 ? rt_pool_open((unsigned)o->threads) : NULL;
    struct descent_pool pool = {run_on_threads, threads};
    Call c = {.m = m,
              .weights = w,
              .inputs = inputs,
              .results = results,
              .pool = threads ? &pool : NULL,
              .arena = rt_alloc(m->arena_bytes),
              .args = ARENA_ARRAY(m->arena, void *, m->arg_count + 1),
              .outs = ARENA_ARRAY(m->arena, void *, m->result_count + 1)};
    RtStatus st =
        c.arena ? make_results(m, rows, results, d) : rt_no_memory(d, m->arena_bytes);
    if (!st)
        call_all(&c, rows < 0 ? 1 : rows);
    free(c.arena);
    rt_pool_close(threads);
    return st;
}

static RtStatus work(const NativeModel *m, const NativeOptions *o, const NativeWeights *w,
                     DiagList *d)
{
    RtTensors inputs = {0}, results = {0};
    int64_t rows;
    RtStatus st = native_check_processor(m->needs, m->arena, d);
    if (!st)
        st = native_check_outputs(m, o, d);
    if (!st)
        st = native_read_inputs(m, o, w->meta, &inputs, &rows, d);
    if (!st)
        st = compute(m, o, w, &inputs, rows, &results, d);
    if (!st)
        st = native_write_results(o, &results, d);
    rt_tensors_free(&inputs);
    rt_tensors_free(&results);
    return st;
}

static void run(const NativeModel *m, const NativeOptions *o, const char *program,
                DiagList *d)
{
    NativeWeights w = {.meta = &m->meta};
    const void *block = descent_weights;
    RtStatus st = RT_OK;
    if (!o->help || o->weights)
        st = native_weights_open(m, block, o->weights, &w, d);
    if (!st && o->help)
        native_print_help(m, w.meta, program, stdout);
    else if (!st)
        work(m, o, &w, d);
    native_weights_close(&w);
}

int main(int argc, char **argv)
{
    DiagList *d = diag_open();
    rt_start();
    if (argc)
        diag_program(d, argv[0]);
    NativeModel m;
    NativeOptions o;
    if (!native_model_open(descent_model, &m, d) && native_options(&m, argc, argv, &o, d))
        run(&m, &o, argv[0], d);
    if (fflush(stdout) || ferror(stdout))
        diag_error(d, (Place){0}, "the standard output cannot be written");
    diag_print(d, stderr);
    int status = (int)diag_exit(d);
    native_model_close(&m);
    diag_close(d);
    return status;
}
