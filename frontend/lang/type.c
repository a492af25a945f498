/* Types: sizes are symbols. A parameter's type is matched with the argument's, which
 * binds the symbols that are new (f32[..., I] binds ... and I) and checks those that
 * are not. */
#include "frontend/lang/elab.h"

#include <string.h>

static bool known(Elab *e, const char *name)
{
    return lang_find_variable(e, name) || lang_find_decl(e->program, name);
}

/* The one symbol in a size that has no value yet: sets *out (NULL: none); false if
 * several. */
bool lang_unknown_symbol(Elab *e, const Node *n, const char **out)
{
    if (!n)
        return true;
    if (n->kind == NODE_NAME && !known(e, n->name)) {
        if (*out && *out != n->name)
            return false;
        *out = n->name;
    }
    if (n->kind != NODE_BINARY && n->kind != NODE_UNARY)
        return true;
    return lang_unknown_symbol(e, n->a, out) && lang_unknown_symbol(e, n->b, out);
}

static bool eval_size(Elab *e, const Node *n, int64_t *out)
{
    Value v = lang_eval(e, n);
    if (v.kind == V_INT) {
        *out = v.integer;
        return true;
    }
    if (v.kind != V_ERROR)
        lang_error(e, n, "found %s, wanted a whole number as a size%s", lang_show(e, v),
                   v.kind == V_REAL ? " (`//` divides whole numbers)" : "");
    return false;
}

static bool size_with(Elab *e, const Node *n, const char *symbol, int64_t value,
                      int64_t *out)
{
    size_t mark = e->frame->count;
    lang_bind(e, symbol, value_int(value));
    bool good = eval_size(e, n, out);
    e->frame->count = mark;
    return good;
}

/* Solves `n == actual` for the symbol: the size must be linear in it. */
static bool solve(Elab *e, const Node *n, const char *symbol, int64_t actual, bool *fits)
{
    int64_t at0, at1, slope, rest, check;
    *fits = true;
    if (n->kind != NODE_NAME) {
        if (!size_with(e, n, symbol, 0, &at0) || !size_with(e, n, symbol, 1, &at1))
            return false;
        if (__builtin_sub_overflow(at1, at0, &slope) ||
            __builtin_sub_overflow(actual, at0, &rest))
            return false;
        *fits = slope != 0 && slope != -1 && rest % slope == 0;
        if (slope == -1 && rest != INT64_MIN) {
            actual = -rest;
            *fits = true;
        } else if (*fits) {
            actual = rest / slope;
        }
        if (*fits && (!size_with(e, n, symbol, actual, &check) || check != at0 + rest))
            *fits = false;
    }
    if (*fits)
        lang_bind(e, symbol, value_int(actual));
    return true;
}

static bool match_size(Elab *e, const Node *n, int64_t actual, bool *fits)
{
    const char *symbol = NULL;
    int64_t wanted;
    if (!lang_unknown_symbol(e, n, &symbol)) {
        lang_error(e, n, "this size has more than one unknown");
        return false;
    }
    if (symbol)
        return solve(e, n, symbol, actual, fits);
    if (!eval_size(e, n, &wanted))
        return false;
    *fits = wanted == actual;
    return true;
}

/* The element type: a name of one, or a variable that stands for any. */
static bool match_dtype(Elab *e, const Node *type, Dtype actual)
{
    Dtype t;
    if (dtype_parse(type->name, strlen(type->name), &t))
        return t == actual;
    Variable *v = lang_find_variable(e, type->name);
    if (v)
        return v->value.kind == V_DTYPE && v->value.dtype == actual;
    lang_bind(e, type->name, (Value){.kind = V_DTYPE, .dtype = actual});
    return true;
}

static size_t ellipsis_at(const Node *type)
{
    size_t i = 0;
    while (i < type->count && type->items[i]->kind != NODE_ELLIPSIS)
        i++;
    return i;
}

static bool match_rest(Elab *e, int rank, const int64_t *dims)
{
    Frame *f = e->frame;
    if (f->rest)
        return f->rest_rank == rank &&
               !memcmp(f->rest, dims, sizeof *dims * (size_t)rank);
    int64_t *rest = ARENA_ARRAY(e->arena, int64_t, rank + 1);
    memcpy(rest, dims, sizeof *dims * (size_t)rank);
    f->rest = rest;
    f->rest_rank = rank;
    return true;
}

static const char *bound_sizes(Elab *e, const Node *n, const char *so_far)
{
    if (!n)
        return so_far;
    if (n->kind == NODE_BINARY)
        return bound_sizes(e, n->b, bound_sizes(e, n->a, so_far));
    Variable *v = n->kind == NODE_NAME ? lang_find_variable(e, n->name) : NULL;
    if (!v || v->value.kind != V_INT || strstr(so_far, n->name))
        return so_far;
    const char *shown = lang_show(e, v->value);
    if (!strcmp(shown, n->name))
        return so_far;
    return arena_printf(e->arena, "%s%s%s = %s", so_far, *so_far ? ", " : ", where ",
                        n->name, shown);
}

