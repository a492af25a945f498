/* What every part of the parser stands on: errors, tokens, numbers, names. */
#include "ir/parse.h"
#include "support/ascii.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ----------------------------------------------------------------------------- errors */

static void report(Parser *p, DiagExit exit, Token at, const char *format, va_list args)
{
    if (p->errors++ < PARSE_MAX_ERRORS)
        diag_vadd(p->diags, DIAG_ERROR, exit, (Place){p->file, at.line, at.column},
                  format, args);
}

bool parse_fail(Parser *p, Token at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(p, DIAG_INPUT, at, format, args);
    va_end(args);
    return false;
}

bool parse_unsupported(Parser *p, Token at, const char *format, ...)
{
    Text t = {0};
    va_list args;
    va_start(args, format);
    text_vprintf(&t, format, args);
    va_end(args);
    if (p->errors++ < PARSE_MAX_ERRORS)
        diag_add(p->diags, DIAG_ERROR, DIAG_UNSUPPORTED,
                 (Place){p->file, at.line, at.column}, "unsupported: %s", t.bytes);
    text_free(&t);
    return false;
}

bool parse_wanted(Parser *p, const char *what)
{
    Token t = p->token;
    if (t.kind == TOK_END)
        return parse_fail(p, t, "%s wanted, found the end of the file", what);
    if (t.kind == TOK_BAD && *t.start == '"')
        return parse_fail(p, t, "%s wanted, found a string without its end", what);
    if (t.kind == TOK_BAD && !isprint((unsigned char)*t.start))
        return parse_fail(p, t, "%s wanted, found a character that is no text", what);
    return parse_fail(p, t, "%s wanted, found %.*s", what,
                      t.length > 40 ? 40 : (int)t.length, t.start);
}

/* ----------------------------------------------------------------------------- tokens */

void parse_advance(Parser *p)
{
    p->last_line = p->token.line;
    p->token = lex_next(&p->lexer);
}

bool parse_accept(Parser *p, char c)
{
    if (!tok_is(p->token, c))
        return false;
    parse_advance(p);
    return true;
}

bool parse_accept_word(Parser *p, const char *word)
{
    if (!tok_is_word(p->token, word))
        return false;
    parse_advance(p);
    return true;
}

bool parse_expect(Parser *p, char c)
{
    return parse_accept(p, c) || parse_wanted(p, (char[]){'`', c, '`', 0});
}

bool parse_expect_word(Parser *p, const char *word)
{
    return parse_accept_word(p, word) || parse_wanted(p, word);
}

bool parse_arrow(Parser *p)
{
    if (p->token.kind != TOK_ARROW)
        return parse_wanted(p, "->");
    parse_advance(p);
    return true;
}

bool parse_enter(Parser *p)
{
    if (++p->depth <= PARSE_MAX_DEPTH)
        return true;
    p->depth--;
    return parse_unsupported(p, p->token, "more than %d levels of nesting",
                             PARSE_MAX_DEPTH);
}

void parse_leave(Parser *p)
{
    p->depth--;
}

bool parse_list(Parser *p, char close, ParseItem *item, void *data)
{
    if (parse_accept(p, close))
        return true;
    do
        if (!item(p, data))
            return false;
    while (parse_accept(p, ','));
    return parse_expect(p, close);
}

/* ------------------------------------------------------------------ names and numbers */

static int hex_value(int c)
{
    return isdigit(c) ? c - '0' : ascii_lower(c) - 'a' + 10;
}

/* escape ::= `\` (`\` | `"` | `n` | `t` | hex hex) */
static bool unescape(Parser *p, Token at, const char *s, size_t n, IrName *out)
{
    char *text = arena_alloc(p->scratch, n + 1);
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        int c = (unsigned char)s[i];
        if (c == '\\' && i + 2 < n && isxdigit((unsigned char)s[i + 1])
            && isxdigit((unsigned char)s[i + 2])) {
            c = hex_value((unsigned char)s[i + 1]) * 16 +
                hex_value((unsigned char)s[i + 2]);
            i += 2;
        } else if (c == '\\' && i + 1 < n && strchr("\\\"nt", s[i + 1])) {
            c = s[++i] == 'n' ? '\n' : s[i] == 't' ? '\t' : s[i];
        } else if (c == '\\') {
            return parse_fail(p, at, "unknown escape in a string");
        }
        if (!c)
            return parse_unsupported(p, at, "a zero byte in a string");
        text[length++] = (char)c;
    }
    *out = ir_name_n(p->context, text, length);
    return true;
}

