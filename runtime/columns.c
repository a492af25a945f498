#include "runtime/columns.h"

#include <cjson/cJSON.h>
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
        rt_fail_file(d, RT_BAD_INPUT, path, "it lacks %zu columns more",
                     missing - MOST_NAMED);
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

RtStatus rt_csv_read_group(const char *path, const RtCsvOptions *options,
                           const RtTable *columns, RtTensor *out, DiagList *d)
{
    RtCsvOptions o = *options;
    RtTable t;
    *out = (RtTensor){0};
    o.known = columns->column_count ? columns : NULL;
    RtStatus st = rt_csv_read(path, &o, &t, d);
    if (!st)
        st = join_named(path, &t, o.known ? o.known : &t, out, d);
    rt_table_free(&t);
    return st;
}

/* ---- as metadata ---- */

static cJSON *list_words(const RtColumn *c)
{
    cJSON *list = cJSON_CreateArray();
    bool good = list;
    for (size_t i = 0; i < c->class_count && good; i++)
        good = cJSON_AddItemToArray(list, cJSON_CreateString(c->classes[i]));
    if (good)
        return list;
    cJSON_Delete(list);
    return NULL;
}

static bool add_column(const RtColumn *c, cJSON *names, cJSON *words)
{
    return cJSON_AddItemToArray(names, cJSON_CreateString(c->name))
        && (!c->classes || cJSON_AddItemToObject(words, c->name, list_words(c)));
}

static RtStatus put_json(RtMeta *meta, const char *group, const char *what,
                         const cJSON *json, DiagList *d)
{
    char key[200];
    char *text = cJSON_PrintUnformatted(json);
    snprintf(key, sizeof key, "descent.%.100s.%s", group, what);
    RtStatus st = text ? rt_meta_set(meta, key, text, d) : rt_no_memory(d, sizeof *json);
    free(text);
    return st;
}

RtStatus rt_columns_describe(const char *group, const RtTable *columns, RtMeta *meta,
                             DiagList *d)
{
    if (!columns->column_count)
        return RT_OK;
    cJSON *names = cJSON_CreateArray(), *words = cJSON_CreateObject();
    bool good = names && words;
    for (size_t i = 0; i < columns->column_count && good; i++)
        good = add_column(&columns->columns[i], names, words);
    RtStatus st = good ? put_json(meta, group, "columns", names, d)
                       : rt_no_memory(d, columns->column_count * sizeof *names);
    if (!st && words->child)
        st = put_json(meta, group, "words", words, d);
    cJSON_Delete(names);
    cJSON_Delete(words);
    return st;
}

static cJSON *get_json(const RtMeta *meta, const char *group, const char *what)
{
    char key[200];
    snprintf(key, sizeof key, "descent.%.100s.%s", group, what);
    const char *text = rt_meta_get(meta, key);
    return text ? cJSON_Parse(text) : NULL;
}

/* The words of a column; *good is false if they are none. NULL: it holds numbers. The
 * list is the caller's, its strings the JSON's. */
static char **take_words(const cJSON *list, size_t *count, bool *good)
{
    const cJSON *word;
    *count = 0;
    if (!list)
        return NULL;
    char **words = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *words);
    *good &= words && cJSON_IsArray(list);
    cJSON_ArrayForEach(word, list) {
        *good &= cJSON_IsString(word)
              && (!*count || strcmp(words[*count - 1], word->valuestring) < 0);
        if (!*good)
            break;
        words[(*count)++] = word->valuestring;
    }
    return words;
}

static RtStatus take_column(const cJSON *name, const cJSON *words, const char *file,
                            RtTable *out, DiagList *d)
{
    size_t count = 0;
    bool good = cJSON_IsString(name);
    char **classes =
        good ? take_words(cJSON_GetObjectItemCaseSensitive(words, name->valuestring),
                          &count, &good)
             : NULL;
    RtStatus st = good ? rt_table_add(out, name->valuestring, classes, count, d)
                       : rt_fail_file(d, RT_BAD_INPUT, file,
                                      "the metadata about columns is damaged");
    free(classes);
    return st;
}

RtStatus rt_columns_from_meta(const RtMeta *meta, const char *file, const char *group,
                              RtTable *out, DiagList *d)
{
    cJSON *names = get_json(meta, group, "columns");
    cJSON *words = get_json(meta, group, "words");
    const cJSON *name;
    RtStatus st = RT_OK;
    *out = (RtTable){0};
    cJSON_ArrayForEach(name, names) {
        st = take_column(name, words, file, out, d);
        if (st)
            break;
    }
    cJSON_Delete(names);
    cJSON_Delete(words);
    if (st)
        rt_table_free(out);
    return st;
}
