/* scf.parallel: the body becomes a function over a range of iterations, and the loop a
 * call of the thread pool:
 *
 *     ctx = {pool, captured values...}               on the stack
 *     rt_pool_run(pool, k.NAME.task, &ctx, count)    count = product of the trip counts
 *
 *     void k.NAME.task(ptr ctx, i64 begin, i64 end):  for (i = begin; i < end; i++) body
 *
 * In a file it is a call of pool.c's function in place of rt_pool_run.
 *
 * Several dimensions are one range: the indices are got back by division. Each
 * iteration is the same code whoever runs it, so the number of threads changes no bit. */
#include "backends/cpu/emit.h"

typedef struct Captures {
    CpuEmit *e;
    const IrOp *loop;
    const IrValue **values;
    size_t count, room;
} Captures;

/* Constants need no capture: LLVM's are the same in every function. */
static void capture_operands(IrOp *op, void *data)
{
    Captures *c = data;
    for (uint32_t i = 0; i < op->operand_count; i++) {
        const IrValue *v = ir_operand(op, i);
        uint32_t *by = &c->e->captured_by[v->id];
        if (*by == c->loop->id + 1 || ir_value_defined_inside(v, c->loop) ||
            LLVMIsConstant(cpu_get(c->e, v)))
            continue;
        *by = c->loop->id + 1;
        ARENA_PUSH(c->e->arena, c->values, c->count, c->room, v);
    }
}

static Captures find_captures(CpuEmit *e, const IrOp *loop)
{
    Captures c = {.e = e, .loop = loop};
    ir_walk((IrOp *)loop, capture_operands, &c);
    return c;
}

static LLVMTypeRef context_type(const Captures *c)
{
    LLVMTypeRef *fields = ARENA_ARRAY(c->e->arena, LLVMTypeRef, c->count + 1);
    fields[0] = c->e->ptr;
    for (size_t i = 0; i < c->count; i++)
        fields[1 + i] = cpu_type(c->e, c->values[i]->type);
    return LLVMStructTypeInContext(c->e->llvm, fields, (unsigned)c->count + 1, false);
}

static LLVMValueRef pack_context(const Captures *c, LLVMTypeRef type)
{
    enum { CACHE_LINE = 64 };
    CpuEmit *e = c->e;
    LLVMValueRef ctx = cpu_alloca(e, type, CACHE_LINE);
    LLVMBuildStore(e->at, e->pool, LLVMBuildStructGEP2(e->at, type, ctx, 0, ""));
    for (size_t i = 0; i < c->count; i++)
        LLVMBuildStore(e->at, cpu_get(e, c->values[i]),
                       LLVMBuildStructGEP2(e->at, type, ctx, (unsigned)i + 1, ""));
    return ctx;
}

/* In the task: the captured values are what the context holds. */
static void unpack_context(const Captures *c, LLVMTypeRef type, LLVMValueRef ctx)
{
    CpuEmit *e = c->e;
    e->pool =
        LLVMBuildLoad2(e->at, e->ptr, LLVMBuildStructGEP2(e->at, type, ctx, 0, ""), "");
    for (size_t i = 0; i < c->count; i++) {
        LLVMValueRef field = LLVMBuildStructGEP2(e->at, type, ctx, (unsigned)i + 1, "");
        e->values[c->values[i]->id] = LLVMBuildLoad2(
            e->at, LLVMStructGetTypeAtIndex(type, (unsigned)i + 1), field, "");
    }
}

static uint32_t dimensions(const IrOp *loop) { return loop->regions[0].block->arg_count; }

/* ceil((hi - lo) / step), at least 0; in the function we are in. */
static LLVMValueRef trip_count(CpuEmit *e, const IrOp *loop, uint32_t d)
{
    uint32_t n = dimensions(loop);
    LLVMValueRef lo = cpu_operand(e, loop, d), hi = cpu_operand(e, loop, n + d);
    LLVMValueRef step = cpu_operand(e, loop, 2 * n + d),
                 zero = LLVMConstInt(e->i64, 0, false);
    LLVMValueRef length = LLVMBuildSub(e->at, hi, lo, "");
    LLVMValueRef up = LLVMBuildSub(e->at, step, LLVMConstInt(e->i64, 1, false), "");
    LLVMValueRef count =
        LLVMBuildSDiv(e->at, LLVMBuildAdd(e->at, length, up, ""), step, "");
    LLVMValueRef some = LLVMBuildICmp(e->at, LLVMIntSGT, length, zero, "");
    return LLVMBuildSelect(e->at, some, count, zero, "");
}

