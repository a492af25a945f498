/* What is JSON and what is not; strings and numbers as they are read and written. */
#include "tests/runtime/check.h"

#include "runtime/json.h"

#include <string.h>

static const RtJson *parse(Arena *a, const char *text)
{
    return rt_json_parse(text, strlen(text), a);
}

static void test_values(void **state)
{
    (void)state;
    Arena *a = arena_open();
    const RtJson *v = parse(a, " {\"a\": [1, -2.5e1, true, null], \"b\": \"x\"} ");
    assert_non_null(v);
    assert_int_equal(v->count, 2);
    const RtJson *list = rt_json_get(v, "a");
    assert_int_equal(list->count, 4);
    assert_true(list->child->next->number == -25);
    assert_int_equal(list->child->next->next->kind, RT_JSON_BOOL);
    assert_string_equal(rt_json_get_string(v, "b", ""), "x");
    assert_string_equal(rt_json_get_string(v, "a", "none"), "none");
    assert_null(rt_json_get(v, "c"));
    assert_null(rt_json_get(list, "a"));
    assert_null(rt_json_get(NULL, "a"));
    arena_close(a);
}

static void test_strings(void **state)
{
    (void)state;
    Arena *a = arena_open();
    const RtJson *v = parse(a, "\"\\u00e9 \\ud83d\\ude00 \\\"\\\\\\/\\n\"");
    assert_non_null(v);
    assert_string_equal(v->string, "\xc3\xa9 \xf0\x9f\x98\x80 \"\\/\n");
    Text t = {0};
    rt_json_add_string(&t, "a\"\\\n\x01\xc3\xa9");
    assert_string_equal(t.bytes, "\"a\\\"\\\\\\n\\u0001\xc3\xa9\"");
    assert_string_equal(parse(a, t.bytes)->string, "a\"\\\n\x01\xc3\xa9");
    text_free(&t);
    arena_close(a);
}

static void test_whole(void **state)
{
    (void)state;
    Arena *a = arena_open();
    int64_t n;
    assert_true(rt_json_whole(parse(a, "9007199254740992"), &n));
    assert_int_equal(n, INT64_C(9007199254740992));
    assert_false(rt_json_whole(parse(a, "1.5"), &n));
    assert_false(rt_json_whole(parse(a, "-1"), &n));
    assert_false(rt_json_whole(parse(a, "1e300"), &n));
    assert_false(rt_json_whole(parse(a, "\"1\""), &n));
    assert_false(rt_json_whole(NULL, &n));
    arena_close(a);
}

static void test_refused(void **state)
{
    static const char *const wrong[] = {
        "", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01",
        "1.", ".5", "+1", "-", "1e", "1e999", "nan", "tru", "'a'", "\"a", "\"\\x\"",
        "\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
        "\"a\nb\"", "[] []", "{}x", "[", "\"\\", "\"\\u",
    };
    (void)state;
    Arena *a = arena_open();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (parse(a, wrong[i]))
            fail_msg("taken for JSON: %s", wrong[i]);
    assert_null(rt_json_parse("\"a\0b\"", 5, a));
    arena_close(a);
}

static void test_depth(void **state)
{
    char text[2 * RT_JSON_DEPTH + 3];
    (void)state;
    Arena *a = arena_open();
    for (int depth = RT_JSON_DEPTH; depth <= RT_JSON_DEPTH + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        bool good = rt_json_parse(text, 2 * (size_t)depth, a);
        assert_int_equal(good, depth == RT_JSON_DEPTH);
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_strings),
        cmocka_unit_test(test_whole), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
