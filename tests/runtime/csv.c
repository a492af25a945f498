#include "check.h"

#include "runtime/clock.h"
#include "runtime/csv.h"

static RtStatus parse(const char *text, const RtCsvOptions *o, RtTable *t, DiagList *d)
{
    return rt_csv_parse("t.csv", text, strlen(text), o, t, d);
}

static void good(const char *text, const RtCsvOptions *o, int64_t rows, size_t columns,
                 RtTable *t)
{
    DiagList *d = diag_open();
    assert_int_equal(parse(text, o, t, d), RT_OK);
    check_no_errors(d);
    assert_int_equal(t->rows, rows);
    assert_int_equal(t->column_count, columns);
    diag_close(d);
}

static void bad(const char *text, const char *message)
{
    DiagList *d = diag_open();
    RtTable t;
    assert_int_equal(parse(text, NULL, &t, d), RT_BAD_INPUT);
    check_says(d, message);
    assert_null(t.columns);
    diag_close(d);
}

static void test_plain(void **state)
{
    (void)state;
    RtTable t;
    const char *texts[] = {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r",
                           "\xef\xbb\xbf\n a , b \n\n 1,\t2\n3 , 4\n\n"};
    for (size_t i = 0; i < 4; i++) {
        good(texts[i], NULL, 2, 2, &t);
        assert_string_equal(t.columns[0].name, "a");
        assert_string_equal(t.columns[1].name, "b");
        assert_true(t.columns[0].values[0] == 1 && t.columns[1].values[1] == 4);
        assert_null(t.columns[0].classes);
        rt_table_free(&t);
    }
}

static void test_options(void **state)
{
    (void)state;
    RtTable t;
    good("1;2\n3;4\n5;6", &(RtCsvOptions){.separator = ';', .no_header = true}, 3, 2, &t);
    assert_string_equal(t.columns[1].name, "c1");
    rt_table_free(&t);
    good("1\t2\n", &(RtCsvOptions){.separator = '\t', .no_header = true}, 1, 2, &t);
    rt_table_free(&t);
}

static void test_quotes(void **state)
{
    (void)state;
    RtTable t;
    good("\"a \"\"b\"\"\",\"c,d\"\n\"1.5\",\"x\ny\"\n 2 , \"x,\"\"q\"\"\" \n", NULL, 2, 2,
         &t);
    assert_string_equal(t.columns[0].name, "a \"b\"");
    assert_string_equal(t.columns[1].name, "c,d");
    assert_true(t.columns[0].values[0] == 1.5);
    assert_int_equal(t.columns[1].class_count, 2);
    assert_string_equal(t.columns[1].classes[0], "x\ny");
    assert_string_equal(t.columns[1].classes[1], "x,\"q\"");
    rt_table_free(&t);
}

