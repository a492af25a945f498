/* Buffers: addresses, loads and stores. An access is aligned to its elements at least. */
#include "backends/cpu/emit.h"

#include <string.h>

enum { BUFFER_ALIGN = 64 };

static LLVMTypeRef memory_type(CpuEmit *e, IrType memref)
{
    return cpu_elem_type(e, memref->elem);
}

static unsigned element_align(IrType memref)
{
    return (unsigned)dtype_bytes(memref->elem);
}

/* An index as a sum: what the innermost loop does not change, what it does, a constant. */
typedef struct Sum {
    LLVMValueRef fixed, moving;
    int64_t constant;
} Sum;

static void add_term(CpuEmit *e, LLVMValueRef *sum, LLVMValueRef v)
{
    *sum = *sum ? LLVMBuildNSWAdd(e->at, *sum, v, "") : v;
}

/* Builds in front of the loop until leave_entry. */
static LLVMBasicBlockRef go_to_entry(CpuEmit *e)
{
    LLVMBasicBlockRef here = LLVMGetInsertBlock(e->at);
    LLVMPositionBuilderBefore(e->at, e->entry);
    return here;
}

static void split(CpuEmit *e, const IrValue *v, Sum *s)
{
    LLVMValueRef value = cpu_get(e, v);
    if (LLVMIsAConstantInt(value)) {
        s->constant += LLVMConstIntGetSExtValue(value);
    } else if (!ir_value_defined_inside(v, e->loop)) {
        LLVMBasicBlockRef back = go_to_entry(e);
        add_term(e, &s->fixed, value);
        LLVMPositionBuilderAtEnd(e->at, back);
    } else if (ir_is(v, OP_arith_addi)) {
        split(e, ir_operand(v->op, 0), s);
        split(e, ir_operand(v->op, 1), s);
    } else {
        add_term(e, &s->moving, value);
    }
}

/* In a loop: the fixed part of the address is computed in front of it, the rest fits the
 * machine's addressing mode (register + register * size + constant). LLVM's own pass for that
 * (loop strength reduction) takes as long as all the rest of code generation. */
static LLVMValueRef split_address(CpuEmit *e, const IrValue *memref, const IrValue *index)
{
    LLVMTypeRef elem = memory_type(e, memref->type);
    LLVMValueRef at = cpu_get(e, memref);
    Sum s = {0};
    split(e, index, &s);
    if (s.fixed) {
        LLVMBasicBlockRef back = go_to_entry(e);
        at = LLVMBuildInBoundsGEP2(e->at, elem, at, &s.fixed, 1, "");
        LLVMPositionBuilderAtEnd(e->at, back);
    }
    if (s.moving)
        at = LLVMBuildInBoundsGEP2(e->at, elem, at, &s.moving, 1, "");
    LLVMValueRef constant = LLVMConstInt(e->i64, (uint64_t)s.constant, true);
    return s.constant ? LLVMBuildInBoundsGEP2(e->at, elem, at, &constant, 1, "") : at;
}

/* The element of memref (operand `first`) at the indices that follow it. */
static LLVMValueRef address(CpuEmit *e, const IrOp *op, uint32_t first)
{
    IrType t = ir_operand(op, first)->type;
    if (e->loop && t->rank == 1 &&
        !ir_value_defined_inside(ir_operand(op, first), e->loop))
        return split_address(e, ir_operand(op, first), ir_operand(op, first + 1));
    LLVMValueRef at =
        t->rank ? cpu_operand(e, op, first + 1) : LLVMConstInt(e->i64, 0, false);
    for (int d = 1; d < t->rank; d++) {
        LLVMValueRef size = LLVMConstInt(e->i64, (uint64_t)t->dims[d], true);
        at = LLVMBuildNSWMul(e->at, at, size, "");
        at = LLVMBuildNSWAdd(e->at, at, cpu_operand(e, op, first + 1 + (uint32_t)d), "");
    }
    return LLVMBuildInBoundsGEP2(e->at, memory_type(e, t), cpu_operand(e, op, first), &at,
                                 1, "");
}

/* The operand behind memref `first` and its indices. */
static uint32_t behind(const IrOp *op, uint32_t first)
{
    return first + 1 + (uint32_t)ir_operand(op, first)->type->rank;
}

void cpu_load(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    LLVMTypeRef type = cpu_type(e, ir_result(op, 0)->type);
    LLVMValueRef v = LLVMBuildLoad2(e->at, type, address(e, op, 0), "");
    LLVMSetAlignment(v, element_align(ir_operand(op, 0)->type));
    cpu_set(e, op, 0, v);
}

void cpu_store(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    LLVMValueRef s = LLVMBuildStore(e->at, cpu_operand(e, op, 0), address(e, op, 1));
    LLVMSetAlignment(s, element_align(ir_operand(op, 1)->type));
}

static LLVMValueRef align_argument(CpuEmit *e, const IrOp *op)
{
    return LLVMConstInt(e->i32, element_align(ir_operand(op, 0)->type), false);
}

