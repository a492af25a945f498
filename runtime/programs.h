/* The compiled programs of one entry point, one per number of rows. Inside runtime/
 * only. */
#ifndef RUNTIME_PROGRAMS_H
#define RUNTIME_PROGRAMS_H

#include "runtime/bind.h"
#include "runtime/device.h"
#include "runtime/train.h"

typedef struct RtScratch {
    void *bytes;              /* as many as the largest program wanted so far */
    size_t size;
} RtScratch;

typedef struct RtProgram {
    int64_t rows;             /* 0: not opened */
    RtBinding binding;
    int loss;                 /* index of the result; -1 none */
    int metrics[RT_METRICS];
} RtProgram;

enum { RT_PROGRAMS = 2 };     /* a whole batch, the last one of an epoch */

typedef struct RtPrograms {
    const RtTrainOptions *options;
    const char *entry;
    const RtTensors *state;
    RtMetricNames *names;     /* filled by the first program if empty */
    RtScratch *scratch;
    RtProgram items[RT_PROGRAMS];
} RtPrograms;

/* Compiles it when it is first asked for. inputs: how many the data has. */
RtStatus rt_programs_get(RtPrograms *p, int64_t rows, size_t inputs, RtProgram **out,
                         DiagList *d);
void rt_programs_free(RtPrograms *p);
/* Where those opened so far run; NULL: on the CPU. */
const RtDevice *rt_programs_device(const RtPrograms *p);

/* A call of a program that was started. */
typedef struct RtStarted {
    RtProgram *program;
    RtPosition at;            /* its batch, for the caller */
    int64_t step;             /* the same */
    void *call;
} RtStarted;

/* Those whose numbers were not read yet, in their order. On the CPU there is one at
 * most. */
typedef struct RtQueue {
    RtStarted items[RT_AHEAD];
    size_t first, count;
} RtQueue;

/* How many calls may be under way. */
size_t rt_programs_ahead(const RtPrograms *p);
/* Starts a call with the inputs that the binding has; there is room for it. Allocates
 * nothing. */
RtStatus rt_queue_start(RtQueue *q, const RtPrograms *p, RtStarted s, DiagList *d);
/* Takes the oldest: its program has its numbers then. */
RtStatus rt_queue_take(RtQueue *q, RtStarted *out, DiagList *d);
/* After an error: takes what is under way, which uses bindings and batches until then;
 * nobody wants its numbers. */
void rt_queue_drain(RtQueue *q);

double rt_program_loss(const RtProgram *p);
double rt_program_metric(const RtProgram *p, size_t k);

/* Sums over batches, weighted by rows. */
typedef struct RtSums {
    double rows, loss, metrics[RT_METRICS];
} RtSums;

void rt_sums_add(RtSums *s, const RtProgram *p, size_t metrics);
RtScore rt_sums_score(const RtSums *s, size_t metrics);

/* Scores state over rows, in order, with programs of @eval_step. */
typedef struct RtEvaluator {
    RtPrograms programs;
    int64_t batch;
    size_t input_count, slots;
    const RtDevice *device;
    void **inputs;            /* `slots` batches of each */
    RtQueue queue;
} RtEvaluator;

RtStatus rt_evaluator_run(RtEvaluator *e, const RtRows *rows, RtScore *out, DiagList *d);
void rt_evaluator_free(RtEvaluator *e);

#endif
