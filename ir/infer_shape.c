/* Shape rules of ops that make elements from attributes, and of those that move them. */
#include "ir/infer.h"

#include <string.h>

/* constant: value's type.  C1 value holds the elements of a tensor. */
bool infer_constant(const Infer *f)
{
    IrAttr value = ir_op_attr(f->op, "value");
    if (!value || value->kind != IR_ATTR_ELEMENTS ||
        value->type->kind != IR_TENSOR) /* C1 */
        return infer_fail(f, "attribute value is no tensor");
    f->types[0] = value->type;
    return true;
}

/* iota: the type given.  C1 0 <= iota_dimension < rank.  C2 numbers. */
bool infer_iota(const Infer *f)
{
    int64_t dimension;
    if (!infer_own(f, 0) || !infer_int(f, "iota_dimension", &dimension))
        return false;
    if (f->types[0]->elem == DTYPE_i1) /* C2 */
        return infer_fail(f, "makes numbers, not %s", infer_str(f, f->types[0]));
    return infer_dims(f, "iota_dimension", 1, &dimension, f->types[0]->rank,
                      NULL); /* C1 */
}

/* broadcast_in_dim: t[d] -> the type given.  C1 equal elements.  C2 an entry in
 * broadcast_dimensions for each operand dimension.  C3 each a dimension of the result, no
 * two the same.  C4 sizes are equal there, or the operand's is 1. */
bool infer_broadcast_in_dim(const Infer *f)
{
    IrType t = infer_in(f, 0);
    const int64_t *dims;
    if (!infer_own(f, 0))
        return false;
    IrType r = f->types[0];
    if (t->elem != r->elem) /* C1 */
        return infer_fail(f, "element types differ: %s -> %s", infer_str(f, t),
                          infer_str(f, r));
    if (!infer_ints(f, "broadcast_dimensions", (size_t)t->rank, &dims) || /* C2 */
        !infer_dims(f, "broadcast_dimensions", (size_t)t->rank, dims, r->rank,
                    NULL)) /* C3 */
        return false;
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1 && t->dims[i] != r->dims[dims[i]]) /* C4 */
            return infer_fail(
                f,
                "dimension %d of the operand does not fit dimension %lld of the "
                "result: %s -> %s",
                i, (long long)dims[i], infer_str(f, t), infer_str(f, r));
    return true;
}

static bool fits_beside(IrType a, IrType b, int64_t dimension)
{
    if (a->elem != b->elem || a->rank != b->rank)
        return false;
    for (int i = 0; i < a->rank; i++)
        if (i != dimension && a->dims[i] != b->dims[i])
            return false;
    return true;
}

/* concatenate.  C1 at least one operand.  C2 0 <= dimension < rank.  C3 operands are
 * equal in elements, rank and all other sizes. */
bool infer_concatenate(const Infer *f)
{
    int64_t dimension, dims[IR_MAX_RANK];
    if (!f->op->operand_count) /* C1 */
        return infer_fail(f, "nothing to concatenate");
    IrType t = infer_in(f, 0);
    if (!infer_int(f, "dimension", &dimension) ||
        !infer_dims(f, "dimension", 1, &dimension, t->rank, NULL)) /* C2 */
        return false;
    memcpy(dims, t->dims, (size_t)t->rank * sizeof *dims);
    for (uint32_t i = 1; i < f->op->operand_count; i++) {
        IrType u = infer_in(f, i);
        if (!fits_beside(t, u, dimension)) /* C3 */
            return infer_fail(
                f, "operand %u does not fit the first along dimension %lld: %s x %s", i,
                (long long)dimension, infer_str(f, t), infer_str(f, u));
        if (__builtin_add_overflow(dims[dimension], u->dims[dimension], &dims[dimension]))
            return infer_unsupported(f, "a result of more than 2^63 elements");
    }
    return infer_result(f, 0, t->elem, t->rank, dims);
}

/* pad: t, scalar -> t's elements.  C1 the padding value is a scalar of t's elements.  C2
 * low, high and interior have an entry for each dimension.  C3 interior >= 0.  C4 no size
 * of the result is negative. */