/* Lanes of a vector: `count` from `first` on, of `a` and then of `b`. */
static LLVMValueRef lanes_of(CpuEmit *e, LLVMValueRef a, LLVMValueRef b, unsigned first,
                             unsigned count)
{
    LLVMValueRef *at = ARENA_ARRAY(e->arena, LLVMValueRef, count);
    for (unsigned i = 0; i < count; i++)
        at[i] = LLVMConstInt(e->i32, first + i, false);
    return LLVMBuildShuffleVector(e->at, a, b, LLVMConstVector(at, count), "");
}

/* A masked access to consecutive elements. One of more than a register is made in parts,
 * and none of a part whose mask is known to be 0: LLVM 19 would split it as well, but may
 * then touch such a part. */
typedef struct Masked {
    LLVMTypeRef elem;
    LLVMValueRef address, align, mask, value; /* value: stored, or kept where mask is 0 */
    unsigned most;                            /* lanes of a register */
} Masked;

static Masked masked_access(CpuEmit *e, const IrOp *op, uint32_t mask, uint32_t value)
{
    IrType memref = ir_operand(op, 0)->type;
    unsigned bits = 8 * (unsigned)dtype_bytes(memref->elem);
    return (Masked){memory_type(e, memref),    address(e, op, 0),
                    align_argument(e, op),     cpu_operand(e, op, mask),
                    cpu_operand(e, op, value), (unsigned)e->machine->level->vector_bits / bits};
}

static bool in_one(const Masked *m, unsigned count)
{
    return count <= m->most || count % 2;
}

/* Whether lanes of a mask are 0 whatever happens: of a constant, or of an `and` with one. */
static bool is_never(LLVMValueRef mask, unsigned first, unsigned count)
{
    if (LLVMIsAInstruction(mask) && LLVMGetInstructionOpcode(mask) == LLVMAnd)
        return is_never(LLVMGetOperand(mask, 0), first, count)
               || is_never(LLVMGetOperand(mask, 1), first, count);
    for (unsigned i = 0; i < count && LLVMIsConstant(mask); i++)
        if (!LLVMIsNull(LLVMGetAggregateElement(mask, first + i)))
            return false;
    return LLVMIsConstant(mask);
}

/* Lanes of the access that fit a register. */
static Masked part_of(CpuEmit *e, const Masked *m, unsigned first, unsigned count)
{
    Masked part = *m;
    if (LLVMGetVectorSize(LLVMTypeOf(m->mask)) == count)
        return part;
    LLVMValueRef at = LLVMConstInt(e->i64, first, false);
    part.address = LLVMBuildGEP2(e->at, m->elem, m->address, &at, 1, "");
    part.mask = lanes_of(e, m->mask, m->mask, first, count);
    part.value = lanes_of(e, m->value, m->value, first, count);
    return part;
}

static LLVMValueRef masked_load(CpuEmit *e, const Masked *m, unsigned first,
                                unsigned count)
{
    if (!in_one(m, count)) {
        LLVMValueRef low = masked_load(e, m, first, count / 2);
        LLVMValueRef high = masked_load(e, m, first + count / 2, count / 2);
        return lanes_of(e, low, high, 0, count);
    }
    Masked part = part_of(e, m, first, count);
    LLVMTypeRef types[] = {LLVMVectorType(m->elem, count), e->ptr};
    LLVMValueRef args[] = {part.address, part.align, part.mask, part.value};
    return is_never(m->mask, first, count)
               ? part.value : cpu_intrinsic(e, "llvm.masked.load", 2, types, 4, args);
}

static void masked_store(CpuEmit *e, const Masked *m, unsigned first, unsigned count)
{
    if (!in_one(m, count)) {
        masked_store(e, m, first, count / 2);
        masked_store(e, m, first + count / 2, count / 2);
    } else if (!is_never(m->mask, first, count)) {
        Masked part = part_of(e, m, first, count);
        LLVMTypeRef types[] = {LLVMVectorType(m->elem, count), e->ptr};
        LLVMValueRef args[] = {part.value, part.address, part.align, part.mask};
        cpu_intrinsic(e, "llvm.masked.store", 2, types, 4, args);
    }
}

void cpu_masked_load(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    Masked m = masked_access(e, op, rest, rest + 1);
    unsigned count = (unsigned)ir_elements(ir_result(op, 0)->type);
    cpu_set(e, op, 0, masked_load(e, &m, 0, count));
}

void cpu_masked_store(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    Masked m = masked_access(e, op, rest, rest + 1);
    masked_store(e, &m, 0, (unsigned)ir_elements(ir_operand(op, rest)->type));
}

/* One pointer per lane: the indexed element's address plus the index vector, in
 * elements. */
