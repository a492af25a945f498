/* Kernels for GPUs.
 *   G1 a launch has six sizes; those that are known are positive and what a GPU can have.
 *   G2 its body takes 12 indices, then buffers of the workgroup's memory.
 *   G3 a block has at most 1024 threads.
 *   G4 a launch stands directly in a function.
 *   G5 barriers, shuffles and copies stand in a launch, scf.parallel outside of launches.
 *   G6 a shuffle moves a number of 32 or 64 bits; its offset and width are i32.
 *   G7 its mode is one of four.
 *   G8 its width, if known, is a power of two, at most 32.
 *   G9 an asynchronous copy goes to elements of the same type in the workgroup's memory;
 *      an index for each dimension, and one more if it says how many elements there are.
 *   G10 it is of 4, 8 or 16 bytes, of which only the last go past the first cache.
 *   G11 places that are known are multiples of its size, in elements.
 *   G12 tokens are for groups and for waiting.
 *   G13 numGroups is an i32, not negative.
 *   G14 what a lane holds of a matrix are words of 32 bits: of f32, or two of f16 or bf16.
 *   G15 shapes and types of a product of fragments are among those that there are.
 *   G16 matrices are loaded from the workgroup's memory, one, two or four of them; turned
 *       round they are of 16 bits.
 *   G17 a part of a fragment lies in it.
 *   G18 a matrix of four warps has 64 rows, or 64 of what is summed, and up to 256 columns.
 *   G19 a buffer that is such a matrix has lines of 128 bytes; several panels of such lines if
 *       rows or columns are contiguous.
 *   G20 a fence is between stores or copies and tensor cores, in a workgroup's memory.
 *   G26 an atomic operation adds an i32 to one that all blocks see. */
#include "ir/verify.h"

#include "ir/forms.h"

#include <string.h>

enum { MOST_THREADS = 1024, WARP = 32 };

static bool is_known(const IrValue *v, int64_t *out)
{
    IrAttr a = ir_is(v, OP_arith_constant) ? ir_op_attr(v->op, "value") : NULL;
    bool known = a && a->kind == IR_ATTR_INT;
    *out = known ? a->number : 0;
    return known;
}

static bool in_launch(const IrOp *op)
{
    while (op->block && op->kind != OP_gpu_launch)
        op = op->block->region->op;
    return op->kind == OP_gpu_launch;
}

bool verify_outside(const Infer *f)
{
    return !in_launch(f->op) || infer_fail(f, "stands inside of a gpu.launch"); /* G5 */
}

static bool sizes_fit(const Infer *f)
{
    static const int64_t most[LAUNCH_SIZES] = {INT32_MAX, 65535, 65535, 1024, 1024, 64};
    int64_t size, threads = 1;
    for (uint32_t i = 0; i < LAUNCH_SIZES; i++) {
        if (!is_known(ir_operand(f->op, i), &size))
            continue;
        if (size < 1 || size > most[i]) /* G1 */
            return infer_fail(f, "size %u is %lld, but should be from 1 to %lld", i,
                              (long long)size, (long long)most[i]);
        threads *= i < LAUNCH_SIZES / 2 ? 1 : size;
    }
    return threads <= MOST_THREADS || /* G3 */
           infer_fail(f, "has %lld threads in a block, but at most %d are possible",
                      (long long)threads, MOST_THREADS);
}

static bool body_fits(const Infer *f)
{
    const IrBlock *body = f->op->regions[0].block;
    IrAttr a = ir_op_attr(f->op, "workgroup_attributions");
    int64_t buffers = a && a->kind == IR_ATTR_INT ? a->number : 0;
    bool fit = (!a || a->kind == IR_ATTR_INT) && buffers >= 0 &&
               (int64_t)body->arg_count - LAUNCH_INDICES == buffers;
    for (uint32_t i = 0; fit && i < body->arg_count; i++) {
        IrType t = body->args[i]->type;
        fit = i < LAUNCH_INDICES ? t->kind == IR_INDEX : t->shared;
    }
    return fit ||
           infer_fail(f, "the body should take %d indices and %lld shared buffers",
                      LAUNCH_INDICES, (long long)buffers); /* G2 */
}

