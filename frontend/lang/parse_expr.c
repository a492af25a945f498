/* Expressions and types, by recursive descent: one function per rule of
 * docs/language.md. */
#include "frontend/lang/parser.h"

static Node *unary(Parser *p);

static Node *binary_node(Parser *p, const Token *op, Node *a, Node *b)
{
    Node *n = lang_node(p, NODE_BINARY, op);
    n->op = op->kind;
    n->a = a;
    n->b = b;
    return n;
}

/* A `(`, `[` or `-` that begins a line begins a statement, it does not go on with the
 * last one. */
static bool continues(const Parser *p) { return !p->at->first || p->brackets > 0; }

static Node *list(Parser *p, NodeKind kind, const Token *open, TokenKind close,
                  Node *first)
{
    NodeList items = {0};
    if (first)
        lang_push(p, &items, first);
    while (p->at->kind != close) {
        if (items.count)
            lang_expect(p, TOKEN_COMMA, "between the items");
        if (p->at->kind == close)
            break;
        lang_push(p, &items, lang_parse_expression(p));
    }
    Node *n = lang_node(p, kind, open);
    n->items = items.items;
    n->count = items.count;
    return n;
}

/* paren = "(" expr ")" | "(" [ expr "," { expr "," } [ expr ] ] ")" */
static Node *paren(Parser *p)
{
    const Token *open = p->at++;
    p->brackets++;
    Node *n = p->at->kind == TOKEN_RPAREN ? NULL : lang_parse_expression(p);
    if (!n || p->at->kind == TOKEN_COMMA)
        n = list(p, NODE_TUPLE, open, TOKEN_RPAREN, n);
    p->brackets--;
    lang_expect(p, TOKEN_RPAREN, "to close the (");
    return n;
}

static Node *bracket_list(Parser *p)
{
    const Token *open = p->at++;
    p->brackets++;
    Node *n = list(p, NODE_LIST, open, TOKEN_RBRACKET, NULL);
    p->brackets--;
    lang_expect(p, TOKEN_RBRACKET, "to close the [");
    return n;
}

/* if = "if" expr block [ "else" ( if | block ) ] */
static Node *if_expression(Parser *p)
{
    Node *n = lang_node(p, NODE_IF, p->at++);
    n->a = lang_parse_expression(p);
    n->b = lang_parse_block(p);
    if (lang_accept(p, TOKEN_ELSE)) {
        lang_enter(p);
        n->c = p->at->kind == TOKEN_IF ? if_expression(p) : lang_parse_block(p);
        p->depth--;
    }
    return n;
}

/* for = "for" NAME "in" expr block */
static Node *for_expression(Parser *p)
{
    Node *n = lang_node(p, NODE_FOR, p->at++);
    n->name = lang_expect(p, TOKEN_NAME, "after `for`")->name;
    lang_expect(p, TOKEN_IN, "after the name of `for`");
    n->a = lang_parse_expression(p);
    n->b = lang_parse_block(p);
    return n;
}

static Node *literal(Parser *p, NodeKind kind)
{
    const Token *t = p->at++;
    Node *n = lang_node(p, kind, t);
    n->name = t->name;
    n->integer = kind == NODE_BOOL ? t->kind == TOKEN_TRUE : t->integer;
    n->real = t->real;
    return n;
}

/* primary = INT | REAL | STRING | "true" | "false" | NAME | paren | "[" items "]" | if
 * | for | block */
static Node *primary(Parser *p)
{
    switch (p->at->kind) {
    case TOKEN_INT: return literal(p, NODE_INT);
    case TOKEN_REAL: return literal(p, NODE_REAL);
    case TOKEN_STRING: return literal(p, NODE_STRING);
    case TOKEN_TRUE:
    case TOKEN_FALSE: return literal(p, NODE_BOOL);
    case TOKEN_NAME: return literal(p, NODE_NAME);
    case TOKEN_LPAREN: return paren(p);
    case TOKEN_LBRACKET: return bracket_list(p);
    case TOKEN_IF: return if_expression(p);
    case TOKEN_FOR: return for_expression(p);
    case TOKEN_LBRACE: return lang_parse_block(p);
    default: lang_wanted(p, "an expression");
    }
}

