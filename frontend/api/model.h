/* What the files of api/ share. */
#ifndef API_MODEL_H
#define API_MODEL_H

#include "frontend/api/api.h"

struct ApiModel {
    const char *file;
    char *text;
    size_t length;
    LangProgram *language;      /* NULL: .mlir */
    Arena *arena;
};

/* The train block that sizes speak of; NULL if the file has none. */
const LangTrain *api_train_block(const ApiModel *m, const ApiSizes *s);
/* The model that sizes speak of; NULL with a diagnostic if there is none of that name. */
const LangModel *api_model(const ApiModel *m, const ApiSizes *s, DiagList *d);
/* This name, and those of all models of a description; none for a module. */
const char *const *api_model_names(const ApiModel *m, const char *first, Arena *arena,
                                   size_t *count);
/* Warns if a file's weights are those of a model that the description does not have: as
 * rt_meta_check_model. */
void api_check_weights(const ApiModel *m, const char *file, const RtMeta *meta,
                       const char *model, DiagList *d);
/* The data that input i of the entry was trained on: the group named like it, else, in the
 * model that the train block trains, the one in its place. */
const char *api_group(const ApiModel *m, const ApiSizes *s, size_t i, const char *name);
/* The entry point that is run: `wanted` if it is one; else predict; of a module main, or
 * the only one. NULL with a diagnostic; allocated in `arena`. */
const char *api_default_entry(const ApiModel *m, const ApiSizes *s, const char *wanted,
                              Arena *arena, DiagList *d);
/* Says of weights that an entry point takes and does not overwrite that they are finite
 * (descent.finite): the code may rely on it. */
void api_mark_finite(IrModule *m);
/* Public functions of a module with a body, in order. */
bool api_is_entry(const IrOp *op);
/* Whether a gradient is asked for below an op: only the pass can write it out. */
bool api_wants_gradient(IrOp *op);
/* Seconds since a moment, handed to the target's phase. */
void api_phase(const ApiTarget *t, const char *what, double seconds);
/* The place of a whole file. */
static inline Place api_at(const char *file)
{
    return (Place){file, 0, 0};
}

#endif
