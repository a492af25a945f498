/* How a function of the library begins, checks its arguments and ends. */
#include "frontend/lib/lib.h"

#include <stdarg.h>
#include <string.h>

LibCall lib_begin(descent_context *c, descent_diagnostics *to)
{
    DiagList *d = to ? to->list : diag_open();
    return (LibCall){.context = c, .d = d, .own = !to, .before = diag_count(d)};
}

descent_status lib_ran_out(descent_context *c, descent_diagnostics *to, size_t bytes)
{
    if (to)
        diag_no_memory(to->list, bytes);
    lib_log(c, DESCENT_ERROR, "out of memory (%zu bytes asked for)", bytes);
    return DESCENT_NO_MEMORY;
}

static void log_entry(const descent_context *c, const Diag *g)
{
    descent_severity severity = (descent_severity)g->kind;
    if (!g->place.file)
        lib_log(c, severity, "%s", g->message);
    else if (!g->place.line)
        lib_log(c, severity, "%s: %s", g->place.file, g->message);
    else
        lib_log(c, severity, "%s:%u:%u: %s", g->place.file, g->place.line,
                g->place.column, g->message);
}

descent_status lib_end(LibCall *call, descent_status st)
{
    for (size_t i = call->before; i < diag_count(call->d); i++)
        log_entry(call->context, diag_get(call->d, i));
    if (call->own)
        diag_close(call->d);
    return st;
}

static DiagExit exit_of(descent_status st)
{
    switch (st) {
    case DESCENT_UNSUPPORTED: return DIAG_UNSUPPORTED;
    case DESCENT_BAD_ARGUMENT: return DIAG_USAGE;
    case DESCENT_INTERNAL: return DIAG_INTERNAL;
    default: return DIAG_INPUT;
    }
}

descent_status lib_fail(LibCall *call, descent_status st, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(call->d, DIAG_ERROR, exit_of(st), (Place){0}, format, args);
    va_end(args);
    return st;
}

descent_status lib_no_memory(LibCall *call, size_t bytes)
{
    diag_no_memory(call->d, bytes);
    return DESCENT_NO_MEMORY;
}

descent_status lib_need(LibCall *call, ...)
{
    descent_status st = DESCENT_OK;
    va_list args;
    va_start(args, call);
    for (const char *name; !st && (name = va_arg(args, const char *));)
        if (!va_arg(args, const void *))
            st = lib_fail(call, DESCENT_BAD_ARGUMENT, "argument '%s' is NULL", name);
    va_end(args);
    return st;
}

descent_status lib_failed(const LibCall *call)
{
    DiagExit worst = 0;
    for (size_t i = call->before; i < diag_count(call->d); i++) {
        const Diag *g = diag_get(call->d, i);
        if (g->no_memory)
            return DESCENT_NO_MEMORY;
        if (g->kind == DIAG_ERROR && g->exit > worst)
            worst = g->exit;
    }
    switch (worst) {
    case DIAG_INPUT: return DESCENT_BAD_INPUT;
    case DIAG_USAGE: return DESCENT_BAD_ARGUMENT;
    case DIAG_UNSUPPORTED: return DESCENT_UNSUPPORTED;
    default: return DESCENT_INTERNAL;
    }
}

descent_status lib_good(const LibCall *call, bool good)
{
    return good ? DESCENT_OK : lib_failed(call);
}

descent_status lib_rt(const LibCall *call, RtStatus st)
{
    switch (st) {
    case RT_OK: return DESCENT_OK;
    case RT_IO: return DESCENT_IO;
    case RT_NO_MEMORY: return DESCENT_NO_MEMORY;
    case RT_UNSUPPORTED: return DESCENT_UNSUPPORTED;
    case RT_STOPPED: return DESCENT_STOPPED;
    case RT_NOT_FINITE: return DESCENT_NOT_FINITE;
    case RT_FAILED: return DESCENT_FAILED;
    case RT_BAD_INPUT: break;
    }
    return lib_failed(call);
}

/* ------------------------------------------------------- structs that know their size */

static bool is_zero(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i])
            return false;
    return true;
}

/* A size beyond that of any struct of ours was never set: nothing is read there. */
descent_status lib_take(LibCall *call, const char *name, const void *given, void *out,
                        size_t size)
{
    enum { LARGEST = 4096 };
    memset(out, 0, size);
    size_t have = given ? *(const size_t *)given : size;
    if (have < sizeof(size_t) || have > LARGEST)
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "'%s' has struct_size %zu: DESCENT_INIT sets it", name, have);
    if (have > size && !is_zero((const unsigned char *)given + size, have - size))
        return lib_fail(call, DESCENT_UNSUPPORTED,
                        "unsupported: '%s' has fields of a later version of Descent",
                        name);
    if (given)
        memcpy(out, given, have < size ? have : size);
    *(size_t *)out = size;
    return DESCENT_OK;
}

descent_status lib_give(const void *from, size_t size, void *out)
{
    size_t have = out ? *(const size_t *)out : 0, head = sizeof(size_t);
    if (have < head)
        return DESCENT_BAD_ARGUMENT;
    size_t count = have < size ? have : size;
    memcpy((char *)out + head, (const char *)from + head, count - head);
    return DESCENT_OK;
}
