/* A trainer as functions: init, a step of training, a test, inference, for whole batches.
 * What they keep is one block of the caller's memory. The data is the caller's, too. That
 * of the description is looked at for what a file of weights says about it, and if
 * schedules must know how many steps there are in an epoch. */
#include "frontend/api/build/build.h"

static bool count_steps(Build *b, const LangTrain *block, ApiSizes *sizes)
{
    BuildRows rows;
    if (!build_look_at_data(b, block, &rows)) {
        diag_note(b->d, block->at, "the schedule must know how many steps an epoch has; "
                  "--rows says it without the data");
        return false;
    }
    if (sizes->batch > rows.train)
        sizes->batch = rows.train;
    sizes->steps_per_epoch = rt_batches(rows.train, sizes->batch);
    return true;
}

/* Functions can do without the data, but must not take its place. */
static bool note_columns(Build *b, const LangTrain *block)
{
    BuildRows rows;
    DiagList *d = b->d, *said = diag_open();
    b->d = said;
    bool good = build_look_at_data(b, block, &rows);
    const Diag *why = good ? NULL : diag_get(said, 0);
    bool stops = why && (why->exit == DIAG_USAGE || why->no_memory);
    if (stops)
        diag_append(d, said);
    else if (why)
        diag_add(d, DIAG_WARNING, 0, block->at,
                 "weights that the functions save will not say how data was scaled: "
                 "%s%s%s",
                 why->place.file ? why->place.file : "", why->place.file ? ": " : "",
                 why->message);
    b->d = d;
    diag_close(said);
    return !stops;
}

static bool look_at_data(Build *b, const LangTrain *block, ApiSizes *sizes)
{
    bool counted;
    sizes->steps_per_epoch = 1;
    ApiSizes other = *sizes;
    other.steps_per_epoch = 2;
    if (!build_steps_differ(b, sizes, &other, &counted))
        return false;
    if (counted)
        return count_steps(b, block, sizes);
    bool named = lang_find_data(b->model->language, block->data) != NULL;
    return b->o->rows || !named || note_columns(b, block);
}

bool build_trainer_library(Build *b, Text *file, Text *header)
{
    static const char *const entries[] = {"init", "train_step", "eval_step", "predict",
                                          NULL};
    const LangTrain *block = api_train_block(b->model, &b->o->sizes);
    const ApiBuild *given = b->o;
    ApiBuild o = *given;
    if (!block) {
        diag_error(b->d, api_at(b->model->file), "there is no train block in it");
        return false;
    }
    if (!o.sizes.batch)
        o.sizes.batch = block->batch;
    bool good = look_at_data(b, block, &o.sizes);
    b->o = &o;
    good = good && build_functions(b, o.sizes.batch, entries, file, header);
    b->o = given;
    return good;
}
