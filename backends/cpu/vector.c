/* Vectors: lanes, masks, reductions. */
#include "backends/cpu/emit.h"

#include <string.h>

enum { MAX_LANES = 1024 };

static LLVMValueRef lane(CpuEmit *e, const IrOp *op)
{
    return LLVMConstInt(e->i32, (uint64_t)ir_op_ints(op, "static_position", NULL)[0],
                        false);
}

static LLVMValueRef broadcast(CpuEmit *e, LLVMValueRef x, LLVMTypeRef vector)
{
    if (LLVMIsConstant(x))
        return cpu_splat(vector, x);
    LLVMValueRef none = LLVMGetPoison(vector), first = LLVMConstInt(e->i32, 0, false);
    LLVMValueRef one = LLVMBuildInsertElement(e->at, none, x, first, "");
    LLVMValueRef zeros = LLVMConstNull(LLVMVectorType(e->i32, LLVMGetVectorSize(vector)));
    return LLVMBuildShuffleVector(e->at, one, none, zeros, "");
}

void cpu_broadcast(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    LLVMTypeRef type = cpu_type(e, ir_result(op, 0)->type);
    cpu_set(e, op, 0, broadcast(e, cpu_operand(e, op, 0), type));
}

void cpu_extract(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    cpu_set(e, op, 0,
            LLVMBuildExtractElement(e->at, cpu_operand(e, op, 0), lane(e, op), ""));
}

void cpu_insert(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    cpu_set(e, op, 0,
            LLVMBuildInsertElement(e->at, cpu_operand(e, op, 1), cpu_operand(e, op, 0),
                                   lane(e, op), ""));
}

static LLVMValueRef shuffle(CpuEmit *e, LLVMValueRef x, LLVMValueRef y, size_t n,
                            const int64_t *mask)
{
    LLVMValueRef lanes[MAX_LANES];
    for (size_t i = 0; i < n; i++)
        lanes[i] = LLVMConstInt(e->i32, (uint64_t)mask[i], false);
    return LLVMBuildShuffleVector(e->at, x, y, LLVMConstVector(lanes, (unsigned)n), "");
}

void cpu_shuffle(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    size_t n;
    const int64_t *mask = ir_op_ints(op, "mask", &n);
    cpu_set(e, op, 0, shuffle(e, cpu_operand(e, op, 0), cpu_operand(e, op, 1), n, mask));
}

static LLVMValueRef step(LLVMTypeRef elem, unsigned n)
{
    LLVMValueRef lanes[MAX_LANES];
    for (unsigned i = 0; i < n; i++)
        lanes[i] = LLVMConstInt(elem, i, false);
    return LLVMConstVector(lanes, n);
}

void cpu_step(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    cpu_set(e, op, 0, step(e->i64, (unsigned)ir_result(op, 0)->type->dims[0]));
}

/* lane < n, in 32 bits, which takes half the registers of 64: n is clamped to the
 * lanes first. */
void cpu_create_mask(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    unsigned lanes = (unsigned)ir_result(op, 0)->type->dims[0];
    LLVMValueRef n = cpu_operand(e, op, 0), zero = LLVMConstInt(e->i64, 0, false);
    LLVMValueRef all = LLVMConstInt(e->i64, lanes, false);
    LLVMTypeRef vector = LLVMVectorType(e->i32, lanes);
    n = LLVMBuildSelect(e->at, LLVMBuildICmp(e->at, LLVMIntSGT, n, zero, ""), n, zero,
                        "");
    n = LLVMBuildSelect(e->at, LLVMBuildICmp(e->at, LLVMIntSLT, n, all, ""), n, all, "");
    n = broadcast(e, LLVMBuildTrunc(e->at, n, e->i32, ""), vector);
    cpu_set(e, op, 0, LLVMBuildICmp(e->at, LLVMIntULT, step(e->i32, lanes), n, ""));
}

/* ------------------------------------------------------------------------- reductions */

typedef struct Combine {
    const char *kind;
    LLVMOpcode ints, floats; /* or: */
    const char *intrinsic;
} Combine;

static const Combine combines[] = {
    {"add", LLVMAdd, LLVMFAdd, NULL},   {"mul", LLVMMul, LLVMFMul, NULL},
    {"and", LLVMAnd, 0, NULL},          {"or", LLVMOr, 0, NULL},
    {"xor", LLVMXor, 0, NULL},          {"minimumf", 0, 0, "llvm.minimum"},
    {"maximumf", 0, 0, "llvm.maximum"}, {"minsi", 0, 0, "llvm.smin"},
    {"minui", 0, 0, "llvm.umin"},       {"maxsi", 0, 0, "llvm.smax"},
    {"maxui", 0, 0, "llvm.umax"},
};

static const Combine *find_combine(const char *kind)
{
    for (size_t i = 0; i < sizeof combines / sizeof *combines; i++)
        if (strcmp(combines[i].kind, kind) == 0)
            return &combines[i];
    return NULL;
}

static LLVMValueRef combine(CpuEmit *e, const Combine *c, bool is_float, LLVMValueRef x,
                            LLVMValueRef y)
{
    LLVMTypeRef type = LLVMTypeOf(x);
    if (c->intrinsic)
        return cpu_intrinsic(e, c->intrinsic, 1, &type, 2, (LLVMValueRef[]){x, y});
    return LLVMBuildBinOp(e->at, is_float ? c->floats : c->ints, x, y, "");
}

/* The upper half of n lanes onto the lower, until one is left: a fixed tree, whatever
 * the target. */
static LLVMValueRef halve(CpuEmit *e, const Combine *c, bool is_float, LLVMValueRef v,
                          unsigned n)
{
    int64_t low[MAX_LANES], high[MAX_LANES];
    for (unsigned half = n / 2; half > 0; half /= 2) {
        for (unsigned i = 0; i < half; i++) {
            low[i] = i;
            high[i] = half + i;
        }
        LLVMValueRef none = LLVMGetPoison(LLVMTypeOf(v));
        v = combine(e, c, is_float, shuffle(e, v, none, half, low),
                    shuffle(e, v, none, half, high));
    }
    return LLVMBuildExtractElement(e->at, v, LLVMConstInt(e->i32, 0, false), "");
}

/* Halves are added up in f32 and rounded once. */
void cpu_reduction(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    IrType t = ir_operand(op, 0)->type;
    const Combine *c = find_combine(ir_op_string(op, "kind"));
    unsigned lanes = (unsigned)t->dims[0];
    if (!c || (lanes & (lanes - 1)) != 0) {
        cpu_fail(e, op, "no code for kind %s of %u lanes", ir_op_string(op, "kind"),
                 lanes);
        return;
    }
    bool is_float = dtype_is_float(t->elem);
    LLVMValueRef v = halve(e, c, is_float, cpu_wide_operand(e, op, 0), lanes);
    if (op->operand_count > 1)
        v = combine(e, c, is_float, v, cpu_wide_operand(e, op, 1));
    cpu_set_narrow(e, op, v);
}
