/* Loops and conditions: structured regions become basic blocks and phis. */
#include "backends/cpu/emit.h"

static LLVMBasicBlockRef here(CpuEmit *e) { return LLVMGetInsertBlock(e->at); }

static void go_to(CpuEmit *e, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderAtEnd(e->at, block);
}

static LLVMValueRef phi(CpuEmit *e, IrType type)
{
    return LLVMBuildPhi(e->at, cpu_type(e, type), "");
}

static void add_incoming(LLVMValueRef phi, LLVMValueRef value, LLVMBasicBlockRef from)
{
    LLVMAddIncoming(phi, &value, &from, 1);
}

/* The phis of op's results where its branches meet: a phi for each, in the block we
 * are in. */
static void result_phis(CpuEmit *e, const IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        cpu_set(e, op, i, phi(e, ir_result(op, i)->type));
}

/* How often a loop runs, as far as it matters: not, once, or at least once; -1: unknown. */
typedef enum { UNKNOWN = -1, NEVER, ONCE, SOMETIMES } Trips;

static Trips trips(LLVMValueRef lo, LLVMValueRef hi, LLVMValueRef step)
{
    if (!LLVMIsAConstantInt(lo) || !LLVMIsAConstantInt(hi) || !LLVMIsAConstantInt(step))
        return UNKNOWN;
    int64_t length = LLVMConstIntGetSExtValue(hi) - LLVMConstIntGetSExtValue(lo);
    return length <= 0                                ? NEVER
           : length <= LLVMConstIntGetSExtValue(step) ? ONCE
                                                      : SOMETIMES;
}

/* The results are the first values of iter_args, or those that `from` yields. */
static void pass_results(CpuEmit *e, const IrOp *op, const IrOp *from, uint32_t first)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        cpu_set(e, op, i, cpu_operand(e, from, first + i));
}

/* No loop at all: LLVM would find out, at length. */
static void run_once(CpuEmit *e, const IrOp *op)
{
    const IrBlock *block = op->regions[0].block;
    e->values[block->args[0]->id] = cpu_operand(e, op, 0);
    for (uint32_t i = 1; i < block->arg_count; i++)
        e->values[block->args[i]->id] = cpu_operand(e, op, 2 + i);
    cpu_block(e, block);
    pass_results(e, op, block->last, 0);
}

/* The test is at the end, so that a loop is one block with one branch:
 *
 *     before:  br lo < hi, body, done          (only br body if that is known)
 *     body:    iv = phi [lo, before], [next, body];  iters likewise;  ...
 *              next = iv + step
 *              br next < hi, body, done
 *     done:    results = phi [inits, before], [yields, body] */
static void run_often(CpuEmit *e, const IrOp *op, bool runs)
{
    const IrBlock *block = op->regions[0].block;
    LLVMValueRef lo = cpu_operand(e, op, 0), hi = cpu_operand(e, op, 1);
    LLVMBasicBlockRef before = here(e), body = cpu_new_block(e, "for");
    LLVMBasicBlockRef done = cpu_new_block(e, "done");
    if (runs)
        LLVMBuildBr(e->at, body);
    else
        LLVMBuildCondBr(e->at, LLVMBuildICmp(e->at, LLVMIntSLT, lo, hi, ""), body, done);

    go_to(e, body);
    for (uint32_t i = 0; i < block->arg_count; i++) {
        LLVMValueRef p = phi(e, block->args[i]->type);
        add_incoming(p, i == 0 ? lo : cpu_operand(e, op, 2 + i), before);
        e->values[block->args[i]->id] = p;
    }
    const IrOp *outer = e->loop;
    LLVMValueRef outer_entry = e->entry;
    e->loop = op;
    e->entry = LLVMGetBasicBlockTerminator(before);
    cpu_block(e, block);
    e->loop = outer;
    e->entry = outer_entry;
    LLVMBasicBlockRef latch = here(e);
    LLVMValueRef iv = cpu_get(e, block->args[0]);
    LLVMValueRef next = LLVMBuildNSWAdd(e->at, iv, cpu_operand(e, op, 2), "");
    LLVMBuildCondBr(e->at, LLVMBuildICmp(e->at, LLVMIntSLT, next, hi, ""), body, done);
    add_incoming(iv, next, latch);
    for (uint32_t i = 1; i < block->arg_count; i++)
        add_incoming(cpu_get(e, block->args[i]), cpu_operand(e, block->last, i - 1),
                     latch);

    go_to(e, done);
    result_phis(e, op);
    for (uint32_t i = 0; i < op->result_count; i++) {
        LLVMValueRef result = cpu_get(e, ir_result(op, i));
        if (!runs)
            add_incoming(result, cpu_operand(e, op, 3 + i), before);
        add_incoming(result, cpu_operand(e, block->last, i), latch);
    }
}

