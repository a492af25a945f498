/* descent run: an entry point on given tensors. */
#include "frontend/cli/cli.h"

#include "runtime/npy.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

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

static void write_results(const CliArgs *a, const RtTensors *results, DiagList *d)
{
    if (mkdir(a->output_dir, 0777) && errno != EEXIST) {
        diag_error(d, (Place){a->output_dir, 0, 0}, "cannot be made: %s",
                   strerror(errno));
        return;
    }
    for (size_t i = 0; i < results->count; i++) {
        const char *path = arena_printf(a->arena, "%s/out%zu.npy", a->output_dir, i);
        if (rt_npy_write(path, &results->items[i], d))
            return;
    }
}

void cli_run(CliArgs *a, DiagList *d)
{
    ApiRun o = {
        .threads = (unsigned)a->threads, .entry = a->entry, .weights = a->weights,
        .reference = a->backend && !strcmp(a->backend, "ref"), .inputs = a->inputs.items,
        .input_count = a->inputs.count, .raw = a->raw,
        .target = {.cpu = a->cpu, .phase = a->times ? cli_print_phase : NULL},
    };
    RtTensors results = {0};
    if (!cli_sizes(a, &o.sizes, d))
        return;
    ApiModel *m = api_open(a->file, d);
    if (m && !api_run(m, &o, &results, d)) {
        if (a->output_dir)
            write_results(a, &results, d);
        for (size_t i = 0; i < results.count; i++)
            print_tensor(&results.items[i]);
    }
    rt_tensors_free(&results);
    api_close(m);
}
