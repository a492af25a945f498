/* Batches of rows in a shuffled order, gathered ahead of time by a thread of its own
 * (small ones when they are asked for). Nothing is allocated after opening. */
#ifndef RUNTIME_LOADER_H
#define RUNTIME_LOADER_H

#include "runtime/dataset.h"

typedef struct RtLoader RtLoader;

/* Counted from 0. Epoch e goes through the rows in the order rt_shuffle(seed, e). */
typedef struct RtPosition {
    int64_t epoch, batch;
} RtPosition;

typedef struct RtBatch {
    RtPosition at;
    int64_t rows;            /* fewer in the last batch of an epoch, never 0 */
    bool last;               /* of its epoch */
    void *const *inputs;     /* one per input of the rows */
    const RtRows *columns;   /* the rows they are taken from */
} RtBatch;

typedef struct RtLoaderOptions {
    int64_t batch;           /* rows, at least 1 */
    bool shuffle;
    uint64_t seed;
    RtPosition start;
    int ring;                /* batches ahead; 0: as seems best; 1: no thread */
    int keep;                /* how many batches stay valid, the last included; 0: 1 */
    const struct RtDevice *device;     /* gives the memory of batches; NULL: none */
} RtLoaderOptions;

/* The rows must outlive the loader. */
RtStatus rt_loader_open(const RtRows *rows, const RtLoaderOptions *options,
                        RtLoader **out, DiagList *d);
void rt_loader_close(RtLoader *l);
/* The next batch, over all epochs without end; valid until the next call, or as long as
 * `keep` says. */
const RtBatch *rt_loader_next(RtLoader *l);

/* Batches in an epoch, the partial one included. */
int64_t rt_batches(int64_t rows, int64_t batch);

#endif
