#include "backends/cuda/assembly.h"

#include <string.h>

/* ----------------------------------------------------------------------- the wrappers */

static const char shared_address[] =
    "static __device__ __forceinline__ uint32_t shared_address(const void *p)\n"
    "{\n"
    "    return (uint32_t)__cvta_generic_to_shared(p);\n"
    "}\n";

static const char copy[] =
    "static __device__ __forceinline__ void NAME(void *to, const void *from)\n"
    "{\n"
    "    asm volatile(\"cp.async.PATH.shared.global [%0], [%1], SIZE;\"\n"
    "                 :: \"r\"(shared_address(to)), \"l\"(from) : \"memory\");\n"
    "}\n";

/* Only the first bytes are read, the rest is 0. */
static const char part[] =
    "static __device__ __forceinline__ void NAME(void *to, const void *from, uint32_t bytes)\n"
    "{\n"
    "    asm volatile(\"cp.async.PATH.shared.global [%0], [%1], SIZE, %2;\"\n"
    "                 :: \"r\"(shared_address(to)), \"l\"(from), \"r\"(bytes) : \"memory\");\n"
    "}\n";

static const char commit[] =
    "static __device__ __forceinline__ void async_commit()\n"
    "{\n"
    "    asm volatile(\"cp.async.commit_group;\" ::: \"memory\");\n"
    "}\n";

static const char wait[] =
    "#define async_wait(left) asm volatile(\"cp.async.wait_group %0;\" :: \"n\"(left) : \"memory\")\n";

static const char matrix[] =
    "static __device__ __forceinline__ void NAME(uint32_t *to, const void *row)\n"
    "{\n"
    "    asm volatile(\"ldmatrix.sync.aligned.m8n8.xCOUNT.TURNEDshared.b16 {RESULTS}, [%COUNT];\"\n"
    "                 : OUTPUTS : \"r\"(shared_address(row)) : \"memory\");\n"
    "}\n";

static const char mma[] =
    "static __device__ __forceinline__ void NAME(float *sums, const uint32_t *a, const uint32_t *b)\n"
    "{\n"
    "    asm volatile(\"mma.sync.aligned.SHAPE.row.col.f32.TYPE.TYPE.f32 {%0, %1, %2, %3}, \"\n"
    "                 \"{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};\"\n"
    "                 : \"+f\"(sums[0]), \"+f\"(sums[1]), \"+f\"(sums[2]), \"+f\"(sums[3])\n"
    "                 : \"r\"(a[0]), \"r\"(a[1]), \"r\"(a[2]), \"r\"(a[3]), \"r\"(b[0]), \"r\"(b[1]));\n"
    "}\n";

/* PTX, "Asynchronous Warpgroup Level Matrix Shared Memory Layout": bytes between what
 * repeats along lines and across them; chunks in the order of 128 bytes. */
static const char descriptor[] =
    "static __device__ __forceinline__ uint64_t matrix_descriptor(const void *p, uint32_t across,\n"
    "                                                             uint32_t along)\n"
    "{\n"
    "    return (uint64_t)(shared_address(p) >> 4 & 0x3fff) | (uint64_t)(across >> 4) << 16 |\n"
    "           (uint64_t)(along >> 4) << 32 | (uint64_t)1 << 62;\n"
    "}\n";

static const char wgmma[] =
    "static __device__ __forceinline__ void NAME(float *sums, uint64_t a, uint64_t b)\n"
    "{\n"
    "    asm volatile(\"{ .reg .pred p; setp.ne.b32 p, %LAST, 0; \"\n"
    "                 \"wgmma.mma_async.sync.aligned.m64nCOLUMNSk16.f32.TYPE.TYPE \"\n"
    "                 \"{RESULTS}, %FIRST, %SECOND, p, 1, 1, TURN_A, TURN_B; }\"\n"
    "                 : OUTPUTS\n"
    "                 : \"l\"(a), \"l\"(b), \"r\"(1));\n"
    "}\n";

static const char wgmma_name[] =
    "#define wgmma(TYPE, COLUMNS, TURN_A, TURN_B, SUMS, A, B) \\\n"
    "    wgmma_##TYPE##_##COLUMNS##_##TURN_A##TURN_B(SUMS, A, B)\n";

static const char wgmma_fence[] =
    "static __device__ __forceinline__ void wgmma_fence()\n"
    "{\n"
    "    asm volatile(\"wgmma.fence.sync.aligned;\" ::: \"memory\");\n"
    "}\n";

static const char wgmma_commit[] =
    "static __device__ __forceinline__ void wgmma_commit()\n"
    "{\n"
    "    asm volatile(\"wgmma.commit_group.sync.aligned;\" ::: \"memory\");\n"
    "}\n";

