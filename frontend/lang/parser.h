/* What the two halves of the parser share: declarations and statements (parse.c),
 * expressions and types (parse_expr.c). An error jumps to the enclosing statement,
 * which skips to its end. */
#ifndef LANG_PARSER_H
#define LANG_PARSER_H

#include "frontend/lang/ast.h"

#include <setjmp.h>

typedef struct Parser {
    Arena *arena;
    const char *file;
    const Token *at;
    DiagList *diags;
    bool std;
    int depth;    /* of nested expressions and blocks */
    int brackets; /* open ( and [: inside them a new line means nothing */
    jmp_buf *recover;
} Parser;

enum { LANG_MAX_NESTING = 100 };

typedef struct NodeList {
    Node **items;
    size_t count, room;
} NodeList;

Node *lang_node(Parser *p, NodeKind kind, const Token *at);
void lang_push(Parser *p, NodeList *list, Node *node);
bool lang_accept(Parser *p, TokenKind kind);
const Token *lang_expect(Parser *p, TokenKind kind, const char *context);
_Noreturn void lang_wanted(Parser *p, const char *what);
void lang_enter(Parser *p); /* one level deeper; reports nesting that is too deep */
/* A name that is a word only here: `param`, `metric` ... */
bool lang_at_word(const Parser *p, const char *word);

Node *lang_parse_expression(Parser *p);
Node *lang_parse_type(Parser *p);
Node *lang_parse_block(Parser *p);

#endif
