/* The reference evaluator: runs a function of the graph level, op by op, with plain
 * loops. It is the definition of every op: what a backend computes is compared with what
 * this computes.
 *
 * Semantics are those of the StableHLO specification. Where it leaves a choice:
 *   integers     x / 0 is -1 (unsigned: all ones), x % 0 is x, INT_MIN / -1 is INT_MIN and
 *                its remainder 0; a power with a negative exponent is 0 but for bases 1, -1
 *   shifts       by the width or more (as an unsigned number): all bits shifted out
 *   conversion   floats to integers: towards 0, clamped to the range, NaN is 0
 *   floats       every op is computed in double and rounded once to its element type; sums
 *                and products of reductions, windows, scatters, dots and convolutions are
 *                accumulated in double and rounded once; other bodies run op by op in their
 *                own types
 *   order        reductions fold in row-major order
 *   windows      padding of reduce_window is not folded in beyond the initial value
 *   scatter      a window of updates that lies partly outside is left out as a whole
 *   random bits  those of XLA's ThreeFry */
#ifndef BACKENDS_REF_REF_H
#define BACKENDS_REF_REF_H

#include "ir/ir.h"

/* A tensor: type and row-major data of ir_bytes(type) bytes (i1: one byte each, 0 or 1),
 * aligned for its element type. */
typedef struct RefTensor {
    IrType type;
    void *data;
} RefTensor;

/* Runs a function of a verified module. arg: one tensor per argument, of its type;
 * result: filled in, one per result, data in `arena`. False with a diagnostic at the
 * place of the op that cannot be run (a custom call, an op of the kernel level). */
bool ref_run(const IrOp *func, size_t args, const RefTensor *arg, size_t results,
             RefTensor *result, Arena *arena, DiagList *d);

/* How far two tensors of one type are apart. Equal bits, equal values and two NaNs do not
 * differ; a NaN and a number differ by infinity. */
typedef struct RefDifference {
    double abs;    /* the greatest |a - b| */
    double rel;    /* the greatest |a - b| / max(|a|, |b|) */
    double ulp;    /* the greatest count of values of the element type from a to b */
    double scaled; /* abs / the greatest finite |b| of the tensor: for sums that cancel */
    int64_t worst; /* index of the element with the greatest ulp; -1 if all are equal */
} RefDifference;
RefDifference ref_difference(const RefTensor *a, const RefTensor *b);

/* Fills t->data (allocated by the caller) with reproducible values: floats evenly spread
 * over [low, high), integers over the whole numbers in it (unsigned ones from 0), i1 both
 * values. */
void ref_random(RefTensor *t, uint64_t seed, double low, double high);

#endif
