#include "runtime/programs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static RtStatus name_metrics(const RtEntry *e, RtMetricNames *names, DiagList *d)
{
    for (size_t i = 0; i < e->result_count; i++) {
        if (e->results[i].role != RT_ROLE_METRIC)
            continue;
        if (names->count == RT_METRICS)
            return rt_fail(d, RT_UNSUPPORTED, (Place){0},
                           "unsupported: more than %d metrics", RT_METRICS);
        snprintf(names->names[names->count++], RT_METRIC_NAME, "%s", e->results[i].name);
    }
    return RT_OK;
}

static int find_metric(const RtEntry *e, const char *name)
{
    for (size_t i = 0; i < e->result_count; i++)
        if (e->results[i].role == RT_ROLE_METRIC
            && !strncmp(e->results[i].name, name, RT_METRIC_NAME - 1))
            return (int)i;
    return -1;
}

static int find_loss(const RtEntry *e)
{
    for (size_t i = 0; i < e->result_count; i++)
        if (e->results[i].role == RT_ROLE_LOSS)
            return (int)i;
    return -1;
}

static RtStatus make_room(RtScratch *s, size_t size, DiagList *d)
{
    if (s->bytes && s->size >= size)
        return RT_OK;
    void *bytes = rt_alloc(size);
    if (!bytes)
        return rt_no_memory(d, size);
    free(s->bytes);
    *s = (RtScratch){bytes, size};
    return RT_OK;
}

static RtStatus open_program(RtPrograms *p, int64_t rows, size_t inputs, RtProgram *q,
                             DiagList *d)
{
    const RtEntry *e = p->options->entry(p->options->entry_ctx, p->entry, rows, d);
    if (!e)
        return RT_BAD_INPUT;
    RtStatus st = p->names->count ? RT_OK : name_metrics(e, p->names, d);
    if (!st)
        st = make_room(p->scratch, e->arena_bytes, d);
    if (!st)
        st = rt_bind(e, p->state, &q->binding, d);
    if (st)
        return st;
    if (rt_binding_inputs(&q->binding) != inputs) {
        size_t takes = rt_binding_inputs(&q->binding);
        st = rt_fail(d, RT_BAD_INPUT, (Place){0},
                     "@%s takes %zu input%s, the data has %zu", e->name, takes,
                     text_plural((long long)takes), inputs);
        rt_binding_free(&q->binding);
        return st;
    }
    q->rows = rows;
    q->loss = find_loss(e);
    for (size_t k = 0; k < p->names->count; k++)
        q->metrics[k] = find_metric(e, p->names->names[k]);
    return RT_OK;
}

RtStatus rt_programs_get(RtPrograms *p, int64_t rows, size_t inputs, RtProgram **out,
                         DiagList *d)
{
    RtProgram *q = p->items;
    while (q->rows && q->rows != rows && q + 1 < p->items + RT_PROGRAMS)
        q++;
    *out = q;
    if (q->rows == rows)
        return RT_OK;
    if (q->rows) {
        rt_binding_free(&q->binding);
        *q = (RtProgram){0};
    }
    return open_program(p, rows, inputs, q, d);
}

void rt_programs_free(RtPrograms *p)
{
    for (int i = 0; i < RT_PROGRAMS; i++)
        if (p->items[i].rows)
            rt_binding_free(&p->items[i].binding);
    *p = (RtPrograms){0};
}

const RtDevice *rt_programs_device(const RtPrograms *p)
{
    const RtEntry *e = p->items[0].binding.entry;
    return e ? e->device : NULL;
}

size_t rt_programs_ahead(const RtPrograms *p)
{
    return rt_programs_device(p) ? RT_AHEAD : 1;
}

RtStatus rt_queue_start(RtQueue *q, const RtPrograms *p, RtStarted s, DiagList *d)
{
    RtStatus st = rt_binding_start(&s.program->binding, p->scratch->bytes,
                                   p->options->pool, &s.call, d);
    if (!st)
        q->items[(q->first + q->count++) % RT_AHEAD] = s;
    return st;
}

RtStatus rt_queue_take(RtQueue *q, RtStarted *out, DiagList *d)
{
    *out = q->items[q->first];
    q->first = (q->first + 1) % RT_AHEAD;
    q->count--;
    return rt_binding_take(&out->program->binding, out->call, d);
}

void rt_queue_drain(RtQueue *q)
{
    RtStarted unwanted;
    while (q->count)
        rt_queue_take(q, &unwanted, NULL);
}

static double scalar(const RtProgram *p, int i)
{
    if (i < 0)
        return NAN;
    return dtype_load(p->binding.entry->results[i].dtype, rt_binding_result(&p->binding,
                                                                            (size_t)i));
}

double rt_program_loss(const RtProgram *p)
{
    return scalar(p, p->loss);
}

double rt_program_metric(const RtProgram *p, size_t k)
{
    return scalar(p, p->metrics[k]);
}

void rt_sums_add(RtSums *s, const RtProgram *p, size_t metrics)
{
    double rows = (double)p->rows;
    s->rows += rows;
    s->loss += rt_program_loss(p) * rows;
    for (size_t k = 0; k < metrics; k++)
        s->metrics[k] += rt_program_metric(p, k) * rows;
}

RtScore rt_sums_score(const RtSums *s, size_t metrics)
{
    RtScore score = {.known = s->rows > 0, .loss = s->loss / s->rows};
    for (size_t k = 0; k < metrics; k++)
        score.metrics[k] = s->metrics[k] / s->rows;
    return score;
}
