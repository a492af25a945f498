/* What the files of build/ share. */
#ifndef API_BUILD_BUILD_H
#define API_BUILD_BUILD_H

#include "backends/cpu/cpu.h"
#include "frontend/api/build.h"
#include "frontend/api/model.h"
#include "passes/export.h"

enum { BUILD_CPUS = 8 };

/* What things are called, by the name of the output. */
typedef struct BuildNames {
    const char *file;       /* what is written: out/libspam.a */
    const char *header;     /* beside it: out/spam.h; NULL for programs */
    const char *prefix;     /* of functions, a C identifier: spam */
    const char *upper;      /* of constants: SPAM */
    const char *source;     /* the model's file without its folder */
} BuildNames;

BuildNames build_names(const ApiModel *m, const ApiBuild *o, Arena *arena);
/* Whether the header can be included by its name, and C's own still can. */
bool build_check_header(const BuildNames *n, DiagList *d);

/* identifiers.c: letters, digits and underscores, a letter in front. */
const char *build_plain(const char *name, Arena *arena);
/* A C identifier like `name`, which is none that C, C++ or the header needs, and none of
 * those in `taken`, also without regard to case. */
const char *build_identifier(const char *name, const char *const *taken, size_t count,
                             Arena *arena);
/* The same, of a function: PREFIX_ENTRY. */
const char *build_symbol(const char *prefix, const char *entry, const char *const *taken,
                         size_t count, Arena *arena);
const char *build_upper(const char *name, Arena *arena);
/* Whether each macro of a header is defined once. */
bool build_check_macros(const char *header, Place at, DiagList *d);

/* Entry points for a number of rows, made for each processor. */
typedef struct BuildPart {
    RtEntry **entries;
    size_t entry_count;
    CpuVersion versions[BUILD_CPUS];
    size_t version_count;
    ExportLayout layout;    /* arenas: the largest of all versions */
} BuildPart;

typedef struct Build {
    const ApiModel *model;
    const ApiBuild *o;
    DiagList *d;
    Arena *arena;
    IrContext *context;
    BuildNames names;
    RtTensors weights;      /* as in the file */
    RtMeta meta;            /* of that file, or of the data of a trainer */
} Build;

/* Lowers the entries (names ending in NULL; NULL: all) for a batch. hosts: the names that
 * these get, which are called by pointers of all tensors (descent.entry); NULL: each is a
 * function of its own, PREFIX_NAME. False with diagnostics. */
bool build_part(Build *b, int64_t batch, const char *const *entries,
                const char *const *hosts, BuildPart *out);
void build_part_close(BuildPart *p);
bool build_is_weight(const RtSpec *s);
bool build_has_weights(const Build *b);
/* What a trainer keeps from step to step: weights, the optimizer's, the step, rng. */
bool build_is_state(const RtSpec *s);
/* The code of a part, as an object file. */
bool build_object(Build *b, const BuildPart *p, Text *out);
/* An object with constants of these names. */
typedef struct BuildBytes {
    const char *symbol;
    const void *bytes;
    size_t size;
} BuildBytes;
bool build_constants(Build *b, const BuildBytes *constants, size_t count, Text *out);

/* header.c */
bool build_header(const Build *b, const BuildPart *p, Text *out);
/* rows.c: of a trainer's data; what is known of its columns and their scale goes to
 * b->meta. */
typedef struct BuildRows {
    int64_t train, test; /* to train on and to test */
} BuildRows;
bool build_look_at_data(Build *b, const LangTrain *block, BuildRows *out);
/* steps.c: whether @train_step is not the same for these */
bool build_steps_differ(Build *b, const ApiSizes *one, const ApiSizes *two, bool *out);
/* files.c: functions that save and load a trainer's state */
bool build_files(const Build *b, const BuildPart *p, Text *out);
/* Of the parameters but the pool, in order. */
const char *const *build_parameter_names(const Build *b, const RtEntry *e,
                                         const ExportFunction *f);
/* "const float *" */
const char *build_parameter_type(const Build *b, const RtEntry *e, const ExportParam *p);
/* archive.c: one object as a library for the linker */
void build_archive(const Text *object, const ExportLayout *layout, Text *out);
/* program.c, trainer.c: programs */
bool build_program(Build *b, Text *out);
bool build_trainer(Build *b, Text *out);
/* trainer_library.c */
bool build_trainer_library(Build *b, Text *file, Text *header);
/* build.c: functions of these entries, as a file of the kind wanted, and its header */
bool build_functions(Build *b, int64_t batch, const char *const *entries, Text *file,
                     Text *header);

/* The instructions that all versions of the code use beyond those of x86-64, by the names
 * of runtime/processor.h, each with a blank behind it. */
void build_add_needs(const Build *b, Text *out);

/* describe.c: pieces of their descriptions, in JSON. A field is followed by a comma. */
void build_add_needs_field(const Build *b, Text *out);
void build_add_models(const Build *b, const char *model, Text *out);
void build_add_field(Text *out, const char *name, const char *value);
void build_add_number(Text *out, const char *name, int64_t value);
void build_add_strings(Text *out, const char *name, const char *const *words,
                       size_t count);
void build_add_spec(Text *out, const RtSpec *s);
void build_add_specs(Text *out, const char *name, const RtSpec *specs, size_t count);

/* link.c: runs the C compiler to link files into one. */
typedef struct BuildFile {
    const char *name;       /* no folder */
    const void *bytes;
    size_t size;
    bool beside;            /* not named: another one includes it */
} BuildFile;
/* Files that are empty are left out. The words between the compiler and the files end in
 * NULL. */
bool build_link(const char *const *words, const BuildFile *files, size_t count, Text *out,
                DiagList *d);

/* embed.c: the archives with a program's main, of inference or training, and all that it
 * calls */
bool build_link_program(bool train, const Text *objects, size_t count, Text *out,
                        DiagList *d);

#endif
