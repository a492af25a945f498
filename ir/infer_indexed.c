/* Shape rules of ops that find their elements by indices that are computed. */
#include "ir/build.h"
#include "ir/infer.h"

/* --------------------------------------------------------------------- dynamic slices */

/* Operands from `first` on are scalars of one integer type, one for each dimension of t.
 * */
static bool starts_fit(const Infer *f, uint32_t first, IrType t)
{
    uint32_t n = f->op->operand_count - first;
    if (n != (uint32_t)t->rank)
        return infer_fail(f, "%u start indices for %s", n, infer_str(f, t));
    for (uint32_t i = first; i < f->op->operand_count; i++)
        if (!dtype_is_int(infer_in(f, i)->elem) || infer_in(f, i)->rank ||
            infer_in(f, i) != infer_in(f, first))
            return infer_fail(
                f, "start indices must be scalars of one integer type: %s x %s",
                infer_str(f, infer_in(f, first)), infer_str(f, infer_in(f, i)));
    return true;
}

/* dynamic_slice: t, starts -> t[slice_sizes].  C1 an operand.  C2 a start index, a scalar
 * of one integer type, for each dimension.  C3 a slice size for each dimension.  C4 0 <=
 * slice size <= size. */
bool infer_dynamic_slice(const Infer *f)
{
    const int64_t *sizes;
    if (!f->op->operand_count) /* C1 */
        return infer_fail(f, "has no operand");
    IrType t = infer_in(f, 0);
    if (!starts_fit(f, 1, t) ||                                 /* C2 */
        !infer_ints(f, "slice_sizes", (size_t)t->rank, &sizes)) /* C3 */
        return false;
    for (int i = 0; i < t->rank; i++)
        if (sizes[i] < 0 || sizes[i] > t->dims[i]) /* C4 */
            return infer_fail(f, "a slice of %lld does not fit dimension %d: %s",
                              (long long)sizes[i], i, infer_str(f, t));
    return infer_result(f, 0, t->elem, t->rank, sizes);
}

/* dynamic_update_slice: t, update, starts -> t.  C1 an operand and an update.  C2 update
 * has t's elements and rank.  C3 it is no larger in any dimension.  C4 a start index, a
 * scalar of one integer type, for each dimension. */
bool infer_dynamic_update_slice(const Infer *f)
{
    if (f->op->operand_count < 2) /* C1 */
        return infer_fail(f, "has %u operands", f->op->operand_count);
    IrType t = infer_in(f, 0), update = infer_in(f, 1);
    if (update->elem != t->elem || update->rank != t->rank) /* C2 */
        return infer_fail(f, "the update differs in elements or rank: %s x %s",
                          infer_str(f, t), infer_str(f, update));
    for (int i = 0; i < t->rank; i++)
        if (update->dims[i] > t->dims[i]) /* C3 */
            return infer_fail(f, "the update is larger in dimension %d: %s x %s", i,
                              infer_str(f, t), infer_str(f, update));
    f->types[0] = t;
    return starts_fit(f, 2, t); /* C4 */
}

/* ----------------------------------------------------------------- what both share below
 * Gather and scatter name dimensions alike:
 *     collapsed_slice_dims   inserted_window_dims          are not in a window
 *     operand_batching_dims  input_batching_dims           go with one of the indices
 *     start_index_map        scatter_dims_to_operand_dims  what parts of an index say */

typedef struct Indexing {
    const char *collapsed_name, *batching_name, *index_batching_name, *map_name;
    size_t collapsed, batching, index_batching, map;
    const int64_t *collapsed_dims, *batching_dims, *index_batching_dims, *map_dims;
    int64_t index_vector_dim;
} Indexing;

/* The labels are those of gather; scatter's rule has the same constraints under the same
 * ones. */
