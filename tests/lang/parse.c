/* Grammar: what binds how tightly, where statements end, what is computed when
 * compiling. A test is an expression and its value: the value is a size, and the
 * model's type says what it must be. */
#include "tests/lang/check.h"

#include <stdio.h>

static void check_value(const char *expression, int64_t wanted)
{
    char text[1024];
    snprintf(text, sizeof text,
             "fn fact(n) { if n <= 1 { 1 } else { n * fact(n - 1) } }\n"
             "model m(x: f32[N]) -> f32[%lld] {\n"
             "  let list = [3, 5, 7]\n"
             "  let size = { %s }\n"
             "  op.full([size], 0)\n"
             "}\n",
             (long long)wanted, expression);
    Parsed p = check_parse("test.dsc", text);
    if (diag_errors(p.d)) {
        diag_print(p.d, stderr);
        fail_msg("%s is not %lld", expression, (long long)wanted);
    }
    check_close(&p);
}

static void test_precedence(void **state)
{
    (void)state;
    check_value("2 + 3 * 4", 14);
    check_value("(2 + 3) * 4", 20);
    check_value("2 * 3 ** 2", 18);
    check_value("2 ** 3 ** 2", 512);
    check_value("10 - -2 ** 2", 14);
    check_value("20 - 5 - 3", 12);
    check_value("100 // 7 // 2", 7);
    check_value("-7 // 2 + 10", 6);
    check_value("-7 % 5", 3);
    check_value("if -7.5 // 2 == -4 and -7.5 % 2 == 0.5 { 1 } else { 0 }", 1);
    check_value("if 1 + 1 == 2 and not 3 < 2 { 1 } else { 0 }", 1);
    check_value("if false and 1 // 0 == 1 { 0 } else { 4 }", 4);
    check_value("if true or 1 // 0 == 1 { 5 } else { 4 }", 5);
    check_value("if 1.5 * 2 == 3 { 1 } else { 2 }", 1);
    check_value("if 6 / 4 == 1.5 { 1 } else { 2 }", 1);
    check_value("if 1e2 == 100 { 1 } else { 2 }", 1);
}

static void test_statements(void **state)
{
    (void)state;
    check_value("let a = 2\n let b = a\n  * 3\n b", 6);
    check_value("let a = 2  let b = 3; a + b", 5);
    check_value("let a = 7\n a = a + 1; a", 8);
    check_value("let (a, b) = (2, 3) a * b", 6);
    check_value("let s = 0\n for i in 0..4 { s = s + i }\n s", 6);
    check_value("let s = 1\n for v in list { s = s * v }\n s", 105);
    check_value("let s = 1\n if s == 1 { s = 9 }\n s", 9);
    check_value("let a = 1\n { let a = 5 }\n a", 1);
    check_value("5 # a comment\n", 5);
    check_value("let f = fact\n f(4)", 24);
    check_value("3 -> fact", 6);
}

static void test_lists(void **state)
{
    (void)state;
    check_value("list[0] + list[-1]", 10);
    check_value("len(list[1:])", 2);
    check_value("len([1] + list)", 4);
    check_value("len(for i in 0..0 { i })", 0);
    check_value("len(for i in list { if i > 9 { i } })", 0);
    check_value("len(for i in 0..5 { if i % 2 == 0 { i } })", 3);
    check_value("(for i in 0..5 { i * i })[4]", 16);
    check_value("list[:-1][1]", 5);
    check_value("x.rank", 1);
    check_value("if [1, 2] == [1, 2] and [1] != [2] { 1 } else { 0 }", 1);
    check_value("if x.dtype == f32 { 1 } else { 0 }", 1);
    check_value("op.maximum(2, 3)", 3);
}

/* A `(`, `[` or `-` at the beginning of a line begins a statement. */
static void test_new_lines(void **state)
{
    (void)state;
    check_value("let a = 4\n let b = a\n (b)", 4);
    check_value("let a = list\n let b = a\n [8][0]", 8);
    check_value("let b = 9\n let c = b\n -c + 18", 9);
    check_value("let b = (9\n - 2)\n b", 7);
    check_value("let b = 9 -\n 2\n b", 7);
}

/* Which is not a column of the first line. */
static void test_byte_order_mark(void **state)
{
    (void)state;
    Parsed p = check_parse("test.dsc", "\xef\xbb\xbf" "model m(x: f32[N]) { x }\n");
    assert_int_equal(diag_errors(p.d), 0);
    check_close(&p);
    p = check_parse("test.dsc", "\xef\xbb\xbf" "model m(x: f32[N]) { y }\n");
    assert_int_equal(diag_get(p.d, 0)->place.column, 22);
    check_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_new_lines),
        cmocka_unit_test(test_byte_order_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
