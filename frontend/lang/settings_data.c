/* data NAME = csv("a.csv", target = "y", test = 0.2): the call's arguments as
 * RtDataOptions. */
#include "frontend/lang/elab.h"

#include <string.h>

typedef struct Reader {
    Elab *e;
    const LangProgram *p;
    LangData *out;
    RtDataOptions *o;
    const Node *arg;
    Value v;
} Reader;

static void wanted(Reader *r, const char *what)
{
    if (r->v.kind != V_ERROR)
        lang_error(r->e, r->arg->a, "%s: found %s, wanted %s",
                   r->arg->name ? r->arg->name : "data", lang_show(r->e, r->v), what);
}

static void read_bool(Reader *r, bool *out, bool negate)
{
    if (r->v.kind == V_BOOL)
        *out = (r->v.integer != 0) != negate;
    else
        wanted(r, "true or false");
}

static void read_count(Reader *r, int64_t *out)
{
    if (r->v.kind == V_INT && r->v.integer >= 1)
        *out = r->v.integer;
    else
        wanted(r, "a whole number from 1 on");
}

static void read_number(Reader *r, double *out)
{
    if (value_is_number(r->v) && value_number(r->v) >= 0)
        *out = value_number(r->v);
    else
        wanted(r, "a number that is not negative");
}

static void read_strings(Reader *r, const char *const **out, size_t *count)
{
    size_t n = r->v.kind == V_LIST ? r->v.list.count : 1;
    const Value *items = r->v.kind == V_LIST ? r->v.list.items : &r->v;
    const char **strings = ARENA_ARRAY(r->e->arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (items[i].kind != V_STRING) {
            wanted(r, "a string or a list of strings");
            return;
        }
        strings[i] = items[i].string;
    }
    *out = strings;
    *count = n;
}

static void read_separator(Reader *r)
{
    if (r->v.kind == V_STRING && strlen(r->v.string) == 1)
        r->o->separator = r->v.string[0];
    else
        wanted(r, "a string of one character");
}

static void read_seed(Reader *r)
{
    if (r->v.kind == V_INT && r->v.integer >= 0)
        r->o->seed = (uint64_t)r->v.integer;
    else
        wanted(r, "a whole number from 0 on");
}

/* ---------------------------------------------------------------------- each argument */

static void set_target(Reader *r)
{
    read_strings(r, &r->o->targets, &r->o->target_count);
}
static void set_features(Reader *r)
{
    read_strings(r, &r->o->features, &r->o->feature_count);
}
static void set_test(Reader *r) { read_number(r, &r->o->test); }
static void set_scale(Reader *r) { read_number(r, &r->o->scale); }
static void set_standardize(Reader *r) { read_bool(r, &r->o->standardize, false); }
static void set_shuffle(Reader *r) { read_bool(r, &r->o->in_order, true); }
static void set_header(Reader *r) { read_bool(r, &r->o->no_header, true); }
static void set_limit(Reader *r) { read_count(r, &r->o->limit); }
static void set_window(Reader *r) { read_count(r, &r->o->window); }
static void set_rows(Reader *r) { read_count(r, &r->out->rows); }

enum { CSV = 1, IDX = 2, NPY = 4, NPZ = 8, TEXT = 16, TABLE = 32, ALL = 63 };

static const struct {
    const char *name;
    unsigned kinds;
    void (*set)(Reader *r);
} options[] = {
    {"target", CSV | NPY | NPZ | TABLE, set_target},
    {"features", CSV, set_features},
    {"test", ALL, set_test},
    {"scale", ALL & ~TEXT, set_scale},
    {"standardize", ALL & ~TEXT, set_standardize},
    {"shuffle", ALL, set_shuffle},
    {"seed", ALL, read_seed},
    {"limit", ALL & ~TABLE, set_limit},
    {"header", CSV, set_header},
    {"separator", CSV, read_separator},
    {"window", TEXT, set_window},
    {"rows", TABLE, set_rows},
};
enum { OPTIONS = sizeof options / sizeof *options };