static LLVMValueRef total_count(CpuEmit *e, const IrOp *loop)
{
    LLVMValueRef total = trip_count(e, loop, 0);
    for (uint32_t d = 1; d < dimensions(loop); d++)
        total = LLVMBuildMul(e->at, total, trip_count(e, loop, d), "");
    return total;
}

/* The indices of iteration i: the last dimension runs fastest. */
static void set_indices(CpuEmit *e, const IrOp *loop, LLVMValueRef i)
{
    uint32_t n = dimensions(loop);
    for (uint32_t d = n; d-- > 0;) {
        LLVMValueRef k = i;
        if (d > 0) {
            LLVMValueRef count = trip_count(e, loop, d);
            k = LLVMBuildURem(e->at, i, count, "");
            i = LLVMBuildUDiv(e->at, i, count, "");
        }
        LLVMValueRef offset =
            LLVMBuildNSWMul(e->at, k, cpu_operand(e, loop, 2 * n + d), "");
        e->values[loop->regions[0].block->args[d]->id] =
            LLVMBuildNSWAdd(e->at, cpu_operand(e, loop, d), offset, "");
    }
}

/* for (i = begin; i < end; i++) body: a pool never hands out an empty range. */
static void emit_range(CpuEmit *e, const IrOp *loop, LLVMValueRef begin, LLVMValueRef end)
{
    LLVMBasicBlockRef before = LLVMGetInsertBlock(e->at), body = cpu_new_block(e, "for");
    LLVMBuildBr(e->at, body);
    LLVMPositionBuilderAtEnd(e->at, body);
    LLVMValueRef i = LLVMBuildPhi(e->at, e->i64, "");
    set_indices(e, loop, i);
    cpu_block(e, loop->regions[0].block);
    LLVMValueRef next = LLVMBuildNSWAdd(e->at, i, LLVMConstInt(e->i64, 1, false), "");
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(e->at), done = cpu_new_block(e, "done");
    LLVMBuildCondBr(e->at, LLVMBuildICmp(e->at, LLVMIntSLT, next, end, ""), body, done);
    LLVMAddIncoming(i, (LLVMValueRef[]){begin, next},
                    (LLVMBasicBlockRef[]){before, latch}, 2);
    LLVMPositionBuilderAtEnd(e->at, done);
    LLVMBuildRetVoid(e->at);
}

static LLVMValueRef emit_task(const Captures *c, LLVMTypeRef context)
{
    CpuEmit *e = c->e, saved = *c->e;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(e->at);
    LLVMValueRef *outside = ARENA_ARRAY(e->arena, LLVMValueRef, c->count);
    for (size_t i = 0; i < c->count; i++)
        outside[i] = cpu_get(e, c->values[i]);

    LLVMTypeRef params[] = {e->ptr, e->i64, e->i64};
    const char *name = arena_printf(e->arena, "k.%s%s.task", ir_func_name(e->source), e->suffix);
    e->function =
        cpu_new_function(e, name, LLVMFunctionType(e->none, params, 3, false), true);
    LLVMPositionBuilderAtEnd(e->at, cpu_new_block(e, "entry"));
    unpack_context(c, context, LLVMGetParam(e->function, 0));
    e->loop = NULL;
    emit_range(e, c->loop, LLVMGetParam(e->function, 1), LLVMGetParam(e->function, 2));
    LLVMValueRef task = e->function;

    e->function = saved.function;
    e->pool = saved.pool;
    e->loop = saved.loop;
    for (size_t i = 0; i < c->count; i++)
        e->values[c->values[i]->id] = outside[i];
    LLVMPositionBuilderAtEnd(e->at, here);
    return task;
}

static void call_pool(CpuEmit *e, const IrOp *op, LLVMValueRef count)
{
    Captures c = find_captures(e, op);
    LLVMTypeRef context = context_type(&c);
    LLVMValueRef ctx = pack_context(&c, context), task = emit_task(&c, context);
    LLVMTypeRef params[] = {e->ptr, e->ptr, e->ptr, e->i64};
    LLVMTypeRef type = LLVMFunctionType(e->none, params, 4, false);
    LLVMValueRef args[] = {e->pool, task, ctx, count};
    LLVMValueRef run =
        e->file ? cpu_pool_function(e, type) : cpu_external(e, "rt_pool_run", type);
    LLVMBuildCall2(e->at, type, run, args, 4, "");
}

/* One iteration needs no pool, none needs no code. */
void cpu_parallel(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    LLVMValueRef count = total_count(e, op);
    if (!LLVMIsAConstantInt(count) || LLVMConstIntGetZExtValue(count) > 1) {
        call_pool(e, op, count);
    } else if (LLVMConstIntGetZExtValue(count) == 1) {
        set_indices(e, op, LLVMConstInt(e->i64, 0, false));
        cpu_block(e, op->regions[0].block);
    }
}
