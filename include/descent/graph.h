/** @file
 * Graphs built by calls, in place of a description: functions over tensors, of
 * StableHLO's ops.
 *
 * A mistake does not have to be checked after each call. It is written down in the graph,
 * with the line of the program if descent_at() told it, and gives NULL; what is computed
 * from NULL is NULL and says nothing more; descent_graph_finish() reports it all. So it
 * does where there was no memory: that graph is only to be destroyed then.
 *
 *     descent_function *f = descent_function_create(g, "main");
 *     descent_value *x = descent_argument(f, "x", DESCENT_INPUT, DESCENT_F32, 2, dims);
 *     descent_value *y = descent_unary(f, "tanh", x);
 *     descent_result(f, "y", DESCENT_OUTPUT, y);
 *     descent_graph_finish(g, &model, diagnostics);
 *
 * The meaning of each op is StableHLO's: https://openxla.org/stablehlo/spec. Shapes have
 * to fit exactly; descent_broadcast() and descent_splat() help. One graph, one thread. */
#ifndef DESCENT_GRAPH_H
#define DESCENT_GRAPH_H

#include <descent/program.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A module on its way. */
typedef struct descent_graph descent_graph;
/** One of its functions; lives as long as the graph. */
typedef struct descent_function descent_function;
/** A tensor that is computed when the function runs; lives as long as the graph. */
typedef struct descent_value descent_value;

/** Begins a graph.
 * @param c the context
 * @param name of the module, for messages; NULL: "graph"
 * @param[out] out the graph, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_graph_create(descent_context *c, const char *name,
                                                descent_graph **out,
                                                descent_diagnostics *d);

/** Frees a graph, its functions and values; models made of it stay.
 * @param g may be NULL */
DESCENT_API void descent_graph_destroy(descent_graph *g);

/** Checks the graph and makes a model of it, which can be printed, compiled and run as
 * any other. The graph stays as it is; more can be added for another model.
 * @param g the graph
 * @param[out] out the model, to be destroyed by the caller
 * @param d receives all mistakes that were made; may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT (g is NULL), DESCENT_BAD_INPUT (there were
 *     mistakes), DESCENT_UNSUPPORTED or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_graph_finish(descent_graph *g, descent_model **out,
                                                descent_diagnostics *d);

/** Says where in the caller's program the ops that follow are made, for messages.
 * @param g the graph; NULL does nothing
 * @param file its name; NULL: unknown from here on
 * @param line counted from 1 */
DESCENT_API void descent_at(descent_graph *g, const char *file, unsigned line);

/** descent_at() of this line. */
#define DESCENT_HERE(graph) descent_at((graph), __FILE__, __LINE__)

/* ------------------------------------------------------------------------- functions */

/** Adds a function. All functions are entry points, unless another one calls them.
 * @param g the graph
 * @param name of its own; letters, digits, '_' and '.'
 * @return NULL after a mistake */
DESCENT_API descent_function *descent_function_create(descent_graph *g, const char *name);

/** Adds an argument, behind those there are.
 * @param f the function
 * @param name of its own; values of several functions that have the same name are one
 *     state
 * @param role what it is for; not loss, metric or output
 * @param dtype element type
 * @param rank 0 to DESCENT_MAX_RANK
 * @param dims `rank` sizes; may be NULL if rank is 0
 * @return its value; NULL after a mistake */
DESCENT_API descent_value *descent_argument(descent_function *f, const char *name,
                                            descent_role role, descent_dtype dtype,
                                            int rank, const int64_t *dims);

/** Adds a result, behind those there are. One of the roles param, state, opt, step and
 * rng that has the name and the type of an argument overwrites it.
 * @param f the function
 * @param name of its own among the results
 * @param role what it is for; not input
 * @param value the result; NULL after a mistake */
DESCENT_API void descent_result(descent_function *f, const char *name, descent_role role,
                                descent_value *value);

/** The results of another function, called with values of this one.
 * @param f the calling function
 * @param callee complete: its results are known; not f itself
 * @param arguments one per argument of the callee
 * @param count how many
 * @param[out] results one per result of the callee; NULL each after a mistake
 * @param room how many results there is room for: exactly those of the callee */
DESCENT_API void descent_call_function(descent_function *f, descent_function *callee,
                                       descent_value *const *arguments, size_t count,
                                       descent_value **results, size_t room);

