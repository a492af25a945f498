/* Single functions on a GPU. Each is called with many sets of buffers in turn, so that no
 * call finds its data in the cache; a round of such calls is one CUDA graph, timed by
 * events. Argument k has the numbers of stream 1001 + k in [-1, 1). */
#include "bench/gpu.h"

#include "ir/build.h"
#include "runtime/file.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM = 1001, MOST_SETS = 256, CACHES = 4 };

typedef struct Round {
    BenchGpu *gpu;
    BenchCall calls[MOST_SETS];
    int count;
    CudaGraph *graph;
    CudaEvent *begin, *end;
} Round;

/* ----------------------------------------------------------------------------- inputs */

static void *numbers(IrType t, uint64_t stream)
{
    int64_t n = ir_elements(t);
    float *out = malloc((size_t)n * sizeof *out);
    uint16_t *half = (uint16_t *)out;
    for (int64_t i = 0; out && i < n; i++) {
        float x = bench_between(stream, (uint64_t)i, -1, 1);
        if (t->elem == DTYPE_bf16)
            half[i] = dtype_bf16_from_f64((double)x);
        else
            out[i] = x;
    }
    return out;
}

static RtStatus fill(Round *r, IrType const *types, DiagList *d)
{
    const BenchGpu *g = r->gpu;
    const BenchCall *first = &r->calls[0];
    RtStatus st = RT_OK;
    for (size_t i = 0; i < first->arg_count && !st; i++) {
        void *all = numbers(types[i], STREAM + i);
        st =
            all ? cuda_copy_in(g->gpu, g->stream, first->args[i], all, first->bytes[i], d)
                : rt_no_memory(d, first->bytes[i]);
        if (!st)
            st = cuda_stream_wait(g->gpu, g->stream, d);
        free(all);
        for (int k = 1; k < r->count && !st; k++)
            st = cuda_copy(g->gpu, g->stream, r->calls[k].args[i], first->args[i],
                           first->bytes[i], d);
    }
    return st;
}

/* ---------------------------------------------------------------------------- a round */

static double type_bytes(IrType const *types, size_t count)
{
    double bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += (double)ir_bytes(types[i]);
    return bytes;
}

/* So many that they are several times what the cache holds. */
static int sets_of(const BenchGpu *g, double bytes)
{
    double wanted = ceil(CACHES * (double)cuda_info(g->gpu)->l2_bytes / bytes);
    return wanted < 2 ? 2 : wanted > MOST_SETS ? MOST_SETS : (int)wanted;
}

static RtStatus capture(Round *r, DiagList *d)
{
    const BenchGpu *g = r->gpu;
    RtStatus st = cuda_stream_wait(g->gpu, g->stream, d);
    if (!st)
        st = cuda_capture_begin(g->gpu, g->stream, d);
    for (int k = 0; k < r->count && !st; k++)
        st = bench_call_run(g, &r->calls[k], d);
    return st ? st : cuda_capture_end(g->gpu, g->stream, &r->graph, d);
}

static RtStatus run(Round *r, double *seconds, DiagList *d)
{
    const BenchGpu *g = r->gpu;
    RtStatus st = cuda_event_record(g->gpu, g->stream, r->begin, d);
    if (!st)
        st = cuda_graph_launch(g->gpu, g->stream, r->graph, d);
    if (!st)
        st = cuda_event_record(g->gpu, g->stream, r->end, d);
    if (!st)
        st = cuda_stream_wait(g->gpu, g->stream, d);
    return st ? st : cuda_event_seconds(g->gpu, r->begin, r->end, seconds, d);
}

/* The mean absolute value of the first result: other systems must get the same. */
static RtStatus check(const Round *r, IrType t, double *out, DiagList *d)
{
    const BenchGpu *g = r->gpu;
    int64_t n = ir_elements(t);
    float *all = malloc((size_t)n * sizeof *all);
    RtStatus st = all ? cuda_copy_out(g->gpu, g->stream, all, r->calls[0].results[0],
                                      (size_t)ir_bytes(t), d)
                      : rt_no_memory(d, (size_t)n * sizeof *all);
    if (!st)
        st = cuda_stream_wait(g->gpu, g->stream, d);
    const uint16_t *half = (const uint16_t *)all;
    for (int64_t i = 0; i < n && !st; i++)
        *out +=
            fabs((double)(t->elem == DTYPE_bf16 ? dtype_bf16_to_f32(half[i]) : all[i]));
    *out /= (double)n;
    free(all);
    return st;
}

static RtStatus time_round(Round *r, double seconds, BenchTimes *t, DiagList *d)
{
    double s = 0;
    RtStatus st = run(r, &s, d); /* warms up */
    while (!st && !bench_times_enough(t, seconds)) {
        st = run(r, &s, d);
        bench_times_add(t, s / r->count);
    }
    return st;
}

/* -------------------------------------------------------------------------- functions */

static RtStatus open_round(Round *r, const BenchCode *code, const char *name,
                           IrType const *types, double bytes, DiagList *d)
{
    int count = sets_of(r->gpu, bytes);
    RtStatus st = RT_OK;
    while (r->count < count && !st)
        st = bench_call_open(r->gpu, code, name, &r->calls[r->count++], d);
    if (!st)
        st = fill(r, types, d);
    if (!st)
        st = cuda_event_open(r->gpu->gpu, true, &r->begin, d);
    if (!st)
        st = cuda_event_open(r->gpu->gpu, true, &r->end, d);
    return st ? st : capture(r, d);
}

