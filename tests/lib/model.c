#include "tests/lib/common.h"

static const char product[] = "func.func public @main(%x: tensor<2x2xf32>, %y: "
                              "tensor<2x2xf32>) -> tensor<2x2xf32> {\n"
                              "  %0 = stablehlo.multiply %x, %y : tensor<2x2xf32>\n"
                              "  return %0 : tensor<2x2xf32>\n"
                              "}\n";

static void test_look(void **state)
{
    descent_model *m = parse("line.dsc", line_model);
    descent_input in = DESCENT_INIT(descent_input), none = {0};
    (void)state;
    assert_int_equal(descent_model_count(m), 1);
    assert_string_equal(descent_model_name(m, 0), "line");
    assert_null(descent_model_name(m, 1));
    assert_int_equal(descent_model_input_count(m, 0), 1);
    assert_int_equal(descent_model_input_count(m, 1), 0);
    assert_int_equal(descent_model_input(m, 0, 0, &in), DESCENT_OK);
    assert_string_equal(in.name, "x");
    assert_string_equal(in.type, "f32[N, 1]");
    assert_int_equal(in.rank, 2);
    assert_int_equal(in.dims[0], -1);
    assert_int_equal(in.dims[1], 1);
    assert_string_equal(descent_model_size(m, 0, 0), "N");
    assert_null(descent_model_size(m, 0, 1));
    assert_int_equal(descent_model_input(m, 0, 1, &in), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_model_input(m, 1, 0, &in), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_model_input(m, 0, 0, &none), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_model_input(m, 0, 0, NULL), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_model_input(NULL, 0, 0, &in), DESCENT_BAD_ARGUMENT);
    assert_int_equal(descent_model_count(NULL), 0);
    descent_model_destroy(m);
    descent_model_destroy(NULL);
}

