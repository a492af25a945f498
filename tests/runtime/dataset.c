#include "check.h"

#include "runtime/clock.h"
#include "runtime/dataset.h"
#include "runtime/random.h"

#define SPEC(n, t, r, ...)                                                               \
    ((RtSpec){.name = n, .role = RT_ROLE_INPUT, .dtype = DTYPE_##t, .rank = r,           \
              .dims = {__VA_ARGS__}, .alias = -1})

static const char *const y_column[] = {"kind"};

static const char *write_table(void)
{
    const char *path = check_path("table.csv");
    check_write_text(path, "a,b,c,kind\n1,10,5,yes\n2,20,5,no\n3,30,5,yes\n4,40,5,maybe\n"
                           "100,0,6,no\n");
    return path;
}

static RtDataOptions csv_options(const char *const *path)
{
    return (RtDataOptions){.kind = RT_DATA_CSV, .paths = path, .path_count = 1,
                           .targets = y_column, .target_count = 1, .in_order = true};
}

static void test_csv_groups(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = write_table();
    RtDataOptions o = csv_options(&path);
    RtDataset data;
    o.test = 2;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    assert_int_equal(data.rows, 5);
    assert_int_equal(data.train_rows, 3);
    assert_int_equal(data.test_rows, 2);
    const RtGroup *y = rt_dataset_group(&data, "y", d);
    assert_int_equal(y->class_count, 3);
    assert_string_equal(y->classes[0], "maybe");
    RtSpec specs[] = {{.name = "w", .role = RT_ROLE_PARAM, .dtype = DTYPE_f32, .alias = -1},
                      SPEC("x", f32, 2, 0, 3),
                      SPEC("y", i32, 1, 0)};
    RtRows train, test;
    assert_int_equal(rt_dataset_bind(&data, specs, 3, NULL, &train, &test, d), RT_OK);
    check_no_errors(d);
    assert_int_equal(train.count, 2);
    assert_int_equal(train.inputs[0].dims[0], 3);
    float *x = train.inputs[0].data;
    assert_true(x[0] == 1 && x[1] == 10 && x[2] == 5 && x[6] == 3);
    assert_memory_equal(train.inputs[1].data, ((int32_t[]){2, 1, 2}), 12);
    assert_memory_equal(test.inputs[1].data, ((int32_t[]){0, 1}), 8);
    assert_true(((float *)test.inputs[0].data)[3] == 100);
    rt_rows_free(&train);
    rt_rows_free(&test);
    rt_dataset_free(&data);
    diag_close(d);
}

/* Only the training part decides mean and deviation; a constant column keeps deviation
 * 1. */
