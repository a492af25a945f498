/* A call of an entry point, and what became of it. */
#include "runtime/device.h"

RtStatus rt_check_finite(const RtSpec *s, const char *file, const void *elements,
                         DiagList *d)
{
    int64_t count;
    if (!s->finite || !rt_shape_count(s->rank, s->dims, &count) ||
        dtype_all_finite(s->dtype, elements, count))
        return RT_OK;
    return rt_fail_file(d, RT_BAD_INPUT, file,
                        "'%s' has elements that are infinite or NaN: the code was made "
                        "for weights that have none",
                        s->name);
}

static RtStatus report(const RtFailure *f, DiagList *d)
{
    return rt_fail(d, RT_FAILED, f->op->at, "the custom op '%s' failed: it returned %lld",
                   f->op->name, (long long)f->code);
}

static RtStatus call_here(const RtEntry *e, void *arena, void *const *args,
                          void *const *results, RtPool *pool, DiagList *d)
{
    if (!e->may_fail) {
        e->call(arena, args, results, pool);
        return RT_OK;
    }
    RtFailure *failure = (RtFailure *)((char *)arena + e->failure_offset);
    *failure = (RtFailure){0};
    e->call(arena, args, results, pool);
    return failure->op ? report(failure, d) : RT_OK;
}

RtStatus rt_entry_start(const RtEntry *e, void *arena, void *const *args,
                        void *const *results, RtPool *pool, void **out, DiagList *d)
{
    *out = NULL;
    return e->device ? e->device->start(e->device->ctx, e, args, results, out, d)
                     : call_here(e, arena, args, results, pool, d);
}

RtStatus rt_entry_take(const RtEntry *e, void *call, DiagList *d)
{
    return e->device ? e->device->take(e->device->ctx, call, d) : RT_OK;
}

RtStatus rt_entry_call(const RtEntry *e, void *arena, void *const *args,
                       void *const *results, RtPool *pool, DiagList *d)
{
    void *call;
    RtStatus st = rt_entry_start(e, arena, args, results, pool, &call, d);
    return st ? st : rt_entry_take(e, call, d);
}
