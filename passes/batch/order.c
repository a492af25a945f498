/* Which launches go together. A batch begins with the launch that the longest row of
 * others waits for, and takes in what else could run by now and fits: what nobody waits
 * for, as the update of a parameter, runs where there is room.
 *
 *     a -> b -> c -> d,  a -> v,  u         batches: {a, u} {b, v} {c} {d}
 *
 * Buffers should live about as long as in the order of the program: only the launches
 * that come next are looked at, and none waits for long. A launch waits for all that
 * write what it reads or read what it overwrites; donated arguments are overwritten where
 * a result is written that is copied to them at the end. */
#include "passes/batch/batch.h"

#include <stdlib.h>

enum {
    WINDOW = 48, /* launches that are looked at */
    PATIENCE = 8 /* batches for which one waits that could run */
};

/* Who wrote a buffer last, who has read it since. */
typedef struct Touched {
    size_t writer; /* 1 for the first unit; 0: none */
    size_t *readers;
    size_t count, room;
    const IrValue *overwrites; /* the argument that it is copied to */
} Touched;

/* By value of a host program, whose numbers lie together: a module has a hundred times as
 * many in its kernels. */
typedef struct Touches {
    Arena *arena;
    Touched *all;
    uint32_t first, end;
} Touches;

static Touched *touched(const Touches *t, const IrValue *v)
{
    return &t->all[v->id - t->first];
}

static void include(Touches *t, const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++) {
        uint32_t id = ir_operand(op, i)->id;
        t->first = id < t->first ? id : t->first;
        t->end = id >= t->end ? id + 1 : t->end;
    }
}

static Touches touches_open(const Unit *units, size_t count, const IrOp *copies)
{
    Touches t = {.arena = arena_open(), .first = UINT32_MAX};
    for (size_t i = 0; i < count; i++)
        include(&t, units[i].call);
    for (const IrOp *op = copies; op; op = op->next)
        include(&t, op);
    t.all = ARENA_ARRAY(t.arena, Touched, t.end > t.first ? t.end - t.first : 0);
    for (const IrOp *op = copies; op; op = op->next)
        if (op->kind == OP_memref_copy)
            touched(&t, ir_operand(op, 0))->overwrites = ir_operand(op, 1);
    return t;
}

/* ----------------------------------------------------------------- who waits for whom */

static void need(Unit *u, size_t other, Arena *arena)
{
    ARENA_PUSH(arena, u->needs, u->need_count, u->need_room, other);
}

static void need_readers(Unit *u, size_t self, const Touched *t, Arena *arena)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->readers[i] != self)
            need(u, t->readers[i], arena);
}

static bool is_used(const Unit *u, uint32_t i)
{
    return !u->launch || u->launch->uses[i];
}

static void find_needs(const Touches *all, Unit *u, size_t self, Arena *arena)
{
    for (uint32_t i = 0; i < u->call->operand_count; i++) {
        const Touched *t = touched(all, ir_operand(u->call, i));
        if (!is_used(u, i))
            continue;
        if (t->writer)
            need(u, t->writer - 1, arena);
        if (batch_arg_kind(u->kernel, i) == ARG_READ)
            continue;
        need_readers(u, self, t, arena);
        if (t->overwrites)
            need_readers(u, self, touched(all, t->overwrites), arena);
    }
}

static void touch(const Touches *all, const Unit *u, size_t self)
{
    for (uint32_t i = 0; i < u->call->operand_count; i++) {
        Touched *t = touched(all, ir_operand(u->call, i));
        if (!is_used(u, i))
            continue;
        if (batch_arg_kind(u->kernel, i) != ARG_READ)
            t->writer = self + 1;
        else
            ARENA_PUSH(all->arena, t->readers, t->count, t->room, self);
    }
}

static void connect(Unit *units, size_t count, const IrOp *copies, Arena *arena)
{
    Touches t = touches_open(units, count, copies);
    for (size_t i = 0; i < count; i++) {
        find_needs(&t, &units[i], i, arena);
        touch(&t, &units[i], i);
    }
    arena_close(t.arena);
    for (size_t i = count; i-- > 0;)
        for (size_t k = 0; k < units[i].need_count; k++) {
            Unit *before = &units[units[i].needs[k]];
            if (before->height <= units[i].height)
                before->height = units[i].height + 1;
        }
}

/* -------------------------------------------------------------------------- the order */

static bool is_ready(const Unit *units, const Unit *u, size_t batch)
{
    for (size_t i = 0; i < u->need_count; i++) {
        size_t ran = units[u->needs[i]].batch;
        if (!ran || ran == batch)
            return false;
    }
    return true;
}

/* Those of the next launches that can run in this batch, in the order of the program. */
static size_t find_ready(Unit *units, size_t count, size_t first, size_t batch,
                         Unit **out)
{
    size_t n = 0;
    for (size_t i = first, seen = 0; i < count && seen < WINDOW; i++) {
        if (units[i].batch)
            continue;
        seen++;
        if (!is_ready(units, &units[i], batch))
            continue;
        units[i].ready = units[i].ready ? units[i].ready : batch;
        out[n++] = &units[i];
    }
    return n;
}

static size_t first_of_batch(Unit *const *ready, size_t count, size_t batch)
{
    size_t best = 0;
    if (batch - ready[0]->ready >= PATIENCE)
        return 0;
    for (size_t i = 1; i < count; i++)
        if (ready[i]->height > ready[best]->height)
            best = i;
    return best;
}

static void fill_batch(Batch *b, Unit **ready, size_t count, size_t number,
                       const IrTarget *target, Arena *arena)
{
    Launch *members[WINDOW];
    size_t first = first_of_batch(ready, count, number);
    for (size_t i = 0; i <= count; i++) {
        Unit *u = i ? ready[i - 1] : ready[first];
        if (u->batch || (i && !batch_fits(members, b->count, u->launch, target)))
            continue;
        u->batch = number;
        members[b->count] = u->launch;
        ARENA_PUSH(arena, b->units, b->count, b->room, u);
    }
}

/* Those that hold a block for long begin; then the order of their kernels, so that layers
 * that are alike share a kernel. */
static int by_launch(const void *a, const void *b)
{
    const Launch *x = (*(Unit *const *)a)->launch, *y = (*(Unit *const *)b)->launch;
    if (x->meets != y->meets)
        return x->meets ? -1 : 1;
    return x->op->id < y->op->id ? -1 : x->op->id > y->op->id;
}

Batches batch_order(const IrTarget *target, Unit *units, size_t count,
                    const IrOp *copies, Arena *arena)
{
    Batches batches = {0};
    Unit *ready[WINDOW];
    size_t first = 0;
    connect(units, count, copies, arena);
    for (;;) {
        while (first < count && units[first].batch)
            first++;
        if (first == count)
            return batches;
        Batch b = {0};
        size_t number = batches.count + 1;
        size_t n = find_ready(units, count, first, number, ready);
        fill_batch(&b, ready, n, number, target, arena);
        if (b.count > 1)
            qsort(b.units, b.count, sizeof *b.units, by_launch);
        ARENA_PUSH(arena, batches.all, batches.count, batches.room, b);
    }
}
