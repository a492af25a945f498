/* Data sets: named groups of values with one row per example, split into a training and
 * a test part, and brought into the types and shapes that a model takes. */
#ifndef RUNTIME_DATASET_H
#define RUNTIME_DATASET_H

#include "runtime/csv.h"
#include "runtime/program.h"
#include "runtime/safetensors.h"
#include "runtime/tensor.h"

typedef enum {
    RT_DATA_CSV,     /* one path. Groups: as listed, else y = targets, x = all others */
    RT_DATA_IDX,     /* one or two paths: x, y */
    RT_DATA_NPY,     /* a path per listed group (default x, y, then x2, x3...) */
    RT_DATA_NPZ,     /* one path; groups are its arrays */
    RT_DATA_TEXT,    /* one path; x = windows of `window` codes, y = one further */
    RT_DATA_TENSORS, /* no path: copies of tensors, each a group of its name */
} RtDataKind;

/* A group of columns that one input of a model takes. */
typedef struct RtGroupSpec {
    const char *name;
    const char *const *columns;    /* csv only; one gives [rows], more give [rows, n] */
    size_t column_count;
    bool target;                   /* neither scaled nor standardized */
} RtGroupSpec;

typedef struct RtDataOptions {
    RtDataKind kind;
    Place at;                      /* where the data set is described, for messages */
    const char *const *paths;
    size_t path_count;
    const char *const *targets;    /* csv: the columns of y. Others: groups besides y */
    size_t target_count;
    const char *const *features;   /* csv: the columns of x; none: all but the targets */
    size_t feature_count;
    const RtGroupSpec *groups;     /* csv, npy: named groups instead of x and y */
    size_t group_count;
    char separator;                /* csv; 0 means ',' */
    bool no_header;
    int64_t window;                /* text */
    const RtTensors *tensors;      /* tensors */
    int64_t limit;                 /* use the first rows only; 0 all */
    double test;                   /* below 1 a fraction (rounded), from 1 a row count */
    bool in_order;                 /* test on the last rows; else drawn by seed */
    uint64_t seed;
    /* Of groups that are no target and no class numbers: */
    double scale;                  /* a factor; 0 means 1 */
    bool standardize;              /* mean 0, deviation 1 */
} RtDataOptions;

/* x' = (x * scale - mean[i]) / deviation[i], for each element i of a row */
typedef struct RtTransform {
    double scale;
    int64_t count;                 /* of mean and deviation; 0 if not standardized */
    double *mean, *deviation;      /* of the training part; deviation 1 where it was 0 */
} RtTransform;

typedef struct RtGroup {
    RtTensor values;               /* as in the file; its first size is the rows */
    bool target;
    char **classes;                /* names, if it is one categorical column; else NULL */
    size_t class_count;
    RtTable columns;               /* csv: what it was made of, without values */
    RtTransform transform;
} RtGroup;

typedef struct RtDataset {
    char *file;                    /* the first path, for messages */
    Place at;
    int64_t rows, train_rows, test_rows;
    int64_t *order;                /* rows of the file: first those to train on */
    RtGroup *groups;
    size_t group_count;
} RtDataset;

RtStatus rt_dataset_open(const RtDataOptions *options, RtDataset *out, DiagList *d);
void rt_dataset_free(RtDataset *data);
/* NULL if there is none; a diagnostic with a suggestion is then added when d is given. */
const RtGroup *rt_dataset_group(const RtDataset *data, const char *name, DiagList *d);

/* A part of a data set, ready for a model: inputs[i] is [rows, ...] in the model's
 * type. */
typedef struct RtRows {
    int64_t rows;
    size_t count;
    RtTensor *inputs;
} RtRows;

/* One tensor per input spec (of role RT_ROLE_INPUT, in their order; others are skipped).
 * The group is the one named like the spec, or groups[i] if given. dims[0] of a spec is
 * not looked at; the other sizes must hold as many elements as a row of the group.
 * Labels are checked to be whole numbers when the model takes integers, and to be in the
 * range that a spec asks for. */
RtStatus rt_dataset_bind(const RtDataset *data, const RtSpec *specs, size_t count,
                         const char *const *groups, RtRows *train, RtRows *test,
                         DiagList *d);
void rt_rows_free(RtRows *rows);

/* Applies a transform to raw values: what `descent run` does with new data. */
RtStatus rt_transform_apply(const RtTransform *t, const RtTensor *raw, const RtSpec *spec,
                            RtTensor *out, DiagList *d);
/* Reads the columns of a group from a CSV file, by name, as another file had them
 * (without values); none: all columns. One categorical column is i32[rows], one number
 * f64[rows], several are f64[rows, n]. */
RtStatus rt_csv_read_group(const char *path, const RtCsvOptions *options,
                           const RtTable *columns, RtTensor *out, DiagList *d);
/* The same of text in memory. */
RtStatus rt_csv_parse_group(const char *file, const char *text, size_t length,
                            const RtCsvOptions *options, const RtTable *columns,
                            RtTensor *out, DiagList *d);

/* The transforms, columns and class names of all groups, as metadata of a weight file,
 * and back. */
RtStatus rt_dataset_describe(const RtDataset *data, RtMeta *meta, DiagList *d);
RtStatus rt_transform_from_meta(const RtMeta *meta, const char *file, const char *group,
                                RtTransform *out, DiagList *d);
void rt_transform_free(RtTransform *t);
/* No column if the group was not made of columns. */
RtStatus rt_columns_from_meta(const RtMeta *meta, const char *file, const char *group,
                              RtTable *out, DiagList *d);

#endif