static bool indexing_fits(const Infer *f, const Indexing *x, IrType operand,
                          IrType indices)
{
    unsigned outside = 0, seen = 0, mapped = 0;
    int64_t at = x->index_vector_dim;
    if (!dtype_is_int(indices->elem)) /* C1 */
        return infer_fail(f, "indices are no integers: %s", infer_str(f, indices));
    if (at < 0 || at > indices->rank) /* C2 */
        return infer_fail(f, "index_vector_dim %lld is none of %s", (long long)at,
                          infer_str(f, indices));
    if ((int64_t)x->map != (at < indices->rank ? indices->dims[at] : 1)) /* C3 */
        return infer_fail(f, "%s has %zu entries, but an index has %lld", x->map_name,
                          x->map,
                          (long long)(at < indices->rank ? indices->dims[at] : 1));
    if (!infer_sorted(f, x->collapsed_name, x->collapsed, x->collapsed_dims) || /* C4 */
        !infer_sorted(f, x->batching_name, x->batching, x->batching_dims) ||
        !infer_dims(f, x->collapsed_name, x->collapsed, x->collapsed_dims, operand->rank,
                    &outside) ||
        !infer_dims(f, x->batching_name, x->batching, x->batching_dims, operand->rank,
                    &outside) ||
        !infer_dims(f, x->batching_name, x->batching, x->batching_dims, operand->rank,
                    &mapped) || /* C5 */
        !infer_dims(f, x->map_name, x->map, x->map_dims, operand->rank, &mapped))
        return false;
    if (x->index_batching != x->batching) /* C6 */
        return infer_fail(f, "%s has %zu entries, %s %zu", x->batching_name, x->batching,
                          x->index_batching_name, x->index_batching);
    if (at < indices->rank)
        seen = 1u << at;
    if (!infer_dims(f, x->index_batching_name, x->index_batching, x->index_batching_dims,
                    indices->rank, &seen)) /* C7 */
        return false;
    for (size_t i = 0; i < x->batching; i++)
        if (operand->dims[x->batching_dims[i]] !=
            indices->dims[x->index_batching_dims[i]]) /* C8 */
            return infer_fail(
                f,
                "dimension %lld of the operand and %lld of the indices differ: "
                "%s x %s",
                (long long)x->batching_dims[i], (long long)x->index_batching_dims[i],
                infer_str(f, operand), infer_str(f, indices));
    return true;
}

/* Whether a dimension is in a list. */
static bool among(int64_t dim, size_t count, const int64_t *dims)
{
    for (size_t i = 0; i < count; i++)
        if (dims[i] == dim)
            return true;
    return false;
}

static bool in_window(const Indexing *x, int64_t dim)
{
    return !among(dim, x->collapsed, x->collapsed_dims) &&
           !among(dim, x->batching, x->batching_dims);
}

/* Dimension i of the result (updates) that is in no window, the k-th such one, goes with
 * the k-th dimension of the indices other than that of the index itself. */
static int64_t batch_size(IrType indices, int64_t index_vector_dim, int k)
{
    return indices->dims[k < index_vector_dim ? k : k + 1];
}

/* ----------------------------------------------------------------------------- gather */

static const char *const gather_lists[] = {
    "offset_dims",           "collapsed_slice_dims",
    "operand_batching_dims", "start_indices_batching_dims",
    "start_index_map",       NULL};
static const char *const index_vector_dim[] = {"index_vector_dim", NULL};
static const InferStruct gather_shape = {"gather", gather_lists, index_vector_dim};

static bool slices_fit(const Infer *f, const Indexing *x, IrType t, const int64_t *sizes)
{
    for (int i = 0; i < t->rank; i++) {
        if (sizes[i] < 0 || sizes[i] > t->dims[i]) /* C9 */
            return infer_fail(f, "a slice of %lld does not fit dimension %d: %s",
                              (long long)sizes[i], i, infer_str(f, t));
        if (!in_window(x, i) && sizes[i] > 1) /* C10 */
            return infer_fail(
                f, "a slice of %lld in dimension %d, which the result does not have",
                (long long)sizes[i], i);
    }
    return true;
}

/* The result's sizes: those of the slices at offset_dims, those of the indices elsewhere.
 * */
static void gather_dims(const IrGatherDims *d, const Indexing *x, IrType operand,
                        IrType indices, const int64_t *sizes, int rank, int64_t *dims)
{
    int from = 0, batch = 0;
    for (int i = 0; i < rank; i++) {
        if (!among(i, d->offset, d->offset_dims)) {
            dims[i] = batch_size(indices, d->index_vector_dim, batch++);
            continue;
        }
        while (from < operand->rank && !in_window(x, from))
            from++;
        dims[i] = sizes[from++];
    }
}

