/* How functions of the runtime report: a status says what kind of failure, a diagnostic
 * in the list that was handed in says the rest. A function that returns other than RT_OK
 * has added an error. */
#ifndef RUNTIME_STATUS_H
#define RUNTIME_STATUS_H

#include "support/diag.h"

typedef enum {
    RT_OK,
    RT_BAD_INPUT,      /* a file or an option is wrong */
    RT_IO,             /* the machine refused: no such file, no space, no permission */
    RT_NO_MEMORY,
    RT_UNSUPPORTED,    /* well formed, but not supported */
    RT_STOPPED,        /* asked to stop (Ctrl-C); no error was added */
    RT_NOT_FINITE,     /* the loss became NaN or infinite */
    RT_FAILED,         /* a function of the caller, called by compiled code, failed */
} RtStatus;

/* Adds the diagnostic and returns the status, so that a failure is one line. */
RtStatus rt_fail(DiagList *d, RtStatus status, Place at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same for a whole file: `file` may be NULL. */
RtStatus rt_fail_file(DiagList *d, RtStatus status, const char *file, const char *format,
                      ...) __attribute__((format(printf, 4, 5)));
RtStatus rt_no_memory(DiagList *d, size_t bytes);

/* body(ctx) in a guard (support/guard.h), for what uses arenas and texts: RT_NO_MEMORY where
 * memory ran out in it. What it owns besides these is in ctx, for the caller to free. */
RtStatus rt_guarded(RtStatus (*body)(void *ctx), void *ctx, DiagList *d);

#endif
