/* `descent build`: a model as a native program, a library, an object or C. */
#ifndef API_BUILD_H
#define API_BUILD_H

#include "frontend/api/api.h"

typedef enum { API_EXE, API_SHARED, API_STATIC, API_OBJECT, API_C, API_KINDS } ApiKind;

typedef struct ApiBuild {
    ApiSizes sizes;             /* batch 0: 1 */
    ApiKind kind;
    const char *target;         /* a triple; NULL: this machine's */
    const char *const *cpus;    /* at least one: one file for several processors */
    size_t cpu_count;           /* 0: this machine's, of another target the baseline */
    ApiPhase *phase;            /* may be NULL */
    void *phase_ctx;
    const char *entry;          /* NULL: predict; of a .mlir all, for a program main */
    const char *weights;        /* NULL: none */
    const RtTensors *tensors;   /* the same in memory; NULL: those of `weights` */
    const RtMeta *meta;         /* what is known of these; may be NULL */
    bool train;                 /* the trainer, not the model's inference */
    int64_t rows;               /* of a trainer's data; 0: it is read to count them */
    const char *data_root;      /* of a trainer's data; NULL: as for api_train */
    bool weights_file;          /* not part of it: given when it runs */
    const char *out;            /* with or without the ending of its kind */
} ApiBuild;

/* "exe", "shared"...; false: there is no such kind. */
bool api_kind_parse(const char *name, ApiKind *out);
/* The kind that a file's name says: by its ending, of a program none. False with a
 * diagnostic: the ending is that of something else, as a header's. */
bool api_kind_of(const char *path, ApiKind *out, DiagList *d);

/* Writes the file, and for all but programs the header beside it, NAME.h. False with
 * diagnostics: nothing is written then. */
bool api_build(const ApiModel *m, const ApiBuild *o, DiagList *d);

#endif
