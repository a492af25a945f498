/* The library behind include/descent: what its files share.
 *
 *   report.c    how a function begins, checks its arguments and ends
 *   status.c    diagnostics        context.c  threads and memory
 *   tensor.c    tensors            dlpack.c   tensors of other libraries
 *   model.c     descriptions       print.c    stages          cost.c   what a model needs
 *   program.c   compiled models    entry.c    entry points    call.c   calls of them
 *   device.c    GPUs
 *   state.c     named tensors      trainer.c  single steps    train.c  the loop
 *   prepare.c   data as in training
 *   graph*.c    graphs by calls    custom.c   custom ops      build.c  native files
 *
 * A public function enters a LibCall, goes on while its status is DESCENT_OK, and ends
 * it. All below it reports to the DiagList of the call. Where memory of the compiler runs
 * out, the function returns at once (support/guard.h): what it holds by then besides
 * arenas and texts is named to the guard. */
#ifndef LIB_LIB_H
#define LIB_LIB_H

#include "frontend/api/api.h"
#include "frontend/api/custom.h"
#include "runtime/device.h"

#include "support/guard.h"

#include <descent/descent.h>

#include <pthread.h>
#include <stdatomic.h>

/* ----------------------------------------------------------------------------- report */

typedef struct LibCall {
    descent_context *context; /* whose logger is told; may be NULL */
    DiagList *d;              /* never NULL */
    bool own;                 /* the caller gave none */
    size_t before;            /* entries that were there */
} LibCall;

/* Begins `LibCall call` in a guard of the function, which returns DESCENT_NO_MEMORY when
 * that is landed on. */
#define LIB_ENTER(call, context, to)                                                     \
    Guard guard __attribute__((cleanup(guard_leave)));                                   \
    if (setjmp(*guard_enter(&guard)))                                                    \
        return lib_ran_out((context), (to), guard.wanted);                               \
    LibCall call = lib_begin((context), (to))
descent_status lib_ran_out(descent_context *c, descent_diagnostics *to, size_t bytes);

/* In a guard. */
LibCall lib_begin(descent_context *c, descent_diagnostics *to);
/* Tells the logger, and returns the status. */
descent_status lib_end(LibCall *call, descent_status st);