static LLVMValueRef lane_addresses(CpuEmit *e, const IrOp *op, uint32_t rest)
{
    LLVMValueRef lanes = cpu_operand(e, op, rest);
    return LLVMBuildInBoundsGEP2(e->at, memory_type(e, ir_operand(op, 0)->type),
                                 address(e, op, 0), &lanes, 1, "");
}

void cpu_gather(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    IrType t = ir_result(op, 0)->type;
    LLVMTypeRef types[] = {cpu_type(e, t), cpu_type_like(t, e->ptr)};
    LLVMValueRef args[] = {lane_addresses(e, op, rest), align_argument(e, op),
                           cpu_operand(e, op, rest + 1), cpu_operand(e, op, rest + 2)};
    cpu_set(e, op, 0, cpu_intrinsic(e, "llvm.masked.gather", 2, types, 4, args));
}

/* Lanes are stored in order: of two with the same address the later one stays. */
void cpu_scatter(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    IrType t = ir_operand(op, rest + 2)->type;
    LLVMTypeRef types[] = {cpu_type(e, t), cpu_type_like(t, e->ptr)};
    LLVMValueRef args[] = {cpu_operand(e, op, rest + 2), lane_addresses(e, op, rest),
                           align_argument(e, op), cpu_operand(e, op, rest + 1)};
    cpu_intrinsic(e, "llvm.masked.scatter", 2, types, 4, args);
}

void cpu_copy(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    IrType t = ir_operand(op, 0)->type;
    unsigned align = element_align(t);
    LLVMBuildMemCpy(e->at, cpu_operand(e, op, 1), align, cpu_operand(e, op, 0), align,
                    LLVMConstInt(e->i64, (uint64_t)ir_bytes(t), false));
}

/* ---------------------------------------------------------------------------- buffers */

void cpu_alloca_op(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    IrType t = ir_result(op, 0)->type;
    LLVMTypeRef array = LLVMArrayType2(memory_type(e, t), (uint64_t)ir_elements(t));
    cpu_set(e, op, 0, cpu_alloca(e, array, BUFFER_ALIGN));
}

void cpu_view(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    LLVMValueRef offset = cpu_operand(e, op, 1);
    cpu_set(e, op, 0,
            LLVMBuildInBoundsGEP2(e->at, e->i8, cpu_operand(e, op, 0), &offset, 1, ""));
}

void cpu_same_buffer(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    cpu_set(e, op, 0, cpu_operand(e, op, 0));
}

/* Of the constants called `name`: the one that this version of the code has alone, that
 * which it shares with others, one that the linker sees. */
static LLVMValueRef find_global(CpuEmit *e, const char *name)
{
    const char *const symbols[] = {arena_printf(e->arena, "c.%s%s", name, e->suffix),
                                   arena_printf(e->arena, "c.%s", name), name};
    LLVMValueRef g = NULL;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols && !g; i++)
        g = LLVMGetNamedGlobal(e->out, symbols[i]);
    return g;
}

void cpu_get_global(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    LLVMValueRef g = find_global(e, ir_op_string(op, "name"));
    if (g)
        cpu_set(e, op, 0, g);
    else
        cpu_fail(e, op, "there is no constant @%s", ir_op_string(op, "name"));
}

/* The bytes of dense<...>, a splat repeated. */
static const char *all_bytes(CpuEmit *e, IrAttr elements, size_t count, size_t size)
{
    if (!elements->splat)
        return elements->bytes;
    char *bytes = ARENA_ARRAY(e->arena, char, count *size);
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + i * size, elements->bytes, size);
    return bytes;
}

static const char *global_symbol(CpuEmit *e, const IrOp *op, LLVMValueRef shared)
{
    const char *name = ir_op_string(op, "sym_name");
    if (!ir_op_attr(op, "sym_visibility"))
        return name;
    return arena_printf(e->arena, "c.%s%s", name, shared ? e->suffix : "");
}

/* Versions of the code share what is equal: LLVM's constants are one if they are. */
void cpu_global(CpuEmit *e, const IrOp *op, const CpuRule *rule)
{
    (void)rule;
    IrAttr elements = ir_op_attr(op, "initial_value");
    IrType t = ir_op_attr(op, "type")->type;
    size_t count = (size_t)ir_elements(t), size = dtype_bytes(t->elem);
    const char *bytes = all_bytes(e, elements, count, size);
    LLVMValueRef data = LLVMConstStringInContext2(e->llvm, bytes, count * size, true);
    LLVMValueRef shared = find_global(e, ir_op_string(op, "sym_name"));
    if (shared && LLVMGetInitializer(shared) == data)
        return;
    LLVMValueRef g =
        LLVMAddGlobal(e->out, LLVMTypeOf(data), global_symbol(e, op, shared));
    LLVMSetInitializer(g, data);
    LLVMSetGlobalConstant(g, true);
    LLVMSetLinkage(g, ir_op_attr(op, "sym_visibility") ? LLVMInternalLinkage
                                                       : LLVMExternalLinkage);
    LLVMSetAlignment(g, BUFFER_ALIGN);
}
