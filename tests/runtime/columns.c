/* What the weights remember of a table, and how another table is read by it. */
#include "check.h"

#include "runtime/dataset.h"

/* The metadata of a data set with one group of numbers and words, and one of words. */
static void describe(RtMeta *meta, DiagList *d)
{
    static const char *const x[] = {"town", "m2"}, *const y[] = {"kind"};
    static const RtGroupSpec groups[] = {{"x", x, 2, false}, {"y", y, 1, true}};
    const char *path = check_path("train.csv");
    RtDataOptions o = {.kind = RT_DATA_CSV, .paths = &path, .path_count = 1,
                       .groups = groups, .group_count = 2, .standardize = true};
    RtDataset data;
    check_write_text(path, "kind,m2,town\nflat,30,Ulm\nhouse,120,\"Bonn, am Rhein\"\n");
    assert_int_equal(rt_dataset_open(&o, &data, d), RT_OK);
    assert_int_equal(rt_dataset_describe(&data, meta, d), RT_OK);
    rt_dataset_free(&data);
}

static RtStatus read_group(const RtMeta *meta, const char *group, const char *text,
                           RtTensor *out, DiagList *d)
{
    const char *path = check_path("new.csv");
    RtTable columns;
    check_write_text(path, text);
    RtStatus st = rt_columns_from_meta(meta, "w", group, &columns, d);
    if (!st)
        st = rt_csv_read_group(path, &(RtCsvOptions){0}, &columns, out, d);
    rt_table_free(&columns);
    return st;
}

static void test_by_name(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtMeta meta = {0};
    RtTensor t;
    describe(&meta, d);
    assert_string_equal(rt_meta_get(&meta, "descent.x.columns"), "[\"town\",\"m2\"]");
    assert_string_equal(rt_meta_get(&meta, "descent.x.words"),
                        "{\"town\":[\"Bonn, am Rhein\",\"Ulm\"]}");
    assert_int_equal(read_group(&meta, "x", "m2,note,town\n50,,Ulm\n60,NA,\"Ulm\"\n"
                                "70,x,\"Bonn, am Rhein\"\n", &t, d), RT_OK);
    assert_int_equal(t.rank, 2);
    assert_memory_equal(t.data, ((double[]){1, 50, 1, 60, 0, 70}), 48);
    rt_tensor_free(&t);
    /* one column of words: class numbers */
    assert_int_equal(read_group(&meta, "y", "kind\nhouse\nflat\n", &t, d), RT_OK);
    assert_int_equal(t.dtype, DTYPE_i32);
    assert_memory_equal(t.data, ((int32_t[]){1, 0}), 8);
    rt_tensor_free(&t);
    /* a group that was no table: all columns */
    assert_int_equal(read_group(&meta, "z", "a,b\n1,2\n", &t, d), RT_OK);
    assert_memory_equal(t.data, ((double[]){1, 2}), 16);
    rt_tensor_free(&t);
    check_no_errors(d);
    rt_meta_free(&meta);
    diag_close(d);
}

static void refused(const RtMeta *meta, const char *text, const char *message)
{
    DiagList *d = diag_open();
    RtTensor t;
    assert_int_equal(read_group(meta, "x", text, &t, d), RT_BAD_INPUT);
    check_says(d, message);
    assert_null(t.data);
    diag_close(d);
}

static void test_what_does_not_fit(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtMeta meta = {0};
    describe(&meta, d);
    refused(&meta, "m,town\n1,Ulm\n", "new.csv: error: no column 'm2'");
    refused(&meta, "m2,town\n1,ulm\n",
            "new.csv:2:3: error: column 'town': 'ulm' is no value it was trained with; "
            "did you mean 'Ulm'?");
    refused(&meta, "m2,town\n1,7\n", "column 'town': '7' is no value it was trained");
    refused(&meta, "m2,town\n1,\n", "column 'town': a value is missing");
    refused(&meta, "m2,town\nlarge,Ulm\n", "expected a finite number, found 'large'");
    refused(&meta, "m2,town\ninf,Ulm\n", "expected a finite number, found 'inf'");
    refused(&meta, "m2,town\n?,Ulm\n", "column 'm2': a value is missing");
    rt_meta_free(&meta);
    diag_close(d);
}

/* Most of a wide table missing is not a screen of errors. */
static void test_many_missing(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtMeta meta = {0};
    assert_int_equal(rt_meta_set(&meta, "descent.x.columns",
                                 "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\","
                                 "\"j\",\"k\"]", d), RT_OK);
    refused(&meta, "a\n1\n", "new.csv: error: it lacks 2 columns more");
    rt_meta_free(&meta);
    diag_close(d);
}

static void test_damaged(void **state)
{
    (void)state;
    static const struct { const char *columns, *words; } bad[] = {
        {"[1]", "{}"}, {"[\"a\", null]", "{}"}, {"[\"a\"]", "{\"a\": 1}"},
        {"[\"a\"]", "{\"a\": [1]}"}, {"[\"a\"]", "{\"a\": [\"y\", \"x\"]}"},
        {"[\"a\"]", "{\"a\": [\"x\", \"x\"]}"},
        {"[\"a\"", "{}"}, {"\"a\"", "{}"}, {"{}", "{}"}, {"[\"a\"]", "[]"},
        {"[\"a\"]", ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        DiagList *d = diag_open();
        RtMeta meta = {0};
        RtTable t;
        rt_meta_set(&meta, "descent.x.columns", bad[i].columns, d);
        rt_meta_set(&meta, "descent.x.words", bad[i].words, d);
        check_no_errors(d);
        assert_int_equal(rt_columns_from_meta(&meta, "w", "x", &t, d), RT_BAD_INPUT);
        check_says(d, "w: error: the metadata about columns is damaged");
        assert_int_equal(t.column_count, 0);
        rt_meta_free(&meta);
        diag_close(d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_name), cmocka_unit_test(test_what_does_not_fit),
        cmocka_unit_test(test_many_missing), cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