bool verify_launch(const Infer *f)
{
    uint32_t n = f->op->operand_count;
    if (n > LAUNCH_SIZES) /* G1 */
        return infer_unsupported(f, "sizes of clusters or of dynamic memory");
    if (n < LAUNCH_SIZES) /* G1 */
        return infer_fail(f, "has %u operands, but takes %d", n, LAUNCH_SIZES);
    for (uint32_t i = 0; i < LAUNCH_SIZES; i++)
        if (infer_in(f, i)->kind != IR_INDEX) /* G1 */
            return verify_bad_types(f);
    if (f->op->block->region->op->kind != OP_func) /* G4 */
        return infer_fail(f, "stands in %s, but should stand in a function",
                          ir_op_info(f->op->block->region->op->kind)->name);
    return sizes_fit(f) && body_fits(f);
}

bool verify_inside(const Infer *f)
{
    return in_launch(f->op) || infer_fail(f, "stands outside of a gpu.launch"); /* G5 */
}

static bool is_scalar(IrType t, Dtype elem)
{
    return t->kind == IR_SCALAR && t->elem == elem;
}

static bool mode_fits(const Infer *f)
{
    static const char *const modes[] = {"xor", "down", "up", "idx", NULL};
    const char *mode;
    return infer_optional_enum(f, "mode", modes, &mode) &&
           (mode || infer_fail(f, "has no mode")); /* G7 */
}

static bool width_fits(const Infer *f)
{
    int64_t width;
    bool fit = !is_known(ir_operand(f->op, 2), &width) ||
               (width > 0 && width <= WARP && !(width & (width - 1)));
    return fit || infer_fail(f, "the width is %lld, but should be 1, 2, 4, 8, 16 or 32",
                             (long long)width); /* G8 */
}

bool verify_shuffle(const Infer *f)
{
    IrType t = infer_in(f, 0);
    bool moves = is_scalar(t, DTYPE_f32) || is_scalar(t, DTYPE_f64) ||
                 is_scalar(t, DTYPE_i32) || is_scalar(t, DTYPE_i64);
    if (!moves || !is_scalar(infer_in(f, 1), DTYPE_i32) ||
        !is_scalar(infer_in(f, 2), DTYPE_i32) || f->op->results[0].type != t ||
        !is_scalar(f->op->results[1].type, DTYPE_i1)) /* G6 */
        return verify_bad_types(f);
    return verify_inside(f) && mode_fits(f) && width_fits(f);
}

/* ------------------------------------------------------------------ asynchronous copies */

static bool is_buffer(IrType t, bool shared)
{
    return t->kind == IR_MEMREF && t->shared == shared && t->rank > 0;
}

/* to, its indices, from, its indices, elements that there are */
static bool copy_types_fit(const Infer *f)
{
    uint32_t n = f->op->operand_count;
    IrType to = n ? infer_in(f, 0) : NULL;
    uint32_t second = to && is_buffer(to, true) ? 1 + (uint32_t)to->rank : n;
    IrType from = second < n ? infer_in(f, second) : NULL;
    if (!from || !is_buffer(from, false) || from->elem != to->elem ||
        f->op->results[0].type->kind != IR_TOKEN) /* G9 */
        return verify_bad_types(f);
    uint32_t most = second + 2 + (uint32_t)from->rank;
    if (n != most && n != most - 1) /* G9 */
        return infer_fail(f, "has %u operands, but takes %u or %u", n, most - 1, most);
    for (uint32_t i = 1; i < n; i++)
        if (i != second && infer_in(f, i)->kind != IR_INDEX) /* G9 */
            return verify_bad_types(f);
    return true;
}

static bool copy_size_fits(const Infer *f, int64_t *elements)
{
    IrAttr a = ir_op_attr(f->op, "dstElements"), past = ir_op_attr(f->op, "bypassL1");
    bool is_index = a && a->kind == IR_ATTR_INT && a->type->kind == IR_INDEX;
    if (!is_index || a->number < 1 || a->number > 16) /* G10 */
        return infer_fail(f, "dstElements is no number of elements");
    int64_t bytes = a->number * (int64_t)dtype_bytes(infer_in(f, 0)->elem);
    *elements = a->number;
    if (bytes != 4 && bytes != 8 && bytes != 16) /* G10 */
        return infer_fail(f, "is of %lld bytes, but should be of 4, 8 or 16",
                          (long long)bytes);
    return !past || (past->kind == IR_ATTR_UNIT && bytes == 16) || /* G10 */
           infer_fail(f, "goes past the first cache with %lld bytes, but only 16 can",
                      (long long)bytes);
}

