/* Declarations and statements. After an error the parser goes on with the next
 * statement, so that one run reports several. */
#include "frontend/lang/parser.h"

#include <string.h>

/* ---------------------------------------------------------------------------- helpers */

Node *lang_node(Parser *p, NodeKind kind, const Token *at)
{
    Node *n = ARENA_NEW(p->arena, Node);
    n->kind = kind;
    n->std = p->std;
    n->at = (Place){p->file, at->line, at->column};
    return n;
}

void lang_push(Parser *p, NodeList *list, Node *node)
{
    ARENA_PUSH(p->arena, list->items, list->count, list->room, node);
}

bool lang_accept(Parser *p, TokenKind kind)
{
    if (p->at->kind != kind)
        return false;
    p->at++;
    return true;
}

static const char *found(Parser *p)
{
    const Token *t = p->at;
    if (t->kind == TOKEN_NAME)
        return arena_printf(p->arena, "`%.60s`", t->name);
    if (t->kind == TOKEN_STRING)
        return arena_printf(p->arena, "\"%.60s\"", t->name);
    if (t->kind == TOKEN_INT || t->kind == TOKEN_REAL)
        return arena_printf(p->arena, "the number %g", t->real);
    return t->kind == TOKEN_END
               ? "the end of the file"
               : arena_printf(p->arena, "`%s`", lang_token_text(t->kind));
}

_Noreturn void lang_wanted(Parser *p, const char *what)
{
    Place at = {p->file, p->at->line, p->at->column};
    bool comment = p->at->kind == TOKEN_QUOTIENT && p->at->first;
    diag_error(p->diags, at, "found %s, wanted %s%s", found(p), what,
               comment ? " (a comment begins with `#`)" : "");
    longjmp(*p->recover, 1);
}

const Token *lang_expect(Parser *p, TokenKind kind, const char *context)
{
    const Token *t = p->at;
    if (t->kind != kind)
        lang_wanted(p, arena_printf(p->arena, kind < TOKEN_LET ? "%s %s" : "`%s` %s",
                                    lang_token_text(kind), context));
    p->at++;
    return t;
}

void lang_enter(Parser *p)
{
    if (++p->depth > LANG_MAX_NESTING)
        lang_wanted(p, "less nesting (the limit is 100 levels)");
}

bool lang_at_word(const Parser *p, const char *word)
{
    return p->at->kind == TOKEN_NAME && !strcmp(p->at->name, word);
}

/* A word that is one only before another name on its line: `param w`, not `param = 3`. */
static bool at_word_and_name(const Parser *p, const char *word)
{
    return lang_at_word(p, word) && p->at[1].kind == TOKEN_NAME && !p->at[1].first;
}

/* ------------------------------------------------------------------------- statements */

/* let = "let" ( NAME | "(" NAME { "," NAME } ")" ) "=" expr */
static Node *let_statement(Parser *p)
{
    Node *n = lang_node(p, NODE_LET, p->at++);
    NodeList names = {0};
    bool several = lang_accept(p, TOKEN_LPAREN);
    do {
        Node *name = lang_node(p, NODE_NAME, p->at);
        name->name = lang_expect(p, TOKEN_NAME, "after `let`")->name;
        lang_push(p, &names, name);
    } while (several && lang_accept(p, TOKEN_COMMA));
    if (several)
        lang_expect(p, TOKEN_RPAREN, "after the names");
    lang_expect(p, TOKEN_ASSIGN, several ? "after the names" : "after the name");
    n->a = lang_parse_expression(p);
    n->items = names.items;
    n->count = names.count;
    n->op = several ? TOKEN_LPAREN : TOKEN_NAME;
    return n;
}

/* declare = ( "param" | "state" | "slot" ) NAME [ ":" type ] "=" expr */
static Node *declare_statement(Parser *p)
{
    Node *n = lang_node(p, NODE_DECLARE, p->at + 1);
    n->word = p->at++->name;
    n->name = p->at++->name;
    if (lang_accept(p, TOKEN_COLON))
        n->type = lang_parse_type(p);
    lang_expect(p, TOKEN_ASSIGN, "and the initial value");
    n->a = lang_parse_expression(p);
    return n;
}

/* assign = NAME [ ":" type ] "=" expr */
static Node *assign_statement(Parser *p, NodeKind kind)
{
    Node *n = lang_node(p, kind, p->at);
    n->name = lang_expect(p, TOKEN_NAME, "to assign to")->name;
    if (lang_accept(p, TOKEN_COLON))
        n->type = lang_parse_type(p);
    lang_expect(p, TOKEN_ASSIGN, "after the name");
    n->a = lang_parse_expression(p);
    return n;
}

