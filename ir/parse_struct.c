/* StableHLO's structured attributes and enums, and attributes of dialects we do not
 * know. */
#include "ir/parse.h"

#include <string.h>

/* --------------------------------------------------------------- dot, gather, scatter */

enum { MAX_FIELDS = 6 };

typedef struct StructKind {
    const char *name, *fields[MAX_FIELDS + 1];      /* index_vector_dim is an integer */
} StructKind;

static const StructKind struct_kinds[] = {
    {"dot",
     {"lhs_batching_dimensions", "rhs_batching_dimensions", "lhs_contracting_dimensions",
      "rhs_contracting_dimensions"}},
    {"gather",
     {"offset_dims", "collapsed_slice_dims", "operand_batching_dims",
      "start_indices_batching_dims", "start_index_map", "index_vector_dim"}},
    {"scatter",
     {"update_window_dims", "inserted_window_dims", "input_batching_dims",
      "scatter_indices_batching_dims", "scatter_dims_to_operand_dims",
      "index_vector_dim"}},
};

static bool is_number(const char *field)
{
    return !strcmp(field, "index_vector_dim");
}

static IrAttr empty_field(Parser *p, const char *field)
{
    return is_number(field) ? ir_attr_i64(p->context, 0)
                            : ir_attr_i64s(p->context, 0, NULL);
}

typedef struct Struct {
    const StructKind *kind;
    IrNamedAttr entries[MAX_FIELDS];
    size_t count;
    bool given[MAX_FIELDS];
} Struct;

/* field ::= word `=` (int | ints) */
static bool struct_item(Parser *p, void *data)
{
    Struct *s = data;
    Token at = p->token;
    IrName name;
    Ints ints;
    int64_t number;
    size_t i = 0;
    if (!parse_word(p, &name))
        return false;
    while (i < s->count && strcmp(s->kind->fields[i], name))
        i++;
    if (i == s->count) {
        const char *near = text_nearest(name, s->kind->fields, s->count);
        return parse_fail(p, at, "#stablehlo.%s has no field %s%s%s%s", s->kind->name,
                          name, near ? "; did you mean " : "", near ? near : "",
                          near ? "?" : "");
    }
    if (s->given[i])
        return parse_fail(p, at, "%s is given twice", name);
    s->given[i] = true;
    if (!parse_expect(p, '='))
        return false;
    if (is_number(name)) {
        if (!parse_int(p, &number))
            return false;
        s->entries[i].value = ir_attr_i64(p->context, number);
    } else {
        if (!parse_ints(p, &ints))
            return false;
        s->entries[i].value = ir_attr_i64s(p->context, ints.count, ints.items);
    }
    return true;
}

static Struct new_struct(Parser *p, const StructKind *kind)
{
    Struct s = {.kind = kind};
    for (; kind->fields[s.count]; s.count++)
        s.entries[s.count] =
            (IrNamedAttr){kind->fields[s.count], empty_field(p, kind->fields[s.count])};
    return s;
}

static IrAttr parse_struct(Parser *p, const StructKind *kind)
{
    Struct s = new_struct(p, kind);
    if (!parse_expect(p, '<') || !parse_list(p, '>', struct_item, &s))
        return NULL;
    return ir_attr_struct(p->context, kind->name, s.count, s.entries);
}

IrAttr parse_dot_attr(Parser *p, const Ints lists[4])
{
    Struct s = new_struct(p, &struct_kinds[0]);
    for (int i = 0; i < 4; i++)
        s.entries[i].value = ir_attr_i64s(p->context, lists[i].count, lists[i].items);
    return ir_attr_struct(p->context, "dot", s.count, s.entries);
}

/* ------------------------------------------------------------------------------- conv */

typedef struct ConvPart {
    char letters[2];
    int64_t at[2], spatial[IR_MAX_RANK];    /* where each stands; -1: not given */
    size_t count;
} ConvPart;

static bool place_once(Parser *p, Token at, int64_t *slot, size_t position)
{
    if (*slot >= 0)
        return parse_fail(p, at, "%.*s is given twice", (int)at.length, at.start);
    *slot = (int64_t)position;
    return true;
}

static bool conv_item(Parser *p, void *data)
{
    ConvPart *part = data;
    Token t = p->token;
    size_t position = part->count++;
    int64_t number;
    if (position >= IR_MAX_RANK)
        return parse_unsupported(p, t, "more than %d dimensions", IR_MAX_RANK);
    for (int i = 0; i < 2; i++)
        if (t.kind == TOK_WORD && t.length == 1 && *t.start == part->letters[i]) {
            parse_advance(p);
            return place_once(p, t, &part->at[i], position);
        }
    if (tok_is(t, '?'))
        return parse_unsupported(p, t, "a dimension without a meaning");
    if (t.kind != TOK_INT)
        return parse_fail(p, t, "%c, %c or a number wanted, found %.*s", part->letters[0],
                          part->letters[1], t.length > 40 ? 40 : (int)t.length, t.start);
    if (!parse_int(p, &number))
        return false;
    if (number < 0 || number >= IR_MAX_RANK)
        return parse_fail(p, t, "there is no such spatial dimension");
    return place_once(p, t, &part->spatial[number], position);
}

