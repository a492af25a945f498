/* The walk: types, values, functions and entries. */
#include "backends/cpu/emit.h"

#include <stdarg.h>
#include <string.h>

void cpu_fail(CpuEmit *e, const IrOp *op, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *what = arena_vprintf(e->arena, format, args);
    va_end(args);
    e->failed = true;
    diag_add(e->diags, DIAG_ERROR, DIAG_INTERNAL, ir_loc_place(op->loc), "cpu: %s: %s",
             ir_op_info(op->kind)->name, what);
}

/* ------------------------------------------------------------------------------ types */

LLVMTypeRef cpu_elem_type(CpuEmit *e, Dtype elem)
{
    switch (elem) {
    case DTYPE_f32: return e->f32;
    case DTYPE_f64: return e->f64;
    case DTYPE_i1: return e->i1;
    default: return LLVMIntTypeInContext(e->llvm, dtype_bits(elem));
    }
}

LLVMTypeRef cpu_type(CpuEmit *e, IrType t)
{
    LLVMTypeRef elem = cpu_elem_type(e, t->elem);
    switch (t->kind) {
    case IR_INDEX: return e->i64;
    case IR_VECTOR: return LLVMVectorType(elem, (unsigned)t->dims[0]);
    case IR_MEMREF: return e->ptr;
    default: return elem;
    }
}

bool cpu_is_half(IrType t)
{
    return (t->kind == IR_SCALAR || t->kind == IR_VECTOR) && !t->of_index &&
           (t->elem == DTYPE_f16 || t->elem == DTYPE_bf16);
}

LLVMTypeRef cpu_type_like(IrType t, LLVMTypeRef elem)
{
    return t->kind == IR_VECTOR ? LLVMVectorType(elem, (unsigned)t->dims[0]) : elem;
}

LLVMValueRef cpu_splat(LLVMTypeRef t, LLVMValueRef one)
{
    enum { MAX_LANES = 1024 };
    LLVMValueRef lanes[MAX_LANES];
    unsigned count = LLVMGetVectorSize(t);
    for (unsigned i = 0; i < count; i++)
        lanes[i] = one;
    return LLVMConstVector(lanes, count);
}

static bool is_vector(LLVMTypeRef t) { return LLVMGetTypeKind(t) == LLVMVectorTypeKind; }

LLVMValueRef cpu_int_splat(LLVMTypeRef t, uint64_t value)
{
    if (!is_vector(t))
        return LLVMConstInt(t, value, true);
    return cpu_splat(t, LLVMConstInt(LLVMGetElementType(t), value, true));
}

LLVMValueRef cpu_real_splat(LLVMTypeRef t, double value)
{
    if (!is_vector(t))
        return LLVMConstReal(t, value);
    return cpu_splat(t, LLVMConstReal(LLVMGetElementType(t), value));
}

/* ----------------------------------------------------------------------------- values */

LLVMValueRef cpu_get(CpuEmit *e, const IrValue *v)
{
    LLVMValueRef found = e->values[v->id];
    return found ? found : LLVMGetUndef(cpu_type(e, v->type)); /* only after a failure */
}

LLVMValueRef cpu_operand(CpuEmit *e, const IrOp *op, uint32_t i)
{
    return cpu_get(e, ir_operand(op, i));
}

void cpu_set(CpuEmit *e, const IrOp *op, uint32_t result, LLVMValueRef v)
{
    e->values[ir_result(op, result)->id] = v;
}

LLVMValueRef cpu_wide_operand(CpuEmit *e, const IrOp *op, uint32_t i)
{
    LLVMValueRef v = cpu_operand(e, op, i);
    IrType t = ir_operand(op, i)->type;
    return cpu_is_half(t) ? cpu_widen(e, v, t) : v;
}

void cpu_set_narrow(CpuEmit *e, const IrOp *op, LLVMValueRef v)
{
    IrType t = ir_result(op, 0)->type;
    cpu_set(e, op, 0, cpu_is_half(t) ? cpu_narrow(e, v, t) : v);
}

LLVMValueRef cpu_intrinsic(CpuEmit *e, const char *name, unsigned types,
                           LLVMTypeRef *type, unsigned count, LLVMValueRef *args)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMValueRef f = LLVMGetIntrinsicDeclaration(e->out, id, type, types);
    return LLVMBuildCall2(e->at, LLVMGlobalGetValueType(f), f, args, count, "");
}

