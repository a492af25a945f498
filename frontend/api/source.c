/* Source files, and the graphs made from them. */
#include "frontend/api/model.h"

#include "runtime/file.h"
#include "support/guard.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n > k && !strcmp(s + n - k, end);
}

/* A module is read once more whenever it is lowered; this says early what is wrong with
 * it. */
static bool check_module(const ApiModel *m, DiagList *d)
{
    IrContext *c = ir_context_open();
    IrModule *module = ir_parse(c, m->file, m->text, m->length, d);
    ir_module_close(module);
    ir_context_close(c);
    return module != NULL;
}

/* What the text holds, which the model has taken over. */
static bool read_text(ApiModel *m, DiagList *d)
{
    diag_source(d, m->file, m->text, m->length);
    if (ends_in(m->file, ".mlir"))
        return check_module(m, d);
    size_t errors = diag_errors(d);
    m->language = lang_parse(m->file, m->text, m->length, d);
    return diag_errors(d) == errors;
}

static bool read_file(ApiModel *m, DiagList *d)
{
    RtFile f;
    if (rt_file_read(m->file, RT_FILE_LIMIT, &f, d))
        return false;
    m->text = (char *)f.bytes;
    m->length = f.size;
    return true;
}

static bool copy_text(ApiModel *m, const char *text, size_t length, DiagList *d)
{
    m->text = malloc(length + 1);
    m->length = length;
    if (!m->text)
        return rt_no_memory(d, length + 1) == RT_OK;
    memcpy(m->text, text, length);
    m->text[length] = 0;
    return true;
}