static const char wgmma_wait[] =
    "#define wgmma_wait(left) asm volatile(\"wgmma.wait_group.sync.aligned %0;\" :: \"n\"(left) : \"memory\")\n";

static const char fence_copies[] =
    "static __device__ __forceinline__ void fence_copies()\n"
    "{\n"
    "    asm volatile(\"fence.proxy.async.shared::cta;\" ::: \"memory\");\n"
    "}\n";

/* As MLIR's op: what was written before, also by threads that met this one at a barrier, is
 * there for whoever adds later, and for threads that then meet that one. */
static const char add_in_order[] =
    "static __device__ __forceinline__ uint32_t add_in_order(uint32_t *p, uint32_t n)\n"
    "{\n"
    "    uint32_t old;\n"
    "    asm volatile(\"atom.acq_rel.gpu.add.u32 %0, [%1], %2;\"\n"
    "                 : \"=r\"(old) : \"l\"(p), \"r\"(n) : \"memory\");\n"
    "    return old;\n"
    "}\n";

/* text, with `value` for each `key`. */
static const char *replace(CEmit *e, const char *text, const char *key, const char *value)
{
    const char *at, *out = "";
    for (; (at = strstr(text, key)); text = at + strlen(key))
        out = c_format(e, "%s%.*s%s", out, (int)(at - text), text, value);
    return c_format(e, "%s%s", out, text);
}

/* The text of a wrapper, once; not where there is a macro for it or its family. */
static void define_of(CEmit *e, const char *family, const char *name, const char *text)
{
    if (c_is_new(e, name))
        text_printf(&e->helpers, "#ifndef %s\n%s#endif\n\n", family, text);
}

static void define(CEmit *e, const char *name, const char *text)
{
    define_of(e, name, name, text);
}

void cuda_define(CEmit *e, const char *name, const char *text)
{
    define(e, "shared_address", shared_address);
    define(e, name, text);
}

/* --------------------------------------------------------------- asynchronous copies */

/* async_copy16 ..., async_part16 ... for a copy of less. Only 16 bytes can go past the
 * first cache, where what is read once is of no use. */
static const char *copy_function(CEmit *e, int64_t bytes, bool is_part)
{
    const char *name = c_format(e, "async_%s%d", is_part ? "part" : "copy", (int)bytes);
    const char *text = replace(e, is_part ? part : copy, "NAME", name);
    text = replace(e, text, "PATH", bytes == 16 ? "cg" : "ca");
    define(e, "shared_address", shared_address);
    define(e, name, replace(e, text, "SIZE", c_format(e, "%d", (int)bytes)));
    return name;
}

void cuda_async_copy(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType to = ir_operand(op, 0)->type;
    uint32_t second = 1 + (uint32_t)to->rank;
    uint32_t end = second + 1 + (uint32_t)ir_operand(op, second)->type->rank;
    bool is_part = end < op->operand_count;
    int64_t size = (int64_t)dtype_bytes(to->elem);
    const char *f = copy_function(e, size * ir_op_int(op, "dstElements"), is_part);
    const char *there = c_place(e, op, 0), *here = c_place(e, op, second);
    const char *bytes = "";
    if (is_part)
        bytes = c_format(e, ", %d * %s", (int)size,
                         c_bound(e, c_operand(e, op, end), C_PREFIX));
    c_settle(e);
    c_line(e, "%s(%s, %s%s);", f, there, here, bytes);
}

void cuda_async_group(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)op, (void)rule;
    define(e, "async_commit", commit);
    c_settle(e);
    c_line(e, "async_commit();");
}

void cuda_async_wait(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrAttr left = ir_op_attr(op, "numGroups");
    define(e, "async_wait", wait);
    c_settle(e);
    c_line(e, "async_wait(%d);", left ? (int)left->number : 0);
}

/* --------------------------------------------------------------------------- counters */

void cuda_atomic_add(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    define(e, "add_in_order", add_in_order);
    const char *place = c_place(e, op, 1), *n = c_operand_text(e, op, 0);
    c_settle(e);
    c_define(e, op, c_atom(c_format(e, "add_in_order(%s, %s)", place, n)));
    c_stable(e, ir_result(op, 0));
}

/* -------------------------------------------------------------------------- fragments */

