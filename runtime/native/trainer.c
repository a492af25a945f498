/* The description of a trainer, as frontend/api/build/trainer.c writes it:
 *
 *   {"descent": 1, "model": "spam", "source": "spam.dsc", "needs": "avx2 fma ",
 *    "models": ["spam"], "train_rows": 3681, "test_rows": 920, "epochs": 20,
 *    "counts_epochs": false, "counts_steps": false,
 *    "batch": 32, "eval_batch": 0, "patience": 0, "seed": "0",
 *    "monitor": "accuracy", "monitor_max": true,
 *    "data": {"kind": 0, "paths": ["data/spambase.csv"], "targets": ["type"], ...},
 *    "entries": [{"at": 1, "name": "train_step", "rows": 32, "arena": 4096,
 *                 "arguments": [...], "results": [...]}]}
 *
 * Seeds are strings: 64 bits do not fit a JSON number. */
#include "runtime/native/train.h"

#include <stdlib.h>
#include <string.h>

static bool is_true(const RtJson *v, const char *key)
{
    const RtJson *p = rt_json_get(v, key);
    return p && p->kind == RT_JSON_BOOL && p->number;
}

static uint64_t read_seed(const RtJson *v)
{
    return strtoull(rt_json_get_string(v, "seed", "0"), NULL, 10);
}

static void read_groups(const RtJson *list, Arena *arena, RtDataOptions *out)
{
    RtGroupSpec *groups = ARENA_ARRAY(arena, RtGroupSpec, list ? list->count + 1 : 1);
    for (const RtJson *p = list ? list->child : NULL; p; p = p->next) {
        RtGroupSpec *g = &groups[out->group_count++];
        g->name = rt_json_get_string(p, "name", "");
        g->columns = native_read_strings(p, "columns", arena, &g->column_count);
        g->target = is_true(p, "target");
    }
    out->groups = groups;
}

static void read_data(const RtJson *v, Arena *arena, RtDataOptions *out)
{
    *out = (RtDataOptions){
        .kind = (RtDataKind)native_whole(v, "kind", 0),
        .separator = *rt_json_get_string(v, "separator", ""),
        .no_header = is_true(v, "no_header"),
        .window = native_whole(v, "window", 0),
        .limit = native_whole(v, "limit", 0),
        .test = rt_json_get_number(v, "test", 0),
        .in_order = is_true(v, "in_order"),
        .seed = read_seed(v),
        .scale = rt_json_get_number(v, "scale", 0),
        .standardize = is_true(v, "standardize"),
    };
    out->paths = native_read_strings(v, "paths", arena, &out->path_count);
    out->targets = native_read_strings(v, "targets", arena, &out->target_count);
    out->features = native_read_strings(v, "features", arena, &out->feature_count);
    read_groups(rt_json_get(v, "groups"), arena, out);
}

static const RtSpec *read_specs(const RtJson *list, Arena *arena, size_t *count,
                                bool *good)
{
    RtSpec *out = ARENA_ARRAY(arena, RtSpec, list ? list->count + 1 : 1);
    *count = 0;
    for (const RtJson *p = list ? list->child : NULL; p; p = p->next)
        *good &= native_read_spec(p, &out[(*count)++]);
    return out;
}

static bool read_entry(const RtJson *v, NativeTrainer *t)
{
    int64_t at = native_whole(v, "at", NATIVE_ENTRY_COUNT);
    bool good = at < NATIVE_ENTRY_COUNT;
    if (!good)
        return false;
    RtEntry *e = &t->entries[at];
    e->name = rt_json_get_string(v, "name", "");
    e->arena_bytes = (size_t)native_whole(v, "arena", 0);
    e->args = read_specs(rt_json_get(v, "arguments"), t->arena, &e->arg_count, &good);
    e->results = read_specs(rt_json_get(v, "results"), t->arena, &e->result_count, &good);
    t->rows[at] = native_whole(v, "rows", 0);
    return good;
}

static RtStatus read_trainer(const RtJson *root, NativeTrainer *t, DiagList *d)
{
    if (!root || native_whole(root, "descent", 0) != RT_NATIVE_VERSION)
        return native_damaged(d, "another form");
    t->name = rt_json_get_string(root, "model", "model");
    t->title = rt_json_get_string(root, "title", NULL);
    t->source = rt_json_get_string(root, "source", "");
    t->models = native_read_strings(root, "models", t->arena, &t->model_count);
    t->needs = rt_json_get_string(root, "needs", "");
    t->train_rows = native_whole(root, "train_rows", 0);
    t->test_rows = native_whole(root, "test_rows", 0);
    t->epochs = native_whole(root, "epochs", 1);
    t->counts_epochs = is_true(root, "counts_epochs");
    t->counts_steps = is_true(root, "counts_steps");
    t->batch = native_whole(root, "batch", 1);
    t->eval_batch = native_whole(root, "eval_batch", 0);
    t->patience = native_whole(root, "patience", 0);
    t->seed = read_seed(root);
    t->monitor = rt_json_get_string(root, "monitor", NULL);
    t->monitor_max = is_true(root, "monitor_max");
    read_data(rt_json_get(root, "data"), t->arena, &t->data);
    const RtJson *list = rt_json_get(root, "entries");
    for (const RtJson *p = list ? list->child : NULL; p; p = p->next)
        if (!read_entry(p, t))
            return native_damaged(d, "a wrong entry point");
    return RT_OK;
}

RtStatus native_trainer_open(const char *description, NativeTrainer *out, DiagList *d)
{
    *out = (NativeTrainer){.arena = arena_open()};
    const RtJson *root = rt_json_parse(description, strlen(description), out->arena);
    return read_trainer(root, out, d);
}

void native_trainer_close(NativeTrainer *t)
{
    arena_close(t->arena);
}

void native_trainer_move(NativeTrainer *t, const char *root)
{
    const char **paths = ARENA_ARRAY(t->arena, const char *, t->data.path_count + 1);
    for (size_t i = 0; i < t->data.path_count; i++)
        paths[i] = *t->data.paths[i] == '/'
                       ? t->data.paths[i]
                       : arena_printf(t->arena, "%s/%s", root, t->data.paths[i]);
    t->data.paths = paths;
}
