/* Inputs from files or the standard input: npy, tables by their columns, or the bytes of
 * the tensors. */
#include "runtime/native/native.h"

#include "runtime/dataset.h"
#include "runtime/file.h"
#include "runtime/npy.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Reader {
    const NativeModel *m;
    const NativeOptions *o;
    const RtMeta *meta;
    DiagList *d;
    const char *path; /* of `file` */
    RtFile file;
    size_t used; /* bytes of it, if they are tensors */
} Reader;

static bool ends_in(const char *s, const char *ending)
{
    size_t n = strlen(s), k = strlen(ending);
    return n >= k && !strcmp(s + n - k, ending);
}

/* "npy", "csv" or "bytes". Whatever was packed has been unpacked. */
static const char *format_of(const Reader *r)
{
    bool csv = ends_in(r->path, ".csv") || ends_in(r->path, ".csv.gz");
    if (r->o->input_format)
        return r->o->input_format;
    if (r->file.size >= 6 && !memcmp(r->file.bytes, "\x93NUMPY", 6))
        return "npy";
    return ends_in(r->path, ".npy") ? "npy" : csv ? "csv" : "bytes";
}

/* Who started the program only to see what it does is not left waiting without a word. */
static void tell_terminal(const NativeModel *m)
{
    if (!isatty(STDIN_FILENO))
        return;
    fputs("waiting for the inputs on the standard input:", stderr);
    for (size_t i = 0; i < m->input_count; i++)
        fprintf(stderr, "%s %s", i ? "," : "", native_input(m, i)->spec.name);
    fputs(" (--help describes them)\n", stderr);
}

/* A file that holds several inputs stays open for the next. */
static RtStatus open_file(Reader *r, size_t i)
{
    static const char standard[] = "/dev/stdin";
    const char *path = i < r->o->input_count ? r->o->inputs[i] : r->path;
    if (!r->o->input_count || (path && !strcmp(path, "-")))
        path = standard;
    if (r->path && !strcmp(path, r->path))
        return RT_OK;
    if (path == standard)
        tell_terminal(r->m);
    rt_file_free(&r->file);
    r->path = path;
    r->used = 0;
    return rt_file_read(path, RT_FILE_LIMIT, &r->file, r->d);
}

/* ---------------------------------------------------------------------------- bytes */

static size_t row_bytes(const RtSpec *s)
{
    size_t bytes = 0;
    rt_shape_bytes(s->dtype, s->rank ? s->rank - 1 : 0, s->dims + 1, &bytes);
    return bytes;
}

/* Bytes of one row of all inputs that lie in the file from input i on. */
static size_t rows_together(const Reader *r, size_t i)
{
    bool all = i + 1 >= r->o->input_count;
    size_t bytes = 0;
    for (size_t k = i; k < (all ? r->m->input_count : i + 1); k++)
        bytes += row_bytes(&native_input(r->m, k)->spec);
    return bytes;
}

/* How many rows the file has, by its size; 1: the size is fixed. */
static RtStatus count_rows(const Reader *r, size_t i, int64_t *out)
{
    size_t row = rows_together(r, i), left = r->file.size - r->used;
    *out = r->m->rows && row ? (int64_t)(left / row) : 1;
    if (!r->m->rows || (row && left % row == 0))
        return RT_OK;
    return rt_fail_file(r->d, RT_BAD_INPUT, r->path,
                        "%zu bytes are no whole number of rows of %zu bytes", left, row);
}

static RtStatus read_bytes(Reader *r, size_t i, const RtSpec *s, int64_t *rows,
                           RtTensor *out)
{
    int64_t dims[RT_MAX_RANK];
    RtStatus st = *rows < 0 || r->used == 0 ? count_rows(r, i, rows) : RT_OK;
    memcpy(dims, s->dims, sizeof dims);
    if (r->m->rows)
        dims[0] = *rows;
    if (!st)
        st = rt_tensor_create(s->name, s->dtype, s->rank, dims, out, r->d);
    if (st)
        return st;
    size_t bytes = rt_tensor_bytes(out), left = r->file.size - r->used;
    bool last = i + 1 >= r->o->input_count && i + 1 == r->m->input_count;
    if (bytes > left || (bytes < left && last))
        return rt_fail_file(r->d, RT_BAD_INPUT, r->path, "%zu bytes, but '%s' has %zu",
                            left, s->name, bytes);
    memcpy(out->data, r->file.bytes + r->used, bytes);
    rt_tensor_normalize(out);
    r->used += bytes;
    return RT_OK;
}

