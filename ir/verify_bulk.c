/* Copies of whole boxes of a matrix, and the barriers that tell that they have come.
 *   G21 a map is made outside of launches, of a matrix of 16 bits with lines of a
 *       multiple of 16 bytes.
 *   G22 a box has lines of 128 bytes, at most 256 of them, and its sizes are given as
 *       constants.
 *   G23 a box goes to a buffer of its shape in the workgroup's memory, by a map that was
 *       made; it begins at two indices.
 *   G24 barriers are made directly in a launch; one is of those that were made, and its
 *       number, if known, is below theirs.
 *   G25 the arrivals that end a phase, if known, are from 1 to 1048575, and so are
 *       bytes, or 0. */
#include "ir/verify.h"

enum { MOST_LINES = 256, LINE_BYTES = 128, CHUNK = 16, MOST_COUNT = (1 << 20) - 1 };

static bool is_index(const Infer *f, uint32_t i)
{
    return infer_in(f, i)->kind == IR_INDEX;
}

static bool known(const Infer *f, uint32_t i, int64_t *out)
{
    const IrValue *v = ir_operand(f->op, i);
    IrAttr a = ir_is(v, OP_arith_constant) ? ir_op_attr(v->op, "value") : NULL;
    *out = a && a->kind == IR_ATTR_INT ? a->number : 0;
    return a && a->kind == IR_ATTR_INT;
}

bool verify_memref_cast(const Infer *f)
{
    IrType from = infer_in(f, 0), to = f->op->results[0].type;
    bool fit = from->kind == IR_MEMREF && !from->shared && to->kind == IR_UNRANKED &&
               from->elem == to->elem;
    return fit || verify_bad_types(f); /* G21 */
}

static bool matrix_fits(const Infer *f)
{
    const IrValue *v = ir_operand(f->op, 0);
    IrType t = ir_is(v, OP_memref_cast) ? ir_operand(v->op, 0)->type : NULL;
    if (!t || t->rank != 2)
        return infer_unsupported(f, "a tensor map of what is no cast matrix"); /* G21 */
    int64_t line = t->dims[1] * (int64_t)dtype_bytes(t->elem);
    return (dtype_bytes(t->elem) == 2 && line && line % CHUNK == 0) ||
           infer_unsupported(f, "a tensor map of %s", infer_str(f, t)); /* G21 */
}

bool verify_tensor_map(const Infer *f)
{
    IrType map = f->op->results[0].type;
    int64_t rows, columns;
    if (f->op->operand_count != 3 || infer_in(f, 0)->kind != IR_UNRANKED ||
        !is_index(f, 1) || !is_index(f, 2) || map->kind != IR_TENSOR_MAP ||
        map->elem != infer_in(f, 0)->elem)
        return verify_bad_types(f); /* G21 */
    bool fit = known(f, 1, &rows) && known(f, 2, &columns) && rows == map->dims[0] &&
               columns == map->dims[1] && rows >= 1 && rows <= MOST_LINES &&
               columns * (int64_t)dtype_bytes(map->elem) == LINE_BYTES;
    if (!fit)
        return infer_fail(
            f,
            "the sizes of the box should be those of %s, lines of %d bytes and "
            "at most %d of them",
            infer_str(f, map), LINE_BYTES, MOST_LINES); /* G22 */
    return matrix_fits(f) && verify_outside(f);
}

bool verify_tensor_load(const Infer *f)
{
    IrType to = infer_in(f, 0), map = infer_in(f, 2);
    bool fit = to->kind == IR_MEMREF && to->shared && to->rank == 2 &&
               ir_is(ir_operand(f->op, 1), OP_barriers) &&
               ir_is(ir_operand(f->op, 2), OP_tensor_map) && to->elem == map->elem &&
               to->dims[0] == map->dims[0] && to->dims[1] == map->dims[1];
    for (uint32_t i = 3; fit && i < f->op->operand_count; i++)
        fit = is_index(f, i);
    return fit ? verify_inside(f) : verify_bad_types(f); /* G23 */
}

bool verify_barriers(const Infer *f)
{
    if (f->op->results[0].type->kind != IR_BARRIERS) /* G24 */
        return verify_bad_types(f);
    return f->op->block->region->op->kind == OP_gpu_launch ||
           infer_fail(f, "should stand in a gpu.launch, in nothing else"); /* G24 */
}

/* Operand `which` is the number of a barrier. */
static bool barrier_exists(const Infer *f, uint32_t which)
{
    int64_t number;
    if (!ir_is(ir_operand(f->op, 0), OP_barriers) || !is_index(f, which))
        return verify_bad_types(f);
    return !known(f, which, &number) ||
           (number >= 0 && number < infer_in(f, 0)->dims[0]) ||
           infer_fail(f, "there is no barrier %lld", (long long)number); /* G24 */
}

static bool count_fits(const Infer *f, int64_t least)
{
    int64_t count;
    if (!is_index(f, 1))
        return verify_bad_types(f);
    return !known(f, 1, &count) || (count >= least && count <= MOST_COUNT) ||
           infer_fail(f, "%lld is not from %lld to %d", (long long)count,
                      (long long)least, MOST_COUNT); /* G25 */
}

bool verify_barrier_init(const Infer *f)
{
    return barrier_exists(f, 2) && count_fits(f, 1) && verify_inside(f);
}

bool verify_barrier_arrive(const Infer *f)
{
    return barrier_exists(f, 2) && count_fits(f, 0) && verify_inside(f);
}

bool verify_barrier_wait(const Infer *f)
{
    IrType parity = infer_in(f, 1);
    if (parity->kind != IR_SCALAR || parity->elem != DTYPE_i1 || !is_index(f, 2))
        return verify_bad_types(f); /* G24 */
    return barrier_exists(f, 3) && verify_inside(f);
}
