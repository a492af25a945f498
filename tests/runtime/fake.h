/* A compiled model written by hand: linear regression with momentum, a running mean, a
 * counter and a random number that is part of the update, so that a resumed run shows if
 * any of them is lost. */
#ifndef TESTS_RUNTIME_FAKE_H
#define TESTS_RUNTIME_FAKE_H

#include "runtime/train.h"

enum { FAKE_FEATURES = 3, FAKE_SIZES = 5 };

/* Batch sizes that there are programs for. */
extern const int64_t fake_sizes[FAKE_SIZES];

/* What a test asks of the model; set back by fake_reset. */
typedef struct Fake {
    int64_t nan_at, stop_at;            /* step, 0 never */
    volatile sig_atomic_t stop;
    bool copies;                        /* no donation: results have their own memory */
    bool worse;                         /* the test loss rises from epoch to epoch */
    int64_t compiled;                   /* calls of the provider */
    void (*on_step)(int64_t step);
} Fake;

extern Fake fake;
void fake_reset(void);

const RtEntry *fake_entry(void *ctx, const char *name, int64_t rows, DiagList *d);
/* y = x . (1, -2, 0.5) + 0.25, some noise; not shuffled. */
void fake_rows(RtRows *r, int64_t rows, uint64_t seed, DiagList *d);
/* Quiet, in batches of 8, tested in batches of 5. */
RtTrainOptions fake_options(int64_t epochs);

#endif
