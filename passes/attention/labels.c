/* What the dimensions of values stand for, through views and products. */
#include "passes/attention/attention.h"

#include <string.h>

bool labels_equal(IrType t, const Labels *a, const Labels *b)
{
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1 && a->of[i] != b->of[i])
            return false;
    return true;
}

/* ------------------------------------------------------------------------------ views */

/* A reshape that adds and drops dimensions of size 1. */
static bool labels_reshaped(IrType from, const Labels *in, IrType to, Labels *out)
{
    int k = 0;
    for (int i = 0; i < to->rank; i++) {
        out->of[i] = LABEL_ONE;
        if (to->dims[i] == 1)
            continue;
        while (k < from->rank && from->dims[k] == 1)
            k++;
        if (k == from->rank || from->dims[k] != to->dims[i])
            return false;
        out->of[i] = in->of[k++];
    }
    return true;
}

static bool labels_broadcast(const IrOp *op, const Labels *in, int fresh, Labels *out)
{
    IrType from = ir_operand(op, 0)->type, to = op->results[0].type;
    const int64_t *dims = ir_op_ints(op, "broadcast_dimensions", NULL);
    int added = 0;
    for (int i = 0; i < to->rank; i++) {
        int k = 0;
        while (k < from->rank && dims[k] != i)
            k++;
        bool kept = k < from->rank && from->dims[k] == to->dims[i];
        out->of[i] = to->dims[i] == 1 ? LABEL_ONE : kept ? in->of[k] : (signed char)fresh;
        added += to->dims[i] != 1 && !kept;
    }
    return added <= (fresh != LABEL_NONE);
}

bool labels_through(const IrOp *view, const Labels *from, int fresh, Labels *to)
{
    const int64_t *permutation;
    *to = (Labels){0};
    switch (view->kind) {
    case OP_transpose:
        permutation = ir_op_ints(view, "permutation", NULL);
        for (int i = 0; i < view->results[0].type->rank; i++)
            to->of[i] = from->of[permutation[i]];
        return true;
    case OP_reshape:
        return labels_reshaped(ir_operand(view, 0)->type, from, view->results[0].type,
                               to);
    case OP_broadcast_in_dim: return labels_broadcast(view, from, fresh, to);
    case OP_convert: *to = *from; return true;
    default: return false;
    }
}

bool labels_back(const IrOp *view, const Labels *to, Labels *from)
{
    IrType t = ir_operand(view, 0)->type;
    const int64_t *dims;
    *from = (Labels){0};
    switch (view->kind) {
    case OP_transpose:
        dims = ir_op_ints(view, "permutation", NULL);
        for (int i = 0; i < t->rank; i++)
            from->of[dims[i]] = to->of[i];
        return true;
    case OP_reshape: return labels_reshaped(view->results[0].type, to, t, from);
    case OP_broadcast_in_dim:
        dims = ir_op_ints(view, "broadcast_dimensions", NULL);
        for (int i = 0; i < t->rank; i++)
            from->of[i] = t->dims[i] == 1 ? LABEL_ONE : to->of[dims[i]];
        return true;
    default: return false;
    }
}

/* --------------------------------------------------------------------------- products */

static bool has(const int64_t *list, size_t count, int d)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == d)
            return true;
    return false;
}

/* Which dimension of operand i each dimension of the result is: -1, the other's. A
 * dimension of the batch is both's. */
static void result_dims(const IrOp *dot, uint32_t operand, int *of_operand)
{
    IrDotDims d = ir_dot_dims(dot);
    int out = 0;
    for (size_t i = 0; i < d.batch; i++)
        of_operand[out++] = (int)(operand ? d.rhs_batch : d.lhs_batch)[i];
    for (uint32_t side = 0; side < 2; side++)
        for (int i = 0; i < ir_operand(dot, side)->type->rank; i++)
            if (!has(side ? d.rhs_batch : d.lhs_batch, d.batch, i) &&
                !has(side ? d.rhs_contract : d.lhs_contract, d.contract, i))
                of_operand[out++] = side == operand ? i : -1;
}

Labels inner_operand_labels(const IrOp *dot, uint32_t i, const Labels *scores)
{
    Labels out = {0};
    int of_operand[IR_MAX_RANK];
    IrType t = ir_operand(dot, i)->type;
    result_dims(dot, i, of_operand);
    for (int k = 0; k < t->rank; k++)
        out.of[k] = t->dims[k] == 1 ? LABEL_ONE : LABEL_DEPTH;
    for (int k = 0; k < dot->results[0].type->rank; k++)
        if (of_operand[k] >= 0)
            out.of[of_operand[k]] = scores->of[k];
    return out;
}

uint32_t outer_scores_operand(const Scores *s, const IrOp *dot)
{
    return !s->is_score[ir_operand(dot, 0)->id];
}

int outer_summed(const Scores *s, const IrOp *dot)
{
    uint32_t i = outer_scores_operand(s, dot);
    IrDotDims d = ir_dot_dims(dot);
    const IrValue *x = ir_operand(dot, i);
    for (size_t k = 0; k < d.contract; k++) {
        int64_t dim = (i ? d.rhs_contract : d.lhs_contract)[k];
        if (x->type->dims[dim] != 1)
            return s->labels[x->id].of[dim];
    }
    return LABEL_NONE;
}

Labels outer_operand_labels(const Scores *s, const IrOp *dot)
{
    uint32_t i = outer_scores_operand(s, dot);
    IrDotDims d = ir_dot_dims(dot);
    const Labels *x = &s->labels[ir_operand(dot, i)->id];
    IrType t = ir_operand(dot, !i)->type;
    Labels out = {0};
    for (int k = 0; k < t->rank; k++)
        out.of[k] = t->dims[k] == 1 ? LABEL_ONE : LABEL_DEPTH;
    for (size_t k = 0; k < d.batch; k++)
        out.of[(i ? d.lhs_batch : d.rhs_batch)[k]] =
            x->of[(i ? d.rhs_batch : d.lhs_batch)[k]];
    for (size_t k = 0; k < d.contract; k++)
        out.of[(i ? d.lhs_contract : d.rhs_contract)[k]] =
            x->of[(i ? d.rhs_contract : d.lhs_contract)[k]];
    return out;
}

Labels outer_result_labels(const Scores *s, const IrOp *dot)
{
    uint32_t i = outer_scores_operand(s, dot);
    int of_operand[IR_MAX_RANK];
    IrType t = dot->results[0].type;
    Labels out = {0};
    result_dims(dot, i, of_operand);
    for (int k = 0; k < t->rank; k++)
        out.of[k] = t->dims[k] == 1 ? LABEL_ONE
                    : of_operand[k] < 0
                        ? LABEL_DEPTH
                        : s->labels[ir_operand(dot, i)->id].of[of_operand[k]];
    return out;
}
