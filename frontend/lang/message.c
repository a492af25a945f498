/* Messages: the user's line first, then the way from there into the library. */
#include "frontend/lang/elab.h"

#include <string.h>

static bool repeated(Elab *e, Place at, const char *message)
{
    for (size_t i = 0; i < diag_count(e->diags); i++) {
        const Diag *d = diag_get(e->diags, i);
        if (d->kind == DIAG_ERROR && d->place.line == at.line &&
            d->place.column == at.column && !strcmp(d->message, message))
            return true;
    }
    return false;
}

static const char *frame_title(Elab *e, const Frame *f)
{
    return arena_printf(e->arena, "%s `%s`", lang_decl_word(f->decl->kind),
                        f->decl->name);
}

enum { MAX_CALLERS = 8 };

/* The way from the user's line outwards; a recursion's is cut short. */
static void note_callers(Elab *e, const Frame *f)
{
    int shown = 0;
    for (; f && f->call; f = f->caller) {
        if (f->call == f->decl) /* an entry point's call of its model */
            continue;
        if (shown++ == MAX_CALLERS)
            diag_note(e->diags, f->call->at, "... and so on");
        if (shown <= MAX_CALLERS)
            diag_note(e->diags, f->call->at, "in %s, called from here",
                      frame_title(e, f));
    }
}

static void report(Elab *e, const Node *n, DiagExit exit, const char *message)
{
    const Node *shown = n;
    const Frame *f = e->frame;
    for (; shown->std && f && f->call; f = f->caller)
        shown = f->call;
    if (repeated(e, shown->at, message) || diag_errors(e->diags) > LANG_MAX_ERRORS)
        return;
    diag_add(e->diags, DIAG_ERROR, exit, shown->at, "%s", message);
    if (shown != n)
        diag_note(e->diags, n->at, "in %s", frame_title(e, e->frame));
    note_callers(e, f);
}

Value lang_error(Elab *e, const Node *n, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(e, n, DIAG_INPUT, arena_vprintf(e->arena, format, args));
    va_end(args);
    return value_error();
}

Value lang_unsupported(Elab *e, const Node *n, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(
        e, n, DIAG_UNSUPPORTED,
        arena_printf(e->arena, "unsupported: %s", arena_vprintf(e->arena, format, args)));
    va_end(args);
    return value_error();
}

const char *lang_suggest(Elab *e, const char *word, const char *const *names,
                         size_t count)
{
    const char *near = text_nearest(word, names, count);
    return near ? arena_printf(e->arena, "; did you mean `%s`?", near) : "";
}

const char *lang_suggest_or_list(Elab *e, const char *word, const char *const *names,
                                 size_t count)
{
    const char *list = "";
    if (text_nearest(word, names, count))
        return lang_suggest(e, word, names, count);
    for (size_t i = 0; i < count; i++)
        list = arena_printf(e->arena, "%s%s%s", list, i ? ", " : "", names[i]);
    return arena_printf(e->arena, " (there is: %s)", list);
}

/* ---------------------------------------------------------------------------- as text */

static void show_dim(Elab *e, Text *to, int64_t dim)
{
    for (size_t i = 0; e->checking && i < e->size_count; i++) {
        Size s = e->sizes[i];
        if (dim == s.value)
            text_add(to, s.name);
        else if (i == 0 && dim && dim % s.value == 0)
            text_printf(to, "%lld*%s", (long long)(dim / s.value), s.name);
        else
            continue;
        return;
    }
    text_printf(to, "%lld", (long long)dim);
}

static void show_dims(Elab *e, Text *to, int rank, const int64_t *dims)
{
    text_add(to, "[");
    for (int i = 0; i < rank; i++) {
        if (i)
            text_add(to, ", ");
        show_dim(e, to, dims[i]);
    }
    text_add(to, "]");
}

static const char *keep(Elab *e, Text *t)
{
    const char *s = arena_strndup(e->arena, t->bytes ? t->bytes : "", t->length);
    text_free(t);
    return s;
}

const char *lang_show_dims(Elab *e, int rank, const int64_t *dims)
{
    Text t = {0};
    show_dims(e, &t, rank, dims);
    return keep(e, &t);
}

static void show_tensor(Elab *e, Text *to, IrType t)
{
    text_add(to, dtype_name(t->elem));
    show_dims(e, to, t->rank, t->dims);
}

const char *lang_show_tensor(Elab *e, IrType t)
{
    Text text = {0};
    show_tensor(e, &text, t);
    return keep(e, &text);
}

static void show(Elab *e, Text *to, Value v)
{
    switch (v.kind) {
    case V_NONE: text_add(to, "nothing"); break;
    case V_ERROR: text_add(to, "?"); break;
    case V_INT: show_dim(e, to, v.integer); break;
    case V_REAL: text_printf(to, "%g", v.real); break;
    case V_BOOL: text_add(to, v.integer ? "true" : "false"); break;
    case V_STRING: text_printf(to, "\"%.60s\"", v.string); break;
    case V_DTYPE: text_add(to, dtype_name(v.dtype)); break;
    case V_TENSOR: show_tensor(e, to, v.tensor->type); break;
    case V_LIST:
        text_add(to, "(");
        for (size_t i = 0; i < v.list.count && i < 8 && to->length < 400; i++) {
            text_add(to, i ? ", " : "");
            show(e, to, v.list.items[i]);
        }
        text_add(to, v.list.count > 8 ? ", ...)" : ")");
        break;
    case V_CALLABLE:
        text_printf(to, "%s %s", lang_decl_word(v.callable->decl->kind),
                    v.callable->decl->name);
    }
}

const char *lang_show(Elab *e, Value v)
{
    Text t = {0};
    show(e, &t, v);
    return keep(e, &t);
}

const char *lang_kind_name(Value v)
{
    static const char *const names[] = {
        "nothing",         "an error",
        "a whole number",  "a number",
        "true or false",   "a string",
        "an element type", "a tensor",
        "a list",          "a layer or function",
    };
    return names[v.kind];
}

static void show_size(Text *to, const Node *n)
{
    switch (n->kind) {
    case NODE_ELLIPSIS: text_add(to, "..."); break;
    case NODE_NAME: text_add(to, n->name); break;
    case NODE_INT: text_printf(to, "%lld", (long long)n->integer); break;
    case NODE_BINARY:
        show_size(to, n->a);
        text_add(to, lang_token_text(n->op));
        show_size(to, n->b);
        break;
    default: text_add(to, "(...)");
    }
}

static void show_type(Text *to, const Node *type)
{
    bool tensor = type->kind == NODE_TYPE;
    text_add(to, tensor ? type->name : "");
    if (tensor && !type->count)
        return;
    text_add(to, tensor ? "[" : "(");
    for (size_t i = 0; i < type->count; i++) {
        text_add(to, i ? ", " : "");
        if (tensor)
            show_size(to, type->items[i]);
        else
            show_type(to, type->items[i]);
    }
    text_add(to, tensor ? "]" : ")");
}

const char *lang_show_type(Elab *e, const Node *type)
{
    Text t = {0};
    show_type(&t, type);
    return keep(e, &t);
}
