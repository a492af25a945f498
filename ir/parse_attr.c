/* Attributes. */
#include "ir/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------- numbers */

static IrType scalar_of(Parser *p, IrType t, Token at)
{
    if (t && t->kind != IR_SCALAR && t->kind != IR_INDEX) {
        parse_fail(p, at, "a number of type %s", ir_type_str(p->context, t));
        return NULL;
    }
    return t;
}

/* The type behind a number's text, which the next token begins; NULL and no error if
 * none. */
static bool type_behind(Parser *p, IrType *out)
{
    Lexer lexer = p->lexer;
    Token token = p->token, at;
    unsigned last_line = p->last_line;
    *out = NULL;
    parse_accept(p, '-');
    parse_advance(p);
    if (parse_accept(p, ':')) {
        at = p->token;
        *out = scalar_of(p, parse_type(p), at);
        if (!*out)
            return false;
    }
    p->lexer = lexer;
    p->token = token;
    p->last_line = last_line;
    return true;
}

/* number ::= element (`:` type)?; i64 or f64 if no type is given */
static IrAttr parse_number(Parser *p)
{
    IrContext *c = p->context;
    IrType type;
    Token at = p->token;
    unsigned char bytes[8] = {0};
    if (!type_behind(p, &type))
        return NULL;
    bool typed = type != NULL;
    if (!typed) {
        Lexer x = p->lexer;
        Token digits = tok_is(at, '-') ? lex_next(&x) : at;
        type = ir_scalar(c, digits.kind == TOK_FLOAT ? DTYPE_f64 : DTYPE_i64);
    }
    if (!parse_element(p, type->elem, bytes))
        return NULL;
    if (typed && (parse_advance(p), !parse_type(p)))
        return NULL;
    if (dtype_is_float(type->elem))
        return ir_attr_float(c, type, dtype_load(type->elem, bytes));
    return ir_attr_int(c, type, dtype_load_int(type->elem, bytes));
}

/* array ::= `array` `<` elem (`:` int,*)? `>` */
static IrAttr parse_int_array(Parser *p)
{
    Ints ints = {0};
    Dtype elem;
    parse_advance(p);
    if (!parse_expect(p, '<'))
        return NULL;
    Token t = p->token;
    if (t.kind != TOK_WORD || !dtype_parse(t.start, t.length, &elem) ||
        dtype_is_float(elem)) {
        parse_wanted(p, "an integer type");
        return NULL;
    }
    parse_advance(p);
    if (parse_accept(p, ':')) {
        do {
            uint64_t bytes = 0;
            if (!parse_element(p, elem, &bytes))
                return NULL;
            ARENA_PUSH(p->scratch, ints.items, ints.count, ints.room,
                       dtype_load_int(elem, &bytes));
        } while (parse_accept(p, ','));
    }
    return parse_expect(p, '>') ? ir_attr_ints(p->context, elem, ints.count, ints.items)
                                : NULL;
}

/* ---------------------------------------------------------------- lists, dictionaries */

typedef struct Items {
    IrAttr *items;
    size_t count, room;
} Items;

static bool array_item(Parser *p, void *data)
{
    Items *items = data;
    IrAttr a = parse_attr(p);
    if (a)
        ARENA_PUSH(p->scratch, items->items, items->count, items->room, a);
    return a != NULL;
}

/* `[` attr,* `]` */
static IrAttr parse_array(Parser *p)
{
    Items items = {0};
    parse_advance(p);
    return parse_list(p, ']', array_item, &items)
        ? ir_attr_array(p->context, items.count, items.items) : NULL;
}

/* entry ::= (word | string) (`=` attr)? */
static bool dict_item(Parser *p, void *data)
{
    Attrs *attrs = data;
    Token at = p->token;
    IrNamedAttr entry = {0};
    if (at.kind == TOK_STRING ? !parse_string(p, &entry.name)
                              : !parse_word(p, &entry.name))
        return false;
    entry.value = parse_accept(p, '=') ? parse_attr(p) : ir_attr_unit(p->context);
    if (!entry.value)
        return false;
    for (size_t i = 0; i < attrs->count; i++)
        if (attrs->items[i].name == entry.name)
            return parse_fail(p, at, "attribute %s is given twice", entry.name);
    ARENA_PUSH(p->scratch, attrs->items, attrs->count, attrs->room, entry);
    return true;
}

bool parse_dict(Parser *p, Attrs *out)
{
    *out = (Attrs){0};
    return parse_expect(p, '{') && parse_list(p, '}', dict_item, out);
}

IrAttr parse_dict_attr(Parser *p)
{
    Attrs attrs;
    return parse_dict(p, &attrs) ? ir_attr_dict(p->context, attrs.count, attrs.items)
                                 : NULL;
}

/* ------------------------------------------------------------------------------ words */

static IrAttr parse_type_attr(Parser *p)
{
    IrType t = parse_type(p);
    return t ? ir_attr_type(p->context, t) : NULL;
}

static IrAttr parse_word_attr(Parser *p)
{
    static const char *const unknown[] = {"dense_resource", "sparse",     "opaque",
                                          "affine_map",     "affine_set", "strided",
                                          "distinct"};
    Token t = p->token;
    if (parse_accept_word(p, "unit"))
        return ir_attr_unit(p->context);
    if (parse_accept_word(p, "true"))
        return ir_attr_bool(p->context, true);
    if (parse_accept_word(p, "false"))
        return ir_attr_bool(p->context, false);
    if (parse_accept_word(p, "dense"))
        return parse_dense(p);
    if (tok_is_word(t, "array"))
        return parse_int_array(p);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (tok_is_word(t, unknown[i])) {
            parse_unsupported(p, t, "attribute %s", unknown[i]);
            return NULL;
        }
    return parse_type_attr(p);
}

static IrAttr parse_symbol_attr(Parser *p)
{
    IrName name;
    if (!parse_symbol(p, &name))
        return NULL;
    if (tok_is(p->token, ':') && p->lexer.at < p->lexer.end && *p->lexer.at == ':') {
        parse_unsupported(p, p->token, "a symbol in a symbol");
        return NULL;
    }
    return ir_attr_symbol(p->context, name);
}

static IrAttr parse_any(Parser *p)
{
    IrName name;
    switch (p->token.kind) {
    case TOK_STRING:
        return parse_string(p, &name) ? ir_attr_string(p->context, name) : NULL;
    case TOK_SYMBOL: return parse_symbol_attr(p);
    case TOK_INT: case TOK_HEX: case TOK_FLOAT: return parse_number(p);
    case TOK_HASH: return parse_hash(p);
    case TOK_WORD: return parse_word_attr(p);
    case TOK_BANG: return parse_type_attr(p);
    default: break;
    }
    if (tok_is(p->token, '-'))
        return parse_number(p);
    if (tok_is(p->token, '['))
        return parse_array(p);
    if (tok_is(p->token, '{'))
        return parse_dict_attr(p);
    if (tok_is(p->token, '('))
        return parse_type_attr(p);
    parse_wanted(p, "an attribute");
    return NULL;
}

/* attr ::= number | string | symbol | type | array | dict | `dense` ... | `array` ...
 * | `#` ...
 *        | `unit` | `true` | `false` */
IrAttr parse_attr(Parser *p)
{
    if (!parse_enter(p))
        return NULL;
    IrAttr a = parse_any(p);
    parse_leave(p);
    return a;
}
