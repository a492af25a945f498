/* Regions that combine elements: of reduce, reduce_window, scatter and
 * select_and_scatter.
 *   R1 a body takes two scalars for each input, the first ones of all inputs first.
 *   R2 it returns the combined scalars; that of selection returns an i1.
 *   R3 its ops are elementwise or constants, and of scalars.
 *   R4 they use nothing from outside. */
#include "ir/verify.h"

static bool scalar_of(IrType t, Dtype elem)
{
    return t->kind == IR_TENSOR && infer_is_scalar(t, elem);
}

static bool args_fit(const Infer *f, const IrBlock *body, uint32_t inputs)
{
    if (body->arg_count != 2 * inputs) /* R1 */
        return infer_fail(f, "the body takes %u values, but should take %u",
                          body->arg_count, 2 * inputs);
    for (uint32_t i = 0; i < 2 * inputs; i++) {
        Dtype elem = infer_in(f, i % inputs)->elem;
        if (!scalar_of(body->args[i]->type, elem)) /* R1 */
            return infer_fail(f, "the body's value %u is %s, but should be tensor<%s>", i,
                              infer_str(f, body->args[i]->type), dtype_name(elem));
    }
    return true;
}

/* The end of the body gives a scalar for each of `count` inputs, or an i1. */
static bool end_fits(const Infer *f, const IrBlock *body, uint32_t count, bool selects)
{
    const IrOp *end = body->last;
    if (!end || end->kind != OP_yield) /* reported where all terminators are */
        return false;
    if (end->operand_count != count) /* R2 */
        return infer_fail(f, "the body returns %u values, but should return %u",
                          end->operand_count, count);
    for (uint32_t i = 0; i < count; i++) {
        Dtype elem = selects ? DTYPE_i1 : infer_in(f, i)->elem;
        if (!scalar_of(ir_operand(end, i)->type, elem)) /* R2 */
            return infer_fail(f, "the body returns %s, but should return tensor<%s>",
                              infer_str(f, ir_operand(end, i)->type), dtype_name(elem));
    }
    return true;
}

static bool op_fits(const Infer *f, const IrOp *op)
{
    if (!ir_is_elementwise(op->kind) && op->kind != OP_constant &&
        op->kind != OP_yield) /* R3 */
        return infer_unsupported(f, "%s in the body", ir_op_info(op->kind)->name);
    for (uint32_t i = 0; i < op->result_count; i++)
        if (op->results[i].type->kind != IR_TENSOR || op->results[i].type->rank) /* R3 */
            return infer_fail(f, "%s in the body is not of scalars: %s",
                              ir_op_info(op->kind)->name,
                              infer_str(f, op->results[i].type));
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!ir_value_defined_inside(ir_operand(op, i), f->op)) /* R4 */
            return infer_unsupported(f, "%s in the body uses a value from outside",
                                     ir_op_info(op->kind)->name);
    return true;
}

static bool body_fits(const Infer *f, uint32_t region, uint32_t inputs, bool selects)
{
    const IrBlock *body = f->op->regions[region].block;
    if (!args_fit(f, body, inputs) || !end_fits(f, body, inputs, selects))
        return false;
    for (const IrOp *op = body->first; op; op = op->next)
        if (!op_fits(f, op))
            return false;
    return true;
}

bool verify_body(const Infer *f)
{
    if (f->op->kind != OP_select_and_scatter)
        return body_fits(f, 0, f->op->result_count, false);
    return body_fits(f, 0, 1, true) && body_fits(f, 1, 1, false);
}
