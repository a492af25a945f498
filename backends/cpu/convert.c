/* Conversions. bf16 and f16 live in i16; they are converted with integer arithmetic,
 * so that no function of a compiler's library is called, except that f16 uses the
 * target's instructions where it has them. Narrowing rounds to nearest even, NaN stays NaN. */
#include "backends/cpu/emit.h"

/* ------------------------------------------------------------------------ half floats */

/* Integer arithmetic on values and constants of one type, scalar or vector. */
static LLVMValueRef with_int(CpuEmit *e, LLVMOpcode code, LLVMValueRef x, uint64_t value)
{
    return LLVMBuildBinOp(e->at, code, x, cpu_int_splat(LLVMTypeOf(x), value), "");
}

static LLVMValueRef at_least(CpuEmit *e, LLVMValueRef x, uint64_t bound)
{
    return LLVMBuildICmp(e->at, LLVMIntUGE, x, cpu_int_splat(LLVMTypeOf(x), bound), "");
}

static LLVMValueRef plus(CpuEmit *e, LLVMValueRef x, LLVMValueRef y)
{
    return LLVMBuildAdd(e->at, x, y, "");
}

static LLVMValueRef widen_bf16(CpuEmit *e, LLVMValueRef bits)
{
    return with_int(e, LLVMShl, bits, 16);
}

/* Exponent and fraction move into f32's places; a product with 2^112 (exact, denormals
 * too) mends the bias, and infinities and NaN get f32's exponent of all ones. */
static LLVMValueRef widen_f16(CpuEmit *e, LLVMValueRef bits, LLVMTypeRef f32)
{
    LLVMTypeRef i32 = LLVMTypeOf(bits);
    LLVMValueRef magnitude = with_int(e, LLVMAnd, bits, 0x7fff);
    LLVMValueRef sign = with_int(e, LLVMShl, with_int(e, LLVMAnd, bits, 0x8000), 16);
    LLVMValueRef moved = with_int(e, LLVMShl, magnitude, 13);
    LLVMValueRef scaled = LLVMBuildFMul(e->at, LLVMBuildBitCast(e->at, moved, f32, ""),
                                        cpu_real_splat(f32, 0x1p112), "");
    LLVMValueRef finite = LLVMBuildBitCast(e->at, scaled, i32, "");
    LLVMValueRef special = with_int(e, LLVMOr, moved, 0x7f800000);
    LLVMValueRef all =
        LLVMBuildSelect(e->at, at_least(e, magnitude, 0x7c00), special, finite, "");
    return LLVMBuildOr(e->at, all, sign, "");
}

/* LLVM 19 fails on vectors of one half for aarch64. */
static bool has_instruction(const CpuEmit *e, IrType half)
{
    bool one_lane = half->kind == IR_VECTOR && half->dims[0] == 1;
    return half->elem == DTYPE_f16 && e->machine->level->half && !one_lane;
}

LLVMValueRef cpu_widen(CpuEmit *e, LLVMValueRef v, IrType from)
{
    LLVMTypeRef f32 = cpu_type_like(from, e->f32), i32 = cpu_type_like(from, e->i32);
    if (has_instruction(e, from)) {
        LLVMTypeRef half = cpu_type_like(from, LLVMHalfTypeInContext(e->llvm));
        return LLVMBuildFPExt(e->at, LLVMBuildBitCast(e->at, v, half, ""), f32, "");
    }
    LLVMValueRef bits = LLVMBuildZExt(e->at, v, i32, "");
    bits = from->elem == DTYPE_bf16 ? widen_bf16(e, bits) : widen_f16(e, bits, f32);
    return LLVMBuildBitCast(e->at, bits, f32, "");
}