/* Adds an error; returns the status. */
descent_status lib_fail(LibCall *call, descent_status st, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Pairs of a name and a pointer that must not be NULL, then NULL. */
descent_status lib_need(LibCall *call, ...) __attribute__((sentinel));
/* The status of a failure that only diagnostics tell of. */
descent_status lib_failed(const LibCall *call);
descent_status lib_good(const LibCall *call, bool good);
descent_status lib_rt(const LibCall *call, RtStatus st);
descent_status lib_no_memory(LibCall *call, size_t bytes);

/* A struct of the caller that begins with its size, over zeros: `out` has `size` bytes.
 * NULL is all zeros. */
descent_status lib_take(LibCall *call, const char *name, const void *given, void *out,
                        size_t size);
/* The other way: as much of `from` as the caller's struct has room for. */
descent_status lib_give(const void *from, size_t size, void *out);

/* ---------------------------------------------------------------------------- context */

typedef struct LibDevice LibDevice;

struct descent_context {
    RtPool *pool;
    unsigned threads; /* 0: the caller's pool */
    descent_allocator allocator;
    descent_log_function *log;
    void *log_user;
    Arena *arena; /* of this, the list of custom ops, and their names */
    ApiCustoms customs;
    pthread_mutex_t compiling; /* trainers do, too, for other numbers of rows */
    LibDevice *_Atomic devices; /* those that programs were compiled for */
};

struct descent_diagnostics {
    DiagList *list;
    char *text; /* last asked for */
};

/* Zeroed memory, aligned to RT_ALIGN, never NULL for size 0. */
void *lib_alloc(const descent_context *c, size_t size);
void lib_release(const descent_context *c, void *memory, size_t size);
void lib_log(const descent_context *c, descent_severity severity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An ApiPhase for that logger; ctx is the context. */
void lib_log_phase(void *ctx, const char *what, double seconds);

/* ----------------------------------------------------------------------------- tensor */

struct descent_tensor {
    RtTensor value; /* owns neither name nor data */
    descent_context *context;
    atomic_size_t holders;
    size_t allocated; /* by the context; 0: it is not */
    descent_release_function *release;
    void *user;
    const RtDevice *_Atomic device; /* that may have a newer value; NULL: there is none */
};

_Static_assert((int)DESCENT_U64 == (int)DTYPE_ui64 &&
                   (int)DESCENT_BOOL == (int)DTYPE_i1 &&
                   (int)DESCENT_I64 == (int)DTYPE_i64,
               "element types have one numbering");
_Static_assert((int)DESCENT_OUTPUT == (int)RT_ROLE_OUTPUT &&
                   (int)DESCENT_RNG == (int)RT_ROLE_RNG,
               "roles have one numbering");
_Static_assert((int)DESCENT_MAX_RANK == (int)RT_MAX_RANK, "one greatest rank");

bool lib_is_dtype(descent_dtype t);
descent_status lib_check_shape(LibCall *call, descent_dtype dtype, int rank,
                               const int64_t *dims, size_t *bytes);
/* Zeros in memory of the context. */
descent_status lib_tensor_new(LibCall *call, descent_context *c, Dtype t, int rank,
                              const int64_t *dims, descent_tensor **out);
/* Memory of someone else. */
descent_status lib_tensor_over(LibCall *call, descent_context *c, Dtype t, int rank,
                               const int64_t *dims, void *data,
                               descent_release_function *release, void *user,
                               descent_tensor **out);
/* Takes the data of *t over, on success. */
descent_status lib_tensor_adopt(LibCall *call, descent_context *c, RtTensor *t,
                                descent_tensor **out);
/* Whether a tensor is what an argument or result wants. */
descent_status lib_check_tensor(LibCall *call, const RtEntry *e, const RtSpec *s,
                                const descent_tensor *t);

/* ----------------------------------------------------------------------------- device */

/* The GPU that a device's name and number stand for, opened the first time; NULL: the
 * CPU. */
descent_status lib_device(LibCall *call, descent_context *c, const char *name,
                          int64_t number, ApiDevice **out);
void lib_devices_close(descent_context *c);
/* Before the host reads tensors: they get what a device has. */
descent_status lib_tensor_fetch(LibCall *call, const descent_tensor *t);
descent_status lib_state_fetch(LibCall *call, const descent_state *s);
void lib_tensor_changed(const descent_tensor *t); /* by the host */
void lib_tensor_leave(descent_tensor *t);         /* nobody asks for it any longer */
/* Before a result of a call is copied to where the state has it. */
RtStatus lib_bring_home(const descent_tensor *from, const descent_tensor *to,
                        DiagList *d);
/* Around a call, where a context has devices. */
RtStatus lib_bring(const RtEntry *e, descent_tensor *const *arguments,
                   descent_tensor *const *results, DiagList *d);
void lib_wrote(const RtEntry *e, descent_tensor *const *results);

/* --------------------------------------------------------------------- model, program */

struct descent_model {
    descent_context *context;
    ApiModel *api;
};

descent_status lib_model_parse(LibCall *call, descent_context *c, const char *name,
                               const char *text, size_t length, descent_model **out);
/* Sizes as the driver wants them; what they point to is copied into the arena. */
descent_status lib_sizes(LibCall *call, const descent_sizes *given, Arena *arena,
                         ApiSizes *out);
/* The driver looks at what its list holds already, so it gets one of its own, which knows the
 * model's lines (m may be NULL); then its entries are added to those of the call. */
LibCall lib_inner(const LibCall *call, const descent_model *m);
descent_status lib_outer(LibCall *call, LibCall *inner, descent_status st);

struct descent_entry {
    const RtEntry *rt;
    descent_program *program;
};

struct descent_program {
    descent_context *context;
    descent_model *model;
    ApiProgram *api;
    Arena *arena; /* of its options and entries */
    const descent_entry **entries;
    size_t count, room;
};

/* One thread of a context compiles, or opens a device, at a time. The lock is let go if
 * memory runs out. */
void lib_lock(descent_context *c, GuardHold *hold);
void lib_unlock(descent_context *c, GuardHold *hold);
descent_status lib_find_entry(LibCall *call, descent_program *p, const char *name,
                              int64_t rows, const descent_entry **out);
/* One that the model needs for what is asked of it: that it has none is its mistake. */
descent_status lib_need_entry(LibCall *call, descent_program *p, const char *name,
                              int64_t rows, const descent_entry **out);
/* Whether a role is kept in the state between calls. */
static inline bool lib_is_kept(RtRole role) { return role <= RT_ROLE_RNG; }

/* ----------------------------------------------------------------------- state, calls */

struct descent_state {
    descent_context *context;
    descent_tensor **tensors;
    RtTensors names; /* the same tensors by name; owns their names only */
    RtRole *roles;
    size_t room;
    RtMeta meta; /* what a file of weights says besides: the model, how data was scaled */
};

descent_status lib_state_new(LibCall *call, descent_context *c, descent_state **out);
/* Takes the tensor over in any case. */
descent_status lib_state_add(LibCall *call, descent_state *s, const char *name,
                             RtRole role, descent_tensor *t);

/* Whether the state has the tensor that an argument wants. */
descent_status lib_check_kept(LibCall *call, const RtEntry *e, const RtSpec *s,
                              const descent_state *in);

/* Results that are kept nowhere have no memory yet. */
descent_status lib_call_new(LibCall *call, const descent_entry *e, descent_state *s,
                            descent_call **out);
descent_status lib_call_argument(LibCall *call, descent_call *c, size_t i,
                                 descent_tensor *t);
descent_status lib_call_result(LibCall *call, descent_call *c, size_t i,
                               descent_tensor *t);
/* Memory for the results that have none yet. */
descent_status lib_call_own_results(LibCall *call, descent_call *c);
/* Lets go of the tensors that are not of the state. */
void lib_call_forget(descent_call *c);
bool lib_call_is_set(const descent_call *c); /* all arguments are */
/* All arguments are set, and all results have memory. */
descent_status lib_call_run(LibCall *call, descent_call *c);

#endif