static void test_standardize(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = write_table();
    RtDataOptions o = csv_options(&path);
    RtDataset data;
    o.test = 1;
    o.standardize = true;
    o.scale = 2;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    const RtTransform *t = &rt_dataset_group(&data, "x", d)->transform;
    assert_int_equal(t->count, 3);
    assert_true(t->mean[0] == 5 && t->mean[1] == 50 && t->mean[2] == 10);
    assert_true(fabs(t->deviation[0] - sqrt(5)) < 1e-12 && t->deviation[2] == 1);
    assert_int_equal(rt_dataset_group(&data, "y", d)->transform.count, 0);
    RtSpec specs[] = {SPEC("x", f64, 2, 0, 3), SPEC("y", f32, 1, 0)};
    RtRows train, test;
    assert_int_equal(rt_dataset_bind(&data, specs, 2, NULL, &train, &test, d), RT_OK);
    double *x = train.inputs[0].data, *z = test.inputs[0].data;
    assert_true(fabs(x[0] + 3 / sqrt(5)) < 1e-12 && x[2] == 0);
    assert_true(fabs(z[0] - 195 / sqrt(5)) < 1e-9 && z[2] == 2);
    assert_true(((float *)train.inputs[1].data)[0] == 2);
    /* the same numbers come back from the metadata of a weight file */
    RtMeta meta = {0};
    RtTransform again;
    assert_int_equal(rt_dataset_describe(&data, &meta, d), RT_OK);
    assert_string_equal(rt_meta_get(&meta, "descent.y.classes"),
                        "[\"maybe\",\"no\",\"yes\"]");
    assert_int_equal(rt_transform_from_meta(&meta, "w", "x", &again, d), RT_OK);
    assert_true(again.scale == 2 && again.count == 3);
    assert_memory_equal(again.mean, t->mean, 24);
    assert_memory_equal(again.deviation, t->deviation, 24);
    RtTensor raw, out;
    assert_int_equal(rt_tensor_create("raw", DTYPE_i32, 2, (int64_t[]){1, 3}, &raw, d),
                     RT_OK);
    memcpy(raw.data, (int32_t[]){100, 0, 6}, 12);
    assert_int_equal(rt_transform_apply(&again, &raw, &specs[0], &out, d), RT_OK);
    assert_memory_equal(out.data, z, 24);
    rt_tensor_free(&out);
    raw.dims[0] = 3;
    raw.dims[1] = 1;
    assert_int_equal(rt_transform_apply(&again, &raw, &specs[0], &out, d), RT_BAD_INPUT);
    check_says(
        d, "the data of 'x' is i32[3,1]: its rows do not fit the model's input f64[0,3]");
    assert_int_equal(rt_meta_set(&meta, "descent.x.mean", "1 2 x", d), RT_OK);
    RtTransform broken;
    assert_int_equal(rt_transform_from_meta(&meta, "w", "x", &broken, d), RT_BAD_INPUT);
    check_says(d, "w: error: metadata 'descent.x.mean': expected numbers");
    rt_meta_set(&meta, "descent.x.mean", "1 2 3", d);
    rt_meta_set(&meta, "descent.x.deviation", "1 0 1", d);
    assert_int_equal(rt_transform_from_meta(&meta, "w", "x", &broken, d), RT_BAD_INPUT);
    check_says(d, "w: error: metadata of 'x': a deviation is not positive");
    rt_meta_set(&meta, "descent.x.scale", "1 2", d);
    assert_int_equal(rt_transform_from_meta(&meta, "w", "x", &broken, d), RT_BAD_INPUT);
    check_says(d, "w: error: metadata of 'x': 2 scales");
    rt_tensor_free(&raw);
    rt_transform_free(&again);
    rt_meta_free(&meta);
    rt_rows_free(&train);
    rt_rows_free(&test);
    rt_dataset_free(&data);
    diag_close(d);
}

static void test_shuffled_split(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = write_table();
    RtDataOptions o = csv_options(&path);
    RtDataset a, b, c;
    o.in_order = false;
    o.test = 0.4;
    assert_int_equal(rt_dataset_open(&o, &a, d), RT_OK);
    assert_int_equal(rt_dataset_open(&o, &b, d), RT_OK);
    o.seed = 1;
    assert_int_equal(rt_dataset_open(&o, &c, d), RT_OK);
    assert_int_equal(a.test_rows, 2);
    assert_memory_equal(a.order, b.order, 40);
    assert_memory_not_equal(a.order, c.order, 40);
    rt_dataset_free(&a);
    rt_dataset_free(&b);
    rt_dataset_free(&c);
    diag_close(d);
}

/* The order of rows is part of what a seed means: it may not change. */
static void test_shuffle_is_fixed(void **state)
{
    (void)state;
    int64_t order[10], seen = 0;
    rt_shuffle(0, 0, order, 10);
    for (int i = 0; i < 10; i++)
        seen |= (int64_t)1 << order[i];
    assert_int_equal(seen, 1023);
    assert_memory_equal(order, ((int64_t[]){2, 5, 0, 4, 3, 7, 9, 8, 1, 6}), sizeof order);
}

static void test_groups_by_name(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = write_table();
    const char *const wide[] = {"c", "a"}, *const deep[] = {"b"};
    RtGroupSpec groups[] = {{"wide", wide, 2, false}, {"deep", deep, 1, false},
                            {"label", y_column, 1, true}};
    RtDataOptions o = {.kind = RT_DATA_CSV,
                       .paths = &path,
                       .path_count = 1,
                       .groups = groups,
                       .group_count = 3};
    RtDataset data;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    RtSpec specs[] = {SPEC("p", f32, 2, 0, 2), SPEC("q", f32, 2, 0, 1)};
    const char *const names[] = {"wide", "deep"};
    RtRows train, test;
    assert_int_equal(rt_dataset_bind(&data, specs, 2, names, &train, &test, d), RT_OK);
    float *x = train.inputs[0].data;
    assert_true(x[0] == 5 && x[1] == 1);
    assert_string_equal(train.inputs[0].name, "p");
    rt_rows_free(&train);
    rt_rows_free(&test);
    assert_int_equal(rt_dataset_bind(&data, specs, 2, NULL, &train, &test, d),
                     RT_BAD_INPUT);
    check_says(d, "has no 'p'; it has: wide, deep, label");
    check_says(d, "has no 'q'");
    assert_null(rt_dataset_group(&data, "lable", d));
    check_says(d, "has no 'lable'; did you mean 'label'?");
    rt_dataset_free(&data);
    diag_close(d);
}

