/* Views as strides: what fusion decides by and contractions read by. */
#ifndef PASSES_STRIDED_H
#define PASSES_STRIDED_H

#include "ir/ir.h"

void pass_row_major(IrType t, int64_t *strides);
/* The array behind reshapes, transposes, slices, reverses and broadcasts: the first value that is none
 * of these. Sets the offset of v's first element in it, and the strides of v's dimensions; those of a
 * constant whose elements are all the same are 0. NULL if strides cannot say where v's elements lie. */
IrValue *pass_strided(IrValue *v, int64_t *strides, int64_t *start);

#endif
