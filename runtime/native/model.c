/* The description of a model, as frontend/api/build/program.c writes it:
 *
 *   {"descent": 1, "model": "spam", "source": "spam.dsc", "entry": "predict",
 *    "needs": "sse4.2 avx2 fma ", "models": ["spam"], "separator": ",", "header": true,
 *    "rows": 1, "arena": 4096,
 *    "arguments": [{"role": "param", "alias": -1, "at": 0, "finite": 1, "name": "fc1.w",
 *                   "dtype": "f32", "shape": [57, 64]},
 *                  {"role": "input", "alias": -1, "group": "x", ...}],
 *    "results": [{"name": "out", "dtype": "f32", "shape": [1]}],
 *    "meta": {"descent.x.mean": "0.1 0.2"}} */
#include "runtime/native/native.h"

#include "runtime/json.h"

#include <string.h>

RtStatus native_damaged(DiagList *d, const char *what)
{
    return rt_fail(d, RT_BAD_INPUT, (Place){0},
                   "this program is damaged: its description has %s", what);
}

int64_t native_whole(const RtJson *v, const char *key, int64_t otherwise)
{
    int64_t n;
    return rt_json_whole(rt_json_get(v, key), &n) ? n : otherwise;
}

const char **native_read_strings(const RtJson *v, const char *key, Arena *arena,
                                 size_t *count)
{
    const RtJson *list = rt_json_get(v, key);
    const char **out = ARENA_ARRAY(arena, const char *, list ? list->count + 1 : 1);
    *count = 0;
    for (const RtJson *p = list ? list->child : NULL; p; p = p->next)
        if (p->kind == RT_JSON_STRING)
            out[(*count)++] = p->string;
    return out;
}

static bool read_shape(const RtJson *v, RtSpec *out)
{
    const RtJson *shape = rt_json_get(v, "shape");
    if (!shape || shape->count > RT_MAX_RANK)
        return false;
    for (const RtJson *p = shape->child; p; p = p->next)
        if (!rt_json_whole(p, &out->dims[out->rank++]))
            return false;
    return true;
}

/* Two numbers; none: any value will do. */
static RtRange read_range(const RtJson *v)
{
    const RtJson *range = rt_json_get(v, "range");
    if (!range || range->count != 2)
        return (RtRange){0};
    return (RtRange){.low = range->child->number, .below = range->child->next->number};
}

bool native_read_spec(const RtJson *v, RtSpec *out)
{
    const char *dtype = rt_json_get_string(v, "dtype", "");
    const char *role = rt_json_get_string(v, "role", "");
    *out = (RtSpec){.name = rt_json_get_string(v, "name", ""),
                    .alias = (int)rt_json_get_number(v, "alias", -1),
                    .role = rt_role_parse(role, RT_ROLE_OUTPUT),
                    .range = read_range(v),
                    .finite = native_whole(v, "finite", 0)};
    return dtype_parse(dtype, strlen(dtype), &out->dtype) && read_shape(v, out);
}

bool native_is_weight(const RtSpec *s)
{
    return s->role == RT_ROLE_PARAM || s->role == RT_ROLE_STATE;
}

static bool read_arguments(const RtJson *list, NativeModel *m)
{
    bool good = list;
    m->args = ARENA_ARRAY(m->arena, NativeArgument, list ? list->count + 1 : 1);
    for (const RtJson *p = list ? list->child : NULL; p && good; p = p->next) {
        NativeArgument *a = &m->args[m->arg_count++];
        good = native_read_spec(p, &a->spec);
        a->group = rt_json_get_string(p, "group", a->spec.name);
        a->at = native_whole(p, "at", -1);
        m->input_count += !native_is_weight(&a->spec);
    }
    return good;
}

static bool read_results(const RtJson *list, NativeModel *m)
{
    bool good = list;
    m->results = ARENA_ARRAY(m->arena, RtSpec, list ? list->count + 1 : 1);
    for (const RtJson *p = list ? list->child : NULL; p && good; p = p->next)
        good = native_read_spec(p, &m->results[m->result_count++]);
    return good;
}

static bool check_aliases(const NativeModel *m)
{
    for (size_t i = 0; i < m->arg_count; i++)
        if (m->args[i].spec.alias >= (int)m->result_count)
            return false;
    return true;
}

static RtStatus read_meta(const RtJson *list, RtMeta *out, DiagList *d)
{
    RtStatus st = RT_OK;
    for (const RtJson *p = list ? list->child : NULL; p && !st; p = p->next)
        if (p->kind == RT_JSON_STRING)
            st = rt_meta_set(out, p->key, p->string, d);
    return st;
}

static void read_table(const RtJson *root, RtCsvOptions *out)
{
    const RtJson *header = rt_json_get(root, "header");
    out->separator = *rt_json_get_string(root, "separator", "");
    out->no_header = header && header->kind == RT_JSON_BOOL && !header->number;
}

static RtStatus read_model(const RtJson *root, NativeModel *m, DiagList *d)
{
    if (!root || native_whole(root, "descent", 0) != RT_NATIVE_VERSION)
        return native_damaged(d, "another form");
    m->name = rt_json_get_string(root, "model", "model");
    m->source = rt_json_get_string(root, "source", "");
    m->entry = rt_json_get_string(root, "entry", "");
    m->rows = native_whole(root, "rows", 0);
    m->arena_bytes = (size_t)native_whole(root, "arena", 0);
    m->models = native_read_strings(root, "models", m->arena, &m->model_count);
    m->needs = rt_json_get_string(root, "needs", "");
    read_table(root, &m->table);
    if (!read_arguments(rt_json_get(root, "arguments"), m)
        || !read_results(rt_json_get(root, "results"), m) || !check_aliases(m))
        return native_damaged(d, "a wrong tensor");
    return read_meta(rt_json_get(root, "meta"), &m->meta, d);
}

RtStatus native_model_open(const char *description, NativeModel *out, DiagList *d)
{
    *out = (NativeModel){.arena = arena_open()};
    const RtJson *root = rt_json_parse(description, strlen(description), out->arena);
    return read_model(root, out, d);
}

void native_model_close(NativeModel *m)
{
    rt_meta_free(&m->meta);
    arena_close(m->arena);
}

const NativeArgument *native_input(const NativeModel *m, size_t i)
{
    for (size_t k = 0; k < m->arg_count; k++)
        if (!native_is_weight(&m->args[k].spec) && !i--)
            return &m->args[k];
    return NULL;
}
