/* What the files of the training loop share. Inside runtime/ only. */
#ifndef RUNTIME_TRAIN_INTERNAL_H
#define RUNTIME_TRAIN_INTERNAL_H

#include "runtime/loader.h"
#include "runtime/programs.h"
#include "runtime/train.h"
#include "support/text.h"

#include <stdio.h>

/* Everything that decides how training goes on: what a checkpoint holds. */
typedef struct RtProgress {
    RtTensors state;         /* parameters, states, optimizer, step, rng */
    RtTensors best;          /* kept parameters and states; empty without a test part */
    RtPosition at;           /* the next batch */
    int64_t step;            /* done */
    bool unscored;           /* the epoch that ended has yet to be scored */
    RtSums sums;             /* of this epoch so far, or of that which ended */
    RtScore best_score;
    int64_t best_epoch, waited;
} RtProgress;

typedef struct RtDisplay {
    FILE *to;                /* NULL: quiet */
    bool terminal, drawn;    /* drawn: there is a bar on the last line */
    int64_t looked_ns;       /* when it was last thought of drawing */
    uint32_t dropped;        /* fields that are left out of the lines of epochs */
    Text line;
} RtDisplay;

typedef struct RtTrainer {
    const RtTrainOptions *options;
    const RtRows *train, *test;
    RtTrainReport *report;
    DiagList *d;
    int64_t batch, batches, epochs, last_step;
    int64_t start_ns, epoch_ns, epoch_rows, first_step;
    RtProgress progress;
    int64_t saved_step;      /* of the last checkpoint written; -1 none */
    RtScratch scratch;
    RtQueue queue;           /* steps that were started */
    const RtDevice *device;  /* where the state is newest; NULL: in the host's memory */
    RtPrograms programs;
    RtEvaluator evaluator;
    RtLoader *loader;
    RtDisplay display;
    FILE *log;
} RtTrainer;

/* checkpoint.c. What is saved is the state in the host's memory. */
RtStatus rt_checkpoint_save(RtTrainer *t);
RtStatus rt_checkpoint_load(RtTrainer *t);

/* progress.c: a bar on a terminal, a line per epoch anywhere */
void rt_display_open(RtTrainer *t);
void rt_display_step(RtTrainer *t);
void rt_display_epoch(RtTrainer *t, bool is_best);
void rt_display_close(RtTrainer *t);

/* log.c: JSON lines */
RtStatus rt_log_open(RtTrainer *t);
void rt_log_step(RtTrainer *t, const RtStarted *step, double loss);
void rt_log_epoch(RtTrainer *t, bool is_best);
RtStatus rt_log_close(RtTrainer *t);

#endif