/* load_matrix4, load_matrix4_turned ... */
static const char *load_function(CEmit *e, int count, bool turned)
{
    const char *name = c_format(e, "load_matrix%d%s", count, turned ? "_turned" : "");
    const char *results = "", *outputs = "", *text = replace(e, matrix, "NAME", name);
    for (int i = 0; i < count; i++) {
        results = c_format(e, "%s%s%%%d", results, i ? ", " : "", i);
        outputs = c_format(e, "%s%s\"=r\"(to[%d])", outputs, i ? ", " : "", i);
    }
    text = replace(e, replace(e, text, "RESULTS", results), "OUTPUTS", outputs);
    text = replace(e, text, "TURNED", turned ? "trans." : "");
    define(e, "shared_address", shared_address);
    define(e, name, replace(e, text, "COUNT", c_format(e, "%d", count)));
    return name;
}

void cuda_load_matrix(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const IrValue *v = ir_result(op, 0);
    const char *f = load_function(e, (int)ir_op_int(op, "numTiles"),
                                  ir_op_attr(op, "transpose")->number);
    const char *from = c_place(e, op, 0), *name = c_numbered(e, "part");
    c_settle(e);
    c_line(e, "%s %s;", c_type(e, v->type), name);
    c_line(e, "%s(%s.lane, %s);", f, name, from);
    c_set(e, v, c_atom(name));
}

static const char *mma_function(CEmit *e, Dtype elem)
{
    const char *type = elem == DTYPE_f32 ? "tf32" : dtype_name(elem);
    const char *name = c_format(e, "mma_%s", type), *text = replace(e, mma, "NAME", name);
    text = replace(e, text, "SHAPE", elem == DTYPE_f32 ? "m16n8k8" : "m16n8k16");
    define(e, name, replace(e, text, "TYPE", type));
    return name;
}

void cuda_mma(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *f = mma_function(e, ir_operand(op, 0)->type->elem);
    const char *a = c_stable(e, ir_operand(op, 0)), *b = c_stable(e, ir_operand(op, 1));
    const char *sums = c_operand_text(e, op, 2), *name = c_numbered(e, "sums");
    c_settle(e);
    c_line(e, "%s %s = %s;", c_type(e, ir_result(op, 0)->type), name, sums);
    c_line(e, "%s(%s.lane, %s.lane, %s.lane);", f, name, a, b);
    c_set(e, ir_result(op, 0), c_atom(name));
}

/* type{{v.lane[first], ...}} */
static CText some_lanes(CEmit *e, const char *v, IrType type, int64_t first)
{
    const char *list = "";
    for (unsigned i = 0; i < c_lanes(type); i++)
        list =
            c_format(e, "%s%s%s.lane[%d]", list, i ? ", " : "", v, (int)first + (int)i);
    return c_atom(c_format(e, "%s{{%s}}", c_type(e, type), list));
}

void cuda_fragment_words(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    int64_t first = ir_op_attr(op, "offsets")->items[0]->number;
    const char *v = c_stable(e, ir_operand(op, 0));
    c_define(e, op, some_lanes(e, v, ir_result(op, 0)->type, first));
}

void cuda_extract(CEmit *e, const IrOp *op, const CRule *rule)
{
    IrType t = ir_operand(op, 0)->type;
    if (t->rank < 2) {
        c_extract(e, op, rule);
        return;
    }
    size_t n;
    const int64_t *at = ir_op_ints(op, "static_position", &n);
    const char *v = c_stable(e, ir_operand(op, 0));
    int64_t first = at[0] * t->dims[1];
    if (c_is_half(ir_result(op, 0)->type) || !c_elem(t).is_float)
        c_fail(e, op, "unsupported: elements of an operand's fragment");
    if (n == 1)
        c_define(e, op, some_lanes(e, v, ir_result(op, 0)->type, first));
    else
        c_define(e, op, c_atom(c_format(e, "%s.lane[%d]", v, (int)(first + at[1]))));
}

/* A word that the tensor cores read as tf32. */
void cuda_insert(CEmit *e, const IrOp *op, const CRule *rule)
{
    IrType t = ir_result(op, 0)->type;
    if (t->rank < 2) {
        c_insert(e, op, rule);
        return;
    }
    if (t->elem != DTYPE_f32 || t->dims[1] != 1) {
        c_fail(e, op, "unsupported: elements of a fragment that are no words");
        return;
    }
    const char *x = c_operand_text(e, op, 0), *v = c_operand_text(e, op, 1);
    const char *name = c_numbered(e, "part");
    c_settle(e);
    c_line(e, "%s %s = %s;", c_type(e, t), name, v);
    c_line(e, "%s.lane[%d] = __float_as_uint(%s);", name,
           (int)ir_op_ints(op, "static_position", NULL)[0], x);
    c_set(e, ir_result(op, 0), c_atom(name));
}

/* --------------------------------------------------------------------- warps by fours */

/* Lines of k, each of a row's or column's 64 k; or panels of 64 rows or columns, lines
 * k. */
