/* Programs that `descent build` makes: what they are linked from, besides the code and
 * the weights of one model. They need libc and libm only.
 *
 * Compiled code and main (run.c, train.c) meet by these names:
 *
 *     descent_model     the description, JSON that ends with 0 (model.c)
 *     descent_weights   a block of memory; absent: weights are in a file
 *     descent_batch     the entry point for a batch
 *     descent_row       the same for one row; absent if a batch is that
 *
 * and those of trainers are in train.h. */
#ifndef RUNTIME_NATIVE_NATIVE_H
#define RUNTIME_NATIVE_NATIVE_H

#include "runtime/csv.h"
#include "runtime/json.h"
#include "runtime/program.h"
#include "runtime/safetensors.h"
#include "support/arena.h"

#define RT_NATIVE_BATCH "batch"
#define RT_NATIVE_ROW   "row"
enum { RT_NATIVE_VERSION = 1 };

/* ---------------------------------------------------------------------------- model */

typedef struct NativeArgument {
    RtSpec spec;       /* of a batch */
    const char *group; /* the data that an input was trained on */
    int64_t at;        /* of a weight in its block; -1: in a file */
} NativeArgument;

typedef struct NativeModel {
    Arena *arena; /* holds the rest */
    const char *name, *source, *entry;
    const char **models; /* of the description: see rt_meta_check_model */
    size_t model_count;
    const char *needs; /* of the processor: features, each with a blank behind it */
    int64_t rows; /* in a batch; 0: sizes are as they are */
    size_t arena_bytes;
    NativeArgument *args;
    RtSpec *results;
    size_t arg_count, result_count, input_count;
    RtCsvOptions table; /* how tables are separated */
    RtMeta meta;        /* about the data, of weights that are not in a file */
} NativeModel;

/* What descriptions are made of. */
bool native_read_spec(const RtJson *v, RtSpec *out);
/* Strings of a list; *count of them. */
const char **native_read_strings(const RtJson *v, const char *key, Arena *arena,
                                 size_t *count);
int64_t native_whole(const RtJson *v, const char *key, int64_t otherwise);
RtStatus native_damaged(DiagList *d, const char *what);
/* Before any of the code is called: whether this machine has all that it uses. */
RtStatus native_check_processor(const char *needs, Arena *arena, DiagList *d);

RtStatus native_model_open(const char *description, NativeModel *out, DiagList *d);
void native_model_close(NativeModel *m);
/* Input i (counted among the inputs). */
const NativeArgument *native_input(const NativeModel *m, size_t i);
bool native_is_weight(const RtSpec *s);

/* -------------------------------------------------------------------------- weights */

typedef struct NativeWeights {
    const void **data;  /* per argument; NULL: it is an input */
    const RtMeta *meta; /* about the data */
    RtTensors tensors;  /* of a file */
    RtMeta own;
    void *map;
    size_t map_bytes;
} NativeWeights;

/* From the block, or the file, which is mapped, if `path` is given. */
RtStatus native_weights_open(const NativeModel *m, const void *block, const char *path,
                             NativeWeights *out, DiagList *d);
void native_weights_close(NativeWeights *w);

/* ------------------------------------------------------------------ what it is told */

typedef struct NativeOptions {
    const char **inputs, **outputs;
    size_t input_count, output_count;
    const char *input_format; /* npy, csv, bytes; NULL: see */
    const char *format;       /* json, csv, npy, bytes; NULL: by the ending, json */
    const char *weights;      /* NULL: those in it */
    int64_t threads;
    bool raw; /* inputs are scaled and standardized already */
    bool help;
} NativeOptions;

/* An option that getopt answered with '?' (there is none such) or ':' (without value). */
void native_bad_option(int option, char *const *argv, DiagList *d);
/* False: a mistake, or the help, which has been printed. */
bool native_options(const NativeModel *m, int argc, char **argv, NativeOptions *out,
                    DiagList *d);
void native_print_help(const NativeModel *m, const RtMeta *meta, const char *program,
                       FILE *to);

/* ----------------------------------------------------------------------- in and out */

/* The inputs in the types that the model takes, all of *rows rows (if it has rows). */
RtStatus native_read_inputs(const NativeModel *m, const NativeOptions *o,
                            const RtMeta *meta, RtTensors *out, int64_t *rows,
                            DiagList *d);
RtStatus native_check_outputs(const NativeModel *m, const NativeOptions *o, DiagList *d);
RtStatus native_write_results(const NativeOptions *o, const RtTensors *results,
                              DiagList *d);

#endif
