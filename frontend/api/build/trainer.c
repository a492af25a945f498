/* A trainer as a program: its entry points, a description of these, of the data and of the
 * train block, and a main that is part of this binary (runtime/native/train.c).
 *
 * Shapes are static. So the data is looked at for the number of its rows: the last batch of
 * an epoch has an entry point of its own, and schedules know how many steps there are. */
#include "frontend/api/build/build.h"

#include "runtime/json.h"
#include "runtime/native/train.h"
#include "runtime/number.h"

#include <inttypes.h>
#include <string.h>

typedef struct Trainer {
    Build *b;
    const LangTrain *block;
    const LangData *data;
    BuildRows rows;
    int64_t batch, eval_batch;
    bool counts_epochs, counts_steps;       /* schedules: see steps.c */
    Text objects[NATIVE_ENTRY_COUNT + 1];   /* of parts; the last: the description */
    size_t object_count;
    Text entries;                           /* their descriptions */
} Trainer;

/* ------------------------------------------------------------------------------- data */

static bool find_block(Trainer *t)
{
    const ApiModel *m = t->b->model;
    t->block = api_train_block(m, &t->b->o->sizes);
    t->data = t->block ? lang_find_data(m->language, t->block->data) : NULL;
    if (!t->block)
        diag_error(t->b->d, api_at(m->file), "there is no train block in it");
    else if (!t->data)
        diag_error(t->b->d, t->block->at,
                   "this train block names no data: a trainer that reads its own files "
                   "needs `train %s on DATA(...)`", t->block->model);
    return t->data;
}

static bool count_rows(Trainer *t)
{
    const ApiBuild *o = t->b->o;
    if (!build_look_at_data(t->b, t->block, &t->rows)) {
        diag_note(t->b->d, t->block->at,
                  "a trainer is built for so many rows as its data has; --rows says it "
                  "without the data");
        return false;
    }
    int64_t batch = o->sizes.batch ? o->sizes.batch : t->block->batch;
    int64_t eval = t->block->eval_batch ? t->block->eval_batch : batch;
    t->batch = batch < t->rows.train ? batch : t->rows.train;
    t->eval_batch = eval < t->rows.test ? eval : t->rows.test;
    return true;
}

/* ------------------------------------------------------------------------------ parts */

static void describe_entry(Trainer *t, const BuildPart *p, size_t i, NativeEntryName at,
                           int64_t rows)
{
    const RtEntry *e = p->entries[i];
    Text *out = &t->entries;
    text_add(out, out->length ? ",\n {" : "\n {");
    build_add_field(out, "name", e->name);
    build_add_number(out, "at", at);
    build_add_number(out, "rows", rows);
    build_add_number(out, "arena", p->layout.functions[i].arena_bytes);
    build_add_specs(out, "arguments", e->args, e->arg_count);
    text_add(out, ",\n ");
    build_add_specs(out, "results", e->results, e->result_count);
    text_add(out, "}");
}

static const char *const entry_names[] = {
#define NAME(name) [NATIVE_##name] = #name,
    NATIVE_ENTRIES(NAME)
#undef NAME
};

/* The place of an entry, by its name among those that this part was asked for. */
static NativeEntryName place(const char *name, bool last)
{
    return !strncmp(name, "data.", 5)    ? NATIVE_data
           : !strcmp(name, "init")       ? NATIVE_init
           : !strcmp(name, "train_step") ? last ? NATIVE_train_step_last : NATIVE_train_step
           : last                        ? NATIVE_eval_step_last
                                         : NATIVE_eval_step;
}

/* Entries for a number of rows; last: those of a smaller batch. */
static bool add_part(Trainer *t, const char *const *entries, int64_t rows, bool last)
{
    const char *hosts[] = {NULL, NULL, NULL};
    BuildPart p = {0};
    for (size_t i = 0; entries[i]; i++)
        hosts[i] = entry_names[place(entries[i], last)];
    bool good = build_part(t->b, rows, entries, hosts, &p)
        && build_object(t->b, &p, &t->objects[t->object_count++]);
    for (size_t i = 0; i < p.entry_count && good; i++)
        describe_entry(t, &p, i, place(p.entries[i]->name, last), rows);
    build_part_close(&p);
    return good;
}

/* The data, if the language computes it. */
static bool add_table(Trainer *t)
{
    const char *names[] = {arena_printf(t->b->arena, "data.%s", t->data->name), NULL};
    return !t->data->table || add_part(t, names, t->batch, false);
}

static bool add_parts(Trainer *t)
{
    static const char *const first[] = {"init", "train_step", NULL};
    int64_t train = t->rows.train % t->batch;
    int64_t eval = t->rows.test ? t->rows.test % t->eval_batch : 0;
    bool good = add_table(t) && add_part(t, first, t->batch, false);
    if (good && train)
        good = add_part(t, first + 1, train, true);
    static const char *const test[] = {"eval_step", NULL};
    if (good && t->rows.test)
        good = add_part(t, test, t->eval_batch, false);
    if (good && eval)
        good = add_part(t, test, eval, true);
    return good;
}

/* -------------------------------------------------------------------- the description */

static void add_flag(Text *out, const char *name, bool value)
{
    text_printf(out, "\"%s\": %s, ", name, value ? "true" : "false");
}

