/* Statuses and diagnostics. */
#include "frontend/lib/lib.h"

#include <stdlib.h>

const char *descent_version(void) { return DESCENT_VERSION; }

const char *descent_status_name(descent_status status)
{
    static const char *const names[] = {
        [DESCENT_OK] = "ok",
        [DESCENT_BAD_ARGUMENT] = "bad argument",
        [DESCENT_BAD_INPUT] = "bad input",
        [DESCENT_BAD_SHAPE] = "bad shape",
        [DESCENT_UNSUPPORTED] = "unsupported",
        [DESCENT_NO_MEMORY] = "no memory",
        [DESCENT_IO] = "input or output failed",
        [DESCENT_NOT_FINITE] = "not finite",
        [DESCENT_STOPPED] = "stopped",
        [DESCENT_INTERNAL] = "internal defect",
        [DESCENT_FAILED] = "failed",
    };
    size_t i = (size_t)status;
    return i < sizeof names / sizeof *names ? names[i] : "unknown status";
}

static void open_list(void *diagnostics)
{
    descent_diagnostics *d = diagnostics;
    d->list = diag_open();
}

descent_status descent_diagnostics_create(descent_diagnostics **out)
{
    if (!out)
        return DESCENT_BAD_ARGUMENT;
    *out = calloc(1, sizeof **out);
    if (*out && !guard_try(open_list, *out, NULL)) {
        free(*out);
        *out = NULL;
    }
    return *out ? DESCENT_OK : DESCENT_NO_MEMORY;
}

void descent_diagnostics_destroy(descent_diagnostics *d)
{
    if (!d)
        return;
    diag_close(d->list);
    free(d->text);
    free(d);
}

/* A list keeps the text of sources: a new one does not, if there can be one. */
void descent_diagnostics_clear(descent_diagnostics *d)
{
    if (!d)
        return;
    descent_diagnostics next = {0};
    if (guard_try(open_list, &next, NULL)) {
        diag_close(d->list);
        d->list = next.list;
    } else {
        diag_clear(d->list);
    }
    free(d->text);
    d->text = NULL;
}

size_t descent_diagnostics_count(const descent_diagnostics *d)
{
    return d ? diag_count(d->list) : 0;
}

descent_status descent_diagnostics_get(const descent_diagnostics *d, size_t index,
                                       descent_diagnostic *out)
{
    const Diag *g = d ? diag_get(d->list, index) : NULL;
    if (!g)
        return DESCENT_BAD_ARGUMENT;
    descent_diagnostic all = {
        .severity = (descent_severity)g->kind,
        .file = g->place.file,
        .line = g->place.line,
        .column = g->place.column,
        .message = g->message,
        .source = g->source,
    };
    return lib_give(&all, sizeof all, out);
}

const char *descent_diagnostics_text(descent_diagnostics *d)
{
    if (!d)
        return "";
    free(d->text);
    d->text = NULL;
    size_t length;
    FILE *to = open_memstream(&d->text, &length);
    if (to) {
        diag_print(d->list, to);
        fclose(to);
    }
    return d->text ? d->text : "";
}

void descent_text_free(char *text) { free(text); }
