#include "runtime/native/native.h"

#include "runtime/clash.h"
#include "runtime/export.h"
#include "runtime/file.h"
#include "runtime/npy.h"

#include <stdlib.h>
#include <string.h>

static bool is_standard(const char *path) { return !path || !strcmp(path, "-"); }

/* NULL: neither the ending nor an option says it. */
static const char *format_of(const NativeOptions *o, const char *path)
{
    static const char *const endings[] = {"json", "csv", "npy"};
    const char *dot = path ? strrchr(path, '.') : NULL;
    for (size_t i = 0; dot && !o->format && i < sizeof endings / sizeof *endings; i++)
        if (!strcmp(dot + 1, endings[i]))
            return endings[i];
    return o->format || !is_standard(path) ? o->format : "json";
}

/* Into a file of these formats goes one result. */
static bool holds_one(const char *format)
{
    return !strcmp(format, "npy") || !strcmp(format, "bytes");
}

/* Files that are read stay as they are. */
static bool no_clash(const NativeModel *m, const NativeOptions *o, DiagList *d)
{
    const char **outputs = ARENA_ARRAY(m->arena, const char *, o->output_count + 1);
    const char **inputs = ARENA_ARRAY(m->arena, const char *, o->input_count + 1);
    for (size_t i = 0; i < o->output_count; i++)
        outputs[i] = is_standard(o->outputs[i]) ? NULL : o->outputs[i];
    for (size_t i = 0; i < o->input_count; i++)
        inputs[i] = o->inputs[i];
    inputs[o->input_count] = o->weights;
    return rt_no_clash(outputs, o->output_count, inputs, o->input_count + 1, d);
}

RtStatus native_check_outputs(const NativeModel *m, const NativeOptions *o, DiagList *d)
{
    RtStatus st = RT_OK;
    size_t count = o->output_count ? o->output_count : 1;
    const char *first = o->output_count ? o->outputs[0] : NULL;
    for (size_t i = 0; i < o->output_count; i++)
        if (!format_of(o, o->outputs[i])) {
            diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){.file = o->outputs[i]},
                     "is it json, csv or npy? An ending says so, or --format");
            return RT_BAD_INPUT;
        }
    bool each = holds_one(format_of(o, first));
    if (each ? count != m->result_count : count > 1)
        return rt_fail(d, RT_BAD_INPUT, (Place){0},
                       each
                           ? "the model has %zu result%s: --output FILE for each, or one "
                             ".json or .csv"
                           : "%zu result%s fit into one file of this format",
                       m->result_count, text_plural((long long)m->result_count));
    if (!no_clash(m, o, d))
        return RT_BAD_INPUT;
    for (size_t i = 0; i < o->output_count && !st; i++)
        if (!is_standard(o->outputs[i]))
            st = rt_file_check_writable(o->outputs[i], d);
    return st;
}

static RtStatus write_stream(const char *format, const RtTensors *t, FILE *to,
                             DiagList *d)
{
    Text head = {0};
    if (!strcmp(format, "csv"))
        return rt_export_csv(NULL, t, to, d);
    if (!strcmp(format, "json")) {
        rt_export_json(t, to);
        return RT_OK;
    }
    if (!strcmp(format, "npy"))
        rt_npy_add_header(&t->items[0], &head);
    if (head.length)
        fwrite(head.bytes, 1, head.length, to);
    fwrite(t->items[0].data, 1, rt_tensor_bytes(&t->items[0]), to);
    text_free(&head);
    return RT_OK;
}

static RtStatus write_file(const char *format, const char *path, const RtTensors *t,
                           DiagList *d)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&bytes, &size);
    RtStatus st = to ? write_stream(format, t, to, d) : rt_no_memory(d, 1);
    if (to && fclose(to) && !st)
        st = rt_no_memory(d, size);
    RtPiece piece = {bytes, size};
    if (!st)
        st = rt_file_write(path, &piece, 1, d);
    free(bytes);
    return st;
}

static RtStatus write_one(const NativeOptions *o, const char *path, const RtTensors *t,
                          DiagList *d)
{
    const char *format = format_of(o, path);
    return is_standard(path) ? write_stream(format, t, stdout, d)
                             : write_file(format, path, t, d);
}

RtStatus native_write_results(const NativeOptions *o, const RtTensors *results,
                              DiagList *d)
{
    const char *first = o->output_count ? o->outputs[0] : NULL;
    RtStatus st = RT_OK;
    if (!holds_one(format_of(o, first)))
        return write_one(o, first, results, d);
    for (size_t i = 0; i < results->count && !st; i++) {
        RtTensors one = {.items = &results->items[i], .count = 1};
        st = write_one(o, o->output_count ? o->outputs[i] : NULL, &one, d);
    }
    return st;
}
