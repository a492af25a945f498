/* Tokens of MLIR text (private to ir/). */
#ifndef IR_LEX_H
#define IR_LEX_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    TOK_END,
    TOK_BAD,    /* a character that begins no token, an open string, a number too long */
    TOK_PUNCT,  /* one of ( ) { } [ ] < > , : = ? * + - / ; the arrow is TOK_ARROW */
    TOK_ARROW,  /* -> */
    TOK_WORD,   /* stablehlo.add, f32, x3xf32 */
    TOK_STRING, /* "..." */
    TOK_INT,    /* 12 */
    TOK_HEX,    /* 0x1F */
    TOK_FLOAT,  /* 1.5e-3: needs its point */
    TOK_VALUE,  /* %x, %0 (without #1) */
    TOK_SYMBOL, /* @x, @"x y" */
    TOK_BLOCK,  /* ^bb0 */
    TOK_HASH,   /* #x: an alias, or the name of an attribute; #1 behind a value */
    TOK_BANG,   /* !x */
} TokKind;

typedef struct Token {
    TokKind kind;
    const char *start;
    size_t length;
    unsigned line, column;
} Token;

typedef struct Lexer {
    const char *at, *end, *line_start;
    unsigned line;
} Lexer;

Lexer lex_open(const char *text, size_t length);
Token lex_next(Lexer *x);
/* Goes back into the middle of a token of this line: what follows is read anew. */
void lex_back(Lexer *x, const char *to);

static inline bool tok_is(Token t, char c)
{
    return t.kind == TOK_PUNCT && *t.start == c;
}
bool tok_is_word(Token t, const char *word);

#endif
