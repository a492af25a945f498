/* Random valid graphs for differential tests: the same seed gives the same graph.
 *
 * What two correct backends compute from such a graph is comparable. Values stay small:
 * each op is chosen only for operands whose greatest possible magnitude it keeps in
 * bounds. And no small difference can grow into a large one: ops that jump (compare,
 * floor, convert to integers, selecting windows) take only values that are the same bits
 * on every backend. */
#ifndef TESTS_SUPPORT_RANDOM_GRAPH_H
#define TESTS_SUPPORT_RANDOM_GRAPH_H

#include "ir/ir.h"

typedef struct RandomGraphOptions {
    unsigned ops;         /* about how many; 0: 24 */
    int64_t max_elements; /* of any tensor; 0: 600 */
    unsigned floats;      /* 1 << DTYPE_f32 | ...; 0: f32 */
    unsigned ints;        /* 1 << DTYPE_i32 | ...; 0: i32, ui8 */
    bool differentiable;  /* only ops that have a derivative almost everywhere; one
                           * result, a scalar float: the sum of the means of all ends */
} RandomGraphOptions;

/* The public function @main; arguments are floats to be drawn from [-2, 2), integers from
 * 0 .. 7 and i1. The result is verified. */
IrModule *random_graph(IrContext *c, uint64_t seed, RandomGraphOptions options);

#endif
