/* What blocks count up (add_in_order): a thread that adds sees all that was written
 * before the additions that came before its own, and so do threads that it then meets.
 *
 *     block 3, all threads:  y[3] = ...          block 5, all threads:  y[5] = ...
 *              barrier                                    barrier
 *              thread 0: n += 1                           thread 0: n += 1, the last
 *                                                         barrier
 *                                                all threads:  y[0] + y[1] + ...
 *
 * Of each addition it is kept what came before it in its block, by the clock; of the
 * block that runs, what it has added to. That others' additions had others before them,
 * to other numbers, is not followed. */
#include "tests/cuda/emulator/emulator.h"

#include <stdlib.h>

/* An addition: of a block that began at `begin`, by a thread. */
typedef struct Addition {
    uint32_t begin, end, block_sync, warp_sync;
    uint16_t thread;
} Addition;

typedef struct Number {
    uintptr_t at;
    Addition *additions; /* one after the other, as the blocks run */
    size_t count, room;
} Number;

/* What the block that runs has added to. */
typedef struct Seen {
    size_t number, count; /* so many additions came before */
    Addition own;
} Seen;

static struct {
    Number *numbers;
    Seen *seen;
    size_t number_count, number_room, seen_count, seen_room;
} here;

static EmuRun *const run = &emu_run;

static void *grown(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room ? 2 * *room : 16;
    items = realloc(items, *room * size);
    if (!items)
        abort();
    return items;
}

static size_t find_number(uintptr_t at)
{
    for (size_t i = 0; i < here.number_count; i++)
        if (here.numbers[i].at == at)
            return i;
    here.numbers =
        grown(here.numbers, here.number_count, &here.number_room, sizeof *here.numbers);
    here.numbers[here.number_count] = (Number){.at = at};
    return here.number_count++;
}

/* Whether what threads of a block did at the clock comes before what `thread` did, all of
 * whose barriers are in the addition. */
static bool comes_before(const Addition *a, uint32_t clock, unsigned first, unsigned last)
{
    unsigned warp = a->thread / EMU_WARP;
    return clock < a->block_sync ||
           (first == a->thread && last == a->thread && clock < a->end) ||
           (first / EMU_WARP == warp && last / EMU_WARP == warp && clock < a->warp_sync);
}

/* Whether the thread that runs has added itself, or met the one that did. */
static bool knows(const Seen *s)
{
    unsigned me = run->now->number, warp = me / EMU_WARP;
    return s->own.begin == run->block_begin &&
           (me == s->own.thread || s->own.end < run->block_sync ||
            (warp == s->own.thread / EMU_WARP && s->own.end < run->warp_sync[warp]));
}

bool emu_order_holds(uint32_t clock, unsigned first, unsigned last)
{
    for (size_t i = 0; i < here.seen_count; i++) {
        const Seen *s = &here.seen[i];
        const Number *n = &here.numbers[s->number];
        size_t low = 0, end = s->count;
        if (!knows(s))
            continue;
        while (low < end) { /* the first that is not of a block before */
            size_t middle = low + (end - low) / 2;
            if (n->additions[middle].end <= clock)
                low = middle + 1;
            else
                end = middle;
        }
        for (size_t k = low; k < s->count && n->additions[k].begin <= clock; k++)
            if (comes_before(&n->additions[k], clock, first, last))
                return true;
    }
    return false;
}

static void note_addition(uintptr_t at)
{
    size_t i = find_number(at);
    Number *n = &here.numbers[i];
    unsigned me = run->now->number;
    Addition a = {.begin = run->block_begin,
                  .end = ++run->clock,
                  .block_sync = run->block_sync,
                  .warp_sync = run->warp_sync[me / EMU_WARP],
                  .thread = (uint16_t)me};
    if (here.seen_count && here.seen[0].own.begin != run->block_begin)
        here.seen_count = 0; /* of another block */
    here.seen = grown(here.seen, here.seen_count, &here.seen_room, sizeof *here.seen);
    here.seen[here.seen_count++] = (Seen){i, n->count, a};
    n->additions = grown(n->additions, n->count, &n->room, sizeof *n->additions);
    n->additions[n->count++] = a;
}

void emu_order_end(void)
{
    for (size_t i = 0; i < here.number_count; i++)
        free(here.numbers[i].additions);
    free(here.numbers);
    free(here.seen);
    here.numbers = NULL;
    here.seen = NULL;
    here.number_count = here.number_room = here.seen_count = here.seen_room = 0;
}

EMU_API unsigned emu_add_in_order(int line, unsigned *p, unsigned n);

unsigned emu_add_in_order(int line, unsigned *p, unsigned n)
{
    unsigned old;
    if (!emu_heap_holds((uintptr_t)p, sizeof *p))
        emu_thread_fail(EMU_ILLEGAL_ADDRESS, NULL, line,
                        "adds to what is no memory of the GPU: %p", (void *)p);
    if (run->checked)
        note_addition((uintptr_t)p);
    old = *p;
    *p = old + n;
    return old;
}
