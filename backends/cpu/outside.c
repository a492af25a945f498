/* Calls of functions that the module only declares: those of the program that compiles it.
 *
 *     call @f.custom.0(%x, %y, %failure)      store %x, %y, %failure in an array
 *                                             if (outside.f.custom.0(data, array)) return
 *
 * Both symbols get their addresses when the code is loaded (jit.c). */
#include "backends/cpu/emit.h"

const char *cpu_outside_symbol(Arena *a, const char *name)
{
    return arena_printf(a, "outside.%s", name);
}

const char *cpu_outside_data(Arena *a, const char *name)
{
    return arena_printf(a, "outside.%s.data", name);
}

static LLVMValueRef buffer_array(CpuEmit *e, const IrOp *call)
{
    LLVMTypeRef type = LLVMArrayType2(e->ptr, call->operand_count);
    LLVMValueRef array = cpu_alloca(e, type, sizeof(void *));
    for (uint32_t i = 0; i < call->operand_count; i++) {
        LLVMValueRef index = LLVMConstInt(e->i64, i, false);
        LLVMValueRef at = LLVMBuildInBoundsGEP2(e->at, e->ptr, array, &index, 1, "");
        LLVMBuildStore(e->at, cpu_operand(e, call, i), at);
    }
    return array;
}

static LLVMValueRef data_of(CpuEmit *e, const char *name)
{
    const char *symbol = cpu_outside_data(e->arena, name);
    LLVMValueRef data = LLVMGetNamedGlobal(e->out, symbol);
    return data ? data : LLVMAddGlobal(e->out, e->i8, symbol);
}

static void return_if(CpuEmit *e, LLVMValueRef condition)
{
    LLVMBasicBlockRef failed = cpu_new_block(e, "failed"),
                      next = cpu_new_block(e, "next");
    LLVMBuildCondBr(e->at, condition, failed, next);
    LLVMPositionBuilderAtEnd(e->at, failed);
    LLVMBuildRetVoid(e->at);
    LLVMPositionBuilderAtEnd(e->at, next);
}

void cpu_call_outside(CpuEmit *e, const IrOp *call, const IrOp *func)
{
    const char *name = ir_func_name(func);
    if (e->file) {
        e->failed = true;
        diag_add(e->diags, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(call->loc),
                 "unsupported: the custom op '%s' in a file",
                 ir_op_string(func, "descent.custom"));
        return;
    }
    LLVMTypeRef params[] = {e->ptr, e->ptr};
    LLVMTypeRef type = LLVMFunctionType(e->i32, params, 2, false);
    LLVMValueRef f = cpu_external(e, cpu_outside_symbol(e->arena, name), type);
    LLVMValueRef args[] = {data_of(e, name), buffer_array(e, call)};
    LLVMValueRef code = LLVMBuildCall2(e->at, type, f, args, 2, "");
    return_if(e,
              LLVMBuildICmp(e->at, LLVMIntNE, code, LLVMConstInt(e->i32, 0, false), ""));
}
