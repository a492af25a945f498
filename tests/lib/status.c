#include "tests/lib/common.h"

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(descent_status_name(DESCENT_OK), "ok");
    assert_string_equal(descent_status_name(DESCENT_BAD_SHAPE), "bad shape");
    assert_string_equal(descent_status_name(DESCENT_INTERNAL), "internal defect");
    assert_string_equal(descent_status_name((descent_status)77), "unknown status");
    assert_string_equal(descent_version(), "0.1.0");
}

static void test_diagnostics(void **state)
{
    descent_diagnostic one = DESCENT_INIT(descent_diagnostic), none = {0};
    descent_model *m;
    const char text[] = "model m(x: f32[N, 2]) -> f32[N, 3] {\n  x -> dens(3)\n}\n";
    (void)state;
    assert_int_equal(descent_diagnostics_count(diagnostics), 0);
    assert_string_equal(descent_diagnostics_text(diagnostics), "");
    assert_int_equal(
        descent_model_parse(context, "m.dsc", text, strlen(text), &m, diagnostics),
        DESCENT_BAD_INPUT);
    assert_null(m);
    assert_true(descent_diagnostics_count(diagnostics) > 0);
    assert_int_equal(descent_diagnostics_get(diagnostics, 0, &one), DESCENT_OK);
    assert_int_equal(one.severity, DESCENT_ERROR);
    assert_string_equal(one.file, "m.dsc");
    assert_int_equal(one.line, 2);
    assert_int_equal(one.column, 8);
    assert_string_equal(one.source, "  x -> dens(3)");
    assert_non_null(strstr(one.message, "dense"));
    assert_non_null(strstr(descent_diagnostics_text(diagnostics), "m.dsc:2:8: error: "));
    assert_int_equal(descent_diagnostics_get(diagnostics, 99, &one),
                     DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_diagnostics_get(diagnostics, 0, &none),
                     DESCENT_BAD_ARGUMENT);
    descent_diagnostics_clear(diagnostics);
    assert_int_equal(descent_diagnostics_count(diagnostics), 0);
}

/* What an object holds from before changes nothing: the same mistake is told again. */
static void test_again(void **state)
{
    descent_model *m = parse("empty.dsc", "# nothing\n");
    descent_program *p;
    char *text;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(descent_model_print(m, NULL, &text, NULL, diagnostics),
                         DESCENT_BAD_INPUT);
        assert_int_equal(descent_program_compile(m, NULL, &p, diagnostics),
                         DESCENT_BAD_INPUT);
        assert_int_equal(descent_diagnostics_count(diagnostics), 2 * i + 2);
    }
    descent_diagnostics_clear(diagnostics);
    descent_model_destroy(m);
}

static void test_null(void **state)
{
    descent_diagnostic one = DESCENT_INIT(descent_diagnostic);
    (void)state;
    assert_int_equal(descent_diagnostics_create(NULL), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_diagnostics_get(NULL, 0, &one), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_diagnostics_get(diagnostics, 0, NULL), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_diagnostics_count(NULL), 0);
    assert_string_equal(descent_diagnostics_text(NULL), "");
    descent_diagnostics_clear(NULL);
    descent_diagnostics_destroy(NULL);
    descent_text_free(NULL);
}

/* -------------------------------------------------------------------------- context */