LLVMValueRef cpu_external(CpuEmit *e, const char *name, LLVMTypeRef type)
{
    LLVMValueRef f = LLVMGetNamedFunction(e->out, name);
    return f ? f : LLVMAddFunction(e->out, name, type);
}

/* -------------------------------------------------------------------------- functions */

static void add_string_attribute(CpuEmit *e, LLVMValueRef f, const char *name,
                                 const char *value)
{
    LLVMAttributeRef a = LLVMCreateStringAttribute(e->llvm, name, (unsigned)strlen(name),
                                                   value, (unsigned)strlen(value));
    LLVMAddAttributeAtIndex(f, LLVMAttributeFunctionIndex, a);
}

static void add_enum_attribute(CpuEmit *e, LLVMValueRef f, const char *name)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(f, LLVMAttributeFunctionIndex,
                            LLVMCreateEnumAttribute(e->llvm, kind, 0));
}

LLVMValueRef cpu_plain_function(CpuEmit *e, const char *name, LLVMTypeRef type,
                                bool internal)
{
    LLVMValueRef f = LLVMAddFunction(e->out, name, type);
    LLVMSetLinkage(f, internal ? LLVMInternalLinkage : LLVMExternalLinkage);
    add_enum_attribute(e, f, "nounwind");
    return f;
}

/* Without the widths LLVM splits 512-bit vectors in two. */
LLVMValueRef cpu_new_function(CpuEmit *e, const char *name, LLVMTypeRef type,
                              bool internal)
{
    LLVMValueRef f = cpu_plain_function(e, name, type, internal);
    const char *bits = arena_printf(e->arena, "%d", e->machine->level->vector_bits);
    add_string_attribute(e, f, "min-legal-vector-width", bits);
    add_string_attribute(e, f, "prefer-vector-width", bits);
    if (e->several && !internal)
        LLVMSetVisibility(f, LLVMHiddenVisibility); /* resolvers need no relocation */
    if (e->several) {
        add_string_attribute(e, f, "target-cpu", e->machine->cpu);
        add_string_attribute(e, f, "target-features", e->machine->features);
    }
    return f;
}

LLVMBasicBlockRef cpu_new_block(CpuEmit *e, const char *name)
{
    return LLVMAppendBasicBlockInContext(e->llvm, e->function, name);
}

LLVMValueRef cpu_alloca(CpuEmit *e, LLVMTypeRef type, unsigned align)
{
    LLVMBasicBlockRef here = LLVMGetInsertBlock(e->at);
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(e->function);
    LLVMValueRef first = LLVMGetFirstInstruction(entry);
    if (first)
        LLVMPositionBuilderBefore(e->at, first);
    LLVMValueRef slot = LLVMBuildAlloca(e->at, type, "");
    LLVMSetAlignment(slot, align);
    LLVMPositionBuilderAtEnd(e->at, here);
    return slot;
}

static void refuse(CpuEmit *e, const IrOp *op)
{
    if (ir_op_info(op->kind)->class != IR_CLASS_GPU) {
        cpu_fail(e, op, "no code for this op");
        return;
    }
    e->failed = true;
    diag_add(e->diags, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc),
             "unsupported: a kernel for GPUs (%s)", ir_op_info(op->kind)->name);
}

void cpu_block(CpuEmit *e, const IrBlock *block)
{
    for (const IrOp *op = block->first; op; op = op->next) {
        if (ir_op_info(op->kind)->traits & IR_TERMINATOR)
            return;
        const CpuRule *rule = &cpu_rules[op->kind];
        if (rule->emit)
            rule->emit(e, op, rule);
        else
            refuse(e, op);
    }
}

static bool has_body(const IrOp *func) { return ir_func_block(func) != NULL; }

const char *cpu_public_symbol(CpuEmit *e, const IrOp *func)
{
    if (ir_op_attr(func, "descent.export"))
        return ir_op_string(func, "descent.export");
    if (ir_op_attr(func, "descent.entry"))
        return arena_printf(e->arena, "descent_%s", ir_func_name(func));
    return NULL;
}

