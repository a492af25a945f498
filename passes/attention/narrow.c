/* Operands of products that were made narrow behind a view: the conversion goes in front
 * of it, to where the array is computed, and comes along there; who reads views of one
 * array reads one conversion.
 *
 *     %q = slice %qkv                  %n = convert %qkv : bf16
 *     %x = convert %q : bf16     ->    %x = slice %n
 *
 * Exact. */
#include "passes/attention/attention.h"

enum { MOST_MORE = 4 }; /* times as many elements that may be converted */

IrValue *attention_read(IrValue *v)
{
    bool widened = ir_is(v, OP_convert) && v->type->elem == DTYPE_f32 &&
                   attention_is_narrow(ir_operand(v->op, 0)->type->elem);
    return widened ? ir_operand(v->op, 0) : v;
}

static bool is_part(const IrValue *v)
{
    return ir_is(v, OP_reshape) || ir_is(v, OP_transpose) || ir_is(v, OP_slice) ||
           ir_is(v, OP_reverse);
}

static IrValue *array_of(IrValue *v)
{
    while (is_part(v))
        v = ir_operand(v->op, 0);
    return v;
}

/* One that there is may stand further down: ops are put in order behind the pass. */
static IrValue *converted(IrBuilder *b, IrValue *v, Dtype elem)
{
    for (const IrUse *u = v->uses; u; u = u->next)
        if (u->op->kind == OP_convert && u->op->block == b->block &&
            u->op->results[0].type->elem == elem)
            return ir_result(u->op, 0);
    return ir_convert(b, v, elem);
}

/* The view `v` of a converted array. */
static IrValue *view_of_converted(IrBuilder *b, IrValue *v, Dtype elem)
{
    if (!is_part(v))
        return converted(b, v, elem);
    IrValue *in = view_of_converted(b, ir_operand(v->op, 0), elem);
    IrType type = ir_with_elem(v->op->module->context, v->type, elem);
    return ir_result(
        ir_build(b, v->op->kind, 1, &in, 1, &type, v->op->attr_count, v->op->attrs), 0);
}

static bool raise_operand(IrValue *operand)
{
    IrValue *narrow = array_of(attention_read(operand));
    if (!ir_is(narrow, OP_convert) || !attention_is_narrow(narrow->type->elem))
        return false;
    IrValue *view = ir_operand(narrow->op, 0), *from = array_of(view);
    if (view == from || ir_elements(from->type) > MOST_MORE * ir_elements(view->type))
        return false;
    IrBuilder b = ir_builder_before(narrow->op);
    ir_replace_uses(narrow, view_of_converted(&b, view, narrow->type->elem));
    return true;
}

bool attention_raise(const Scores *s)
{
    bool raised = false;
    for (size_t i = 0; i < s->inner.count; i++)
        for (uint32_t k = 0; k < 2; k++)
            raised |= raise_operand(ir_operand(s->inner.items[i], k));
    for (size_t i = 0; i < s->outer.count; i++) {
        const IrOp *dot = s->outer.items[i];
        raised |= raise_operand(ir_operand(dot, !outer_scores_operand(s, dot)));
    }
    return raised;
}
