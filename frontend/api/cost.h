/* What ops cost, for `check`. */
#ifndef API_COST_H
#define API_COST_H

#include "ir/ir.h"

/* Operations on floats of one run of an op: an elementwise op counts 1 per element, a
 * multiply-add 2, a reduction 1 per element that goes in. Ops that only move elements
 * count 0. */
int64_t api_flops(const IrOp *op);

#endif