/* gather: operand, indices -> slices of operand.
 * C1 .. C8, on the indices:
 *   C1 they are integers.  C2 index_vector_dim is 0 .. their rank.  C3 start_index_map
 *   has an entry for each part of an index.  C4 collapsed_slice_dims and
 *   operand_batching_dims are sorted dimensions of the operand, none twice.  C5
 *   operand_batching_dims and start_index_map are dimensions of the operand, none twice.
 *   C6 as many operand_batching_dims as start_indices_batching_dims.  C7 these are
 *   dimensions of the indices, none twice, not that of the index.  C8 their sizes agree.
 * C9 slice_sizes has an entry for each dimension, 0 <= it <= size.  C10 it is at most 1
 * in those that are collapsed or batching.  C11 offset_dims, collapsed and batching are
 * as many as the operand's dimensions.  C12 offset_dims are sorted dimensions of the
 * result, none twice. */
bool infer_gather(const Infer *f)
{
    IrType operand = infer_in(f, 0), indices = infer_in(f, 1);
    const int64_t *sizes;
    int64_t dims[2 * IR_MAX_RANK];
    IrAttr numbers;
    if (!infer_optional_bool(f, "indices_are_sorted") ||
        !infer_struct(f, "dimension_numbers", &gather_shape, &numbers))
        return false;
    IrGatherDims d = ir_gather_dims(f->op);
    Indexing x = {gather_lists[1],
                  gather_lists[2],
                  gather_lists[3],
                  gather_lists[4],
                  d.collapsed,
                  d.batching,
                  ir_attr_get(numbers, gather_lists[3])->count,
                  d.map,
                  d.collapsed_slice_dims,
                  d.operand_batching_dims,
                  d.start_indices_batching_dims,
                  d.start_index_map,
                  d.index_vector_dim};
    if (!indexing_fits(f, &x, operand, indices) ||                      /* C1 .. C8 */
        !infer_ints(f, "slice_sizes", (size_t)operand->rank, &sizes) || /* C9 */
        !slices_fit(f, &x, operand, sizes))                             /* C9, C10 */
        return false;
    if (d.offset + d.collapsed + d.batching != (size_t)operand->rank) /* C11 */
        return infer_fail(
            f,
            "offset_dims, collapsed_slice_dims and operand_batching_dims have %zu "
            "entries: %s",
            d.offset + d.collapsed + d.batching, infer_str(f, operand));
    int rank = (int)d.offset + indices->rank - (d.index_vector_dim < indices->rank);
    if (!infer_sorted(f, "offset_dims", d.offset, d.offset_dims) || /* C12 */
        !infer_dims(f, "offset_dims", d.offset, d.offset_dims, rank, NULL))
        return false;
    gather_dims(&d, &x, operand, indices, sizes, rank, dims);
    return infer_result(f, 0, operand->elem, rank, dims);
}

/* ---------------------------------------------------------------------------- scatter */

static const char *const scatter_lists[] = {
    "update_window_dims",           "inserted_window_dims",
    "input_batching_dims",          "scatter_indices_batching_dims",
    "scatter_dims_to_operand_dims", NULL};
static const InferStruct scatter_shape = {"scatter", scatter_lists, index_vector_dim};

static bool scatter_operands_fit(const Infer *f)
{
    uint32_t n = f->op->result_count;
    if (n == 0 || f->op->operand_count != 2 * n + 1) /* C9 */
        return infer_fail(f, "has %u operands for %u results", f->op->operand_count, n);
    for (uint32_t i = 0; i < n; i++) {
        IrType input = infer_in(f, i), update = infer_in(f, n + 1 + i);
        if (!infer_same_dims(input, infer_in(f, 0)) || /* C10 */
            !infer_same_dims(update, infer_in(f, n + 1)))
            return infer_fail(f, "inputs or updates of different shapes: %s x %s",
                              infer_str(f, input), infer_str(f, update));
        if (input->elem != update->elem) /* C11 */
            return infer_fail(f, "elements of input and update %u differ: %s x %s", i,
                              infer_str(f, input), infer_str(f, update));
    }
    return true;
}

