/* Where the results of `descent run` go, and how they are written. */
#include "frontend/cli/cli.h"

#include "frontend/api/clash.h"
#include "runtime/export.h"
#include "runtime/file.h"
#include "runtime/npy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ----------------------------------------------------------------------- for a person */

static void print_values(const RtTensor *t, int64_t begin, int64_t end)
{
    size_t size = dtype_bytes(t->dtype);
    for (int64_t i = begin; i < end; i++) {
        const char *at = (const char *)t->data + (size_t)i * size;
        if (dtype_is_float(t->dtype))
            printf(" %.6g", dtype_load(t->dtype, at));
        else
            printf(" %lld", (long long)dtype_load_int(t->dtype, at));
    }
    putchar('\n');
}

/* A line per row (the last dimension), the first of them only if they are many. */
static void print_tensor(const RtTensor *t)
{
    enum { ROWS = 20, COLUMNS = 16 };
    char shape[RT_SHAPE_TEXT];
    int64_t count = rt_tensor_count(t);
    int64_t width = t->rank > 1 ? t->dims[t->rank - 1] : count;
    int64_t rows = width ? count / width : 0, shown = width < COLUMNS ? width : COLUMNS;
    printf("%s: %s\n", t->name, rt_shape_text(t->dtype, t->rank, t->dims, shape));
    if (t->rank <= 1)
        shown = count < ROWS * COLUMNS ? count : ROWS * COLUMNS;
    for (int64_t i = 0; i < rows && i < ROWS; i++)
        print_values(t, i * width, i * width + shown);
    if (rows > ROWS || shown < width)
        puts(" ...");
}

/* ---------------------------------------------------------------------- for a program */

/* What --format says, or the ending of --output; NULL: neither does. */
static const char *format_of(const CliArgs *a)
{
    static const char *const formats[] = {"npy", "csv", "json"};
    const char *dot = a->output ? strrchr(a->output, '.') : NULL;
    if (a->format)
        return a->format;
    for (size_t i = 0; dot && i < sizeof formats / sizeof *formats; i++)
        if (!strcmp(dot + 1, formats[i]))
            return formats[i];
    return a->output_dir ? "npy" : NULL;
}

static RtStatus write_text(const char *format, const char *path, const RtTensors *results,
                           FILE *to, DiagList *d)
{
    if (!strcmp(format, "csv"))
        return rt_export_csv(path, results, to, d);
    rt_export_json(results, to);
    return RT_OK;
}

static void write_text_file(const char *format, const char *path,
                            const RtTensors *results, DiagList *d)
{
    char *bytes = NULL;
    size_t size;
    FILE *to = open_memstream(&bytes, &size);
    RtStatus st = to ? write_text(format, path, results, to, d) : rt_no_memory(d, 1);
    if (to && fclose(to) && !st)
        st = rt_no_memory(d, size);
    RtPiece piece = {bytes, size};
    if (!st)
        rt_file_write(path, &piece, 1, d);
    free(bytes);
}

static void write_file(const char *format, const char *path, const RtTensors *results,
                       DiagList *d)
{
    if (strcmp(format, "npy"))
        write_text_file(format, path, results, d);
    else if (results->count == 1)
        rt_npy_write(path, &results->items[0], d);
    else
        diag_error(d, (Place){path, 0, 0},
                   "a .npy holds one result, there are %zu: --output-dir DIR writes a "
                   "file for each", results->count);
}

static CliList files_read(const CliArgs *a)
{
    CliList all = {.items = ARENA_ARRAY(a->arena, const char *, a->inputs.count + 2)};
    all.items[all.count++] = a->file;
    all.items[all.count++] = a->weights;
    for (size_t i = 0; i < a->inputs.count; i++)
        all.items[all.count++] = a->inputs.items[i];
    return all;
}

static void write_folder(const CliArgs *a, const RtTensors *results, DiagList *d)
{
    if (mkdir(a->output_dir, 0777) && errno != EEXIST) {
        diag_error(d, (Place){a->output_dir, 0, 0}, "cannot be made: %s",
                   strerror(errno));
        return;
    }
    const char *format = format_of(a);
    const char **paths = ARENA_ARRAY(a->arena, const char *, results->count);
    for (size_t i = 0; i < results->count; i++)
        paths[i] = arena_printf(a->arena, "%s/out%zu.%s", a->output_dir, i, format);
    CliList read = files_read(a);
    rt_no_clash(paths, results->count, read.items, read.count, d);
    for (size_t i = 0; i < results->count && !diag_errors(d); i++) {
        RtTensors one = {.items = &results->items[i], .count = 1};
        write_file(format, paths[i], &one, d);
    }
}

/* ---------------------------------------------------------------------------- of both */

bool cli_check_output(const CliArgs *a, DiagList *d)
{
    const char *format = format_of(a);
    CliList read = files_read(a);
    if (a->output && a->output_dir)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "either --output FILE or --output-dir DIR, not both");
    else if (a->output && !format)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){a->output, 0, 0},
                 "is it npy, csv or json? An ending says so, or --format");
    else if (!a->output && !a->output_dir && format && !strcmp(format, "npy"))
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "--format=npy needs a file: --output FILE");
    else if (rt_no_clash(&a->output, 1, read.items, read.count, d) && a->output)
        rt_file_check_writable(a->output, d);
    return !diag_errors(d);
}

void cli_put_results(const CliArgs *a, const RtTensors *results, DiagList *d)
{
    const char *format = format_of(a);
    if (a->output_dir)
        write_folder(a, results, d);
    else if (a->output)
        write_file(format, a->output, results, d);
    else if (format) {
        write_text(format, NULL, results, stdout, d);
        return;
    }
    for (size_t i = 0; i < results->count && !diag_errors(d); i++)
        print_tensor(&results->items[i]);
}
