#include "ir/lex.h"
#include "support/ascii.h"

#include <ctype.h>
#include <string.h>

Lexer lex_open(const char *text, size_t length)
{
    return (Lexer){text, text + length, text, 1};
}

void lex_back(Lexer *x, const char *to)
{
    x->at = to;
}

bool tok_is_word(Token t, const char *word)
{
    return t.kind == TOK_WORD && strlen(word) == t.length &&
           !memcmp(word, t.start, t.length);
}

static int peek(const Lexer *x, size_t ahead)
{
    return (size_t)(x->end - x->at) > ahead ? (unsigned char)x->at[ahead] : 0;
}

static void skip_space(Lexer *x)
{
    for (;;) {
        int c = peek(x, 0);
        if (c == '\n') {
            x->line++;
            x->line_start = ++x->at;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            x->at++;
        } else if (c == '/' && peek(x, 1) == '/') {
            while (x->at < x->end && *x->at != '\n')
                x->at++;
        } else {
            return;
        }
    }
}

static bool is_word_char(int c)
{
    return ascii_is_alnum(c) || c == '_' || c == '$' || c == '.';
}

static void skip_word(Lexer *x)
{
    while (is_word_char(peek(x, 0)))
        x->at++;
}

/* suffix-id: digits, or letters, digits and $._- */
static bool skip_suffix(Lexer *x)
{
    const char *start = x->at;
    if (isdigit(peek(x, 0)))
        while (isdigit(peek(x, 0)))
            x->at++;
    else
        while (is_word_char(peek(x, 0)) || peek(x, 0) == '-')
            x->at++;
    return x->at > start;
}

static TokKind skip_string(Lexer *x)
{
    for (x->at++; x->at < x->end && *x->at != '\n'; x->at++) {
        if (*x->at == '"') {
            x->at++;
            return TOK_STRING;
        }
        if (*x->at == '\\' && peek(x, 1) && peek(x, 1) != '\n')
            x->at++;
    }
    return TOK_BAD;
}

/* number ::= digit+ | `0x` hex+ | digit+ `.` digit* ([eE] [-+]? digit+)? */
static TokKind skip_number(Lexer *x)
{
    if (peek(x, 0) == '0' && peek(x, 1) == 'x' && isxdigit(peek(x, 2))) {
        for (x->at += 2; isxdigit(peek(x, 0)); x->at++)
            ;
        return TOK_HEX;
    }
    while (isdigit(peek(x, 0)))
        x->at++;
    if (peek(x, 0) != '.')
        return TOK_INT;
    for (x->at++; isdigit(peek(x, 0)); x->at++)
        ;
    size_t sign = peek(x, 1) == '-' || peek(x, 1) == '+';
    if ((peek(x, 0) == 'e' || peek(x, 0) == 'E') && isdigit(peek(x, 1 + sign)))
        for (x->at += 1 + sign; isdigit(peek(x, 0)); x->at++)
            ;
    return TOK_FLOAT;
}

static TokKind skip_prefixed(Lexer *x, TokKind kind)
{
    x->at++;
    return skip_suffix(x) ? kind : TOK_BAD;
}

static TokKind skip_symbol(Lexer *x)
{
    x->at++;
    if (peek(x, 0) == '"')
        return skip_string(x) == TOK_STRING ? TOK_SYMBOL : TOK_BAD;
    return skip_suffix(x) ? TOK_SYMBOL : TOK_BAD;
}

static TokKind skip_token(Lexer *x)
{
    int c = peek(x, 0);
    if (x->at == x->end)
        return TOK_END;
    if (ascii_is_alpha(c) || c == '_') {
        skip_word(x);
        return TOK_WORD;
    }
    if (isdigit(c))
        return skip_number(x);
    switch (c) {
    case '"': return skip_string(x);
    case '%': return skip_prefixed(x, TOK_VALUE);
    case '^': return skip_prefixed(x, TOK_BLOCK);
    case '#': return skip_prefixed(x, TOK_HASH);
    case '!': return skip_prefixed(x, TOK_BANG);
    case '@': return skip_symbol(x);
    }
    x->at++;
    if (c == '-' && peek(x, 0) == '>') {
        x->at++;
        return TOK_ARROW;
    }
    return c && strchr("(){}[]<>,:=?*+-/;|", c) ? TOK_PUNCT : TOK_BAD;
}

Token lex_next(Lexer *x)
{
    skip_space(x);
    Token t = {
        .start = x->at, .line = x->line, .column = (unsigned)(x->at - x->line_start) + 1};
    t.kind = skip_token(x);
    t.length = (size_t)(x->at - t.start);
    return t;
}