static void refuse(RtDataOptions o, const char *message)
{
    DiagList *d = diag_open();
    RtDataset data;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_BAD_INPUT);
    check_says(d, message);
    diag_close(d);
}

static void test_errors_of_opening(void **state)
{
    (void)state;
    const char *path = write_table();
    RtDataOptions o = csv_options(&path);
    o.at = (Place){"m.dsc", 2, 13};
    o.test = 5;
    refuse(o, "m.dsc:2:13: error: test = 5 leaves no row to train on: there are 5");
    o.test = 1.5;
    refuse(o, "test = 1.5: expected a fraction below 1 or a number of rows");
    o.test = -1;
    refuse(o, "test = -1: expected");
    o.test = NAN;
    refuse(o, "test = nan: expected");
    o.test = 0;
    o.path_count = 0;
    refuse(o, "m.dsc:2:13: error: expected one file, found 0 files");
    o.path_count = 1;
    o.targets = (const char *const[]){"kinf"};
    refuse(o, "no column 'kinf'; did you mean 'kind'?");
    RtDataOptions text = {.kind = RT_DATA_TEXT, .paths = &path, .path_count = 1};
    refuse(text, "text data needs a window of at least 1 byte");
    text.window = 1000;
    refuse(text, "the data set has no rows");
    const char *images[] = {"tests/fuzz/seeds/idx/images.idx",
                            "tests/fuzz/seeds/idx/labels.idx.gz"};
    refuse((RtDataOptions){.kind = RT_DATA_IDX, .paths = images, .path_count = 2},
           "images.idx: error: 'x' has 2 rows, 'y' has 3");
    const char *scalar = "tests/fuzz/seeds/npy/scalar_f8.npy";
    refuse((RtDataOptions){.kind = RT_DATA_NPY, .paths = &scalar, .path_count = 1},
           "'x' is a scalar: it has no rows");
}

static void test_errors_of_binding(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("wrong.csv");
    check_write_text(path, "a,y\n1.5,3\n300,-1\n");
    const char *const target[] = {"y"};
    RtDataOptions o = {.kind = RT_DATA_CSV,
                       .paths = &path,
                       .path_count = 1,
                       .targets = target,
                       .target_count = 1,
                       .in_order = true};
    RtDataset data;
    RtRows train, test;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    RtSpec specs[] = {SPEC("x", i32, 1, 0), SPEC("y", ui8, 1, 0),
                      SPEC("y", f32, 3, 0, 2, 2)};
    assert_int_equal(rt_dataset_bind(&data, specs, 3, NULL, &train, &test, d),
                     RT_BAD_INPUT);
    check_says(d, "wrong.csv: error: 'x', row 1: the model takes i32, the value is 1.5");
    check_says(d, "'y', row 2: the model takes ui8, the value is -1");
    check_says(
        d, "the data of 'y' is f64[2]: its rows do not fit the model's input f32[0,2,2]");
    rt_dataset_free(&data);
    diag_close(d);
}

/* What is looked up by a value has a place for it, also in the rows to test with. */
static void test_range(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = write_table();
    RtDataOptions o = csv_options(&path);
    RtDataset data;
    RtRows train, test;
    o.test = 2;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    RtSpec y = SPEC("y", i32, 1, 0);
    y.range = (RtRange){.below = 3};
    assert_int_equal(rt_dataset_bind(&data, &y, 1, NULL, &train, &test, d), RT_OK);
    rt_rows_free(&train);
    rt_rows_free(&test);
    y.range = (RtRange){.low = 1, .below = 3, .at = {"m.dsc", 4, 7}};
    assert_int_equal(rt_dataset_bind(&data, &y, 1, NULL, &train, &test, d), RT_BAD_INPUT);
    check_says(d, "'y', row 4: the value is 0");
    check_says(d, "m.dsc:4:7: note: it is looked up here");
    rt_dataset_free(&data);
    diag_close(d);
}