/* (bits + half an ulp, less a little if the result is even) >> dropped */
static LLVMValueRef round_even(CpuEmit *e, LLVMValueRef bits, unsigned dropped)
{
    LLVMValueRef odd = with_int(e, LLVMAnd, with_int(e, LLVMLShr, bits, dropped), 1);
    LLVMValueRef up = with_int(e, LLVMAdd, odd, (1u << (dropped - 1)) - 1);
    return with_int(e, LLVMLShr, plus(e, bits, up), dropped);
}

static LLVMValueRef narrow_bf16(CpuEmit *e, LLVMValueRef bits)
{
    LLVMValueRef magnitude = with_int(e, LLVMAnd, bits, 0x7fffffff);
    LLVMValueRef quiet = with_int(e, LLVMOr, with_int(e, LLVMLShr, bits, 16), 0x40);
    return LLVMBuildSelect(e->at, at_least(e, magnitude, 0x7f800001), quiet,
                           round_even(e, bits, 16), "");
}

/* By the size of the magnitude: NaN; too large for f16; normal, where the bias changes
 * and the carry of rounding may reach the exponent; below 2^-14, where adding 1/2 lets
 * the hardware round to a multiple of 2^-24. */
static LLVMValueRef narrow_f16(CpuEmit *e, LLVMValueRef bits, LLVMTypeRef f32)
{
    LLVMTypeRef i32 = LLVMTypeOf(bits);
    LLVMValueRef magnitude = with_int(e, LLVMAnd, bits, 0x7fffffff);
    LLVMValueRef sign = with_int(e, LLVMAnd, with_int(e, LLVMLShr, bits, 16), 0x8000);
    LLVMValueRef normal = with_int(e, LLVMSub, round_even(e, magnitude, 13), 112 << 10);
    LLVMValueRef small = LLVMBuildFAdd(e->at, LLVMBuildBitCast(e->at, magnitude, f32, ""),
                                       cpu_real_splat(f32, 0.5), "");
    small = with_int(e, LLVMSub, LLVMBuildBitCast(e->at, small, i32, ""), 0x3f000000);
    LLVMValueRef infinite = cpu_int_splat(i32, 0x7c00), nan = cpu_int_splat(i32, 0x7e00);
    LLVMValueRef v =
        LLVMBuildSelect(e->at, at_least(e, magnitude, 0x38800000), normal, small, "");
    v = LLVMBuildSelect(e->at, at_least(e, magnitude, 0x47800000), infinite, v, "");
    v = LLVMBuildSelect(e->at, at_least(e, magnitude, 0x7f800001), nan, v, "");
    return LLVMBuildOr(e->at, v, sign, "");
}

LLVMValueRef cpu_narrow(CpuEmit *e, LLVMValueRef v, IrType to)
{
    LLVMTypeRef i16 = cpu_type_like(to, e->i16), i32 = cpu_type_like(to, e->i32);
    if (has_instruction(e, to)) {
        LLVMTypeRef half = cpu_type_like(to, LLVMHalfTypeInContext(e->llvm));
        return LLVMBuildBitCast(e->at, LLVMBuildFPTrunc(e->at, v, half, ""), i16, "");
    }
    LLVMValueRef bits = LLVMBuildBitCast(e->at, v, i32, "");
    bits = to->elem == DTYPE_bf16 ? narrow_bf16(e, bits)
                                  : narrow_f16(e, bits, LLVMTypeOf(v));
    return LLVMBuildTrunc(e->at, bits, i16, "");
}

/* f64 -> f32 rounded to odd: of the two neighbours of an inexact value the one whose
 * last bit is 1. Rounding that to a half gives what rounding the f64 would have given. */
