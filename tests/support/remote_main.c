/* The other end of remote.c: reads calls from the standard input, answers on the standard
 * output. A call: index of the entry, pool or not, bytes of arena, counts of arguments
 * and results, their sizes, for each result the argument it is (-1: none), the arguments.
 * The answer: all arguments, then the results that are none. Numbers are int64_t. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct descent_pool {
    void (*run)(struct descent_pool *self,
                void (*task)(void *ctx, int64_t begin, int64_t end), void *ctx,
                int64_t count);
};
typedef void Entry(void *arena, void *const *args, void *const *results,
                   struct descent_pool *pool);
extern Entry *const entries[]; /* in a file that remote.c writes */

enum { MOST = 64 };

/* From the last index to the first, in twos. */
static void run_backwards(struct descent_pool *self,
                          void (*task)(void *ctx, int64_t begin, int64_t end), void *ctx,
                          int64_t count)
{
    (void)self;
    for (int64_t end = count; end > 0; end -= 2)
        task(ctx, end > 2 ? end - 2 : 0, end);
}

static void read_bytes(void *to, int64_t size)
{
    if (size && fread(to, (size_t)size, 1, stdin) != 1)
        exit(0);
}

static int64_t read_number(void)
{
    int64_t n;
    read_bytes(&n, sizeof n);
    return n;
}

static void write_bytes(const void *from, int64_t size)
{
    if (size && fwrite(from, (size_t)size, 1, stdout) != 1)
        exit(1);
}

static void *buffer(int64_t size)
{
    void *p = aligned_alloc(64, (size_t)(size + 63) / 64 * 64 + 64);
    memset(p, 0xff, (size_t)size);
    return p;
}

static void serve(void)
{
    static struct descent_pool pool = {run_backwards};
    int64_t entry = read_number(), pooled = read_number(), work = read_number();
    int64_t args = read_number(), results = read_number(), size[2 * MOST], alias[MOST];
    void *in[MOST], *out[MOST], *arena = buffer(work);
    for (int64_t i = 0; i < args + results; i++)
        size[i] = read_number();
    for (int64_t i = 0; i < results; i++)
        alias[i] = read_number();
    for (int64_t i = 0; i < args; i++)
        read_bytes(in[i] = buffer(size[i]), size[i]);
    for (int64_t i = 0; i < results; i++)
        out[i] = alias[i] < 0 ? buffer(size[args + i]) : in[alias[i]];
    entries[entry](arena, in, out, pooled ? &pool : NULL);
    for (int64_t i = 0; i < args; i++)
        write_bytes(in[i], size[i]);
    for (int64_t i = 0; i < results; i++)
        if (alias[i] < 0) {
            write_bytes(out[i], size[args + i]);
            free(out[i]);
        }
    for (int64_t i = 0; i < args; i++)
        free(in[i]);
    free(arena);
    fflush(stdout);
}

int main(void)
{
    for (;;)
        serve();
}
