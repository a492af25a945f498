/* A workload's steps on a GPU. All batches and the initial state lie in the GPU's memory;
 * a step is a copy of a batch to where the code takes it, and one CUDA graph. Measured are
 *
 *     step    from the call until the loss is in the host's memory, by the host's clock
 *     gpu     steps that follow each other without a wait, by events between them */
#include "bench/gpu.h"
#include "bench/session.h"
#include "runtime/clock.h"

#include <stdio.h>
#include <string.h>

typedef struct Steps {
    BenchGpu *gpu;
    const BenchData *data;
    ApiModel *model;
    IrContext *context;
    RtEntry *spec;
    BenchCode code;
    BenchCall call;
    RtTensors state;
    CudaAddress *initial; /* of each argument; 0: an input */
    CudaAddress batches[BENCH_INPUTS];
    CudaGraph *graph;
    CudaEvent *marks[BENCH_EPISODE + 1];
    CudaAddress loss;
    float *losses; /* pinned */
} Steps;

static RtStatus compile(Steps *s, const BenchWorkload *w, const char *file, DiagList *d)
{
    ApiSizes sizes = {.batch = w->rows};
    const char *const entries[] = {"train_step", NULL};
    s->model = api_open(file, d);
    s->context = ir_context_open();
    IrModule *graph =
        s->model ? api_lower(s->model, s->context, &sizes, entries, d) : NULL;
    if (!graph)
        return RT_BAD_INPUT;
    s->spec = api_spec(ir_module_func(graph, "train_step"), s->gpu->arena, d);
    RtStatus st = bench_code_open(s->gpu, graph, &s->code, d);
    return st || !s->spec ? RT_FAILED
                          : bench_call_open(s->gpu, &s->code, "train_step", &s->call, d);
}

static RtStatus upload(const BenchGpu *g, const void *from, size_t bytes, CudaAddress *to,
                       DiagList *d)
{
    RtStatus st = cuda_alloc(g->gpu, bytes, to, d);
    return st || !bytes ? st : cuda_copy_in(g->gpu, g->stream, *to, from, bytes, d);
}

static RtStatus place(Steps *s, DiagList *d)
{
    BenchGpu *g = s->gpu;
    RtStatus st = RT_OK;
    s->initial = ARENA_ARRAY(g->arena, CudaAddress, s->spec->arg_count);
    for (size_t i = 0; i < s->spec->arg_count && !st; i++) {
        const RtTensor *t = rt_tensors_find(&s->state, s->spec->args[i].name);
        if (t)
            st = upload(g, t->data, s->call.bytes[i], &s->initial[i], d);
    }
    for (size_t k = 0; k < s->data->input_count && !st; k++)
        st = upload(g, s->data->inputs[k].data, rt_tensor_bytes(&s->data->inputs[k]),
                    &s->batches[k], d);
    for (size_t i = 0; i < s->spec->result_count; i++)
        if (s->spec->results[i].role == RT_ROLE_LOSS)
            s->loss = s->call.results[i];
    return st ? st
              : cuda_host_alloc(g->gpu, BENCH_EPISODE * sizeof *s->losses,
                                (void **)&s->losses, d);
}

static RtStatus reset(Steps *s, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < s->spec->arg_count && !st; i++)
        if (s->initial[i])
            st = cuda_copy(s->gpu->gpu, s->gpu->stream, s->call.args[i], s->initial[i],
                           s->call.bytes[i], d);
    return st ? st : cuda_stream_wait(s->gpu->gpu, s->gpu->stream, d);
}

/* Puts step i on the stream. */
static RtStatus start(Steps *s, int64_t i, DiagList *d)
{
    RtStatus st = RT_OK;
    const BenchGpu *g = s->gpu;
    for (size_t a = 0, k = 0; a < s->spec->arg_count && !st; a++)
        if (s->spec->args[a].role == RT_ROLE_INPUT) {
            CudaAddress from = s->batches[k++];
            from += (uint64_t)(i % s->data->count) * s->call.bytes[a];
            st = cuda_copy(g->gpu, g->stream, s->call.args[a], from, s->call.bytes[a], d);
        }
    return st ? st : cuda_graph_launch(g->gpu, g->stream, s->graph, d);
}

static RtStatus capture(Steps *s, DiagList *d)
{
    const BenchGpu *g = s->gpu;
    RtStatus st = cuda_capture_begin(g->gpu, g->stream, d);
    if (!st)
        st = bench_call_run(g, &s->call, d);
    return st ? st : cuda_capture_end(g->gpu, g->stream, &s->graph, d);
}

/* A step, and its loss in the host's memory. */
static RtStatus step(Steps *s, int64_t i, DiagList *d)
{
    const BenchGpu *g = s->gpu;
    RtStatus st = start(s, i, d);
    if (!st)
        st = cuda_copy_out(g->gpu, g->stream, &s->losses[i], s->loss, sizeof *s->losses,
                           d);
    return st ? st : cuda_stream_wait(g->gpu, g->stream, d);
}

