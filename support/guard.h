/* What happens where memory runs out. An allocation of support/ never returns NULL: one
 * that fails *raises*. Without a guard on the thread that prints a message and ends the
 * process (exit 70), as fits a command. With one, the innermost is landed on:
 *
 *     Guard g;
 *     if (setjmp(*guard_enter(&g)))
 *         return RT_NO_MEMORY;          (g.wanted bytes were asked for)
 *     ...
 *     guard_leave(&g);
 *
 * Before that, all that was taken since guard_enter() is given back: first what is held
 * (see below), the latest first, while the frames that it is in still stand; then all
 * arenas and texts. Those from before the guard stay, with what was added to them.
 *
 * The runtime and LLVM do not expect to be jumped over. So what the runtime calls back
 * lands in itself, and reports a status; so does each task of another thread. */
#ifndef SUPPORT_GUARD_H
#define SUPPORT_GUARD_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

/* A link of memory that a guard gives back: the first field of its owner. */
typedef struct GuardLink {
    struct GuardLink *before, *after;   /* NULL: of no guard */
    void (*release)(struct GuardLink *link);
} GuardLink;

/* Something that is no arena and no text, but is to be given back as they are. */
typedef struct GuardHold {
    struct GuardHold *next;
    void (*release)(void *object);
    void *object;
} GuardHold;

typedef struct Guard {
    jmp_buf landing;
    struct Guard *outer;
    GuardLink taken;    /* a ring */
    GuardHold *held;    /* the latest first */
    size_t wanted;      /* bytes, once it was landed on */
    bool armed;
} Guard;

/* Begins a guard of this thread; it ends with guard_leave(), or when it is landed on,
 * after which leaving does nothing. What is left is the outer guard's, if there is one. */
jmp_buf *guard_enter(Guard *g);
void guard_leave(Guard *g);

/* Calls body(ctx) in a guard of its own; false if it was landed on, with the number of
 * bytes in *wanted (may be NULL). */
bool guard_try(void (*body)(void *ctx), void *ctx, size_t *wanted);

/* `object` is given to `release` if memory runs out before guard_drop(). Both do nothing
 * where there is no guard. What is held last is dropped first. */
void guard_hold(GuardHold *h, void (*release)(void *object), void *object);
void guard_drop(GuardHold *h);

/* Memory ran out. */
_Noreturn void guard_raise(size_t bytes);

/* For owners of memory: into the innermost guard, and out of whichever it is in. */
void guard_link(GuardLink *link, void (*release)(GuardLink *link));
void guard_unlink(GuardLink *link);

#endif