static void test_classes(void **state)
{
    (void)state;
    RtTable t;
    good("kind,v\nrose,1\niris,2\nrose,3\n\"NA\",4\n7,5\n", NULL, 5, 2, &t);
    const RtColumn *c = &t.columns[0];
    const char *names[] = {"7", "NA", "iris", "rose"};
    double values[] = {3, 2, 3, 1, 0};
    assert_int_equal(c->class_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(c->classes[i], names[i]);
    for (size_t i = 0; i < 5; i++)
        assert_true(c->values[i] == values[i]);
    rt_table_free(&t);
}

static void test_many_classes(void **state)
{
    (void)state;
    char *text = malloc(400000), *p = text + sprintf(text, "id\n");
    for (int i = 0; i < 20000; i++)
        p += sprintf(p, "n%05d\n", (i * 7919) % 20000);
    RtTable t;
    good(text, NULL, 20000, 1, &t);
    assert_int_equal(t.columns[0].class_count, 20000);
    for (int i = 0; i < 20000; i++)
        assert_true(t.columns[0].values[i] == (i * 7919) % 20000);
    rt_table_free(&t);
    free(text);
}

static void test_errors(void **state)
{
    (void)state;
    bad("", "t.csv: error: the file is empty");
    bad("\n\n", "t.csv: error: the file is empty");
    bad("a,b\n", "t.csv: error: no rows of data");
    bad("a,a\n1,2\n", "t.csv:1:1: error: two columns have the name 'a'");
    bad("a,b\n1,2\n3,\n", "t.csv:3:3: error: column 'b': a value is missing\n"
                          "    3 | 3,\n"
                          "      |   ^\n");
    bad("\33[2J,b,\33[2J\n", "t.csv:1:1: error: two columns have the name '?[2J'");
    bad("a,b\n1,2\nNA,3\n", "t.csv:3:1: error: column 'a': a value is missing");
    bad("a,b\n1,2\n ?,3\n", "t.csv:3:2: error: column 'a': a value is missing");
    bad("a,b\nx,2\n\"\",3\n", "t.csv:3:1: error: column 'a': a value is missing");
    bad("a\n-inf\n", "t.csv:2:1: error: column 'a': '-inf' is not a finite number");
    bad("a,b\n1,2\n1,2.x\n",
        "t.csv:3:3: error: column 'b': expected a number, as in the first "
        "row; found '2.x'");
    bad("a,b\n1,2\n1,2,3\n", "this row has 3 values, the first has 2");
    bad("a,b\n1,2\n1\n", "t.csv:3:1: error: this row has 1 value, the first has 2");
    bad("a,b\n1,\"2\n3,4\n", "t.csv:2:3: error: this quote is never closed");
    bad("a,b\n\"1\"x,2\n",
        "t.csv:2:4: error: expected ',' or the end of the line after a quoted "
        "value");
    bad("\"a", "t.csv:1:1: error: this quote is never closed");
}

static void test_several_errors(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTable t;
    assert_int_equal(parse("a,b\n1,2\n,x\n\"q\nr\",4\n5\n", NULL, &t, d), RT_BAD_INPUT);
    assert_int_equal(diag_errors(d), 4);
    check_says(d, "t.csv:3:1:");
    check_says(d, "t.csv:3:2:");
    check_says(d, "t.csv:4:1:");
    check_says(d, "t.csv:6:1: error: this row has 1 value");
    diag_clear(d);
    char text[2000] = "a\n1\n";
    for (int i = 0; i < 100; i++)
        strcat(text, "x\n");
    assert_int_equal(parse(text, NULL, &t, d), RT_BAD_INPUT);
    assert_int_equal(diag_errors(d), RT_CSV_ERRORS);
    diag_close(d);
}

static void bad_bytes(const char *bytes, size_t size, const char *message)
{
    DiagList *d = diag_open();
    RtTable t;
    assert_int_equal(rt_csv_parse("t.csv", bytes, size, NULL, &t, d), RT_BAD_INPUT);
    check_says(d, message);
    diag_close(d);
}

#define BAD_BYTES(bytes, message) bad_bytes(bytes, sizeof(bytes) - 1, message)

static void test_no_text(void **state)
{
    (void)state;
    const char *utf16 = "t.csv: error: it is UTF-16 text: save it as UTF-8";
    BAD_BYTES("\xff\xfe" "a\0\n\0" "1\0", utf16);
    BAD_BYTES("\xfe\xff\0a\0\n\0" "1", utf16);
    BAD_BYTES("a\0\n\0" "1\0", "t.csv:1:2: error: a NUL character");
    BAD_BYTES("\xef\xbb\xbf" "a\0\n", "t.csv:1:2: error: a NUL character");
    BAD_BYTES("a,b\r\n1,2\r\n3,4\0\r\n", "t.csv:3:4: error: a NUL character");
    BAD_BYTES("a,b\r1,2\r3,\"\0\"\r", "t.csv:3:4: error: a NUL character");
}

static void test_find(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTable t;
    good("price,size\n1,2\n", NULL, 1, 2, &t);
    assert_ptr_equal(rt_table_find(&t, "t.csv", "size", d), &t.columns[1]);
    check_no_errors(d);
    assert_null(rt_table_find(&t, "t.csv", "prise", d));
    check_says(d, "t.csv: error: no column 'prise'; did you mean 'price'?");
    assert_null(rt_table_find(&t, "t.csv", "weather", d));
    check_says(d, "t.csv: error: no column 'weather'; the header begins with 'price'");
    assert_null(rt_table_find(&t, "t.csv", "weather", NULL));
    rt_table_free(&t);
    diag_close(d);
}

static void test_spambase(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_data("spambase.csv.gz");
    if (!check_exists(path))
        skip();
    RtTable t;
    int64_t start = rt_clock_ns();
    assert_int_equal(rt_csv_read(path, NULL, &t, d), RT_OK);
    print_message("spambase.csv.gz: %.1f ms\n", rt_clock_seconds(start) * 1e3);
    assert_int_equal(t.rows, 4601);
    assert_int_equal(t.column_count, 58);
    assert_true(t.columns[55].values[1] == 101 && t.columns[54].values[0] == 3.756);
    rt_table_free(&t);
    assert_int_equal(rt_csv_read(check_path("none.csv"), NULL, &t, d), RT_IO);
    rt_table_free(&t);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain), cmocka_unit_test(test_options),
        cmocka_unit_test(test_quotes), cmocka_unit_test(test_classes),
        cmocka_unit_test(test_many_classes), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_several_errors), cmocka_unit_test(test_find),
        cmocka_unit_test(test_spambase), cmocka_unit_test(test_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
