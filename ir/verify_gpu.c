/* Kernels for GPUs.
 *   G1 a launch has six sizes; those that are known are positive and what a GPU can have.
 *   G2 its body takes 12 indices, then buffers of the workgroup's memory.
 *   G3 a block has at most 1024 threads.
 *   G4 a launch stands directly in a function.
 *   G5 barriers and shuffles stand in a launch, scf.parallel outside of launches.
 *   G6 a shuffle moves a number of 32 or 64 bits; its offset and width are i32.
 *   G7 its mode is one of four.
 *   G8 its width, if known, is a power of two, at most 32. */
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
