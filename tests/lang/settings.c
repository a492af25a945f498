/* What data and train blocks and models say, as structs. */
#include "tests/lang/check.h"

static const char text[] =
    "let rows_used = 100\n"
    "data mail = csv(\"data/spam.csv\", target = \"type\", features = [\"a\", \"b\"], "
    "test = 0.25,\n"
    "                standardize = true, shuffle = false, separator = \";\", limit = "
    "rows_used)\n"
    "data digits = idx(\"/abs/x.gz\", \"y.gz\", scale = 0.5, seed = 3)\n"
    "data both = csv(\"b.csv\", wide = columns(\"a\", \"b\"), y = target(\"c\"))\n"
    "data wave = table(rows = 10 * 2, target = \"y\") { x = uniform(0.0, 1.0)  y = x * 2 "
    "}\n"
    "model net(x: f32[N, 2*H + 1], z: i32[N, 8]) -> f32[N] { mean(x, 1) + 0 * "
    "dense(cast(z, f32), 1)[:, 0] }\n"
    "train net on mail(x, z, y) {\n"
    "  loss = mse(net(x, z), y)\n"
    "  metric error = mae(net(x, z), y)\n"
    "  optimizer = sgd(0.1)\n"
    "  batch = 8  epochs = 3  seed = 7; patience = 2  monitor = \"error\"  minimize = "
    "true\n"
    "}\n";

static void test_data(void **state)
{
    (void)state;
    Parsed p = check_parse("models/test.dsc", text);
    diag_print(p.d, stderr);
    assert_int_equal(diag_errors(p.d), 0);
    const LangData *d = lang_find_data(p.p, "mail");
    assert_int_equal(d->options.kind, RT_DATA_CSV);
    assert_string_equal(d->options.paths[0], "models/data/spam.csv");
    assert_int_equal(d->options.target_count, 1);
    assert_string_equal(d->options.targets[0], "type");
    assert_int_equal(d->options.feature_count, 2);
    assert_true(d->options.test == 0.25 && d->options.standardize && d->options.in_order);
    assert_int_equal(d->options.separator, ';');
    assert_int_equal(d->options.limit, 100);
    d = lang_find_data(p.p, "digits");
    assert_int_equal(d->options.kind, RT_DATA_IDX);
    assert_string_equal(d->options.paths[0], "/abs/x.gz");
    assert_string_equal(d->options.paths[1], "models/y.gz");
    assert_int_equal(d->options.seed, 3);
    assert_false(d->options.in_order);
    d = lang_find_data(p.p, "both");
    assert_int_equal(d->options.group_count, 2);
    assert_string_equal(d->options.groups[0].columns[1], "b");
    assert_true(d->options.groups[1].target);
    d = lang_find_data(p.p, "wave");
    assert_true(d->table);
    assert_int_equal(d->rows, 20);
    assert_null(lang_find_data(p.p, "net"));
    check_close(&p);
}

static void test_train(void **state)
{
    (void)state;
    Parsed p = check_parse("test.dsc", text);
    const LangTrain *t = lang_train(p.p, 0);
    assert_int_equal(lang_train_count(p.p), 1);
    assert_string_equal(t->model, "net");
    assert_string_equal(t->data, "mail");
    assert_int_equal(t->input_count, 3);
    assert_int_equal(t->inputs[1].dtype, DTYPE_i32);
    assert_string_equal(t->inputs[2].name, "y");
    assert_string_equal(t->inputs[2].type, "f32[N]");
    assert_int_equal(t->metric_count, 1);
    assert_string_equal(t->metrics[0], "error");
    assert_true(t->batch == 8 && t->eval_batch == 8 && t->epochs == 3 && t->seed == 7);
    assert_int_equal(t->patience, 2);
    assert_string_equal(t->monitor, "error");
    assert_false(t->monitor_max);
    check_close(&p);
}

/* Its rows come from whoever calls; inputs get their types as with data. */
static void test_no_data(void **state)
{
    (void)state;
    Parsed p = check_parse("test.dsc", "data d = table(rows = 4) { x = uniform() }\n"
                                       "model m(x: f32[N, 3]) -> f32[N] {\n"
                                       "  x -> dense(1) -> squeeze\n"
                                       "}\n"
                                       "train m(x, y) {\n"
                                       "  loss = mse(m(x), y)\n"
                                       "  optimizer = sgd(0.1)\n"
                                       "}\n");
    assert_int_equal(diag_errors(p.d), 0);
    const LangTrain *t = lang_train(p.p, 0);
    assert_null(t->data);
    assert_null(lang_find_data(p.p, t->data));
    assert_string_equal(t->inputs[0].type, "f32[N, 3]");
    assert_string_equal(t->inputs[1].type, "f32[N]");
    check_close(&p);
}

static void test_model(void **state)
{
    (void)state;
    Parsed p = check_parse("test.dsc", text);
    const LangModel *m = lang_find_model(p.p, "net");
    assert_int_equal(m->input_count, 2);
    assert_int_equal(m->size_count, 2);
    assert_string_equal(m->sizes[0], "N");
    assert_string_equal(m->sizes[1], "H");
    assert_int_equal(m->inputs[0].dims[1], -1);
    assert_int_equal(m->inputs[1].dims[1], 8);
    check_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_train),
        cmocka_unit_test(test_no_data),
        cmocka_unit_test(test_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
