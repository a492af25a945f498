/* A call of an entry point, and what became of it. */
#include "runtime/program.h"

static RtStatus report(const RtFailure *f, DiagList *d)
{
    return rt_fail(d, RT_FAILED, f->op->at, "the custom op '%s' failed: it returned %lld",
                   f->op->name, (long long)f->code);
}

RtStatus rt_entry_call(const RtEntry *e, void *arena, void *const *args,
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