static void test_load(void **state)
{
    descent_model *m;
    (void)state;
    OK(descent_model_load(context, "examples/spam.dsc", &m, diagnostics));
    assert_string_equal(descent_model_name(m, 0), "spam");
    descent_model_destroy(m);
    FAILS(DESCENT_BAD_INPUT, ".dsc",
          descent_model_load(context, "README.md", &m, diagnostics));
    FAILS(DESCENT_UNSUPPORTED, "ONNX",
          descent_model_load(context, "x.onnx", &m, diagnostics));
    FAILS(DESCENT_IO, "none.dsc",
          descent_model_load(context, "none.dsc", &m, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'path'",
          descent_model_load(context, NULL, &m, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'c'",
          descent_model_load(NULL, "x.dsc", &m, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'text'",
          descent_model_parse(context, "x.dsc", NULL, 0, &m, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'name'",
          descent_model_parse(context, NULL, "", 0, &m, diagnostics));
    FAILS(DESCENT_BAD_INPUT, "x.mlir:1:",
          descent_model_parse(context, "x.mlir", "func", 4, &m, diagnostics));
    assert_null(m);
}

static void check_stage(const descent_model *m, const char *stage, const char *holds)
{
    descent_print_options o = DESCENT_INIT(descent_print_options);
    char *text;
    size_t length;
    o.stage = stage;
    OK(descent_model_print(m, &o, &text, &length, diagnostics));
    assert_int_equal(strlen(text), length);
    if (!strstr(text, holds))
        fail_msg("%s has no '%s':\n%s", stage, holds, text);
    descent_text_free(text);
}

/* They take NVRTC, and nvdisasm, which not every machine has. */
static void check_gpu_stage(const descent_model *m, const char *stage, const char *holds)
{
    descent_print_options o = DESCENT_INIT(descent_print_options);
    char *text = NULL;
    o.stage = stage;
    descent_status st = descent_model_print(m, &o, &text, NULL, diagnostics);
    bool tool = st && strstr(descent_diagnostics_text(diagnostics), "nvdisasm");
    if (st)
        FAILS(DESCENT_BAD_INPUT,
              tool ? "pip install nvidia-cuda-nvdisasm" : "NVRTC was not found", st);
    else
        assert_non_null(strstr(text, holds));
    descent_text_free(text);
}

static void test_stages(void **state)
{
    descent_model *m = parse("line.dsc", line_model);
    (void)state;
    assert_string_equal(descent_stage(0), "graph");
    check_stage(m, NULL, "@descent.gradient");
    check_stage(m, "grad", "stablehlo.dot_general");
    check_stage(m, "fused", "descent.kind");
    check_stage(m, "plan", "descent.arena_bytes");
    check_stage(m, "llvm", "define");
    check_stage(m, "asm", ".text");
    check_stage(m, "cuda", "__global__");
    check_gpu_stage(m, "ptx", ".entry");
    check_gpu_stage(m, "sass", "EXIT");
    for (size_t i = 0; descent_stage(i); i++)
        if (strcmp(descent_stage(i), "ptx") && strcmp(descent_stage(i), "sass"))
            check_stage(m, descent_stage(i), "");
    descent_model_destroy(m);
}

static void test_print(void **state)
{
    descent_model *m = parse("product.mlir", product);
    descent_print_options o = DESCENT_INIT(descent_print_options);
    char *text;
    (void)state;
    assert_int_equal(descent_model_count(m), 0);
    o.format = DESCENT_DOT;
    OK(descent_model_print(m, &o, &text, NULL, diagnostics));
    assert_non_null(strstr(text, "digraph"));
    descent_text_free(text);
    o = DESCENT_INIT(descent_print_options);
    o.after = "simplify";
    o.locations = true;
    OK(descent_model_print(m, &o, &text, NULL, diagnostics));
    assert_non_null(strstr(text, "loc(\"product.mlir\":2"));
    descent_text_free(text);
    o = DESCENT_INIT(descent_print_options);
    o.stage = "fuse";
    FAILS(DESCENT_BAD_ARGUMENT, "fused",
          descent_model_print(m, &o, &text, NULL, diagnostics));
    assert_null(text);
    o = DESCENT_INIT(descent_print_options);
    o.entry = "mein";
    FAILS(DESCENT_BAD_ARGUMENT, "@main",
          descent_model_print(m, &o, &text, NULL, diagnostics));
    o = DESCENT_INIT(descent_print_options);
    o.cpu = "z80";
    FAILS(DESCENT_BAD_ARGUMENT, "z80",
          descent_model_print(m, &o, &text, NULL, diagnostics));
    o = DESCENT_INIT(descent_print_options);
    o.format = (descent_format)7;
    FAILS(DESCENT_BAD_ARGUMENT, "format",
          descent_model_print(m, &o, &text, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'text'",
          descent_model_print(m, NULL, NULL, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'m'",
          descent_model_print(NULL, NULL, &text, NULL, diagnostics));
    descent_model_destroy(m);
}

static void test_optimise(void **state)
{
    descent_model *m = parse("line.dsc", line_model), *out;
    descent_print_options o = DESCENT_INIT(descent_print_options);
    (void)state;
    o.stage = "simplified";
    o.entry = "train_step";
    OK(descent_model_optimise(m, &o, &out, diagnostics));
    check_stage(out, NULL, "stablehlo.dot_general");
    check_stage(out, "fused", "descent.kind");
    descent_model_destroy(out);
    o.stage = "kernels";
    FAILS(DESCENT_UNSUPPORTED, "kernels",
          descent_model_optimise(m, &o, &out, diagnostics));
    assert_null(out);
    FAILS(DESCENT_BAD_ARGUMENT, "'m'",
          descent_model_optimise(NULL, &o, &out, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'out'",
          descent_model_optimise(m, &o, NULL, diagnostics));
    descent_model_destroy(m);
}

static void test_sizes(void **state)
{
    descent_model *m = parse("line.dsc", line_model);
    descent_sizes s = DESCENT_INIT(descent_sizes);
    descent_size bad = {"N", 0};
    descent_cost cost = DESCENT_INIT(descent_cost);
    descent_entry_cost entries[8];
    (void)state;
    for (int i = 0; i < 8; i++)
        entries[i] = DESCENT_INIT(descent_entry_cost);
    s.batch = 8;
    OK(descent_model_cost(m, &s, &cost, entries, 8, diagnostics));
    assert_int_equal(cost.parameters, 2);
    assert_int_equal(cost.parameter_bytes, 8);
    assert_true(cost.peak_bytes > 8 && cost.entry_count >= 4);
    assert_true(entries[0].name[0] && entries[0].argument_bytes > 0);
    assert_true(entries[0].struct_size == sizeof entries[0]);
    FAILS(DESCENT_BAD_ARGUMENT, "'out'",
          descent_model_cost(m, &s, NULL, NULL, 0, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'entries'",
          descent_model_cost(m, &s, &cost, NULL, 1, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'m'",
          descent_model_cost(NULL, &s, &cost, NULL, 0, diagnostics));
    s.sizes = &bad;
    s.size_count = 1;
    FAILS(DESCENT_BAD_ARGUMENT, "size N is 0",
          descent_model_cost(m, &s, &cost, NULL, 0, diagnostics));
    s.size_count = 0;
    s.batch = -1;
    FAILS(DESCENT_BAD_ARGUMENT, "negative",
          descent_model_cost(m, &s, &cost, NULL, 0, diagnostics));
    s.batch = 0;
    s.model = "lime";
    FAILS(DESCENT_BAD_ARGUMENT, "line",
          descent_model_cost(m, &s, &cost, NULL, 0, diagnostics));
    descent_model_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_look),     cmocka_unit_test(test_load),
        cmocka_unit_test(test_stages),   cmocka_unit_test(test_print),
        cmocka_unit_test(test_optimise), cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
