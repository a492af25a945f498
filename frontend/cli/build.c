/* descent build: a model as a native program or library. */
#include "frontend/cli/cli.h"

#include "frontend/api/build.h"

#include <string.h>

/* NAME[,NAME]... */
static const char **split(const CliArgs *a, const char *words, size_t *count)
{
    const char **out = ARENA_ARRAY(a->arena, const char *, strlen(words) + 1);
    char *next, *copy = arena_strdup(a->arena, words);
    *count = 0;
    for (char *w = strtok_r(copy, ",", &next); w; w = strtok_r(NULL, ",", &next))
        out[(*count)++] = w;
    return out;
}

/* The model's file without folder and ending. */
static const char *default_output(const CliArgs *a)
{
    const char *slash = strrchr(a->file, '/'), *base = slash ? slash + 1 : a->file;
    const char *dot = strrchr(base, '.');
    return arena_strndup(a->arena, base, dot ? (size_t)(dot - base) : strlen(base));
}

void cli_build(CliArgs *a, DiagList *d)
{
    ApiBuild o = {
        .target = a->target, .entry = a->entry, .weights = a->weights,
        .weights_file = a->weights_file, .train = a->train, .data_root = a->data_root,
        .rows = a->rows,
        .phase = a->times ? cli_print_phase : NULL,
        .out = a->output ? a->output : default_output(a),
    };
    if (!cli_sizes(a, &o.sizes, d))
        return;
    o.sizes.epochs = a->epochs;
    if (a->kind)
        api_kind_parse(a->kind, &o.kind);
    else if (!api_kind_of(o.out, &o.kind, d))
        return;
    if (a->cpu)
        o.cpus = split(a, a->cpu, &o.cpu_count);
    ApiModel *m = api_open(a->file, d);
    if (m)
        api_build(m, &o, d);
    api_close(m);
}
