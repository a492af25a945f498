/* Contractions as sums over strided arrays, private to the contraction schedule:
 *
 *     c[batch, m, n] = sum over k of a[batch, m, k] * b[batch, k, n]
 *
 * where each of batch, m, n, k stands for several dimensions, each with a stride in a, b and c. A
 * dot_general is that as it stands. So is a convolution without padding: with m = (image, row,
 * column) and k = (kernel row, kernel column, channel) an element of the input lies at a sum of
 * strides, so no patches are copied. */
#ifndef PASSES_LOWER_CONTRACT_H
#define PASSES_LOWER_CONTRACT_H

#include "passes/lower/lower.h"

typedef enum { DIM_BATCH, DIM_M, DIM_N, DIM_K } DimRole;

typedef struct Dim {
    int64_t size, a, b, c;      /* strides, in elements; 0 where it has none */
} Dim;

typedef struct Dims {
    Dim of[2 * IR_MAX_RANK];
    int count;
    int64_t size;               /* of all together */
} Dims;

typedef struct Contraction {
    const IrOp *op;
    Dtype elem;
    IrValue *a, *b;             /* flat buffers */
    int64_t b_start;            /* offset of b's first element (a reversed kernel ends there) */
    Dims outer;                 /* batch, and all of n but its last dimension */
    Dims m, k;                  /* outermost first, neighbours taken together where possible */
    Dim n;                      /* contiguous in c */
} Contraction;

/* False if c has no n-dimension with stride 1: such are computed as plain loops. */
bool contraction_find(Emit *e, const IrOp *op, Contraction *out);

#endif
