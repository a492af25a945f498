/* Buffers: addresses, loads and stores. An access is aligned to its elements at least. */
#include "backends/cpu/emit.h"

#include <string.h>

enum { BUFFER_ALIGN = 64 };

static LLVMTypeRef memory_type(Emit *e, IrType memref)
{
    return emit_elem_type(e, memref->elem);
}

static unsigned element_align(IrType memref)
{
    return (unsigned)dtype_bytes(memref->elem);
}

/* The element of memref (operand `first`) at the indices that follow it. */
static LLVMValueRef address(Emit *e, const IrOp *op, uint32_t first)
{
    IrType t = ir_operand(op, first)->type;
    LLVMValueRef at = LLVMConstInt(e->i64, 0, false);
    for (int d = 0; d < t->rank; d++) {
        LLVMValueRef size = LLVMConstInt(e->i64, (uint64_t)t->dims[d], true);
        if (d > 0)
            at = LLVMBuildNSWMul(e->at, at, size, "");
        at = LLVMBuildNSWAdd(e->at, at, emit_operand(e, op, first + 1 + (uint32_t)d), "");
    }
    return LLVMBuildInBoundsGEP2(e->at, memory_type(e, t), emit_operand(e, op, first), &at, 1, "");
}

/* The operand behind memref `first` and its indices. */
static uint32_t behind(const IrOp *op, uint32_t first)
{
    return first + 1 + (uint32_t)ir_operand(op, first)->type->rank;
}

void emit_load(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    LLVMTypeRef type = emit_type(e, ir_result(op, 0)->type);
    LLVMValueRef v = LLVMBuildLoad2(e->at, type, address(e, op, 0), "");
    LLVMSetAlignment(v, element_align(ir_operand(op, 0)->type));
    emit_set(e, op, 0, v);
}

void emit_store(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    LLVMValueRef s = LLVMBuildStore(e->at, emit_operand(e, op, 0), address(e, op, 1));
    LLVMSetAlignment(s, element_align(ir_operand(op, 1)->type));
}

static LLVMValueRef align_argument(Emit *e, const IrOp *op)
{
    return LLVMConstInt(e->i32, element_align(ir_operand(op, 0)->type), false);
}

void emit_masked_load(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    LLVMTypeRef types[] = {emit_type(e, ir_result(op, 0)->type), e->ptr};
    LLVMValueRef args[] = {address(e, op, 0), align_argument(e, op), emit_operand(e, op, rest),
                           emit_operand(e, op, rest + 1)};
    emit_set(e, op, 0, emit_intrinsic(e, "llvm.masked.load", 2, types, 4, args));
}

void emit_masked_store(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    LLVMTypeRef types[] = {emit_type(e, ir_operand(op, rest + 1)->type), e->ptr};
    LLVMValueRef args[] = {emit_operand(e, op, rest + 1), address(e, op, 0), align_argument(e, op),
                           emit_operand(e, op, rest)};
    emit_intrinsic(e, "llvm.masked.store", 2, types, 4, args);
}

/* One pointer per lane: the indexed element's address plus the index vector, in elements. */
static LLVMValueRef lane_addresses(Emit *e, const IrOp *op, uint32_t rest)
{
    LLVMValueRef lanes = emit_operand(e, op, rest);
    return LLVMBuildInBoundsGEP2(e->at, memory_type(e, ir_operand(op, 0)->type), address(e, op, 0),
                                 &lanes, 1, "");
}

void emit_gather(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    IrType t = ir_result(op, 0)->type;
    LLVMTypeRef types[] = {emit_type(e, t), emit_type_like(t, e->ptr)};
    LLVMValueRef args[] = {lane_addresses(e, op, rest), align_argument(e, op),
                           emit_operand(e, op, rest + 1), emit_operand(e, op, rest + 2)};
    emit_set(e, op, 0, emit_intrinsic(e, "llvm.masked.gather", 2, types, 4, args));
}

/* Lanes are stored in order: of two with the same address the later one stays. */
void emit_scatter(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    IrType t = ir_operand(op, rest + 2)->type;
    LLVMTypeRef types[] = {emit_type(e, t), emit_type_like(t, e->ptr)};
    LLVMValueRef args[] = {emit_operand(e, op, rest + 2), lane_addresses(e, op, rest),
                           align_argument(e, op), emit_operand(e, op, rest + 1)};
    emit_intrinsic(e, "llvm.masked.scatter", 2, types, 4, args);
}

void emit_copy(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    IrType t = ir_operand(op, 0)->type;
    unsigned align = element_align(t);
    LLVMBuildMemCpy(e->at, emit_operand(e, op, 1), align, emit_operand(e, op, 0), align,
                    LLVMConstInt(e->i64, (uint64_t)ir_bytes(t), false));
}

/* ------------------------------------------------------------------------------------- buffers */

void emit_alloca_op(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    IrType t = ir_result(op, 0)->type;
    LLVMTypeRef array = LLVMArrayType2(memory_type(e, t), (uint64_t)ir_elements(t));
    emit_set(e, op, 0, emit_alloca(e, array, BUFFER_ALIGN));
}

void emit_view(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    LLVMValueRef offset = emit_operand(e, op, 1);
    emit_set(e, op, 0, LLVMBuildInBoundsGEP2(e->at, e->i8, emit_operand(e, op, 0), &offset, 1, ""));
}

void emit_same_buffer(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    emit_set(e, op, 0, emit_operand(e, op, 0));
}

static const char *global_symbol(Emit *e, const char *name)
{
    return arena_printf(e->arena, "c.%s", name);
}

void emit_get_global(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    LLVMValueRef g = LLVMGetNamedGlobal(e->out, global_symbol(e, ir_op_string(op, "name")));
    if (g)
        emit_set(e, op, 0, g);
    else
        emit_fail(e, op, "there is no constant @%s", ir_op_string(op, "name"));
}

/* The bytes of dense<...>, a splat repeated. */
static const char *all_bytes(Emit *e, IrAttr elements, size_t count, size_t size)
{
    if (!elements->splat)
        return elements->bytes;
    char *bytes = ARENA_ARRAY(e->arena, char, count * size);
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + i * size, elements->bytes, size);
    return bytes;
}

void emit_global(Emit *e, const IrOp *op, const EmitRule *rule)
{
    (void)rule;
    IrAttr elements = ir_op_attr(op, "initial_value");
    IrType t = ir_op_attr(op, "type")->type;
    size_t count = (size_t)ir_elements(t), size = dtype_bytes(t->elem);
    const char *bytes = all_bytes(e, elements, count, size);
    LLVMValueRef data = LLVMConstStringInContext2(e->llvm, bytes, count * size, true);
    LLVMValueRef g =
        LLVMAddGlobal(e->out, LLVMTypeOf(data), global_symbol(e, ir_op_string(op, "sym_name")));
    LLVMSetInitializer(g, data);
    LLVMSetGlobalConstant(g, true);
    LLVMSetLinkage(g, LLVMInternalLinkage);
    LLVMSetAlignment(g, BUFFER_ALIGN);
}
