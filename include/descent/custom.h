/** @file
 * Custom ops: functions of the program as ops of a graph.
 *
 * An op is registered with a context by name. A graph takes it up with descent_custom()
 * (graph.h), which asks its shape function for the types of the results. Compiled code
 * calls its forward function between its own kernels; gradients go through its backward
 * function. In the text of a graph such a call is
 *
 *     %y = stablehlo.custom_call @NAME(%x)
 *         {descent.custom, descent.backward = "NAME.backward"}
 *
 * and a model of that text runs in every context in which NAME is registered.
 *
 * The functions are called by the thread that called the compiled function, while no
 * other code of that call runs; calls in several threads may call them at once. They must
 * give the same results for the same operands: a call that nobody needs is left out, and
 * equal ones may be made once. They must not call back into what is running them. */
#ifndef DESCENT_CUSTOM_H
#define DESCENT_CUSTOM_H

#include <descent/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An element type and a shape. The struct stays as it is. */
typedef struct descent_type {
    descent_dtype dtype;            /**< element type */
    int rank;                       /**< number of sizes */
    int64_t dims[DESCENT_MAX_RANK]; /**< the sizes */
    int64_t elements; /**< their product; a shape function need not set it */
} descent_type;

/** The types of a call: the same in each call from one place of a graph. New fields are
 * added at the end. */
typedef struct descent_custom_call {
    size_t operand_count;         /**< how many operands */
    const descent_type *operands; /**< their types */
    size_t result_count;          /**< how many results */
    const descent_type *results;  /**< their types */
} descent_custom_call;

/** Gives the types of the results, or refuses the operands.
 * user: as in the op. operands, operand_count: the types of the operands. results: to be
 * filled in; all fields are 0. result_count: how many the graph asks for.
 * Returns 0, or any other number to refuse. */
typedef int descent_custom_shape(void *user, const descent_type *operands,
                                 size_t operand_count, descent_type *results,
                                 size_t result_count);

/** Computes results from operands.
 * user: as in the op. call: the types. operands: the elements of each, in row-major
 * order; not to be written. results: memory for the elements of each; all are to be
 * written, and none shares memory with an operand or another result.
 * Returns 0, or any other number if it failed: the compiled function then returns at
 * once, and whoever called it gets DESCENT_FAILED. */
typedef int descent_custom_function(void *user, const descent_custom_call *call,
                                    void *const *operands, void *const *results);

/** A custom op. */
typedef struct descent_custom_op {
    size_t struct_size;               /**< sizeof(descent_custom_op) */
    const char *name;                 /**< letters, digits, '_'; not a digit first */
    void *user;                       /**< handed to the functions */
    descent_custom_shape *shape;      /**< gives types to the results */
    descent_custom_function *forward; /**< computes them */
    /** Its gradient: NULL if there is none. It takes, in this order, the operands of the
     * op, its results, and for each result d loss / d result, of the result's type (zeros
     * where the loss does not depend on it). It gives for each operand d loss / d
     * operand, of the operand's type; for operands that are not floats, anything. */
    descent_custom_function *backward;
} descent_custom_op;

/** Registers an op: models compiled in the context from now on may hold it.
 * @param c the context
 * @param op copied, its name too; what `user` points to must outlive the context
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT (a NULL, no name, or one that is taken) or
 *     DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_custom_register(descent_context *c,
                                                   const descent_custom_op *op,
                                                   descent_diagnostics *d);

#ifdef __cplusplus
}
#endif

#endif
