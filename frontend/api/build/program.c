/* A program: the entry point for a batch, the same for one row, weights, a description of
 * it all that its main reads at the start, and main itself, which is part of this binary.
 *
 * The description is JSON (runtime/native/model.h). Weights lie in a block, each at a
 * multiple of 64. */
#include "frontend/api/build/build.h"

#include "runtime/json.h"
#include "runtime/native/native.h"

#include <string.h>

enum { ALIGN = 64 };

typedef struct Program {
    Build *b;
    const char *entry;
    int64_t rows;         /* of a batch; 0: sizes are fixed */
    BuildPart batch, row; /* row: made if a batch is more than one */
    Text weights, description;
} Program;

/* ------------------------------------------------------------------------------- rows */

static const RtEntry *spec_for(Build *b, const char *entry, int64_t batch)
{
    const char *names[] = {entry, NULL};
    ApiSizes sizes = b->o->sizes;
    sizes.batch = batch;
    IrModule *m = api_lower(b->model, b->context, &sizes, names, b->d);
    const RtEntry *e = m ? api_spec(ir_module_func(m, entry), b->arena, b->d) : NULL;
    ir_module_close(m);
    return e;
}

/* Whether of two shapes only the first size differs, as the batches do. */
static bool grows(const RtSpec *s, const RtSpec *t, int64_t batch)
{
    return s->rank && s->rank == t->rank && s->dims[0] == batch &&
           t->dims[0] == batch + 1 &&
           !memcmp(s->dims + 1, t->dims + 1, (size_t)(s->rank - 1) * sizeof *s->dims);
}

/* A program takes any number of rows if all its inputs and results have one for each. */
static bool has_rows(const RtEntry *a, const RtEntry *b, int64_t batch)
{
    bool good = true, any = false;
    for (size_t i = 0; i < a->arg_count; i++)
        if (!build_is_weight(&a->args[i])) {
            good &= grows(&a->args[i], &b->args[i], batch);
            any = true;
        }
    for (size_t i = 0; i < a->result_count; i++)
        good &= grows(&a->results[i], &b->results[i], batch);
    return good && any;
}

static bool find_rows(Program *p, int64_t batch)
{
    if (!p->b->model->language)
        return true;
    const RtEntry *one = spec_for(p->b, p->entry, batch);
    const RtEntry *more = one ? spec_for(p->b, p->entry, batch + 1) : NULL;
    if (more && has_rows(one, more, batch))
        p->rows = batch;
    return more != NULL;
}

/* -------------------------------------------------------------------- the description */

/* Puts a weight into the block; returns where. */
static size_t add_weight(Program *p, const RtSpec *s)
{
    static const char zeros[ALIGN];
    const RtTensor *t = rt_tensors_find(&p->b->weights, s->name);
    size_t at = p->weights.length;
    text_add_bytes(&p->weights, t->data, rt_tensor_bytes(t));
    text_add_bytes(&p->weights, zeros, (ALIGN - p->weights.length % ALIGN) % ALIGN);
    return at;
}

static void add_arguments(Program *p, const RtEntry *e, Text *out)
{
    size_t inputs = 0;
    for (size_t i = 0; i < e->arg_count; i++) {
        const RtSpec *s = &e->args[i];
        text_add(out, i ? ",\n  {" : "\n  {");
        if (!build_is_weight(s))
            build_add_field(out, "group",
                            api_group(p->b->model, &p->b->o->sizes, inputs++, s->name));
        else if (!p->b->o->weights_file)
            build_add_number(out, "at", (int64_t)add_weight(p, s));
        build_add_spec(out, s);
        text_add(out, "}");
    }
}

/* What the weights' file says about the data they were trained on. */
static void add_meta(const RtMeta *meta, Text *out)
{
    for (size_t i = 0; i < meta->count; i++) {
        text_add(out, i ? ",\n  " : "\n  ");
        rt_json_add_string(out, meta->keys[i]);
        text_add(out, ": ");
        rt_json_add_string(out, meta->values[i]);
    }
}

/* How tables of the data are separated. */
static void add_table(const Build *b, Text *out)
{
    const LangTrain *t = api_train_block(b->model, &b->o->sizes);
    const LangData *data = t ? lang_find_data(b->model->language, t->data) : NULL;
    if (!data || data->options.kind != RT_DATA_CSV)
        return;
    char separator[] = {data->options.separator ? data->options.separator : ',', 0};
    build_add_field(out, "separator", separator);
    text_printf(out, "\"header\": %s, ", data->options.no_header ? "false" : "true");
}

static const char *model_name(const Build *b)
{
    const LangModel *m =
        b->model->language ? api_model(b->model, &b->o->sizes, b->d) : NULL;
    return m ? m->name : b->names.prefix;
}

static int64_t arena_bytes(const Program *p)
{
    int64_t batch = p->batch.layout.functions[0].arena_bytes;
    int64_t row = p->row.version_count ? p->row.layout.functions[0].arena_bytes : 0;
    return batch > row ? batch : row;
}

static void describe(Program *p)
{
    Text *out = &p->description;
    const RtEntry *e = p->batch.entries[0];
    text_printf(out, "{\"descent\": %d, ", RT_NATIVE_VERSION);
    build_add_field(out, "model", model_name(p->b));
    build_add_field(out, "source", p->b->names.source);
    build_add_field(out, "entry", p->entry);
    build_add_needs_field(p->b, out);
    build_add_models(p->b, model_name(p->b), out);
    add_table(p->b, out);
    build_add_number(out, "rows", p->rows);
    build_add_number(out, "arena", arena_bytes(p));
    text_add(out, "\n \"arguments\": [");
    add_arguments(p, e, out);
    text_add(out, "],\n ");
    build_add_specs(out, "results", e->results, e->result_count);
    text_add(out, ",\n \"meta\": {");
    add_meta(&p->b->meta, out);
    text_add(out, "}}\n");
}

/* ---------------------------------------------------------------------------- linking */

static bool make_data(Program *p, Text *out)
{
    text_add_bytes(&p->description, "", 1); /* the final 0 counts */
    BuildBytes constants[] = {
        {"descent_model", p->description.bytes, p->description.length},
        {"descent_weights", p->weights.bytes, p->weights.length},
    };
    return build_constants(p->b, constants, p->weights.length ? 2 : 1, out);
}

static bool make_objects(Program *p, int64_t batch, Text objects[3])
{
    const char *names[] = {p->entry, NULL};
    Build *b = p->b;
    const char *hosts[] = {RT_NATIVE_BATCH, NULL}, *row[] = {RT_NATIVE_ROW, NULL};
    bool good = build_part(b, batch, names, hosts, &p->batch) &&
                build_object(b, &p->batch, &objects[0]);
    if (good && p->rows > 1)
        good = build_part(b, 1, names, row, &p->row) &&
               build_object(b, &p->row, &objects[2]);
    if (!good)
        return false;
    describe(p);
    return make_data(p, &objects[1]);
}

bool build_program(Build *b, Text *out)
{
    Program p = {
        .b = b,
        .entry = api_default_entry(b->model, &b->o->sizes, b->o->entry, b->arena, b->d)};
    Text objects[3] = {0};
    int64_t batch = b->o->sizes.batch ? b->o->sizes.batch : 1;
    bool good = p.entry && find_rows(&p, batch) && make_objects(&p, batch, objects) &&
                build_link_program(false, objects, 3, out, b->d);
    for (int i = 0; i < 3; i++)
        text_free(&objects[i]);
    text_free(&p.weights);
    text_free(&p.description);
    build_part_close(&p.batch);
    build_part_close(&p.row);
    return good;
}
