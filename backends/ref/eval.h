/* Inside the reference evaluator: how a rule reads its operands and writes its results.
 */
#ifndef BACKENDS_REF_EVAL_H
#define BACKENDS_REF_EVAL_H

#include "backends/ref/ref.h"

typedef struct Ref Ref;

/* Evaluates one op; false with a diagnostic. */
typedef bool RefRule(Ref *r, const IrOp *op);

/* Unary and binary ops share a rule each; all others have their own, named after the op.
 */
#define GRAPH_OP(id, name, in, out, regions, class, ...) REF_DECLARE_##class(id)
#define REF_DECLARE_UNARY(id)
#define REF_DECLARE_BINARY(id)
#define REF_DECLARE_ELEMENTWISE(id) RefRule ref_##id;
#define REF_DECLARE_SHAPE(id)       RefRule ref_##id;
#define REF_DECLARE_SOURCE(id)      RefRule ref_##id;
#define REF_DECLARE_REDUCTION(id)   RefRule ref_##id;
#define REF_DECLARE_CONTRACTION(id) RefRule ref_##id;
#define REF_DECLARE_WINDOW(id)      RefRule ref_##id;
#define REF_DECLARE_INDEXED(id)     RefRule ref_##id;
#define REF_DECLARE_RANDOM(id)      RefRule ref_##id;
#define REF_DECLARE_BARRIER(id)     RefRule ref_##id;
#define REF_DECLARE_CONTROL(id)     RefRule ref_##id;
#include "ir/ops.def"
RefRule ref_unary;
RefRule ref_binary;

/* The values of operands; results come with their data allocated. */
const RefTensor *ref_in(Ref *r, const IrOp *op, uint32_t i);
RefTensor *ref_out(Ref *r, const IrOp *op, uint32_t i);
bool ref_fail(Ref *r, const IrOp *op, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* `count` elements of `size` bytes, not zeroed, gone when the op is done. */
void *ref_scratch(Ref *r, int64_t count, size_t size);

/* Runs a region with its arguments at arg[i] (not copied); then result i lies at
 * ref_region_result, until the region runs again or the op is done. */
bool ref_region_run(Ref *r, const IrRegion *region, void *const *arg);
const void *ref_region_result(Ref *r, const IrRegion *region, uint32_t i);

/* ------------------------------------------------------------------ elements, widened */

/* An element on its way through an op: every float is a double, every integer an int64
 * (that of ui64: its bits). */
typedef union RefWide {
    double f;
    int64_t i;
} RefWide;

RefWide *ref_wide(Ref *r, const RefTensor *t); /* in scratch memory */
RefWide *ref_wide_new(Ref *r, int64_t count);
void ref_narrow(const RefTensor *t, const RefWide *x); /* floats round, integers wrap */
/* Integers or floats as another type: StableHLO's convert. */
void ref_convert_elements(Dtype from, const void *x, Dtype to, void *y, int64_t count);
/* An integer used as an index; unsigned ones beyond int64 are INT64_MAX. */
int64_t ref_index(const RefTensor *t, int64_t i);

/* One element through a binary op, as both kinds of element (NULL: not for that kind). */
typedef struct RefBinary {
    double (*floats)(double a, double b);
    int64_t (*ints)(int64_t a, int64_t b, Dtype t);
} RefBinary;
const RefBinary *ref_binary_of(IrOpKind kind); /* NULL: no binary op */
static inline RefWide ref_apply(const RefBinary *b, Dtype t, RefWide x, RefWide y)
{
    return dtype_is_float(t) ? (RefWide){.f = b->floats(x.f, y.f)}
                             : (RefWide){.i = b->ints(x.i, y.i, t)};
}
/* a < b as integers of type t. */
bool ref_less(int64_t a, int64_t b, Dtype t);
/* The bits of a float as an integer with IEEE 754's total order. */
int64_t ref_total_order(Dtype t, const void *at);

/* -------------------------------------------------------------------------- positions */

/* Row-major strides, in elements. */
void ref_strides(IrType t, int64_t *stride);

/* The next position of a box in row-major order (after the last one the first). */
static inline void ref_next(int rank, const int64_t *dims, int64_t *at)
{
    for (int d = rank; d-- > 0;) {
        if (++at[d] < dims[d])
            return;
        at[d] = 0;
    }
}

static inline int64_t ref_offset(int rank, const int64_t *at, const int64_t *stride)
{
    int64_t sum = 0;
    for (int d = 0; d < rank; d++)
        sum += at[d] * stride[d];
    return sum;
}

/* Copies a box of elements of `size` bytes; strides in elements, any sign. */
void ref_move(int rank, const int64_t *dims, size_t size, void *to,
              const int64_t *to_stride, const void *from, const int64_t *from_stride);

/* ---------------------------------------------------------------------------- folding */

/* Accumulators and what is folded into them by a region: acc[o] = body(acc[o], x[i]), for
 * one or several pairs of tensors side by side. */
typedef struct RefPair {
    RefTensor *acc;
    const char *x; /* elements of `type`, the body's */
    Dtype type;
    uint64_t result; /* of one run of the body */
} RefPair;

typedef struct RefFold {
    Ref *r;
    const IrRegion *body;
    const RefBinary
        *one; /* the body is this op and folds x[i] into sum[o]; NULL: `pairs` */
    RefTensor *only;
    RefWide *sum, *x;
    size_t count;
    RefPair *pairs;
    void **arg; /* of one run of the body: the accumulators, then the inputs */
} RefFold;

/* acc: the results, holding the first values of the accumulators; x: as many tensors. */
RefFold ref_fold_open(Ref *r, const IrRegion *body, size_t count, RefTensor *const *acc,
                      const RefTensor *const *x);
bool ref_fold(RefFold *f, int64_t o, int64_t i);
void ref_fold_close(RefFold *f); /* the accumulators are in the results now */

#endif