/* -------------------------------------------------------------------------- tensors */

static RtStatus read_table(Reader *r, const char *group, RtTensor *out)
{
    RtTable columns;
    RtStatus st = rt_columns_from_meta(r->meta, NULL, group, &columns, r->d);
    if (!st)
        st = rt_csv_parse_group(r->path, (const char *)r->file.bytes, r->file.size,
                                &r->m->table, &columns, out, r->d);
    rt_table_free(&columns);
    return st;
}

static RtStatus read_raw(Reader *r, size_t i, const NativeArgument *a, int64_t *rows,
                         RtTensor *out)
{
    const char *format = format_of(r);
    *out = (RtTensor){0};
    if (!strcmp(format, "csv"))
        return read_table(r, a->group, out);
    if (!strcmp(format, "bytes"))
        return read_bytes(r, i, &a->spec, rows, out);
    if (i >= r->o->input_count && i)
        return rt_fail_file(
            r->d, RT_BAD_INPUT, r->path,
            "a .npy holds one input, and '%s' is another: --input FILE for "
            "each",
            a->spec.name);
    return rt_npy_parse(r->path, r->file.bytes, r->file.size, out, r->d);
}

/* Brings it into the model's type, scaled as the training data was. */
static RtStatus prepare(Reader *r, const RtTensor *raw, const NativeArgument *a,
                        RtTensor *out)
{
    RtTransform t = {.scale = 1};
    RtStatus st = RT_OK;
    if (!r->o->raw)
        st = rt_transform_from_meta(r->meta, NULL, a->group, &t, r->d);
    if (!st)
        st = raw->rank ? rt_transform_apply(&t, raw, &a->spec, out, r->d)
                       : rt_tensor_convert(raw, a->spec.dtype, out, r->d);
    rt_transform_free(&t);
    return st;
}

static RtStatus check_shape(const Reader *r, const RtSpec *s, const RtTensor *t,
                            int64_t *rows)
{
    char have[RT_SHAPE_TEXT], want[RT_SHAPE_TEXT];
    int fixed = r->m->rows ? 1 : 0;
    bool good =
        t->rank == s->rank && !memcmp(t->dims + fixed, s->dims + fixed,
                                      (size_t)(s->rank - fixed) * sizeof *s->dims);
    if (!good)
        return rt_fail_file(r->d, RT_BAD_INPUT, r->path, "it is %s, but '%s' is %s",
                            rt_shape_text(t->dtype, t->rank, t->dims, have), s->name,
                            rt_shape_text(s->dtype, s->rank, s->dims, want));
    if (r->m->rows && *rows >= 0 && *rows != t->dims[0])
        return rt_fail_file(r->d, RT_BAD_INPUT, r->path,
                            "'%s' has %lld row%s, the input before it %lld", s->name,
                            (long long)t->dims[0], text_plural(t->dims[0]),
                            (long long)*rows);
    *rows = r->m->rows ? t->dims[0] : 1;
    return RT_OK;
}

static RtStatus read_input(Reader *r, size_t i, int64_t *rows, RtTensors *out)
{
    const NativeArgument *a = native_input(r->m, i);
    RtTensor raw = {0}, t = {0};
    int64_t before = *rows;
    RtStatus st = open_file(r, i);
    if (!st)
        st = read_raw(r, i, a, rows, &raw);
    free(raw.name);
    raw.name = st ? NULL : strdup(r->path); /* for messages */
    if (!st)
        st = prepare(r, &raw, a, &t);
    if (!st)
        st = check_shape(r, &a->spec, &t, &before);
    *rows = before;
    rt_tensor_free(&raw);
    if (!st)
        return rt_tensors_add(out, &t, r->d);
    rt_tensor_free(&t);
    return st;
}

RtStatus native_read_inputs(const NativeModel *m, const NativeOptions *o,
                            const RtMeta *meta, RtTensors *out, int64_t *rows,
                            DiagList *d)
{
    Reader r = {.m = m, .o = o, .meta = meta, .d = d};
    RtStatus st = RT_OK;
    *rows = -1;
    if (o->input_count > m->input_count)
        return rt_fail(d, RT_BAD_INPUT, (Place){0},
                       "the model takes %zu input%s, %zu were given", m->input_count,
                       text_plural((long long)m->input_count), o->input_count);
    for (size_t i = 0; i < m->input_count && !st; i++)
        st = read_input(&r, i, rows, out);
    rt_file_free(&r.file);
    return st;
}