/** The results of a custom op (custom.h), registered with the graph's context.
 * @param f the function
 * @param name of the op
 * @param operands what it takes
 * @param count how many
 * @param[out] results what it gives, in the types that its shape function says; NULL each
 *     after a mistake
 * @param room how many results are wanted, at least 1 */
DESCENT_API void descent_custom(descent_function *f, const char *name,
                                descent_value *const *operands, size_t count,
                                descent_value **results, size_t room);

/** Gradients: d loss / d wrt[i], which the compiler derives from the ops between them.
 * @param f the function
 * @param loss a scalar of floats
 * @param wrt values of floats that the loss depends on
 * @param count how many
 * @param[out] gradients one per wrt, of its type; NULL each after a mistake */
DESCENT_API void descent_gradient(descent_function *f, descent_value *loss,
                                  descent_value *const *wrt, size_t count,
                                  descent_value **gradients);

/** The type of a value.
 * @param v the value; NULL gives 0
 * @param[out] dtype element type; may be NULL
 * @param[out] dims its sizes; may be NULL
 * @return the rank */
DESCENT_API int descent_value_type(const descent_value *v, descent_dtype *dtype,
                                   int64_t dims[DESCENT_MAX_RANK]);

/* ----------------------------------------------------------------------------- values */

/** A constant.
 * @param f the function
 * @param dtype element type
 * @param rank 0 to DESCENT_MAX_RANK
 * @param dims `rank` sizes
 * @param data the elements, row by row; copied
 * @param bytes their size: exactly what the shape needs
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_constant(descent_function *f, descent_dtype dtype,
                                            int rank, const int64_t *dims,
                                            const void *data, size_t bytes);

/** A constant all of whose elements are the same.
 * @param f the function
 * @param dtype element type
 * @param rank 0 to DESCENT_MAX_RANK
 * @param dims `rank` sizes
 * @param value of each element, converted to the type
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_splat(descent_function *f, descent_dtype dtype,
                                         int rank, const int64_t *dims, double value);

/** A constant of the type and shape of another value.
 * @param f the function
 * @param like has the type
 * @param value of each element
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_like(descent_function *f, descent_value *like,
                                        double value);

/** 0, 1, 2 ... along a dimension (iota).
 * @param f the function
 * @param dtype element type
 * @param rank at least 1
 * @param dims `rank` sizes
 * @param dimension along which it counts
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_iota(descent_function *f, descent_dtype dtype,
                                        int rank, const int64_t *dims, int64_t dimension);

/* ------------------------------------------------------------------------ elementwise */

/** An op of one operand, by StableHLO's name: "abs", "exponential", "log", "logistic",
 * "negate", "not", "rsqrt", "sine", "sqrt", "tanh", "erf" ...
 * @param f the function
 * @param op its name; a wrong one is a mistake, with a suggestion
 * @param x the operand
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_unary(descent_function *f, const char *op,
                                         descent_value *x);

/** An op of two operands of one type, by StableHLO's name: "add", "subtract", "multiply",
 * "divide", "maximum", "minimum", "power", "remainder", "and", "or", "xor" ...
 * @param f the function
 * @param op its name; a wrong one is a mistake, with a suggestion
 * @param x the left operand
 * @param y the right operand, of x's type and shape
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_binary(descent_function *f, const char *op,
                                          descent_value *x, descent_value *y);

/** x + y.
 * @param f the function
 * @param x left
 * @param y right, of x's type and shape
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_add(descent_function *f, descent_value *x,
                                       descent_value *y);
/** x - y.
 * @param f the function
 * @param x left
 * @param y right, of x's type and shape
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_subtract(descent_function *f, descent_value *x,
                                            descent_value *y);
/** x * y, element by element.
 * @param f the function
 * @param x left
 * @param y right, of x's type and shape
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_multiply(descent_function *f, descent_value *x,
                                            descent_value *y);
/** x / y.
 * @param f the function
 * @param x left
 * @param y right, of x's type and shape
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_divide(descent_function *f, descent_value *x,
                                          descent_value *y);

/** How two values are compared. */
typedef enum descent_direction {
    DESCENT_EQ = 0, /**< x == y */
    DESCENT_NE = 1, /**< x != y */
    DESCENT_GE = 2, /**< x >= y */
    DESCENT_GT = 3, /**< x > y */
    DESCENT_LE = 4, /**< x <= y */
    DESCENT_LT = 5  /**< x < y */
} descent_direction;

