/* Elementary functions as kernel ops, on scalars and on vectors: the same ops for
 * both, so an element has the same bits whichever loop computed it (full vectors,
 * masked tail, scalar).
 *
 * f32: polynomials. The largest error over all of f32, in units in the last place of
 * the result (tests/cpu/approx.c measures it, with and without fma, and holds us to
 * it):
 *     exponential 1, exponential_minus_one 2, log 1, log_plus_one 1, tanh 2, logistic 3,
 *     erf 2, rsqrt 2; in f64 and rounded: cbrt, sine, cosine, tan, power 1
 * sine, cosine and tan of |x| >= 10^6, and power with an operand that is 0, infinite
 * or NaN, go through libm; atan2 always does. f64: libm, lane by lane (math.* ops).
 * f16, bf16: in f32, rounded once at the end. NaN stays NaN, infinities and signed
 * zeros are those of C's libm, denormals are not flushed. */
#ifndef PASSES_LOWER_APPROX_H
#define PASSES_LOWER_APPROX_H

#include "ir/kbuild.h"
#include "ir/target.h"

/* By graph op: OP_exponential, OP_tanh, ... NULL if it is none of the above. y: the
 * second operand of OP_power and OP_atan2, else NULL. */
IrValue *approx_op(IrBuilder *b, const IrTarget *t, IrOpKind graph_op, IrValue *x,
                   IrValue *y);

#endif
