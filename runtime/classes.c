#include "runtime/classes.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a */
static uint64_t hash(const char *bytes, size_t length)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    return h ^ h >> 32;
}

/* The slot of a string, or the empty one where it belongs. */
static uint32_t *find(const RtClasses *c, const char *bytes, size_t length)
{
    size_t i = hash(bytes, length) & (c->slot_count - 1);
    for (;; i = (i + 1) & (c->slot_count - 1)) {
        uint32_t *slot = &c->slots[i];
        if (!*slot)
            return slot;
        const char *name = c->names[*slot - 1];
        if (!strncmp(name, bytes, length) && !name[length])
            return slot;
    }
}

static void grow(RtClasses *c)
{
    c->slot_count = c->slot_count ? c->slot_count * 2 : 64;
    c->slots = ARENA_ARRAY(c->arena, uint32_t, c->slot_count);
    for (size_t i = 0; i < c->count; i++)
        *find(c, c->names[i], strlen(c->names[i])) = (uint32_t)i + 1;
}

size_t rt_classes_add(RtClasses *c, const char *bytes, size_t length)
{
    const char *zero = memchr(bytes, 0, length);    /* a name is a C string */
    if (zero)
        length = (size_t)(zero - bytes);
    if (2 * (c->count + 1) > c->slot_count)
        grow(c);
    uint32_t *slot = find(c, bytes, length);
    if (!*slot) {
        ARENA_PUSH(c->arena, c->names, c->count, c->room,
                   arena_strndup(c->arena, bytes, length));
        *slot = (uint32_t)c->count;
    }
    return *slot - 1;
}

typedef struct Named {
    const char *name;
    uint32_t number;
} Named;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Named *)a)->name, ((const Named *)b)->name);
}

void rt_classes_sort(RtClasses *c, uint32_t *rank)
{
    Named *sorted = ARENA_ARRAY(c->arena, Named, c->count);
    for (size_t i = 0; i < c->count; i++)
        sorted[i] = (Named){c->names[i], (uint32_t)i};
    qsort(sorted, c->count, sizeof *sorted, by_name);
    for (size_t i = 0; i < c->count; i++) {
        rank[sorted[i].number] = (uint32_t)i;
        c->names[i] = sorted[i].name;
    }
}
