/* Buffers: addresses, loads and stores. Elements are read and written by helpers that
 * copy bytes, so neither type nor alignment of what lies there matters. */
#include "backends/c/emit.h"

#include <inttypes.h>
#include <string.h>

static bool is_zero(CText t) { return strcmp(t.text, "0") == 0; }

static CText plus(CEmit *e, CText a, CText b)
{
    if (is_zero(a) || is_zero(b))
        return is_zero(a) ? b : a;
    return (CText){c_format(e, "%s + %s", c_bound(e, a, C_SUM), c_bound(e, b, C_PRODUCT)),
                   C_SUM};
}

/* The row-major number of the element of memref (operand `first`) at the indices behind
 * it. */
static CText element_number(CEmit *e, const IrOp *op, uint32_t first)
{
    IrType t = ir_operand(op, first)->type;
    CText at = t->rank ? c_operand(e, op, first + 1) : c_atom("0");
    for (int d = 1; d < t->rank; d++) {
        CText i = c_operand(e, op, first + 1 + (uint32_t)d);
        if (!is_zero(at))
            at = (CText){
                c_format(e, "%s * %" PRId64, c_bound(e, at, C_PRODUCT), t->dims[d]),
                C_PRODUCT};
        at = plus(e, at, i);
    }
    return at;
}

const char *c_place(CEmit *e, const IrOp *op, uint32_t first)
{
    CText base = c_operand(e, op, first);
    return plus(e, base, element_number(e, op, first)).text;
}

/* The operand behind memref `first` and its indices. */
static uint32_t behind(const IrOp *op, uint32_t first)
{
    return first + 1 + (uint32_t)ir_operand(op, first)->type->rank;
}

static const char *access(CEmit *e, const char *what, IrType memref, IrType value)
{
    return c_helper(e, what, c_memory_elem(memref), c_lanes(value));
}

/* As many elements of memref as `value` has lanes, where buffers have types of their own. */
static CText place(CEmit *e, IrType memref, IrType value, const char *base, const char *at,
                   bool is_const)
{
    if (c_lanes(value) == 1)
        return c_atom(c_format(e, "%s[%s]", base, at));
    const char *type = c_vector(e, c_memory_elem(memref), c_lanes(value));
    return (CText){c_format(e, "*(%s%s *)(%s + %s)", is_const ? "const " : "", type, base,
                            at),
                   C_PREFIX};
}

static CText load(CEmit *e, IrType memref, IrType value, const char *base, const char *at)
{
    if (e->dialect->typed)
        return place(e, memref, value, base, at, true);
    return c_atom(c_format(e, "%s(%s, %s)", access(e, "load", memref, value), base, at));
}

static void store(CEmit *e, IrType memref, IrType type, const char *base, const char *at,
                  const char *value)
{
    if (e->dialect->typed)
        c_line(e, "%s = %s;", place(e, memref, type, base, at, false).text, value);
    else
        c_line(e, "%s(%s, %s, %s);", access(e, "store", memref, type), base, at, value);
}

static void store_if(CEmit *e, IrType memref, IrType type, const char *mask,
                     const char *base, const char *at, const char *value)
{
    c_open(e, "if (%s)", mask);
    store(e, memref, type, base, at, value);
    e->indent--;
}

void c_load(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType from = ir_operand(op, 0)->type, type = ir_result(op, 0)->type;
    const char *base = c_operand_text(e, op, 0), *at = element_number(e, op, 0).text;
    e->reading = true;
    c_define(e, op, load(e, from, type, base, at));
}

void c_store(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *value = c_operand_text(e, op, 0), *base = c_operand_text(e, op, 1);
    const char *at = element_number(e, op, 1).text;
    c_settle(e);
    store(e, ir_operand(op, 1)->type, ir_operand(op, 0)->type, base, at, value);
}

void c_masked_load(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    IrType t = ir_result(op, 0)->type;
    IrType from = ir_operand(op, 0)->type;
    const char *base = c_operand_text(e, op, 0), *at = element_number(e, op, 0).text;
    CText mask = c_operand(e, op, rest), kept = c_operand(e, op, rest + 1);
    e->reading = true;
    if (c_lanes(t) > 1)
        c_define(e, op,
                 c_atom(c_format(e, "%s(%s, %s, %s, %s)", access(e, "masked_load", from, t),
                                 base, at, mask.text, kept.text)));
    else
        c_define(e, op, c_choose(e, mask, load(e, from, t, base, at), kept));
}

void c_masked_store(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    IrType t = ir_operand(op, rest + 1)->type;
    IrType to = ir_operand(op, 0)->type;
    const char *base = c_operand_text(e, op, 0), *at = element_number(e, op, 0).text;
    const char *mask = c_operand_text(e, op, rest),
               *value = c_operand_text(e, op, rest + 1);
    c_settle(e);
    if (c_lanes(t) > 1)
        c_line(e, "%s(%s, %s, %s, %s);", access(e, "masked_store", to, t), base, at, mask,
               value);
    else
        store_if(e, to, t, mask, base, at, value);
}

