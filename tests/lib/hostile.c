/* Calls that no program means: each is a status and a message, and no harm. */
#include "tests/lib/common.h"

#include <math.h>

/* As dlpack.h declares it; of which nothing but the deleter is looked at. */
struct DLManagedTensor {
    struct {
        void *data;
        int32_t device[2], ndim;
        uint8_t code, bits;
        uint16_t lanes;
        int64_t *shape, *strides;
        uint64_t byte_offset;
    } tensor;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *self);
};

/* --------------------------------------------------------- structs that nobody has set */

static void test_struct_sizes(void **state)
{
    descent_model *m = parse("line.dsc", line_model);
    descent_program *p = NULL;
    descent_compile_options o;
    (void)state;
    memset(&o, 0x5a, sizeof o);
    FAILS(DESCENT_BAD_ARGUMENT, "'options' has struct_size 6510615555426900570",
          descent_program_compile(m, &o, &p, diagnostics));
    memset(&o, 0, sizeof o);
    FAILS(DESCENT_BAD_ARGUMENT, "'options' has struct_size 0",
          descent_program_compile(m, &o, &p, diagnostics));
    descent_model_destroy(m);
}

static bool never(void *user, const descent_progress *p)
{
    (void)p;
    ++*(int *)user;
    return true;
}

/* Before any of the work. */
static void test_report(void **state)
{
    descent_model *m = parse("line.dsc", line_model);
    descent_train_options o = DESCENT_INIT(descent_train_options);
    descent_train_report r = {0};
    descent_state *s = NULL;
    int steps = 0;
    (void)state;
    o.on_step = never;
    o.user = &steps;
    FAILS(DESCENT_BAD_ARGUMENT, "'report' has no struct_size",
          descent_train(m, &o, &s, &r, diagnostics));
    assert_int_equal(steps, 0);
    assert_null(s);
    descent_model_destroy(m);
}

static void test_no_columns(void **state)
{
    descent_model *m = parse("line.dsc", line_model);
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    o.column_count = 2;
    FAILS(DESCENT_BAD_ARGUMENT, "'options->columns' is NULL",
          descent_train(m, &o, NULL, NULL, diagnostics));
    descent_model_destroy(m);
}

/* ------------------------------------------------------------------------- callbacks */

static bool export_batch(void *user, int64_t step, descent_tensor *const *inputs,
                         size_t count)
{
    (void)step;
    for (size_t i = 0; i < count; i++) {
        struct DLManagedTensor *out;
        if (descent_tensor_to_dlpack(inputs[i], &out, NULL))
            return false;
        out->deleter(out);
        ++*(int *)user;
    }
    return true;
}

static void test_exported_batch(void **state)
{
    descent_model *m = parse("line.dsc", line_model);
    descent_train_options o = DESCENT_INIT(descent_train_options);
    int exported = 0;
    (void)state;
    o.on_batch = export_batch;
    o.user = &exported;
    o.epochs = 2;
    OK(descent_train(m, &o, NULL, NULL, diagnostics));
    assert_int_equal(exported, 2 * 3 * 2);
    descent_model_destroy(m);
}

/* --------------------------------------------------- a module whose tensors are empty */

static const char empty[] =
    "func.func public @init(%r: tensor<0xui64> {descent.name = \"rng\","
    " descent.role = \"rng\"}) -> (tensor<2xf32> {descent.name = \"w\","
    " descent.role = \"param\"}) {\n"
    "  %0 = stablehlo.constant dense<1.0> : tensor<2xf32>\n"
    "  return %0 : tensor<2xf32>\n"
    "}\n"
    "func.func public @train_step(%w: tensor<2xf32> {descent.name = \"w\","
    " descent.role = \"param\", tf.aliasing_output = 0 : i32}, %x: tensor<2xf32>"
    " {descent.name = \"x\", descent.role = \"input\"}) -> (tensor<2xf32>"
    " {descent.name = \"w\", descent.role = \"param\"}, tensor<0xf32>"
    " {descent.name = \"loss\", descent.role = \"loss\"}) {\n"
    "  %0 = stablehlo.add %w, %x : tensor<2xf32>\n"
    "  %1 = stablehlo.constant dense<> : tensor<0xf32>\n"
    "  return %0, %1 : tensor<2xf32>, tensor<0xf32>\n"
    "}\n";