/* What was perhaps meant by a file that is no model; "" if nobody knows. */
static const char *meant_by(const char *path, Text *buffer)
{
    static const struct { const char *ending, *meant; } known[] = {
        {".safetensors", ": these are weights, which --weights takes"},
        {".checkpoint", ": this is a checkpoint, which --resume takes"},
        {".csv", ": this is data, which a data block of the model names"},
        {".npy", ": this is data, which a data block of the model names"},
        {".gz", ": this is data, which a data block of the model names"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (ends_in(path, known[i].ending))
            return known[i].meant;
    text_printf(buffer, "%s.dsc", path);
    if (access(buffer->bytes, R_OK))
        return "";
    buffer->length = 0;
    text_printf(buffer, "; did you mean '%s.dsc'?", path);
    return buffer->bytes;
}

static bool known_ending(const char *path, DiagList *d)
{
    Text buffer = {0};
    if (ends_in(path, ".dsc") || ends_in(path, ".mlir"))
        return true;
    if (ends_in(path, ".onnx"))
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, api_at(path),
                 "unsupported: ONNX files");
    else
        diag_error(d, api_at(path), "expected a model description (.dsc) or a StableHLO "
                   "module (.mlir)%s", meant_by(path, &buffer));
    text_free(&buffer);
    return false;
}

static ApiModel *new_model(const char *path)
{
    Arena *arena = arena_open();
    ApiModel *m = ARENA_NEW(arena, ApiModel);
    *m = (ApiModel){.file = arena_strdup(arena, path), .arena = arena};
    return m;
}

static void close_model(void *model)
{
    api_close(model);
}

/* NULL text: that of the file. */
static ApiModel *open_model(const char *file, const char *text, size_t length, DiagList *d)
{
    GuardHold hold;
    if (!known_ending(file, d))
        return NULL;
    ApiModel *m = new_model(file);
    guard_hold(&hold, close_model, m);
    bool good = text ? copy_text(m, text, length, d) : read_file(m, d);
    good = good && read_text(m, d);
    guard_drop(&hold);
    if (good)
        return m;
    api_close(m);
    return NULL;
}

ApiModel *api_open(const char *path, DiagList *d)
{
    return open_model(path, NULL, 0, d);
}

ApiModel *api_open_text(const char *file, const char *text, size_t length, DiagList *d)
{
    return open_model(file, text ? text : "", length, d);
}

void api_close(ApiModel *m)
{
    if (!m)
        return;
    lang_close(m->language);
    free(m->text);
    arena_close(m->arena);
}

const char *api_file(const ApiModel *m)
{
    return m->file;
}

const char *api_text(const ApiModel *m, size_t *length)
{
    *length = m->length;
    return m->text;
}

const LangProgram *api_language(const ApiModel *m)
{
    return m->language;
}

/* -------------------------------------------------------------------- what sizes mean */

/* The first train block of the model that is asked for; else the one that the sizes say. */
static size_t train_place(const ApiModel *m, const ApiSizes *s)
{
    for (size_t i = 0; s->model && i < lang_train_count(m->language); i++)
        if (!strcmp(lang_train(m->language, i)->model, s->model))
            return i;
    return s->train;
}

const LangTrain *api_train_block(const ApiModel *m, const ApiSizes *s)
{
    size_t place = m->language ? train_place(m, s) : 0;
    return m->language && place < lang_train_count(m->language)
               ? lang_train(m->language, place) : NULL;
}

static void report_no_model(const ApiModel *m, const char *name, DiagList *d)
{
    size_t count = lang_model_count(m->language);
    const char **names = ARENA_ARRAY(m->arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        names[i] = lang_model(m->language, i)->name;
    const char *near = text_nearest(name, names, count);
    if (near)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, api_at(m->file),
                 "there is no model '%s'; did you mean '%s'?", name, near);
    else
        diag_add(d, DIAG_ERROR, DIAG_USAGE, api_at(m->file),
                 "there is no model '%s'; the last is '%s'", name,
                 count ? names[count - 1] : "none");
}

const LangModel *api_model(const ApiModel *m, const ApiSizes *s, DiagList *d)
{
    const LangTrain *train = api_train_block(m, s);
    const char *name = s->model ? s->model : train ? train->model : NULL;
    size_t count = lang_model_count(m->language);
    if (!name && !count) {
        diag_error(d, api_at(m->file), "there is no model in it");
        return NULL;
    }
    const LangModel *found = name ? lang_find_model(m->language, name)
                                  : lang_model(m->language, count - 1);
    if (!found)
        report_no_model(m, name, d);
    return found;
}

const char *api_group(const ApiModel *m, const ApiSizes *s, size_t i, const char *name)
{
    const LangTrain *b = api_train_block(m, s);
    for (size_t k = 0; b && k < b->input_count; k++)
        if (!strcmp(b->inputs[k].name, name))
            return name;
    bool trained = b && (!s->model || !strcmp(s->model, b->model));
    return trained && i < b->input_count ? b->inputs[i].name : name;
}

/* --------------------------------------------------------------------------- lowering */

static const struct { const char *name; unsigned bit; } language_entries[] = {
    {"init", LANG_INIT}, {"predict", LANG_PREDICT}, {"train_step", LANG_TRAIN_STEP},
    {"eval_step", LANG_EVAL_STEP},
};
enum { LANGUAGE_ENTRIES = sizeof language_entries / sizeof *language_entries };

size_t api_count(const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    return n;
}

/* A name that is none asks for all: the message lists them. */
static unsigned entry_bit(const char *name)
{
    for (int i = 0; i < LANGUAGE_ENTRIES; i++)
        if (!strcmp(language_entries[i].name, name))
            return language_entries[i].bit;
    return strncmp(name, "data.", 5) ? LANG_ALL : LANG_DATA;
}

static IrModule *lower_language(const ApiModel *m, IrContext *c, const ApiSizes *s,
                                const char *const *entries, DiagList *d)
{
    LangOptions o = {
        .model = s->model, .train = train_place(m, s), .batch = s->batch, .epochs = s->epochs,
        .steps_per_epoch = s->steps_per_epoch, .bindings = s->bindings,
        .binding_count = s->binding_count,
    };
    for (size_t i = 0; i < api_count(entries); i++)
        o.entries |= entry_bit(entries[i]);
    if (!entries)
        o.entries = LANG_ALL;
    if (!api_model(m, s, d))
        return NULL;
    return lang_lower(m->language, c, &o, d);
}

bool api_is_entry(const IrOp *op)
{
    IrAttr visibility = ir_op_attr(op, "sym_visibility");
    return op->kind == OP_func && op->regions[0].block
        && (!visibility || strcmp(visibility->name, "private"));
}

static void note_gradient(IrOp *op, void *found)
{
    *(bool *)found |= op->kind == OP_custom_call && !ir_op_attr(op, "descent.custom");
}

bool api_wants_gradient(IrOp *op)
{
    bool found = false;
    ir_walk(op, note_gradient, &found);
    return found;
}

static void report_no_entry(IrModule *m, const char *file, const char *name, DiagList *d)
{
    Arena *arena = arena_open();
    const char **names = NULL;
    size_t count = 0, room = 0;
    Text all = {0};
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (api_is_entry(f)) {
            text_printf(&all, count ? ", @%s" : "@%s", ir_func_name(f));
            ARENA_PUSH(arena, names, count, room, ir_func_name(f));
        }
    const char *near = text_nearest(name, names, count);
    if (near)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, api_at(file),
                 "there is no entry point @%s; did you mean @%s?", name, near);
    else
        diag_add(d, DIAG_ERROR, DIAG_USAGE, api_at(file),
                 "there is no entry point @%s; there is: %s", name,
                 count ? all.bytes : "none");
    text_free(&all);
    arena_close(arena);
}

