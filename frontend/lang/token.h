/* Words of the model language. */
#ifndef LANG_TOKEN_H
#define LANG_TOKEN_H

#include "support/arena.h"
#include "support/diag.h"
#include "support/text.h"

#include <stdint.h>

/* Columns: id, text (of those that have only one). Words stand together, from LET to FALSE;
 * so do comparisons, from EQ to GT; a longer sign comes before its own beginning. */
#define LANG_TOKENS(T)                                                                   \
    T(END, "end of file") T(NAME, "a name") T(INT, "a whole number") T(REAL, "a number") \
    T(STRING, "a string")                                                                \
    T(LET, "let") T(FN, "fn") T(IF, "if") T(ELSE, "else") T(FOR, "for") T(IN, "in")      \
    T(AND, "and") T(OR, "or") T(NOT, "not") T(TRUE, "true") T(FALSE, "false")            \
    T(LPAREN, "(") T(RPAREN, ")") T(LBRACKET, "[") T(RBRACKET, "]") T(LBRACE, "{")       \
    T(RBRACE, "}") T(COMMA, ",") T(COLON, ":") T(SEMICOLON, ";") T(ARROW, "->")          \
    T(ELLIPSIS, "...") T(RANGE, "..") T(DOT, ".") T(PLUS, "+") T(MINUS, "-")             \
    T(POWER, "**") T(STAR, "*") T(QUOTIENT, "//") T(SLASH, "/") T(PERCENT, "%")          \
    T(AT, "@") T(EQ, "==") T(NE, "!=") T(LE, "<=") T(GE, ">=") T(LT, "<") T(GT, ">")     \
    T(ASSIGN, "=")

typedef enum {
#define T(id, text) TOKEN_##id,
    LANG_TOKENS(T)
#undef T
    TOKEN_COUNT
} TokenKind;

typedef struct Token {
    TokenKind kind;
    bool first;             /* of its line */
    unsigned line, column;
    const char *name;       /* NAME and words: interned; STRING: its text */
    size_t length;          /* of a STRING */
    int64_t integer;
    double real;
} Token;

const char *lang_token_text(TokenKind kind);

/* Names are interned: the same characters give the same pointer. */
typedef struct Names Names;
Names *lang_names_open(Arena *a);
const char *lang_intern(Names *n, const char *s, size_t length);

/* The tokens of a text, the last of kind END. Bad characters are reported and left
 * out. */
typedef struct Tokens {
    const Token *items;
    size_t count;
} Tokens;
Tokens lang_lex(Arena *a, Names *n, const char *file, const char *text, size_t length,
                DiagList *d);

#endif