static void test_text_windows(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("t.txt");
    check_write_text(path, "abcabca");
    RtDataOptions o = {
        .kind = RT_DATA_TEXT, .paths = &path, .path_count = 1, .window = 3};
    RtDataset data;
    RtRows train, test;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    assert_int_equal(data.rows, 2);
    assert_int_equal(rt_dataset_group(&data, "x", d)->class_count, 3);
    RtSpec specs[] = {SPEC("x", i32, 2, 0, 3), SPEC("y", i32, 2, 0, 3)};
    assert_int_equal(rt_dataset_bind(&data, specs, 2, NULL, &train, &test, d), RT_OK);
    assert_memory_equal(train.inputs[0].data, ((int32_t[]){0, 1, 2, 0, 1, 2}), 24);
    assert_memory_equal(train.inputs[1].data, ((int32_t[]){1, 2, 0, 1, 2, 0}), 24);
    rt_rows_free(&train);
    rt_rows_free(&test);
    rt_dataset_free(&data);
    diag_close(d);
}

static void test_npz_and_limit(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = "tests/fuzz/seeds/npy/stored.npz";
    RtDataOptions o = {.kind = RT_DATA_NPZ, .paths = &path, .path_count = 1, .limit = 1};
    RtDataset data;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    assert_int_equal(data.rows, 1);
    assert_true(rt_dataset_group(&data, "y", d)->target);
    rt_dataset_free(&data);
    diag_close(d);
}

static void test_tensors_in_memory(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors list = {0};
    RtTensor t;
    rt_tensor_create("x", DTYPE_f32, 2, (int64_t[]){4, 2}, &t, d);
    ((float *)t.data)[7] = 5;
    rt_tensors_add(&list, &t, d);
    RtDataOptions o = {.kind = RT_DATA_TENSORS, .tensors = &list, .test = 1, .in_order = true};
    RtDataset data;
    RtRows train, test;
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    rt_tensors_free(&list);    /* it was copied */
    RtSpec spec = SPEC("x", f64, 2, 0, 2);
    assert_int_equal(rt_dataset_bind(&data, &spec, 1, NULL, &train, &test, d), RT_OK);
    assert_int_equal(train.rows, 3);
    assert_true(((double *)test.inputs[0].data)[1] == 5);
    rt_rows_free(&train);
    rt_rows_free(&test);
    rt_dataset_free(&data);
    diag_close(d);
}

static void test_mnist(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *paths[] = {check_data("mnist/t10k-images-idx3-ubyte.gz"),
                           check_data("mnist/t10k-labels-idx1-ubyte.gz")};
    if (!check_exists(paths[0]))
        skip();
    RtDataOptions o = {.kind = RT_DATA_IDX, .paths = paths, .path_count = 2, .test = 2000,
                       .in_order = true, .scale = 1.0 / 255};
    RtDataset data;
    RtRows train, test;
    int64_t start = rt_clock_ns();
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    RtSpec specs[] = {SPEC("x", f32, 4, 0, 28, 28, 1), SPEC("y", i32, 1, 0)};
    assert_int_equal(rt_dataset_bind(&data, specs, 2, NULL, &train, &test, d), RT_OK);
    print_message("mnist: %.0f ms\n", rt_clock_seconds(start) * 1e3);
    assert_int_equal(train.rows, 8000);
    assert_int_equal(test.inputs[0].dims[0], 2000);
    assert_int_equal(((int32_t *)train.inputs[1].data)[0], 7);
    float top = 0, *x = train.inputs[0].data;
    for (int i = 0; i < 784; i++)
        top = x[i] > top ? x[i] : top;
    assert_true(top > 0.9f && top <= 1);
    rt_rows_free(&train);
    rt_rows_free(&test);
    rt_dataset_free(&data);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_groups), cmocka_unit_test(test_standardize),
        cmocka_unit_test(test_shuffled_split), cmocka_unit_test(test_shuffle_is_fixed),
        cmocka_unit_test(test_groups_by_name), cmocka_unit_test(test_errors_of_opening),
        cmocka_unit_test(test_errors_of_binding), cmocka_unit_test(test_range),
        cmocka_unit_test(test_text_windows),
        cmocka_unit_test(test_npz_and_limit), cmocka_unit_test(test_tensors_in_memory),
        cmocka_unit_test(test_mnist),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
