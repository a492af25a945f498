/* The strings that a safetensors file carries beside its tensors. */
#include "runtime/safetensors.h"

#include "support/text.h"

#include <stdlib.h>
#include <string.h>

static size_t find(const RtMeta *m, const char *key)
{
    for (size_t i = 0; i < m->count; i++)
        if (!strcmp(m->keys[i], key))
            return i;
    return m->count;
}

static bool grow(RtMeta *m)
{
    if (m->count < m->room)
        return true;
    size_t room = m->room ? 2 * m->room : 8;
    char **keys = realloc(m->keys, room * sizeof *keys);
    if (keys)
        m->keys = keys;
    char **values = keys ? realloc(m->values, room * sizeof *values) : NULL;
    if (!values)
        return false;
    m->values = values;
    m->room = room;
    return true;
}

RtStatus rt_meta_set(RtMeta *m, const char *key, const char *value, DiagList *d)
{
    size_t i = find(m, key);
    char *copy = strdup(value), *name = i == m->count ? strdup(key) : NULL;
    if (!copy || (i == m->count && (!name || !grow(m)))) {
        free(copy);
        free(name);
        return rt_no_memory(d, strlen(value));
    }
    if (name)
        m->keys[m->count++] = name;
    else
        free(m->values[i]);
    m->values[i] = copy;
    return RT_OK;
}

typedef struct Line {
    RtMeta *meta;
    const char *key, *format;
    va_list args;
    DiagList *d;
} Line;

static RtStatus set_line(void *line)
{
    Line *l = line;
    Text t = {0};
    text_vprintf(&t, l->format, l->args);
    RtStatus st = rt_meta_set(l->meta, l->key, t.bytes, l->d);
    text_free(&t);
    return st;
}

RtStatus rt_meta_printf(RtMeta *m, DiagList *d, const char *key, const char *format, ...)
{
    Line line = {.meta = m, .key = key, .format = format, .d = d};
    va_start(line.args, format);
    RtStatus st = rt_guarded(set_line, &line, d);
    va_end(line.args);
    return st;
}

const char *rt_meta_get(const RtMeta *m, const char *key)
{
    size_t i = m ? find(m, key) : 0;
    return m && i < m->count ? m->values[i] : NULL;
}

void rt_meta_check_model(const RtMeta *m, const char *file, const char *const *models,
                         size_t count, DiagList *d)
{
    const char *trained = rt_meta_get(m, "descent.model");
    for (size_t i = 0; i < count && trained; i++)
        if (!strcmp(models[i], trained))
            return;
    if (count && trained)
        diag_add(d, DIAG_WARNING, 0, (Place){file, 0, 0},
                 "these weights were trained as model '%s', not '%s'", trained, models[0]);
}

void rt_meta_free(RtMeta *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->keys[i]);
        free(m->values[i]);
    }
    free(m->keys);
    free(m->values);
    *m = (RtMeta){0};
}
