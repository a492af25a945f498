/* The state is one table of tensors that a step of training overwrites; a copy of it begins each
 * episode. Inference leaves it as it is. */
#include "bench/session.h"

#include <stdlib.h>
#include <string.h>

static RtStatus compile(BenchSession *s, const BenchWorkload *w, const char *file, ApiPhase *phase,
                        const RtEntry **entry, DiagList *d)
{
    ApiSizes sizes = {.batch = w->rows};
    ApiTarget target = {.phase = phase, .finite_weights = w->trained != NULL};
    s->model = api_open(file, d);
    s->program = s->model ? api_program_open(s->model, &sizes, &target, d) : NULL;
    const char *name = w->trained ? "predict" : "train_step";
    *entry = s->program ? api_program_entry(s->program, name, w->rows, d) : NULL;
    return *entry ? RT_OK : RT_BAD_INPUT;
}

RtStatus bench_state(const RtEntry *e, RtTensors *state, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < e->arg_count && !st; i++) {
        const RtSpec *spec = &e->args[i];
        RtTensor t;
        if (spec->role == RT_ROLE_INPUT)
            continue;
        st = rt_tensor_create(spec->name, spec->dtype, spec->rank, spec->dims, &t, d);
        if (!st)
            st = rt_tensors_add(state, &t, d);
    }
    return st;
}

/* What is reported, and a check that the model takes what the workload has. */
static RtStatus look_at(BenchSession *s, const RtEntry *e, const char *file, DiagList *d)
{
    size_t input = 0;
    for (size_t i = 0; i < e->result_count && !s->first; i++)
        if (e->results[i].role == RT_ROLE_LOSS || e->results[i].role == RT_ROLE_OUTPUT) {
            s->first = rt_binding_result(&s->binding, i);
            rt_shape_count(e->results[i].rank, e->results[i].dims, &s->first_count);
        }
    for (size_t i = 0; i < e->arg_count; i++) {
        const RtSpec *spec = &e->args[i];
        size_t bytes, k = input;
        if (spec->role != RT_ROLE_INPUT)
            continue;
        input++;
        rt_shape_bytes(spec->dtype, spec->rank, spec->dims, &bytes);
        if (k >= s->data->input_count
            || (char *)bench_batch(s->data, k, 0) + bytes != bench_batch(s->data, k, 1))
            return rt_fail_file(d, RT_BAD_INPUT, file, "'%s' does not fit the workload's data",
                                spec->name);
    }
    return s->first ? RT_OK : rt_fail_file(d, RT_BAD_INPUT, file, "there is no loss and no output");
}

RtStatus bench_session_open(const BenchWorkload *w, const char *file, const BenchData *data,
                            unsigned threads, ApiPhase *phase, BenchSession *out, DiagList *d)
{
    const RtEntry *entry = NULL;
    *out = (BenchSession){.data = data, .pool = rt_pool_open(threads)};
    RtStatus st = out->pool ? compile(out, w, file, phase, &entry, d)
                            : rt_fail(d, RT_NO_MEMORY, (Place){0}, "the machine gives no threads");
    if (!st)
        st = bench_state(entry, &out->state, d);
    if (!st)
        st = rt_bind(entry, &out->state, &out->binding, d);
    if (!st)
        st = look_at(out, entry, file, d);
    if (!st && !(out->arena = rt_alloc(entry->arena_bytes)))
        st = rt_no_memory(d, entry->arena_bytes);
    if (st)
        bench_session_close(out);
    return st;
}

RtStatus bench_session_fill(BenchSession *s, const BenchWorkload *w, DiagList *d)
{
    bench_initial(w, s->binding.entry, &s->state);
    RtStatus st = RT_OK;
    for (size_t i = 0; i < s->state.count && !st && !w->trained; i++) {
        RtTensor copy;
        st = rt_tensor_copy(&s->state.items[i], &copy, d);
        if (!st)
            st = rt_tensors_add(&s->initial, &copy, d);
    }
    return st;
}

void bench_session_reset(BenchSession *s)
{
    for (size_t i = 0; i < s->initial.count; i++)
        memcpy(s->state.items[i].data, s->initial.items[i].data,
               rt_tensor_bytes(&s->initial.items[i]));
}

void bench_session_step(BenchSession *s, int64_t i)
{
    for (size_t k = 0; k < s->data->input_count; k++)
        rt_binding_input(&s->binding, k, bench_batch(s->data, k, i % s->data->count));
    rt_binding_call(&s->binding, s->arena, s->pool, NULL);
}

void bench_session_close(BenchSession *s)
{
    rt_binding_free(&s->binding);
    rt_tensors_free(&s->state);
    rt_tensors_free(&s->initial);
    free(s->arena);
    rt_pool_close(s->pool);
    api_program_close(s->program);
    api_close(s->model);
    *s = (BenchSession){0};
}
