/* The table of names: open addressing, doubled when half full. */
#include "frontend/lang/token.h"

#include <string.h>

struct Names {
    Arena *arena;
    const char **slots;
    size_t count, room;
};

Names *lang_names_open(Arena *a)
{
    Names *n = ARENA_NEW(a, Names);
    n->arena = a;
    n->room = 512;
    n->slots = ARENA_ARRAY(a, const char *, n->room);
    return n;
}

/* FNV-1a */
static size_t hash(const char *s, size_t length)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
    return (size_t)h;
}

static const char **find(const Names *n, const char *s, size_t length)
{
    size_t i = hash(s, length) & (n->room - 1);
    while (n->slots[i] &&
           (strlen(n->slots[i]) != length || memcmp(n->slots[i], s, length)))
        i = (i + 1) & (n->room - 1);
    return &n->slots[i];
}

static void grow(Names *n)
{
    const char **old = n->slots;
    size_t count = n->room;
    n->room *= 2;
    n->slots = ARENA_ARRAY(n->arena, const char *, n->room);
    for (size_t i = 0; i < count; i++)
        if (old[i])
            *find(n, old[i], strlen(old[i])) = old[i];
}

const char *lang_intern(Names *n, const char *s, size_t length)
{
    if (n->count * 2 >= n->room)
        grow(n);
    const char **slot = find(n, s, length);
    if (!*slot) {
        *slot = arena_strndup(n->arena, s, length);
        n->count++;
    }
    return *slot;
}
