/* The workloads that other systems are measured on too: net, data, initial values. The numbers are
 * defined for every system alike, so that losses can be compared digit by digit; README.md tells
 * where. Each net is a file: T1.dsc and so on. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "runtime/program.h"
#include "runtime/tensor.h"

/* -------------------------------------------------------------------------------------- numbers */

/* The i-th number of a stream, in [0, 1), a multiple of 2^-24. */
float bench_uniform(uint64_t stream, uint64_t i);
/* The same in [low, high). */
float bench_between(uint64_t stream, uint64_t i, float low, float high);

/* ------------------------------------------------------------------------------------ workloads */

enum { BENCH_INPUTS = 2 };

/* All batches: inputs[k] is [count * rows, ...], the inputs of a step in the order of the model
 * file. */
typedef struct BenchData {
    int64_t count, rows;
    size_t input_count;
    RtTensor inputs[BENCH_INPUTS];
} BenchData;

typedef struct BenchWorkload {
    const char *name;
    int64_t rows;                   /* of a batch */
    int64_t flops;                  /* of a call: products only, as all systems count them */
    RtStatus (*read)(const char *folder, int64_t rows, BenchData *out, DiagList *d);
    const char *flattened;          /* the weight behind a flattened image; NULL: none */
    int64_t channels, pixels;       /* of that image */
    const char *trained;            /* inference: the workload whose net it is; NULL: training */
    uint64_t tables;                /* how many of the first parameters are embeddings */
} BenchWorkload;

/* NULL and a diagnostic that lists them if there is none of that name. */
const BenchWorkload *bench_workload(const char *name, DiagList *d);

/* The whole batches of an episode, at most one for each of its steps. */
RtStatus bench_data_read(const BenchWorkload *w, const char *folder, BenchData *out, DiagList *d);
void bench_data_free(BenchData *data);
/* Input k of a batch. */
void *bench_batch(const BenchData *data, size_t k, int64_t batch);

RtStatus bench_read_spam(const char *folder, int64_t rows, BenchData *out, DiagList *d);
RtStatus bench_read_digits(const char *folder, int64_t rows, BenchData *out, DiagList *d);
RtStatus bench_read_images(const char *folder, int64_t rows, BenchData *out, DiagList *d);
RtStatus bench_make_noise(const char *folder, int64_t rows, BenchData *out, DiagList *d);
RtStatus bench_read_text(const char *folder, int64_t rows, BenchData *out, DiagList *d);

/* ------------------------------------------------------------------------------- initial values */

/* Fills the parameters and states of @train_step in the order in which the net declares them; the
 * rest (the optimizer's, the counter) is zero. `state` has them all. */
void bench_initial(const BenchWorkload *w, const RtEntry *step, const RtTensors *state);

#endif
