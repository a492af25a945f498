/* Values: what they are in C, and where they are written down. */
#include "backends/c/emit.h"

#include <assert.h>
#include <string.h>

/* ------------------------------------------------------------------------------ types */

enum { LONGEST = 72 }; /* characters of an expression that is no variable of its own */

static CElem float_elem(Dtype t)
{
    return t == DTYPE_f64 ? (CElem){"f64", "double", 64, true, false}
                          : (CElem){"f32", "float", 32, true, false};
}

static CElem int_elem(unsigned bits)
{
    switch (bits) {
    case 8: return (CElem){"u8", "uint8_t", 8, false, false};
    case 16: return (CElem){"u16", "uint16_t", 16, false, false};
    case 32: return (CElem){"u32", "uint32_t", 32, false, false};
    default: return (CElem){"u64", "uint64_t", 64, false, false};
    }
}

CElem c_memory_elem(IrType memref)
{
    bool whole = memref->elem == DTYPE_f32 || memref->elem == DTYPE_f64;
    return whole ? float_elem(memref->elem)
                 : int_elem(8 * (unsigned)dtype_bytes(memref->elem));
}

/* A fragment of a matrix is words of 32 bits; one of sums is their floats. */
static bool is_fragment(IrType t) { return t->kind == IR_VECTOR && t->rank == 2; }

unsigned c_lanes(IrType t)
{
    enum { WARPGROUP = 128 };
    if (t->kind == IR_ACCUMULATOR)
        return (unsigned)ir_elements(t) / WARPGROUP;
    return is_fragment(t) ? (unsigned)ir_bytes(t) / 4
           : t->kind == IR_VECTOR ? (unsigned)t->dims[0] : 1;
}

CElem c_elem(IrType t)
{
    bool vector = c_lanes(t) > 1;
    if (t->kind == IR_ACCUMULATOR)
        return float_elem(DTYPE_f32);
    if (t->kind == IR_DESCRIPTOR || t->kind == IR_BARRIERS)
        return int_elem(64);
    if (is_fragment(t))
        return t->elem == DTYPE_f32 && t->dims[1] == 2 ? float_elem(DTYPE_f32) : int_elem(32);
    if (t->kind == IR_INDEX || (t->kind == IR_VECTOR && t->of_index))
        return vector ? int_elem(64) : (CElem){"i64", "int64_t", 64, false, true};
    if (t->elem == DTYPE_i1)
        return vector ? (CElem){"mask", "int32_t", 32, false, false}
                      : (CElem){"bool", "bool", 1, false, false};
    return c_memory_elem(t);
}

bool c_is_half(IrType t)
{
    return (t->kind == IR_SCALAR || t->kind == IR_VECTOR) && t->rank < 2 && !t->of_index &&
           (t->elem == DTYPE_f16 || t->elem == DTYPE_bf16);
}

CElem c_wide_elem(IrType t) { return c_is_half(t) ? float_elem(DTYPE_f32) : c_elem(t); }

CElem c_signed(CElem t)
{
    switch (t.is_index ? 0 : t.bits) {
    case 8: return (CElem){"i8", "int8_t", 8, false, false};
    case 16: return (CElem){"i16", "int16_t", 16, false, false};
    case 32: return (CElem){"i32", "int32_t", 32, false, false};
    case 64: return (CElem){"i64", "int64_t", 64, false, false};
    default: return t;
    }
}

const char *c_type(CEmit *e, IrType t)
{
    unsigned lanes = c_lanes(t);
    return lanes == 1 ? c_elem(t).type : c_vector(e, c_elem(t), lanes);
}

CElem c_value_elem(CEmit *e, const IrValue *v)
{
    return c_is_small(e, v) ? (CElem){"i32", "int32_t", 32, false, true} : c_elem(v->type);
}

const char *c_value_type(CEmit *e, const IrValue *v)
{
    return c_is_small(e, v) ? c_value_elem(e, v).type : c_type(e, v->type);
}

/* ------------------------------------------------------------------------- statements */

static void vline(CEmit *e, const char *format, va_list args)
{
    text_indent(e->out, 4 * e->indent);
    text_vprintf(e->out, format, args);
    text_add(e->out, "\n");
}

void c_line(CEmit *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vline(e, format, args);
    va_end(args);
}

void c_open(CEmit *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vline(e, format, args);
    va_end(args);
    e->indent++;
}

void c_close(CEmit *e, const char *end)
{
    e->indent--;
    c_line(e, "%s", end);
}

const char *c_format(CEmit *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *s = arena_vprintf(e->arena, format, args);
    va_end(args);
    return s;
}

const char *c_bound(CEmit *e, CText t, CLevel least)
{
    return t.level >= least ? t.text : c_format(e, "(%s)", t.text);
}

CText c_choose(CEmit *e, CText condition, CText x, CText y)
{
    CLevel least = strpbrk(condition.text, "&|") ? C_PREFIX : C_BITS;
    return (CText){c_format(e, "%s ? %s : %s", c_bound(e, condition, least),
                            c_bound(e, x, C_BITS), c_bound(e, y, C_BITS)),
                   C_CHOICE};
}

CText c_atom(const char *text) { return (CText){text, C_ATOM}; }

