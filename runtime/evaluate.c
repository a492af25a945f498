#include "runtime/programs.h"

#include <stdlib.h>
#include <string.h>

static RtStatus open_inputs(RtEvaluator *e, const RtRows *rows, DiagList *d)
{
    if (e->inputs)
        return RT_OK;
    e->device = rt_programs_device(&e->programs);
    e->slots = rt_programs_ahead(&e->programs);
    e->input_count = rows->count;
    if (!(e->inputs = calloc(e->slots * rows->count + 1, sizeof *e->inputs)))
        return rt_no_memory(d, rows->count * sizeof *e->inputs);
    RtStatus st = RT_OK;
    for (size_t i = 0; i < e->slots * rows->count && !st; i++) {
        size_t bytes = rt_tensor_bytes(&rows->inputs[i % rows->count])
                       / (size_t)rows->rows * (size_t)e->batch;
        st = rt_device_alloc(e->device, bytes, &e->inputs[i], d);
    }
    return st;
}

/* The batch is copied, because a program may count on aligned inputs; into memory that no
 * call reads any longer, as there is room for another. */
static RtStatus start_batch(RtEvaluator *e, RtProgram *p, const RtRows *rows,
                            int64_t first, DiagList *d)
{
    void **inputs = e->inputs + (size_t)(first / e->batch) % e->slots * e->input_count;
    for (size_t i = 0; i < rows->count; i++) {
        size_t row = rt_tensor_bytes(&rows->inputs[i]) / (size_t)rows->rows;
        memcpy(inputs[i], (char *)rows->inputs[i].data + (size_t)first * row,
               (size_t)p->rows * row);
        rt_binding_input(&p->binding, i, inputs[i]);
    }
    return rt_queue_start(&e->queue, &e->programs, (RtStarted){.program = p}, d);
}

/* Reads the numbers of batches until so many are left under way. */
static RtStatus settle(RtEvaluator *e, size_t left, RtSums *sums, DiagList *d)
{
    RtStatus st = RT_OK;
    RtStarted one;
    while (!st && e->queue.count > left)
        if (!(st = rt_queue_take(&e->queue, &one, d)))
            rt_sums_add(sums, one.program, e->programs.names->count);
    return st;
}

RtStatus rt_evaluator_run(RtEvaluator *e, const RtRows *rows, RtScore *out, DiagList *d)
{
    RtSums sums = {0};
    RtStatus st = RT_OK;
    if (e->batch > rows->rows)
        e->batch = rows->rows;
    for (int64_t first = 0; first < rows->rows && !st; first += e->batch) {
        int64_t count = rows->rows - first < e->batch ? rows->rows - first : e->batch;
        RtProgram *p;
        st = rt_programs_get(&e->programs, count, rows->count, &p, d);
        if (!st)
            st = open_inputs(e, rows, d);
        if (!st)
            st = start_batch(e, p, rows, first, d);
        if (!st)
            st = settle(e, e->slots - 1, &sums, d);
    }
    if (!st)
        st = settle(e, 0, &sums, d);
    rt_queue_drain(&e->queue);
    *out = rt_sums_score(&sums, e->programs.names->count);
    return st;
}

void rt_evaluator_free(RtEvaluator *e)
{
    for (size_t i = 0; e->inputs && i < e->slots * e->input_count; i++)
        rt_device_free(e->device, e->inputs[i]);
    free(e->inputs);
    rt_programs_free(&e->programs);
    *e = (RtEvaluator){0};
}

RtStatus rt_evaluate(const RtTrainOptions *o, const RtTensors *state, const RtRows *rows,
                     RtMetricNames *names, RtScore *out, DiagList *d)
{
    RtScratch scratch = {0};
    RtMetricNames own = {0};
    RtEvaluator e = {
        .programs = {.options = o,
                     .entry = o->eval ? o->eval : "eval_step",
                     .state = state,
                     .names = &own,
                     .scratch = &scratch},
        .batch = o->eval_batch ? o->eval_batch : o->batch,
    };
    *out = (RtScore){0};
    RtStatus st = rows->rows < 1 || e.batch < 1
                ? rt_fail(d, RT_BAD_INPUT, (Place){0}, "no rows to evaluate")
                : rt_evaluator_run(&e, rows, out, d);
    if (names)
        *names = own;
    rt_evaluator_free(&e);
    free(scratch.bytes);
    return st;
}
