#include "support/diag.h"

#include "support/arena.h"

#include <string.h>

typedef struct Source {
    const char *file, *text;
    size_t length;
} Source;

struct DiagList {
    Arena *arena;
    Diag *items;
    size_t count, room, errors;
    Source *sources;
    size_t source_count, source_room;
};

DiagList *diag_open(void)
{
    Arena *a = arena_open();
    DiagList *d = ARENA_NEW(a, DiagList);
    d->arena = a;
    return d;
}

void diag_close(DiagList *d)
{
    if (d)
        arena_close(d->arena);
}

void diag_source(DiagList *d, const char *file, const char *text, size_t length)
{
    Source s = {arena_strdup(d->arena, file), arena_strndup(d->arena, text, length), length};
    ARENA_PUSH(d->arena, d->sources, d->source_count, d->source_room, s);
}

static const char *source_line(DiagList *d, Place at)
{
    if (!at.file || !at.line)
        return NULL;
    for (size_t i = d->source_count; i-- > 0;) {
        const Source *s = &d->sources[i];
        if (strcmp(s->file, at.file))
            continue;
        const char *p = s->text, *end = s->text + s->length;
        for (unsigned line = 1; line < at.line && p; line++) {
            p = memchr(p, '\n', (size_t)(end - p));
            p = p ? p + 1 : NULL;
        }
        if (!p)
            return NULL;
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((stop ? stop : end) - p);
        if (n && p[n - 1] == '\r')
            n--;
        return arena_strndup(d->arena, p, n);
    }
    return NULL;
}

void diag_vadd(DiagList *d, DiagKind kind, DiagExit exit, Place at, const char *format,
               va_list args)
{
    Diag g = {kind, exit, at, arena_vprintf(d->arena, format, args), source_line(d, at)};
    if (at.file)
        g.place.file = arena_strdup(d->arena, at.file);
    ARENA_PUSH(d->arena, d->items, d->count, d->room, g);
    d->errors += kind == DIAG_ERROR;
}

void diag_add(DiagList *d, DiagKind kind, DiagExit exit, Place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(d, kind, exit, at, format, args);
    va_end(args);
}

void diag_error(DiagList *d, Place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(d, DIAG_ERROR, DIAG_INPUT, at, format, args);
    va_end(args);
}

void diag_note(DiagList *d, Place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(d, DIAG_NOTE, DIAG_INPUT, at, format, args);
    va_end(args);
}

static const char *copy_or_null(DiagList *d, const char *s)
{
    return s ? arena_strdup(d->arena, s) : NULL;
}

void diag_append(DiagList *to, const DiagList *from)
{
    for (size_t i = 0; i < from->count; i++) {
        Diag g = from->items[i];
        g.message = copy_or_null(to, g.message);
        g.source = copy_or_null(to, g.source);
        g.place.file = copy_or_null(to, g.place.file);
        ARENA_PUSH(to->arena, to->items, to->count, to->room, g);
        to->errors += g.kind == DIAG_ERROR;
    }
}

size_t diag_errors(const DiagList *d)
{
    return d->errors;
}

size_t diag_count(const DiagList *d)
{
    return d->count;
}

const Diag *diag_get(const DiagList *d, size_t i)
{
    return i < d->count ? &d->items[i] : NULL;
}

DiagExit diag_exit(const DiagList *d)
{
    DiagExit worst = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->items[i].kind == DIAG_ERROR && d->items[i].exit > worst)
            worst = d->items[i].exit;
    return worst;
}

void diag_clear(DiagList *d)
{
    d->count = d->errors = 0;
}

/* A file's bytes may be in a message, and are not to command a terminal. */
static void print_message(const char *s, FILE *to)
{
    for (; *s; s++)
        fputc(*s == '\t' || *s == '\n' || (unsigned char)*s >= 32 ? *s : '?', to);
}

static void print_place(const Diag *g, FILE *to)
{
    if (!g->place.file)
        fputs("descent: ", to);
    else if (!g->place.line)
        fprintf(to, "%s: ", g->place.file);
    else if (!g->place.column)
        fprintf(to, "%s:%u: ", g->place.file, g->place.line);
    else
        fprintf(to, "%s:%u:%u: ", g->place.file, g->place.line, g->place.column);
}

/* At most this much of a line is shown: a data file may be one line of megabytes. */
enum { SHOWN = 160 };

static void print_source(const Diag *g, FILE *to)
{
    size_t length = strlen(g->source), column = g->place.column ? g->place.column - 1 : 0;
    size_t skip = column > SHOWN - 40 ? column - SHOWN / 2 : 0;
    if (skip > length)
        skip = length;
    size_t shown = length - skip > SHOWN ? SHOWN : length - skip;
    fprintf(to, "%5u | ", g->place.line);
    for (size_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)g->source[skip + i];
        fputc(c == '\t' || c >= 32 ? c : '?', to);
    }
    fputc('\n', to);
    if (!g->place.column)
        return;
    fputs("      | ", to);
    for (size_t i = skip; i < column && i < skip + shown; i++)
        fputc(g->source[i] == '\t' ? '\t' : ' ', to);
    fputs("^\n", to);
}

void diag_print(const DiagList *d, FILE *to)
{
    static const char *const names[] = {"error", "warning", "note"};
    for (size_t i = 0; i < d->count; i++) {
        const Diag *g = &d->items[i];
        print_place(g, to);
        fprintf(to, "%s: ", names[g->kind]);
        print_message(g->message, to);
        fputc('\n', to);
        if (g->source)
            print_source(g, to);
    }
}