static bool contains(const char *const *list, const char *name)
{
    for (size_t i = 0; i < api_count(list); i++)
        if (!strcmp(list[i], name))
            return true;
    return false;
}

/* Entries that nobody wants become private, so that the passes drop them. */
static bool keep_entries(IrModule *m, const char *file, const char *const *entries,
                         DiagList *d)
{
    for (size_t i = 0; i < api_count(entries); i++) {
        IrOp *f = ir_module_func(m, entries[i]);
        if (f && api_is_entry(f))
            continue;
        report_no_entry(m, file, entries[i], d);
        return false;
    }
    for (IrOp *f = ir_module_block(m)->first; f && entries; f = f->next)
        if (api_is_entry(f) && !contains(entries, ir_func_name(f)))
            ir_op_set_attr(f, "sym_visibility", ir_attr_string(m->context, "private"));
    return true;
}

/* A module has one graph for one set of sizes. */
static IrModule *read_module(const ApiModel *m, IrContext *c, const ApiSizes *s, DiagList *d)
{
    for (size_t i = 0; i < s->binding_count; i++)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, api_at(m->file),
                 "a .mlir module has its sizes; %s cannot be %lld", s->bindings[i].name,
                 (long long)s->bindings[i].value);
    if (s->model)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, api_at(m->file),
                 "a .mlir module has entry points; there is no model %s", s->model);
    return s->binding_count || s->model ? NULL
                                        : ir_parse(c, m->file, m->text, m->length, d);
}

IrModule *api_lower(const ApiModel *m, IrContext *c, const ApiSizes *s,
                    const char *const *entries, DiagList *d)
{
    IrModule *module = m->language ? lower_language(m, c, s, entries, d)
                                   : read_module(m, c, s, d);
    if (!module || keep_entries(module, m->file, entries, d))
        return module;
    ir_module_close(module);
    return NULL;
}

const char *const *api_model_names(const ApiModel *m, const char *first, Arena *arena,
                                   size_t *count)
{
    size_t all = m->language ? lang_model_count(m->language) : 0;
    const char **names = ARENA_ARRAY(arena, const char *, all + 1);
    *count = 0;
    if (all)
        names[(*count)++] = first;
    for (size_t i = 0; i < all; i++)
        if (strcmp(lang_model(m->language, i)->name, first))
            names[(*count)++] = lang_model(m->language, i)->name;
    return names;
}

void api_check_weights(const ApiModel *m, const char *file, const RtMeta *meta,
                       const char *model, DiagList *d)
{
    Arena *arena = arena_open();
    size_t count;
    const char *const *models = api_model_names(m, model, arena, &count);
    rt_meta_check_model(meta, file, models, count, d);
    arena_close(arena);
}

/* -------------------------------------------------------------------- the one to run */

/* main, or the only public function. */
static const char *main_entry(IrModule *m)
{
    const char *only = NULL;
    size_t count = 0;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (api_is_entry(f)) {
            only = ir_func_name(f);
            count++;
        }
    IrOp *main = ir_module_func(m, "main");
    return main && api_is_entry(main) ? "main" : count == 1 ? only : NULL;
}

const char *api_default_entry(const ApiModel *m, const ApiSizes *s, const char *wanted,
                              Arena *arena, DiagList *d)
{
    if (wanted || m->language)
        return wanted ? wanted : "predict";
    IrContext *c = ir_context_open();
    IrModule *module = api_lower(m, c, s, NULL, d);
    const char *found = module ? main_entry(module) : NULL;
    found = found ? arena_strdup(arena, found) : NULL;
    if (module && !found)
        diag_error(d, api_at(m->file), "it has several entry points and none is @main: "
                   "--entry NAME says which");
    ir_module_close(module);
    ir_context_close(c);
    return found;
}