/* Memory of exactly the size that is asked for, so that a write behind it shows. */
static void *take(void *user, size_t size, size_t alignment)
{
    void *memory = NULL;
    (void)user;
    return posix_memalign(&memory, alignment, size) ? NULL : memory;
}

static void give_back(void *user, void *memory, size_t size)
{
    (void)user, (void)size;
    free(memory);
}

static void test_empty_tensors(void **state)
{
    descent_context_options o = DESCENT_INIT(descent_context_options);
    descent_score score = DESCENT_INIT(descent_score);
    descent_context *c;
    descent_model *m;
    descent_program *p;
    descent_state *s;
    descent_trainer *t;
    descent_tensor *x;
    float data[] = {1, 2};
    (void)state;
    o.threads = 1;
    o.allocator = (descent_allocator){NULL, take, give_back};
    OK(descent_context_create(&o, &c, diagnostics));
    OK(descent_model_parse(c, "empty.mlir", empty, strlen(empty), &m, diagnostics));
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    OK(descent_state_create(p, 7, &s, diagnostics));
    OK(descent_trainer_create(p, s, &t, diagnostics));
    OK(descent_tensor_view(c, DESCENT_F32, DESCENT_SHAPE(2), data, sizeof data, &x,
                           diagnostics));
    FAILS(DESCENT_NOT_FINITE, "the loss is NaN",
          descent_trainer_step(t, &x, 1, &score, diagnostics));
    assert_true(isnan(score.loss));
    descent_tensor_destroy(x);
    descent_trainer_destroy(t);
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
    descent_context_destroy(c);
}

/* ------------------------------------------------- a result in the state that is read */

static const char turned[] =
    "func.func public @init() -> (tensor<2x2xf32> {descent.name = \"w\","
    " descent.role = \"param\"}) {\n"
    "  %0 = stablehlo.constant dense<1.0> : tensor<2x2xf32>\n"
    "  return %0 : tensor<2x2xf32>\n"
    "}\n"
    "func.func public @turn(%x: tensor<2x2xf32> {descent.name = \"x\"}) ->"
    " (tensor<2x2xf32> {descent.name = \"w\", descent.role = \"param\"}) {\n"
    "  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x2xf32>) -> tensor<2x2xf32>\n"
    "  return %0 : tensor<2x2xf32>\n"
    "}\n";

