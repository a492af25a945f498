/* gather and scatter: windows of an operand at places that another tensor names. */
#include "backends/ref/eval.h"

#include "ir/build.h"

#include <string.h>

/* What the two have in common: `whole` is the operand (the input), `parts` the result
 * (the updates), one window for each position of the index tensor without its index
 * vectors. */
typedef struct Indexing {
    IrType whole, parts;
    const RefTensor *indices;
    int batch_rank, window_rank;
    int64_t batch[IR_MAX_RANK];          /* sizes of the dimensions of positions */
    int64_t batch_to_parts[IR_MAX_RANK]; /* strides in parts */
    int64_t batch_to_indices[IR_MAX_RANK];
    int64_t window[IR_MAX_RANK]; /* sizes */
    int64_t window_to_parts[IR_MAX_RANK];
    int64_t window_to_whole[IR_MAX_RANK];
    int64_t size[IR_MAX_RANK];     /* of the window, for each dimension of whole */
    int64_t batch_of[IR_MAX_RANK]; /* for each dimension of whole: its batch, or -1 */
    int64_t stride[IR_MAX_RANK];   /* of whole */
    size_t map_count;
    const int64_t *map; /* dimensions of whole that index vectors name */
    int64_t vector_step;
} Indexing;

static bool contains(size_t count, const int64_t *list, int64_t wanted)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == wanted)
            return true;
    return false;
}

/* The dimensions of parts are either of the window or of positions. */
static void split_parts(Indexing *x, size_t windows, const int64_t *window_dims)
{
    int64_t stride[IR_MAX_RANK];
    ref_strides(x->parts, stride);
    for (int d = 0; d < x->parts->rank; d++)
        if (contains(windows, window_dims, d)) {
            x->window[x->window_rank] = x->parts->dims[d];
            x->window_to_parts[x->window_rank++] = stride[d];
        } else {
            x->batch[x->batch_rank] = x->parts->dims[d];
            x->batch_to_parts[x->batch_rank++] = stride[d];
        }
}

/* The dimensions of the index tensor are positions, but for that of the index vectors. */
static void split_indices(Indexing *x, int64_t vector_dim)
{
    int64_t stride[IR_MAX_RANK + 1];
    IrType t = x->indices->type;
    ref_strides(t, stride);
    x->vector_step = vector_dim < t->rank ? stride[vector_dim] : 0;
    for (int d = 0, b = 0; d < t->rank; d++)
        if (d != vector_dim)
            x->batch_to_indices[b++] = stride[d];
}

/* The dimensions of whole are of the window, dropped from it (size 1), or batches. */
static void split_whole(Indexing *x, size_t dropped, const int64_t *dropped_dims,
                        size_t batches, const int64_t *whole_batch,
                        const int64_t *index_batch, int64_t vector_dim)
{
    int w = 0;
    ref_strides(x->whole, x->stride);
    for (int d = 0; d < x->whole->rank; d++) {
        x->batch_of[d] = -1;
        x->size[d] = 1;
        for (size_t i = 0; i < batches; i++)
            if (whole_batch[i] == d)
                x->batch_of[d] = index_batch[i] - (index_batch[i] > vector_dim);
        if (x->batch_of[d] >= 0 || contains(dropped, dropped_dims, d))
            continue;
        x->size[d] = x->window[w];
        x->window_to_whole[w++] = x->stride[d];
    }
}

/* Where the window of a position begins in each dimension of whole. */
static void window_start(const Indexing *x, const int64_t *position, int64_t *start)
{
    int64_t first = ref_offset(x->batch_rank, position, x->batch_to_indices);
    for (int d = 0; d < x->whole->rank; d++)
        start[d] = x->batch_of[d] < 0 ? 0 : position[x->batch_of[d]];
    for (size_t i = 0; i < x->map_count; i++)
        start[x->map[i]] = ref_index(x->indices, first + (int64_t)i * x->vector_step);
}

static int64_t count_positions(const Indexing *x)
{
    int64_t n = 1;
    for (int d = 0; d < x->batch_rank; d++)
        n *= x->batch[d];
    return n;
}

/* Windows are moved so that they fit. */
static int64_t clamped_offset(const Indexing *x, const int64_t *start)
{
    int64_t offset = 0;
    for (int d = 0; d < x->whole->rank; d++) {
        int64_t last = x->whole->dims[d] - x->size[d];
        offset += (start[d] < 0 ? 0 : start[d] > last ? last : start[d]) * x->stride[d];
    }
    return offset;
}

