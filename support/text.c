#include "support/text.h"

#include "support/guard.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In front of the bytes. */
typedef struct Block {
    GuardLink link;
    char bytes[];
} Block;

static Block *block_of(Text *t)
{
    return t->bytes ? (Block *)(void *)(t->bytes - offsetof(Block, bytes)) : NULL;
}

static void free_link(GuardLink *link)
{
    guard_unlink(link);
    free(link);
}

/* A block that has moved is where it was in its guard. */
static void relink(GuardLink *link)
{
    if (!link->before)
        return;
    link->before->after = link;
    link->after->before = link;
}

static void make_room(Text *t, size_t more)
{
    if (t->room - t->length > more)
        return;
    size_t room = t->room ? t->room : 64;
    while (room - t->length <= more && room <= SIZE_MAX / 2)
        room *= 2;
    Block *old = block_of(t), *b = NULL;
    if (room - t->length > more)
        b = realloc(old, sizeof *b + room);
    if (!b)
        guard_raise(more);
    if (old)
        relink(&b->link);
    else
        guard_link(&b->link, free_link);
    t->bytes = b->bytes;
    t->room = room;
}

void text_add_bytes(Text *t, const void *bytes, size_t length)
{
    make_room(t, length);
    if (length)
        memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = 0;
}

void text_add(Text *t, const char *s)
{
    text_add_bytes(t, s, strlen(s));
}

void text_vprintf(Text *t, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    make_room(t, (size_t)n);
    vsnprintf(t->bytes + t->length, (size_t)n + 1, format, again);
    t->length += (size_t)n;
    va_end(again);
}

void text_printf(Text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_vprintf(t, format, args);
    va_end(args);
}

void text_indent(Text *t, int spaces)
{
    text_printf(t, "%*s", spaces, "");
}

void text_free(Text *t)
{
    if (t->bytes)
        free_link(&block_of(t)->link);
    *t = (Text){0};
}

enum { LONGEST_WORD = 63 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Edit distance with insertions, deletions and replacements of one character each (Levenshtein);
 * upper and lower case are the same, as ReLU is relu. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t n = strlen(b), row[LONGEST_WORD + 1];
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; *a; i++, a++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = diagonal + (lower(*a) != lower(b[j - 1]));
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[n];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t length = strlen(word), nearest = length < 5 ? length / 2 + 1 : 3;
    if (length > LONGEST_WORD)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (strlen(candidates[i]) > LONGEST_WORD || !strcmp(candidates[i], word))
            continue;
        size_t d = edit_distance(word, candidates[i]);
        if (d < nearest) {
            nearest = d;
            best = candidates[i];
        }
    }
    return best;
}
