/* What the files of the graph builder share.
 *
 *   graph.c              graphs, functions, results, gradients, models of them
 *   graph_check.c        what may be an operand; lists of the caller's; mistakes
 *   graph_elementwise.c  constants, one element at a time
 *   graph_shape.c        moves elements
 *   graph_fold.c         reductions, products, convolutions, windows
 *   graph_indexed.c      gather, scatter, random bits
 *
 * An op checks its operands with graph_ready(), which lets NULL through only after a
 * mistake; shapes are checked by the op's own rule, whose message goes to the graph's
 * diagnostics. */
#ifndef LIB_GRAPH_H
#define LIB_GRAPH_H

#include "frontend/lib/lib.h"
#include "ir/build.h"

struct descent_graph {
    descent_context *context;
    LibCall call; /* collects the mistakes */
    Arena *arena;
    IrContext *ir;
    IrModule *module;
    const char *file; /* of the caller's program; NULL: unknown */
    unsigned line;
    descent_function **functions;
    size_t function_count, function_room;
};

typedef struct GraphResult {
    const char *name;
    descent_role role;
    IrValue *value;
} GraphResult;

struct descent_function {
    descent_graph *graph;
    IrOp *op;
    IrBuilder builder;
    bool called;         /* by another function: no entry point */
    bool closed;         /* while its graph is printed: it ends in a return */
    descent_role *roles; /* of the arguments */
    size_t argument_count, argument_room;
    GraphResult *results;
    size_t result_count, result_room;
};

/* A list of integers; NULL stands for `otherwise` everywhere. */
typedef struct GraphInts {
    size_t count;
    const int64_t *ints;
    int64_t otherwise;
} GraphInts;

/* One that must be there. */
static inline GraphInts graph_wanted(size_t count, const int64_t *ints)
{
    return (GraphInts){count, ints, INT64_MIN};
}

/* Begins a function that builds, in a guard: `otherwise` where memory runs out, which is
 * written down as a mistake is. */
#define GRAPH_ENTER(graph, otherwise)                                                    \
    Guard guard __attribute__((cleanup(guard_leave)));                                   \
    if (setjmp(*guard_enter(&guard))) {                                                  \
        diag_no_memory((graph)->call.d, guard.wanted);                                   \
        otherwise;                                                                       \
    }

/* Writes a mistake down; returns NULL. */
descent_value *graph_mistake(descent_graph *g, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Whether an op can be built of these: none is NULL, all are of the function. */
bool graph_ready(descent_function *f, const char *op, size_t count,
                 descent_value *const *operands);
bool graph_ready1(descent_function *f, const char *op, descent_value *x);
bool graph_ready2(descent_function *f, const char *op, descent_value *x,
                  descent_value *y);
/* The builder at the caller's line, whose mistakes are diagnostics. */
IrBuilder *graph_at(descent_function *f);
/* A type of the caller's; NULL after a mistake. */
IrType graph_type(descent_graph *g, const char *op, descent_dtype dtype, int rank,
                  const int64_t *dims);
/* Copies lists into arrays of IR_MAX_RANK; false after a mistake: too long, or
 * missing. */
bool graph_ints(descent_graph *g, const char *op, const char *name, GraphInts list,
                int64_t out[IR_MAX_RANK]);
/* Whether a list has an entry for each dimension of x. */
bool graph_per_dim(descent_function *f, const char *op, descent_value *x, size_t count);
/* An op that folds, by name; OP_COUNT after a mistake. */
IrOpKind graph_fold_op(descent_graph *g, const char *op, const char *name);

static inline IrValue *graph_in(descent_value *v) { return (IrValue *)v; }
static inline descent_value *graph_out(IrValue *v) { return (descent_value *)v; }
static inline IrValue *const *graph_list(descent_value *const *list)
{
    return (IrValue *const *)list;
}

#endif
