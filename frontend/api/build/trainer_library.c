/* A trainer as functions: init, a step of training, a test, inference, for whole batches.
 * What they keep is one block of the caller's memory. The data is the caller's, too; it is
 * looked at only if schedules must know how many steps there are in an epoch. */
#include "frontend/api/build/build.h"

#include "frontend/api/data.h"

#include <string.h>

static bool print_step(Build *b, ApiSizes sizes, Text *out)
{
    static const char *const names[] = {"train_step", NULL};
    IrModule *m = api_lower(b->model, b->context, &sizes, names, b->d);
    if (m)
        ir_print(m, (IrPrintOptions){0}, out);
    ir_module_close(m);
    return m;
}

/* Whether a step is another one for another number of steps in an epoch. */
static bool counts_steps(Build *b, const ApiSizes *sizes, bool *out)
{
    Text one = {0}, two = {0};
    ApiSizes other = *sizes;
    ApiSizes first = *sizes;
    first.steps_per_epoch = 1;
    other.steps_per_epoch = 2;
    bool good = print_step(b, first, &one) && print_step(b, other, &two);
    *out = good && (one.length != two.length || memcmp(one.bytes, two.bytes, one.length));
    text_free(&one);
    text_free(&two);
    return good;
}

static bool count_steps(Build *b, const LangTrain *block, ApiSizes *sizes)
{
    ApiTrain options = {.sizes = *sizes, .data_root = b->o->data_root};
    RtDataset data;
    if (api_data_open(b->model, &options, block->data, NULL, &data, b->d)) {
        diag_note(b->d, block->at, "the schedule must know how many steps an epoch has");
        return false;
    }
    if (sizes->batch > data.train_rows)
        sizes->batch = data.train_rows;
    sizes->steps_per_epoch = rt_batches(data.train_rows, sizes->batch);
    rt_dataset_free(&data);
    return true;
}

bool build_trainer_library(Build *b, Text *file, Text *header)
{
    static const char *const entries[] = {"init", "train_step", "eval_step", "predict", NULL};
    const LangTrain *block = api_train_block(b->model, &b->o->sizes);
    const ApiBuild *given = b->o;
    ApiBuild o = *given;
    bool matters;
    if (!block) {
        diag_error(b->d, api_at(b->model->file), "there is no train block in it");
        return false;
    }
    if (!o.sizes.batch)
        o.sizes.batch = block->batch;
    o.sizes.steps_per_epoch = 1;
    bool good = counts_steps(b, &o.sizes, &matters)
        && (!matters || count_steps(b, block, &o.sizes));
    b->o = &o;
    good = good && build_functions(b, o.sizes.batch, entries, file, header);
    b->o = given;
    return good;
}
