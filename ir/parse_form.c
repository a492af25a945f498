/* Reads what a row of ir/forms.c says: print_form.c the other way round. */
#include "ir/parse.h"

#include "ir/forms.h"

#include <string.h>

static bool add_ints(Parser *p, ParsedOp *o, Token at, const char *name, const Ints *ints,
                     Dtype elem)
{
    return parse_add_attr(p, o, at, name,
                          ir_attr_ints(p->context, elem, ints->count, ints->items));
}

/* ----------------------------------------------------------------- attributes by kind */

typedef bool ParseAttrFn(Parser *p, ParsedOp *o, const char *name);

static bool ints_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    Ints ints;
    return parse_ints(p, &ints) && add_ints(p, o, at, name, &ints, DTYPE_i64);
}

static bool int_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    int64_t value;
    return parse_int(p, &value) &&
           parse_add_attr(p, o, at, name, ir_attr_i64(p->context, value));
}

static bool add_enum(Parser *p, ParsedOp *o, const char *name, const char *enum_name)
{
    Token at = p->token;
    IrName value;
    return parse_word(p, &value)
        && parse_add_attr(p, o, at, name, ir_attr_enum(p->context, enum_name, value));
}

static bool enum_kind(Parser *p, ParsedOp *o, const char *name)
{
    return add_enum(p, o, name, name);
}

/* (`,` word)? */
static bool type_kind(Parser *p, ParsedOp *o, const char *name)
{
    return !parse_accept(p, ',') || add_enum(p, o, name, "comparison_type");
}

static bool mode_kind(Parser *p, ParsedOp *o, const char *name)
{
    return add_enum(p, o, name, "shuffle_mode");
}

/* The target of a custom call is a string, a global's name a symbol. */
static bool symbol_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    IrName symbol;
    if (!parse_symbol(p, &symbol))
        return false;
    return parse_add_attr(p, o, at, name,
                          o->kind == OP_custom_call ? ir_attr_string(p->context, symbol)
                                                    : ir_attr_symbol(p->context, symbol));
}

static bool word_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    IrName word;
    return parse_word(p, &word) &&
           parse_add_attr(p, o, at, name, ir_attr_string(p->context, word));
}

static bool kind_kind(Parser *p, ParsedOp *o, const char *name)
{
    return parse_expect(p, '<') && word_kind(p, o, name) && parse_expect(p, '>');
}

typedef struct Groups {
    IrAttr *items;
    size_t count, room;
} Groups;

static bool groups_item(Parser *p, void *data)
{
    Groups *groups = data;
    Ints ints;
    if (!parse_ints(p, &ints))
        return false;
    IrAttr a = ir_attr_i64s(p->context, ints.count, ints.items);
    ARENA_PUSH(p->scratch, groups->items, groups->count, groups->room, a);
    return true;
}

/* `[` ints,* `]` */
static bool groups_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    Groups groups = {0};
    return parse_expect(p, '[') && parse_list(p, ']', groups_item, &groups) &&
           parse_add_attr(p, o, at, name,
                          ir_attr_array(p->context, groups.count, groups.items));
}

static bool conv_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    IrAttr a = parse_conv_dims(p);
    return a && parse_add_attr(p, o, at, name, a);
}

/* The value of a constant gives its type. `true` is an i1; of a number the type must
 * be said. */
static bool value_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    IrAttr a = parse_attr(p);
    if (a && a->kind == IR_ATTR_BOOL)
        a = ir_attr_int(p->context, ir_scalar(p->context, DTYPE_i1), a->number);
    if (!a)
        return false;
    bool number = a->kind == IR_ATTR_INT || a->kind == IR_ATTR_FLOAT;
    if (a->kind != IR_ATTR_ELEMENTS && (!number || o->kind == OP_constant))
        return parse_fail(p, at, "%s wanted", o->kind == OP_constant ? "dense<...>"
                          : "a number or dense<...>");
    parse_add_type(p, o, a->type);
    return parse_add_attr(p, o, at, name, a);
}

typedef struct Slices {
    Ints start, limit, stride;
} Slices;

/* int `:` int (`:` int)? */
static bool slice_item(Parser *p, void *data)
{
    Slices *s = data;
    int64_t start, limit, stride = 1;
    if (!parse_int(p, &start) || !parse_expect(p, ':') || !parse_int(p, &limit)
        || (parse_accept(p, ':') && !parse_int(p, &stride)))
        return false;
    ARENA_PUSH(p->scratch, s->start.items, s->start.count, s->start.room, start);
    ARENA_PUSH(p->scratch, s->limit.items, s->limit.count, s->limit.room, limit);
    ARENA_PUSH(p->scratch, s->stride.items, s->stride.count, s->stride.room, stride);
    return true;
}

