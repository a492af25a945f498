/* Text to tokens, in one pass. */
#include "frontend/lang/token.h"
#include "runtime/number.h"

#include <string.h>

typedef struct Lexer {
    Arena *arena;
    Names *names;
    const char *file, *at, *end, *line_start;
    unsigned line;
    bool first;
    DiagList *diags;
    Token *items;
    size_t count, room;
} Lexer;

static const char *const token_text[] = {
#define T(id, text) text,
    LANG_TOKENS(T)
#undef T
};

const char *lang_token_text(TokenKind kind) { return token_text[kind]; }

static Place place(const Lexer *l, const char *at)
{
    return (Place){l->file, l->line, (unsigned)(at - l->line_start) + 1};
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static char peek(const Lexer *l, size_t ahead)
{
    return (size_t)(l->end - l->at) > ahead ? l->at[ahead] : 0;
}

static Token *push(Lexer *l, TokenKind kind, const char *start)
{
    Place p = place(l, start);
    Token t = {.kind = kind, .first = l->first, .line = p.line, .column = p.column};
    l->first = false;
    ARENA_PUSH(l->arena, l->items, l->count, l->room, t);
    return &l->items[l->count - 1];
}

static void word(Lexer *l)
{
    const char *start = l->at;
    while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)))
        l->at++;
    size_t n = (size_t)(l->at - start);
    TokenKind kind = TOKEN_NAME;
    for (int k = TOKEN_LET; k <= TOKEN_FALSE; k++)
        if (strlen(token_text[k]) == n && !memcmp(token_text[k], start, n))
            kind = (TokenKind)k;
    push(l, kind, start)->name = lang_intern(l->names, start, n);
}

static void digits(Lexer *l)
{
    while (is_digit(peek(l, 0)))
        l->at++;
}

/* False if it does not fit 63 bits. */
static bool whole(const char *s, const char *end, int64_t *out)
{
    for (*out = 0; s < end; s++)
        if (__builtin_mul_overflow(*out, 10, out) ||
            __builtin_add_overflow(*out, *s - '0', out))
            return false;
    return true;
}

/* digits ["." digits] ["e" ["+" | "-"] digits]; in `0..4` the dots are a range's */
static void number(Lexer *l)
{
    const char *start = l->at;
    bool real = false;
    digits(l);
    if (peek(l, 0) == '.' && is_digit(peek(l, 1))) {
        real = true;
        l->at++;
        digits(l);
    }
    bool sign = peek(l, 1) == '+' || peek(l, 1) == '-';
    if ((peek(l, 0) | 32) == 'e' && is_digit(peek(l, sign ? 2 : 1))) {
        real = true;
        l->at += sign ? 2 : 1;
        digits(l);
    }
    Token *t = push(l, real ? TOKEN_REAL : TOKEN_INT, start);
    bool good = rt_number_parse(start, l->at, &t->real);
    if (!real)
        good = whole(start, l->at, &t->integer);
    if (!good)
        diag_error(l->diags, place(l, start), "number out of range: %.*s",
                   (int)(l->at - start > 60 ? 60 : l->at - start), start);
}

static void string(Lexer *l)
{
    const char *start = l->at++;
    Text text = {0};
    while (l->at < l->end && *l->at != '"' && *l->at != '\n') {
        char c = *l->at++;
        if (c == '\\' && l->at < l->end && *l->at != '\n') {
            c = *l->at++;
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        text_add_bytes(&text, &c, 1);
    }
    if (peek(l, 0) == '"')
        l->at++;
    else
        diag_error(l->diags, place(l, start), "string without its closing \"");
    if (text.length && memchr(text.bytes, 0, text.length))
        diag_error(l->diags, place(l, start), "a string cannot hold the character 0");
    Token *t = push(l, TOKEN_STRING, start);
    t->length = text.length;
    t->name = arena_strndup(l->arena, text.length ? text.bytes : "", text.length);
    text_free(&text);
}

/* The longest sign that starts here; the table lists longer ones before their
 * beginnings. */
static bool sign(Lexer *l)
{
    for (int k = TOKEN_LPAREN; k < TOKEN_COUNT; k++) {
        size_t n = strlen(token_text[k]);
        if ((size_t)(l->end - l->at) < n || memcmp(l->at, token_text[k], n))
            continue;
        push(l, (TokenKind)k, l->at);
        l->at += n;
        return true;
    }
    return false;
}

static void bad_character(Lexer *l)
{
    unsigned char c = (unsigned char)*l->at;
    if (c >= 32 && c < 127)
        diag_error(l->diags, place(l, l->at), "unexpected character '%c'%s", c,
                   c == '\'' ? ": a string is in double quotes" : "");
    else
        diag_error(l->diags, place(l, l->at), "unexpected byte 0x%02x", c);
    while (l->at < l->end && (unsigned char)*l->at == c)
        l->at++;
}

static void space(Lexer *l)
{
    if (*l->at == '\n') {
        l->line++;
        l->line_start = l->at + 1;
        l->first = true;
    }
    l->at++;
}

static void comment(Lexer *l)
{
    const char *end = memchr(l->at, '\n', (size_t)(l->end - l->at));
    l->at = end ? end : l->end;
}

/* Some editors begin a file with the byte order mark of UTF-8. */
static void skip_mark(Lexer *l)
{
    if (l->end - l->at >= 3 && !memcmp(l->at, "\xef\xbb\xbf", 3))
        l->line_start = l->at += 3;
}

Tokens lang_lex(Arena *a, Names *n, const char *file, const char *text, size_t length,
                DiagList *d)
{
    Lexer l = {.arena = a,
               .names = n,
               .file = file,
               .at = text,
               .end = text + length,
               .line_start = text,
               .line = 1,
               .first = true,
               .diags = d};
    skip_mark(&l);
    while (l.at < l.end) {
        char c = *l.at;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            space(&l);
        else if (c == '#')
            comment(&l);
        else if (is_letter(c))
            word(&l);
        else if (is_digit(c))
            number(&l);
        else if (c == '"')
            string(&l);
        else if (!sign(&l))
            bad_character(&l);
    }
    l.first = true;
    push(&l, TOKEN_END, l.at);
    return (Tokens){l.items, l.count};
}
