/* Buffers with an untouchable page right behind them or right in front of them, so that
 * generated code, which no sanitizer watches, cannot silently leave them. */
#ifndef TESTS_SUPPORT_GUARDED_H
#define TESTS_SUPPORT_GUARDED_H

#include "support/arena.h"

#include <stdbool.h>

typedef struct Guarded Guarded;

Guarded *guarded_open(Arena *arena);
void guarded_close(Guarded *g); /* unmaps its buffers */
void *guarded_alloc(Guarded *g, size_t bytes, bool before);

/* Between the two a fault ends the process with a message that names the function and how
 * it was run. */
void guarded_enter(const char *function, const char *way);
void guarded_leave(void);

#endif