static const char *kernel_symbol(CpuEmit *e, const IrOp *func)
{
    if (ir_op_attr(func, "descent.export"))
        return arena_printf(e->arena, "%s%s", cpu_public_symbol(e, func), e->suffix);
    return arena_printf(e->arena, "k.%s%s", ir_func_name(func), e->suffix);
}

static LLVMTypeRef kernel_type(CpuEmit *e, const IrOp *func)
{
    IrType t = ir_func_type(func);
    LLVMTypeRef *in = ARENA_ARRAY(e->arena, LLVMTypeRef, t->input_count + 1);
    for (size_t i = 0; i < t->input_count; i++)
        in[i] = cpu_type(e, t->inputs[i]);
    in[t->input_count] = e->ptr;
    return LLVMFunctionType(e->none, in, (unsigned)t->input_count + 1, false);
}

static void find_alloca(IrOp *op, void *found)
{
    if (op->kind == OP_memref_alloca)
        *(bool *)found = true;
}

/* A function costs LLVM as much as many instructions do, so what is called once and, but
 * for its parallel loops, is straight code becomes part of its caller. Not if it has
 * buffers on the stack, which those of its neighbours would be added to. */
static bool is_inlined(const CpuEmit *e, const IrOp *func)
{
    if (e->calls[func->id] != 1)
        return false;
    for (const IrOp *op = ir_func_block(func)->first; op; op = op->next)
        if (op->region_count && op->kind != OP_scf_parallel)
            return false;
    bool has_alloca = false;
    ir_walk((IrOp *)func, find_alloca, &has_alloca);
    return !has_alloca;
}

static void count_call(IrOp *op, void *data)
{
    CpuEmit *e = data;
    const IrOp *func =
        op->kind == OP_call ? ir_symbols_callee(&e->symbols, op) : NULL;
    if (func)
        e->calls[func->id]++;
}

static bool is_emitted(const CpuEmit *e, const IrOp *op)
{
    return op->kind == OP_func && has_body(op) && !is_inlined(e, op);
}

static void declare_kernel(CpuEmit *e, const IrOp *func)
{
    bool internal = !ir_op_attr(func, "descent.export");
    if (is_emitted(e, func))
        cpu_new_function(e, kernel_symbol(e, func), kernel_type(e, func), internal);
}

static LLVMValueRef kernel(CpuEmit *e, const IrOp *func)
{
    return LLVMGetNamedFunction(e->out, kernel_symbol(e, func));
}

static void emit_kernel(CpuEmit *e, const IrOp *func)
{
    const IrBlock *block = ir_func_block(func);
    e->source = func;
    e->function = kernel(e, func);
    e->pool = LLVMGetParam(e->function, block->arg_count);
    for (uint32_t i = 0; i < block->arg_count; i++)
        e->values[block->args[i]->id] = LLVMGetParam(e->function, i);
    LLVMPositionBuilderAtEnd(e->at, cpu_new_block(e, "entry"));
    cpu_block(e, block);
    LLVMBuildRetVoid(e->at);
}

static void inline_kernel(CpuEmit *e, const IrOp *call, const IrOp *func)
{
    const IrOp *source = e->source;
    const IrBlock *block = ir_func_block(func);
    for (uint32_t i = 0; i < block->arg_count; i++)
        e->values[block->args[i]->id] = cpu_operand(e, call, i);
    e->source = func;
    cpu_block(e, block);
    e->source = source;
}

static void call_kernel(CpuEmit *e, const IrOp *call, const IrOp *func)
{
    LLVMValueRef *args = ARENA_ARRAY(e->arena, LLVMValueRef, call->operand_count + 1);
    for (uint32_t i = 0; i < call->operand_count; i++)
        args[i] = cpu_operand(e, call, i);
    args[call->operand_count] = e->pool;
    LLVMValueRef f = kernel(e, func);
    LLVMBuildCall2(e->at, LLVMGlobalGetValueType(f), f, args, call->operand_count + 1,
                   "");
}

void cpu_call(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    const IrOp *func = ir_symbols_callee(&e->symbols, op);
    if (func && !has_body(func) && ir_op_attr(func, "descent.custom"))
        cpu_call_outside(e, op, func);
    else if (!func || !has_body(func) || op->result_count)
        cpu_fail(e, op, "@%s is not a kernel", ir_op_string(op, "callee"));
    else if (is_inlined(e, func))
        inline_kernel(e, op, func);
    else
        call_kernel(e, op, func);
}