/* The place of the memref that is operand `first`: the last index, and rows before it. */
static bool copy_is_aligned(const Infer *f, uint32_t first, int64_t elements)
{
    IrType t = infer_in(f, first);
    uint32_t rank = (uint32_t)t->rank;
    int64_t last;
    bool fit = (rank == 1 || t->dims[rank - 1] % elements == 0) &&
               (!is_known(ir_operand(f->op, first + rank), &last) || last % elements == 0);
    return fit || infer_fail(f, "a place in %s is no multiple of %lld elements",
                             infer_str(f, t), (long long)elements); /* G11 */
}

static bool token_is_used_well(const Infer *f)
{
    for (const IrUse *u = f->op->results[0].uses; u; u = u->next)
        if (u->op->kind != OP_async_group && u->op->kind != OP_async_wait) /* G12 */
            return infer_fail(f, "its token is used by %s", ir_op_info(u->op->kind)->name);
    return true;
}

bool verify_async_copy(const Infer *f)
{
    int64_t elements = 0;
    return copy_types_fit(f) && copy_size_fits(f, &elements) &&
           copy_is_aligned(f, 0, elements) &&
           copy_is_aligned(f, 1 + (uint32_t)infer_in(f, 0)->rank, elements) &&
           token_is_used_well(f) && verify_inside(f);
}

bool verify_async_group(const Infer *f)
{
    for (uint32_t i = 0; i < f->op->operand_count; i++)
        if (infer_in(f, i)->kind != IR_TOKEN) /* G12 */
            return verify_bad_types(f);
    if (f->op->results[0].type->kind != IR_TOKEN) /* G12 */
        return verify_bad_types(f);
    return token_is_used_well(f) && verify_inside(f);
}

bool verify_async_wait(const Infer *f)
{
    IrAttr a = ir_op_attr(f->op, "numGroups");
    if (infer_in(f, 0)->kind != IR_TOKEN) /* G12 */
        return verify_bad_types(f);
    bool fit = !a || (a->kind == IR_ATTR_INT && is_scalar(a->type, DTYPE_i32) &&
                      a->number >= 0);
    return (fit || infer_fail(f, "numGroups is no number of groups")) && /* G13 */
           verify_inside(f);
}

/* --------------------------------------------------------------------------- fragments */

/* vector<Rx1xf32>, vector<Rx2xf16>, vector<Rx2xbf16> */
static bool is_words(IrType t, int64_t rows)
{
    bool half = t->elem == DTYPE_f16 || t->elem == DTYPE_bf16;
    return t->kind == IR_VECTOR && t->rank == 2 && t->dims[0] == rows && /* G14 */
           (half || t->elem == DTYPE_f32) && t->dims[1] == (half ? 2 : 1);
}

static bool has_ints(const Infer *f, const char *name, size_t count, const int64_t *ints)
{
    IrAttr a = ir_op_attr(f->op, name);
    bool fit = a && a->kind == IR_ATTR_ARRAY && a->count == count;
    for (size_t i = 0; fit && i < count; i++)
        fit = a->items[i]->kind == IR_ATTR_INT && a->items[i]->number == ints[i];
    return fit;
}

/* m16n8k16 of f16 and bf16, m16n8k8 of f32 as tf32; sums are f32. */
bool verify_mma(const Infer *f)
{
    IrType a = infer_in(f, 0), b = infer_in(f, 1), c = infer_in(f, 2);
    bool sums = c->kind == IR_VECTOR && c->rank == 2 && c->elem == DTYPE_f32 &&
                c->dims[0] == 2 && c->dims[1] == 2 && c == f->op->results[0].type;
    if (!is_words(a, 4) || !is_words(b, 2) || a->elem != b->elem || !sums) /* G15 */
        return verify_bad_types(f);
    bool cut = a->elem == DTYPE_f32;
    IrAttr tf32 = ir_op_attr(f->op, "tf32Enabled");
    if (!has_ints(f, "mmaShape", 3, (int64_t[]){16, 8, cut ? 8 : 16})) /* G15 */
        return infer_fail(f, "mmaShape should be [16, 8, %d]", cut ? 8 : 16);
    if (tf32 ? tf32->kind != IR_ATTR_UNIT || !cut : cut) /* G15 */
        return infer_fail(f, "tf32Enabled is for f32, which is computed in no other way");
    return verify_inside(f);
}

