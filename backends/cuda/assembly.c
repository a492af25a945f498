#include "backends/cuda/assembly.h"

#include <string.h>

/* ------------------------------------------------------------------------- the wrappers */

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

/* text, with `value` for each `key`. */
static const char *replace(CEmit *e, const char *text, const char *key, const char *value)
{
    const char *at, *out = "";
    for (; (at = strstr(text, key)); text = at + strlen(key))
        out = c_format(e, "%s%.*s%s", out, (int)(at - text), text, value);
    return c_format(e, "%s%s", out, text);
}

/* The text of a wrapper, once. */
static void define(CEmit *e, const char *name, const char *text)
{
    if (c_is_new(e, name))
        text_printf(&e->helpers, "#ifndef %s\n%s#endif\n\n", name, text);
}

/* --------------------------------------------------------------- asynchronous copies */

/* async_copy16 ..., async_part16 ... for a copy of less. Only 16 bytes can go past the first
 * cache, where what is read once is of no use. */
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
        bytes = c_format(e, ", %d * %s", (int)size, c_bound(e, c_operand(e, op, end), C_PREFIX));
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
