/* Blocks that come and go: freed ones are used again, all of them end with the arena. */
#ifndef BACKENDS_REF_MEMORY_H
#define BACKENDS_REF_MEMORY_H

#include "support/arena.h"

typedef struct RefBlock RefBlock;
struct RefBlock {
    RefBlock *next;
};

enum { REF_SIZE_CLASSES = 60 };

typedef struct RefMemory {
    Arena *arena;
    RefBlock *free[REF_SIZE_CLASSES]; /* by the logarithm of the size */
    struct {
        void *block;
        size_t size;
    } * stack; /* blocks to give back at the next release */
    size_t depth, room;
} RefMemory;

void *ref_memory_take(RefMemory *m, size_t size); /* not zeroed */
void ref_memory_give(RefMemory *m, void *block, size_t size);

/* Blocks in the manner of a stack: what was pushed since `depth` was read goes. */
void *ref_memory_push(RefMemory *m, size_t size);
void ref_memory_release(RefMemory *m, size_t depth);

#endif
