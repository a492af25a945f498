/* The check of a whole file when it is parsed: everything is lowered once, with
 * stand-ins for the sizes that are free. N's is a large prime, so that no size of a
 * model equals it by chance, and a size that must be N is found to be something else
 * even where one batch size would hide it. */
#include "frontend/lang/elab.h"

enum { STAND_IN_N = 1048583 };

static const int other_primes[] = {97, 101, 103, 107, 109, 113, 127, 131};
enum { OTHERS = sizeof other_primes / sizeof *other_primes };

static void stand_ins(Elab *e, const LangProgram *p)
{
    Symbols all = {0};
    size_t others = 0;
    e->checking = true;
    lang_add_size(e, "N", STAND_IN_N);
    for (size_t i = 0; i < p->model_count; i++)
        for (size_t k = 0; k < p->models[i].size_count; k++)
            ARENA_PUSH(e->arena, all.items, all.count, all.room, p->models[i].sizes[k]);
    for (size_t i = 0; i < p->train_count; i++)
        for (size_t k = 0; k < p->train_decls[i]->count; k++)
            lang_add_symbols(e, p->train_decls[i]->items[k]->type, &all);
    for (size_t i = 0; i < all.count; i++)
        if (!lang_find_size(e, all.items[i]))
            lang_add_size(e, all.items[i], other_primes[others++ % OTHERS]);
    e->steps_per_epoch = 100;
    e->epochs = 10;
}

static void check_one(const LangProgram *p, const Node *model, const Node *train,
                      const Node *data, unsigned entries, DiagList *d)
{
    IrContext *c = ir_context_open();
    Lowering l = {.model = model, .train = train, .data = data};
    lang_elab_open(&l.e, p, c, d);
    stand_ins(&l.e, p);
    l.e.primary = model;
    l.module = ir_module_open(c, NULL);
    lang_lower_entries(&l, entries);
    ir_module_close(l.module);
    lang_elab_close(&l.e);
    ir_context_close(c);
}

static bool is_trained(const LangProgram *p, const Node *model)
{
    for (size_t i = 0; i < p->train_count; i++)
        if (p->train_decls[i]->name == model->name)
            return true;
    return false;
}

static void read_settings(LangProgram *p, DiagList *d)
{
    IrContext *c = ir_context_open();
    IrModule *m = ir_module_open(c, NULL);
    IrOp *func = ir_func_new(m, "settings", false, ir_loc_unknown(c), 0, NULL, 0, NULL);
    Elab e;
    lang_elab_open(&e, p, c, d);
    Arena *own = e.arena;
    e.arena = p->arena; /* what the settings say lives as long as the program */
    e.b = ir_builder_at_end(m, ir_func_block(func), func->loc);
    lang_read_settings(p, &e);
    e.arena = own;
    lang_elab_close(&e);
    ir_module_close(m);
    ir_context_close(c);
}

static const Node *find_model(const LangProgram *p, const char *name)
{
    for (size_t i = 0; i < p->model_count; i++)
        if (p->model_decls[i]->name == name)
            return p->model_decls[i];
    return NULL;
}

void lang_check(LangProgram *p, DiagList *d)
{
    size_t errors = diag_errors(d);
    read_settings(p, d);
    if (diag_errors(d) != errors)
        return;
    for (size_t i = 0; i < p->model_count; i++)
        if (!is_trained(p, p->model_decls[i]))
            check_one(p, p->model_decls[i], NULL, NULL, LANG_PREDICT | LANG_INIT, d);
    for (size_t i = 0; i < p->train_count; i++)
        check_one(p, find_model(p, p->train_decls[i]->name), p->train_decls[i], NULL,
                  LANG_ALL & ~LANG_DATA, d);
    for (size_t i = 0; i < p->data_count; i++)
        if (p->data[i].table)
            check_one(p, NULL, NULL, p->data_decls[i], LANG_DATA, d);
}