static bool slice_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    Slices s = {0};
    return parse_expect(p, '[') && parse_list(p, ']', slice_item, &s)
        && add_ints(p, o, at, name, &s.start, DTYPE_i64)
        && add_ints(p, o, at, "limit_indices", &s.limit, DTYPE_i64)
        && add_ints(p, o, at, "strides", &s.stride, DTYPE_i64);
}

/* `e` digit+ `m` digit+ */
static bool format_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    IrName word;
    unsigned exponent, mantissa;
    int length = 0;
    if (!parse_word(p, &word))
        return false;
    if (sscanf(word, "e%3um%3u%n", &exponent, &mantissa, &length) != 2 || word[length])
        return parse_fail(p, at, "a format wanted, as e5m10");
    IrType i32 = ir_scalar(p->context, DTYPE_i32);
    return parse_add_attr(p, o, at, name, ir_attr_int(p->context, i32, exponent)) &&
           parse_add_attr(p, o, at, "mantissa_bits",
                          ir_attr_int(p->context, i32, mantissa));
}

static bool precision_item(Parser *p, void *data)
{
    Groups *groups = data;
    IrName word;
    if (!parse_word(p, &word))
        return false;
    IrAttr a = ir_attr_enum(p->context, "precision", word);
    ARENA_PUSH(p->scratch, groups->items, groups->count, groups->room, a);
    return true;
}

/* `precision` `=` `[` word,* `]` */
static bool parse_precision(Parser *p, ParsedOp *o)
{
    Token at = p->token;
    Groups groups = {0};
    return parse_expect_word(p, "precision") && parse_expect(p, '=') &&
           parse_expect(p, '[') && parse_list(p, ']', precision_item, &groups) &&
           parse_add_attr(p, o, at, "precision_config",
                          ir_attr_array(p->context, groups.count, groups.items));
}

/* `=` ints `x` ints */
static bool parse_pair(Parser *p, Ints *lhs, Ints *rhs)
{
    return parse_expect(p, '=') && parse_ints(p, lhs) && parse_expect_word(p, "x")
        && parse_ints(p, rhs);
}

/* (`batching_dims` pair `,`)? `contracting_dims` pair (`,` precision)? */
static bool dot_kind(Parser *p, ParsedOp *o, const char *name)
{
    Token at = p->token;
    Ints lists[4] = {{0}};
    if (parse_accept_word(p, "batching_dims")
        && !(parse_pair(p, &lists[0], &lists[1]) && parse_expect(p, ',')))
        return false;
    if (!parse_expect_word(p, "contracting_dims") || !parse_pair(p, &lists[2], &lists[3])
        || !parse_add_attr(p, o, at, name, parse_dot_attr(p, lists)))
        return false;
    while (parse_accept(p, ',')) {
        if (tok_is_word(p->token, "algorithm"))
            return parse_unsupported(p, p->token, "the algorithm of a dot_general");
        if (!parse_precision(p, o))
            return false;
    }
    return true;
}

static bool padding_item(Parser *p, void *data)
{
    Ints *all = data, pair;
    Token at = p->token;
    if (!parse_ints(p, &pair))
        return false;
    if (pair.count != 2)
        return parse_fail(p, at, "[low, high] wanted");
    for (size_t i = 0; i < 2; i++)
        ARENA_PUSH(p->scratch, all->items, all->count, all->room, pair.items[i]);
    return true;
}

/* `[` (`[` low `,` high `]`),* `]` */
static IrAttr parse_padding(Parser *p)
{
    Ints all = {0};
    if (!parse_expect(p, '[') || !parse_list(p, ']', padding_item, &all))
        return NULL;
    IrType type =
        ir_tensor(p->context, DTYPE_i64, 2, (int64_t[]){(int64_t)all.count / 2, 2});
    return ir_attr_elements(p->context, type, all.items, false);
}

