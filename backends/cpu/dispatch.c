/* One symbol for several versions of the code. Each version of NAME has a suffix; NAME
 * itself is an ELF ifunc: the loader calls its resolver once and binds NAME to what that
 * returns.
 *
 *     ptr NAME.resolve():   v = descent.version();  v == 0 ? NAME_x86_64_v4 : ...
 *     i32 descent.version():
 *         cpuid leaves 1, 7 and 0x80000001, and, if the system saves the wide
 *         registers, which of them (xgetbv); the first version all of whose bits are
 *         there, else the last
 *
 * Resolvers run before the C library is set up, so they call nothing and touch no data.
 * Bits: Intel's manual, volume 2, CPUID; the levels are those of the x86-64 psABI. */
#include "backends/cpu/emit.h"

#include <string.h>

enum { LEAF_1_C, LEAF_7_B, LEAF_EXT_C, XCR0, WORDS };
#define BIT(n) (1u << (n))

static const struct {
    const char *name;
    uint32_t needs[WORDS];
} levels[] = {
#define V2_1 (BIT(0) | BIT(9) | BIT(13) | BIT(19) | BIT(20) | BIT(23))
#define V3_1 (V2_1 | BIT(12) | BIT(22) | BIT(27) | BIT(28) | BIT(29))
#define V3_7 (BIT(3) | BIT(5) | BIT(8))
#define V4_7 (V3_7 | BIT(16) | BIT(17) | BIT(28) | BIT(30) | BIT(31))
    /*             sse3 ssse3 cx16 sse4.1 sse4.2 popcnt | fma movbe osxsave avx f16c,
     *             bmi avx2 bmi2 | avx512 f dq cd bw vl, sahf | lzcnt, registers saved */
    {"x86-64-v4", {V3_1, V4_7, BIT(0) | BIT(5), 0xe6}},
    {"x86-64-v3", {V3_1, V3_7, BIT(0) | BIT(5), 0x06}},
    {"x86-64-v2", {V2_1, 0, BIT(0), 0}},
    {"x86-64", {0, 0, 0, 0}},
};
enum { LEVELS = sizeof levels / sizeof *levels };

static const uint32_t *needs_of(const char *name)
{
    for (int i = 0; i < LEVELS; i++)
        if (!strcmp(levels[i].name, name))
            return levels[i].needs;
    return NULL;
}

bool cpu_can_dispatch(const CpuMachine *m) { return needs_of(m->name) != NULL; }

/* ----------------------------------------------------------------- asking the machine */

static LLVMValueRef number(CpuEmit *e, uint32_t n)
{
    return LLVMConstInt(e->i32, n, false);
}

static LLVMValueRef assembly(CpuEmit *e, LLVMTypeRef type, const char *code,
                             const char *constraints, unsigned count, LLVMValueRef *args)
{
    LLVMValueRef f =
        LLVMGetInlineAsm(type, code, strlen(code), constraints, strlen(constraints), true,
                         false, LLVMInlineAsmDialectATT, false);
    return LLVMBuildCall2(e->at, type, f, args, count, "");
}

/* Registers a, b, c, d after cpuid. */
static LLVMValueRef cpuid(CpuEmit *e, uint32_t leaf)
{
    LLVMTypeRef four[] = {e->i32, e->i32, e->i32, e->i32};
    LLVMTypeRef result = LLVMStructTypeInContext(e->llvm, four, 4, false);
    LLVMValueRef args[] = {number(e, leaf), number(e, 0)};
    return assembly(e, LLVMFunctionType(result, four, 2, false), "cpuid",
                    "={ax},={bx},={cx},={dx},{ax},{cx},~{dirflag},~{fpsr},~{flags}", 2,
                    args);
}

static LLVMValueRef register_of(CpuEmit *e, LLVMValueRef four, unsigned i)
{
    return LLVMBuildExtractValue(e->at, four, i, "");
}

static LLVMValueRef xgetbv(CpuEmit *e)
{
    LLVMTypeRef two[] = {e->i32, e->i32};
    LLVMTypeRef result = LLVMStructTypeInContext(e->llvm, two, 2, false);
    LLVMValueRef args[] = {number(e, 0)};
    return assembly(e, LLVMFunctionType(result, two, 1, false), "xgetbv",
                    "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}", 1, args);
}

static LLVMValueRef has_all(CpuEmit *e, LLVMValueRef word, uint32_t bits)
{
    LLVMValueRef wanted = number(e, bits);
    return LLVMBuildICmp(e->at, LLVMIntEQ, LLVMBuildAnd(e->at, word, wanted, ""), wanted,
                         "");
}

