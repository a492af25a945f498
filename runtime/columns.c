#include "runtime/columns.h"

#include "runtime/file.h"
#include "runtime/json.h"
#include "runtime/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

RtStatus rt_columns_join(const RtTable *t, const RtColumn *const *columns, size_t n,
                         RtTensor *out, DiagList *d)
{
    int64_t dims[] = {t->rows, (int64_t)n};
    bool one = n == 1, classes = one && columns[0]->classes;
    RtStatus st = rt_tensor_create(NULL, classes ? DTYPE_i32 : DTYPE_f64, one ? 1 : 2,
                                   dims, out, d);
    if (st)
        return st;
    double *wide = out->data;
    if (classes)
        rt_convert(DTYPE_f64, columns[0]->values, DTYPE_i32, out->data, t->rows);
    else
        for (int64_t row = 0; row < t->rows; row++)
            for (size_t i = 0; i < n; i++)
                *wide++ = columns[i]->values[row];
    return RT_OK;
}

/* ---- a group of another file ---- */

/* found[i]: the column of the file, which has values, but knows its classes only from
 * `as`. */
static RtStatus find_columns(const char *path, const RtTable *t, const RtTable *as,
                             RtColumn *copies, const RtColumn **found, DiagList *d)
{
    enum { MOST_NAMED = 8 };
    size_t missing = 0;
    for (size_t i = 0; i < as->column_count; i++) {
        const RtColumn *c = rt_table_find(t, path, as->columns[i].name,
                                          missing < MOST_NAMED ? d : NULL);
        if (!c) {
            missing++;
            continue;
        }
        copies[i] = *c;
        copies[i].classes = as->columns[i].classes;
        found[i] = &copies[i];
    }
    if (missing > MOST_NAMED)
        rt_fail_file(d, RT_BAD_INPUT, path, "it lacks %zu column%s more",
                     missing - MOST_NAMED, text_plural((long long)missing - MOST_NAMED));
    return missing ? RT_BAD_INPUT : RT_OK;
}

static RtStatus join_named(const char *path, const RtTable *t, const RtTable *as,
                           RtTensor *out, DiagList *d)
{
    RtColumn *copies = calloc(as->column_count + 1, sizeof *copies);
    const RtColumn **found = calloc(as->column_count + 1, sizeof *found);
    RtStatus st = copies && found ? find_columns(path, t, as, copies, found, d)
                                  : rt_no_memory(d, as->column_count * sizeof *copies);
    if (!st)
        st = rt_columns_join(t, found, as->column_count, out, d);
    free(copies);
    free(found);
    return st;
}

/* The first line may be data. Where columns are known by name, one that is missing is an
 * error. */
static void check_names(const char *file, const RtTable *t, DiagList *d)
{
    double ignored;
    for (size_t i = 0; i < t->column_count; i++) {
        const char *name = t->columns[i].name;
        if (!rt_number_parse(name, name + strlen(name), &ignored))
            return;
    }
    if (t->column_count)
        diag_add(d, DIAG_WARNING, 0, (Place){file, 1, 0},
                 "this line is taken for the names of the columns, but holds numbers "
                 "only");
}

RtStatus rt_csv_parse_group(const char *file, const char *text, size_t length,
                            const RtCsvOptions *options, const RtTable *columns,
                            RtTensor *out, DiagList *d)
{
    RtCsvOptions o = *options;
    RtTable t;
    *out = (RtTensor){0};
    o.known = columns->column_count ? columns : NULL;
    RtStatus st = rt_csv_parse(file, text, length, &o, &t, d);
    if (!st && !o.known && !o.no_header)
        check_names(file, &t, d);
    if (!st)
        st = join_named(file, &t, o.known ? o.known : &t, out, d);
    rt_table_free(&t);
    return st;
}

RtStatus rt_csv_read_group(const char *path, const RtCsvOptions *options,
                           const RtTable *columns, RtTensor *out, DiagList *d)
{
    RtFile f;
    *out = (RtTensor){0};
    RtStatus st = rt_file_read(path, RT_FILE_LIMIT, &f, d);
    if (!st)
        st = rt_csv_parse_group(path, (const char *)f.bytes, f.size, options, columns, out,
                                d);
    rt_file_free(&f);
    return st;
}

/* ---- as metadata ---- */

/* "name":["word",...] */
static void add_words(Text *out, const RtColumn *c)
{
    text_add(out, out->length ? "," : "{");
    rt_json_add_string(out, c->name);
    text_add(out, ":[");
    for (size_t i = 0; i < c->class_count; i++) {
        text_add(out, i ? "," : "");
        rt_json_add_string(out, c->classes[i]);
    }
    text_add(out, "]");
}