/* word `=` (ints | padding) */
static bool window_item(Parser *p, void *data)
{
    static const struct { const char *key, *name; } keys[] = {
        {"stride", "window_strides"}, {"lhs_dilate", "lhs_dilation"},
        {"rhs_dilate", "rhs_dilation"}, {"reverse", "window_reversal"}};
    ParsedOp *o = data;
    Token at = p->token;
    IrName key;
    Ints ints;
    if (!parse_word(p, &key) || !parse_expect(p, '='))
        return false;
    if (!strcmp(key, "pad")) {
        IrAttr padding = parse_padding(p);
        return padding && parse_add_attr(p, o, at, "padding", padding);
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!strcmp(key, keys[i].key))
            return parse_ints(p, &ints)
                && add_ints(p, o, at, keys[i].name, &ints, i == 3 ? DTYPE_i1 : DTYPE_i64);
    return parse_fail(
        p, at, "stride, pad, lhs_dilate, rhs_dilate or reverse wanted, found %s", key);
}

static bool window_kind(Parser *p, ParsedOp *o, const char *name)
{
    (void)name;
    return parse_expect(p, '{') && parse_list(p, '}', window_item, o);
}

/* <kind name>; moves *form behind it. */
static bool parse_attr_kind(Parser *p, ParsedOp *o, const char **form)
{
    static const struct {
        const char *kind;
        ParseAttrFn *parse;
    } kinds[] = {
        {"ints", ints_kind},     {"int", int_kind},       {"enum", enum_kind},
        {"symbol", symbol_kind}, {"word", word_kind},     {"kind", kind_kind},
        {"lane", ints_kind},     {"groups", groups_kind}, {"conv", conv_kind},
        {"value", value_kind},   {"slice", slice_kind},   {"format", format_kind},
        {"dot", dot_kind},       {"window", window_kind}, {"type", type_kind},
        {"mode", mode_kind}};
    const char *kind = *form + 1, *name = strchr(kind, ' ') + 1, *end = strchr(name, '>');
    size_t length = (size_t)(name - kind) - 1;
    const char *name_copy = ir_name_n(p->context, name, (size_t)(end - name));
    *form = end + 1;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].kind) == length && !memcmp(kinds[i].kind, kind, length))
            return kinds[i].parse(p, o, name_copy);
    return false;
}

/* ------------------------------------------------------------------------------ types */


/* One type: that of the operand. A list must not begin here, so exactly one is read. */
static bool check_one(Parser *p, const ParsedOp *o, size_t i)
{
    Token at = p->token;
    IrType t = parse_type(p);
    if (!t)
        return false;
    Types written = {.items = &t, .at = &at, .count = 1};
    if (i >= o->operand_count)
        return parse_fail(p, o->at, "an operand is missing");
    return parse_check_types(p, o, i, &written);
}

/* The type of all operands and of the result. */
static bool one_type(Parser *p, ParsedOp *o)
{
    Token at = p->token;
    IrType t = parse_type(p);
    if (!t)
        return false;
    for (size_t i = 0; i < o->operand_count; i++) {
        Types written = {.items = &t, .at = &at, .count = 1};
        if (!parse_check_types(p, o, i, &written))
            return false;
    }
    parse_add_type(p, o, t);
    return true;
}

/* one type | function type */
static bool same_types(Parser *p, ParsedOp *o)
{
    return tok_is(p->token, '(') ? parse_op_type(p, o) : one_type(p, o);
}

static bool result_type(Parser *p, ParsedOp *o)
{
    IrType t = parse_type(p);
    if (t)
        parse_add_type(p, o, t);
    return t != NULL;
}

/* select: predicate `,` result | function type; arith.select: result, or with its
 * predicate */
static bool select_types(Parser *p, ParsedOp *o)
{
    bool scalar = o->operands[0]->type->kind == IR_SCALAR;
    if (tok_is(p->token, '('))
        return parse_op_type(p, o);
    if ((o->kind == OP_select || !scalar) &&
        !(check_one(p, o, 0) && parse_expect(p, ',')))
        return false;
    Token at = p->token;
    IrType t = parse_type(p);
    if (!t)
        return false;
    Types written = {.items = (IrType[]){t, t}, .at = (Token[]){at, at}, .count = 2};
    parse_add_type(p, o, t);
    return parse_check_types(p, o, 1, &written);
}

static bool operand_types(Parser *p, ParsedOp *o)
{
    Types written;
    if (!parse_type_list(p, &written))
        return false;
    if (written.count != o->operand_count)
        return parse_fail(p, o->at, "%zu types for %zu operands", written.count,
                          o->operand_count);
    return parse_check_types(p, o, 0, &written);
}

