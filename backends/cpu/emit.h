/* Kernel IR -> LLVM IR. One rule per op (rules.c); values are kept by their id. Internal to
 * backends/cpu.
 *
 *     scalars   iN, float, double; index: i64; f16 and bf16: i16, widened to f32 around arithmetic
 *     vectors   <N x scalar>
 *     memrefs   ptr: shapes are static and rows contiguous, so the type says the rest
 *     kernels   void k.NAME(buffers..., ptr pool)
 *     entries   void descent_NAME(ptr arena, ptr args, ptr results, ptr pool) around k.NAME
 * No fast-math flags and no contraction: what the kernel IR says is what is computed. */
#ifndef BACKENDS_CPU_EMIT_H
#define BACKENDS_CPU_EMIT_H

#include "backends/cpu/machine.h"

#include <llvm-c/Core.h>

typedef struct Emit {
    IrModule *module;
    const CpuMachine *machine;
    DiagList *diags;
    Arena *arena;
    bool failed;
    LLVMContextRef llvm;
    LLVMModuleRef out;
    LLVMBuilderRef at;
    LLVMValueRef *values;           /* by value id */
    uint32_t *captured_by;          /* by value id: 1 + id of the last parallel loop to capture it */
    LLVMValueRef function;          /* now being filled */
    LLVMValueRef pool;              /* its last argument, or what a task got from it */
    const IrOp *source;             /* the kernel it comes from */
    LLVMTypeRef none, ptr, i1, i8, i16, i32, i64, f32, f64;
} Emit;

typedef struct EmitRule EmitRule;
struct EmitRule {
    void (*emit)(Emit *e, const IrOp *op, const EmitRule *rule);
    int code;                       /* an LLVMOpcode, or what the function wants to know */
    const char *name;               /* an intrinsic or a function of libm */
};
extern const EmitRule emit_rules[OP_COUNT];

/* Fills e->out with all functions. False with diagnostics. */
bool emit_module(Emit *e);

/* ------------------------------------------------------------------------- what rules are made of */

/* A defect of ours: the kernel IR holds something we have no code for. */
void emit_fail(Emit *e, const IrOp *op, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

LLVMTypeRef emit_elem_type(Emit *e, Dtype elem);
LLVMTypeRef emit_type(Emit *e, IrType t);
bool emit_is_half(IrType t);                            /* f16 or bf16, scalar or vector */
/* elem, in as many lanes as t. */
LLVMTypeRef emit_type_like(IrType t, LLVMTypeRef elem);
LLVMValueRef emit_splat(LLVMTypeRef vector, LLVMValueRef constant);
/* The same number in every lane, of an LLVM integer / float type, scalar or vector. */
LLVMValueRef emit_int_splat(LLVMTypeRef t, uint64_t value);
LLVMValueRef emit_real_splat(LLVMTypeRef t, double value);

LLVMValueRef emit_get(Emit *e, const IrValue *v);
LLVMValueRef emit_operand(Emit *e, const IrOp *op, uint32_t i);
void emit_set(Emit *e, const IrOp *op, uint32_t result, LLVMValueRef v);
/* Arithmetic on f16 and bf16 is done in f32: */
LLVMValueRef emit_wide_operand(Emit *e, const IrOp *op, uint32_t i);
void emit_set_narrow(Emit *e, const IrOp *op, LLVMValueRef v);
LLVMValueRef emit_widen(Emit *e, LLVMValueRef v, IrType from);              /* half -> f32 */
LLVMValueRef emit_narrow(Emit *e, LLVMValueRef v, IrType to);               /* f32 -> half */

/* llvm.NAME, overloaded on the types. */
LLVMValueRef emit_intrinsic(Emit *e, const char *name, unsigned types, LLVMTypeRef *type,
                            unsigned count, LLVMValueRef *args);
/* A function outside of the object; declared once. */
LLVMValueRef emit_external(Emit *e, const char *name, LLVMTypeRef type);
/* An internal function with the attributes that all our code has. */
LLVMValueRef emit_new_function(Emit *e, const char *name, LLVMTypeRef type, bool internal);
LLVMBasicBlockRef emit_new_block(Emit *e, const char *name);
LLVMValueRef emit_alloca(Emit *e, LLVMTypeRef type, unsigned align);        /* in the entry block */
void emit_block(Emit *e, const IrBlock *block);         /* all ops but the terminator */

/* ------------------------------------------------------------------------------------- the rules */

#define EMIT_RULE(name) void name(Emit *e, const IrOp *op, const EmitRule *rule)
/* control.c, parallel.c */
EMIT_RULE(emit_for);
EMIT_RULE(emit_if);
EMIT_RULE(emit_while);
EMIT_RULE(emit_parallel);
EMIT_RULE(emit_call);
/* memory.c */
EMIT_RULE(emit_alloca_op);
EMIT_RULE(emit_view);
EMIT_RULE(emit_same_buffer);
EMIT_RULE(emit_get_global);
EMIT_RULE(emit_global);
EMIT_RULE(emit_load);
EMIT_RULE(emit_store);
EMIT_RULE(emit_masked_load);
EMIT_RULE(emit_masked_store);
EMIT_RULE(emit_gather);
EMIT_RULE(emit_scatter);
EMIT_RULE(emit_copy);
/* vector.c */
EMIT_RULE(emit_broadcast);
EMIT_RULE(emit_reduction);
EMIT_RULE(emit_create_mask);
EMIT_RULE(emit_extract);
EMIT_RULE(emit_insert);
EMIT_RULE(emit_shuffle);
EMIT_RULE(emit_step);
/* arith.c */
EMIT_RULE(emit_constant);
EMIT_RULE(emit_binary);
EMIT_RULE(emit_negate);
EMIT_RULE(emit_compare);
EMIT_RULE(emit_select);
EMIT_RULE(emit_intrinsic_op);
EMIT_RULE(emit_intrinsic_flag);
EMIT_RULE(emit_libm);
/* convert.c */
EMIT_RULE(emit_cast);
EMIT_RULE(emit_extend_float);
EMIT_RULE(emit_truncate_float);
EMIT_RULE(emit_int_to_float);
EMIT_RULE(emit_float_to_int);
EMIT_RULE(emit_index_cast);
#undef EMIT_RULE

#endif