/* arg = [ NAME "=" ] expr */
static Node *argument(Parser *p)
{
    Node *n = lang_node(p, NODE_ARG, p->at);
    if (p->at->kind == TOKEN_NAME && p->at[1].kind == TOKEN_ASSIGN) {
        n->name = p->at->name;
        p->at += 2;
    }
    n->a = lang_parse_expression(p);
    return n;
}

/* slot = "..." | [ expr ] [ ":" [ expr ] [ ":" [ expr ] ] ] */
static Node *index_slot(Parser *p)
{
    const Token *start = p->at;
    if (lang_accept(p, TOKEN_ELLIPSIS))
        return lang_node(p, NODE_ELLIPSIS, start);
    Node *part[3] = {0};
    int colons = 0;
    for (;;) {
        TokenKind k = p->at->kind;
        if (k != TOKEN_COLON && k != TOKEN_COMMA && k != TOKEN_RBRACKET)
            part[colons] = lang_parse_expression(p);
        if (colons == 2 || !lang_accept(p, TOKEN_COLON))
            break;
        colons++;
    }
    if (!colons && !part[0])
        lang_wanted(p, "an index");
    if (!colons)
        return part[0];
    Node *n = lang_node(p, NODE_SLICE, start);
    n->a = part[0];
    n->b = part[1];
    n->c = part[2];
    return n;
}

static Node *suffix_list(Parser *p, NodeKind kind, Node *on, TokenKind close)
{
    Node *n = lang_node(p, kind, p->at++);
    NodeList items = {0};
    n->a = on;
    p->brackets++;
    while (p->at->kind != close) {
        if (items.count)
            lang_expect(p, TOKEN_COMMA, "between the arguments");
        if (p->at->kind == close)
            break;
        lang_push(p, &items, kind == NODE_CALL ? argument(p) : index_slot(p));
    }
    p->brackets--;
    lang_expect(p, close, "at the end");
    n->items = items.items;
    n->count = items.count;
    /* A call is where its name is: that is what a message about it should point at. */
    if (kind == NODE_CALL)
        n->at = on->at;
    return n;
}

/* postfix = primary { "(" args ")" | "[" slots "]" | "." NAME } */
static Node *postfix(Parser *p)
{
    Node *n = primary(p);
    for (int links = 0;; links++) {
        if (links > LANG_MAX_NESTING)
            lang_wanted(p, "fewer calls in a row");
        if (p->at->kind == TOKEN_LPAREN && continues(p)) {
            n = suffix_list(p, NODE_CALL, n, TOKEN_RPAREN);
        } else if (p->at->kind == TOKEN_LBRACKET && continues(p)) {
            n = suffix_list(p, NODE_INDEX, n, TOKEN_RBRACKET);
        } else if (p->at->kind == TOKEN_DOT) {
            Node *field = lang_node(p, NODE_FIELD, p->at++);
            field->a = n;
            field->name = lang_expect(p, TOKEN_NAME, "after the .")->name;
            field->at = n->at;
            n = field;
        } else {
            return n;
        }
    }
}

/* power = postfix [ "**" unary ] */
static Node *power(Parser *p)
{
    Node *a = postfix(p);
    if (p->at->kind != TOKEN_POWER)
        return a;
    const Token *op = p->at++;
    return binary_node(p, op, a, unary(p));
}

/* unary = "-" unary | power */
static Node *unary(Parser *p)
{
    if (p->at->kind != TOKEN_MINUS && p->at->kind != TOKEN_NOT)
        return power(p);
    lang_enter(p);
    Node *n = lang_node(p, NODE_UNARY, p->at);
    n->op = p->at++->kind;
    n->a = unary(p);
    p->depth--;
    return n;
}

/* A chain of left-associative operators nests to the left, so its length is its depth:
 * the limit holds for it as well. */
typedef Node *Rule(Parser *p);
static Node *chain(Parser *p, Rule *operand, const TokenKind *ops, size_t count)
{
    Node *n = operand(p);
    for (int links = 0;;) {
        bool found = false;
        for (size_t i = 0; i < count && !found; i++)
            found = p->at->kind == ops[i];
        if (!found || (p->at->kind == TOKEN_MINUS && !continues(p)))
            return n;
        if (++links > LANG_MAX_NESTING)
            lang_wanted(p, "a shorter chain of operators");
        const Token *op = p->at++;
        n = binary_node(p, op, n, operand(p));
    }
}