static void add_seed(Text *out, uint64_t seed)
{
    text_printf(out, "\"seed\": \"%" PRIu64 "\", ", seed);
}

static void add_real(Text *out, const char *name, double value)
{
    char number[RT_NUMBER_TEXT];
    text_printf(out, "\"%s\": %s, ", name, rt_number_shortest(value, false, number));
}

/* Paths as the model's file has them: lang/ has put its folder before them. */
static void add_paths(const Trainer *t, Text *out, const RtDataOptions *o)
{
    const char *file = t->b->model->file, *slash = strrchr(file, '/');
    size_t folder = slash ? (size_t)(slash - file) + 1 : 0;
    const char **paths = ARENA_ARRAY(t->b->arena, const char *, o->path_count + 1);
    for (size_t i = 0; i < o->path_count; i++)
        paths[i] = o->paths[i] + (strncmp(o->paths[i], file, folder) ? 0 : folder);
    build_add_strings(out, "paths", paths, o->path_count);
}

static void add_groups(Text *out, const RtDataOptions *o)
{
    text_add(out, "\"groups\": [");
    for (size_t i = 0; i < o->group_count; i++) {
        const RtGroupSpec *g = &o->groups[i];
        text_add(out, i ? ", {" : "{");
        build_add_field(out, "name", g->name);
        build_add_strings(out, "columns", g->columns, g->column_count);
        text_printf(out, "\"target\": %s}", g->target ? "true" : "false");
    }
    text_add(out, "]");
}

static void add_data(const Trainer *t, Text *out)
{
    const RtDataOptions *o = &t->data->options;
    char separator[] = {o->separator, 0};
    text_add(out, "\n \"data\": {");
    build_add_number(out, "kind", t->data->table ? RT_DATA_TENSORS : o->kind);
    build_add_field(out, "separator", separator);
    add_flag(out, "no_header", o->no_header);
    build_add_number(out, "window", o->window);
    build_add_number(out, "limit", o->limit);
    add_real(out, "test", o->test);
    add_flag(out, "in_order", o->in_order);
    add_seed(out, o->seed);
    add_real(out, "scale", o->scale);
    add_flag(out, "standardize", o->standardize);
    add_paths(t, out, o);
    build_add_strings(out, "targets", o->targets, o->target_count);
    build_add_strings(out, "features", o->features, o->feature_count);
    add_groups(out, o);
    text_add(out, "},");
}

static void describe(Trainer *t, Text *out)
{
    const LangTrain *b = t->block;
    int64_t epochs = t->b->o->sizes.epochs;
    text_printf(out, "{\"descent\": %d, ", RT_NATIVE_VERSION);
    build_add_field(out, "model", b->model);
    build_add_needs_field(t->b, out);
    build_add_models(t->b, b->model, out);
    if (lang_train_count(t->b->model->language) > 1)
        build_add_field(out, "title", b->model);
    build_add_field(out, "source", t->b->names.source);
    build_add_number(out, "train_rows", t->rows.train);
    build_add_number(out, "test_rows", t->rows.test);
    build_add_number(out, "epochs", epochs ? epochs : b->epochs);
    add_flag(out, "counts_epochs", t->counts_epochs);
    add_flag(out, "counts_steps", t->counts_steps);
    build_add_number(out, "batch", t->batch);
    build_add_number(out, "eval_batch", b->eval_batch);
    build_add_number(out, "patience", b->patience);
    add_seed(out, b->seed);
    if (b->monitor)
        build_add_field(out, "monitor", b->monitor);
    add_flag(out, "monitor_max", b->monitor_max);
    add_data(t, out);
    text_printf(out, "\n \"entries\": [%s]}\n", t->entries.bytes);
    text_add_bytes(out, "", 1);    /* the final 0 counts */
}

static bool add_description(Trainer *t)
{
    Text text = {0};
    describe(t, &text);
    BuildBytes model = {"descent_model", text.bytes, text.length};
    bool good = build_constants(t->b, &model, 1, &t->objects[t->object_count++]);
    text_free(&text);
    return good;
}

static bool look_at_schedules(Trainer *t)
{
    const ApiSizes *sizes = &t->b->o->sizes;
    ApiSizes epochs = *sizes, steps = *sizes;
    epochs.epochs = (sizes->epochs ? sizes->epochs : t->block->epochs) + 1;
    steps.steps_per_epoch++;
    return build_steps_differ(t->b, sizes, &epochs, &t->counts_epochs)
        && build_steps_differ(t->b, sizes, &steps, &t->counts_steps);
}

bool build_trainer(Build *b, Text *out)
{
    const ApiBuild *given = b->o;
    ApiBuild o = *given;
    Trainer t = {.b = b};
    bool good = find_block(&t) && count_rows(&t);
    if (good) {
        o.sizes.steps_per_epoch = rt_batches(t.rows.train, t.batch);
        b->o = &o;
        good = look_at_schedules(&t) && add_parts(&t) && add_description(&t)
            && build_link_program(true, t.objects, t.object_count, out, b->d);
        b->o = given;
    }
    for (size_t i = 0; i < t.object_count; i++)
        text_free(&t.objects[i]);
    text_free(&t.entries);
    return good;
}