static void add_name(Text *out, const RtColumn *c)
{
    text_add(out, out->length ? "," : "[");
    rt_json_add_string(out, c->name);
}

/* A list that lacks its end. */
static RtStatus put_json(RtMeta *meta, const char *group, const char *what, Text *json,
                         const char *end, DiagList *d)
{
    char key[200];
    text_add(json, end);
    snprintf(key, sizeof key, "descent.%.100s.%s", group, what);
    return rt_meta_set(meta, key, json->bytes, d);
}

/* Columns on their way to metadata, or from there. */
typedef struct Passing {
    const char *file, *group;
    const RtTable *columns;
    const RtMeta *meta;
    RtTable *out;
    RtMeta *to;
    DiagList *d;
} Passing;

static RtStatus describe(void *passing)
{
    const Passing *p = passing;
    const RtTable *columns = p->columns;
    Text names = {0}, words = {0};
    for (size_t i = 0; i < columns->column_count; i++) {
        add_name(&names, &columns->columns[i]);
        if (columns->columns[i].classes)
            add_words(&words, &columns->columns[i]);
    }
    RtStatus st = put_json(p->to, p->group, "columns", &names, "]", p->d);
    if (!st && words.length)
        st = put_json(p->to, p->group, "words", &words, "}", p->d);
    text_free(&names);
    text_free(&words);
    return st;
}

RtStatus rt_columns_describe(const char *group, const RtTable *columns, RtMeta *meta,
                             DiagList *d)
{
    Passing p = {.group = group, .columns = columns, .to = meta, .d = d};
    return columns->column_count ? rt_guarded(describe, &p, d) : RT_OK;
}

/* NULL if the metadata says nothing; *good is false if it says something else. */
static const RtJson *get_json(const RtMeta *meta, const char *group, const char *what,
                              RtJsonKind kind, Arena *arena, bool *good)
{
    char key[200];
    snprintf(key, sizeof key, "descent.%.100s.%s", group, what);
    const char *text = rt_meta_get(meta, key);
    const RtJson *list = text ? rt_json_parse(text, strlen(text), arena) : NULL;
    *good &= !text || (list && list->kind == kind);
    return list;
}

/* The words of a column, ascending; *good is false if they are none. NULL: it holds
 * numbers. The list is the arena's, its strings the JSON's. */
static char **take_words(const RtJson *list, Arena *arena, size_t *count, bool *good)
{
    *count = 0;
    if (!list)
        return NULL;
    char **words = ARENA_ARRAY(arena, char *, list->count + 1);
    *good &= list->kind == RT_JSON_ARRAY;
    for (const RtJson *w = *good ? list->child : NULL; w && *good; w = w->next) {
        *good &= w->kind == RT_JSON_STRING
              && (!*count || strcmp(words[*count - 1], w->string) < 0);
        if (*good)
            words[(*count)++] = (char *)(uintptr_t)w->string;
    }
    return words;
}

static RtStatus fail_damaged(const char *file, DiagList *d)
{
    return rt_fail_file(d, RT_BAD_INPUT, file, "the metadata about columns is damaged");
}

static RtStatus take_column(const RtJson *name, const RtJson *words, Arena *arena,
                            const Passing *p)
{
    size_t count = 0;
    bool good = name->kind == RT_JSON_STRING;
    char **classes = NULL;
    if (good)
        classes = take_words(rt_json_get(words, name->string), arena, &count, &good);
    return good ? rt_table_add(p->out, name->string, classes, count, p->d)
                : fail_damaged(p->file, p->d);
}

static RtStatus take_columns(void *passing)
{
    const Passing *p = passing;
    Arena *arena = arena_open();
    bool good = true;
    const RtJson *names =
        get_json(p->meta, p->group, "columns", RT_JSON_ARRAY, arena, &good);
    const RtJson *words =
        get_json(p->meta, p->group, "words", RT_JSON_OBJECT, arena, &good);
    RtStatus st = good ? RT_OK : fail_damaged(p->file, p->d);
    for (const RtJson *name = names ? names->child : NULL; name && !st; name = name->next)
        st = take_column(name, words, arena, p);
    arena_close(arena);
    return st;
}

RtStatus rt_columns_from_meta(const RtMeta *meta, const char *file, const char *group,
                              RtTable *out, DiagList *d)
{
    Passing p = {.file = file, .group = group, .meta = meta, .out = out, .d = d};
    *out = (RtTable){0};
    RtStatus st = rt_guarded(take_columns, &p, d);
    if (st)
        rt_table_free(out);
    return st;
}
