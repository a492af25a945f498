/* The driver: from a source file to programs that run. All that the command does is here;
 * nothing prints, ends the process or is kept in a global. What can fail says so in a
 * DiagList. */
#ifndef API_API_H
#define API_API_H

#include "frontend/lang/lang.h"
#include "passes/pass.h"
#include "runtime/train.h"

/* ----------------------------------------------------------------------------- source */

typedef struct ApiModel ApiModel;

/* Reads and checks a model description (.dsc) or a StableHLO module (.mlir); NULL and
 * diagnostics if that fails. */
ApiModel *api_open(const char *path, DiagList *d);
/* The same of text in memory (copied), as if a file of that name held it. */
ApiModel *api_open_text(const char *file, const char *text, size_t length, DiagList *d);
void api_close(ApiModel *m);                            /* accepts NULL */
const char *api_file(const ApiModel *m);
const char *api_text(const ApiModel *m, size_t *length);
const LangProgram *api_language(const ApiModel *m);     /* NULL: the file is .mlir */

/* For which sizes a description becomes a graph; a .mlir file has them already. */
typedef struct ApiSizes {
    const char *model;      /* NULL: that of the train block, or the last in the file */
    size_t train;           /* which train block, if none is of that model */
    int64_t batch;          /* 0: the train block's */
    int64_t steps_per_epoch, epochs;    /* for schedules; 0: 1, the train block's */
    const LangBinding *bindings;        /* other sizes by name */
    size_t binding_count;
} ApiSizes;

/* The graph, verified. entries: names of those wanted, ending in NULL; NULL: all there
 * are. */
IrModule *api_lower(const ApiModel *m, IrContext *c, const ApiSizes *s,
                    const char *const *entries, DiagList *d);
/* The number of elements in a list that ends in NULL. */
size_t api_count(const char *const *list);

/* ----------------------------------------------------------------------------- stages */

/* What `dump --stage` may show, in order: graph, the stages that passes of the pipeline
 * end, and code: llvm, asm, cuda, ptx and sass. Returns how many. */
enum { API_STAGES = 32 };
size_t api_stages(const char *out[API_STAGES]);
bool api_stage_is_code(const char *stage);

typedef struct ApiDump {
    const char *stage;      /* NULL: graph, or as far as `after` */
    const char *after;      /* a pass; goes before `stage` */
    const char *cpu;        /* NULL: this machine */
    const char *device;     /* as that of api_check; NULL or cpu: the CPU, or for the
                               stages of GPUs sm_80 */
    bool tf32;              /* as in ApiTarget */
    bool dot, locations;
} ApiDump;

bool api_dump(const ApiModel *m, const ApiSizes *s, const char *const *entries,
              const ApiDump *dump, Text *out, DiagList *d);

/* --------------------------------------------------------------------------- programs */

/* The time that a phase took: reading, a pass, code generation. */
typedef void ApiPhase(void *ctx, const char *what, double seconds);

/* A GPU that programs run on, one or several; what is kept of their tensors is its own matter
 * (runtime/device.h). */
typedef struct CudaSession ApiDevice;

/* By its number among the GPUs that are shown to the process. */
RtStatus api_device_open(int number, ApiDevice **out, DiagList *d);
void api_device_close(ApiDevice *device);   /* after its programs; accepts NULL */

/* How long a launch of a kernel takes on a GPU, or a copy. */
typedef struct ApiTime {
    const char *entry;          /* one string for all of a program */
    int64_t rows;               /* that a call takes; 0: it takes none */
    const char *kernel;         /* NULL: a copy */
    Place at;                   /* in the model */
    size_t calls;               /* that were timed */
    double seconds;             /* of one, their median */
    int64_t bytes, flops;       /* as in ApiLaunch */
} ApiTime;

typedef struct ApiProfile {
    ApiTime *times;
    size_t count;
} ApiProfile;

/* Launches of programs that are opened later are timed, one by one. */
void api_device_profile(ApiDevice *device);
/* All launches of the entry points that were called since, in order; in `arena`. */
ApiProfile api_device_times(const ApiDevice *device, Arena *arena);

typedef struct ApiTarget {
    const char *cpu;        /* NULL: this machine */
    ApiDevice *device;      /* a GPU, in place of the CPU; NULL: the CPU */
    bool tf32;              /* a GPU's products of f32 may cut their operands to 10 bits of mantissa */
    ApiPhase *phase;        /* may be NULL */
    void *phase_ctx;
    const struct ApiCustoms *customs;   /* what custom calls are bound to; NULL: nothing */
    bool finite_weights;    /* code may rely on it: none is infinite or NaN */
} ApiTarget;

/* Entry points of a model, compiled when first asked for. */
typedef struct ApiProgram ApiProgram;

/* The model, and what the options point to, must outlive the program. */
ApiProgram *api_program_open(const ApiModel *m, const ApiSizes *s, const ApiTarget *t,
                             DiagList *d);
void api_program_close(ApiProgram *p);      /* accepts NULL */
/* Compiles entries (names ending in NULL) for the batch of the sizes together, which is
 * faster than one after the other. */
bool api_program_compile(ApiProgram *p, const char *const *entries, DiagList *d);
/* Plans an entry for so many rows, without compiling it: false and diagnostics if a GPU
 * has no memory for it beside what is there. On the CPU true. */
bool api_program_fits(ApiProgram *p, const char *entry, int64_t rows, DiagList *d);
/* The i-th entry point that is compiled; NULL past the last. */
const RtEntry *api_program_at(const ApiProgram *p, size_t i);
/* An RtProvider: ctx is the program. The entry point for `rows` rows (0: the batch of the
 * sizes); it stays valid until the program is closed. */
