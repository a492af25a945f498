/* What a file has in place of rt_pool_run: the caller's own pool, or none.
 *
 *     void descent.run(pool, task, ctx, count):
 *         if (count < 1)   return
 *         if (pool)        pool->run(pool, task, ctx, count)
 *         else             task(ctx, 0, count) */
#include "backends/cpu/emit.h"

enum { POOL, TASK, CONTEXT, COUNT };

typedef struct Blocks {
    LLVMBasicBlockRef some, shared, alone, done;
} Blocks;

static void branch(CpuEmit *e, LLVMIntPredicate p, LLVMValueRef x, LLVMBasicBlockRef then,
                   LLVMBasicBlockRef otherwise)
{
    LLVMValueRef zero = LLVMConstNull(LLVMTypeOf(x));
    LLVMBuildCondBr(e->at, LLVMBuildICmp(e->at, p, x, zero, ""), then, otherwise);
}

/* `run` is the first field of struct descent_pool; a call in tail position, so that the
 * pool stands where the caller's own call would. */
static void call_back(CpuEmit *e, LLVMTypeRef type, LLVMValueRef *args)
{
    LLVMValueRef run = LLVMBuildLoad2(e->at, e->ptr, args[POOL], "");
    LLVMSetTailCall(LLVMBuildCall2(e->at, type, run, args, 4, ""), true);
    LLVMBuildRetVoid(e->at);
}

static void call_task(CpuEmit *e, LLVMValueRef *args)
{
    LLVMTypeRef params[] = {e->ptr, e->i64, e->i64};
    LLVMTypeRef type = LLVMFunctionType(e->none, params, 3, false);
    LLVMValueRef in[] = {args[CONTEXT], LLVMConstInt(e->i64, 0, false), args[COUNT]};
    LLVMSetTailCall(LLVMBuildCall2(e->at, type, args[TASK], in, 3, ""), true);
    LLVMBuildRetVoid(e->at);
}

static void fill(CpuEmit *e, LLVMValueRef f, LLVMTypeRef type)
{
    LLVMContextRef c = e->llvm;
    LLVMValueRef args[4];
    LLVMGetParams(f, args);
    LLVMPositionBuilderAtEnd(e->at, LLVMAppendBasicBlockInContext(c, f, "entry"));
    Blocks b = {LLVMAppendBasicBlockInContext(c, f, "some"),
                LLVMAppendBasicBlockInContext(c, f, "shared"),
                LLVMAppendBasicBlockInContext(c, f, "alone"),
                LLVMAppendBasicBlockInContext(c, f, "done")};
    branch(e, LLVMIntSGT, args[COUNT], b.some, b.done);
    LLVMPositionBuilderAtEnd(e->at, b.some);
    branch(e, LLVMIntNE, args[POOL], b.shared, b.alone);
    LLVMPositionBuilderAtEnd(e->at, b.shared);
    call_back(e, type, args);
    LLVMPositionBuilderAtEnd(e->at, b.alone);
    call_task(e, args);
    LLVMPositionBuilderAtEnd(e->at, b.done);
    LLVMBuildRetVoid(e->at);
}

LLVMValueRef cpu_pool_function(CpuEmit *e, LLVMTypeRef type)
{
    static const char symbol[] = "descent.run";
    LLVMValueRef f = LLVMGetNamedFunction(e->out, symbol);
    if (f)
        return f;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(e->at);
    f = cpu_plain_function(e, symbol, type, true);
    fill(e, f, type);
    LLVMPositionBuilderAtEnd(e->at, here);
    return f;
}
