/* Names that are declared nowhere, found in all declarations of the user before
 * anything runs: a layer that no model uses is checked as well, and one run reports
 * all of them. */
#include "frontend/lang/elab.h"

#include <string.h>

typedef struct Scope {
    const LangProgram *p;
    Arena *arena;
    DiagList *diags;
    const Node *decl;
    const char **names;
    size_t count, room;
} Scope;

static const char *const ambient[] = {
    "training", "step", "steps_per_epoch", "total_steps", "pi", "infinity", "op",
};
enum { AMBIENT = sizeof ambient / sizeof *ambient };

static void walk(Scope *s, const Node *n);

static void add(Scope *s, const char *name)
{
    ARENA_PUSH(s->arena, s->names, s->count, s->room, name);
}

static bool in_scope(const Scope *s, const char *name)
{
    for (size_t i = s->count; i-- > 0;)
        if (s->names[i] == name)
            return true;
    return false;
}

static bool is_known(const Scope *s, const char *name)
{
    Dtype t;
    for (size_t i = 0; i < AMBIENT; i++)
        if (!strcmp(ambient[i], name))
            return true;
    return in_scope(s, name) || lang_find_decl(s->p, name) ||
           lang_find_intrinsic(name, false) || dtype_parse(name, strlen(name), &t);
}

static const char *nearest(Scope *s, const char *name)
{
    size_t room =
        s->count + s->p->user.count + s->p->std.count + AMBIENT + lang_intrinsic_count;
    const char **names = ARENA_ARRAY(s->arena, const char *, room + 1);
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        names[count++] = s->names[i];
    for (size_t i = 0; i < s->p->user.count; i++)
        names[count++] = s->p->user.items[i]->name;
    for (size_t i = 0; i < s->p->std.count; i++)
        names[count++] = s->p->std.items[i]->name;
    for (size_t i = 0; i < AMBIENT; i++)
        names[count++] = ambient[i];
    for (size_t i = 0; i < lang_intrinsic_count; i++)
        names[count++] = lang_intrinsics[i].name;
    const char *near = text_nearest(name, names, count);
    if (!strcmp(name, "return"))
        return ": a block is worth its last line";
    return near ? arena_printf(s->arena, "; did you mean `%s`?", near) : "";
}

static void check_name(Scope *s, const Node *n, const char *name)
{
    if (!is_known(s, name))
        diag_error(s->diags, n->at, "nothing here is called `%s`%s", name,
                   nearest(s, name));
}

static void walk_items(Scope *s, const Node *n)
{
    for (size_t i = 0; i < n->count; i++)
        walk(s, n->items[i]);
}

/* Names of sizes that are new are declared by being there. */
static void walk_type(Scope *s, const Node *n, bool declares)
{
    if (!n)
        return;
    if (n->kind == NODE_NAME && declares && !is_known(s, n->name)) {
        add(s, n->name);
        return;
    }
    if (n->kind == NODE_TYPE && !is_known(s, n->name)) {
        if (declares)
            add(s, n->name);
        else
            check_name(s, n, n->name);
    }
    if (n->kind == NODE_TYPE || n->kind == NODE_TYPES) {
        for (size_t i = 0; i < n->count; i++)
            walk_type(s, n->items[i], declares);
    } else if (n->kind == NODE_BINARY) {
        walk_type(s, n->a, declares);
        walk_type(s, n->b, declares);
    } else {
        walk(s, n);
    }
}

static bool mentions(const Node *n, const char *name)
{
    if (!n)
        return false;
    if ((n->kind == NODE_NAME || n->kind == NODE_ASSIGN) && n->name == name)
        return true;
    bool found = mentions(n->a, name) || mentions(n->b, name) || mentions(n->c, name) ||
                 mentions(n->type, name);
    for (size_t i = 0; i < n->count && !found; i++)
        found = mentions(n->items[i], name);
    return found;
}

/* `let h = h -> dense(8)` in a loop, where `h = ...` was meant: nothing uses the new one. */
static void check_let(Scope *s, const Node *block, size_t i)
{
    const Node *let = block->items[i];
    if (let->kind != NODE_LET || let->count != 1)
        return;
    const char *name = let->items[0]->name;
    bool used = !in_scope(s, name) || !mentions(let->a, name);
    for (size_t k = i + 1; k < block->count && !used; k++)
        used = mentions(block->items[k], name);
    if (!used)
        diag_add(s->diags, DIAG_WARNING, 0, let->at,
                 "this `%s` is a new one that nothing uses: `%s = ...` without `let` "
                 "changes the other", name, name);
}

static void walk_block(Scope *s, const Node *n)
{
    size_t mark = s->count;
    for (size_t i = 0; i < n->count; i++) {
        check_let(s, n, i);
        walk(s, n->items[i]);
    }
    s->count = mark;
}

static void walk_for(Scope *s, const Node *n)
{
    size_t mark = s->count;
    walk(s, n->a);
    add(s, n->name);
    walk(s, n->b);
    s->count = mark;
}

static void walk_assign(Scope *s, const Node *n)
{
    walk(s, n->a);
    walk_type(s, n->type, false);
    if (s->decl->kind == NODE_DATA)
        add(s, n->name);
    else if (s->decl->kind != NODE_TRAIN && !in_scope(s, n->name))
        diag_error(s->diags, n->at,
                   "nothing here is called `%s`%s: a new variable begins with "
                   "`let`",
                   n->name, nearest(s, n->name));
}

static void walk(Scope *s, const Node *n)
{
    if (!n)
        return;
    switch (n->kind) {
    case NODE_NAME: check_name(s, n, n->name); break;
    case NODE_BLOCK: walk_block(s, n); break;
    case NODE_FOR: walk_for(s, n); break;
    case NODE_ASSIGN: walk_assign(s, n); break;
    case NODE_LET:
        walk(s, n->a);
        for (size_t i = 0; i < n->count; i++)
            add(s, n->items[i]->name);
        break;
    case NODE_DECLARE:
        walk_type(s, n->type, true);
        walk(s, n->a);
        add(s, n->name);
        break;
    default:
        walk(s, n->a);
        walk(s, n->b);
        walk(s, n->c);
        walk_items(s, n);
    }
}

/* The arguments of csv(...), but not what is called there. */
static void walk_data(Scope *s, const Node *n)
{
    for (size_t i = 0; i < n->a->count; i++) {
        const Node *value = n->a->items[i]->kind == NODE_ARG ? n->a->items[i]->a : NULL;
        if (value && value->kind == NODE_CALL)
            walk_items(s, value);
        else
            walk(s, value);
    }
    add(s, lang_intern(s->p->names, "rows", 4));
    walk(s, n->b);
}

static void walk_decl(Scope *s, const Node *n)
{
    s->count = 0;
    s->decl = n;
    if (n->kind == NODE_DATA) {
        walk_data(s, n);
        return;
    }
    if (n->kind == NODE_CONSTANT) {
        walk(s, n->a);
        return;
    }
    if (n->kind == NODE_OPTIMIZER)
        add(s, lang_intern(s->p->names, "t", 1));
    for (size_t i = 0; i < n->count; i++) {
        walk_type(s, n->items[i]->type, true);
        walk(s, n->items[i]->a);
        add(s, n->items[i]->name);
    }
    walk_type(s, n->type, true);
    walk(s, n->b);
}

void lang_check_names(LangProgram *p, DiagList *d)
{
    Scope s = {.p = p, .arena = arena_open(), .diags = d};
    for (size_t i = 0; i < p->user.count; i++)
        walk_decl(&s, p->user.items[i]);
    arena_close(s.arena);
}
