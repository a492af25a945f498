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
 *   G13 numGroups is an i32, not negative. */
#include "ir/verify.h"

#include "ir/forms.h"

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
    int64_t elements;
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
