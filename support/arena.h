/* Memory that is freed all at once: what a compiler makes, it keeps until the whole is done.
 * An allocation never returns NULL: where memory runs out, support/guard.h says what happens.
 * Data of unknown size is the runtime's, whose allocations report a status. */
#ifndef SUPPORT_ARENA_H
#define SUPPORT_ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

Arena *arena_open(void);
void arena_close(Arena *a);    /* frees everything taken from it; accepts NULL */
void arena_reset(Arena *a);    /* everything taken so far becomes invalid, the arena stays usable */

/* `size` zeroed bytes, aligned for any type (16). */
void *arena_alloc(Arena *a, size_t size);
/* An array of `count` zeroed elements; the product is checked. */
void *arena_array(Arena *a, size_t count, size_t size);
/* Copies of bytes and strings; the strings end with 0. */
void *arena_copy(Arena *a, const void *bytes, size_t size);
char *arena_strndup(Arena *a, const char *s, size_t length);
char *arena_strdup(Arena *a, const char *s);
char *arena_printf(Arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *a, const char *format, va_list args);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_array((a), (size_t)(n), sizeof(T)))

/* A growing array in an arena: `T *items; size_t count, room;` of any struct.
 * ARENA_PUSH returns nothing; the old block is left behind in the arena. */
void arena_grow(Arena *a, void **items, size_t *room, size_t wanted, size_t size);
#define ARENA_PUSH(a, items, count, room, value)                                                 \
    do {                                                                                         \
        if ((count) == (room))                                                                   \
            arena_grow((a), (void **)&(items), &(room), (count) + 1, sizeof *(items));           \
        (items)[(count)++] = (value);                                                            \
    } while (0)

#endif