static LLVMValueRef round_to_odd(CpuEmit *e, LLVMValueRef x, LLVMTypeRef f32,
                                 LLVMTypeRef i32)
{
    LLVMTypeRef f64 = LLVMTypeOf(x);
    LLVMValueRef near = LLVMBuildFPTrunc(e->at, x, f32, ""),
                 back = LLVMBuildFPExt(e->at, near, f64, "");
    LLVMValueRef bits = LLVMBuildBitCast(e->at, near, i32, "");
    LLVMValueRef size = cpu_intrinsic(e, "llvm.fabs", 1, &f64, 1, &x);
    LLVMValueRef back_size = cpu_intrinsic(e, "llvm.fabs", 1, &f64, 1, &back);
    LLVMValueRef above = LLVMBuildFCmp(e->at, LLVMRealOGT, back_size, size, "");
    LLVMValueRef below = LLVMBuildFCmp(e->at, LLVMRealOLT, back_size, size, "");
    LLVMValueRef even = LLVMBuildICmp(e->at, LLVMIntEQ, with_int(e, LLVMAnd, bits, 1),
                                      LLVMConstNull(i32), "");
    LLVMValueRef down = LLVMBuildAnd(e->at, above, even, "");
    LLVMValueRef up = LLVMBuildAnd(e->at, below, even, "");
    bits = LLVMBuildSub(e->at, bits, LLVMBuildZExt(e->at, down, i32, ""), "");
    bits = plus(e, bits, LLVMBuildZExt(e->at, up, i32, ""));
    return LLVMBuildBitCast(e->at, bits, f32, "");
}

/* An f64 as `to`: f32, or a half. */
static LLVMValueRef from_f64(CpuEmit *e, LLVMValueRef v, IrType to)
{
    LLVMTypeRef f32 = cpu_type_like(to, e->f32);
    if (!cpu_is_half(to))
        return to->elem == DTYPE_f64 ? v : LLVMBuildFPTrunc(e->at, v, f32, "");
    return cpu_narrow(e, round_to_odd(e, v, f32, cpu_type_like(to, e->i32)), to);
}

/* ------------------------------------------------------------------------------ rules */

void cpu_extend_float(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    IrType to = ir_result(op, 0)->type;
    LLVMValueRef v = cpu_wide_operand(e, op, 0);
    if (to->elem == DTYPE_f64)
        v = LLVMBuildFPExt(e->at, v, cpu_type(e, to), "");
    cpu_set(e, op, 0, v);
}

void cpu_truncate_float(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    if (ir_operand(op, 0)->type->elem == DTYPE_f64)
        cpu_set(e, op, 0, from_f64(e, cpu_operand(e, op, 0), ir_result(op, 0)->type));
    else
        cpu_set_narrow(e, op, cpu_wide_operand(e, op, 0));
}

void cpu_cast(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    LLVMTypeRef to = cpu_type(e, ir_result(op, 0)->type);
    cpu_set(e, op, 0,
            LLVMBuildCast(e->at, (LLVMOpcode)rule->code, cpu_operand(e, op, 0), to, ""));
}

/* A half is reached through f64, which holds integers up to 2^53. */
void cpu_int_to_float(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    IrType to = ir_result(op, 0)->type;
    LLVMTypeRef via = cpu_is_half(to) ? cpu_type_like(to, e->f64) : cpu_type(e, to);
    LLVMValueRef v =
        LLVMBuildCast(e->at, (LLVMOpcode)rule->code, cpu_operand(e, op, 0), via, "");
    cpu_set(e, op, 0, cpu_is_half(to) ? from_f64(e, v, to) : v);
}

/* Out of range gives the nearest integer there is and NaN gives 0: MLIR leaves it
 * open. */
void cpu_float_to_int(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    LLVMValueRef v = cpu_wide_operand(e, op, 0);
    LLVMTypeRef types[] = {cpu_type(e, ir_result(op, 0)->type), LLVMTypeOf(v)};
    cpu_set(e, op, 0, cpu_intrinsic(e, rule->name, 2, types, 1, &v));
}

/* rule->code: whether signed. An index is an i64. */
void cpu_index_cast(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    LLVMTypeRef to = cpu_type(e, ir_result(op, 0)->type);
    cpu_set(e, op, 0,
            LLVMBuildIntCast2(e->at, cpu_operand(e, op, 0), to, rule->code, ""));
}
