#include "tests/lib/common.h"

#include <math.h>

static const char two[] = "func.func public @main(%x: tensor<4xf32>, %y: tensor<4xf32>) "
                          "-> (tensor<4xf32>, tensor<4xf32>) {\n"
                          "  %0 = stablehlo.multiply %x, %y : tensor<4xf32>\n"
                          "  %1 = stablehlo.add %x, %y : tensor<4xf32>\n"
                          "  return %0, %1 : tensor<4xf32>, tensor<4xf32>\n"
                          "}\n"
                          "func.func public @grow(%x: tensor<4xf32> {tf.aliasing_output "
                          "= 0 : i32}) -> tensor<4xf32> {\n"
                          "  %0 = stablehlo.add %x, %x : tensor<4xf32>\n"
                          "  return %0 : tensor<4xf32>\n"
                          "}\n";

static descent_model *model;
static descent_program *program;
static const descent_entry *multiply, *grow;

static int open_program(void **state)
{
    int st = open_context(state);
    model = parse("two.mlir", two);
    OK(descent_program_compile(model, NULL, &program, diagnostics));
    OK(descent_program_find(program, "main", 0, &multiply, diagnostics));
    OK(descent_program_find(program, "grow", 0, &grow, diagnostics));
    return st;
}

static int close_program(void **state)
{
    descent_program_destroy(program);
    descent_model_destroy(model);
    return close_context(state);
}

static void test_entries(void **state)
{
    descent_slot s = DESCENT_INIT(descent_slot), none = {0};
    (void)state;
    assert_int_equal(descent_program_count(program), 2);
    assert_ptr_equal(descent_program_entry(program, 0), multiply);
    assert_null(descent_program_entry(program, 2));
    assert_string_equal(descent_entry_name(multiply), "main");
    assert_int_equal(descent_entry_argument_count(multiply), 2);
    assert_int_equal(descent_entry_result_count(multiply), 2);
    assert_int_equal(descent_entry_argument(multiply, 1, &s), DESCENT_OK);
    assert_string_equal(s.name, "y");
    assert_int_equal(s.role, DESCENT_INPUT);
    assert_int_equal(s.dtype, DESCENT_F32);
    assert_int_equal(s.rank, 1);
    assert_int_equal(s.dims[0], 4);
    assert_int_equal(s.alias, -1);
    assert_int_equal(descent_entry_result(grow, 0, &s), DESCENT_OK);
    assert_int_equal(s.role, DESCENT_OUTPUT);
    assert_int_equal(s.alias, 0);
    assert_int_equal(descent_entry_argument(grow, 0, &s), DESCENT_OK);
    assert_int_equal(s.alias, 0);
    assert_int_equal(descent_entry_argument(grow, 1, &s), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_entry_result(grow, 1, &s), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_entry_result(grow, 0, &none), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_entry_result(NULL, 0, &s), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_entry_argument(NULL, 0, &s), DESCENT_BAD_ARGUMENT);
    assert_null(descent_entry_name(NULL));
    assert_int_equal(descent_entry_argument_count(NULL), 0);
    assert_int_equal(descent_entry_result_count(NULL), 0);
    assert_int_equal(descent_entry_scratch_bytes(NULL), 0);
    assert_int_equal(descent_program_count(NULL), 0);
    assert_null(descent_program_entry(NULL, 0));
}

