/* Kernel IR -> LLVM IR. One rule per op (rules.c); values are kept by their id.
 * Internal to backends/cpu.
 *
 *     scalars   iN, float, double; index: i64; f16 and bf16: i16, arithmetic in f32
 *     vectors   <N x scalar>
 *     memrefs   ptr: shapes are static and rows contiguous, so the type says the rest
 *     kernels   void k.NAME(buffers..., ptr pool)
 *     entries   void descent_NAME(ptr arena, ptr args, ptr results, ptr pool): k.NAME
 *     exports   void SYMBOL(buffers..., ptr pool)
 *     custom    i32 outside.NAME(ptr outside.NAME.data, ptr buffers): given by the caller
 * No fast-math flags and no contraction: what the kernel IR says is what is computed. */
#ifndef BACKENDS_CPU_EMIT_H
#define BACKENDS_CPU_EMIT_H

#include "backends/cpu/machine.h"

#include <llvm-c/Core.h>

typedef struct CpuEmit {
    IrModule *module;
    const char *suffix; /* of symbols: "", or this version of the code among several */
    bool several;       /* there are others: functions say what machine they are for */
    bool file;          /* code for a file, not for this process */
    IrSymbols symbols;
    const CpuMachine *machine;
    DiagList *diags;
    Arena *arena;
    bool failed;
    LLVMContextRef llvm;
    LLVMModuleRef out;
    LLVMBuilderRef at;
    LLVMValueRef *values; /* by value id */
    uint32_t
        *captured_by; /* by value id: 1 + id of the last parallel loop to capture it */
    uint32_t *calls;  /* by op id of a function: how many call it */
    LLVMValueRef function; /* now being filled */
    LLVMValueRef pool;     /* its last argument, or what a task got from it */
    const IrOp *source;    /* the kernel it comes from */
    const IrOp *loop;      /* the innermost scf.for around the code being made, or NULL ... */
    LLVMValueRef entry;    /* ... and the jump in front of it */
    LLVMTypeRef none, ptr, i1, i8, i16, i32, i64, f32, f64;
} CpuEmit;

typedef struct CpuRule CpuRule;
struct CpuRule {
    void (*emit)(CpuEmit *e, const IrOp *op, const CpuRule *rule);
    int code;         /* an LLVMOpcode, or what the function wants to know */
    const char *name; /* an intrinsic or a function of libm */
};
extern const CpuRule cpu_rules[OP_COUNT];

/* Fills e->out with all functions. False with diagnostics. */
bool cpu_module(CpuEmit *e);
/* The symbol that a function has for callers outside, less e->suffix; NULL: none. */
const char *cpu_public_symbol(CpuEmit *e, const IrOp *func);
/* dispatch.c. After all versions of the code are there: for each symbol that callers outside
 * use, one that is the best version for the machine at hand. e->machine is the machine of
 * the last version. The versions: best first. */
void cpu_dispatch(CpuEmit *e, size_t count, const CpuMachine *versions);
/* What symbols of a version end in: "_x86_64_v3". */
const char *cpu_suffix(Arena *a, const CpuMachine *m);
/* Whether cpu_dispatch can tell such machines apart. */
bool cpu_can_dispatch(const CpuMachine *m);
/* outside.c. A call of a function that is only declared: see CpuOutside. */
void cpu_call_outside(CpuEmit *e, const IrOp *call, const IrOp *func);
const char *cpu_outside_symbol(Arena *a, const char *name);
const char *cpu_outside_data(Arena *a, const char *name);
/* pool.c. Does what rt_pool_run does, with a struct descent_pool. */
LLVMValueRef cpu_pool_function(CpuEmit *e, LLVMTypeRef type);

/* ------------------------------------------------------------- what rules are made of */