#define CHAIN(p, operand, ...)                                                           \
    chain((p), (operand), (const TokenKind[]){__VA_ARGS__},                              \
          sizeof((TokenKind[]){__VA_ARGS__}) / sizeof(TokenKind))

/* product = unary { ( "*" | "/" | "//" | "%" | "@" ) unary } */
static Node *product(Parser *p)
{
    return CHAIN(p, unary, TOKEN_STAR, TOKEN_SLASH, TOKEN_QUOTIENT, TOKEN_PERCENT,
                 TOKEN_AT);
}

/* sum = product { ( "+" | "-" ) product } */
static Node *sum(Parser *p) { return CHAIN(p, product, TOKEN_PLUS, TOKEN_MINUS); }

/* range = sum [ ".." sum ] */
static Node *range(Parser *p)
{
    Node *a = sum(p);
    if (p->at->kind != TOKEN_RANGE)
        return a;
    const Token *op = p->at++;
    return binary_node(p, op, a, sum(p));
}

/* comparison = range [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) range ] */
static Node *comparison(Parser *p)
{
    Node *a = range(p);
    if (p->at->kind < TOKEN_EQ || p->at->kind > TOKEN_GT)
        return a;
    const Token *op = p->at++;
    return binary_node(p, op, a, range(p));
}

/* not = "not" not | comparison */
static Node *negation(Parser *p)
{
    if (p->at->kind != TOKEN_NOT)
        return comparison(p);
    lang_enter(p);
    Node *n = lang_node(p, NODE_UNARY, p->at);
    n->op = p->at++->kind;
    n->a = negation(p);
    p->depth--;
    return n;
}

static Node *conjunction(Parser *p) { return CHAIN(p, negation, TOKEN_AND); }

/* expr = or { "->" postfix };  or = and { "or" and };  and = not { "and" not } */
Node *lang_parse_expression(Parser *p)
{
    lang_enter(p);
    Node *n = CHAIN(p, conjunction, TOKEN_OR);
    for (int links = 0; p->at->kind == TOKEN_ARROW; links++) {
        if (links > LANG_MAX_NESTING)
            lang_wanted(p, "a shorter chain of ->");
        Node *pipe = lang_node(p, NODE_PIPE, p->at++);
        pipe->a = n;
        pipe->b = postfix(p);
        pipe->at = pipe->b->at;
        n = pipe;
    }
    p->depth--;
    return n;
}

static Node *type_list(Parser *p)
{
    Node *n = lang_node(p, NODE_TYPES, p->at++);
    NodeList items = {0};
    do
        lang_push(p, &items, lang_parse_type(p));
    while (lang_accept(p, TOKEN_COMMA));
    lang_expect(p, TOKEN_RPAREN, "after the types");
    n->items = items.items;
    n->count = items.count;
    return n;
}

static Node *dimension(Parser *p)
{
    const Token *start = p->at;
    if (lang_accept(p, TOKEN_ELLIPSIS))
        return lang_node(p, NODE_ELLIPSIS, start);
    return lang_parse_expression(p);
}

/* type = NAME [ "[" [ dim { "," dim } ] "]" ] | "(" type { "," type } ")" */
Node *lang_parse_type(Parser *p)
{
    lang_enter(p);
    if (p->at->kind == TOKEN_LPAREN) {
        Node *types = type_list(p);
        p->depth--;
        return types;
    }
    if (p->at->kind != TOKEN_NAME)
        lang_wanted(p, "a type, such as f32[N, 10]");
    Node *n = lang_node(p, NODE_TYPE, p->at);
    n->name = p->at++->name;
    if (p->at->kind == TOKEN_LBRACKET && continues(p)) {
        NodeList dims = {0};
        p->at++;
        p->brackets++;
        while (p->at->kind != TOKEN_RBRACKET) {
            if (dims.count)
                lang_expect(p, TOKEN_COMMA, "between the sizes");
            lang_push(p, &dims, dimension(p));
        }
        p->brackets--;
        p->at++;
        n->items = dims.items;
        n->count = dims.count;
    }
    p->depth--;
    return n;
}