/* Windows of the updates fit into the input, and there is one for each index. */
static bool updates_fit(const Infer *f, const IrScatterDims *d, const Indexing *x,
                        IrType indices)
{
    IrType input = infer_in(f, 0), updates = infer_in(f, f->op->result_count + 1);
    int to = 0, batch = 0;
    for (int i = 0; i < updates->rank; i++) {
        if (!among(i, d->window, d->update_window_dims)) {
            int64_t n = batch_size(indices, d->index_vector_dim, batch++);
            if (updates->dims[i] != n) /* C14 */
                return infer_fail(
                    f,
                    "dimension %d of the updates has not the %lld indices: %s x "
                    "%s",
                    i, (long long)n, infer_str(f, indices), infer_str(f, updates));
            continue;
        }
        while (to < input->rank && !in_window(x, to))
            to++;
        if (updates->dims[i] > input->dims[to++]) /* C15 */
            return infer_fail(
                f, "dimension %d of the updates is larger than the input's: %s x %s", i,
                infer_str(f, input), infer_str(f, updates));
    }
    return true;
}

/* scatter: inputs, indices, updates -> inputs.
 * C1 .. C8, on the indices: as those of gather, for inserted_window_dims,
 * input_batching_dims, scatter_indices_batching_dims and scatter_dims_to_operand_dims.
 * C9 n inputs, the indices, n updates, n results, n >= 1.  C10 inputs of equal shape,
 * updates of equal shape.  C11 update i has input i's elements.  C12 update_window_dims,
 * inserted and batching are as many as the inputs' dimensions; the updates have
 * update_window_dims and those of the indices, less that of the index.  C13
 * update_window_dims are sorted dimensions of the updates, none twice.  C14 the others
 * have the sizes of the indices.  C15 a window fits into the inputs. */
bool infer_scatter(const Infer *f)
{
    IrAttr numbers;
    if (!scatter_operands_fit(f) || /* C9 .. C11 */
        !infer_optional_bool(f, "indices_are_sorted") ||
        !infer_optional_bool(f, "unique_indices") ||
        !infer_struct(f, "scatter_dimension_numbers", &scatter_shape, &numbers))
        return false;
    uint32_t n = f->op->result_count;
    IrType input = infer_in(f, 0), indices = infer_in(f, n), updates = infer_in(f, n + 1);
    IrScatterDims d = ir_scatter_dims(f->op);
    Indexing x = {scatter_lists[1],
                  scatter_lists[2],
                  scatter_lists[3],
                  scatter_lists[4],
                  d.inserted,
                  d.batching,
                  ir_attr_get(numbers, scatter_lists[3])->count,
                  d.map,
                  d.inserted_window_dims,
                  d.input_batching_dims,
                  d.scatter_indices_batching_dims,
                  d.scatter_dims_to_operand_dims,
                  d.index_vector_dim};
    if (!indexing_fits(f, &x, input, indices)) /* C1 .. C8 */
        return false;
    int index_rank = indices->rank - (d.index_vector_dim < indices->rank);
    if (d.window + d.inserted + d.batching != (size_t)input->rank || /* C12 */
        updates->rank != (int)d.window + index_rank)
        return infer_fail(f,
                          "%zu update_window_dims, %zu inserted_window_dims and %zu "
                          "input_batching_dims do not fit: %s x %s x %s",
                          d.window, d.inserted, d.batching, infer_str(f, input),
                          infer_str(f, indices), infer_str(f, updates));
    if (!infer_sorted(f, "update_window_dims", d.window,
                      d.update_window_dims) || /* C13 */
        !infer_dims(f, "update_window_dims", d.window, d.update_window_dims,
                    updates->rank, NULL) ||
        !updates_fit(f, &d, &x, indices)) /* C14, C15 */
        return false;
    for (uint32_t i = 0; i < n; i++)
        f->types[i] = infer_in(f, i);
    return true;
}