bool parse_string(Parser *p, IrName *out)
{
    Token t = p->token;
    if (t.kind != TOK_STRING)
        return parse_wanted(p, "a string");
    parse_advance(p);
    return unescape(p, t, t.start + 1, t.length - 2, out);
}

/* symbol ::= `@` (suffix-id | string) */
bool parse_symbol(Parser *p, IrName *out)
{
    Token t = p->token;
    if (t.kind != TOK_SYMBOL)
        return parse_wanted(p, "a symbol (@name)");
    parse_advance(p);
    if (t.start[1] == '"')
        return unescape(p, t, t.start + 2, t.length - 3, out);
    *out = ir_name_n(p->context, t.start + 1, t.length - 1);
    return true;
}

bool parse_word(Parser *p, IrName *out)
{
    Token t = p->token;
    if (t.kind != TOK_WORD)
        return parse_wanted(p, "a word");
    parse_advance(p);
    *out = ir_name_n(p->context, t.start, t.length);
    return true;
}

/* int ::= `-`? (decimal | hex); a number above 2^63 is taken as unsigned */
bool parse_int(Parser *p, int64_t *out)
{
    Token sign = p->token;
    bool negative = parse_accept(p, '-');
    Token t = p->token;
    if (t.kind != TOK_INT && t.kind != TOK_HEX)
        return parse_wanted(p, "an integer");
    errno = 0;
    uint64_t value = strtoull(t.start, NULL, t.kind == TOK_HEX ? 16 : 10);
    if (errno || (negative && value > (uint64_t)INT64_MAX + 1))
        return parse_fail(p, sign, "an integer of more than 64 bits");
    parse_advance(p);
    *out = (int64_t)(negative ? 0 - value : value);
    return true;
}

static bool ints_item(Parser *p, void *data)
{
    Ints *ints = data;
    int64_t value = 0;
    if (parse_accept_word(p, "true"))
        value = 1;
    else if (!parse_accept_word(p, "false") && !parse_int(p, &value))
        return false;
    ARENA_PUSH(p->scratch, ints->items, ints->count, ints->room, value);
    return true;
}

bool parse_ints(Parser *p, Ints *out)
{
    *out = (Ints){0};
    return parse_expect(p, '[') && parse_list(p, ']', ints_item, out);
}

/* ----------------------------------------------------------------------------- values */

static Binding **bucket_of(Parser *p, IrName name)
{
    return &p->names[(uintptr_t)name / 16 & (p->bucket_count - 1)];
}

static Binding *find(Parser *p, IrName name)
{
    for (Binding *b = *bucket_of(p, name); b; b = b->next_in_bucket)
        if (b->name == name)
            return b;
    return NULL;
}

Binding *parse_scope(Parser *p)
{
    return p->last;
}

void parse_scope_end(Parser *p, Binding *mark)
{
    for (; p->last != mark; p->last = p->last->before)
        *bucket_of(p, p->last->name) = p->last->next_in_bucket;
}

bool parse_define(Parser *p, Token at, IrValue *values, uint32_t count)
{
    IrName name = ir_name_n(p->context, at.start + 1, at.length - 1);
    if (find(p, name))
        return parse_fail(p, at, "%%%s is defined twice", name);
    Binding *b = ARENA_NEW(p->scratch, Binding), **bucket = bucket_of(p, name);
    *b = (Binding){*bucket, p->last, name, values, count};
    *bucket = p->last = b;
    if (values && !isdigit((unsigned char)*name))
        values->hint = name;
    return true;
}

/* `#` digit+, right behind a value */
static bool result_number(Parser *p, uint32_t count, uint32_t *out)
{
    Token t = p->token;
    *out = 0;
    if (t.kind != TOK_HASH || !isdigit((unsigned char)t.start[1]))
        return true;
    unsigned long i = strtoul(t.start + 1, NULL, 10);
    if (i >= count)
        return parse_fail(p, t, "result %lu of an op that has %u", i, count);
    parse_advance(p);
    *out = (uint32_t)i;
    return true;
}

/* value ::= `%` suffix-id (`#` digit+)? */
bool parse_operand(Parser *p, IrValue **out)
{
    Token t = p->token;
    uint32_t i;
    if (t.kind != TOK_VALUE)
        return parse_wanted(p, "a value (%name)");
    parse_advance(p);
    IrName name = ir_name_n(p->context, t.start + 1, t.length - 1);
    Binding *b = find(p, name);
    if (!b)
        return parse_fail(p, t, "%%%s is not defined here", name);
    if (!b->values)         /* its error was told */
        return false;
    if (!result_number(p, b->count, &i))
        return false;
    *out = b->values + i;
    return true;
}
