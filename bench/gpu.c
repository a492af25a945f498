/* What gpu.h declares first: the GPU, code, calls, times. */
#include "bench/gpu.h"

#include <stdio.h>
#include <stdlib.h>

RtStatus bench_gpu_open(BenchGpu *out, DiagList *d)
{
    Arena *arena = arena_open();
    *out = (BenchGpu){.arena = arena, .cache = cuda_cache_default(arena)};
    RtStatus st = cuda_open(0, &out->gpu, d);
    if (!st)
        st = cuda_stream_open(out->gpu, &out->stream, d);
    if (!st)
        st = cuda_compiler_open(cuda_info(out->gpu), &out->compiler, d);
    if (!st)
        out->target = cuda_target_of(cuda_info(out->gpu));
    return st;
}

void bench_gpu_close(BenchGpu *g)
{
    if (g->gpu)
        cuda_stream_close(g->gpu, g->stream);
    cuda_compiler_close(g->compiler);
    cuda_close(g->gpu);
    arena_close(g->arena);
}

/* ------------------------------------------------------------------------------- code */

RtStatus bench_code_open(BenchGpu *g, IrModule *graph, BenchCode *out, DiagList *d)
{
    PassContext context = {.target = &g->target, .diags = d};
    *out = (BenchCode){.module = graph};
    if (!pass_run(graph, &context, NULL, NULL, NULL))
        return RT_BAD_INPUT;
    RtStatus st =
        cuda_program_open(g->gpu, g->compiler, &g->cache, graph, &out->program, d);
    return st ? st : cuda_program_load(out->program, g->stream, d);
}

void bench_code_close(BenchCode *c)
{
    cuda_program_close(c->program);
    ir_module_close(c->module);
}

static RtStatus alloc_results(BenchGpu *g, BenchCall *c, DiagList *d)
{
    const IrBlock *block = ir_func_block(c->func);
    const int64_t *alias = ir_op_ints(c->func, "descent.alias", NULL);
    uint32_t *own, count = ir_own_results(c->func, g->arena, &own);
    RtStatus st = RT_OK;
    for (size_t i = 0; i < c->result_count; i++)
        c->results[i] = alias[i] >= 0 ? c->args[alias[i]] : 0;
    for (uint32_t i = 0; i < count && !st; i++)
        st = cuda_alloc(g->gpu, (size_t)ir_bytes(block->args[1 + c->arg_count + i]->type),
                        &c->results[own[i]], d);
    return st;
}

RtStatus bench_call_open(BenchGpu *g, const BenchCode *code, const char *entry,
                         BenchCall *out, DiagList *d)
{
    BenchCall c = {.entry = cuda_program_entry(code->program, entry),
                   .func = ir_module_func(code->module, entry)};
    const IrBlock *block = ir_func_block(c.func);
    ir_op_ints(c.func, "descent.alias", &c.result_count);
    uint32_t *own;
    c.arg_count = block->arg_count - 1 - ir_own_results(c.func, g->arena, &own);
    c.bytes = ARENA_ARRAY(g->arena, size_t, c.arg_count);
    c.args = ARENA_ARRAY(g->arena, CudaAddress, c.arg_count);
    c.results = ARENA_ARRAY(g->arena, CudaAddress, c.result_count);
    RtStatus st =
        cuda_alloc(g->gpu, (size_t)ir_op_int(c.func, "descent.arena_bytes"), &c.arena, d);
    for (size_t i = 0; i < c.arg_count && !st; i++) {
        c.bytes[i] = (size_t)ir_bytes(block->args[1 + i]->type);
        st = cuda_alloc(g->gpu, c.bytes[i], &c.args[i], d);
    }
    if (!st)
        st = alloc_results(g, &c, d);
    *out = c;
    return st;
}

void bench_call_close(BenchGpu *g, BenchCall *c)
{
    const int64_t *alias = c->func ? ir_op_ints(c->func, "descent.alias", NULL) : NULL;
    for (size_t i = 0; i < c->result_count; i++)
        if (alias[i] < 0)
            cuda_free(g->gpu, c->results[i]);
    for (size_t i = 0; i < c->arg_count; i++)
        cuda_free(g->gpu, c->args[i]);
    cuda_free(g->gpu, c->arena);
}

RtStatus bench_call_run(const BenchGpu *g, const BenchCall *c, DiagList *d)
{
    return cuda_entry_run(c->entry, g->stream, c->arena, c->args, c->results, NULL, d);
}

/* ------------------------------------------------------------------------------ times */

void bench_times_add(BenchTimes *t, double seconds)
{
    if (t->count < BENCH_TIMES)
        t->all[t->count++] = seconds;
    t->total += seconds;
}

bool bench_times_enough(const BenchTimes *t, double seconds)
{
    enum { LEAST = 20 };
    return t->count == BENCH_TIMES || (t->total >= seconds && t->count >= LEAST);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

void bench_times_print(BenchTimes *t, const char *name)
{
    qsort(t->all, t->count, sizeof *t->all, by_value);
    printf("\"%s_ms_median\": %.6f, \"%s_ms_min\": %.6f, \"%s_ms_p90\": %.6f", name,
           bench_times_median(t) * 1e3, name, t->all[0] * 1e3, name,
           t->all[t->count * 9 / 10] * 1e3);
}

double bench_times_median(const BenchTimes *t) { return t->all[t->count / 2]; }
