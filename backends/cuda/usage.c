/* Lines of the log, as CUDA 12 and 13 write them:
 *
 *     ptxas info    : Compiling entry function 'softmax' for 'sm_90a'
 *     ptxas info    : Function properties for softmax
 *     ptxas         .     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
 *     ptxas info    : Used 32 registers, used 1 barriers, 4224 bytes smem */
#include "backends/cuda/usage.h"

#include <stdlib.h>
#include <string.h>

/* The number in front of `words` in a line, 0 if they are not there. */
static int number_before(const char *line, const char *words)
{
    const char *at = strstr(line, words);
    while (at && at > line && at[-1] == ' ')
        at--;
    while (at && at > line && at[-1] >= '0' && at[-1] <= '9')
        at--;
    return at ? atoi(at) : 0;
}

static void read_line(Arena *a, const char *line, CudaUsage *u)
{
    static const char begin[] = "Compiling entry function '";
    const char *name = strstr(line, begin);
    if (name) {
        name += strlen(begin);
        u->kernel = arena_strndup(a, name, strcspn(name, "'"));
    }
    if (strstr(line, "bytes stack frame")) {
        u->stack = number_before(line, "bytes stack frame");
        u->spill_stores = number_before(line, "bytes spill stores");
        u->spill_loads = number_before(line, "bytes spill loads");
    }
    u->registers = number_before(line, "registers");
    u->shared = number_before(line, "bytes smem");
}

size_t cuda_usage_read(Arena *a, const char *log, CudaUsage **out)
{
    CudaUsage *items = NULL, now = {0};
    size_t count = 0, room = 0;
    while (log && *log) {
        size_t length = strcspn(log, "\n");
        read_line(a, arena_strndup(a, log, length), &now);
        if (now.kernel && now.registers) { /* the last line of a kernel */
            ARENA_PUSH(a, items, count, room, now);
            now = (CudaUsage){0};
        }
        log += length + (log[length] == '\n');
    }
    *out = items;
    return count;
}
