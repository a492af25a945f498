/** @file
 * Programs: the entry points of a model as native code, and how they are called. */
#ifndef DESCENT_PROGRAM_H
#define DESCENT_PROGRAM_H

#include <descent/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is compiled, and for what. */
typedef struct descent_compile_options {
    size_t struct_size;         /**< sizeof(descent_compile_options) */
    const descent_sizes *sizes; /**< NULL: defaults */
    const char *device;         /**< "cpu"; "cuda": a GPU of NVIDIA; NULL: "cpu" */
    const char *cpu;            /**< "x86-64-v3" ...; NULL or "host": this machine */
    const char *const *entries; /**< names, compiled together; NULL: all there are */
    size_t entry_count;         /**< how many */
    /** Parameters and states that entry points take and do not overwrite will have no
     * element that is infinite or NaN: where an input is 0, the weights that it is
     * multiplied by need not be read. The results are the same bits. It is looked at when
     * a tensor is bound, not when a call is run. */
    bool finite_weights;
    int64_t device_number; /**< of "cuda": which of those that the process is shown */
    /** A GPU may compute products and convolutions of f32 on its tensor cores, which take 10
     * bits of mantissa of each operand and drop the rest: a product's relative error is at most
     * 2^-9 instead of 2^-24. Sums are of f32 as before. The CPU computes in f32. */
    bool tf32;
} descent_compile_options;

/** Native code of a model for given sizes. */
typedef struct descent_program descent_program;

/** Compiles. Entry points that were not named can still be asked for later, by
 * descent_program_find(), which compiles them then.
 * @param m the model; must outlive the program
 * @param options NULL: all entry points, for this machine
 * @param[out] out the program, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT (there is no such device, processor, model,
 *     size or entry point, or a size lacks its value), DESCENT_BAD_INPUT (the model does
 *     not fit the sizes, or there is no GPU of that number), DESCENT_IO (a GPU, driver or
 *     NVRTC is missing or too old), DESCENT_UNSUPPORTED, DESCENT_NO_MEMORY (the GPU's, too)
 *     or DESCENT_INTERNAL */
DESCENT_API descent_status descent_program_compile(descent_model *m,
                                                   const descent_compile_options *options,
                                                   descent_program **out,
                                                   descent_diagnostics *d);

/** Frees code and entry points; calls, states and trainers of it must be gone before.
 * @param p may be NULL */
DESCENT_API void descent_program_destroy(descent_program *p);

/** An entry point; lives as long as its program. */
typedef struct descent_entry descent_entry;

/** How many entry points are compiled so far.
 * @param p NULL gives 0
 * @return 0 or more */
DESCENT_API size_t descent_program_count(const descent_program *p);

/** One of the entry points compiled so far.
 * @param p the program
 * @param index below descent_program_count()
 * @return NULL if there is none */
DESCENT_API const descent_entry *descent_program_entry(const descent_program *p,
                                                       size_t index);

/** An entry point by name; it is compiled if it was not yet.
 * @param p the program
 * @param name "predict", "train_step" ... of a description; a function of a module
 * @param rows the batch it is for; 0: that of the program's sizes
 * @param[out] out the entry point
 * @param d may be NULL
 * @return as descent_program_compile() */
DESCENT_API descent_status descent_program_find(descent_program *p, const char *name,
                                                int64_t rows, const descent_entry **out,
                                                descent_diagnostics *d);

/** What a value is for. The numbers stay as they are. */
typedef enum descent_role {
    DESCENT_PARAM = 0,  /**< trained */
    DESCENT_STATE = 1,  /**< kept between steps, not trained: running statistics */
    DESCENT_OPT = 2,    /**< the optimizer's */
    DESCENT_STEP = 3,   /**< counts the steps */
    DESCENT_RNG = 4,    /**< the state of the random numbers: ui64[2] */
    DESCENT_INPUT = 5,  /**< a batch of data: the first size is its rows */
    DESCENT_LOSS = 6,   /**< a result: what is made small */
    DESCENT_METRIC = 7, /**< a result: another number to look at */
    DESCENT_OUTPUT = 8  /**< any other result */
} descent_role;

/** An argument or a result of an entry point. */
typedef struct descent_slot {
    size_t struct_size;             /**< sizeof(descent_slot), set by the caller */
    const char *name;               /**< "dense1.w"; lives as long as the program */
    descent_role role;              /**< what it is for */
    descent_dtype dtype;            /**< element type */
    int rank;                       /**< number of sizes */
    int64_t dims[DESCENT_MAX_RANK]; /**< the sizes */
    int alias; /**< of an argument: the result that overwrites it, in the same memory;
                    of a result: the argument; -1: none */
} descent_slot;

/** The name of an entry point.
 * @param e NULL gives NULL
 * @return lives as long as the program */
DESCENT_API const char *descent_entry_name(const descent_entry *e);

/** How many arguments it takes.
 * @param e NULL gives 0
 * @return 0 or more */
