/* The description of a trainer, and the entry points that it is linked with. */
#ifndef RUNTIME_NATIVE_TRAIN_H
#define RUNTIME_NATIVE_TRAIN_H

#include "runtime/dataset.h"
#include "runtime/native/native.h"
#include "runtime/train.h"

/* descent_init and so on; all but the first two may be absent. The last batch of an epoch
 * may have fewer rows, and is compiled for these. data is a table that the language
 * computes. */
#define NATIVE_ENTRIES(X) \
    X(init) X(train_step) X(train_step_last) X(eval_step) X(eval_step_last) X(data)

typedef enum {
#define NATIVE_ENTRY(name) NATIVE_##name,
    NATIVE_ENTRIES(NATIVE_ENTRY)
#undef NATIVE_ENTRY
    NATIVE_ENTRY_COUNT
} NativeEntryName;

typedef struct NativeTrainer {
    Arena *arena;           /* holds the rest */
    const char *name, *source;
    const char **models;    /* as in NativeModel */
    size_t model_count;
    const char *needs;      /* of the processor: as in NativeModel */
    const char *title;      /* shown while training; or NULL */
    RtEntry entries[NATIVE_ENTRY_COUNT];    /* name NULL: absent; call is not set */
    int64_t rows[NATIVE_ENTRY_COUNT];       /* that each is for */
    int64_t train_rows, test_rows;          /* of the data it was built for */
    bool counts_epochs, counts_steps;       /* its schedules count on so many of them */
    RtDataOptions data;
    int64_t epochs, batch, eval_batch, patience;
    uint64_t seed;
    const char *monitor;    /* NULL: the loss */
    bool monitor_max;
} NativeTrainer;

RtStatus native_trainer_open(const char *description, NativeTrainer *out, DiagList *d);
void native_trainer_close(NativeTrainer *t);
/* Relative paths of the data begin at `root`. */
void native_trainer_move(NativeTrainer *t, const char *root);

#endif
