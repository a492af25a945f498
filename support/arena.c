#include "support/arena.h"

#include "support/guard.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 * 1024, ALIGN = 16 };

typedef struct Chunk {
    struct Chunk *next;
    size_t size, used;
} Chunk;

struct Arena {
    GuardLink link;
    Chunk *chunks;   /* the one in use first */
};

static unsigned char *chunk_bytes(Chunk *c)
{
    return (unsigned char *)c + ((sizeof(Chunk) + ALIGN - 1) & ~(size_t)(ALIGN - 1));
}

static void close_link(GuardLink *link)
{
    arena_close((Arena *)link);
}

Arena *arena_open(void)
{
    Arena *a = calloc(1, sizeof *a);
    if (!a)
        guard_raise(sizeof *a);
    guard_link(&a->link, close_link);
    return a;
}

static void free_chunks(Chunk *c)
{
    while (c) {
        Chunk *next = c->next;
        free(c);
        c = next;
    }
}

void arena_reset(Arena *a)
{
    free_chunks(a->chunks);
    a->chunks = NULL;
}

void arena_close(Arena *a)
{
    if (!a)
        return;
    guard_unlink(&a->link);
    free_chunks(a->chunks);
    free(a);
}

void *arena_alloc(Arena *a, size_t size)
{
    if (size > SIZE_MAX - CHUNK)
        guard_raise(size);
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    Chunk *c = a->chunks;
    if (!c || c->size - c->used < size) {
        size_t room = size > CHUNK ? size : CHUNK;
        c = malloc(sizeof *c + ALIGN + room);
        if (!c)
            guard_raise(room);
        *c = (Chunk){a->chunks, room, 0};
        a->chunks = c;
    }
    void *p = chunk_bytes(c) + c->used;
    c->used += size;
    return memset(p, 0, size);
}

void *arena_array(Arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        guard_raise(SIZE_MAX);
    return arena_alloc(a, count * size);
}

void *arena_copy(Arena *a, const void *bytes, size_t size)
{
    void *p = arena_alloc(a, size);
    return size ? memcpy(p, bytes, size) : p;
}

char *arena_strndup(Arena *a, const char *s, size_t length)
{
    char *p = arena_alloc(a, length + 1);
    if (length)
        memcpy(p, s, length);
    return p;
}

char *arena_strdup(Arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(Arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p;
}

char *arena_printf(Arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *p = arena_vprintf(a, format, args);
    va_end(args);
    return p;
}

void arena_grow(Arena *a, void **items, size_t *room, size_t wanted, size_t size)
{
    size_t more = *room ? *room * 2 : 8;
    if (more < wanted)
        more = wanted;
    void *p = arena_array(a, more, size);
    if (*room)
        memcpy(p, *items, *room * size);
    *items = p;
    *room = more;
}