void cpu_for(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    Trips t = trips(cpu_operand(e, op, 0), cpu_operand(e, op, 1), cpu_operand(e, op, 2));
    if (t == NEVER)
        pass_results(e, op, op, 3);
    else if (t == ONCE)
        run_once(e, op);
    else
        run_often(e, op, t == SOMETIMES);
}

/* The condition is known: only one branch becomes code. */
static void choose_branch(CpuEmit *e, const IrOp *op, bool condition)
{
    const IrBlock *block = op->regions[condition ? 0 : 1].block;
    if (!block)
        return;
    cpu_block(e, block);
    pass_results(e, op, block->last, 0);
}

void cpu_if(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    LLVMValueRef condition = cpu_operand(e, op, 0);
    if (LLVMIsAConstantInt(condition)) {
        choose_branch(e, op, LLVMConstIntGetZExtValue(condition));
        return;
    }
    LLVMBasicBlockRef from[2],
        branch[2] = {cpu_new_block(e, "then"), cpu_new_block(e, "else")};
    LLVMBasicBlockRef done = cpu_new_block(e, "endif");
    LLVMBuildCondBr(e->at, condition, branch[0], branch[1]);
    for (int r = 0; r < 2; r++) {
        go_to(e, branch[r]);
        if (op->regions[r].block)
            cpu_block(e, op->regions[r].block);
        from[r] = here(e);
        LLVMBuildBr(e->at, done);
    }
    go_to(e, done);
    result_phis(e, op);
    for (uint32_t i = 0; i < op->result_count; i++)
        for (int r = 0; r < 2; r++)
            add_incoming(cpu_get(e, ir_result(op, i)),
                         cpu_operand(e, op->regions[r].block->last, i), from[r]);
}

/*     test:  args = phi [inits, before], [yields, body];  ...;  br condition, body, done
 *     body:  ...;  br test
 * What the condition passes on are values of `test`, seen by both of its successors. */
void cpu_while(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    const IrBlock *test = op->regions[0].block, *body = op->regions[1].block;
    LLVMBasicBlockRef before = here(e), testing = cpu_new_block(e, "while");
    LLVMBasicBlockRef doing = cpu_new_block(e, "do"), done = cpu_new_block(e, "done");
    LLVMBuildBr(e->at, testing);

    go_to(e, testing);
    for (uint32_t i = 0; i < test->arg_count; i++) {
        LLVMValueRef p = phi(e, test->args[i]->type);
        add_incoming(p, cpu_operand(e, op, i), before);
        e->values[test->args[i]->id] = p;
    }
    cpu_block(e, test);
    LLVMBuildCondBr(e->at, cpu_operand(e, test->last, 0), doing, done);
    for (uint32_t i = 0; i < op->result_count; i++) {
        e->values[body->args[i]->id] = cpu_operand(e, test->last, 1 + i);
        cpu_set(e, op, i, cpu_operand(e, test->last, 1 + i));
    }

    go_to(e, doing);
    cpu_block(e, body);
    LLVMBuildBr(e->at, testing);
    for (uint32_t i = 0; i < test->arg_count; i++)
        add_incoming(cpu_get(e, test->args[i]), cpu_operand(e, body->last, i), here(e));
    go_to(e, done);
}