const RtEntry *api_program_entry(void *ctx, const char *name, int64_t rows, DiagList *d);

/* What an entry point of a graph takes and gives, by the attributes of its arguments and
 * results; allocated in `arena`. `call` is NULL and arena_bytes 0. NULL and a diagnostic
 * if the runtime cannot hold it. */
RtEntry *api_spec(const IrOp *func, Arena *arena, DiagList *d);

/* ----------------------------------------------------------------------------- verify */

/* Compiles the entries for a small batch, running them on random inputs after each pass
 * and at the end as native code; the first pass that changes a result by more than it may
 * is an error. */
bool api_verify(const ApiModel *m, const ApiSizes *s, const char *const *entries,
                const ApiTarget *t, DiagList *d);

/* ------------------------------------------------------------------------------ train */

typedef struct ApiTrain {
    ApiSizes sizes;
    ApiTarget target;
    unsigned threads;           /* 0: the cores allowed to the process */
    RtPool *pool;               /* NULL: one of its own, of `threads` */
    const RtDataOptions *data;  /* NULL: the train block's */
    int64_t epochs, steps;      /* 0: the train block's; no limit */
    const uint64_t *seed;       /* NULL: the train block's */
    const char *data_root;      /* of relative paths of data; NULL: the model's folder */
    const char *start;          /* weights to begin with; NULL: @init's */
    const RtTensors *start_weights; /* the same in memory; NULL: those of `start` */
    const char *out;            /* weights; NULL: not written */
    const char *checkpoint;     /* NULL: none */
    bool checkpoint_at_stop;    /* written if training is stopped, not each epoch */
    bool resume;
    const char *log;            /* JSON lines: a path, "-" is stdout; NULL: none */
    const char *trace;          /* a folder for state, batches, losses; NULL: none */
    bool quiet;
    volatile sig_atomic_t *stop;
    RtWatch *before_step;       /* as in RtTrainOptions; may be NULL */
    RtNotice *after_step, *after_epoch;
    void *ctx;                  /* handed to these three */
    RtTensors *weights;         /* receives the weights kept; may be NULL */
    RtMeta *meta;               /* receives what `out` says besides them; may be NULL */
    /* Called when all is read and compiled: before, there is nothing to save, and the
     * caller may end it all at once. May be NULL. */
    void (*begin)(void);
} ApiTrain;

/* RT_STOPPED if *stop was set. The report is the caller's to free. */
RtStatus api_train(const ApiModel *m, const ApiTrain *o, RtTrainReport *report,
                   DiagList *d);

/* -------------------------------------------------------------------------------- run */

typedef struct ApiRun {
    ApiSizes sizes;
    ApiTarget target;
    unsigned threads;
    bool reference;             /* by the reference evaluator */
    const char *entry;          /* NULL: predict; main, or the only one */
    const char *weights;        /* NULL: none */
    /* .npy, .csv, .gz of each: the arguments not in the weights, in order. A .csv gives
     * the columns that its argument was trained on; the last also those of the rest. */
    const char *const *inputs;
    size_t input_count;
    bool raw;                   /* inputs are not scaled as the training data was */
} ApiRun;

/* The results, named as the entry point names them. */
RtStatus api_run(const ApiModel *m, const ApiRun *o, RtTensors *results, DiagList *d);

/* ------------------------------------------------------------------------------ check */

/* A call in the model's body, with everything below it. */
typedef struct ApiLayer {
    const char *name;           /* as written: dense(64) */
    Place at;
    const char *output;         /* type of the last value it makes */
    int64_t parameters, flops;
} ApiLayer;

/* A kernel of a GPU that an entry point launches, or a copy. */
typedef struct ApiLaunch {
    const char *kernel;         /* NULL: a copy */
    Place at;
    unsigned grid[3], block[3];
    int64_t bytes, flops;       /* that it moves at least; of its function, -1: not known */
    bool measured;              /* what follows is known */
    int registers, stack, spilled;  /* of a thread; bytes */
    int shared;                 /* bytes of a block */
    double occupancy;           /* 0 to 1; -1: not known */
} ApiLaunch;

/* An entry point: what one call of it costs. */
typedef struct ApiCost {
    const char *entry;
    int64_t flops;              /* operations on floats: see cost.h */
    int64_t bytes;              /* read and written by its kernels */
    int64_t arena;              /* scratch memory */
    int64_t arguments, results; /* memory; results: those that alias none */
    ApiLaunch *launches;        /* of a GPU, in order */
    size_t launch_count, launch_room;
} ApiCost;

typedef struct ApiCheck {
    Arena *arena;               /* holds the rest */
    const char *model;
    int64_t batch;
    int64_t parameters, parameter_bytes;
    int64_t state_bytes;        /* the optimizer's and the model's */
    const char *gpu;            /* its architecture; NULL: it is the CPU that all this is about */
    int64_t gpu_memory;         /* bytes that it has; 0: it is not here */
    const char *peak;           /* training, or the entry that needs most memory */
    int64_t peak_bytes;         /* all that it keeps in memory */
    ApiLayer *layers;
    size_t layer_count, layer_room;
    ApiCost *costs;
    size_t cost_count;
} ApiCheck;

/* device: NULL or "cpu", of the processor `cpu` (NULL: this machine's); "cuda", the first GPU; or
 * the architecture of a GPU, which need not be here. */
bool api_check(const ApiModel *m, const ApiSizes *s, const char *cpu, const char *device, bool tf32,
               ApiCheck *out, DiagList *d);
void api_check_free(ApiCheck *c);

#endif
