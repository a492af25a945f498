#include "support/guard.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* The one variable of ours that changes: each thread's own, NULL outside of a guarded
 * call. */
static _Thread_local Guard *innermost;

jmp_buf *guard_enter(Guard *g)
{
    g->outer = innermost;
    g->taken = (GuardLink){&g->taken, &g->taken, NULL};
    g->held = NULL;
    g->wanted = 0;
    g->armed = true;
    innermost = g;
    return &g->landing;
}

/* Puts the ring of `from` into that of `to`. */
static void splice(GuardLink *from, GuardLink *to)
{
    if (from->after == from)
        return;
    from->after->before = to;
    from->before->after = to->after;
    to->after->before = from->before;
    to->after = from->after;
}

static void forget(GuardLink *ring)
{
    while (ring->after != ring)
        guard_unlink(ring->after);
}

void guard_leave(Guard *g)
{
    if (!g->armed)
        return;
    assert(innermost == g && !g->held);
    if (g->outer)
        splice(&g->taken, &g->outer->taken);
    else
        forget(&g->taken);
    innermost = g->outer;
    g->armed = false;
}

bool guard_try(void (*body)(void *ctx), void *ctx, size_t *wanted)
{
    Guard g;
    if (setjmp(*guard_enter(&g))) {
        if (wanted)
            *wanted = g.wanted;
        return false;
    }
    body(ctx);
    guard_leave(&g);
    return true;
}

void guard_hold(GuardHold *h, void (*release)(void *object), void *object)
{
    *h = (GuardHold){innermost ? innermost->held : NULL, release, object};
    if (innermost)
        innermost->held = h;
}

void guard_drop(GuardHold *h)
{
    if (!innermost)
        return;
    assert(innermost->held == h);
    innermost->held = h->next;
}

static void give_back(Guard *g)
{
    while (g->held) {
        GuardHold *h = g->held;
        g->held = h->next;
        h->release(h->object);
    }
    while (g->taken.after != &g->taken)
        g->taken.after->release(g->taken.after);
}

void guard_raise(size_t bytes)
{
    Guard *g = innermost;
    if (!g) {
        fprintf(stderr, "descent: out of memory (%zu bytes asked for)\n", bytes);
        exit(70);
    }
    give_back(g);
    g->wanted = bytes;
    g->armed = false;
    innermost = g->outer;
    longjmp(g->landing, 1);
}

void guard_link(GuardLink *link, void (*release)(GuardLink *link))
{
    *link = (GuardLink){NULL, NULL, release};
    if (!innermost)
        return;
    GuardLink *ring = &innermost->taken;
    link->before = ring;
    link->after = ring->after;
    ring->after->before = link;
    ring->after = link;
}

void guard_unlink(GuardLink *link)
{
    if (!link->before)
        return;
    link->before->after = link->after;
    link->after->before = link->before;
    link->before = link->after = NULL;
}
