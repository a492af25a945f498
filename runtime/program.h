/* The contract between a compiled model and those who call it. A backend fills it in,
 * the training loop and the command use it.
 *
 * Entry points of a trained model, by name; results that update an argument come in its
 * order:
 *     @init(rng)                                        -> params, state, opt, step, rng
 *     @train_step(params, state, opt, step, rng, inputs)
 *                                -> params, state, opt, step, rng, loss, metrics
 *     @eval_step(params, state, inputs)                 -> loss, metrics
 *     @predict(params, state, inputs)                   -> outputs
 * step is an i64 scalar, rng is ui64[2]. Values are matched between entries by the names
 * of their specs ("fc1.w"), so the state of a model is one table of named tensors. */
#ifndef RUNTIME_PROGRAM_H
#define RUNTIME_PROGRAM_H

#include "runtime/pool.h"
#include "runtime/status.h"
#include "support/diag.h"
#include "support/dtype.h"

typedef enum {
    RT_ROLE_PARAM,     /* trained */
    RT_ROLE_STATE,     /* kept between steps, not trained: running statistics */
    RT_ROLE_OPT,       /* the optimizer's */
    RT_ROLE_STEP,
    RT_ROLE_RNG,
    RT_ROLE_INPUT,     /* a batch of data: the first size is its rows */
    RT_ROLE_LOSS,
    RT_ROLE_METRIC,
    RT_ROLE_OUTPUT,
} RtRole;

/* "param", "state"...: as the attribute descent.role has them. */
const char *rt_role_name(RtRole role);
RtRole rt_role_parse(const char *name, RtRole otherwise);
/* Whether the model keeps it from call to call: parameters, states, optimizer, step, rng. */
bool rt_role_is_state(RtRole role);

/* The values of an input by which something is looked up: a class, the row of a table. */
typedef struct RtRange {
    double low, below;    /* low <= value < below; below = 0: any value */
    Place at;             /* where it is looked up */
} RtRange;

typedef struct RtSpec {
    const char *name;
    RtRole role;
    Dtype dtype;
    int rank;
    int64_t dims[8];
    int alias;    /* of an argument: the result that overwrites it (donated); -1 none */
    RtRange range;
    bool finite;  /* the code relies on it that no element is infinite or NaN */
} RtSpec;

/* RT_BAD_INPUT if the code relies on finite elements, and these are not; file: may be
 * NULL. */
RtStatus rt_check_finite(const RtSpec *s, const char *file, const void *elements,
                         DiagList *d);

/* Left in the scratch memory of a call by a function of the caller's that failed; the call
 * ended there. op is NULL if none did. Two words of 64 bits, as compiled code has it. */
typedef struct RtFailure {
    const struct RtCustom *op;
    int64_t code;
} RtFailure;

typedef struct RtCustom {
    const char *name;
    Place at;
} RtCustom;

typedef struct RtEntry {
    const char *name;
    size_t arg_count, result_count;
    const RtSpec *args, *results;
    size_t arena_bytes;    /* scratch for one call, aligned to 64 */
    /* Where args[j].alias == i, results[i] == args[j]. No other buffers overlap. */
    void (*call)(void *arena, void *const *args, void *const *results, RtPool *pool);
    bool may_fail;         /* it calls functions of the caller's: use rt_entry_call */
    size_t failure_offset; /* in the scratch memory: an RtFailure */
    const struct RtDevice *device; /* it runs there, in place of `call`: device.h; or NULL */
    void *code;            /* the device's */
} RtEntry;

/* The argument that result i overwrites, or -1. */
int rt_entry_donor(const RtEntry *e, size_t i);
/* Whether a device keeps result i to itself: it is the model's, or overwrites what is. */
bool rt_entry_keeps_result(const RtEntry *e, size_t i);
/* The first dimension of its first input; 0 if it has none. */
int64_t rt_entry_rows(const RtEntry *e);

/* Calls it. RT_FAILED and an error that names the function if one failed: results, and what
 * the entry overwrites, are then worth nothing. */
RtStatus rt_entry_call(const RtEntry *e, void *arena, void *const *args,
                       void *const *results, RtPool *pool, DiagList *d);
/* The same in two parts: on a device the results are there when the call is taken (see
 * device.h), on the CPU when it was started. */
RtStatus rt_entry_start(const RtEntry *e, void *arena, void *const *args,
                        void *const *results, RtPool *pool, void **out, DiagList *d);
RtStatus rt_entry_take(const RtEntry *e, void *call, DiagList *d);

#endif
