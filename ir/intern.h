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

struct IrContext {
    Arena *arena;
    InternTable names, types, attrs, locs;
    Text key;                   /* scratch */
};

/* A record's key is begun, gets its fields one by one (a struct has gaps), and then the
 * contents of its arrays. */
#define KEY_BEGIN(context)      ((context)->key.length = 0)
#define KEY_ADD(context, field) text_add_bytes(&(context)->key, &(field), sizeof(field))

/* An array of a record: where the record's pointer to it is. */
typedef struct InternArray {
    void *pointer;
    size_t bytes;
} InternArray;
#define INTERN_ARRAY(pointer, count)                                                      \
    {&(pointer), (pointer) ? (count) * sizeof *(pointer) : 0}

/* The one record of this key and these arrays; if it is new, a copy of `record` with
 * copies of them. */
const void *intern_record(IrContext *c, InternTable *t, void *record, size_t size,
                          const InternArray *arrays, size_t count);

#endif
