/* Shape rule of dot_general. */
#include "ir/build.h"
#include "ir/infer.h"

static const char *const dot_lists[] = {
    "lhs_batching_dimensions", "rhs_batching_dimensions", "lhs_contracting_dimensions",
    "rhs_contracting_dimensions", NULL};
static const char *const no_numbers[] = {NULL};
static const InferStruct dot_shape = {"dot", dot_lists, no_numbers};

/* Corresponding dimensions have equal sizes. */
static bool sizes_agree(const Infer *f, const char *what, size_t count,
                        const int64_t *lhs, const int64_t *rhs)
{
    IrType a = infer_in(f, 0), b = infer_in(f, 1);
    for (size_t i = 0; i < count; i++)
        if (a->dims[lhs[i]] != b->dims[rhs[i]])
            return infer_fail(
                f, "%s dimension %lld of lhs and %lld of rhs differ: %s x %s", what,
                (long long)lhs[i], (long long)rhs[i], infer_str(f, a), infer_str(f, b));
    return true;
}

/* The sizes of the dimensions that are not in `used`, appended to dims. */
static int add_free(IrType t, unsigned used, int64_t *dims, int rank)
{
    for (int i = 0; i < t->rank; i++)
        if (!(used >> i & 1))
            dims[rank++] = t->dims[i];
    return rank;
}

/* dot_general: t, t -> t[batch, free of lhs, free of rhs].
 * C1 as many batching dimensions of lhs as of rhs.  C2 as many contracting ones.
 * C3 those of lhs are dimensions of lhs, no two the same.  C4 so for rhs.
 * C5 sizes of batching dimensions agree.  C6 sizes of contracting dimensions agree.
 * C7 equal elements.  C8 the result has them, too, or others of their sort (float,
 * integer): the specification leaves it open. */
bool infer_dot_general(const Infer *f)
{
    IrType a = infer_in(f, 0), b = infer_in(f, 1);
    IrAttr numbers;
    unsigned lhs = 0, rhs = 0;
    int64_t dims[2 * IR_MAX_RANK];
    int rank = 0;
    if (a->elem != b->elem) /* C7 */
        return infer_fail(f, "element types differ: %s x %s", infer_str(f, a),
                          infer_str(f, b));
    if (ir_op_attr(f->op, "algorithm"))
        return infer_unsupported(f, "attribute algorithm");
    if (!infer_precision(f) ||
        !infer_struct(f, "dot_dimension_numbers", &dot_shape, &numbers))
        return false;
    IrDotDims d = ir_dot_dims(f->op);
    if (ir_attr_get(numbers, dot_lists[1])->count != d.batch) /* C1 */
        return infer_fail(f, "lhs has %zu batching dimensions, rhs %zu", d.batch,
                          ir_attr_get(numbers, dot_lists[1])->count);
    if (ir_attr_get(numbers, dot_lists[3])->count != d.contract) /* C2 */
        return infer_fail(f, "lhs has %zu contracting dimensions, rhs %zu", d.contract,
                          ir_attr_get(numbers, dot_lists[3])->count);
    if (!infer_dims(f, dot_lists[0], d.batch, d.lhs_batch, a->rank, &lhs) || /* C3 */
        !infer_dims(f, dot_lists[2], d.contract, d.lhs_contract, a->rank, &lhs) ||
        !infer_dims(f, dot_lists[1], d.batch, d.rhs_batch, b->rank, &rhs) || /* C4 */
        !infer_dims(f, dot_lists[3], d.contract, d.rhs_contract, b->rank, &rhs) ||
        !sizes_agree(f, "batching", d.batch, d.lhs_batch, d.rhs_batch) || /* C5 */
        !sizes_agree(f, "contracting", d.contract, d.lhs_contract,
                     d.rhs_contract)) /* C6 */
        return false;
    for (size_t i = 0; i < d.batch; i++)
        dims[rank++] = a->dims[d.lhs_batch[i]];
    rank = add_free(a, lhs, dims, rank);
    rank = add_free(b, rhs, dims, rank);
    return infer_product(f, a->elem, rank, dims); /* C8 */
}
