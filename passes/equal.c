/* Attributes and types are interned, so comparing them is comparing pointers. Values inside of
 * regions are equal if both were made at the same place. */
#include "passes/equal.h"

IrValue *pass_ordered_operand(const IrOp *op, uint32_t i)
{
    bool commutes = ir_op_info(op->kind)->traits & IR_COMMUTES;
    if (commutes && ir_operand(op, 0)->id > ir_operand(op, 1)->id)
        i = 1 - i;
    return ir_operand(op, i);
}

static bool same_attrs_and_types(const IrOp *a, const IrOp *b)
{
    if (a->kind != b->kind || a->operand_count != b->operand_count ||
        a->result_count != b->result_count || a->attr_count != b->attr_count)
        return false;
    for (uint32_t i = 0; i < a->attr_count; i++)
        if (a->attrs[i].name != b->attrs[i].name ||
            a->attrs[i].value != b->attrs[i].value)
            return false;
    for (uint32_t i = 0; i < a->result_count; i++)
        if (a->results[i].type != b->results[i].type)
            return false;
    return true;
}

static bool same_value(const PassEqual *e, const IrValue *a, const IrValue *b)
{
    return a == b || (e->number[a->id] && e->number[a->id] == e->number[b->id]);
}

static void number_both(PassEqual *e, const IrValue *a, const IrValue *b)
{
    e->number[a->id] = e->number[b->id] = ++e->numbered;
}

static bool same_block(PassEqual *e, const IrBlock *a, const IrBlock *b)
{
    if (!a || !b)
        return a == b;
    if (a->arg_count != b->arg_count)
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++) {
        if (a->args[i]->type != b->args[i]->type)
            return false;
        number_both(e, a->args[i], b->args[i]);
    }
    const IrOp *x = a->first, *y = b->first;
    for (; x && y && pass_equal(e, x, y); x = x->next, y = y->next)
        for (uint32_t i = 0; i < x->result_count; i++)
            number_both(e, &x->results[i], &y->results[i]);
    return !x && !y;
}

bool pass_equal_regions(PassEqual *e, const IrOp *a, const IrOp *b)
{
    if (a->region_count != b->region_count)
        return false;
    for (uint32_t i = 0; i < a->region_count; i++)
        if (!same_block(e, a->regions[i].block, b->regions[i].block))
            return false;
    return true;
}

bool pass_equal(PassEqual *e, const IrOp *a, const IrOp *b)
{
    if (!same_attrs_and_types(a, b))
        return false;
    for (uint32_t i = 0; i < a->operand_count; i++)
        if (!same_value(e, pass_ordered_operand(a, i), pass_ordered_operand(b, i)))
            return false;
    return pass_equal_regions(e, a, b);
}