bool verify_ldmatrix(const Infer *f)
{
    uint32_t n = f->op->operand_count;
    IrType from = n ? infer_in(f, 0) : NULL, to = f->op->results[0].type;
    IrAttr count = ir_op_attr(f->op, "numTiles"), turned = ir_op_attr(f->op, "transpose");
    if (!from || !is_buffer(from, true) || to->elem != from->elem || /* G16 */
        n != 1 + (uint32_t)from->rank)
        return verify_bad_types(f);
    for (uint32_t i = 1; i < n; i++)
        if (infer_in(f, i)->kind != IR_INDEX) /* G16 */
            return verify_bad_types(f);
    bool known = count && count->kind == IR_ATTR_INT &&
                 (count->number == 1 || count->number == 2 || count->number == 4);
    if (!known || !turned || turned->kind != IR_ATTR_BOOL) /* G16 */
        return infer_fail(f, "numTiles is 1, 2 or 4, and transpose is true or false");
    if (!is_words(to, count->number)) /* G14 */
        return verify_bad_types(f);
    if (turned->number && to->elem == DTYPE_f32) /* G16 */
        return infer_fail(f, "elements of 32 bits cannot be turned round");
    return copy_is_aligned(f, 0, 16 / (int64_t)dtype_bytes(from->elem)) && verify_inside(f);
}

bool verify_fragment_element(const Infer *f, IrType fragment, IrType part)
{
    IrAttr a = ir_op_attr(f->op, "static_position");
    bool one = is_scalar(part, fragment->elem);
    bool row = part->kind == IR_VECTOR && part->rank == 1 && part->elem == fragment->elem &&
               part->dims[0] == fragment->dims[1];
    if (!one && !row) /* G17 */
        return verify_bad_types(f);
    bool fit = a && a->kind == IR_ATTR_INTS && a->count == (one ? 2 : 1);
    for (size_t i = 0; fit && i < a->count; i++)
        fit = a->ints[i] >= 0 && a->ints[i] < fragment->dims[i];
    return fit || infer_fail(f, "static_position is not in %s", /* G17 */
                             infer_str(f, fragment));
}

/* Some rows of a fragment. */
bool verify_fragment_slice(const Infer *f)
{
    IrType from = infer_in(f, 0), to = f->op->results[0].type;
    IrAttr a = ir_op_attr(f->op, "offsets");
    bool fit = from->kind == IR_VECTOR && from->rank == 2 && to->kind == IR_VECTOR &&
               to->rank == 2 && to->elem == from->elem && to->dims[1] == from->dims[1];
    if (!fit) /* G17 */
        return verify_bad_types(f);
    fit = a && a->kind == IR_ATTR_ARRAY && a->count == 1 &&
          a->items[0]->kind == IR_ATTR_INT && a->items[0]->number >= 0 &&
          a->items[0]->number <= from->dims[0] - to->dims[0] &&
          has_ints(f, "sizes", 1, to->dims) && has_ints(f, "strides", 1, (int64_t[]){1});
    return fit || infer_fail(f, "offsets, sizes and strides give no %s of %s", /* G17 */
                             infer_str(f, to), infer_str(f, from));
}

/* -------------------------------------------------------------------- warps by fours */

enum { GROUP_ROWS = 64, MOST_COLUMNS = 256, LINE_BYTES = 128 };

static bool is_half(Dtype t) { return t == DTYPE_f16 || t == DTYPE_bf16; }

static bool is_sums(IrType t)
{
    return t->kind == IR_ACCUMULATOR && t->dims[0] == GROUP_ROWS && t->dims[1] % 8 == 0 &&
           t->dims[1] >= 8 && t->dims[1] <= MOST_COLUMNS; /* G18 */
}

/* [line][64] gives lines by 64, or turned round; [panel][line][64] lines by 64 panels. */
static bool is_matrix_of(IrType buffer, IrType matrix)
{
    bool lines = is_buffer(buffer, true) && is_half(buffer->elem) &&
                 buffer->dims[buffer->rank - 1] * 2 == LINE_BYTES; /* G19 */
    if (!lines || matrix->kind != IR_DESCRIPTOR || matrix->elem != buffer->elem)
        return false;
    int64_t line = buffer->rank == 2   ? buffer->dims[0]
                   : buffer->rank == 3 ? buffer->dims[1]
                                       : 0;
    int64_t across = ir_elements(buffer) / (line ? line : 1);
    return line && ((matrix->dims[0] == line && matrix->dims[1] == across) ||
                    (matrix->dims[1] == line && matrix->dims[0] == across));
}

