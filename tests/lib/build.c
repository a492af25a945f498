/* Native files by the library; what is in them is the business of tests/build. */
#include "tests/lib/common.h"

static descent_model *model;
static descent_program *program;
static descent_state *weights;

static int open_all(void **state)
{
    int st = open_context(state) || enter_folder();
    model = parse("line.dsc", line_model);
    OK(descent_program_compile(model, NULL, &program, diagnostics));
    OK(descent_state_create(program, 1, &weights, diagnostics));
    return st;
}

static int close_all(void **state)
{
    descent_state_destroy(weights);
    descent_program_destroy(program);
    descent_model_destroy(model);
    return close_context(state) || leave_folder();
}

/* Reads as much as fits; the number of bytes in the file, -1 if there is none. */
static long read_file(const char *path, char *to, size_t room)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return -1;
    memset(to, 0, room);
    if (!fread(to, 1, room - 1, f))
        to[0] = 0;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    fclose(f);
    return size;
}

static void check_begin(const char *path, const char *begin, size_t length)
{
    char have[16];
    assert_true(read_file(path, have, sizeof have) > 64);
    assert_memory_equal(have, begin, length);
}

/* Each kind, by its name and by what is asked for. */
static void test_kinds(void **state)
{
    descent_build_options o = DESCENT_INIT(descent_build_options);
    char header[20000];
    (void)state;
    o.state = weights;
    OK(descent_build(model, "built.o", &o, diagnostics));
    assert_true(read_file("built.h", header, sizeof header) > 0);
    assert_non_null(strstr(header, "void built_predict("));
    check_begin("built.o", "\177ELF", 4);
    OK(descent_build(model, "built.a", &o, diagnostics));
    check_begin("built.a", "!<arch>\n", 8);
    OK(descent_build(model, "built.c", &o, diagnostics));
    check_begin("built.c", "/*", 2);
    o.kind = DESCENT_BUILD_OBJECT;
    OK(descent_build(model, "object", &o, diagnostics));
    check_begin("object.o", "\177ELF", 4);
    o.kind = DESCENT_BUILD_BY_NAME;
    OK(descent_build(model, "program", &o, diagnostics));
    assert_int_equal(access("program", X_OK), 0);
    assert_int_equal(access("program.h", F_OK), -1);
    check_begin("program", "\177ELF", 4);
}

/* Weights of a state and of the file that it is saved to give the same bytes. */
static void test_weights(void **state)
{
    static char a[1 << 16], b[1 << 16];
    descent_build_options o = DESCENT_INIT(descent_build_options);
    (void)state;
    OK(descent_state_save(weights, "built.safetensors", DESCENT_SAVE_WEIGHTS,
                          diagnostics));
    o.state = weights;
    OK(descent_build(model, "built.o", &o, diagnostics));
    long size = read_file("built.o", a, sizeof a);
    o.state = NULL;
    o.weights = "built.safetensors";
    OK(descent_build(model, "built.o", &o, diagnostics));
    assert_int_equal(read_file("built.o", b, sizeof b), size);
    assert_true(size > 0 && size < (long)sizeof a);
    assert_memory_equal(a, b, (size_t)size);
}

static void test_trainer(void **state)
{
    descent_build_options o = DESCENT_INIT(descent_build_options);
    char header[30000];
    (void)state;
    o.train = true;
    OK(descent_build(model, "trainer.o", &o, diagnostics));
    assert_true(read_file("trainer.h", header, sizeof header) > 0);
    assert_non_null(strstr(header, "void trainer_train_step("));
    check_begin("trainer.o", "\177ELF", 4);
}

