/* Class numbers for strings. Inside runtime/ only. */
#ifndef RUNTIME_CLASSES_H
#define RUNTIME_CLASSES_H

#include "runtime/status.h"
#include "support/arena.h"

#include <stdint.h>

typedef struct RtClasses {
    Arena *arena;
    const char **names;      /* in order of first appearance */
    size_t count, room;
    uint32_t *slots;         /* hash table: class + 1, 0 empty; size is a power of two */
    size_t slot_count;
} RtClasses;

/* The number of a string, in order of first appearance; the bytes are copied. */
size_t rt_classes_add(RtClasses *c, const char *bytes, size_t length);
/* rank[i] = place of class i among the sorted names; names are sorted too. */
void rt_classes_sort(RtClasses *c, uint32_t *rank);

#endif