bool verify_matrix_cast(const Infer *f)
{
    IrType from = infer_in(f, 0);
    uint32_t n = f->op->result_count;
    bool fit = from->kind == IR_MEMREF ? n == 1 && is_matrix_of(from, f->op->results[0].type)
                                       : is_sums(from) && n == from->dims[1] / 8;
    for (uint32_t i = 0; fit && from->kind != IR_MEMREF && i < n; i++) {
        IrType t = f->op->results[i].type;
        fit = t->kind == IR_VECTOR && t->rank == 2 && t->elem == DTYPE_f32 &&
              t->dims[0] == 2 && t->dims[1] == 2;
    }
    return fit ? verify_inside(f) : verify_bad_types(f);
}

bool verify_warpgroup_zero(const Infer *f)
{
    return is_sums(f->op->results[0].type) ? verify_inside(f) : verify_bad_types(f);
}

static bool is_descriptor(IrType t, int64_t rows, int64_t columns)
{
    return t->kind == IR_DESCRIPTOR && is_half(t->elem) && t->dims[0] == rows &&
           t->dims[1] == columns;
}

static bool is_count(IrAttr a)
{
    return a && a->kind == IR_ATTR_INT && is_scalar(a->type, DTYPE_i32) && a->number >= 0;
}

bool verify_warpgroup_mma(const Infer *f)
{
    IrType a = infer_in(f, 0), b = infer_in(f, 1), c = infer_in(f, 2);
    bool fit = is_sums(c) && c == f->op->results[0].type &&
               is_descriptor(a, GROUP_ROWS, 64) && is_descriptor(b, 64, c->dims[1]) &&
               a->elem == b->elem; /* G18 */
    if (!fit)
        return verify_bad_types(f);
    IrAttr turn_a = ir_op_attr(f->op, "transposeA"), turn_b = ir_op_attr(f->op, "transposeB");
    fit = (!turn_a || turn_a->kind == IR_ATTR_UNIT) && (!turn_b || turn_b->kind == IR_ATTR_UNIT) &&
          is_count(ir_op_attr(f->op, "waitGroup"));
    return (fit || infer_fail(f, "waitGroup, transposeA or transposeB is none")) && /* G18 */
           verify_inside(f);
}

bool verify_warpgroup_wait(const Infer *f)
{
    return (is_count(ir_op_attr(f->op, "group")) || infer_fail(f, "group is no number")) &&
           verify_inside(f); /* G18 */
}

static bool is_word(const Infer *f, const char *name, const char *of, const char *value)
{
    IrAttr a = ir_op_attr(f->op, name);
    return a && a->kind == IR_ATTR_ENUM && !strcmp(a->name, of) && !strcmp(a->value, value);
}

bool verify_fence_proxy(const Infer *f)
{
    bool fit = is_word(f, "kind", "nvvm.proxy_kind", "async.shared") &&
               is_word(f, "space", "nvvm.shared_space", "cta");
    return (fit || infer_unsupported(f, "another kind of fence")) && verify_inside(f); /* G20 */
}

/* --------------------------------------------------------------------------- counters */

bool verify_atomic(const Infer *f)
{
    uint32_t n = f->op->operand_count;
    IrType to = n > 1 ? infer_in(f, 1) : NULL;
    bool fit = to && to->kind == IR_MEMREF && !to->shared && to->elem == DTYPE_i32 &&
               is_scalar(infer_in(f, 0), DTYPE_i32) && f->op->results[0].type == infer_in(f, 0);
    for (uint32_t i = 2; i < n; i++)
        fit = fit && infer_in(f, i)->kind == IR_INDEX;
    if (!fit) /* G26 */
        return verify_bad_types(f);
    if (n != 2 + (uint32_t)to->rank) /* K4 */
        return infer_fail(f, "%u indices for %s", n - 2, infer_str(f, to));
    IrAttr kind = ir_op_attr(f->op, "kind");
    bool adds = kind && kind->kind == IR_ATTR_STRING && !strcmp(kind->name, "addi");
    return (adds || infer_unsupported(f, "an operation that is no addition of integers")) &&
           verify_inside(f); /* G26 */
}
