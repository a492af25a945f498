/* Arithmetic on scalars and vectors; the same instruction serves both. */
#include "backends/cpu/emit.h"

#include <string.h>

/* -------------------------------------------------------------------------- constants */

/* Element i of dense<...>. */
static LLVMValueRef element(CpuEmit *e, IrAttr a, int64_t i)
{
    IrType t = a->type;
    if (t->elem == DTYPE_f32 || t->elem == DTYPE_f64)
        return LLVMConstReal(cpu_elem_type(e, t->elem), ir_elements_get(a, i));
    if (dtype_is_float(t->elem)) {
        uint16_t bits;
        memcpy(&bits, ir_elements_at(a, i), sizeof bits);
        return LLVMConstInt(e->i16, bits, false);
    }
    return LLVMConstInt(cpu_elem_type(e, t->elem), (uint64_t)ir_elements_get_int(a, i),
                        true);
}

static LLVMValueRef vector_constant(CpuEmit *e, IrAttr a)
{
    if (a->splat)
        return cpu_splat(cpu_type(e, a->type), element(e, a, 0));
    unsigned n = (unsigned)a->type->dims[0];
    LLVMValueRef *lanes = ARENA_ARRAY(e->arena, LLVMValueRef, n);
    for (unsigned i = 0; i < n; i++)
        lanes[i] = element(e, a, i);
    return LLVMConstVector(lanes, n);
}

static LLVMValueRef float_constant(CpuEmit *e, IrType t, double value)
{
    if (!cpu_is_half(t))
        return LLVMConstReal(cpu_type(e, t), value);
    uint16_t bits;
    dtype_store(t->elem, &bits, value);
    return LLVMConstInt(e->i16, bits, false);
}

void cpu_constant(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    IrAttr a = ir_op_attr(op, "value");
    IrType t = ir_result(op, 0)->type;
    if (a->kind == IR_ATTR_ELEMENTS)
        cpu_set(e, op, 0, vector_constant(e, a));
    else if (a->kind == IR_ATTR_FLOAT)
        cpu_set(e, op, 0, float_constant(e, t, a->real));
    else
        cpu_set(e, op, 0, LLVMConstInt(cpu_type(e, t), (uint64_t)a->number, true));
}

/* ------------------------------------------------------------------------- operations */

void cpu_binary(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    LLVMValueRef x = cpu_wide_operand(e, op, 0), y = cpu_wide_operand(e, op, 1);
    cpu_set_narrow(e, op, LLVMBuildBinOp(e->at, (LLVMOpcode)rule->code, x, y, ""));
}

/* The fence keeps LLVM 19 from concluding that 0 / 0, in lanes that a mask leaves 0, is 0,
 * and from dropping the select that replaces it. */
void cpu_quotient(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    LLVMValueRef x = cpu_wide_operand(e, op, 0), y = cpu_wide_operand(e, op, 1);
    LLVMValueRef q = LLVMBuildBinOp(e->at, (LLVMOpcode)rule->code, x, y, "");
    LLVMTypeRef type = LLVMTypeOf(q);
    if (ir_operand(op, 0)->type->kind == IR_VECTOR)
        q = cpu_intrinsic(e, "llvm.arithmetic.fence", 1, &type, 1, &q);
    cpu_set_narrow(e, op, q);
}

void cpu_negate(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    cpu_set_narrow(e, op, LLVMBuildFNeg(e->at, cpu_wide_operand(e, op, 0), ""));
}

static const struct {
    const char *name;
    int code;
} predicates[] = {
    {"eq", LLVMIntEQ},    {"ne", LLVMIntNE},    {"slt", LLVMIntSLT},
    {"sle", LLVMIntSLE},  {"sgt", LLVMIntSGT},  {"sge", LLVMIntSGE},
    {"ult", LLVMIntULT},  {"ule", LLVMIntULE},  {"ugt", LLVMIntUGT},
    {"uge", LLVMIntUGE},  {"oeq", LLVMRealOEQ}, {"ogt", LLVMRealOGT},
    {"oge", LLVMRealOGE}, {"olt", LLVMRealOLT}, {"ole", LLVMRealOLE},
    {"one", LLVMRealONE}, {"ord", LLVMRealORD}, {"ueq", LLVMRealUEQ},
    {"une", LLVMRealUNE}, {"uno", LLVMRealUNO},
};
/* These mean one thing for integers and another for floats. */
static const struct {
    const char *name;
    int code;
} unordered[] = {
    {"ult", LLVMRealULT},
    {"ule", LLVMRealULE},
    {"ugt", LLVMRealUGT},
    {"uge", LLVMRealUGE},
};

static int predicate(const char *name, bool of_floats)
{
    for (size_t i = 0; of_floats && i < sizeof unordered / sizeof *unordered; i++)
        if (strcmp(unordered[i].name, name) == 0)
            return unordered[i].code;
    for (size_t i = 0; i < sizeof predicates / sizeof *predicates; i++)
        if (strcmp(predicates[i].name, name) == 0)
            return predicates[i].code;
    return -1;
}

