/* Places: loc(...), and the aliases that may be used before they are defined. */
#include "ir/parse.h"

#include <string.h>

static LocAlias **alias_bucket(Parser *p, IrName name)
{
    return &p->locs[(uintptr_t)name / 16 & (p->bucket_count - 1)];
}

static LocAlias *find_alias(Parser *p, Token t)
{
    IrName name = ir_name_n(p->context, t.start + 1, t.length - 1);
    for (LocAlias *a = *alias_bucket(p, name); a; a = a->next)
        if (a->name == name)
            return a;
    return NULL;
}

static void note_alias(Parser *p, Lexer at)
{
    Token name = lex_next(&at), equals = lex_next(&at);
    if (name.kind != TOK_HASH || !tok_is(equals, '='))
        return;
    LocAlias *a = ARENA_NEW(p->scratch, LocAlias);
    a->name = ir_name_n(p->context, name.start + 1, name.length - 1);
    a->at = at;
    LocAlias **bucket = alias_bucket(p, a->name);
    a->next = *bucket;
    *bucket = a;
}

void parse_find_aliases(Parser *p)
{
    Lexer x = p->lexer;
    while (x.at < x.end) {
        if (*x.at == '#')
            note_alias(p, x);
        const char *newline = memchr(x.at, '\n', (size_t)(x.end - x.at));
        if (!newline)
            return;
        x.at = x.line_start = newline + 1;
        x.line++;
    }
}

/* What an alias stands for, read where it is defined. */
static IrLoc resolve(Parser *p, Token at)
{
    LocAlias *a = find_alias(p, at);
    if (!a || a->busy) {
        parse_fail(p, at, a ? "%.*s is defined by itself" : "%.*s is not defined",
                   (int)at.length, at.start);
        return NULL;
    }
    if (a->loc)
        return a->loc;
    Lexer lexer = p->lexer;
    Token token = p->token;
    unsigned last_line = p->last_line;
    p->lexer = a->at;
    parse_advance(p);
    a->busy = true;
    if (!tok_is_word(p->token, "loc"))
        parse_wanted(p, "loc");
    else
        parse_loc(p, &a->loc);
    if (!a->loc)
        a->loc = ir_loc_unknown(p->context);    /* its error is told once */
    a->busy = false;
    p->lexer = lexer;
    p->token = token;
    p->last_line = last_line;
    return a->loc;
}

static IrLoc parse_body(Parser *p);

/* (`to` int? `:` int)?: the end of a range, which is not kept */
static bool skip_range_end(Parser *p)
{
    int64_t ignored;
    if (!parse_accept_word(p, "to"))
        return true;
    return (tok_is(p->token, ':') || parse_int(p, &ignored)) && parse_expect(p, ':')
        && parse_int(p, &ignored);
}

/* string (`:` int `:` int range-end | `(` place `)`)? */
static IrLoc parse_file_or_name(Parser *p)
{
    IrName name;
    int64_t line, column;
    if (!parse_string(p, &name))
        return NULL;
    if (parse_accept(p, ':')) {
        if (!parse_int(p, &line) || !parse_expect(p, ':') || !parse_int(p, &column)
            || !skip_range_end(p))
            return NULL;
        return ir_loc_file(p->context, name, (unsigned)line, (unsigned)column);
    }
    if (!parse_accept(p, '('))
        return ir_loc_name(p->context, name, ir_loc_unknown(p->context));
    IrLoc child = parse_body(p);
    if (!child || !parse_expect(p, ')'))
        return NULL;
    return ir_loc_name(p->context, name, child);
}

/* `callsite` `(` place `at` place `)` */
static IrLoc parse_callsite(Parser *p)
{
    if (!parse_expect(p, '('))
        return NULL;
    IrLoc callee = parse_body(p);
    if (!callee || !parse_expect_word(p, "at"))
        return NULL;
    IrLoc caller = parse_body(p);
    if (!caller || !parse_expect(p, ')'))
        return NULL;
    return ir_loc_call(p->context, callee, caller);
}

typedef struct Parts {
    IrLoc *items;
    size_t count, room;
} Parts;

static bool parts_item(Parser *p, void *data)
{
    Parts *parts = data;
    IrLoc l = parse_body(p);
    if (l)
        ARENA_PUSH(p->scratch, parts->items, parts->count, parts->room, l);
    return l != NULL;
}

/* `fused` (`<` attr `>`)? `[` place,* `]`; what is in < > is not kept */
static IrLoc parse_fused(Parser *p)
{
    Parts parts = {0};
    if (parse_accept(p, '<') && (!parse_attr(p) || !parse_expect(p, '>')))
        return NULL;
    if (!parse_expect(p, '[') || !parse_list(p, ']', parts_item, &parts))
        return NULL;
    return ir_loc_fused(p->context, parts.count, parts.items);
}

static IrLoc parse_any(Parser *p)
{
    Token t = p->token;
    if (t.kind == TOK_STRING)
        return parse_file_or_name(p);
    if (t.kind == TOK_HASH) {
        parse_advance(p);
        return resolve(p, t);
    }
    if (parse_accept_word(p, "unknown"))
        return ir_loc_unknown(p->context);
    if (parse_accept_word(p, "callsite"))
        return parse_callsite(p);
    if (parse_accept_word(p, "fused"))
        return parse_fused(p);
    parse_wanted(p, "a place (\"file\":1:2)");
    return NULL;
}

/* place ::= `unknown` | file-or-name | callsite | fused | alias */
static IrLoc parse_body(Parser *p)
{
    if (!parse_enter(p))
        return NULL;
    IrLoc l = parse_any(p);
    parse_leave(p);
    return l;
}

/* loc ::= (`loc` `(` place `)`)? */
bool parse_loc(Parser *p, IrLoc *out)
{
    if (!tok_is_word(p->token, "loc"))
        return true;
    parse_advance(p);
    if (!parse_expect(p, '('))
        return false;
    IrLoc l = parse_body(p);
    if (!l || !parse_expect(p, ')'))
        return false;
    *out = l;
    return true;
}

IrLoc parse_place(Parser *p, Token at)
{
    return ir_loc_file(p->context, p->file, at.line, at.column);
}

/* alias ::= `#name` `=` loc */
bool parse_alias(Parser *p)
{
    IrLoc ignored;
    Token name = p->token;
    parse_advance(p);
    if (!parse_expect(p, '='))
        return false;
    if (!tok_is_word(p->token, "loc"))
        return parse_unsupported(p, name, "an alias of something that is not a place");
    return parse_loc(p, &ignored);
}