/** Compares element by element.
 * @param f the function
 * @param how the relation
 * @param x left
 * @param y right, of x's type and shape
 * @return of DESCENT_BOOL; NULL after a mistake */
DESCENT_API descent_value *descent_compare(descent_function *f, descent_direction how,
                                           descent_value *x, descent_value *y);

/** p ? x : y.
 * @param f the function
 * @param p of DESCENT_BOOL: a scalar, or of x's shape
 * @param x where p is true
 * @param y where it is not; of x's type and shape
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_select(descent_function *f, descent_value *p,
                                          descent_value *x, descent_value *y);

/** min(max(x, low), high).
 * @param f the function
 * @param low a scalar, or of x's shape
 * @param x the operand
 * @param high a scalar, or of x's shape
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_clamp(descent_function *f, descent_value *low,
                                         descent_value *x, descent_value *high);

/** Neither infinite nor NaN.
 * @param f the function
 * @param x of floats
 * @return of DESCENT_BOOL; NULL after a mistake */
DESCENT_API descent_value *descent_is_finite(descent_function *f, descent_value *x);

/** The same values as another element type.
 * @param f the function
 * @param x the operand
 * @param to the type
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_convert(descent_function *f, descent_value *x,
                                           descent_dtype to);

/** The same bits as another element type of the same size.
 * @param f the function
 * @param x the operand
 * @param to the type
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_bitcast(descent_function *f, descent_value *x,
                                           descent_dtype to);

/** Rounded to a float of fewer bits, kept in the same type.
 * @param f the function
 * @param x of floats
 * @param exponent_bits at least 1
 * @param mantissa_bits at least 0
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_reduce_precision(descent_function *f, descent_value *x,
                                                    int exponent_bits, int mantissa_bits);

/* --------------------------------------------------------------------- moves elements */

/** Repeats x to a greater shape: its dimension i becomes dimension to[i], where its size
 * is that of the result, or 1 (broadcast_in_dim).
 * @param f the function
 * @param x the operand
 * @param rank of the result
 * @param dims sizes of the result
 * @param to for each dimension of x
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_broadcast_in(descent_function *f, descent_value *x,
                                                int rank, const int64_t *dims,
                                                const int64_t *to);

/** Repeats x to the shape of another value, as numpy does: dimensions are matched from
 * the last on, sizes of 1 are repeated, missing ones are put in front.
 * @param f the function
 * @param x the operand
 * @param like has the shape
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_broadcast(descent_function *f, descent_value *x,
                                             descent_value *like);

/** The same elements in row-major order as another shape.
 * @param f the function
 * @param x the operand
 * @param rank of the result
 * @param dims sizes of the result
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_reshape(descent_function *f, descent_value *x,
                                           int rank, const int64_t *dims);

/** Dimension i of the result is dimension permutation[i] of x.
 * @param f the function
 * @param x the operand
 * @param permutation one entry per dimension of x
 * @param count how many
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_transpose(descent_function *f, descent_value *x,
                                             const int64_t *permutation, size_t count);

/** Backwards along some dimensions.
 * @param f the function
 * @param x the operand
 * @param dimensions which
 * @param count how many
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_reverse(descent_function *f, descent_value *x,
                                           const int64_t *dimensions, size_t count);

/** One after the other along a dimension.
 * @param f the function
 * @param xs the operands, alike but for that size
 * @param count at least 1
 * @param dimension which
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_concatenate(descent_function *f,
                                               descent_value *const *xs, size_t count,
                                               int64_t dimension);

/** Elements start <= i < limit, every stride-th, of each dimension.
 * @param f the function
 * @param x the operand
 * @param start per dimension
 * @param limit per dimension
 * @param stride per dimension; NULL: 1
 * @param count the rank of x
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_slice(descent_function *f, descent_value *x,
                                         const int64_t *start, const int64_t *limit,
                                         const int64_t *stride, size_t count);

/** `sizes` elements from computed places on, which are moved to fit.
 * @param f the function
 * @param x the operand
 * @param starts per dimension, scalars of integers
 * @param sizes per dimension
 * @param count the rank of x
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_dynamic_slice(descent_function *f, descent_value *x,
                                                 descent_value *const *starts,
                                                 const int64_t *sizes, size_t count);

/** x with an update written over it from computed places on, which are moved to fit.
 * @param f the function
 * @param x the operand
 * @param update what is written
 * @param starts per dimension, scalars of integers
 * @param count the rank of x
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_dynamic_update(descent_function *f, descent_value *x,
                                                  descent_value *update,
                                                  descent_value *const *starts,
                                                  size_t count);

/** x with a value put before, behind and between its elements.
 * @param f the function
 * @param x the operand
 * @param value a scalar of x's type
 * @param low per dimension; negative cuts off
 * @param high per dimension; negative cuts off
 * @param interior per dimension; NULL: 0
 * @param count the rank of x
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_pad(descent_function *f, descent_value *x,
                                       descent_value *value, const int64_t *low,
                                       const int64_t *high, const int64_t *interior,
                                       size_t count);

/* ------------------------------------------------------------- folds and contractions */

