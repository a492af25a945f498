/* Constants as C writes them: exact, and short where that is exact. */
#include "backends/c/emit.h"
#include "support/real.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

CText c_index_literal(CEmit *e, int64_t value)
{
    if (value > INT32_MAX || value < INT32_MIN)
        return c_atom(c_format(e, "INT64_C(%" PRId64 ")", value));
    return (CText){c_format(e, "%" PRId64, value), value < 0 ? C_PREFIX : C_ATOM};
}

CText c_int_literal(CEmit *e, CElem t, int64_t value)
{
    if (t.is_index)
        return c_index_literal(e, value);
    if (t.bits == 1)
        return c_atom(value ? "true" : "false");
    if (strcmp(t.name, "mask") == 0)
        return (CText){value ? "-1" : "0", C_PREFIX};
    uint64_t bits = (uint64_t)value & (UINT64_MAX >> (64 - t.bits));
    const char *number = c_format(e, bits < 100000 ? "%" PRIu64 : "0x%" PRIx64, bits);
    if (t.bits == 64)
        return c_atom(c_format(e, "UINT64_C(%s)", number));
    return c_atom(t.bits == 32 ? c_format(e, "%su", number) : number);
}

/* At most six digits if they are enough: compilers read those right; else in hex. */
static const char *digits(CEmit *e, double value, bool is_double)
{
    char text[64];
    if (!is_double)
        value = (float)value;
    real_print(text, sizeof text, 6, value);
    if (is_double ? real_parse(text, NULL) != value
                  : real_parse_single(text, NULL) != (float)value)
        real_print(text, sizeof text, 0, value);
    const char *dot = strpbrk(text, ".ep") ? "" : ".0";
    return c_format(e, "%s%s", text, dot);
}

CText c_float_literal(CEmit *e, CElem t, double value)
{
    CLevel level = signbit(value) ? C_PREFIX : C_ATOM;
    bool is_double = t.bits == 64;
    if (isnan(value))
        return c_atom("NAN");
    if (isinf(value))
        return (CText){value < 0 ? "-INFINITY" : "INFINITY", level};
    return (CText){c_format(e, "%s%s", digits(e, value, is_double), is_double ? "" : "f"),
                   level};
}

CText c_half_literal(CEmit *e, const IrOp *constant)
{
    IrAttr a = ir_op_attr(constant, "value");
    CElem f32 = {"f32", "float", 32, true, false};
    if (a->kind == IR_ATTR_ELEMENTS)
        return c_float_literal(e, f32, ir_elements_get(a, 0));
    uint16_t bits;
    Dtype t = ir_result(constant, 0)->type->elem;
    dtype_store(t, &bits, a->real);
    return c_float_literal(e, f32, dtype_load(t, &bits));
}

CText c_scalar_literal(CEmit *e, Dtype t, double value)
{
    if (t == DTYPE_f64)
        return c_float_literal(e, (CElem){"f64", "double", 64, true, false}, value);
    if (t == DTYPE_f32)
        return c_float_literal(e, (CElem){"f32", "float", 32, true, false}, value);
    uint16_t bits;
    dtype_store(t, &bits, value);
    return c_atom(c_format(e, "0x%04x", bits));
}

CText c_element_literal(CEmit *e, IrAttr elements, int64_t i, bool memory)
{
    IrType t = elements->type;
    if (t->elem == DTYPE_f32 || t->elem == DTYPE_f64)
        return c_float_literal(e, c_memory_elem(t), ir_elements_get(elements, i));
    if (dtype_is_float(t->elem)) {
        uint16_t bits;
        memcpy(&bits, ir_elements_at(elements, i), sizeof bits);
        return c_atom(c_format(e, "0x%04x", bits));
    }
    return c_int_literal(e, memory ? c_memory_elem(t) : c_elem(t),
                         ir_elements_get_int(elements, i));
}

/* --------------------------------------------------------------------------- arrays */

/* Rows of as many elements as fit. What each is made of is dropped again: weights are
 * many. */
static void print_elements(CEmit *e, IrAttr elements, int64_t count)
{
    enum { WIDTH = 88, KEPT = 1024 };
    size_t column = WIDTH;
    Arena *arena = e->arena;
    e->arena = arena_open();
    for (int64_t i = 0; i < count; i++) {
        if (i % KEPT == 0)
            arena_reset(e->arena);
        const char *text = c_element_literal(e, elements, i, true).text;
        if (column + strlen(text) + 2 > WIDTH) {
            text_add(&e->constants, "\n    ");
            column = 4;
        } else {
            text_add(&e->constants, " ");
        }
        text_printf(&e->constants, "%s,", text);
        column += strlen(text) + 2;
    }
    arena_close(e->arena);
    e->arena = arena;
}

static bool all_zero(IrAttr elements, IrType t)
{
    const char *bytes = elements->bytes;
    for (size_t i = 0; elements->splat && i < dtype_bytes(t->elem); i++)
        if (bytes[i])
            return false;
    return elements->splat;
}

const char *c_table(CEmit *e, const char *stem, const char *linkage, IrAttr elements,
                    IrType type)
{
    int64_t count = ir_elements(type);
    if (*linkage && !e->dialect->typed && c_is_long(elements, type))
        return c_byte_table(e, stem, elements, type);
    const char *name = c_names_fresh(e, &e->globals, stem);
    text_printf(&e->constants, "%s%s%s %s[%" PRId64 "] = {", linkage, e->dialect->table,
                c_memory_elem(type).type, name, count > 0 ? count : 1);
    if (count == 0 || all_zero(elements, type))
        text_add(&e->constants, "0};\n");
    else {
        print_elements(e, elements, count);
        text_add(&e->constants, "\n};\n");
    }
    return name;
}