/* `layer NAME` at the begin of a line: a statement has no such words. */
static bool at_declaration(const Parser *p)
{
    bool named = p->at[0].first && p->at[0].kind != TOKEN_END &&
                 p->at[1].kind == TOKEN_NAME && !p->at[1].first;
    return named && (lang_at_word(p, "model") || lang_at_word(p, "layer") ||
                     lang_at_word(p, "data") || lang_at_word(p, "train") ||
                     p->at->kind == TOKEN_FN);
}

/* statement = let | declare | "metric" assign | assign | expr */
static Node *statement(Parser *p)
{
    if (p->at->kind == TOKEN_LET)
        return let_statement(p);
    if (at_declaration(p))
        lang_wanted(p, "`}` to end the block before a declaration");
    if (at_word_and_name(p, "param") || at_word_and_name(p, "state") ||
        at_word_and_name(p, "slot"))
        return declare_statement(p);
    if (at_word_and_name(p, "metric")) {
        p->at++;
        return assign_statement(p, NODE_METRIC);
    }
    if (p->at->kind == TOKEN_NAME &&
        (p->at[1].kind == TOKEN_ASSIGN || p->at[1].kind == TOKEN_COLON))
        return assign_statement(p, NODE_ASSIGN);
    return lang_parse_expression(p);
}

/* To the next line, or the } that ends the block. */
static void skip_statement(Parser *p)
{
    for (int depth = 0; p->at->kind != TOKEN_END; p->at++) {
        TokenKind k = p->at->kind;
        if (depth == 0 && (k == TOKEN_RBRACE || p->at->first))
            return;
        depth += k == TOKEN_LBRACE;
        depth -= k == TOKEN_RBRACE;
    }
}

/* One statement; NULL after an error. */
static Node *guarded(Parser *p, Node *(*rule)(Parser *))
{
    jmp_buf here, *outer = p->recover;
    int depth = p->depth, brackets = p->brackets;
    const Token *start = p->at;
    Node *volatile n = NULL;
    p->recover = &here;
    if (setjmp(here) == 0) {
        n = rule(p);
    } else {
        p->depth = depth;
        p->brackets = brackets;
        p->at +=
            p->at == start && p->at->kind != TOKEN_END && p->at->kind != TOKEN_RBRACE;
        skip_statement(p);
    }
    p->recover = outer;
    return n;
}

/* block = "{" { statement [ ";" ] } "}" */
Node *lang_parse_block(Parser *p)
{
    Node *n = lang_node(p, NODE_BLOCK, p->at);
    NodeList items = {0};
    int brackets = p->brackets;
    lang_expect(p, TOKEN_LBRACE, "to begin a block");
    lang_enter(p);
    p->brackets = 0;
    while (p->at->kind != TOKEN_RBRACE && p->at->kind != TOKEN_END) {
        if (lang_accept(p, TOKEN_SEMICOLON))
            continue;
        Node *s = guarded(p, statement);
        if (s)
            lang_push(p, &items, s);
    }
    p->brackets = brackets;
    p->depth--;
    lang_expect(p, TOKEN_RBRACE, "to end the block");
    n->items = items.items;
    n->count = items.count;
    return n;
}

/* ----------------------------------------------------------------------- declarations */

/* params = "(" [ param { "," param } ] ")";  param = NAME [ ":" type ] [ "=" expr ] */
static void parameters(Parser *p, Node *into)
{
    NodeList items = {0};
    lang_expect(p, TOKEN_LPAREN, "and the parameters");
    p->brackets++;
    while (p->at->kind != TOKEN_RPAREN) {
        if (items.count)
            lang_expect(p, TOKEN_COMMA, "between the parameters");
        if (p->at->kind == TOKEN_RPAREN)
            break;
        Node *n = lang_node(p, NODE_PARAM, p->at);
        n->name = lang_expect(p, TOKEN_NAME, "of a parameter")->name;
        if (lang_accept(p, TOKEN_COLON))
            n->type = lang_parse_type(p);
        if (lang_accept(p, TOKEN_ASSIGN))
            n->a = lang_parse_expression(p);
        lang_push(p, &items, n);
    }
    p->brackets--;
    p->at++;
    into->items = items.items;
    into->count = items.count;
}