/** Folds dimensions by an op that commutes, from its neutral element on; they are gone
 * then.
 * @param f the function
 * @param op "add", "multiply", "maximum", "minimum", "and" or "or"
 * @param x the operand
 * @param dimensions which
 * @param count how many
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_reduce(descent_function *f, const char *op,
                                          descent_value *x, const int64_t *dimensions,
                                          size_t count);

/** Matrix product: the last dimension of x with the last but one of y; the dimensions
 * before are the same in both, and are done one by one.
 * @param f the function
 * @param x [..., m, k]
 * @param y [..., k, n]
 * @return [..., m, n]; NULL after a mistake */
DESCENT_API descent_value *descent_matmul(descent_function *f, descent_value *x,
                                          descent_value *y);

/** Which dimensions a product pairs. */
typedef struct descent_dot_dims {
    size_t struct_size;          /**< sizeof(descent_dot_dims) */
    size_t batch_count;          /**< pairs that stay */
    const int64_t *lhs_batch;    /**< of the left operand */
    const int64_t *rhs_batch;    /**< of the right one */
    size_t contract_count;       /**< pairs that are summed over */
    const int64_t *lhs_contract; /**< of the left operand */
    const int64_t *rhs_contract; /**< of the right one */
} descent_dot_dims;

/** Sums of products (dot_general): batch dimensions, then the others of lhs, then of rhs.
 * @param f the function
 * @param lhs left operand
 * @param rhs right operand
 * @param dims what is paired
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_dot(descent_function *f, descent_value *lhs,
                                       descent_value *rhs, const descent_dot_dims *dims);

/** How windows go over the spatial dimensions of a convolution. A list that is NULL is 1
 * everywhere (strides, dilations), or 0 (padding). */
typedef struct descent_conv_options {
    size_t struct_size;             /**< sizeof(descent_conv_options) */
    const int64_t *strides;         /**< of the windows */
    const int64_t *pad_low;         /**< rows of zeros in front */
    const int64_t *pad_high;        /**< and behind */
    const int64_t *input_dilation;  /**< distance of the input's elements */
    const int64_t *kernel_dilation; /**< distance of the kernel's elements */
    int64_t feature_groups;         /**< 0: 1; as many as channels: depthwise */
    bool channels_first;            /**< false: [batch, spatial..., channels] and
                                         [spatial..., in, out]; true: [batch, channels,
                                         spatial...] and [out, in, spatial...] */
} descent_conv_options;

/** Convolution (as networks call it: cross-correlation).
 * @param f the function
 * @param input batch, channels and one or more spatial dimensions
 * @param kernel in the layout that goes with the input's
 * @param options NULL: all defaults
 * @return in the input's layout; NULL after a mistake */
DESCENT_API descent_value *descent_convolution(descent_function *f, descent_value *input,
                                               descent_value *kernel,
                                               const descent_conv_options *options);

/** Windows over all dimensions of a value. A list that is NULL is 1 everywhere (strides,
 * dilations), or 0 (padding). */
typedef struct descent_window {
    size_t struct_size;           /**< sizeof(descent_window) */
    size_t rank;                  /**< of the operand */
    const int64_t *size;          /**< per dimension */
    const int64_t *strides;       /**< per dimension */
    const int64_t *pad_low;       /**< per dimension */
    const int64_t *pad_high;      /**< per dimension */
    const int64_t *base_dilation; /**< distance of the operand's elements; reduce only */
    const int64_t *window_dilation; /**< distance of a window's elements; reduce only */
} descent_window;

