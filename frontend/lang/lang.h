/* The model language: a .dsc file is parsed and checked once, then lowered to graph IR
 * as often as wanted, for each batch size its own module. docs/language.md describes
 * the language. */
#ifndef LANG_LANG_H
#define LANG_LANG_H

#include "ir/ir.h"
#include "runtime/dataset.h"

typedef struct LangProgram LangProgram;

/* Parses `text`, together with the standard library, and checks all its models, data
 * and train blocks, with a stand-in for sizes that are free. Always returns a program:
 * if `d` got errors it may only be closed. `file` and `text` are copied; relative
 * paths in data blocks are taken from the folder of `file`. */
LangProgram *lang_parse(const char *file, const char *text, size_t length, DiagList *d);
void lang_close(LangProgram *p);    /* accepts NULL */

/* ---------------------------------------------------------------------- what it holds */

typedef struct LangInput {
    const char *name;
    Dtype dtype;
    int rank;
    int64_t dims[8];        /* -1: a free size */
    const char *type;       /* as written: f32[N, 57] */
} LangInput;

typedef struct LangModel {
    const char *name;
    Place at;
    size_t input_count;
    const LangInput *inputs;
    size_t size_count;
    const char *const *sizes;       /* free sizes of the inputs, in order: N, T ... */
} LangModel;

typedef struct LangData {
    const char *name;
    Place at;
    RtDataOptions options;      /* paths: relative to the current folder, or absolute */
    /* A table: its values are computed by the entry point @data.<name>(rng) ->
     * columns, whose results have role output and are named like the groups.
     * options.kind and paths mean nothing then; test, in_order, seed, scale,
     * standardize hold. options.targets names the columns that are targets. */
    bool table;
    int64_t rows;
} LangData;

typedef struct LangTrain {
    const char *model;
    const char *data;           /* NULL: it names none, the rows come from the caller */
    Place at;
    size_t input_count;         /* of @train_step and @eval_step: `on data(...)` */
    const LangInput *inputs;    /* the group of the data is named like the input */
    size_t metric_count;
    const char *const *metrics;
    int64_t batch, epochs;
    int64_t eval_batch;         /* rows at a time in @eval_step; the batch unless given */
    uint64_t seed;
    int64_t patience;           /* epochs without improvement; 0: no early stop */
    const char *monitor;        /* "loss" or a metric: what is to improve */
    bool monitor_max;           /* upwards: a metric, unless `minimize = true` */
} LangTrain;

size_t lang_model_count(const LangProgram *p);
const LangModel *lang_model(const LangProgram *p, size_t i);
const LangModel *lang_find_model(const LangProgram *p, const char *name);   /* or NULL */
size_t lang_data_count(const LangProgram *p);
const LangData *lang_data(const LangProgram *p, size_t i);
/* NULL if there is none, or no name. */
const LangData *lang_find_data(const LangProgram *p, const char *name);
size_t lang_train_count(const LangProgram *p);
const LangTrain *lang_train(const LangProgram *p, size_t i);

/* --------------------------------------------------------------------------- lowering */

typedef struct LangBinding {
    const char *name;
    int64_t value;
} LangBinding;

typedef enum {
    LANG_INIT = 1,
    LANG_PREDICT = 2,
    LANG_TRAIN_STEP = 4,
    LANG_EVAL_STEP = 8,
    LANG_DATA = 16,             /* @data.<name> of the table that `train` uses */
    LANG_ALL = 31,              /* those that the file can give */
} LangEntry;

typedef struct LangOptions {
    const char *model;          /* NULL: the train block's, or the last in the file */
    size_t train;               /* which train block */
    unsigned entries;           /* LangEntry bits; untrained: init and predict only */
    int64_t batch;              /* size N; 0: the train block's batch, or 1 */
    int64_t steps_per_epoch;    /* for schedules; 0: 1, and a warning if it matters */
    int64_t epochs;             /* for schedules; 0: as in the train block */
    size_t binding_count;       /* sizes (N too) by name */
    const LangBinding *bindings;
} LangOptions;

/* A verified module with the entry points wanted, as the conventions in
 * docs/architecture.md say; NULL and diagnostics if the model does not fit the sizes. */
IrModule *lang_lower(const LangProgram *p, IrContext *c, const LangOptions *o,
                     DiagList *d);

/* The standard library, as shipped: files of .dsc text. */
typedef struct LangStdFile {
    const char *name;           /* std/layers.dsc */
    const char *text;
    size_t length;
} LangStdFile;
extern const LangStdFile lang_std[];
extern const size_t lang_std_count;

#endif
