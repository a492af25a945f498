/* Loops and conditions: structured regions become basic blocks and phis. */
#include "backends/cpu/emit.h"

static LLVMBasicBlockRef here(Emit *e)
{
    return LLVMGetInsertBlock(e->at);
}

static void go_to(Emit *e, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderAtEnd(e->at, block);
}

static LLVMValueRef phi(Emit *e, IrType type)
{
    return LLVMBuildPhi(e->at, emit_type(e, type), "");
}

static void add_incoming(LLVMValueRef phi, LLVMValueRef value, LLVMBasicBlockRef from)
{
    LLVMAddIncoming(phi, &value, &from, 1);
}

/* The phis of op's results where its branches meet: a phi for each, in the block we are in. */
static void result_phis(Emit *e, const IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        emit_set(e, op, i, phi(e, ir_result(op, i)->type));
}

static bool known_to_run(LLVMValueRef lo, LLVMValueRef hi)
{
    return LLVMIsAConstantInt(lo) && LLVMIsAConstantInt(hi)
           && LLVMConstIntGetSExtValue(lo) < LLVMConstIntGetSExtValue(hi);
}

/* The test is at the end, so that a loop is one block with one branch:
 *
 *     before:  br lo < hi, body, done          (only br body if that is known)
 *     body:    iv = phi [lo, before], [next, body];  iters likewise;  ...;  next = iv + step
 *              br next < hi, body, done
 *     done:    results = phi [inits, before], [yields, body] */
void emit_for(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    const IrBlock *block = op->regions[0].block;
    LLVMValueRef lo = emit_operand(e, op, 0), hi = emit_operand(e, op, 1);
    LLVMValueRef step = emit_operand(e, op, 2);
    LLVMBasicBlockRef before = here(e), body = emit_new_block(e, "for");
    LLVMBasicBlockRef done = emit_new_block(e, "done");
    bool runs = known_to_run(lo, hi);
    if (runs)
        LLVMBuildBr(e->at, body);
    else
        LLVMBuildCondBr(e->at, LLVMBuildICmp(e->at, LLVMIntSLT, lo, hi, ""), body, done);

    go_to(e, body);
    for (uint32_t i = 0; i < block->arg_count; i++) {
        LLVMValueRef p = phi(e, block->args[i]->type);
        add_incoming(p, i == 0 ? lo : emit_operand(e, op, 2 + i), before);
        e->values[block->args[i]->id] = p;
    }
    emit_block(e, block);
    LLVMBasicBlockRef latch = here(e);
    LLVMValueRef iv = emit_get(e, block->args[0]);
    LLVMValueRef next = LLVMBuildNSWAdd(e->at, iv, step, "");
    LLVMBuildCondBr(e->at, LLVMBuildICmp(e->at, LLVMIntSLT, next, hi, ""), body, done);
    add_incoming(iv, next, latch);
    for (uint32_t i = 1; i < block->arg_count; i++)
        add_incoming(emit_get(e, block->args[i]), emit_operand(e, block->last, i - 1), latch);

    go_to(e, done);
    result_phis(e, op);
    for (uint32_t i = 0; i < op->result_count; i++) {
        if (!runs)
            add_incoming(emit_get(e, ir_result(op, i)), emit_operand(e, op, 3 + i), before);
        add_incoming(emit_get(e, ir_result(op, i)), emit_operand(e, block->last, i), latch);
    }
}

void emit_if(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    LLVMBasicBlockRef from[2], branch[2] = {emit_new_block(e, "then"), emit_new_block(e, "else")};
    LLVMBasicBlockRef done = emit_new_block(e, "endif");
    LLVMBuildCondBr(e->at, emit_operand(e, op, 0), branch[0], branch[1]);
    for (int r = 0; r < 2; r++) {
        go_to(e, branch[r]);
        if (op->regions[r].block)
            emit_block(e, op->regions[r].block);
        from[r] = here(e);
        LLVMBuildBr(e->at, done);
    }
    go_to(e, done);
    result_phis(e, op);
    for (uint32_t i = 0; i < op->result_count; i++)
        for (int r = 0; r < 2; r++)
            add_incoming(emit_get(e, ir_result(op, i)),
                         emit_operand(e, op->regions[r].block->last, i), from[r]);
}

/*     test:  args = phi [inits, before], [yields, body];  ...;  br condition, body, done
 *     body:  ...;  br test
 * What the condition passes on are values of `test`, seen by both of its successors. */
void emit_while(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    const IrBlock *test = op->regions[0].block, *body = op->regions[1].block;
    LLVMBasicBlockRef before = here(e), testing = emit_new_block(e, "while");
    LLVMBasicBlockRef doing = emit_new_block(e, "do"), done = emit_new_block(e, "done");
    LLVMBuildBr(e->at, testing);

    go_to(e, testing);
    for (uint32_t i = 0; i < test->arg_count; i++) {
        LLVMValueRef p = phi(e, test->args[i]->type);
        add_incoming(p, emit_operand(e, op, i), before);
        e->values[test->args[i]->id] = p;
    }
    emit_block(e, test);
    LLVMBuildCondBr(e->at, emit_operand(e, test->last, 0), doing, done);
    for (uint32_t i = 0; i < op->result_count; i++) {
        e->values[body->args[i]->id] = emit_operand(e, test->last, 1 + i);
        emit_set(e, op, i, emit_operand(e, test->last, 1 + i));
    }

    go_to(e, doing);
    emit_block(e, body);
    LLVMBuildBr(e->at, testing);
    for (uint32_t i = 0; i < test->arg_count; i++)
        add_incoming(emit_get(e, test->args[i]), emit_operand(e, body->last, i), here(e));
    go_to(e, done);
}