static void test_compile(void **state)
{
    descent_program *p, *none;
    descent_state *s;
    const descent_entry *e;
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    const char *wrong[] = {"mane"}, *null[] = {NULL};
    (void)state;
    o.device = "tpu";
    FAILS(DESCENT_BAD_ARGUMENT, "'tpu'",
          descent_program_compile(model, &o, &p, diagnostics));
    o.device = "cpu";
    o.cpu = "z80";
    FAILS(DESCENT_BAD_ARGUMENT, "z80",
          descent_program_compile(model, &o, &p, diagnostics));
    o.cpu = "host";
    o.entries = wrong;
    o.entry_count = 1;
    FAILS(DESCENT_BAD_ARGUMENT, "@main",
          descent_program_compile(model, &o, &p, diagnostics));
    o.entries = null;
    FAILS(DESCENT_BAD_ARGUMENT, "entries",
          descent_program_compile(model, &o, &p, diagnostics));
    assert_null(p);
    o.entry_count = 0;
    OK(descent_program_compile(model, &o, &p, diagnostics));
    assert_int_equal(descent_program_count(p), 0);
    OK(descent_program_find(p, "grow", 0, &e, diagnostics));
    assert_int_equal(descent_program_count(p), 1);
    FAILS(DESCENT_BAD_ARGUMENT, "grow",
          descent_program_find(p, "gro", 0, &e, diagnostics));
    FAILS(DESCENT_BAD_INPUT, "@init", descent_state_create(p, 1, &s, diagnostics));
    assert_null(e);
    FAILS(DESCENT_BAD_ARGUMENT, "rows",
          descent_program_find(p, "grow", -1, &e, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'p'",
          descent_program_find(NULL, "x", 0, &e, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'name'",
          descent_program_find(p, NULL, 0, &e, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'out'",
          descent_program_find(p, "x", 0, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'m'",
          descent_program_compile(NULL, &o, &none, diagnostics));
    assert_null(none);
    FAILS(DESCENT_BAD_ARGUMENT, "'out'",
          descent_program_compile(model, &o, NULL, diagnostics));
    descent_program_destroy(p);
    descent_program_destroy(NULL);
}

/* Code that relies on finite weights is given no others. */
static void test_finite_weights(void **state)
{
    static const char text[] =
        "func.func public @row(%x: tensor<1x64xf32>, %w: tensor<64x64xf32> "
        "{descent.name = \"w\", descent.role = \"param\"}) -> tensor<1x64xf32> {\n"
        "  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : "
        "(tensor<1x64xf32>, tensor<64x64xf32>) -> tensor<1x64xf32>\n"
        "  return %0 : tensor<1x64xf32>\n"
        "}\n";
    static float zeros[64], weights[64 * 64], out[64];
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    descent_model *m = parse("row.mlir", text);
    descent_tensor *in[] = {FLOATS(zeros, 1, 64), FLOATS(weights, 64, 64)};
    descent_tensor *result = FLOATS(out, 1, 64);
    (void)state;
    for (int finite = 0; finite < 2; finite++) {
        descent_program *p;
        const descent_entry *e;
        o.finite_weights = finite;
        OK(descent_program_compile(m, &o, &p, diagnostics));
        OK(descent_program_find(p, "row", 0, &e, diagnostics));
        weights[7] = 1;
        OK(descent_entry_call(e, in, 2, &result, 1, diagnostics));
        assert_true(out[7] == 0);
        weights[7] = HUGE_VALF;
        descent_status st = descent_entry_call(e, in, 2, &result, 1, diagnostics);
        if (finite)
            check_fails(DESCENT_BAD_INPUT, "'w'", st, __FILE__, __LINE__);
        else
            assert_true(!st && out[7] != out[7]);
        descent_program_destroy(p);
    }
    for (int i = 0; i < 2; i++)
        descent_tensor_destroy(in[i]);
    descent_tensor_destroy(result);
    descent_model_destroy(m);
}

/* ----------------------------------------------------------------------------- calls */

static float x[4] = {1, 2, 3, 4}, y[4] = {5, 6, 7, 8};

static void test_call(void **state)
{
    float p[4], s[4];
    const float product[] = {5, 12, 21, 32}, sum[] = {6, 8, 10, 12};
    descent_tensor *in[] = {FLOATS(x, 4), FLOATS(y, 4)};
    descent_tensor *out[] = {FLOATS(p, 4), FLOATS(s, 4)};
    (void)state;
    OK(descent_entry_call(multiply, in, 2, out, 2, diagnostics));
    assert_memory_equal(p, product, sizeof p);
    assert_memory_equal(s, sum, sizeof s);
    for (int i = 0; i < 2; i++) {
        descent_tensor_destroy(in[i]);
        descent_tensor_destroy(out[i]);
    }
}

static void test_donated(void **state)
{
    float v[4] = {1, 2, 3, 4}, w[4];
    const float doubled[] = {2, 4, 6, 8};
    descent_tensor *in[] = {FLOATS(v, 4)}, *none[] = {NULL}, *other[] = {FLOATS(w, 4)};
    (void)state;
    OK(descent_entry_call(grow, in, 1, none, 1, diagnostics));
    assert_memory_equal(v, doubled, sizeof v);
    OK(descent_entry_call(grow, in, 1, in, 1, diagnostics));
    assert_true(v[0] == 4);
    FAILS(DESCENT_BAD_ARGUMENT, "overwrites argument 'x'",
          descent_entry_call(grow, in, 1, other, 1, diagnostics));
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(other[0]);
}

static void test_wrong_call(void **state)
{
    float p[4], s[5];
    double d[4];
    int64_t four[] = {4};
    descent_tensor *in[] = {FLOATS(x, 4), FLOATS(y, 4)}, *wrong[] = {in[0], NULL};
    descent_tensor *out[] = {FLOATS(p, 4), FLOATS(s, 5)}, *same[] = {out[0], out[0]};
    descent_tensor *over[] = {in[0], out[0]}, *doubles;
    (void)state;
    OK(descent_tensor_wrap(context, DESCENT_F64, 1, four, d, sizeof d, NULL, NULL,
                           &doubles, diagnostics));
    FAILS(DESCENT_BAD_SHAPE, "'out1' of @main is f32[4], the tensor is f32[5]",
          descent_entry_call(multiply, in, 2, out, 2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "1 argument given: @main has 2",
          descent_entry_call(multiply, in, 1, out, 2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "3 results given",
          descent_entry_call(multiply, in, 2, out, 3, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "argument 'y' of @main is NULL",
          descent_entry_call(multiply, wrong, 2, out, 2, diagnostics));
    wrong[1] = doubles;
    FAILS(DESCENT_BAD_SHAPE, "the tensor is f64[4]",
          descent_entry_call(multiply, wrong, 2, out, 2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "share memory",
          descent_entry_call(multiply, in, 2, same, 2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "share memory",
          descent_entry_call(multiply, in, 2, over, 2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'arguments'",
          descent_entry_call(multiply, NULL, 2, out, 2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'results'",
          descent_entry_call(multiply, in, 2, NULL, 2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'e'",
          descent_entry_call(NULL, in, 2, out, 2, diagnostics));
    assert_int_equal(descent_entry_call(multiply, in, 2, same, 2, NULL),
                     DESCENT_BAD_ARGUMENT);
    descent_tensor_destroy(doubles);
    for (int i = 0; i < 2; i++) {
        descent_tensor_destroy(in[i]);
        descent_tensor_destroy(out[i]);
    }
}

static void test_prepared(void **state)
{
    float p[4];
    descent_call *c, *none;
    descent_tensor *a = FLOATS(x, 4), *b = FLOATS(y, 4), *r = FLOATS(p, 4);
    (void)state;
    OK(descent_call_create(multiply, NULL, &c, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "argument 'x' of @main was never set",
          descent_call_run(c, diagnostics));
    OK(descent_call_set_argument(c, 0, a, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'y'", descent_call_run(c, diagnostics));
    OK(descent_call_set_argument(c, 1, b, diagnostics));
    OK(descent_call_set_result(c, 0, r, diagnostics));
    OK(descent_call_run(c, diagnostics));
    assert_true(p[3] == 32);
    assert_ptr_equal(descent_call_result(c, 0), r);
    assert_true(((float *)descent_tensor_data(descent_call_result(c, 1)))[3] == 12);
    OK(descent_call_set_argument(c, 1, a, diagnostics)); /* both are x */
    OK(descent_call_run(c, diagnostics));
    assert_true(p[3] == 16);
    FAILS(DESCENT_BAD_ARGUMENT, "share memory",
          descent_call_set_argument(c, 0, r, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "share memory",
          descent_call_set_result(c, 1, a, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "no number 2",
          descent_call_set_argument(c, 2, a, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "no number 2",
          descent_call_set_result(c, 2, r, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "is NULL",
          descent_call_set_argument(c, 0, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "is NULL",
          descent_call_set_result(c, 0, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'call'",
          descent_call_set_argument(NULL, 0, a, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'call'",
          descent_call_set_result(NULL, 0, a, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'call'", descent_call_run(NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'e'",
          descent_call_create(NULL, NULL, &none, diagnostics));
    assert_null(none);
    assert_null(descent_call_result(NULL, 0));
    descent_call_destroy(NULL);
    descent_call_destroy(c);
    descent_tensor_destroy(a);
    descent_tensor_destroy(b);
    descent_tensor_destroy(r);
}

/* Arguments by name, in any order. */
static void test_named(void **state)
{
    float p[4];
    descent_call *c;
    descent_tensor *a = FLOATS(x, 4), *b = FLOATS(y, 4), *few = FLOATS(x, 2);
    (void)state;
    OK(descent_call_create(multiply, NULL, &c, diagnostics));
    OK(descent_call_set(c, "y", b, diagnostics));
    OK(descent_call_set(c, "x", a, diagnostics));
    OK(descent_call_run(c, diagnostics));
    memcpy(p, descent_tensor_data(descent_call_result(c, 0)), sizeof p);
    assert_true(p[3] == 32);
    FAILS(DESCENT_BAD_ARGUMENT, "@main has no argument 'z'; its inputs: 'x', 'y'",
          descent_call_set(c, "z", a, diagnostics));
    FAILS(DESCENT_BAD_SHAPE, "'x'", descent_call_set(c, "x", few, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "is NULL", descent_call_set(c, "x", NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'name'", descent_call_set(c, NULL, a, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'call'", descent_call_set(NULL, "x", a, diagnostics));
    descent_call_destroy(c);
    descent_tensor_destroy(a);
    descent_tensor_destroy(b);
    descent_tensor_destroy(few);
}

/* With a state the input is meant, also where a parameter has its name. */
static void test_named_input(void **state)
{
    descent_model *m = parse("m.dsc", "model m(w: f32[N, 1]) -> f32[N, 1] {\n"
                                      "  let input = w\n"
                                      "  param w: f32[1] = 3\n"
                                      "  input * w\n"
                                      "}\n");
    descent_program *p;
    const descent_entry *e;
    descent_state *s;
    descent_call *c;
    descent_tensor *a = FLOATS(x, 1, 1);
    (void)state;
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    OK(descent_program_find(p, "predict", 1, &e, diagnostics));
    OK(descent_state_create(p, 1, &s, diagnostics));
    OK(descent_call_create(e, s, &c, diagnostics));
    OK(descent_call_set(c, "w", a, diagnostics));
    OK(descent_call_run(c, diagnostics));
    assert_true(*(float *)descent_tensor_data(descent_call_result(c, 0)) == 3 * x[0]);
    descent_call_destroy(c);
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
    descent_tensor_destroy(a);
}

static void test_prepared_donated(void **state)
{
    float v[4] = {1, 2, 3, 4};
    descent_call *c;
    descent_tensor *a = FLOATS(v, 4), *b = FLOATS(x, 4);
    (void)state;
    OK(descent_call_create(grow, NULL, &c, diagnostics));
    assert_null(descent_call_result(c, 0));
    FAILS(DESCENT_BAD_ARGUMENT, "kept in an argument",
          descent_call_set_result(c, 0, b, diagnostics));
    OK(descent_call_set_argument(c, 0, a, diagnostics));
    OK(descent_call_run(c, diagnostics));
    OK(descent_call_run(c, diagnostics));
    assert_true(v[3] == 16);
    assert_ptr_equal(descent_call_result(c, 0), a);
    descent_call_destroy(c);
    descent_tensor_destroy(a);
    descent_tensor_destroy(b);
}

/* Made and ended again and again: memory checkers look at it. */
static void test_loop(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        descent_context *c;
        descent_model *m;
        descent_program *p;
        descent_call *call;
        OK(descent_context_create(NULL, &c, diagnostics));
        OK(descent_model_parse(c, "two.mlir", two, strlen(two), &m, diagnostics));
        OK(descent_program_compile(m, NULL, &p, diagnostics));
        OK(descent_call_create(descent_program_entry(p, 0), NULL, &call, diagnostics));
        descent_call_destroy(call);
        descent_program_destroy(p);
        descent_model_destroy(m);
        descent_context_destroy(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_compile),
        cmocka_unit_test(test_finite_weights),
        cmocka_unit_test(test_call),
        cmocka_unit_test(test_donated),
        cmocka_unit_test(test_wrong_call),
        cmocka_unit_test(test_prepared),
        cmocka_unit_test(test_named),
        cmocka_unit_test(test_named_input),
        cmocka_unit_test(test_prepared_donated),
        cmocka_unit_test(test_loop),
    };
    return cmocka_run_group_tests(tests, open_program, close_program);
}