void cpu_compare(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    bool of_floats = op->kind == OP_arith_cmpf;
    int code = predicate(ir_op_string(op, "predicate"), of_floats);
    LLVMValueRef x = cpu_wide_operand(e, op, 0), y = cpu_wide_operand(e, op, 1);
    if (code < 0)
        cpu_fail(e, op, "no code for predicate %s", ir_op_string(op, "predicate"));
    else if (of_floats)
        cpu_set(e, op, 0, LLVMBuildFCmp(e->at, (LLVMRealPredicate)code, x, y, ""));
    else
        cpu_set(e, op, 0, LLVMBuildICmp(e->at, (LLVMIntPredicate)code, x, y, ""));
}

void cpu_select(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    cpu_set(e, op, 0,
            LLVMBuildSelect(e->at, cpu_operand(e, op, 0), cpu_operand(e, op, 1),
                            cpu_operand(e, op, 2), ""));
}

/* llvm.NAME of the operands' type. */
void cpu_intrinsic_op(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    LLVMValueRef args[3];
    for (uint32_t i = 0; i < op->operand_count; i++)
        args[i] = cpu_wide_operand(e, op, i);
    LLVMTypeRef type = LLVMTypeOf(args[0]);
    cpu_set_narrow(e, op,
                   cpu_intrinsic(e, rule->name, 1, &type, op->operand_count, args));
}

/* The same with a flag "the least integer / zero has no meaning": false, it has. */
void cpu_intrinsic_flag(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    LLVMValueRef args[] = {cpu_operand(e, op, 0), LLVMConstInt(e->i1, false, false)};
    LLVMTypeRef type = LLVMTypeOf(args[0]);
    cpu_set(e, op, 0, cpu_intrinsic(e, rule->name, 1, &type, 2, args));
}

/* ------------------------------------------------------------------------------- libm */

/* expf for float, exp for double. */
static LLVMValueRef libm_function(CpuEmit *e, const char *name, LLVMTypeRef elem,
                                  unsigned count)
{
    LLVMTypeRef params[] = {elem, elem};
    const char *symbol = elem == e->f32 ? arena_printf(e->arena, "%sf", name) : name;
    return cpu_external(e, symbol, LLVMFunctionType(elem, params, count, false));
}

static LLVMValueRef call(CpuEmit *e, LLVMValueRef f, LLVMValueRef *args, unsigned count)
{
    return LLVMBuildCall2(e->at, LLVMGlobalGetValueType(f), f, args, count, "");
}

/* Calls the scalar function f lane by lane: a function of its own, one copy for all
 * its uses. */
static void fill_lanes(CpuEmit *e, LLVMValueRef into, LLVMValueRef f, unsigned count,
                       unsigned lanes)
{
    LLVMPositionBuilderAtEnd(e->at,
                             LLVMAppendBasicBlockInContext(e->llvm, into, "entry"));
    LLVMValueRef result = LLVMGetPoison(LLVMTypeOf(LLVMGetParam(into, 0)));
    for (unsigned i = 0; i < lanes; i++) {
        LLVMValueRef args[2], at = LLVMConstInt(e->i32, i, false);
        for (unsigned k = 0; k < count; k++)
            args[k] = LLVMBuildExtractElement(e->at, LLVMGetParam(into, k), at, "");
        result = LLVMBuildInsertElement(e->at, result, call(e, f, args, count), at, "");
    }
    LLVMBuildRet(e->at, result);
}

static LLVMValueRef lanes_function(CpuEmit *e, const char *name, LLVMTypeRef vector,
                                   unsigned count)
{
    unsigned lanes = LLVMGetVectorSize(vector);
    LLVMTypeRef elem = LLVMGetElementType(vector), params[] = {vector, vector};
    const char *symbol =
        arena_printf(e->arena, "m.%s.%u.%s%s", name, lanes,
                     elem == e->f32 ? "f32" : "f64", e->suffix);
    LLVMValueRef f = LLVMGetNamedFunction(e->out, symbol);
    if (f)
        return f;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(e->at);
    f = cpu_new_function(e, symbol, LLVMFunctionType(vector, params, count, false), true);
    fill_lanes(e, f, libm_function(e, name, elem, count), count, lanes);
    LLVMPositionBuilderAtEnd(e->at, here);
    return f;
}

void cpu_libm(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    LLVMValueRef args[2];
    unsigned count = op->operand_count;
    for (unsigned i = 0; i < count; i++)
        args[i] = cpu_wide_operand(e, op, i);
    LLVMTypeRef type = LLVMTypeOf(args[0]);
    LLVMValueRef f = ir_result(op, 0)->type->kind == IR_VECTOR
                         ? lanes_function(e, rule->name, type, count)
                         : libm_function(e, rule->name, type, count);
    cpu_set_narrow(e, op, call(e, f, args, count));
}
