/* The elements of constants. The type comes last: the text of the elements is skipped
 * and counted first, and read when it is known what they are, so nothing is allocated
 * that the text has not. */
#include "ir/parse.h"
#include "support/real.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------ one element */

static bool fits(uint64_t magnitude, bool negative, Dtype elem)
{
    unsigned bits = dtype_bits(elem);
    uint64_t largest = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    if (negative)
        return dtype_kind(elem) != DTYPE_UNSIGNED && magnitude <= largest / 2 + 1;
    return magnitude <= largest;
}

/* Bits of a float, or a number. */
static bool parse_integer(Parser *p, Dtype elem, bool negative, void *out)
{
    Token t = p->token;
    errno = 0;
    uint64_t value = strtoull(t.start, NULL, t.kind == TOK_HEX ? 16 : 10);
    if (errno || !fits(value, negative, elem))
        return parse_fail(p, t, "%.*s does not fit %s",
                          t.length > 40 ? 40 : (int)t.length, t.start, dtype_name(elem));
    parse_advance(p);
    if (dtype_is_float(elem))
        memcpy(out, &value, dtype_bytes(elem));
    else
        dtype_store_int(elem, out, (int64_t)(negative ? 0 - value : value));
    return true;
}

static void store_decimal(Dtype elem, const char *digits, bool negative, void *out)
{
    double value =
        elem == DTYPE_f32 ? (double)real_parse_single(digits, NULL)
                          : real_parse(digits, NULL);
    dtype_store(elem, out, negative ? -value : value);
}

/* element ::= `true` | `false` | `-`? int | `-`? float | hex (the bits, of a float) */
bool parse_element(Parser *p, Dtype elem, void *out)
{
    bool is_true = tok_is_word(p->token, "true");
    if (elem == DTYPE_i1 && (is_true || tok_is_word(p->token, "false"))) {
        parse_advance(p);
        dtype_store_int(elem, out, is_true);
        return true;
    }
    bool negative = parse_accept(p, '-'), is_float = dtype_is_float(elem);
    Token t = p->token;
    if (is_float && t.kind == TOK_FLOAT) {
        store_decimal(elem, t.start, negative, out);
        parse_advance(p);
        return true;
    }
    if (is_float ? t.kind == TOK_HEX && !negative
                 : t.kind == TOK_INT || t.kind == TOK_HEX)
        return parse_integer(p, elem, negative, out);
    return parse_wanted(p, is_float
                               ? "a float (with its point) or its bits in hexadecimal"
                           : elem == DTYPE_i1 ? "true or false"
                                              : "an integer");
}

/* ------------------------------------------------------------------------------ lists */

/* Goes behind the elements, to the `>`; counts them. */
static bool skip_elements(Parser *p, int64_t *count)
{
    int depth = 0;
    for (*count = 0; !tok_is(p->token, '>') || depth; parse_advance(p)) {
        Token t = p->token;
        if (t.kind == TOK_END || t.kind == TOK_BAD || tok_is(t, '>'))
            return parse_wanted(p, "`>`");
        if (tok_is(t, '('))
            return parse_unsupported(p, t, "complex elements");
        depth += tok_is(t, '[') - tok_is(t, ']');
        *count += t.kind == TOK_INT || t.kind == TOK_HEX || t.kind == TOK_FLOAT
            || t.kind == TOK_WORD;
    }
    return true;
}

typedef struct Filling {
    IrType type;
    unsigned char *at;
} Filling;

/* list ::= element | `[` list,* `]`, as deep as the type has dimensions */
static bool parse_nested(Parser *p, Filling *f, int dim)
{
    Token at = p->token;
    if (dim == f->type->rank) {
        if (!parse_element(p, f->type->elem, f->at))
            return false;
        f->at += dtype_bytes(f->type->elem);
        return true;
    }
    if (!parse_expect(p, '['))
        return false;
    for (int64_t i = 0; i < f->type->dims[dim]; i++)
        if ((i && !parse_expect(p, ',')) || !parse_nested(p, f, dim + 1))
            return false;
    if (parse_accept(p, ']'))
        return true;
    return parse_fail(p, at, "a list of %" PRId64 " wanted here, for %s",
                      f->type->dims[dim], ir_type_str(p->context, f->type));
}