/** Folds each window by an op that commutes: pooling.
 * @param f the function
 * @param op "add", "multiply", "maximum", "minimum", "and" or "or"
 * @param x the operand
 * @param window its windows
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_reduce_window(descent_function *f, const char *op,
                                                 descent_value *x,
                                                 const descent_window *window);

/** Adds each element of source where its window of x selects: how pooling is
 * differentiated.
 * @param f the function
 * @param x the operand
 * @param source an element per window
 * @param select DESCENT_GE: the greatest of the window; DESCENT_LE: the least
 * @param window the windows, without dilations
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *
descent_select_and_scatter(descent_function *f, descent_value *x, descent_value *source,
                           descent_direction select, const descent_window *window);

/* ----------------------------------------------------------------- at computed places */

/** The dimension numbers of gather, as StableHLO defines them. */
typedef struct descent_gather_dims {
    size_t struct_size;                         /**< sizeof(descent_gather_dims) */
    size_t offset_count;                        /**< length of offset_dims */
    const int64_t *offset_dims;                 /**< of the result */
    size_t collapsed_count;                     /**< length of collapsed_slice_dims */
    const int64_t *collapsed_slice_dims;        /**< of the operand */
    size_t batching_count;                      /**< length of the next two */
    const int64_t *operand_batching_dims;       /**< of the operand */
    const int64_t *start_indices_batching_dims; /**< of the indices */
    size_t map_count;                           /**< length of start_index_map */
    const int64_t *start_index_map;             /**< of the operand */
    int64_t index_vector_dim;                   /**< of the indices */
} descent_gather_dims;

/** Slices of x at indices.
 * @param f the function
 * @param x the operand
 * @param indices of integers
 * @param dims what goes where
 * @param slice_sizes per dimension of x
 * @param count the rank of x
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_gather(descent_function *f, descent_value *x,
                                          descent_value *indices,
                                          const descent_gather_dims *dims,
                                          const int64_t *slice_sizes, size_t count);

/** Rows of x by number: result[i..., :] = x[indices[i...], :]. An embedding.
 * @param f the function
 * @param x at least one dimension
 * @param indices of integers; those outside are moved to the nearest row
 * @return NULL after a mistake */
DESCENT_API descent_value *descent_take(descent_function *f, descent_value *x,
                                        descent_value *indices);

/** The dimension numbers of scatter, as StableHLO defines them. */
typedef struct descent_scatter_dims {
    size_t struct_size;                           /**< sizeof(descent_scatter_dims) */
    size_t window_count;                          /**< length of update_window_dims */
    const int64_t *update_window_dims;            /**< of the updates */
    size_t inserted_count;                        /**< length of inserted_window_dims */
    const int64_t *inserted_window_dims;          /**< of the operand */
    size_t batching_count;                        /**< length of the next two */
    const int64_t *input_batching_dims;           /**< of the operand */
    const int64_t *scatter_indices_batching_dims; /**< of the indices */
    size_t map_count;                             /**< length of the next one */
    const int64_t *scatter_dims_to_operand_dims;  /**< of the operand */
    int64_t index_vector_dim;                     /**< of the indices */
} descent_scatter_dims;

/** x with updates combined in at indices.
 * @param f the function
 * @param op "add", "multiply", "maximum", "minimum", "and", "or"; NULL: the update
 *     replaces
 * @param x the operand
 * @param indices of integers
 * @param updates of x's type
 * @param dims what goes where
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_scatter(descent_function *f, const char *op,
                                           descent_value *x, descent_value *indices,
                                           descent_value *updates,
                                           const descent_scatter_dims *dims);

/* ------------------------------------------------------------------------------ other */

/** Random bits (Threefry): the same state gives the same bits on every device.
 * @param f the function
 * @param state ui64[2]
 * @param dtype DESCENT_U32 or DESCENT_U64
 * @param rank of the bits
 * @param dims sizes of the bits
 * @param[out] next the state to go on with; may be NULL
 * @return the bits; NULL after a mistake */
DESCENT_API descent_value *descent_random_bits(descent_function *f, descent_value *state,
                                               descent_dtype dtype, int rank,
                                               const int64_t *dims, descent_value **next);

/** The value itself; no rewrite reaches across.
 * @param f the function
 * @param x the operand
 * @return of x's type; NULL after a mistake */
DESCENT_API descent_value *descent_barrier(descent_function *f, descent_value *x);

#ifdef __cplusplus
}
#endif

#endif
