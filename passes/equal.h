/* Equality of ops by what they compute. */
#ifndef PASSES_EQUAL_H
#define PASSES_EQUAL_H

#include "ir/ir.h"

typedef struct PassEqual {
    uint32_t *number;   /* by value id, zeroed: position in its region + 1, while regions compare */
    uint32_t numbered;
} PassEqual;

/* Operand i, those of an op that commutes in the order of their ids. */
IrValue *pass_ordered_operand(const IrOp *op, uint32_t i);
/* The same kind, operands, attributes, result types, and regions that are equal op by op, their
 * values numbered in order. */
bool pass_equal(PassEqual *e, const IrOp *a, const IrOp *b);
/* Only the blocks of two functions. */
bool pass_equal_regions(PassEqual *e, const IrOp *a, const IrOp *b);

static inline uint64_t pass_mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

#endif