CText c_cast(CEmit *e, const char *type, CText t)
{
    return (CText){c_format(e, "(%s)%s", type, c_bound(e, t, C_PREFIX)), C_PREFIX};
}

/* ----------------------------------------------------------------------------- values */

static CValue *value(CEmit *e, const IrValue *v) { return &e->values[v->id]; }

static void forget_pending(CEmit *e, const IrValue *v)
{
    for (size_t i = 0; i < e->pending_count; i++)
        if (e->pending[i] == v) {
            memmove(e->pending + i, e->pending + i + 1,
                    (--e->pending_count - i) * sizeof *e->pending);
            return;
        }
}

CText c_use(CEmit *e, const IrValue *v)
{
    CValue *c = value(e, v);
    int64_t number;
    if (c_known(e, v, &number))
        return c_int_literal(e, c_elem(v->type), number);
    if (!c->is.text)
        return c_atom("0"); /* only after a failure */
    if (c->reads) {
        e->reading = true;
        forget_pending(e, v);
    }
    return c->is;
}

CText c_operand(CEmit *e, const IrOp *op, uint32_t i)
{
    return c_use(e, ir_operand(op, i));
}

const char *c_operand_text(CEmit *e, const IrOp *op, uint32_t i)
{
    return c_operand(e, op, i).text;
}

void c_set(CEmit *e, const IrValue *v, CText text)
{
    *value(e, v) = (CValue){.is = text};
}

static const char *stem_of(const IrValue *v)
{
    if (v->type->kind == IR_INDEX)
        return "at";
    if (c_lanes(v->type) == 1 && v->type->kind == IR_SCALAR && v->type->elem == DTYPE_i1)
        return "is";
    return ir_is(v, OP_memref_load) || ir_is(v, OP_vector_load) ? "v" : "t";
}

static void make_variable(CEmit *e, const IrValue *v)
{
    CValue *c = value(e, v);
    const char *name = c_numbered(e, stem_of(v));
    if (v->type->kind == IR_MEMREF)
        c_line(e, "%sconst %s = %s;", c->type, name, c->is.text);
    else
        c_line(e, "const %s %s = %s;", c_value_type(e, v), name, c->is.text);
    c->is = c_atom(name);
    c->reads = false;
}

static bool is_constant(CEmit *e, const IrValue *v)
{
    int64_t number;
    return ir_is(v, OP_arith_constant) || c_known(e, v, &number);
}

static bool is_name(const char *text)
{
    return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                             "0123456789_")] == 0;
}

const char *c_stable(CEmit *e, const IrValue *v)
{
    CValue *c = value(e, v);
    if (c->is.text && !is_constant(e, v) && !is_name(c->is.text)) {
        forget_pending(e, v);
        make_variable(e, v);
    }
    return c_use(e, v).text;
}

void c_alias(CEmit *e, const IrValue *v, const IrValue *of)
{
    c_stable(e, of);
    *value(e, v) = *value(e, of);
}

/* Whether the one who uses v may hold its expression. */
static bool stays_expression(CEmit *e, const IrValue *v, const char *text)
{
    const IrUse *use = v->uses;
    return is_constant(e, v) || is_name(text) ||
           (!use->next && use->op->block == v->op->block && !use->op->region_count &&
            strlen(text) <= LONGEST);
}

void c_define(CEmit *e, const IrOp *op, CText text)
{
    const IrValue *v = ir_result(op, 0);
    CValue *c = value(e, v);
    c->is = text;
    c->reads = e->reading;
    e->reading = false;
    if (!e->facts[v->id].needed)
        return;
    if (!stays_expression(e, v, text.text))
        make_variable(e, v);
    else if (c->reads)
        ARENA_PUSH(e->arena, e->pending, e->pending_count, e->pending_room, v);
}

void c_settle(CEmit *e)
{
    for (size_t i = 0; i < e->pending_count; i++)
        make_variable(e, e->pending[i]);
    e->pending_count = 0;
    e->reading = false;
}

/* --------------------------------------------------------------------------- halves */

static const char *half_name(IrType t) { return t->elem == DTYPE_f16 ? "f16" : "bf16"; }

CText c_wide_operand(CEmit *e, const IrOp *op, uint32_t i)
{
    const IrValue *v = ir_operand(op, i);
    IrType t = v->type;
    if (!c_is_half(t))
        return c_operand(e, op, i);
    if (ir_is(v, OP_arith_constant) && c_lanes(t) == 1)
        return c_half_literal(e, v->op);
    const char *widen = c_helper(e, c_format(e, "of_%s", half_name(t)),
                                 float_elem(DTYPE_f32), c_lanes(t));
    return c_atom(c_format(e, "%s(%s)", widen, c_operand_text(e, op, i)));
}

void c_define_narrow(CEmit *e, const IrOp *op, CText text)
{
    IrType t = ir_result(op, 0)->type;
    if (c_is_half(t)) {
        const char *narrow =
            c_helper(e, c_format(e, "%s_of_f32", half_name(t)), int_elem(16), c_lanes(t));
        text = c_atom(c_format(e, "%s(%s)", narrow, text.text));
    }
    c_define(e, op, text);
}
