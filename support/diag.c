#include "support/diag.h"

#include "support/arena.h"
#include "support/guard.h"

#include <string.h>

typedef struct Source {
    const char *file, *text;
    size_t length;
} Source;

struct DiagList {
    Arena *arena;
    Diag *items;
    size_t count, room, errors;     /* room for one more than there are: see lose() */
    Source *sources;
    size_t source_count, source_room;
    const char *program;
};

DiagList *diag_open(void)
{
    Arena *a = arena_open();
    DiagList *d = ARENA_NEW(a, DiagList);
    d->arena = a;
    d->program = "descent";
    arena_grow(a, (void **)&d->items, &d->room, 1, sizeof *d->items);
    return d;
}

void diag_program(DiagList *d, const char *path)
{
    const char *slash = strrchr(path, '/');
    d->program = arena_strdup(d->arena, slash ? slash + 1 : path);
}

void diag_close(DiagList *d)
{
    if (d)
        arena_close(d->arena);
}

/* ------------------------------------------------------------------------------ adding */

/* What is to be added. It is copied in a guard: who reports a mistake is not to be landed past,
 * for that is often code whose memory is not the guard's. */
typedef struct Adding {
    DiagList *to;
    Diag entry;
    const char *format;
    va_list args;
    const DiagList *from;
    Source source;
} Adding;

static void push(DiagList *d, Diag entry)
{
    if (d->count + 1 == d->room)
        arena_grow(d->arena, (void **)&d->items, &d->room, d->count + 2, sizeof entry);
    d->items[d->count++] = entry;
}

/* There was no memory for a message: the place that is left says so, once. */
static void lose(DiagList *d, size_t errors)
{
    static const char message[] = "no memory for this message";
    d->errors += errors;
    if (d->count == d->room || (d->count && d->items[d->count - 1].message == message))
        return;
    d->items[d->count++] = (Diag){.kind = errors ? DIAG_ERROR : DIAG_WARNING,
                                  .exit = DIAG_INPUT, .message = message, .no_memory = true};
}

static void add_source(void *ctx)
{
    const Adding *a = ctx;
    DiagList *d = a->to;
    Source s = {arena_strdup(d->arena, a->source.file),
                arena_strndup(d->arena, a->source.text, a->source.length), a->source.length};
    ARENA_PUSH(d->arena, d->sources, d->source_count, d->source_room, s);
}

/* Without memory for the text its lines are not shown. */
void diag_source(DiagList *d, const char *file, const char *text, size_t length)
{
    guard_try(add_source, &(Adding){.to = d, .source = {file, text, length}}, NULL);
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

static void add_entry(void *ctx)
{
    Adding *a = ctx;
    DiagList *d = a->to;
    Diag g = a->entry;
    g.message = arena_vprintf(d->arena, a->format, a->args);
    g.source = source_line(d, g.place);
    if (g.place.file)
        g.place.file = arena_strdup(d->arena, g.place.file);
    push(d, g);
    d->errors += g.kind == DIAG_ERROR;
}

void diag_vadd(DiagList *d, DiagKind kind, DiagExit exit, Place at, const char *format,
               va_list args)
{
    Adding a = {.to = d, .entry = {.kind = kind, .exit = exit, .place = at}, .format = format};
    va_copy(a.args, args);
    if (!guard_try(add_entry, &a, NULL))
        lose(d, kind == DIAG_ERROR);
    va_end(a.args);
}

void diag_no_memory(DiagList *d, size_t bytes)
{
    size_t before = d->count;
    diag_add(d, DIAG_ERROR, DIAG_INPUT, (Place){0}, "out of memory (%zu bytes asked for)",
             bytes);
    if (d->count > before)
        d->items[before].no_memory = true;
}

void diag_mark_no_memory(DiagList *d)
{
    if (d->count)
        d->items[d->count - 1].no_memory = true;
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

static void append(void *ctx)
{
    const Adding *a = ctx;
    DiagList *to = a->to;
    for (size_t i = 0; i < a->from->count; i++) {
        Diag g = a->from->items[i];
        g.message = copy_or_null(to, g.message);
        g.source = g.source ? arena_strdup(to->arena, g.source) : source_line(to, g.place);
        g.place.file = copy_or_null(to, g.place.file);
        push(to, g);
        to->errors += g.kind == DIAG_ERROR;
    }
}

void diag_append(DiagList *to, const DiagList *from)
{
    if (!guard_try(append, &(Adding){.to = to, .from = from}, NULL))
        lose(to, from->errors);
}

/* ----------------------------------------------------------------------------- reading */

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

/* ---------------------------------------------------------------------------- printing */

/* A file's bytes may be in a message, and are not to command a terminal. */
static void print_message(const char *s, FILE *to)
{
    for (; *s; s++)
        fputc(*s == '\t' || *s == '\n' || (unsigned char)*s >= 32 ? *s : '?', to);
}

static void print_place(const DiagList *d, const Diag *g, FILE *to)
{
    if (!g->place.file)
        fprintf(to, "%s: ", d->program);
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
        print_place(d, g, to);
        fprintf(to, "%s: ", names[g->kind]);
        print_message(g->message, to);
        fputc('\n', to);
        if (g->source)
            print_source(g, to);
    }
}
