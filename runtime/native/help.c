/* --help: the options, and the model by its description. */
#include "runtime/native/native.h"

#include "runtime/dataset.h"

#include <string.h>

static void print_columns(const RtMeta *meta, const char *group, FILE *to)
{
    enum { LINE = 76, MOST = 12 };
    RtTable t;
    DiagList *ignored = diag_open();
    if (!rt_columns_from_meta(meta, NULL, group, &t, ignored) && t.column_count) {
        int at = fprintf(to, "      columns:");
        for (size_t i = 0; i < t.column_count && i < MOST; i++) {
            if (at + strlen(t.columns[i].name) + 2 > LINE)
                at = fprintf(to, "\n     ") - 1;
            at += fprintf(to, " %s%s", t.columns[i].name,
                          i + 1 < t.column_count ? ";" : "");
        }
        fputs(t.column_count > MOST ? " ...\n" : "\n", to);
    }
    rt_table_free(&t);
    diag_close(ignored);
}

static void print_shape(const RtSpec *s, bool rows, FILE *to)
{
    char shape[RT_SHAPE_TEXT];
    rt_shape_text(s->dtype, s->rank, s->dims, shape);
    if (!rows) {
        fprintf(to, "  %-12s %s\n", s->name, shape);
        return;
    }
    const char *rest = strpbrk(shape, ",]"); /* the first size is the rows */
    fprintf(to, "  %-12s %s[rows%s\n", s->name, dtype_name(s->dtype), rest);
}

static const char *prepared(const RtMeta *meta, const char *group)
{
    RtTransform t;
    DiagList *ignored = diag_open();
    bool known = !rt_transform_from_meta(meta, NULL, group, &t, ignored);
    const char *out = !known         ? NULL
                      : t.count      ? "standardized as the training data was"
                      : t.scale != 1 ? "scaled as the training data was"
                                     : NULL;
    if (known)
        rt_transform_free(&t);
    diag_close(ignored);
    return out;
}

static void print_tensors(const NativeModel *m, const RtMeta *meta, FILE *to)
{
    fprintf(to, "\ninputs%s:\n", m->rows ? ", of any number of rows" : "");
    for (size_t i = 0; i < m->input_count; i++) {
        const NativeArgument *a = native_input(m, i);
        const char *how = prepared(meta, a->group);
        print_shape(&a->spec, m->rows, to);
        print_columns(meta, a->group, to);
        if (how)
            fprintf(to, "      %s, unless --raw\n", how);
    }
    fputs("results:\n", to);
    for (size_t i = 0; i < m->result_count; i++)
        print_shape(&m->results[i], m->rows, to);
}

static bool needs_file(const NativeModel *m)
{
    for (size_t i = 0; i < m->arg_count; i++)
        if (native_is_weight(&m->args[i].spec) && m->args[i].at < 0)
            return true;
    return false;
}

void native_print_help(const NativeModel *m, const RtMeta *meta, const char *program,
                       FILE *to)
{
    const char *slash = strrchr(program, '/');
    fprintf(to, "usage: %s [OPTIONS] [INPUT...]\nRuns @%s of the model %s (%s).\n\n",
            slash ? slash + 1 : program, m->entry, m->name, m->source);
    fputs("  -i, --input FILE    .npy, .csv (its columns count) or the tensor's bytes;\n"
          "                      once per input, in order (the standard input)\n"
          "      --input-format npy|csv|bytes   whatever the ending says\n"
          "  -o, --output FILE   .json, .csv or .npy (the standard output, as JSON)\n"
          "  -f, --format json|csv|npy|bytes    whatever the ending says\n"
          "      --raw           inputs are scaled and standardized already\n"
          "  -t, --threads N     threads (1)\n",
          to);
    fprintf(to, "      --weights-file FILE  %s (safetensors)\n",
            needs_file(m) ? "the weights" : "instead of those in the program");
    print_tensors(m, meta, to);
}