/* Without osxsave there is no xgetbv, and no register is saved that it would tell of. */
static LLVMValueRef saved_registers(CpuEmit *e, LLVMValueRef f, LLVMValueRef leaf_1)
{
    LLVMBasicBlockRef from = LLVMGetInsertBlock(e->at);
    LLVMBasicBlockRef ask = LLVMAppendBasicBlockInContext(e->llvm, f, "ask");
    LLVMBasicBlockRef done = LLVMAppendBasicBlockInContext(e->llvm, f, "done");
    LLVMBuildCondBr(e->at, has_all(e, leaf_1, BIT(27)), ask, done);
    LLVMPositionBuilderAtEnd(e->at, ask);
    LLVMValueRef values[] = {number(e, 0), register_of(e, xgetbv(e), 0)};
    LLVMBuildBr(e->at, done);
    LLVMPositionBuilderAtEnd(e->at, done);
    LLVMValueRef saved = LLVMBuildPhi(e->at, e->i32, "");
    LLVMAddIncoming(saved, values, (LLVMBasicBlockRef[]){from, ask}, 2);
    return saved;
}

static void ask_machine(CpuEmit *e, LLVMValueRef f, LLVMValueRef *words)
{
    LLVMValueRef most = register_of(e, cpuid(e, 0), 0);
    LLVMValueRef has_7 = LLVMBuildICmp(e->at, LLVMIntUGE, most, number(e, 7), "");
    LLVMValueRef leaf_7 = register_of(e, cpuid(e, 7), 1);
    words[LEAF_1_C] = register_of(e, cpuid(e, 1), 2);
    words[LEAF_7_B] = LLVMBuildSelect(e->at, has_7, leaf_7, number(e, 0), "");
    words[LEAF_EXT_C] = register_of(e, cpuid(e, 0x80000001), 2);
    words[XCR0] = saved_registers(e, f, words[LEAF_1_C]);
}

/* ---------------------------------------------------------------------- the resolvers */

static LLVMValueRef is_machine(CpuEmit *e, LLVMValueRef *words, const uint32_t *needs)
{
    LLVMValueRef all = LLVMConstInt(e->i1, 1, false);
    for (int w = 0; w < WORDS; w++)
        all = LLVMBuildAnd(e->at, all, has_all(e, words[w], needs[w]), "");
    return all;
}

static LLVMValueRef version_function(CpuEmit *e, size_t count, const CpuMachine *versions)
{
    LLVMTypeRef type = LLVMFunctionType(e->i32, NULL, 0, false);
    LLVMValueRef words[WORDS], f = cpu_plain_function(e, "descent.version", type, true);
    LLVMPositionBuilderAtEnd(e->at, LLVMAppendBasicBlockInContext(e->llvm, f, "entry"));
    ask_machine(e, f, words);
    LLVMValueRef version = number(e, (uint32_t)count - 1);
    for (size_t i = count - 1; i-- > 0;) {
        LLVMValueRef is = is_machine(e, words, needs_of(versions[i].name));
        version = LLVMBuildSelect(e->at, is, number(e, (uint32_t)i), version, "");
    }
    LLVMBuildRet(e->at, version);
    return f;
}

/* Versions of `symbol`, best first. */
static LLVMValueRef *functions(CpuEmit *e, const char *symbol, size_t count,
                               const CpuMachine *versions)
{
    LLVMValueRef *f = ARENA_ARRAY(e->arena, LLVMValueRef, count);
    for (size_t i = 0; i < count; i++)
        f[i] = LLVMGetNamedFunction(
            e->out,
            arena_printf(e->arena, "%s%s", symbol, cpu_suffix(e->arena, &versions[i])));
    return f;
}

static void add_ifunc(CpuEmit *e, const char *symbol, LLVMValueRef version, size_t count,
                      LLVMValueRef *f)
{
    LLVMTypeRef type = LLVMFunctionType(e->ptr, NULL, 0, false);
    LLVMValueRef resolver =
        cpu_plain_function(e, arena_printf(e->arena, "%s.resolve", symbol), type, true);
    LLVMPositionBuilderAtEnd(e->at,
                             LLVMAppendBasicBlockInContext(e->llvm, resolver, "entry"));
    LLVMValueRef v =
        LLVMBuildCall2(e->at, LLVMGlobalGetValueType(version), version, NULL, 0, "");
    LLVMValueRef best = f[count - 1];
    for (size_t i = count - 1; i-- > 0;) {
        LLVMValueRef is = LLVMBuildICmp(e->at, LLVMIntEQ, v, number(e, (uint32_t)i), "");
        best = LLVMBuildSelect(e->at, is, f[i], best, "");
    }
    LLVMBuildRet(e->at, best);
    LLVMAddGlobalIFunc(e->out, symbol, strlen(symbol), LLVMGlobalGetValueType(f[0]), 0,
                       resolver);
}

void cpu_dispatch(CpuEmit *e, size_t count, const CpuMachine *versions)
{
    LLVMValueRef version = version_function(e, count, versions);
    for (const IrOp *op = ir_module_block(e->module)->first; op; op = op->next) {
        const char *symbol = op->kind == OP_func ? cpu_public_symbol(e, op) : NULL;
        if (symbol)
            add_ifunc(e, symbol, version, count, functions(e, symbol, count, versions));
    }
}