static const struct {
    const char *name;
    unsigned kind;
    RtDataKind rt;
    size_t min_paths, max_paths;
} kinds[] = {
    {"csv", CSV, RT_DATA_CSV, 1, 1},    {"idx", IDX, RT_DATA_IDX, 1, 2},
    {"npy", NPY, RT_DATA_NPY, 1, 16},   {"npz", NPZ, RT_DATA_NPZ, 1, 1},
    {"text", TEXT, RT_DATA_TEXT, 1, 1}, {"table", TABLE, RT_DATA_CSV, 0, 0},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void set_option(Reader *r, size_t kind)
{
    const char *names[OPTIONS];
    size_t count = 0;
    for (size_t i = 0; i < OPTIONS; i++) {
        if (!(options[i].kinds & kinds[kind].kind))
            continue;
        names[count++] = options[i].name;
        if (!strcmp(options[i].name, r->arg->name)) {
            options[i].set(r);
            return;
        }
    }
    lang_error(r->e, r->arg, "%s has no argument `%s`%s", kinds[kind].name, r->arg->name,
               lang_suggest_or_list(r->e, r->arg->name, names, count));
}

/* csv(..., wide = columns("a", "b"), y = target("c")): a group of columns for one
 * input. */
static bool read_group(Reader *r, RtGroupSpec *groups)
{
    const Node *call = r->arg->a;
    if (!r->arg->name || call->kind != NODE_CALL || call->a->kind != NODE_NAME)
        return false;
    bool target = !strcmp(call->a->name, "target");
    if (!target && strcmp(call->a->name, "columns"))
        return false;
    const char **columns = ARENA_ARRAY(r->e->arena, const char *, call->count + 1);
    for (size_t i = 0; i < call->count; i++) {
        r->v = lang_eval(r->e, call->items[i]->a);
        if (r->v.kind != V_STRING || call->items[i]->name) {
            wanted(r, "names of columns as strings");
            return true;
        }
        columns[i] = r->v.string;
    }
    groups[r->o->group_count++] =
        (RtGroupSpec){r->arg->name, columns, call->count, target};
    return true;
}

static const char *full_path(Reader *r, const char *path)
{
    return *path == '/' ? path
                        : arena_printf(r->e->arena, "%.*s%s", (int)r->p->folder_length,
                                       r->p->folder, path);
}

static void read_args(Reader *r, const Node *call, size_t kind)
{
    const char **paths = ARENA_ARRAY(r->e->arena, const char *, call->count + 1);
    RtGroupSpec *groups = ARENA_ARRAY(r->e->arena, RtGroupSpec, call->count + 1);
    for (size_t i = 0; i < call->count; i++) {
        r->arg = call->items[i];
        if (kinds[kind].kind == CSV && read_group(r, groups))
            continue;
        r->v = lang_eval(r->e, r->arg->a);
        if (r->arg->name)
            set_option(r, kind);
        else if (r->v.kind == V_STRING && *r->v.string)
            paths[r->o->path_count++] = full_path(r, r->v.string);
        else
            wanted(r, "the path of a file as a string");
    }
    r->o->paths = paths;
    r->o->groups = groups;
}

static void unknown_kind(Elab *e, const Node *n)
{
    const char *names[KINDS],
        *word =
            n->a->kind == NODE_CALL && n->a->a->kind == NODE_NAME ? n->a->a->name : NULL;
    for (size_t i = 0; i < KINDS; i++)
        names[i] = kinds[i].name;
    lang_error(e, n->a,
               "data is csv(...), idx(...), npy(...), npz(...), text(...) or "
               "table(...)%s",
               word ? lang_suggest(e, word, names, KINDS) : "");
}

static void check_table(Elab *e, const Node *n, const LangData *d)
{
    if (d->table && !n->b)
        lang_error(e, n, "a table needs a block that says its columns");
    if (!d->table && n->b)
        lang_error(e, n->b, "only a table has a block");
    if (d->table && !d->rows)
        lang_error(e, n, "a table needs `rows = ...`");
}

void lang_read_data(Elab *e, const LangProgram *p, const Node *n, LangData *out)
{
    size_t kind = 0;
    *out = (LangData){.name = n->name, .at = n->at, .options = {.at = n->at}};
    while (kind < KINDS && !(n->a->kind == NODE_CALL && n->a->a->kind == NODE_NAME &&
                             !strcmp(n->a->a->name, kinds[kind].name)))
        kind++;
    if (kind == KINDS) {
        unknown_kind(e, n);
        return;
    }
    out->table = kinds[kind].kind == TABLE;
    out->options.kind = kinds[kind].rt;
    Reader r = {.e = e, .p = p, .out = out, .o = &out->options};
    read_args(&r, n->a, kind);
    if (r.o->path_count < kinds[kind].min_paths ||
        r.o->path_count > kinds[kind].max_paths)
        lang_error(e, n->a, "%s: found %zu paths, wanted %zu to %zu", kinds[kind].name,
                   r.o->path_count, kinds[kind].min_paths, kinds[kind].max_paths);
    check_table(e, n, out);
}
