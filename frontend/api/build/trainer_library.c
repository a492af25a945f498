/* A trainer as functions: init, a step of training, a test, inference, for whole batches.
 * What they keep is one block of the caller's memory. The data is the caller's, too; it
 * is looked at only if schedules must know how many steps there are in an epoch. */
#include "frontend/api/build/build.h"

static bool count_steps(Build *b, const LangTrain *block, ApiSizes *sizes)
{
    int64_t rows, test;
    if (!build_count_rows(b, block, &rows, &test)) {
        diag_note(b->d, block->at, "the schedule must know how many steps an epoch has");
        return false;
    }
    if (sizes->batch > rows)
        sizes->batch = rows;
    sizes->steps_per_epoch = rt_batches(rows, sizes->batch);
    return true;
}

bool build_trainer_library(Build *b, Text *file, Text *header)
{
    static const char *const entries[] = {"init", "train_step", "eval_step", "predict",
                                          NULL};
    const LangTrain *block = api_train_block(b->model, &b->o->sizes);
    const ApiBuild *given = b->o;
    ApiBuild o = *given;
    bool counted;
    if (!block) {
        diag_error(b->d, api_at(b->model->file), "there is no train block in it");
        return false;
    }
    if (!o.sizes.batch)
        o.sizes.batch = block->batch;
    o.sizes.steps_per_epoch = 1;
    ApiSizes other = o.sizes;
    other.steps_per_epoch = 2;
    bool good = build_steps_differ(b, &o.sizes, &other, &counted)
        && (!counted || count_steps(b, block, &o.sizes));
    b->o = &o;
    good = good && build_functions(b, o.sizes.batch, entries, file, header);
    b->o = given;
    return good;
}