/* The type of a result that the form does not write. */
static IrType implied_type(Parser *p, const ParsedOp *o)
{
    IrContext *c = p->context;
    IrType first = o->operand_count ? o->operands[0]->type : NULL;
    switch (o->kind) {
    case OP_memref_load:
        return first->kind == IR_MEMREF ? ir_scalar(c, first->elem) : NULL;
    case OP_arith_cmpi:
    case OP_arith_cmpf:
        if (first->kind == IR_VECTOR)
            return ir_vector(c, DTYPE_i1, first->dims[0]);
        return first->kind == IR_SCALAR || first->kind == IR_INDEX
                   ? ir_scalar(c, DTYPE_i1)
                   : NULL;
    case OP_vector_shuffle: {
        size_t lanes = 0;
        for (size_t i = 0; i < o->attr_count; i++)
            if (!strcmp(o->attrs[i].name, "mask"))
                lanes = o->attrs[i].value->count;
        if (first->kind != IR_VECTOR || !lanes)
            return NULL;
        return first->of_index ? ir_index_vector(c, (int64_t)lanes)
                               : ir_vector(c, first->elem, (int64_t)lanes);
    }
    case OP_async_copy:
    case OP_async_group: return ir_token(c);
    default:
        return NULL;
    }
}

static bool add_implied(Parser *p, ParsedOp *o)
{
    if (o->kind == OP_optimization_barrier)
        for (size_t i = 0; i < o->operand_count; i++)
            parse_add_type(p, o, o->operands[i]->type);
    if (o->kind == OP_gpu_shuffle) {
        parse_add_type(p, o, o->operands[0]->type);
        parse_add_type(p, o, ir_scalar(p->context, DTYPE_i1));
    }
    if (ir_op_info(o->kind)->results != 1 || o->type_count)
        return true;
    IrType t = implied_type(p, o);
    if (!t)
        return parse_fail(p, o->at, "%s of operands it does not take",
                          ir_op_info(o->kind)->name);
    parse_add_type(p, o, t);
    return true;
}

/* ------------------------------------------------------------------------- directives */

static bool parse_one_operand(Parser *p, ParsedOp *o)
{
    IrValue *v;
    if (!parse_operand(p, &v))
        return false;
    parse_add_operand(p, o, v);
    return true;
}

/* value,*; none if no value is next. */
static bool parse_more_operands(Parser *p, ParsedOp *o)
{
    if (p->token.kind != TOK_VALUE)
        return true;
    for (;;) {
        if (!parse_one_operand(p, o))
            return false;
        Lexer x = p->lexer;     /* a comma may belong to what follows the operands */
        if (!tok_is(p->token, ',') || lex_next(&x).kind != TOK_VALUE)
            return true;
        parse_advance(p);
    }
}

static bool parse_directive(Parser *p, ParsedOp *o, char directive)
{
    switch (directive) {
    case '.': return parse_one_operand(p, o);
    case '*': return parse_more_operands(p, o);
    case 'D': return parse_add_dict(p, o);
    case 'R': return result_type(p, o);
    case 'A': return one_type(p, o);
    case 'T': return operand_types(p, o);
    case 'F': return parse_op_type(p, o);
    case 'S': return same_types(p, o);
    case 'P': return select_types(p, o);
    case '0': case '1': return check_one(p, o, (size_t)(directive - '0'));
    default: return check_one(p, o, o->operand_count - 1 - (size_t)(directive - 'a'));
    }
}

/* A letter, bracket or arrow of the form itself; moves *form behind it. */
static bool parse_literal(Parser *p, const char **form)
{
    size_t length = strspn(*form, "abcdefghijklmnopqrstuvwxyz_");
    if (length) {
        const char *word = ir_name_n(p->context, *form, length);
        *form += length;
        return parse_expect_word(p, word);
    }
    if (!strncmp(*form, "->", 2)) {
        *form += 2;
        return parse_arrow(p);
    }
    return parse_expect(p, *(*form)++);
}

bool parse_form(Parser *p, ParsedOp *o, const char *form)
{
    while (*form) {
        bool good = true;
        if (!strncmp(form, "$?", 2)) {
            if (p->token.kind != TOK_VALUE)
                return add_implied(p, o);
            form += 2;
        } else if (*form == '$') {
            good = parse_directive(p, o, form[1]);
            form += 2;
        } else if (*form == '<') {
            good = parse_attr_kind(p, o, &form);
        } else if (*form == ' ') {
            form++;
        } else {
            good = parse_literal(p, &form);
        }
        if (!good)
            return false;
    }
    return add_implied(p, o);
}
