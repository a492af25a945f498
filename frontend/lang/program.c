/* A parsed program: its declarations and those of the standard library. */
#include "frontend/lang/elab.h"

#include <string.h>

static void duplicates(const LangProgram *p, DiagList *d)
{
    for (size_t i = 0; i < p->user.count; i++)
        for (size_t k = 0; k < i; k++) {
            const Node *a = p->user.items[k], *b = p->user.items[i];
            bool data = (a->kind == NODE_DATA) == (b->kind == NODE_DATA);
            if (a->name != b->name || !data || a->kind == NODE_TRAIN ||
                b->kind == NODE_TRAIN)
                continue;
            diag_error(d, b->at, "`%s` is declared twice", b->name);
            diag_note(d, a->at, "the first time here");
            break;
        }
}

static void set_file(LangProgram *p, const char *file)
{
    const char *slash = strrchr(file, '/');
    p->file = arena_strdup(p->arena, file);
    p->folder = p->file;
    p->folder_length = slash ? (size_t)(slash - file) + 1 : 0;
}

static void parse_std(LangProgram *p, DiagList *d)
{
    for (size_t i = 0; i < lang_std_count; i++) {
        const LangStdFile *f = &lang_std[i];
        diag_source(d, f->name, f->text, f->length);
        lang_parse_file(p->arena, p->names, f->name, f->text, f->length, true, d,
                        &p->std);
    }
}

LangProgram *lang_parse(const char *file, const char *text, size_t length, DiagList *d)
{
    Arena *arena = arena_open();
    LangProgram *p = ARENA_NEW(arena, LangProgram);
    size_t errors = diag_errors(d);
    p->arena = arena;
    p->names = lang_names_open(arena);
    set_file(p, file);
    parse_std(p, d);
    diag_source(d, p->file, text, length);
    lang_parse_file(arena, p->names, p->file, text, length, false, d, &p->user);
    duplicates(p, d);
    if (diag_errors(d) == errors)
        lang_check_names(p, d);
    if (diag_errors(d) == errors)
        lang_check(p, d);
    return p;
}

void lang_close(LangProgram *p)
{
    if (p)
        arena_close(p->arena);
}

size_t lang_model_count(const LangProgram *p) { return p->model_count; }
const LangModel *lang_model(const LangProgram *p, size_t i) { return &p->models[i]; }
size_t lang_data_count(const LangProgram *p) { return p->data_count; }
const LangData *lang_data(const LangProgram *p, size_t i) { return &p->data[i]; }
size_t lang_train_count(const LangProgram *p) { return p->train_count; }
const LangTrain *lang_train(const LangProgram *p, size_t i) { return &p->trains[i]; }

const LangModel *lang_find_model(const LangProgram *p, const char *name)
{
    for (size_t i = 0; i < p->model_count; i++)
        if (!strcmp(p->models[i].name, name))
            return &p->models[i];
    return NULL;
}

const LangData *lang_find_data(const LangProgram *p, const char *name)
{
    for (size_t i = 0; i < p->data_count; i++)
        if (name && !strcmp(p->data[i].name, name))
            return &p->data[i];
    return NULL;
}
