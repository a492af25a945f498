/* How many rows a trainer will find in its data: by reading it, or as --rows says. */
#include "frontend/api/build/build.h"

#include "frontend/api/data.h"

/* Something of so many rows, split as the data will be. */
static bool open_stand_in(const Build *b, const LangData *data, RtTensors *rows,
                          RtDataOptions *out)
{
    RtTensor t;
    *out = (RtDataOptions){.kind = RT_DATA_TENSORS, .tensors = rows};
    if (data) {
        out->at = data->at;
        out->limit = data->options.limit;
        out->test = data->options.test;
    }
    return !rt_tensor_create("rows", DTYPE_i8, 1, &b->o->rows, &t, b->d)
        && !rt_tensors_add(rows, &t, b->d);
}

/* What is known of data that is not there: nothing. */
static bool take(Build *b, const RtDataset *set, BuildRows *out)
{
    *out = (BuildRows){set->train_rows, set->test_rows};
    return b->o->rows || !rt_dataset_describe(set, &b->meta, b->d);
}

bool build_look_at_data(Build *b, const LangTrain *block, BuildRows *out)
{
    const LangData *data = lang_find_data(b->model->language, block->data);
    ApiTrain options = {
        .sizes = b->o->sizes,
        .data_root = b->o->data_root,
        .out = b->names.file, /* which the data must not be */
        .checkpoint = b->names.header,
    };
    RtDataOptions stand_in;
    RtTensors rows = {0};
    RtDataset set = {0};
    bool good = !b->o->rows || open_stand_in(b, data, &rows, &stand_in);
    if (b->o->rows)
        options.data = &stand_in;
    good = good && !api_data_open(b->model, &options, block, NULL, &set, b->d)
        && take(b, &set, out);
    rt_dataset_free(&set);
    rt_tensors_free(&rows);
    return good;
}
