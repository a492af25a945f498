#include "backends/ref/memory.h"

/* Blocks have 64 << class bytes. */
static unsigned size_class(size_t size)
{
    unsigned class = 0;
    while (size > (size_t)64 << class)
        class ++;
    return class;
}

void *ref_memory_take(RefMemory *m, size_t size)
{
    unsigned class = size_class(size);
    RefBlock *block = m->free[class];
    if (!block)
        return arena_alloc(m->arena, (size_t)64 << class);
    m->free[class] = block->next;
    return block;
}

void ref_memory_give(RefMemory *m, void *block, size_t size)
{
    RefBlock *b = block;
    unsigned class = size_class(size);
    b->next = m->free[class];
    m->free[class] = b;
}

void *ref_memory_push(RefMemory *m, size_t size)
{
    void *block = ref_memory_take(m, size);
    if (m->depth == m->room)
        arena_grow(m->arena, (void **)&m->stack, &m->room, m->depth + 1,
                   sizeof *m->stack);
    m->stack[m->depth].block = block;
    m->stack[m->depth++].size = size;
    return block;
}

void ref_memory_release(RefMemory *m, size_t depth)
{
    while (m->depth > depth) {
        m->depth--;
        ref_memory_give(m, m->stack[m->depth].block, m->stack[m->depth].size);
    }
}