static bool mismatch(Elab *e, const Node *at, const char *what, const Node *type, Value v)
{
    const char *where = "";
    for (size_t i = 0; i < type->count; i++)
        where = bound_sizes(e, type->items[i], where);
    if (e->frame->rest && ellipsis_at(type) < type->count)
        where = arena_printf(e->arena, "%s%s... = %s", where, *where ? ", " : ", where ",
                             lang_show_dims(e, e->frame->rest_rank, e->frame->rest));
    lang_error(e, at, "%s: found %s, wanted %s%s", what, lang_show(e, v),
               lang_show_type(e, type), where);
    return false;
}

static bool match_tensor(Elab *e, const Node *at, const char *what, const Node *type,
                         Value v)
{
    IrType t = v.tensor->type;
    size_t dots = ellipsis_at(type), fixed = type->count - (dots < type->count);
    size_t rank = (size_t)t->rank;
    bool open = dots < type->count, all = match_dtype(e, type, t->elem);
    if (!all || (open ? rank < fixed : rank != fixed))
        return mismatch(e, at, what, type, v);
    for (size_t i = 0; i < type->count; i++) {
        if (i == dots)
            continue;
        bool fits = false;
        size_t d = i < dots ? i : rank - (type->count - i);
        if (!match_size(e, type->items[i], t->dims[d], &fits))
            return false;
        all = all && fits;
    }
    if (open)
        all = match_rest(e, (int)(rank - fixed), t->dims + dots) && all;
    return all || mismatch(e, at, what, type, v);
}

bool lang_match(Elab *e, const Node *at, const char *what, const Node *type, Value *v)
{
    if (v->kind == V_ERROR)
        return false;
    if (type->kind == NODE_TYPES) {
        if (v->kind != V_LIST || v->list.count != type->count)
            return mismatch(e, at, what, type, *v);
        for (size_t i = 0; i < type->count; i++)
            if (!lang_match(e, at, what, type->items[i], &v->list.items[i]))
                return false;
        return true;
    }
    if (value_is_number(*v) && !type->count) {
        Dtype t = DTYPE_f32;
        if (lang_eval_dtype(e, type, &t))
            *v = lang_to_tensor(e, at, *v, t);
    }
    if (v->kind != V_TENSOR)
        return mismatch(e, at, what, type, *v);
    return match_tensor(e, at, what, type, *v);
}

bool lang_eval_dtype(Elab *e, const Node *type, Dtype *out)
{
    if (dtype_parse(type->name, strlen(type->name), out))
        return true;
    Variable *v = lang_find_variable(e, type->name);
    if (v && v->value.kind == V_DTYPE) {
        *out = v->value.dtype;
        return true;
    }
    const char *names[DTYPE_COUNT];
    for (int i = 0; i < DTYPE_COUNT; i++)
        names[i] = dtype_name((Dtype)i);
    lang_error(e, type, "`%s` is no element type%s", type->name,
               lang_suggest_or_list(e, type->name, names, DTYPE_COUNT));
    return false;
}

static bool declared_size(Elab *e, const Node *n, int64_t *out)
{
    const char *symbol = NULL;
    if (!lang_unknown_symbol(e, n, &symbol)) {
        lang_error(e, n, "this size has more than one unknown");
        return false;
    }
    Size *s = symbol ? lang_find_size(e, symbol) : NULL;
    if (symbol && s)
        lang_bind(e, symbol, value_int(s->value));
    return eval_size(e, n, out);
}

bool lang_eval_type(Elab *e, const Node *type, IrType *out)
{
    Dtype t;
    int64_t dims[IR_MAX_RANK];
    int rank = 0;
    if (type->kind == NODE_TYPES) {
        lang_error(e, type, "found several types, wanted one");
        return false;
    }
    if (!lang_eval_dtype(e, type, &t))
        return false;
    for (size_t i = 0; i < type->count; i++) {
        bool dots = type->items[i]->kind == NODE_ELLIPSIS;
        int more = dots ? e->frame->rest_rank : 1;
        if (dots && !e->frame->rest) {
            lang_error(e, type->items[i], "`...` stands for nothing here");
            return false;
        }
        if (rank + more > IR_MAX_RANK) {
            lang_error(e, type, "more than %d dimensions", IR_MAX_RANK);
            return false;
        }
        if (dots)
            memcpy(dims + rank, e->frame->rest, sizeof *dims * (size_t)more);
        else if (!declared_size(e, type->items[i], &dims[rank]))
            return false;
        rank += more;
    }
    if (!lang_dims_ok(e, type, t, rank, dims))
        return false;
    *out = ir_tensor(e->ir, t, rank, dims);
    return true;
}
