/* Elementary functions as kernel ops, on scalars and on vectors: the same ops for both, so an element
 * has the same bits whichever loop computed it (full vectors, masked tail, scalar).
 *
 * f32: polynomials. The largest error over all of f32, in units in the last place of the result
 * (measured by tests/cpu/approx.c; with / without fma):
 *     exp 1, log 1, expm1 3, log1p 3, tanh 4, logistic 3, erf 4, cbrt 2, rsqrt 1, pow 2,
 *     sin, cos, tan 1 (through f64; arguments beyond 2^20 through libm, lane by lane)
 * f64: libm, lane by lane (math.* ops). f16, bf16: in f32, rounded once at the end.
 * NaN stays NaN, infinities and zeros are those of C's libm, denormals are not flushed. */
#ifndef PASSES_LOWER_APPROX_H
#define PASSES_LOWER_APPROX_H

#include "ir/kbuild.h"
#include "ir/target.h"

IrValue *approx_exp(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_expm1(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_log(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_log1p(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_tanh(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_logistic(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_erf(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_sin(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_cos(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_tan(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_cbrt(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_rsqrt(IrBuilder *b, const IrTarget *t, IrValue *x);
IrValue *approx_pow(IrBuilder *b, const IrTarget *t, IrValue *x, IrValue *y);
IrValue *approx_atan2(IrBuilder *b, const IrTarget *t, IrValue *y, IrValue *x);

/* By graph op: OP_exponential, OP_tanh, ... NULL if it is none of the above (y: OP_power, OP_atan2,
 * else NULL). */
IrValue *approx_op(IrBuilder *b, const IrTarget *t, IrOpKind graph_op, IrValue *x, IrValue *y);

#endif
