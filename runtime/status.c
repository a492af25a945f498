#include "runtime/status.h"

#include "support/guard.h"

static DiagExit exit_of(RtStatus status)
{
    return status == RT_UNSUPPORTED ? DIAG_UNSUPPORTED : DIAG_INPUT;
}

static void add(DiagList *d, RtStatus status, Place at, const char *format, va_list args)
{
    diag_vadd(d, DIAG_ERROR, exit_of(status), at, format, args);
    if (status == RT_NO_MEMORY)
        diag_mark_no_memory(d);
}

RtStatus rt_fail(DiagList *d, RtStatus status, Place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(d, status, at, format, args);
    va_end(args);
    return status;
}

RtStatus rt_fail_file(DiagList *d, RtStatus status, const char *file, const char *format,
                      ...)
{
    va_list args;
    va_start(args, format);
    add(d, status, (Place){file, 0, 0}, format, args);
    va_end(args);
    return status;
}

RtStatus rt_no_memory(DiagList *d, size_t bytes)
{
    diag_no_memory(d, bytes);
    return RT_NO_MEMORY;
}

RtStatus rt_guarded(RtStatus (*body)(void *ctx), void *ctx, DiagList *d)
{
    Guard g;
    if (setjmp(*guard_enter(&g)))
        return rt_no_memory(d, g.wanted);
    RtStatus st = body(ctx);
    guard_leave(&g);
    return st;
}
