#include "tests/support/guarded.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct Mapping {
    void *at;
    size_t bytes;
} Mapping;

struct Guarded {
    Arena *arena;
    Mapping *items;
    size_t count, room;
};

Guarded *guarded_open(Arena *arena)
{
    Guarded *g = ARENA_ARRAY(arena, Guarded, 1);
    g->arena = arena;
    return g;
}

void guarded_close(Guarded *g)
{
    for (size_t i = 0; i < g->count; i++)
        munmap(g->items[i].at, g->items[i].bytes);
}

void *guarded_alloc(Guarded *g, size_t bytes, bool before)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), inner = (bytes + page - 1) / page * page;
    Mapping m = {.bytes = inner + 2 * page};
    m.at = mmap(NULL, m.bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (m.at == MAP_FAILED)
        abort();
    char *usable = (char *)m.at + page;
    if (inner && mprotect(usable, inner, PROT_READ | PROT_WRITE))
        abort();
    ARENA_PUSH(g->arena, g->items, g->count, g->room, m);
    return before ? usable : usable + inner - bytes;
}

/* For the signal handler, which is told nothing: what is running. */
static char running[256];

static void say_and_end(int signal)
{
    (void)signal;
    ssize_t n = write(STDERR_FILENO, running, strlen(running));
    _exit(n < 0 ? 2 : 1);
}

void guarded_enter(const char *function, const char *way)
{
    snprintf(running, sizeof running, "%s: an access outside of its buffers (%s)\n",
             function, way);
    signal(SIGSEGV, say_and_end);
    signal(SIGBUS, say_and_end);
}

void guarded_leave(void)
{
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
}