bool infer_pad(const Infer *f)
{
    IrType t = infer_in(f, 0);
    const int64_t *low, *high, *interior;
    int64_t dims[IR_MAX_RANK];
    size_t rank = (size_t)t->rank;
    if (!infer_is_scalar(infer_in(f, 1), t->elem)) /* C1 */
        return infer_fail(
            f, "the padding value is no scalar of the operand's elements: %s x %s",
            infer_str(f, t), infer_str(f, infer_in(f, 1)));
    if (!infer_ints(f, "edge_padding_low", rank, &low) || /* C2 */
        !infer_ints(f, "edge_padding_high", rank, &high) ||
        !infer_ints(f, "interior_padding", rank, &interior) ||
        !infer_optional_ints(f, "interior_padding", rank, 0)) /* C3 */
        return false;
    for (size_t i = 0; i < rank; i++) {
        int64_t gaps = t->dims[i] ? t->dims[i] - 1 : 0, n;
        if (__builtin_mul_overflow(gaps, interior[i], &n) ||
            __builtin_add_overflow(n, t->dims[i], &n) ||
            __builtin_add_overflow(n, low[i], &n) ||
            __builtin_add_overflow(n, high[i], &n))
            return infer_unsupported(f, "padding of more than 2^63 elements");
        if (n < 0) /* C4 */
            return infer_fail(f, "dimension %zu would have the size %lld: %s", i,
                              (long long)n, infer_str(f, t));
        dims[i] = n;
    }
    return infer_result(f, 0, t->elem, t->rank, dims);
}

/* reshape: the type given.  C1 equal elements.  C2 as many of them. */
bool infer_reshape(const Infer *f)
{
    IrType t = infer_in(f, 0);
    if (!infer_own(f, 0))
        return false;
    IrType r = f->types[0];
    if (t->elem != r->elem) /* C1 */
        return infer_fail(f, "element types differ: %s -> %s", infer_str(f, t),
                          infer_str(f, r));
    if (ir_elements(t) != ir_elements(r)) /* C2 */
        return infer_fail(f, "numbers of elements differ: %s -> %s", infer_str(f, t),
                          infer_str(f, r));
    return true;
}

/* reverse: t -> t.  C1 dimensions are t's, no two the same. */
bool infer_reverse(const Infer *f)
{
    size_t count;
    const int64_t *dims;
    f->types[0] = infer_in(f, 0);
    return infer_list(f, "dimensions", &count, &dims) &&
           infer_dims(f, "dimensions", count, dims, infer_in(f, 0)->rank, NULL); /* C1 */
}

/* slice.  C1 start, limit and strides have an entry for each dimension.  C2 0 <= start <=
 * limit <= size.  C3 strides >= 1. */
bool infer_slice(const Infer *f)
{
    IrType t = infer_in(f, 0);
    const int64_t *start, *limit, *stride;
    int64_t dims[IR_MAX_RANK];
    size_t rank = (size_t)t->rank;
    if (!infer_ints(f, "start_indices", rank, &start) || /* C1 */
        !infer_ints(f, "limit_indices", rank, &limit) ||
        !infer_ints(f, "strides", rank, &stride) ||
        !infer_optional_ints(f, "strides", rank, 1)) /* C3 */
        return false;
    for (size_t i = 0; i < rank; i++) {
        if (start[i] < 0 || start[i] > limit[i] || limit[i] > t->dims[i]) /* C2 */
            return infer_fail(f, "%lld:%lld is outside of dimension %zu: %s",
                              (long long)start[i], (long long)limit[i], i,
                              infer_str(f, t));
        int64_t n = limit[i] - start[i];
        dims[i] = n / stride[i] + (n % stride[i] != 0);
    }
    return infer_result(f, 0, t->elem, t->rank, dims);
}

/* transpose.  C1 permutation has each dimension once. */
bool infer_transpose(const Infer *f)
{
    IrType t = infer_in(f, 0);
    const int64_t *permutation;
    int64_t dims[IR_MAX_RANK];
    size_t rank = (size_t)t->rank;
    if (!infer_ints(f, "permutation", rank, &permutation) ||
        !infer_dims(f, "permutation", rank, permutation, t->rank, NULL)) /* C1 */
        return false;
    for (size_t i = 0; i < rank; i++)
        dims[i] = t->dims[permutation[i]];
    return infer_result(f, 0, t->elem, t->rank, dims);
}
