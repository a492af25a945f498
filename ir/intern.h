/* A table of immutable records, found by their contents written out as bytes (private to ir/). */
#ifndef IR_INTERN_H
#define IR_INTERN_H

#include "ir/ir.h"

typedef struct InternEntry {
    struct InternEntry *next;
    uint64_t hash;
    size_t length;
    const unsigned char *key;   /* in the arena */
    const void *record;
} InternEntry;

typedef struct InternTable {
    InternEntry **buckets;
    size_t bucket_count, count;
} InternTable;

/* The entry of a key; `record` is NULL if it is new, and the caller then sets it. */
InternEntry *intern_find(InternTable *t, Arena *a, const void *key, size_t length);

/* Records are described by adding their fields to a key. */
#define KEY_ADD(text, field) text_add_bytes((text), &(field), sizeof(field))

struct IrContext {
    Arena *arena;
    InternTable names, types, attrs, locs;
    Text key;                   /* scratch */
};

#endif