static void test_context(void **state)
{
    descent_context *c;
    descent_context_options o = DESCENT_INIT(descent_context_options);
    struct descent_pool pool = {NULL};
    struct {
        descent_context_options known;
        size_t unknown;
    } later = {DESCENT_INIT(descent_context_options), 1};
    (void)state;
    FAILS(DESCENT_BAD_ARGUMENT, "'out'", descent_context_create(NULL, NULL, diagnostics));
    o.struct_size = 0;
    FAILS(DESCENT_BAD_ARGUMENT, "struct_size",
          descent_context_create(&o, &c, diagnostics));
    assert_null(c);
    later.known.struct_size = sizeof later;
    FAILS(DESCENT_UNSUPPORTED, "later version",
          descent_context_create(&later.known, &c, diagnostics));
    later.unknown = 0;
    OK(descent_context_create(&later.known, &c, diagnostics));
    descent_context_destroy(c);
    o = DESCENT_INIT(descent_context_options);
    o.pool = &pool;
    FAILS(DESCENT_BAD_ARGUMENT, "'run'", descent_context_create(&o, &c, diagnostics));
    o = DESCENT_INIT(descent_context_options);
    o.allocator.release = (void (*)(void *, void *, size_t))abort;
    FAILS(DESCENT_BAD_ARGUMENT, "'allocate'",
          descent_context_create(&o, &c, diagnostics));
    OK(descent_context_create(NULL, &c, NULL));
    assert_true(descent_context_threads(c) >= 1);
    descent_context_destroy(c);
    assert_int_equal(descent_context_threads(context), 2);
    assert_int_equal(descent_context_threads(NULL), 0);
    descent_context_destroy(NULL);
}

/* A struct of an older version, shorter than ours, has the defaults for the rest. */
static void test_older_struct(void **state)
{
    descent_context *c;
    struct {
        size_t struct_size;
        unsigned threads;
    } older = {sizeof older, 1};
    (void)state;
    OK(descent_context_create((descent_context_options *)&older, &c, diagnostics));
    assert_int_equal(descent_context_threads(c), 1);
    descent_context_destroy(c);
}

static void keep_log(void *user, descent_severity severity, const char *message)
{
    char *text = user;
    if (severity == DESCENT_ERROR)
        snprintf(text + strlen(text), 200 - strlen(text), "%s|", message);
}

/* How often each severity came. */
static void count_log(void *user, descent_severity severity, const char *message)
{
    int *counts = user;
    (void)message;
    assert_true((unsigned)severity <= DESCENT_DEBUG);
    counts[severity]++;
}

/* The passes do not look as if they belonged to an error. */
static void test_log_of_passes(void **state)
{
    int counts[4] = {0};
    descent_context *c;
    descent_model *m;
    descent_program *p;
    descent_context_options o = DESCENT_INIT(descent_context_options);
    (void)state;
    o.threads = 1;
    o.log = count_log;
    o.log_user = counts;
    OK(descent_context_create(&o, &c, diagnostics));
    OK(descent_model_parse(c, "line.dsc", line_model, strlen(line_model), &m,
                           diagnostics));
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    assert_true(counts[DESCENT_DEBUG] > 0);
    assert_int_equal(counts[DESCENT_ERROR] + counts[DESCENT_NOTE], 0);
    descent_program_destroy(p);
    descent_model_destroy(m);
    descent_context_destroy(c);
}

static void test_log(void **state)
{
    char text[200] = "";
    descent_context *c;
    descent_graph *g;
    descent_model *m;
    descent_context_options o = DESCENT_INIT(descent_context_options);
    (void)state;
    o.threads = 1;
    o.log = keep_log;
    o.log_user = text;
    OK(descent_context_create(&o, &c, diagnostics));
    assert_int_equal(descent_model_parse(c, "m.dsc", "model", 5, &m, NULL),
                     DESCENT_BAD_INPUT);
    assert_memory_equal(text, "m.dsc:1:", 8);
    assert_ptr_equal(strchr(text, '|') + 1, text + strlen(text));    /* once */
    text[0] = 0;
    assert_int_equal(descent_model_parse(c, "m.txt", "", 0, &m, NULL), DESCENT_BAD_INPUT);
    assert_memory_equal(text, "m.txt: ", 7); /* a file without a line */
    text[0] = 0;
    OK(descent_graph_create(c, NULL, &g, diagnostics));
    FAILS(DESCENT_BAD_INPUT, "no function", descent_graph_finish(g, &m, diagnostics));
    assert_string_equal(text, "the graph has no function|");
    descent_graph_destroy(g);
    descent_context_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),        cmocka_unit_test(test_diagnostics),
        cmocka_unit_test(test_null),         cmocka_unit_test(test_context),
        cmocka_unit_test(test_older_struct), cmocka_unit_test(test_log),
        cmocka_unit_test(test_again),        cmocka_unit_test(test_log_of_passes),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
