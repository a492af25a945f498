/* The operands of contractions: which ones a contraction computes for itself instead of reading what
 * another kernel wrote.
 *
 * Lowering knows two ways. The operand whose free dimensions are the innermost of the result (its
 * columns) is packed into panels, each element once, so any cheap chain of ops may come before it.
 * The other one, whose elements are the rows, is computed again for each panel, which costs more than
 * a buffer: relu before 2 panels 3 %, tanh 15 % of the product (k = 784, AVX-512). So the chain may come
 * before it if there is but one panel. A convolution would compute its rows again for each position of
 * the kernel as well, so they are always read. */
#include "ir/schedule.h"
#include "passes/fuse/fuse.h"
#include "passes/strided.h"

enum { NO_COLUMNS = 2 };

/* The dimension of a value in which neighbours lie side by side; -1: it has one element. */
static int innermost(IrType t)
{
    int i = t->rank - 1;
    while (i >= 0 && t->dims[i] == 1)
        i--;
    return i;
}

/* The operand that the result's columns come from: 0, 1, or NO_COLUMNS. */
static uint32_t columns_operand(const IrOp *op)
{
    int last = innermost(op->results[0].type);
    if (op->kind == OP_convolution) {
        IrConvDims d = ir_conv_dims(op);
        return last == d.output_feature && d.feature_groups * d.batch_groups == 1 ? 1 : NO_COLUMNS;
    }
    IrDotDims d = ir_dot_dims(op);
    int rhs = ir_operand(op, 0)->type->rank - (int)d.contract;      /* its first dimension */
    return last < (int)d.batch ? NO_COLUMNS : last >= rhs;
}

/* Whether v, a view or not, is one of group g's values and its neighbours are neighbours there. */
static bool keeps_neighbours(const Fusion *f, IrValue *v, int32_t g)
{
    int64_t strides[IR_MAX_RANK], start;
    int i = innermost(v->type);
    const IrValue *from = pass_strided(v, strides, &start);
    return from && from->op && f->group_of[from->op->id] == g && i >= 0 &&
           strides[i] == 1 && ir_elements(v->type) <= ir_elements(from->type);
}

static bool is_contracted(const IrOp *dot, uint32_t operand, int dimension)
{
    IrDotDims d = ir_dot_dims(dot);
    for (size_t i = 0; i < d.contract; i++)
        if ((operand ? d.rhs_contract : d.lhs_contract)[i] == dimension)
            return true;
    return false;
}

/* Whether no panel but one needs the rows of a dot. */
static bool is_computed_once(const Fusion *f, const IrOp *dot, uint32_t rows)
{
    if (!f->target)
        return false;
    int64_t elements = ir_elements(ir_operand(dot, rows)->type), depth = ir_dot_depth(dot);
    int64_t columns = ir_elements(dot->results[0].type) / (elements / depth);
    IrSchedule s = ir_schedule(f->target);
    int64_t panel = f->target->vector_bits / 8 * s.tile_vectors /
                    (int64_t)dtype_bytes(dot->results[0].type->elem);
    return columns <= (elements / depth <= s.dots_rows ? s.dots_staged : panel);
}

/* Tensor cores pack nothing: each row of tiles would compute the columns again, in the way of copies
 * that go on beside the threads. */
static bool waits_for_columns(const Fusion *f, const IrOp *op)
{
    enum { TILE = 128 };
    IrType result = op->results[0].type;
    bool tensor = f->target && f->target->tensor_cores &&
                  (ir_operand(op, 0)->type->elem != DTYPE_f32 || f->target->tf32);
    int last = innermost(result);
    return tensor && last >= 0 && ir_elements(result) / result->dims[last] > TILE;
}

static bool may_stage(const Fusion *f, const IrOp *op, uint32_t i, int32_t g)
{
    uint32_t columns = columns_operand(op);
    if (columns == NO_COLUMNS || !ir_elements(ir_operand(op, i)->type) || waits_for_columns(f, op) ||
        !keeps_neighbours(f, ir_operand(op, i), g))
        return false;
    return i == columns ||
           (op->kind == OP_dot_general &&
            is_contracted(op, i, innermost(ir_operand(op, i)->type)) && is_computed_once(f, op, i));
}

static bool comes_from(const Fusion *f, const IrValue *v, int32_t g)
{
    if (fuse_is_buffer(f, v))
        return v->op && f->group_of[v->op->id] == g;
    for (uint32_t i = 0; i < v->op->operand_count; i++)
        if (comes_from(f, ir_operand(v->op, i), g))
            return true;
    return false;
}

bool fuse_may_stage(const Fusion *f, const IrOp *op, const IrValue *base)
{
    int32_t g = f->group_of[base->op->id];      /* it moves as a whole */
    for (uint32_t i = 0; i < 2; i++)
        if (comes_from(f, ir_operand(op, i), g) && !may_stage(f, op, i, g))
            return false;
    return true;
}

bool fuse_reads_view(const IrOp *op, uint32_t i)
{
    int64_t strides[IR_MAX_RANK], start;
    const IrValue *array = pass_strided(ir_operand(op, i), strides, &start);
    return (array && !ir_is(array, OP_iota)) || columns_operand(op) == i;
}
