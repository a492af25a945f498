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

RULE(custom_call) { grad_unsupported(g, op, ir_op_string(op, "call_target_name")); }

/* Not inside a block that is differentiated. */
RULE_ZERO(module)
RULE_ZERO(func)
RULE_ZERO(return )
RULE_ZERO(yield)