static RtStatus time_blocking(Steps *s, double seconds, BenchTimes *t, DiagList *d)
{
    RtStatus st = RT_OK;
    while (!st && !bench_times_enough(t, seconds)) {
        st = reset(s, d);
        for (int64_t i = 0; i < BENCH_EPISODE && !st; i++) {
            int64_t begin = rt_clock_ns();
            st = step(s, i, d);
            bench_times_add(t, rt_clock_seconds(begin));
        }
    }
    return st;
}

static RtStatus time_chain(Steps *s, BenchTimes *t, DiagList *d)
{
    const BenchGpu *g = s->gpu;
    RtStatus st = reset(s, d);
    if (!st)
        st = cuda_event_record(g->gpu, g->stream, s->marks[0], d);
    for (int64_t i = 0; i < BENCH_EPISODE && !st; i++) {
        st = start(s, i, d);
        if (!st)
            st = cuda_event_record(g->gpu, g->stream, s->marks[i + 1], d);
    }
    if (!st)
        st = cuda_stream_wait(g->gpu, g->stream, d);
    for (int64_t i = 0; i < BENCH_EPISODE && !st; i++) {
        double seconds = 0;
        st = cuda_event_seconds(g->gpu, s->marks[i], s->marks[i + 1], &seconds, d);
        bench_times_add(t, seconds);
    }
    return st;
}

static RtStatus time_steps(Steps *s, const BenchWorkload *w, double seconds, double first,
                           DiagList *d)
{
    double *all = ARENA_ARRAY(s->gpu->arena, double, 2 * BENCH_TIMES);
    BenchTimes blocking = {.all = all}, chain = {.all = all + BENCH_TIMES};
    RtStatus st = time_blocking(s, seconds, &blocking, d);
    for (int i = 0; i <= BENCH_EPISODE && !st; i++)
        st = cuda_event_open(s->gpu->gpu, true, &s->marks[i], d);
    while (!st && !bench_times_enough(&chain, seconds))
        st = time_chain(s, &chain, d);
    if (st)
        return st;
    printf("{\"workload\": \"%s\", \"device\": \"%s\", ", w->name,
           cuda_info(s->gpu->gpu)->name);
    bench_times_print(&blocking, "step");
    printf(", ");
    bench_times_print(&chain, "gpu");
    printf(", \"gflops\": %.3f, \"first_step_s\": %.6f, \"loss_1\": %.7g, \"loss_10\": "
           "%.7g, "
           "\"loss_100\": %.7g}\n",
           (double)w->flops / bench_times_median(&chain) * 1e-9, first,
           (double)s->losses[0], (double)s->losses[9],
           (double)s->losses[BENCH_EPISODE - 1]);
    fflush(stdout);
    return RT_OK;
}

static void close_steps(Steps *s)
{
    BenchGpu *g = s->gpu;
    for (int i = 0; i <= BENCH_EPISODE; i++)
        cuda_event_close(g->gpu, s->marks[i]);
    for (size_t i = 0; s->initial && i < s->spec->arg_count; i++)
        cuda_free(g->gpu, s->initial[i]);
    for (int k = 0; k < BENCH_INPUTS; k++)
        cuda_free(g->gpu, s->batches[k]);
    cuda_host_free(g->gpu, s->losses);
    cuda_graph_close(g->gpu, s->graph);
    bench_call_close(g, &s->call);
    bench_code_close(&s->code);
    rt_tensors_free(&s->state);
    ir_context_close(s->context);
    api_close(s->model);
}

/* The first step is what a user waits for: reading the model, compiling, a step. Initial
 * values are made in between and not part of it, as they lie in memory for others too. */
static RtStatus measure(Steps *s, const BenchWorkload *w, const BenchOptions *o,
                        DiagList *d)
{
    char file[4096];
    snprintf(file, sizeof file, "%s/%s.dsc", o->models, w->name);
    int64_t begin = rt_clock_ns();
    RtStatus st = compile(s, w, file, d);
    double first = rt_clock_seconds(begin);
    if (!st)
        st = bench_state(s->spec, &s->state, d);
    if (!st)
        bench_initial(w, s->spec, &s->state);
    if (!st)
        st = place(s, d);
    if (!st)
        st = reset(s, d);
    begin = rt_clock_ns();
    if (!st)
        st = capture(s, d);
    if (!st)
        st = step(s, 0, d);
    first += rt_clock_seconds(begin);
    return st ? st : time_steps(s, w, o->seconds, first, d);
}

RtStatus bench_gpu_workload(BenchGpu *g, const BenchWorkload *w, const BenchOptions *o,
                            DiagList *d)
{
    BenchData data;
    RtStatus st = bench_data_read(w, o->data, &data, d);
    if (st)
        return st;
    Steps s = {.gpu = g, .data = &data};
    st = measure(&s, w, o, d);
    close_steps(&s);
    bench_data_free(&data);
    return st;
}