static void test_state_as_input(void **state)
{
    float data[] = {1, 2, 3, 4}, w[4];
    descent_model *m = parse("turned.mlir", turned);
    descent_tensor *x = FLOATS(data, 2, 2);
    const descent_entry *e;
    descent_program *p;
    descent_state *s;
    descent_call *call;
    (void)state;
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    OK(descent_state_create(p, 0, &s, diagnostics));
    OK(descent_program_find(p, "turn", 0, &e, diagnostics));
    OK(descent_call_create(e, s, &call, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'x' and 'w' of @turn share memory",
          descent_call_set(call, "x", descent_state_find(s, "w"), diagnostics));
    OK(descent_call_set(call, "x", x, diagnostics));
    OK(descent_call_run(call, diagnostics));
    OK(descent_tensor_read(descent_state_find(s, "w"), w, sizeof w, diagnostics));
    assert_true(w[1] == 3 && w[2] == 2);
    descent_call_destroy(call);
    descent_state_destroy(s);
    descent_tensor_destroy(x);
    descent_program_destroy(p);
    descent_model_destroy(m);
}

/* ----------------------------------------------------------------------------- graphs */

/* Builds one op of x : f32[2,3] and expects a mistake. */
typedef descent_value *builder(descent_function *f, descent_value *x);

static void check_mistake(builder *build, const char *message)
{
    descent_graph *g;
    descent_model *m;
    OK(descent_graph_create(context, NULL, &g, diagnostics));
    descent_function *f = descent_function_create(g, "main");
    descent_value *x =
        descent_argument(f, "x", DESCENT_INPUT, DESCENT_F32, DESCENT_SHAPE(2, 3));
    assert_null(build(f, x));
    FAILS(DESCENT_BAD_INPUT, message, descent_graph_finish(g, &m, diagnostics));
    descent_graph_destroy(g);
}

static descent_value *reduce(descent_function *f, descent_value *x)
{
    return descent_reduce(f, "and", x, (int64_t[]){0}, 1);
}

static descent_value *reduce_window(descent_function *f, descent_value *x)
{
    descent_window w = DESCENT_INIT(descent_window);
    w.rank = 2;
    w.size = (int64_t[]){1, 2};
    return descent_reduce_window(f, "or", x, &w);
}

static descent_value *scatter(descent_function *f, descent_value *x)
{
    descent_scatter_dims d = DESCENT_INIT(descent_scatter_dims);
    descent_value *at = descent_iota(f, DESCENT_I32, DESCENT_SHAPE(1), 0);
    d.window_count = d.inserted_count = d.map_count = 1;
    d.update_window_dims = (int64_t[]){1};
    d.inserted_window_dims = d.scatter_dims_to_operand_dims = (int64_t[]){0};
    d.index_vector_dim = 1;
    return descent_scatter(f, "and", x, at,
                           descent_splat(f, DESCENT_F32, DESCENT_SHAPE(1, 3), 1), &d);
}

static descent_value *too_large(descent_function *f, descent_value *x)
{
    (void)x;
    return descent_splat(f, DESCENT_I32, 0, NULL, 1e300);
}

static descent_value *no_number(descent_function *f, descent_value *x)
{
    return descent_like(f, descent_convert(f, x, DESCENT_U64), NAN);
}

static descent_value *below_zero(descent_function *f, descent_value *x)
{
    return descent_like(f, descent_convert(f, x, DESCENT_U8), -1);
}

static void test_graph(void **state)
{
    static const char and[] = "and: takes", or[] = "or: takes";
    (void)state;
    check_mistake(reduce, and);
    check_mistake(reduce_window, or);
    check_mistake(scatter, and);
    check_mistake(too_large, "descent_splat: there is no i32 1e+300");
    check_mistake(no_number, "descent_like: there is no ui64 nan");
    check_mistake(below_zero, "descent_like: there is no ui8 -1");
}

/* The ends of the ranges are there. */
static void test_numbers(void **state)
{
    descent_graph *g;
    descent_model *m;
    (void)state;
    OK(descent_graph_create(context, NULL, &g, diagnostics));
    descent_function *f = descent_function_create(g, "main");
    assert_non_null(descent_splat(f, DESCENT_I8, 0, NULL, -128));
    assert_non_null(descent_splat(f, DESCENT_I64, 0, NULL, -0x1p63));
    assert_non_null(descent_splat(f, DESCENT_U64, 0, NULL, 0x1.fffffffffffffp63));
    assert_non_null(descent_splat(f, DESCENT_U8, 0, NULL, 255.5));
    assert_non_null(descent_splat(f, DESCENT_F16, 0, NULL, 1e300));
    descent_result(f, "y", DESCENT_OUTPUT, descent_splat(f, DESCENT_BOOL, 0, NULL, 2));
    OK(descent_graph_finish(g, &m, diagnostics));
    descent_model_destroy(m);
    descent_graph_destroy(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_struct_sizes),   cmocka_unit_test(test_report),
        cmocka_unit_test(test_no_columns),     cmocka_unit_test(test_exported_batch),
        cmocka_unit_test(test_empty_tensors),  cmocka_unit_test(test_state_as_input),
        cmocka_unit_test(test_graph),          cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