/* A defect of ours: the kernel IR holds something we have no code for. */
void cpu_fail(CpuEmit *e, const IrOp *op, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

LLVMTypeRef cpu_elem_type(CpuEmit *e, Dtype elem);
LLVMTypeRef cpu_type(CpuEmit *e, IrType t);
bool cpu_is_half(IrType t); /* f16 or bf16, scalar or vector */
/* elem, in as many lanes as t. */
LLVMTypeRef cpu_type_like(IrType t, LLVMTypeRef elem);
LLVMValueRef cpu_splat(LLVMTypeRef vector, LLVMValueRef constant);
/* The same number in every lane, of an LLVM integer / float type, scalar or vector. */
LLVMValueRef cpu_int_splat(LLVMTypeRef t, uint64_t value);
LLVMValueRef cpu_real_splat(LLVMTypeRef t, double value);

LLVMValueRef cpu_get(CpuEmit *e, const IrValue *v);
LLVMValueRef cpu_operand(CpuEmit *e, const IrOp *op, uint32_t i);
void cpu_set(CpuEmit *e, const IrOp *op, uint32_t result, LLVMValueRef v);
/* Arithmetic on f16 and bf16 is done in f32: */
LLVMValueRef cpu_wide_operand(CpuEmit *e, const IrOp *op, uint32_t i);
void cpu_set_narrow(CpuEmit *e, const IrOp *op, LLVMValueRef v);
LLVMValueRef cpu_widen(CpuEmit *e, LLVMValueRef v, IrType from); /* half -> f32 */
LLVMValueRef cpu_narrow(CpuEmit *e, LLVMValueRef v, IrType to);  /* f32 -> half */

/* llvm.NAME, overloaded on the types. */
LLVMValueRef cpu_intrinsic(CpuEmit *e, const char *name, unsigned types,
                           LLVMTypeRef *type, unsigned count, LLVMValueRef *args);
/* A function outside of the object; declared once. */
LLVMValueRef cpu_external(CpuEmit *e, const char *name, LLVMTypeRef type);
/* A function that may be called from outside, or not; it is no code of a kernel. */
LLVMValueRef cpu_plain_function(CpuEmit *e, const char *name, LLVMTypeRef type,
                                bool internal);
/* The same with the attributes that all code of kernels has. */
LLVMValueRef cpu_new_function(CpuEmit *e, const char *name, LLVMTypeRef type,
                              bool internal);
LLVMBasicBlockRef cpu_new_block(CpuEmit *e, const char *name);
LLVMValueRef cpu_alloca(CpuEmit *e, LLVMTypeRef type,
                        unsigned align);          /* in the entry block */
void cpu_block(CpuEmit *e, const IrBlock *block); /* all ops but the terminator */

/* -------------------------------------------------------------------------- the rules */

#define CPU_RULE(name) void name(CpuEmit *e, const IrOp *op, const CpuRule *rule)
/* control.c, parallel.c */
CPU_RULE(cpu_for);
CPU_RULE(cpu_if);
CPU_RULE(cpu_while);
CPU_RULE(cpu_parallel);
CPU_RULE(cpu_call);
/* memory.c */
CPU_RULE(cpu_alloca_op);
CPU_RULE(cpu_view);
CPU_RULE(cpu_same_buffer);
CPU_RULE(cpu_get_global);
CPU_RULE(cpu_global);
CPU_RULE(cpu_load);
CPU_RULE(cpu_store);
CPU_RULE(cpu_masked_load);
CPU_RULE(cpu_masked_store);
CPU_RULE(cpu_gather);
CPU_RULE(cpu_scatter);
CPU_RULE(cpu_copy);
/* vector.c */
CPU_RULE(cpu_broadcast);
CPU_RULE(cpu_reduction);
CPU_RULE(cpu_create_mask);
CPU_RULE(cpu_extract);
CPU_RULE(cpu_insert);
CPU_RULE(cpu_shuffle);
CPU_RULE(cpu_step);
/* arith.c */
CPU_RULE(cpu_constant);
CPU_RULE(cpu_binary);
CPU_RULE(cpu_quotient);
CPU_RULE(cpu_negate);
CPU_RULE(cpu_compare);
CPU_RULE(cpu_select);
CPU_RULE(cpu_intrinsic_op);
CPU_RULE(cpu_intrinsic_flag);
CPU_RULE(cpu_libm);
/* convert.c */
CPU_RULE(cpu_cast);
CPU_RULE(cpu_extend_float);
CPU_RULE(cpu_truncate_float);
CPU_RULE(cpu_int_to_float);
CPU_RULE(cpu_float_to_int);
CPU_RULE(cpu_index_cast);
#undef CPU_RULE

#endif
