/** @file
 * A context: the threads, memory and log that everything made in it shares.
 *
 * There is no other state. Contexts know nothing of each other: each may be used by a
 * thread of its own. In one context, models and programs are made by one thread at a
 * time; different calls (program.h) and trainers (train.h) may run in different threads
 * at once. A context must outlive what was made in it. */
#ifndef DESCENT_CONTEXT_H
#define DESCENT_CONTEXT_H

#include <descent/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef DESCENT_POOL
/** Keeps the struct from being defined twice: the header of a built model has it, too. */
#define DESCENT_POOL
/** Threads of the caller. Compiled code calls `run` to have a loop done. */
struct descent_pool {
    /** Does task(ctx, begin, end) for pieces that cover [0, count) once, on any threads
     * and in any order; returns when all of it is done and what it wrote is visible. */
    void (*run)(struct descent_pool *self,
                void (*task)(void *ctx, int64_t begin, int64_t end), void *ctx,
                int64_t count);
};
#endif

/** Memory of the caller, for tensors, states and scratch. Both functions or none are
 * given; they may be called by any thread that uses the context. */
typedef struct descent_allocator {
    void *user; /**< handed to the functions */
    /** `size` bytes (above 0), aligned to `alignment` (a power of two); NULL: none. */
    void *(*allocate)(void *user, size_t size, size_t alignment);
    /** Takes back what allocate gave, with the same size. */
    void (*release)(void *user, void *memory, size_t size);
} descent_allocator;

/** Is told what goes into the diagnostics of calls, and, with DESCENT_DEBUG, how long
 * each pass of a compilation took.
 * user: as in the options. message: one line, valid during the call only. */
typedef void descent_log_function(void *user, descent_severity severity,
                                  const char *message);

/** What a context is made of. */
typedef struct descent_context_options {
    size_t struct_size;        /**< sizeof(descent_context_options) */
    unsigned threads;          /**< the caller's counts; 0: the cores of the process */
    struct descent_pool *pool; /**< the caller's threads, in place of our own; or NULL */
    descent_allocator allocator; /**< empty: the C library's */
    descent_log_function *log;   /**< NULL: nobody is told */
    void *log_user;              /**< handed to log */
} descent_context_options;

/** A context. */
typedef struct descent_context descent_context;

/** Makes a context, and starts its threads.
 * @param options NULL: all defaults
 * @param[out] out the context, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_context_create(const descent_context_options *options,
                                                  descent_context **out,
                                                  descent_diagnostics *d);

/** Ends its threads and frees it; all that was made in it must be gone before.
 * @param c may be NULL */
DESCENT_API void descent_context_destroy(descent_context *c);

/** How many threads work on a call.
 * @param c the context; NULL gives 0
 * @return at least 1; 0 if the caller's own pool is used, which knows that itself */
DESCENT_API unsigned descent_context_threads(const descent_context *c);

#ifdef __cplusplus
}
#endif

#endif