static CText descriptor_of(CEmit *e, const IrOp *op)
{
    IrType t = ir_operand(op, 0)->type;
    enum { LINE = 128, LINES = 8 };
    int64_t panel = t->rank == 3 ? t->dims[1] * LINE : 16;
    define(e, "shared_address", shared_address);
    define(e, "matrix_descriptor", descriptor);
    return c_atom(c_format(e, "matrix_descriptor(%s, %d, %d)", c_operand_text(e, op, 0),
                           (int)panel, LINES * LINE));
}

void cuda_matrix_cast(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    if (ir_operand(op, 0)->type->kind == IR_MEMREF) {
        c_define(e, op, descriptor_of(e, op));
        return;
    }
    const char *v = c_stable(e, ir_operand(op, 0));
    for (uint32_t i = 0; i < op->result_count; i++) {
        const IrValue *r = ir_result(op, i);
        if (e->facts[r->id].needed)
            c_set(e, r, some_lanes(e, v, r->type, (int64_t)i * c_lanes(r->type)));
    }
}

void cuda_warpgroup_zero(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_result(op, 0)->type;
    c_define(e, op,
             c_atom(c_format(e, "%s(0.0f)", c_helper(e, "all", c_elem(t), c_lanes(t)))));
}

static void define_wgmma(CEmit *e, const char *name, const char *type, unsigned lanes,
                         bool turn_a, bool turn_b)
{
    const char *results = "", *outputs = "", *text = replace(e, wgmma, "NAME", name);
    for (unsigned i = 0; i < lanes; i++) {
        results = c_format(e, "%s%s%%%u", results, i ? ", " : "", i);
        outputs = c_format(e, "%s%s\"+f\"(sums[%u])", outputs, i ? ", " : "", i);
    }
    text = replace(e, replace(e, text, "RESULTS", results), "OUTPUTS", outputs);
    text = replace(e, replace(e, text, "TYPE", type), "TURN_A", turn_a ? "1" : "0");
    text = replace(e, replace(e, text, "TURN_B", turn_b ? "1" : "0"), "COLUMNS",
                   c_format(e, "%u", 2 * lanes));
    text = replace(e, text, "FIRST", c_format(e, "%u", lanes));
    text = replace(e, text, "SECOND", c_format(e, "%u", lanes + 1));
    define_of(e, "wgmma_commit", name,
              replace(e, text, "LAST", c_format(e, "%u", lanes + 2)));
}

/* Four steps of 16 k: chunks 2, 4 and 6 of a line, or 16 lines further on, in units of
 * 16 bytes. */
void cuda_warpgroup_mma(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    enum { STEPS = 4 };
    IrType t = ir_result(op, 0)->type;
    const char *type = dtype_name(ir_operand(op, 0)->type->elem);
    bool turn_a = ir_op_attr(op, "transposeA"), turn_b = ir_op_attr(op, "transposeB");
    unsigned lanes = c_lanes(t);
    define_wgmma(e, c_format(e, "wgmma_%s_%u_%d%d", type, 2 * lanes, turn_a, turn_b),
                 type, lanes, turn_a, turn_b);
    define(e, "wgmma", wgmma_name);
    define(e, "wgmma_fence", wgmma_fence);
    define(e, "wgmma_commit", wgmma_commit);
    define(e, "wgmma_wait", wgmma_wait);
    const char *a = c_stable(e, ir_operand(op, 0)), *b = c_stable(e, ir_operand(op, 1));
    const char *from = c_operand_text(e, op, 2), *name = c_numbered(e, "sums");
    c_settle(e);
    c_line(e, "%s %s = %s;", c_type(e, t), name, from);
    c_line(e, "wgmma_fence();");
    for (int i = 0; i < STEPS; i++)
        c_line(e, "wgmma(%s, %u, %d, %d, %s.lane, %s + %d, %s + %d);", type, 2 * lanes,
               turn_a, turn_b, name, a, i * (turn_a ? 128 : 2), b,
               i * (turn_b ? 128 : 2));
    c_line(e, "wgmma_commit();");
    c_line(e, "wgmma_wait(%d);", (int)ir_op_int(op, "waitGroup"));
    c_set(e, ir_result(op, 0), c_atom(name));
}

void cuda_warpgroup_wait(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    define(e, "wgmma_wait", wgmma_wait);
    c_settle(e);
    c_line(e, "wgmma_wait(%d);", (int)ir_op_int(op, "group"));
}

void cuda_fence_proxy(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)op, (void)rule;
    define(e, "fence_copies", fence_copies);
    c_settle(e);
    c_line(e, "fence_copies();");
}