static void close_round(Round *r)
{
    cuda_graph_close(r->gpu->gpu, r->graph);
    cuda_event_close(r->gpu->gpu, r->begin);
    cuda_event_close(r->gpu->gpu, r->end);
    for (int k = 0; k < r->count; k++)
        bench_call_close(r->gpu, &r->calls[k]);
}

static RtStatus time_function(BenchGpu *g, const BenchCode *code, const char *name,
                              IrType type, double seconds, DiagList *d)
{
    double bytes = type_bytes(type->inputs, type->input_count) +
                   type_bytes(type->results, type->result_count),
           mean = 0;
    BenchTimes t = {.all = ARENA_ARRAY(g->arena, double, BENCH_TIMES)};
    Round *r = ARENA_NEW(g->arena, Round);
    *r = (Round){.gpu = g};
    RtStatus st = open_round(r, code, name, type->inputs, bytes, d);
    if (!st)
        st = time_round(r, seconds, &t, d);
    if (!st)
        st = check(r, type->results[0], &mean, d);
    if (!st) {
        printf("{\"kernel\": \"%s\", ", name);
        bench_times_print(&t, "gpu");
        printf(", \"gbytes_s\": %.1f, \"sets\": %d, \"check\": %.7g}\n",
               bytes / bench_times_median(&t) * 1e-9, r->count, mean);
        fflush(stdout);
    }
    close_round(r);
    return st;
}

/* A module of its own for each: one that cannot be compiled does not stop the others. */
static RtStatus compile_and_time(BenchGpu *g, const char *file, const RtFile *text,
                                 const char *name, double seconds, DiagList *d)
{
    IrContext *c = ir_context_open();
    IrModule *m = ir_parse(c, file, (const char *)text->bytes, text->size, d);
    for (IrOp *f = ir_module_block(m)->first, *next; f; f = next) {
        next = f->next;
        if (strcmp(ir_func_name(f), name))
            ir_op_erase(f);
    }
    IrType type = ir_func_type(ir_module_func(m, name));
    BenchCode code;
    RtStatus st = bench_code_open(g, m, &code, d);
    if (!st)
        st = time_function(g, &code, name, type, seconds, d);
    bench_code_close(&code);
    ir_context_close(c);
    return st;
}

static bool is_wanted(const IrOp *func, const BenchOptions *o)
{
    return !o->only || !strncmp(ir_func_name(func), o->only, strlen(o->only));
}

static RtStatus none_wanted(const char *file, const BenchOptions *o, DiagList *d)
{
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "%s: no function begins with `%s`",
             file, o->only ? o->only : "");
    return RT_BAD_INPUT;
}

RtStatus bench_gpu_kernels(BenchGpu *g, const char *file, const BenchOptions *o,
                           DiagList *d)
{
    RtFile text = {0};
    size_t count = 0;
    RtStatus st = rt_file_read(file, RT_FILE_LIMIT, &text, d);
    IrContext *c = ir_context_open();
    IrModule *m = st ? NULL : ir_parse(c, file, (const char *)text.bytes, text.size, d);
    if (!st && !m)
        st = RT_BAD_INPUT;
    for (IrOp *f = m ? ir_module_block(m)->first : NULL; f && !st; f = f->next)
        if (is_wanted(f, o) && ++count)
            st = compile_and_time(g, file, &text, ir_func_name(f), o->seconds, d);
    if (!st && !count)
        st = none_wanted(file, o, d);
    ir_module_close(m);
    ir_context_close(c);
    rt_file_free(&text);
    return st;
}

/* ------------------------------------------------------------------------------- copy */

/* What memory gives: bytes read and bytes written. */
RtStatus bench_gpu_copy(BenchGpu *g, const BenchOptions *o, DiagList *d)
{
    const CudaInfo *info = cuda_info(g->gpu);
    size_t bytes =
        info->memory / 8 < (size_t)1 << 30 ? info->memory / 8 : (size_t)1 << 30;
    CudaAddress from = 0, to = 0;
    CudaEvent *begin = NULL, *end = NULL;
    BenchTimes t = {.all = ARENA_ARRAY(g->arena, double, BENCH_TIMES)};
    RtStatus st = cuda_alloc(g->gpu, bytes, &from, d);
    if (!st)
        st = cuda_alloc(g->gpu, bytes, &to, d);
    if (!st)
        st = cuda_fill(g->gpu, g->stream, from, 0x3c, bytes, d);
    if (!st)
        st = cuda_event_open(g->gpu, true, &begin, d);
    if (!st)
        st = cuda_event_open(g->gpu, true, &end, d);
    while (!st && !bench_times_enough(&t, o->seconds)) {
        double seconds = 0;
        st = cuda_event_record(g->gpu, g->stream, begin, d);
        if (!st)
            st = cuda_copy(g->gpu, g->stream, to, from, bytes, d);
        if (!st)
            st = cuda_event_record(g->gpu, g->stream, end, d);
        if (!st)
            st = cuda_stream_wait(g->gpu, g->stream, d);
        if (!st)
            st = cuda_event_seconds(g->gpu, begin, end, &seconds, d);
        bench_times_add(&t, seconds);
    }
    if (!st) {
        printf("{\"kernel\": \"copy\", \"device\": \"%s\", \"architecture\": \"%s\", ",
               info->name, info->architecture);
        bench_times_print(&t, "gpu");
        printf(", \"gbytes_s\": %.1f}\n",
               2 * (double)bytes / bench_times_median(&t) * 1e-9);
        fflush(stdout);
    }
    cuda_event_close(g->gpu, begin);
    cuda_event_close(g->gpu, end);
    cuda_free(g->gpu, from);
    cuda_free(g->gpu, to);
    return st;
}