static IrAttr parse_elements_list(Parser *p, IrType type, int64_t count)
{
    unsigned char one[8] = {0};
    if (tok_is(p->token, '>') && !ir_elements(type))
        return ir_attr_elements(p->context, type, one, true);
    if (!tok_is(p->token, '['))
        return parse_element(p, type->elem, one)
                   ? ir_attr_elements(p->context, type, one, true)
                   : NULL;
    if (count != ir_elements(type)) {
        parse_fail(p, p->token, "%" PRId64 " elements for %s, which has %" PRId64, count,
                   ir_type_str(p->context, type), ir_elements(type));
        return NULL;
    }
    unsigned char *bytes = arena_alloc(p->scratch, (size_t)ir_bytes(type));
    Filling f = {type, bytes};
    return parse_nested(p, &f, 0) ? ir_attr_elements(p->context, type, bytes, false)
                                  : NULL;
}

/* ----------------------------------------------------------------------- byte strings */

static bool decode_hex(const char *hex, size_t count, unsigned char *out)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char pair[2] = {(unsigned char)hex[2 * i],
                                 (unsigned char)hex[2 * i + 1]};
        if (!isxdigit(pair[0]) || !isxdigit(pair[1]))
            return false;
        for (int k = 0; k < 2; k++)
            pair[k] = (unsigned char)(isdigit(pair[k]) ? pair[k] - '0'
                                                       : (pair[k] | 32) - 'a' + 10);
        out[i] = (unsigned char)(pair[0] << 4 | pair[1]);
    }
    return true;
}

/* "0x" and the elements' bytes, little-endian; those of one element are all elements. */
static IrAttr parse_elements_bytes(Parser *p, IrType type)
{
    Token t = p->token;
    size_t bytes = t.length > 4 ? (t.length - 4) / 2 : 0, all = (size_t)ir_bytes(type);
    if (t.length < 4 || memcmp(t.start, "\"0x", 3) || t.length % 2) {
        parse_fail(p, t,
                   "a string of elements is \"0x\" and pairs of hexadecimal digits");
        return NULL;
    }
    if (bytes != all && bytes != dtype_bytes(type->elem)) {
        parse_fail(p, t, "%zu bytes for %s, which has %zu", bytes,
                   ir_type_str(p->context, type), all);
        return NULL;
    }
    unsigned char *out = arena_alloc(p->scratch, bytes);
    bool good = decode_hex(t.start + 3, bytes, out);
    for (size_t i = 0; good && type->elem == DTYPE_i1 && i < bytes; i++)
        good = out[i] <= 1;
    if (!good) {
        parse_fail(p, t, "digits that are not hexadecimal, or an i1 that is not 0 or 1");
        return NULL;
    }
    parse_advance(p);
    return ir_attr_elements(p->context, type, out, bytes != all);
}

/* ------------------------------------------------------------------------------ dense */

static IrAttr parse_elements(Parser *p, IrType type, int64_t count)
{
    IrAttr a = p->token.kind == TOK_STRING ? parse_elements_bytes(p, type)
                                           : parse_elements_list(p, type, count);
    return a && parse_expect(p, '>') ? a : NULL;
}

IrAttr parse_dense_of(Parser *p, IrType type)
{
    int64_t count;
    if (!parse_expect(p, '<'))
        return NULL;
    Lexer lexer = p->lexer;
    Token token = p->token;
    if (!skip_elements(p, &count))
        return NULL;
    p->lexer = lexer;
    p->token = token;
    return parse_elements(p, type, count);
}

/* dense ::= `dense` `<` elements? `>` `:` type */
IrAttr parse_dense(Parser *p)
{
    int64_t count;
    if (!parse_expect(p, '<'))
        return NULL;
    Lexer lexer = p->lexer, behind;
    Token token = p->token;
    if (!skip_elements(p, &count) || !parse_expect(p, '>') || !parse_expect(p, ':'))
        return NULL;
    Token at = p->token;
    IrType type = parse_type(p);
    if (type && type->kind != IR_TENSOR && type->kind != IR_VECTOR) {
        parse_fail(p, at, "dense elements of %s", ir_type_str(p->context, type));
        type = NULL;
    }
    if (!type)
        return NULL;
    behind = p->lexer;
    Token next = p->token;
    unsigned last_line = p->last_line;
    p->lexer = lexer;
    p->token = token;
    IrAttr a = parse_elements(p, type, count);
    if (a) {
        p->lexer = behind;
        p->token = next;
        p->last_line = last_line;
    }
    return a;
}
