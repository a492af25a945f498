/* Threads, memory and log. */
#include "frontend/lib/lib.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void run_in_pool(void *self, RtTask *task, void *ctx, int64_t count)
{
    struct descent_pool *pool = self;
    pool->run(pool, task, ctx, count);
}

static descent_status open_pool(LibCall *call, descent_context *c,
                                const descent_context_options *o)
{
    if (o->pool && !o->pool->run)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "the pool has no function 'run'");
    c->pool = o->pool ? rt_pool_over(run_in_pool, o->pool) : rt_pool_open(o->threads);
    c->threads = o->pool ? 0 : rt_pool_threads(c->pool);
    return c->pool ? DESCENT_OK : lib_no_memory(call, o->threads * sizeof(void *));
}

static descent_status check_allocator(LibCall *call, const descent_allocator *a)
{
    if (!a->allocate == !a->release)
        return DESCENT_OK;
    return lib_fail(call, DESCENT_BAD_ARGUMENT, "the allocator has no function '%s'",
                    a->allocate ? "release" : "allocate");
}

static descent_status open_context(LibCall *call, const descent_context_options *o,
                                   descent_context **out)
{
    descent_status st = check_allocator(call, &o->allocator);
    if (st)
        return st;
    Arena *arena = arena_open();
    descent_context *c = ARENA_NEW(arena, descent_context);
    *c = (descent_context){.arena = arena,
                           .allocator = o->allocator,
                           .log = o->log,
                           .log_user = o->log_user};
    st = open_pool(call, c, o);
    if (!st && pthread_mutex_init(&c->compiling, NULL)) {
        rt_pool_close(c->pool);
        st = lib_no_memory(call, sizeof c->compiling);
    }
    if (st)
        arena_close(arena);
    else
        *out = c;
    return st;
}

descent_status descent_context_create(const descent_context_options *options,
                                      descent_context **out, descent_diagnostics *d)
{
    LIB_ENTER(call, NULL, d);
    descent_context_options o;
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_take(&call, "options", options, &o, sizeof o);
    if (!st)
        st = open_context(&call, &o, out);
    return lib_end(&call, st);
}

void descent_context_destroy(descent_context *c)
{
    if (!c)
        return;
    lib_devices_close(c);
    rt_pool_close(c->pool);
    pthread_mutex_destroy(&c->compiling);
    arena_close(c->arena);
}

unsigned descent_context_threads(const descent_context *c) { return c ? c->threads : 0; }

/* ----------------------------------------------------------------------------- memory */

void *lib_alloc(const descent_context *c, size_t size)
{
    if (!c->allocator.allocate)
        return rt_alloc(size);
    void *p = c->allocator.allocate(c->allocator.user, size ? size : 1, RT_ALIGN);
    return p ? memset(p, 0, size) : NULL;
}

void lib_release(const descent_context *c, void *memory, size_t size)
{
    if (!memory)
        return;
    if (c->allocator.release)
        c->allocator.release(c->allocator.user, memory, size ? size : 1);
    else
        free(memory);
}

/* -------------------------------------------------------------------------------- log */

/* Cut where it is longer than lines are: a log is told of what nothing else is left to
 * tell of. */
void lib_log(const descent_context *c, descent_severity severity, const char *format, ...)
{
    char line[1000];
    va_list args;
    if (!c || !c->log)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    c->log(c->log_user, severity, line);
}

void lib_log_phase(void *ctx, const char *what, double seconds)
{
    lib_log(ctx, DESCENT_DEBUG, "%s: %.1f ms", what, seconds * 1e3);
}
