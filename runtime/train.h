/* The training loop over compiled programs: epochs, test, best weights, early stop,
 * checkpoints, log. It knows no layer and no backend: see program.h. */
#ifndef RUNTIME_TRAIN_H
#define RUNTIME_TRAIN_H

#include "runtime/loader.h"
#include "runtime/program.h"

#include <signal.h>

/* Gives the entry point compiled for a number of rows (0 for @init), or NULL with a
 * diagnostic. The last, smaller batch of an epoch is a program of its own. Entries stay
 * valid during rt_train. */
typedef const RtEntry *RtProvider(void *ctx, const char *name, int64_t rows, DiagList *d);

/* Is shown the state and the batch that step `step` (counted from 0) will take. On a
 * device the state is newer than what the host has, but for the first step of a run. */
typedef RtStatus RtWatch(void *ctx, int64_t step, const RtTensors *state,
                         const RtBatch *batch, DiagList *d);

/* Is told how far training is, after a step (r->loss is its) and after an epoch (r->train
 * and r->test are its). RT_STOPPED ends the training as *stop does. */
typedef struct RtTrainReport RtTrainReport;
typedef RtStatus RtNotice(void *ctx, const RtTrainReport *r);

typedef struct RtTrainOptions {
    RtProvider *entry;
    void *entry_ctx;
    const char *init, *step, *eval;    /* NULL: "init", "train_step", "eval_step" */
    RtPool *pool;                      /* NULL: one thread */
    const char *title;                 /* shown while training, may be NULL */

    int64_t epochs;                    /* 0: as many as max_steps needs */
    int64_t max_steps;                 /* 0: no limit */
    int64_t batch;                     /* rows; clipped to the rows there are */
    int64_t eval_batch;                /* 0: as batch */
    bool in_order;                     /* true: do not shuffle the rows of an epoch */
    uint64_t seed;
    int64_t patience;                  /* epochs without a better test score; 0: any */
    const char *monitor;               /* the score: a metric, "loss"; NULL: the loss */
    bool monitor_max;                  /* of a metric: the greater the better */

    const RtTensors *start;            /* parameters and states; NULL: those of @init */
    const char *start_file;            /* where they came from, for messages */
    const char *out;                   /* weights, NULL: not written */
    const RtMeta *meta;                /* goes into the weight file, may be NULL */
    const char *checkpoint;            /* NULL: none */
    int64_t checkpoint_epochs;         /* between checkpoints; 0: 1 */
    int64_t checkpoint_steps;          /* the same in steps; 0: not by steps */
    bool checkpoint_at_stop;           /* written by *stop only */
    bool resume;                       /* go on from the checkpoint, bit for bit */

    const char *log;                   /* JSON lines: a path, "-" for stdout, NULL none */
    int64_t log_steps;                 /* also a line per so many steps; 0 none */
    bool quiet;
    volatile sig_atomic_t *stop;       /* set to 1 to stop; may be NULL */
    bool keep_losses;
    RtWatch *before_step;              /* NULL: none */
    void *before_step_ctx;
    RtNotice *after_step, *after_epoch;    /* NULL: none */
    void *notice_ctx;
} RtTrainOptions;

enum { RT_METRICS = 16, RT_METRIC_NAME = 40 };

/* In the order of the results of @train_step (of @eval_step for rt_evaluate). */
typedef struct RtMetricNames {
    size_t count;
    char names[RT_METRICS][RT_METRIC_NAME];
} RtMetricNames;

/* Loss and metrics: means over rows. */
typedef struct RtScore {
    bool known;
    double loss;
    double metrics[RT_METRICS];    /* NaN where an entry does not have it */
} RtScore;

struct RtTrainReport {
    int64_t steps, epochs;             /* done in all, those before a resume included */
    int64_t first_step_ns;             /* rt_clock_ns() when the first step was done */
    double seconds;
    bool stopped, stopped_early;       /* by *stop; by patience */
    RtMetricNames metrics;
    double loss;                       /* of the last step */
    RtScore train, test;               /* of the last epoch */
    RtScore best;                      /* test score of the weights kept */
    int64_t best_epoch;                /* counted from 1 */
    double *losses;                    /* per step of this run, if keep_losses */
    size_t loss_count;
};

/* Entries are asked for when they are first needed: @init, then @train_step of a whole
 * batch; that of the smaller last batch and @eval_step when their time comes. A step
 * allocates nothing.
 *
 * Trains on `train`, tests on `test` (NULL or no rows: no test) after each epoch. The
 * weights kept are those with the best test score, or the last ones without a test
 * part; they are written to `out` when training ends, also when it ends by *stop
 * (RT_STOPPED; the checkpoint is written then). A loss that is NaN or infinite ends it
 * with RT_NOT_FINITE: nothing is written, the last checkpoint stays. An epoch that cannot
 * be scored ends it too, and is in the checkpoint: going on from that begins with its test.
 * weights, if given, receives parameters and states of the kept weights. */
RtStatus rt_train(const RtTrainOptions *options, const RtRows *train, const RtRows *test,
                  RtTrainReport *report, RtTensors *weights, DiagList *d);
void rt_train_report_free(RtTrainReport *r);

/* Loss and metrics of given weights over a part of a data set, batch by batch. Of the
 * options it uses entry, entry_ctx, eval, pool, batch and eval_batch. names may be
 * NULL. */
RtStatus rt_evaluate(const RtTrainOptions *options, const RtTensors *state,
                     const RtRows *rows, RtMetricNames *names, RtScore *out, DiagList *d);

#endif