/* ---------------------------------------------------------------------------- entries */

static LLVMValueRef load_pointer(CpuEmit *e, LLVMValueRef array, uint32_t i)
{
    LLVMValueRef index = LLVMConstInt(e->i64, i, false);
    LLVMValueRef at = LLVMBuildInBoundsGEP2(e->at, e->ptr, array, &index, 1, "");
    return LLVMBuildLoad2(e->at, e->ptr, at, "");
}

/* The arguments of k.NAME: the arena, the graph's arguments, the results that are no
 * argument. */
static void load_arguments(CpuEmit *e, LLVMValueRef *in, uint32_t count, uint32_t own,
                           const uint32_t *results)
{
    in[0] = LLVMGetParam(e->function, 0);
    for (uint32_t i = 1; i < count - own; i++)
        in[i] = load_pointer(e, LLVMGetParam(e->function, 1), i - 1);
    for (uint32_t i = 0; i < own; i++)
        in[count - own + i] = load_pointer(e, LLVMGetParam(e->function, 2), results[i]);
    in[count] = LLVMGetParam(e->function, 3);
}

/* void descent_NAME(arena, args, results, pool): fetches the buffers and calls k.NAME. */
static void emit_entry(CpuEmit *e, const IrOp *func)
{
    uint32_t count = ir_func_block(func)->arg_count, *results;
    uint32_t own = ir_own_results(func, e->arena, &results);
    if (count < 1 + own) {
        cpu_fail(e, func, "@%s has fewer buffers than results", ir_func_name(func));
        return;
    }
    LLVMTypeRef params[] = {e->ptr, e->ptr, e->ptr, e->ptr};
    const char *symbol =
        arena_printf(e->arena, "%s%s", cpu_public_symbol(e, func), e->suffix);
    e->function =
        cpu_new_function(e, symbol, LLVMFunctionType(e->none, params, 4, false), false);
    LLVMPositionBuilderAtEnd(e->at, cpu_new_block(e, "entry"));
    LLVMValueRef *in = ARENA_ARRAY(e->arena, LLVMValueRef, count + 1),
                 f = kernel(e, func);
    load_arguments(e, in, count, own, results);
    LLVMBuildCall2(e->at, LLVMGlobalGetValueType(f), f, in, count + 1, "");
    LLVMBuildRetVoid(e->at);
}

/* ----------------------------------------------------------------------------- module */

static void emit_types(CpuEmit *e)
{
    e->none = LLVMVoidTypeInContext(e->llvm);
    e->ptr = LLVMPointerTypeInContext(e->llvm, 0);
    e->i1 = LLVMInt1TypeInContext(e->llvm);
    e->i8 = LLVMInt8TypeInContext(e->llvm);
    e->i16 = LLVMInt16TypeInContext(e->llvm);
    e->i32 = LLVMInt32TypeInContext(e->llvm);
    e->i64 = LLVMInt64TypeInContext(e->llvm);
    e->f32 = LLVMFloatTypeInContext(e->llvm);
    e->f64 = LLVMDoubleTypeInContext(e->llvm);
}

/* Constants and signatures first: bodies refer to them in any order. */
static void emit_declarations(CpuEmit *e)
{
    for (const IrOp *op = ir_module_block(e->module)->first; op; op = op->next) {
        if (op->kind == OP_memref_global)
            cpu_global(e, op, NULL);
        else if (op->kind == OP_func)
            declare_kernel(e, op);
        else
            cpu_fail(e, op, "only functions and constants stand in a module");
    }
}

bool cpu_module(CpuEmit *e)
{
    emit_types(e);
    e->values = ARENA_ARRAY(e->arena, LLVMValueRef, e->module->value_count);
    e->captured_by = ARENA_ARRAY(e->arena, uint32_t, e->module->value_count);
    e->calls = ARENA_ARRAY(e->arena, uint32_t, e->module->op_count);
    e->symbols = ir_symbols(e->module, e->arena);
    ir_walk(e->module->op, count_call, e);
    emit_declarations(e);
    for (const IrOp *op = ir_module_block(e->module)->first; op; op = op->next) {
        if (!is_emitted(e, op))
            continue;
        emit_kernel(e, op);
        if (ir_op_attr(op, "descent.entry"))
            emit_entry(e, op);
    }
    return !e->failed;
}