/* callable = KIND NAME params [ "->" type ] block */
static Node *callable(Parser *p, NodeKind kind)
{
    Node *n = lang_node(p, kind, ++p->at);
    n->name = lang_expect(p, TOKEN_NAME, "for what is declared")->name;
    parameters(p, n);
    if (lang_accept(p, TOKEN_ARROW))
        n->type = lang_parse_type(p);
    n->b = lang_parse_block(p);
    return n;
}

/* data = "data" NAME "=" expr [ block ] */
static Node *data(Parser *p)
{
    Node *n = lang_node(p, NODE_DATA, ++p->at);
    n->name = lang_expect(p, TOKEN_NAME, "for the data")->name;
    lang_expect(p, TOKEN_ASSIGN,
                "and what the data is: csv(...), idx(...), npy(...), table(...)");
    n->a = lang_parse_expression(p);
    if (p->at->kind == TOKEN_LBRACE)
        n->b = lang_parse_block(p);
    return n;
}

static Node *data_of_train(Parser *p)
{
    if (!lang_at_word(p, "on"))
        lang_wanted(p, "`on` and the data: train model on data(x, y) { ... }");
    Node *n = lang_node(p, NODE_NAME, ++p->at);
    n->name = lang_expect(p, TOKEN_NAME, "of the data")->name;
    return n;
}

/* train = "train" NAME [ "on" NAME ] params block */
static Node *train(Parser *p)
{
    Node *n = lang_node(p, NODE_TRAIN, ++p->at);
    n->name = lang_expect(p, TOKEN_NAME, "of the model to train")->name;
    if (p->at->kind != TOKEN_LPAREN)
        n->a = data_of_train(p);
    parameters(p, n);
    n->b = lang_parse_block(p);
    return n;
}

static Node *constant(Parser *p)
{
    Node *n = lang_node(p, NODE_CONSTANT, ++p->at);
    n->name = lang_expect(p, TOKEN_NAME, "after `let`")->name;
    lang_expect(p, TOKEN_ASSIGN, "after the name");
    n->a = lang_parse_expression(p);
    return n;
}

static const struct {
    const char *word;
    NodeKind kind;
} decl_words[] = {
    {"model", NODE_MODEL},
    {"layer", NODE_LAYER},
    {"fn", NODE_FN},
    {"initializer", NODE_INITIALIZER},
    {"optimizer", NODE_OPTIMIZER},
    {"data", NODE_DATA},
    {"train", NODE_TRAIN},
    {"let", NODE_CONSTANT},
};
enum { DECL_WORDS = sizeof decl_words / sizeof *decl_words };

const char *lang_decl_word(NodeKind kind)
{
    for (size_t i = 0; i < DECL_WORDS; i++)
        if (decl_words[i].kind == kind)
            return decl_words[i].word;
    return "value";
}

static _Noreturn void no_declaration(Parser *p)
{
    const char *words[DECL_WORDS];
    for (size_t i = 0; i < DECL_WORDS; i++)
        words[i] = decl_words[i].word;
    const char *near =
        p->at->kind == TOKEN_NAME ? text_nearest(p->at->name, words, DECL_WORDS) : NULL;
    if (near)
        lang_wanted(p, arena_printf(p->arena, "a declaration; did you mean `%s`?", near));
    lang_wanted(
        p, "a declaration: model, layer, fn, let, data, train, optimizer or initializer");
}

/* declaration = callable | data | train | "let" NAME "=" expr */
static Node *declaration(Parser *p)
{
    for (size_t i = 0; i < DECL_WORDS; i++) {
        if (!p->at->name || strcmp(p->at->name, decl_words[i].word) ||
            p->at->kind == TOKEN_STRING)
            continue;
        NodeKind kind = decl_words[i].kind;
        return kind == NODE_DATA       ? data(p)
               : kind == NODE_TRAIN    ? train(p)
               : kind == NODE_CONSTANT ? constant(p)
                                       : callable(p, kind);
    }
    no_declaration(p);
}

void lang_parse_file(Arena *a, Names *n, const char *file, const char *text,
                     size_t length, bool is_std, DiagList *d, Decls *out)
{
    Tokens tokens = lang_lex(a, n, file, text, length, d);
    Parser p = {.arena = a, .file = file, .at = tokens.items, .diags = d, .std = is_std};
    while (p.at->kind != TOKEN_END) {
        Node *decl = guarded(&p, declaration);
        if (decl)
            ARENA_PUSH(a, out->items, out->count, out->room, decl);
        else if (p.at->kind == TOKEN_RBRACE)
            p.at++;
        lang_accept(&p, TOKEN_SEMICOLON);
    }
}