/* Which helper: an index of 32 bits, or of 64. */
static const char *indexed(CEmit *e, const IrOp *op, const char *what, uint32_t index,
                           IrType value)
{
    bool wide = c_elem(ir_operand(op, index)->type).bits == 64;
    return access(e, c_format(e, "%s_%d", what, wide ? 64 : 32), ir_operand(op, 0)->type,
                  value);
}

/* The element that one lane asks for. */
static const char *indexed_number(CEmit *e, const IrOp *op, uint32_t index)
{
    CText at = element_number(e, op, 0);
    CElem t = c_elem(ir_operand(op, index)->type);
    CText i = c_operand(e, op, index);
    if (!t.is_index)
        i = c_cast(e, c_signed(t).type, i);
    return plus(e, at, i).text;
}

static void gather_one(CEmit *e, const IrOp *op, uint32_t rest)
{
    const char *base = c_operand_text(e, op, 0), *at = indexed_number(e, op, rest);
    CText mask = c_operand(e, op, rest + 1), kept = c_operand(e, op, rest + 2);
    CText one = load(e, ir_operand(op, 0)->type, ir_result(op, 0)->type, base, at);
    e->reading = true;
    c_define(e, op, c_choose(e, mask, one, kept));
}

void c_gather(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    IrType t = ir_result(op, 0)->type;
    if (c_lanes(t) == 1) {
        gather_one(e, op, rest);
        return;
    }
    const char *f = indexed(e, op, "gather", rest, t), *base = c_operand_text(e, op, 0);
    const char *at = element_number(e, op, 0).text, *index = c_operand_text(e, op, rest);
    const char *mask = c_operand_text(e, op, rest + 1),
               *kept = c_operand_text(e, op, rest + 2);
    e->reading = true;
    c_define(
        e, op,
        c_atom(c_format(e, "%s(%s, %s, %s, %s, %s)", f, base, at, index, mask, kept)));
}

static void scatter_one(CEmit *e, const IrOp *op, uint32_t rest)
{
    const char *base = c_operand_text(e, op, 0), *at = indexed_number(e, op, rest);
    const char *mask = c_operand_text(e, op, rest + 1),
               *value = c_operand_text(e, op, rest + 2);
    c_settle(e);
    store_if(e, ir_operand(op, 0)->type, ir_operand(op, rest + 2)->type, mask, base, at,
             value);
}

/* Lanes are stored in order: of two with the same place the later one stays. */
void c_scatter(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    uint32_t rest = behind(op, 0);
    IrType t = ir_operand(op, rest + 2)->type;
    if (c_lanes(t) == 1) {
        scatter_one(e, op, rest);
        return;
    }
    const char *f = indexed(e, op, "scatter", rest, t), *base = c_operand_text(e, op, 0);
    const char *at = element_number(e, op, 0).text, *index = c_operand_text(e, op, rest);
    const char *mask = c_operand_text(e, op, rest + 1),
               *value = c_operand_text(e, op, rest + 2);
    c_settle(e);
    c_line(e, "%s(%s, %s, %s, %s, %s);", f, base, at, index, mask, value);
}

/* The two may be one: a result that has its place in an argument already. */
void c_copy(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *from = c_operand_text(e, op, 0), *to = c_operand_text(e, op, 1);
    c_settle(e);
    c_line(e, "memmove(%s, %s, %" PRId64 ");", to, from,
           ir_bytes(ir_operand(op, 0)->type));
}

/* ---------------------------------------------------------------------------- buffers */

static void set_buffer(CEmit *e, const IrOp *op, const char *name, const char *type)
{
    e->values[ir_result(op, 0)->id] = (CValue){.is = c_atom(name), .type = type};
}

void c_alloca(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_result(op, 0)->type;
    const char *name = c_numbered(e, "tile"), *type = c_memory_elem(t).type;
    int64_t count = ir_elements(t);
    c_line(e, "%s%s %s[%" PRId64 "];", e->dialect->buffer, type, name,
           count > 0 ? count : 1);
    set_buffer(e, op, name, c_format(e, "%s *", type));
}

void c_view(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *constant =
        strncmp(e->values[ir_operand(op, 0)->id].type, "const", 5) == 0 ? "const " : "";
    const char *type =
        c_format(e, "%s%s *", constant, c_memory_elem(ir_result(op, 0)->type).type);
    const char *at =
        c_bound(e, plus(e, c_operand(e, op, 0), c_operand(e, op, 1)), C_PREFIX);
    const char *name = c_numbered(e, "buffer");
    const char *cast = e->dialect->typed ? type : c_format(e, "%svoid *", constant);
    c_line(e, "%sconst %s = (%s)%s;", type, name, cast, at);
    set_buffer(e, op, name, type);
}

void c_same_buffer(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    e->values[ir_result(op, 0)->id] = e->values[ir_operand(op, 0)->id];
}

void c_get_global(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *name = ir_op_string(op, "name");
    const char *type = c_memory_elem(ir_result(op, 0)->type).type;
    const char *array = c_global(e, name);
    if (array)
        set_buffer(e, op, array, c_format(e, "const %s *", type));
    else
        c_fail(e, op, "there is no constant @%s", name);
}
