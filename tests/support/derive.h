/* Functions that return gradients, for tests: a loss is added to what they compute. */
#ifndef TESTS_SUPPORT_DERIVE_H
#define TESTS_SUPPORT_DERIVE_H

#include "ir/ir.h"

/* The function returns its loss, and after it the loss's gradient by each of its arguments
 * that are floats, in place of its results. The loss is the sum of the results that are
 * floats, from the result `first` on, each element times a weight of its own that `seed`
 * says. Nothing may be donated. */
void derive(IrModule *m, IrOp *func, uint32_t first, uint64_t seed);

#endif
