#include "check.h"

#include "runtime/number.h"
#include "runtime/random.h"

#include <locale.h>

static bool parse(const char *s, double *out)
{
    return rt_number_parse(s, s + strlen(s), out);
}

static void test_what_is_a_number(void **state)
{
    (void)state;
    const char *good[] = {"0",      "-0",     "1",     "+1",
                          "1.",     ".5",     "-.5e3", "1e5",
                          "1E-5",   "1e+05",  "00012", "123456789012345678901234567890",
                          "1e-400", "0e99999"};
    const char *bad[] = {
        "",    "-",   ".",  "e5", "1e",  "1e+", "1.2.3", "0x10",
        "nan", "inf", "1 ", " 1", "1,5", "--1", "1e400", "-1e999999999999"};
    double v;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(parse(good[i], &v));
        assert_true(v == strtod(good[i], NULL));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(parse(bad[i], &v));
    assert_true(parse("-0", &v) && signbit(v));
}

/* Correctly rounded: the same as strtod, on both roads. */
static void test_same_as_strtod(void **state)
{
    (void)state;
    const char *formats[] = {"%.17g", "%.16g", "%.15g", "%.6g",
                             "%.3f",  "%.0f",  "%.20e", "%.1e"};
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t bits = rt_random(1, 2, i);
        double v, got;
        memcpy(&v, &bits, sizeof v);
        if (i % 2)
            v = ldexp((double)(int64_t)bits, -(int)(bits % 80));
        if (!isfinite(v))
            continue;
        char text[400];
        snprintf(text, sizeof text, formats[i % 8], v);
        assert_true(parse(text, &got) || !isfinite(strtod(text, NULL)));
        if (isfinite(strtod(text, NULL)))
            assert_true(got == strtod(text, NULL));
    }
}

static void test_other_locale(void **state)
{
    (void)state;
    double v;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        print_message("no German locale here\n");
    assert_true(parse("1.25", &v) && v == 1.25);
    assert_true(parse("1.2345678901234567890123", &v) && v > 1.23 && v < 1.24);
    char text[RT_NUMBER_TEXT];
    assert_string_equal(rt_number_text(1.25, 17, text), "1.25");
    setlocale(LC_NUMERIC, "C");
}

static void test_shortest(void **state)
{
    (void)state;
    char text[RT_NUMBER_TEXT];
    assert_string_equal(rt_number_shortest(0.1f, true, text), "0.1");
    assert_string_equal(rt_number_shortest(0.1, false, text), "0.1");
    assert_string_equal(rt_number_shortest(0.1f, false, text), "0.10000000149011612");
    assert_string_equal(rt_number_shortest(INFINITY, true, text), "inf");
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t bits = rt_random(7, 0, i);
        float single, back;
        memcpy(&single, &bits, sizeof single);
        back = strtof(rt_number_shortest(single, true, text), NULL);
        assert_true(back == single || isnan(single));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_a_number), cmocka_unit_test(test_same_as_strtod),
        cmocka_unit_test(test_other_locale), cmocka_unit_test(test_shortest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
