/* Large constants as strings of their bytes: compilers read these ten times as fast as
 * numbers, and with a third of the memory.
 *
 *     static _Alignas(64) const unsigned char w_bytes[2][3] = {
 *         "\0\0\200", "?\0\0"};
 *     static const float *const w = (const void *)w_bytes;
 *
 * In rows, because a compiler need not take more than 4095 characters of a string. They
 * have no final 0: a row follows the other. What they are is little-endian. */
#include "backends/c/emit.h"

#include <stdio.h>

enum { LONG = 1024, ROW = 4092, COLUMNS = 86 };

static const char head[] =
    "#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__\n"
    "#error \"weights here are little-endian; descent build --weights-file has none\"\n"
    "#endif\n"
    "#if defined(__clang__) && __clang_major__ >= 21 || \\\n"
    "    defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 15\n"
    "#pragma GCC diagnostic ignored \"-Wunterminated-string-initialization\"\n"
    "#endif\n";

/* How a byte is written in front of another; a digit could be taken for more of it. */
static size_t escape(unsigned char byte, unsigned char next, char out[5])
{
    bool plain = byte >= ' ' && byte <= '~';
    bool quoted = byte == '"' || byte == '\\' || byte == '?';
    bool digit = next >= '0' && next <= '7';
    return (size_t)snprintf(out, 5,
                            plain ? quoted ? "\\%c" : "%c"
                            : digit ? "\\%03o" : "\\%o", byte);
}

/* Several strings that follow one another are one. */
static void add_row(Text *out, const unsigned char *bytes, size_t count)
{
    size_t column = COLUMNS;
    for (size_t i = 0; i < count; i++) {
        char text[5];
        size_t length = escape(bytes[i], i + 1 < count ? bytes[i + 1] : 0, text);
        if (column + length > COLUMNS) {
            text_add(out, i ? "\"\n    \"" : "\n    \"");
            column = 4;
        }
        text_add_bytes(out, text, length);
        column += length;
    }
    text_add(out, "\"");
}

bool c_is_long(IrAttr elements, IrType type)
{
    return type->elem != DTYPE_i1 && !elements->splat &&
           ir_elements(type) * (int64_t)dtype_bytes(type->elem) > LONG;
}

const char *c_byte_table(CEmit *e, const char *stem, IrAttr elements, IrType type)
{
    const unsigned char *bytes = ir_elements_at(elements, 0);
    size_t left = (size_t)ir_elements(type) * dtype_bytes(type->elem);
    size_t rows = (left + ROW - 1) / ROW, row = (left + rows - 1) / rows;
    const char *name = c_names_fresh(e, &e->globals, stem);
    const char *table = c_names_fresh(e, &e->globals, c_format(e, "%s_bytes", stem));
    const char *t = c_memory_elem(type).type;
    if (c_is_new(e, "bytes"))
        text_add(&e->constants, head);
    text_printf(&e->constants, "static %sunsigned char %s[%zu][%zu] = {",
                e->dialect->table, table, rows, row);
    for (; left; bytes += row) {
        if (row > left)
            row = left;
        add_row(&e->constants, bytes, row);
        left -= row;
        text_add(&e->constants, left ? "," : "};\n");
    }
    text_printf(&e->constants, "static const %s *const %s = (const void *)%s;\n", t, name,
                table);
    return name;
}
