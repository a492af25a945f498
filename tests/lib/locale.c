/* Programs with a locale of their own, where 0.5 is written 0,5: everything is as in
 * others, and the locale is still theirs afterwards. Argument: the locale. */
#include "tests/lib/common.h"

#include <locale.h>

/* Constants that are read and written as text: by the language, rewrites and dumps. */
static const char half[] = "model half(x: f32[2]) -> f32[2] {\n"
                           "  0.5 * x + 1.25e-1 * gelu(x / 4)\n"
                           "}\n";

typedef struct Answer {
    float values[2];
    char *text; /* the kernels */
} Answer;

static void ask(Answer *out)
{
    float in[2] = {1, -3};
    descent_program *p;
    const descent_entry *e;
    descent_print_options o = DESCENT_INIT(descent_print_options);
    descent_model *m = parse("half.dsc", half), *read;
    o.stage = "graph";
    OK(descent_model_print(m, &o, &out->text, NULL, diagnostics));
    OK(descent_model_parse(context, "half.mlir", out->text, strlen(out->text), &read,
                           diagnostics));
    OK(descent_program_compile(read, NULL, &p, diagnostics));
    OK(descent_program_find(p, "predict", 0, &e, diagnostics));
    descent_tensor *x = FLOATS(in, 2), *y = FLOATS(out->values, 2);
    OK(descent_entry_call(e, &x, 1, &y, 1, diagnostics));
    descent_tensor_destroy(x);
    descent_tensor_destroy(y);
    descent_program_destroy(p);
    descent_model_destroy(read);
    descent_model_destroy(m);
}

static void test_numbers(void **state)
{
    Answer here, there;
    (void)state;
    const char *mine = setlocale(LC_ALL, NULL);
    char name[256];
    snprintf(name, sizeof name, "%s", mine);
    ask(&there);
    assert_string_equal(localeconv()->decimal_point, ",");
    setlocale(LC_ALL, "C");
    ask(&here);
    setlocale(LC_ALL, name);
    assert_string_equal(here.text, there.text);
    assert_memory_equal(here.values, there.values, sizeof here.values);
    descent_text_free(here.text);
    descent_text_free(there.text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers)};
    if (argc < 2 || !setlocale(LC_ALL, argv[1]) || *localeconv()->decimal_point != ',') {
        fputs("there is no such locale\n", stderr);
        return 1;
    }
    return cmocka_run_group_tests(tests, open_context, close_context);
}