DESCENT_API size_t descent_entry_argument_count(const descent_entry *e);

/** How many results it gives.
 * @param e NULL gives 0
 * @return 0 or more */
DESCENT_API size_t descent_entry_result_count(const descent_entry *e);

/** An argument.
 * @param e the entry point
 * @param index below descent_entry_argument_count()
 * @param[out] out filled in, up to the struct_size that it has
 * @return DESCENT_OK or DESCENT_BAD_ARGUMENT */
DESCENT_API descent_status descent_entry_argument(const descent_entry *e, size_t index,
                                                  descent_slot *out);

/** A result.
 * @param e the entry point
 * @param index below descent_entry_result_count()
 * @param[out] out filled in, up to the struct_size that it has
 * @return DESCENT_OK or DESCENT_BAD_ARGUMENT */
DESCENT_API descent_status descent_entry_result(const descent_entry *e, size_t index,
                                                descent_slot *out);

/** The memory of the host that a call needs besides arguments and results.
 * @param e NULL gives 0
 * @return bytes; 0 on a GPU */
DESCENT_API size_t descent_entry_scratch_bytes(const descent_entry *e);

/* ----------------------------------------------------------------------------- calls */

/** Calls an entry point once. Simple, but it allocates scratch memory each time and
 * checks everything: descent_call is for loops.
 * @param e the entry point
 * @param arguments one tensor per argument, of its type and shape; those with an alias
 *     are overwritten
 * @param argument_count how many
 * @param results one tensor per result, of its type and shape, each in memory of its own;
 *     one that overwrites an argument must be that argument, or NULL
 * @param result_count how many
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_SHAPE, DESCENT_NO_MEMORY or
 *     DESCENT_FAILED (a custom op, or a GPU) */
DESCENT_API descent_status descent_entry_call(
    const descent_entry *e, descent_tensor *const *arguments, size_t argument_count,
    descent_tensor *const *results, size_t result_count, descent_diagnostics *d);

/** The named tensors of a model: see train.h. */
typedef struct descent_state descent_state;

/** A call that is prepared once and run many times: arguments and results are bound,
 * scratch memory is there. Calls of one program may run in several threads at once, each
 * call in one. */
typedef struct descent_call descent_call;

/** Prepares a call. Results that overwrite no argument get memory of the call's own.
 * @param e the entry point
 * @param state arguments of roles param, state, opt, step and rng are taken from it by
 *     name, and results of these roles are kept in it; must outlive the call. NULL: all
 *     arguments are to be set
 * @param[out] out the call, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT (the state lacks a tensor),
 *     DESCENT_BAD_SHAPE (or has another type or shape) or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_call_create(const descent_entry *e,
                                               descent_state *state, descent_call **out,
                                               descent_diagnostics *d);

/** Frees a call; not the tensors that it was given.
 * @param call may be NULL */
DESCENT_API void descent_call_destroy(descent_call *call);

/** Sets an argument: the call reads the tensor's memory whenever it is run.
 * @param call the call
 * @param index of the argument
 * @param t of its type and shape; must outlive the call, or be replaced before
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT or DESCENT_BAD_SHAPE */
DESCENT_API descent_status descent_call_set_argument(descent_call *call, size_t index,
                                                     descent_tensor *t,
                                                     descent_diagnostics *d);

/** Sets an argument by its name.
 * @param call the call
 * @param name "x": an input of the model; an argument of any role of others
 * @param t as in descent_call_set_argument()
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT (there is none of that name, for one) or
 *     DESCENT_BAD_SHAPE */
DESCENT_API descent_status descent_call_set(descent_call *call, const char *name,
                                            descent_tensor *t, descent_diagnostics *d);

/** Has a result written to a tensor of the caller.
 * @param call the call
 * @param index of the result; not one that overwrites an argument
 * @param t of its type and shape, in memory that no argument or other result has; must
 *     outlive the call, or be replaced before
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT or DESCENT_BAD_SHAPE */
DESCENT_API descent_status descent_call_set_result(descent_call *call, size_t index,
                                                   descent_tensor *t,
                                                   descent_diagnostics *d);

/** Runs it. Allocates nothing; costs well under a microsecond more than the code itself. On
 * a GPU it waits for the results; what the state keeps stays there, see
 * descent_tensor_data().
 * @param call the call
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT (an argument was never set), DESCENT_NO_MEMORY
 *     (the GPU's, in a first call) or DESCENT_FAILED (a custom op, and the call can be
 *     run again; or a GPU, which is of no use then) */
DESCENT_API descent_status descent_call_run(descent_call *call, descent_diagnostics *d);

/** The tensor that a result is in: the caller's, the argument that it overwrites, or the
 * call's own.
 * @param call the call
 * @param index of the result
 * @return NULL if there is none; not to be destroyed; lives as long as the call, and
 *     holds the result of the last run */
DESCENT_API descent_tensor *descent_call_result(descent_call *call, size_t index);

#ifdef __cplusplus
}
#endif

#endif
