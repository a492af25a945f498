/* Gradients of the ops around the arithmetic. */
#include "passes/grad/grad.h"

/* Each result is its operand: dx = d. */
RULE(optimization_barrier)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (grad_wants(g, op, i) && grad_of(g, op, i))
            grad_give(g, op, i, grad_of(g, op, i));
}

/* Random bits are integers. */
RULE_ZERO(rng_bit_generator)

RULE(call) { grad_unsupported(g, op, "the function it calls could not be inlined"); }

/* custom_call @f.backward(operands, results, d results) -> d operands */
static IrOp *call_backward(Grad *g, const IrOp *op)
{
    IrContext *c = g->b.module->context;
    uint32_t n = op->operand_count, m = op->result_count;
    IrValue **in = ARENA_ARRAY(g->arena, IrValue *, n + 2 * m);
    IrType *out = ARENA_ARRAY(g->arena, IrType, n);
    for (uint32_t i = 0; i < n; i++) {
        in[i] = ir_operand(op, i);
        out[i] = in[i]->type;
    }
    for (uint32_t i = 0; i < m; i++) {
        IrValue *d = grad_of(g, op, i);
        in[n + i] = ir_result(op, i);
        in[n + m + i] = d ? d : grad_zeros(g, in[n + i]->type);
    }
    IrNamedAttr attrs[] = {
        {"call_target_name", ir_attr_string(c, ir_op_string(op, "descent.backward"))},
        {"descent.custom", ir_attr_unit(c)},
    };
    return ir_build(&g->b, OP_custom_call, n + 2 * m, in, n, out, 2, attrs);
}

RULE(custom_call)
{
    if (!ir_op_attr(op, "descent.backward")) {
        const char *name = ir_op_string(op, "call_target_name");
        grad_unsupported(g, op,
                         arena_printf(g->arena, "@%s has no backward function", name));
        return;
    }
    const IrOp *backward = call_backward(g, op);
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (grad_wants(g, op, i))
            grad_give(g, op, i, ir_result(backward, i));
}

/* Not inside a block that is differentiated. */
RULE_ZERO(module)
RULE_ZERO(func)
RULE_ZERO(return )
RULE_ZERO(yield)
