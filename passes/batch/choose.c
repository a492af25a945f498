/* Which batches are worth their code. A batch of other launches is another kernel, and
 * NVRTC takes a millisecond for a few ops, so all batches have no more code than the
 * launches in them:
 *
 *     {a, b} twelve times    800 ops for 12 launches less        taken
 *     {a, c, d} once         900 ops for 2 launches less         if there is room
 *
 * The ones that save most for their code are taken first. Of the others, those whose
 * threads meet run alone, and the rest, which are small, stay together. */
#include "passes/batch/batch.h"

#include <stdlib.h>

enum {
    TIMES = 1,    /* so much code as there is without batches, */
    LITTLE = 4096 /* or so many ops, if that is more */
};

typedef struct Combination {
    const Batch *batch; /* the first that is one */
    size_t uses;
    int64_t ops;
    bool taken;
} Combination;

typedef struct Choice {
    Arena *arena;
    Combination *all;
    size_t count, room;
    size_t *of; /* by batch: its combination */
} Choice;

static bool same_launches(const Batch *a, const Batch *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; i < a->count && same; i++)
        same = a->units[i]->launch == b->units[i]->launch;
    return same;
}

/* Members that are one launch, and stand next to each other, share its code, and choose
 * their buffers. */
static int64_t ops_of(const Batch *b)
{
    int64_t ops = 0;
    const Launch *before = NULL, *l;
    for (size_t i = 0; i < b->count && (l = b->units[i]->launch); before = l, i++)
        ops += l == before ? l->use_count : l->ops;
    return ops;
}

static size_t find_or_add(Choice *c, const Batch *b)
{
    size_t i = 0;
    while (i < c->count && !same_launches(c->all[i].batch, b))
        i++;
    if (i == c->count)
        ARENA_PUSH(c->arena, c->all, c->count, c->room,
                   ((Combination){.batch = b, .ops = ops_of(b)}));
    c->all[i].uses++;
    return i;
}

/* Of the code that there is without batches, each launch once. */
static int64_t all_ops(Choice *c, const Batches *from)
{
    const Launch **seen = NULL;
    size_t count = 0, room = 0;
    int64_t ops = 0;
    for (size_t i = 0; i < from->count; i++)
        for (size_t k = 0; k < from->all[i].count; k++) {
            const Launch *l = from->all[i].units[k]->launch;
            size_t at = 0;
            while (at < count && seen[at] != l)
                at++;
            if (at < count || !l)
                continue;
            ARENA_PUSH(c->arena, seen, count, room, l);
            ops += l->ops;
        }
    return ops;
}

/* Ops for each launch less. */
static double price(const Combination *c)
{
    return (double)c->ops / (double)(c->uses * (c->batch->count - 1));
}

static int by_price(const void *a, const void *b)
{
    const Combination *x = *(Combination *const *)a, *y = *(Combination *const *)b;
    double p = price(x), q = price(y);
    return p < q ? -1 : p > q ? 1 : x < y ? -1 : x > y;
}

static void take_cheapest(Choice *c, int64_t room)
{
    Combination **order = ARENA_ARRAY(c->arena, Combination *, c->count);
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->all[i].batch->count > 1)
            order[n++] = &c->all[i];
    if (n)
        qsort(order, n, sizeof *order, by_price);
    for (size_t i = 0; i < n; i++) {
        order[i]->taken = order[i]->ops <= room;
        room -= order[i]->taken ? order[i]->ops : 0;
    }
}

static void add_batch(Batches *to, Batch b, Arena *arena)
{
    if (b.count)
        ARENA_PUSH(arena, to->all, to->count, to->room, b);
}

static void take_apart(Batches *to, const Batch *b, Arena *arena)
{
    Batch light = {0};
    for (size_t i = 0; i < b->count; i++) {
        Batch one = {0}, *where = b->units[i]->launch->meets ? &one : &light;
        ARENA_PUSH(arena, where->units, where->count, where->room, b->units[i]);
        add_batch(to, one, arena);
    }
    add_batch(to, light, arena);
}

Batches batch_choose(const Batches *from, Arena *arena)
{
    Choice c = {.arena = arena, .of = ARENA_ARRAY(arena, size_t, from->count)};
    Batches to = {0};
    for (size_t i = 0; i < from->count; i++)
        c.of[i] = find_or_add(&c, &from->all[i]);
    int64_t ops = TIMES * all_ops(&c, from);
    take_cheapest(&c, ops > LITTLE ? ops : LITTLE);
    for (size_t i = 0; i < from->count; i++)
        if (from->all[i].count == 1 || c.all[c.of[i]].taken)
            add_batch(&to, from->all[i], arena);
        else
            take_apart(&to, &from->all[i], arena);
    return to;
}