static bool fits(const Indexing *x, const int64_t *start)
{
    for (int d = 0; d < x->whole->rank; d++)
        if (start[d] < 0 || start[d] > x->whole->dims[d] - x->size[d])
            return false;
    return true;
}

bool ref_gather(Ref *r, const IrOp *op)
{
    const RefTensor *operand = ref_in(r, op, 0);
    RefTensor *y = ref_out(r, op, 0);
    IrGatherDims g = ir_gather_dims(op);
    Indexing x = {.whole = operand->type,
                  .parts = y->type,
                  .indices = ref_in(r, op, 1),
                  .map_count = g.map,
                  .map = g.start_index_map};
    split_parts(&x, g.offset, g.offset_dims);
    split_indices(&x, g.index_vector_dim);
    split_whole(&x, g.collapsed, g.collapsed_slice_dims, g.batching,
                g.operand_batching_dims, g.start_indices_batching_dims,
                g.index_vector_dim);
    int64_t at[IR_MAX_RANK] = {0}, start[IR_MAX_RANK];
    int64_t size = (int64_t)dtype_bytes(y->type->elem);
    if (ir_elements(y->type) == 0)
        return true;
    for (int64_t i = 0, n = count_positions(&x); i < n;
         i++, ref_next(x.batch_rank, x.batch, at)) {
        window_start(&x, at, start);
        int64_t to = ref_offset(x.batch_rank, at, x.batch_to_parts);
        int64_t from = clamped_offset(&x, start);
        ref_move(x.window_rank, x.window, (size_t)size, (char *)y->data + to * size,
                 x.window_to_parts, (const char *)operand->data + from * size,
                 x.window_to_whole);
    }
    return true;
}

static bool fold_window(RefFold *f, const Indexing *x, int64_t to, int64_t from)
{
    int64_t at[IR_MAX_RANK] = {0}, n = 1;
    for (int d = 0; d < x->window_rank; d++)
        n *= x->window[d];
    for (int64_t i = 0; i < n; i++, ref_next(x->window_rank, x->window, at))
        if (!ref_fold(f, to + ref_offset(x->window_rank, at, x->window_to_whole),
                      from + ref_offset(x->window_rank, at, x->window_to_parts)))
            return false;
    return true;
}

/* The results start as copies of the inputs; x: the updates. */
static RefFold start_scatter(Ref *r, const IrOp *op)
{
    uint32_t count = op->result_count;
    RefTensor **acc = ref_scratch(r, count, sizeof *acc);
    const RefTensor **x = ref_scratch(r, count, sizeof *x);
    for (uint32_t k = 0; k < count; k++) {
        const RefTensor *input = ref_in(r, op, k);
        acc[k] = ref_out(r, op, k);
        x[k] = ref_in(r, op, count + 1 + k);
        ref_convert_elements(input->type->elem, input->data, acc[k]->type->elem,
                             acc[k]->data, ir_elements(input->type));
    }
    return ref_fold_open(r, &op->regions[0], count, acc, x);
}

/* A window that does not fit as a whole is left out, as XLA does. (The specification says
 * it of each element; JAX's semantics of out-of-bounds updates rests on whole windows.)
 */
bool ref_scatter(Ref *r, const IrOp *op)
{
    uint32_t count = op->result_count;
    IrScatterDims s = ir_scatter_dims(op);
    Indexing x = {.whole = ref_in(r, op, 0)->type,
                  .parts = ref_in(r, op, count + 1)->type,
                  .indices = ref_in(r, op, count),
                  .map_count = s.map,
                  .map = s.scatter_dims_to_operand_dims};
    split_parts(&x, s.window, s.update_window_dims);
    split_indices(&x, s.index_vector_dim);
    split_whole(&x, s.inserted, s.inserted_window_dims, s.batching, s.input_batching_dims,
                s.scatter_indices_batching_dims, s.index_vector_dim);
    RefFold f = start_scatter(r, op);
    int64_t at[IR_MAX_RANK] = {0}, start[IR_MAX_RANK];
    for (int64_t i = 0, n = count_positions(&x); i < n;
         i++, ref_next(x.batch_rank, x.batch, at)) {
        window_start(&x, at, start);
        if (fits(&x, start) &&
            !fold_window(&f, &x, ref_offset(x.whole->rank, start, x.stride),
                         ref_offset(x.batch_rank, at, x.batch_to_parts)))
            return false;
    }
    ref_fold_close(&f);
    return true;
}