static void test_wrong(void **state)
{
    descent_build_options o = DESCENT_INIT(descent_build_options);
    const char *cpus[] = {"x86-64-v9", NULL};
    (void)state;
    FAILS(DESCENT_BAD_ARGUMENT, "'m'", descent_build(NULL, "a.o", &o, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'path'", descent_build(model, NULL, &o, diagnostics));
    FAILS(DESCENT_BAD_INPUT, "needs trained weights",
          descent_build(model, "wrong.o", NULL, diagnostics));
    o.state = weights;
    o.weights = "w.safetensors";
    FAILS(DESCENT_BAD_ARGUMENT, "more than one",
          descent_build(model, "wrong.o", &o, diagnostics));
    o.weights = NULL;
    o.train = true;
    FAILS(DESCENT_BAD_ARGUMENT, "a trainer makes its weights",
          descent_build(model, "wrong.o", &o, diagnostics));
    o.train = false;
    o.kind = (descent_build_kind)9;
    FAILS(DESCENT_BAD_ARGUMENT, "no kind 9",
          descent_build(model, "wrong.o", &o, diagnostics));
    o.kind = DESCENT_BUILD_BY_NAME;
    FAILS(DESCENT_BAD_ARGUMENT, "wrong.h: error: the ending says no kind",
          descent_build(model, "wrong.h", &o, diagnostics));
    o.rows = -1;
    FAILS(DESCENT_BAD_ARGUMENT, "'rows'",
          descent_build(model, "wrong.o", &o, diagnostics));
    o.rows = 0;
    o.cpu_count = 1;
    FAILS(DESCENT_BAD_ARGUMENT, "options->cpus",
          descent_build(model, "wrong.o", &o, diagnostics));
    o.cpus = cpus + 1;
    FAILS(DESCENT_BAD_ARGUMENT, "options->cpus[]",
          descent_build(model, "wrong.o", &o, diagnostics));
    o.cpus = cpus;
    FAILS(DESCENT_BAD_ARGUMENT, "x86-64-v9",
          descent_build(model, "wrong.o", &o, diagnostics));
    o.cpu_count = 0;
    o.target = "vax-dec-vms";
    FAILS(DESCENT_BAD_ARGUMENT, "vax", descent_build(model, "wrong.o", &o, diagnostics));
    o.target = NULL;
    FAILS(DESCENT_BAD_INPUT, "nowhere",
          descent_build(model, "nowhere/wrong.o", &o, diagnostics));
    assert_int_equal(access("wrong.o", F_OK), -1);
    assert_int_equal(access("wrong.h", F_OK), -1);
}

static int same_type(void *user, const descent_type *operands, size_t operand_count,
                     descent_type *results, size_t result_count)
{
    (void)user, (void)operand_count, (void)result_count;
    results[0] = operands[0];
    return 0;
}

static int nothing(void *user, const descent_custom_call *call, void *const *operands,
                   void *const *results)
{
    (void)user, (void)call, (void)operands, (void)results;
    return 0;
}

/* A file cannot hold a function of the program: told with its place, and nothing is
 * written. */
static void test_custom(void **state)
{
    descent_graph *g;
    descent_model *m;
    descent_custom_op op = DESCENT_INIT(descent_custom_op);
    int64_t dims[] = {3};
    char place[100];
    static const char *const files[] = {"custom.o", "custom.c", "custom"};
    (void)state;
    op.name = "clip";
    op.shape = same_type;
    op.forward = nothing;
    OK(descent_custom_register(context, &op, diagnostics));
    OK(descent_graph_create(context, "g", &g, diagnostics));
    descent_function *f = descent_function_create(g, "main");
    descent_value *x = descent_argument(f, "x", DESCENT_INPUT, DESCENT_F32, 1, dims), *y;
    DESCENT_HERE(g);
    int line = __LINE__ - 1;
    descent_custom(f, "clip", &x, 1, &y, 1);
    descent_result(f, "y", DESCENT_OUTPUT, y);
    OK(descent_graph_finish(g, &m, diagnostics));
    snprintf(place, sizeof place,
             "build.c:%d: error: unsupported: the custom op 'clip' in", line);
    for (int i = 0; i < 3; i++) {
        FAILS(DESCENT_UNSUPPORTED, place, descent_build(m, files[i], NULL, diagnostics));
        assert_int_equal(access(files[i], F_OK), -1);
    }
    descent_model_destroy(m);
    descent_graph_destroy(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),  cmocka_unit_test(test_weights),
        cmocka_unit_test(test_trainer), cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_custom),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