/* part ::= `[` (letter | int),* `]`: both letters, and 0, 1 ... once each */
static bool parse_conv_part(Parser *p, const char *letters, ConvPart *out)
{
    Token at = p->token;
    *out = (ConvPart){.letters = {letters[0], letters[1]}, .at = {-1, -1}};
    for (size_t i = 0; i < IR_MAX_RANK; i++)
        out->spatial[i] = -1;
    if (!parse_expect(p, '[') || !parse_list(p, ']', conv_item, out))
        return false;
    bool complete = out->at[0] >= 0 && out->at[1] >= 0;
    for (size_t i = 0; complete && i + 2 < out->count; i++)
        complete = out->spatial[i] >= 0;
    return complete ||
           parse_fail(p, at, "dimensions wanted: %c, %c and 0, 1 ... once each",
                      letters[0], letters[1]);
}

static void add_conv_part(Parser *p, IrNamedAttr *entries, const ConvPart *part,
                          const char *const names[3])
{
    for (int i = 0; i < 2; i++)
        entries[i] = (IrNamedAttr){names[i], ir_attr_i64(p->context, part->at[i])};
    entries[2] =
        (IrNamedAttr){names[2], ir_attr_i64s(p->context, part->count - 2, part->spatial)};
}

/* conv ::= part `x` part `->` part */
IrAttr parse_conv_dims(Parser *p)
{
    static const char *const names[3][3] = {
        {"input_batch_dimension", "input_feature_dimension", "input_spatial_dimensions"},
        {"kernel_input_feature_dimension", "kernel_output_feature_dimension",
         "kernel_spatial_dimensions"},
        {"output_batch_dimension", "output_feature_dimension",
         "output_spatial_dimensions"}};
    ConvPart parts[3];
    IrNamedAttr entries[9];
    Token at = p->token;
    if (!parse_conv_part(p, "bf", &parts[0]) || !parse_expect_word(p, "x")
        || !parse_conv_part(p, "io", &parts[1]) || !parse_arrow(p)
        || !parse_conv_part(p, "bf", &parts[2]))
        return NULL;
    for (int i = 0; i < 3; i++) {
        if (parts[i].count != parts[0].count) {
            parse_fail(p, at,
                       "input, kernel and output have different numbers of dimensions");
            return NULL;
        }
        add_conv_part(p, entries + 3 * i, &parts[i], names[i]);
    }
    return ir_attr_struct(p->context, "conv", 9, entries);
}

static IrAttr parse_conv(Parser *p)
{
    if (!parse_expect(p, '<'))
        return NULL;
    IrAttr a = parse_conv_dims(p);
    return a && parse_expect(p, '>') ? a : NULL;
}

/* ----------------------------------------------------------------------------- others */

/* `<` word word `>` of #stablehlo, `<` word `>` of #vector.kind */
static IrAttr parse_enum(Parser *p, Token hash, bool named)
{
    IrName name, value;
    if (!parse_expect(p, '<'))
        return NULL;
    if (!named)
        name = ir_name_n(p->context, hash.start + 1, hash.length - 1);
    else if (!parse_word(p, &name))
        return NULL;
    if (!parse_word(p, &value) || !parse_expect(p, '>'))
        return NULL;
    return ir_attr_enum(p->context, name, value);
}

/* The text up to the `>` that closes the `<` next. */
static IrAttr parse_opaque(Parser *p, Token hash)
{
    int depth = 0;
    do {
        if (p->token.kind == TOK_END || p->token.kind == TOK_BAD) {
            parse_wanted(p, "`>`");
            return NULL;
        }
        depth += tok_is(p->token, '<') - tok_is(p->token, '>');
        if (!depth)
            break;
        parse_advance(p);
    } while (true);
    const char *end = p->token.start + 1;
    parse_advance(p);
    return ir_attr_opaque(p->context, arena_strndup(p->scratch, hash.start,
                                                    (size_t)(end - hash.start)));
}

static bool hash_is(Token t, const char *name)
{
    return t.length == strlen(name) + 1 && !memcmp(t.start + 1, name, t.length - 1);
}

static bool is_simple_enum(Parser *p)
{
    Lexer x = p->lexer;
    Token word = lex_next(&x);
    return word.kind == TOK_WORD && tok_is(lex_next(&x), '>');
}

static bool is_shuffle_mode(Parser *p, Token hash)
{
    Lexer x = p->lexer;
    return hash_is(hash, "gpu") && tok_is_word(lex_next(&x), "shuffle_mode");
}

/* `#` dialect (`.` name)? `<` ... `>` */
IrAttr parse_hash(Parser *p)
{
    Token t = p->token;
    parse_advance(p);
    if (!tok_is(p->token, '<')) {
        parse_unsupported(p, t, "an alias of an attribute");
        return NULL;
    }
    for (size_t i = 0; i < sizeof struct_kinds / sizeof *struct_kinds; i++)
        if (t.length > 11 && !memcmp(t.start, "#stablehlo.", 11)
            && hash_is((Token){.start = t.start + 10, .length = t.length - 10},
                       struct_kinds[i].name))
            return parse_struct(p, &struct_kinds[i]);
    if (hash_is(t, "stablehlo.conv"))
        return parse_conv(p);
    if (hash_is(t, "stablehlo") || is_shuffle_mode(p, t))
        return parse_enum(p, t, true);
    if (memchr(t.start, '.', t.length) && is_simple_enum(p))
        return parse_enum(p, t, false);
    return parse_opaque(p, t);
}
