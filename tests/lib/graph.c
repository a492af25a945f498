#include "tests/lib/common.h"

#include <math.h>

static descent_graph *graph;

static int open_graph(void **state)
{
    (void)state;
    return descent_graph_create(context, NULL, &graph, diagnostics);
}

static int close_graph(void **state)
{
    (void)state;
    descent_graph_destroy(graph);
    return 0;
}

#define DIMS(...)                                                                        \
    (int64_t[]) { __VA_ARGS__ }
#define COUNT(...) (sizeof(DIMS(__VA_ARGS__)) / sizeof(int64_t))
#define INPUT(f, name, ...)                                                              \
    descent_argument((f), (name), DESCENT_INPUT, DESCENT_F32, (int)COUNT(__VA_ARGS__),   \
                     DIMS(__VA_ARGS__))

/* Finishes the graph and calls @main on arrays of floats. */
static void run(float **in, float **out)
{
    descent_model *m;
    descent_program *p;
    const descent_entry *e;
    descent_tensor *args[8], *results[8];
    OK(descent_graph_finish(graph, &m, diagnostics));
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    OK(descent_program_find(p, "main", 0, &e, diagnostics));
    size_t n = descent_entry_argument_count(e), k = descent_entry_result_count(e);
    for (size_t i = 0; i < n + k; i++) {
        descent_slot s = DESCENT_INIT(descent_slot);
        if (i < n)
            descent_entry_argument(e, i, &s);
        else
            descent_entry_result(e, i - n, &s);
        *(i < n ? &args[i] : &results[i - n]) =
            floats(i < n ? in[i] : out[i - n], s.rank, s.dims);
    }
    OK(descent_entry_call(e, args, n, results, k, diagnostics));
    for (size_t i = 0; i < n; i++)
        descent_tensor_destroy(args[i]);
    for (size_t i = 0; i < k; i++)
        descent_tensor_destroy(results[i]);
    descent_program_destroy(p);
    descent_model_destroy(m);
}

/* Finishing reports this, and the graph cannot be a model any longer. */
static void refuse(const char *text)
{
    descent_model *m;
    bool beyond = strstr(text, "unsupported") != NULL;
    FAILS(beyond ? DESCENT_UNSUPPORTED : DESCENT_BAD_INPUT, text,
          descent_graph_finish(graph, &m, diagnostics));
    assert_null(m);
    close_graph(NULL);
    graph = NULL;
    assert_int_equal(descent_graph_create(context, "g", &graph, diagnostics), 0);
}

static void test_simple(void **state)
{
    float a[] = {1, 2, 3}, b[] = {4, 5, 6}, r[3];
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 3), *y = INPUT(f, "y", 3);
    descent_value *z =
        descent_subtract(f, descent_multiply(f, x, y), descent_like(f, x, 1));
    (void)state;
    descent_result(f, "z", DESCENT_OUTPUT, descent_add(f, z, descent_divide(f, y, y)));
    run((float *[]){a, b}, (float *[]){r});
    assert_true(r[0] == 4 && r[1] == 10 && r[2] == 18);
}

static void test_elementwise(void **state)
{
    float a[] = {-4, 0, 9}, r[3];
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 3);
    descent_value *zero = descent_like(f, x, 0),
                  *one = descent_splat(f, DESCENT_F32, 0, NULL, 1);
    descent_value *big = descent_compare(f, DESCENT_GT, x, zero);
    descent_value *v = descent_select(f, big, descent_unary(f, "sqrt", x), x);
    (void)state;
    v = descent_clamp(f, descent_unary(f, "negate", one), v,
                      descent_splat(f, DESCENT_F32, 0, NULL, 2));
    v = descent_convert(f, descent_convert(f, v, DESCENT_F64), DESCENT_F32);
    v = descent_bitcast(f, descent_bitcast(f, v, DESCENT_I32), DESCENT_F32);
    v = descent_reduce_precision(f, v, 8, 10);
    v = descent_select(f, descent_is_finite(f, v), v, zero);
    v = descent_barrier(f, descent_binary(f, "maximum", v, descent_like(f, v, -0.5)));
    descent_result(f, "v", DESCENT_OUTPUT, v);
    run((float *[]){a}, (float *[]){r});
    assert_true(r[0] == -0.5 && r[1] == 0 && r[2] == 2);
}

static void test_shape(void **state)
{
    float a[] = {1, 2, 3, 4, 5, 6}, r[4], s[12];
    float row[] = {10, 20, 30};
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 2, 3);
    descent_value *c = descent_constant(f, DESCENT_F32, 1, DIMS(3), row, sizeof row);
    descent_value *zero = descent_splat(f, DESCENT_F32, 0, NULL, 0);
    descent_value *at = descent_splat(f, DESCENT_I32, 0, NULL, 1), *ats[] = {at, at};
    descent_value *sum = descent_add(f, x, descent_broadcast(f, c, x));
    descent_value *t = descent_transpose(f, sum, DIMS(1, 0), 2);
    (void)state;
    t = descent_slice(f, t, DIMS(0, 0), DIMS(3, 2), DIMS(2, 1), 2); /* 11 14 33 36 */
    t = descent_reverse(f, descent_reshape(f, t, 1, DIMS(4)), DIMS(0), 1);
    descent_result(f, "t", DESCENT_OUTPUT, t);
    descent_value *p = descent_pad(f, x, zero, DIMS(0, 0), DIMS(0, 1), NULL, 2);
    p = descent_dynamic_update(f, p, descent_dynamic_slice(f, x, ats, DIMS(1, 1), 2), ats,
                               2);
    descent_value *parts[] = {p, descent_broadcast_in(f, zero, 2, DIMS(1, 4), NULL)};
    descent_result(f, "p", DESCENT_OUTPUT, descent_concatenate(f, parts, 2, 0));
    run((float *[]){a}, (float *[]){r, s});
    assert_true(r[0] == 36 && r[1] == 33 && r[2] == 14 && r[3] == 11);
    assert_true(s[2] == 3 && s[3] == 0 && s[4] == 4 && s[5] == 5 && s[11] == 0);
}

static void test_fold(void **state)
{
    float a[] = {1, 2, 3, 4}, b[] = {0, 1, 1, 0}, r[4], s[2], t[4], u[1], v[4];
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 2, 2), *y = INPUT(f, "y", 2, 2);
    descent_dot_dims d = DESCENT_INIT(descent_dot_dims);
    descent_window w = DESCENT_INIT(descent_window);
    (void)state;
    descent_result(f, "r", DESCENT_OUTPUT, descent_matmul(f, x, y));
    descent_result(f, "s", DESCENT_OUTPUT, descent_reduce(f, "maximum", x, DIMS(0), 1));
    d.contract_count = 1;
    d.lhs_contract = DIMS(0);
    d.rhs_contract = DIMS(0);
    descent_result(f, "t", DESCENT_OUTPUT, descent_dot(f, x, y, &d));
    w.rank = 2;
    w.size = DIMS(2, 2);
    descent_value *sum = descent_reduce_window(f, "add", x, &w);
    descent_result(f, "u", DESCENT_OUTPUT, sum);
    descent_result(f, "v", DESCENT_OUTPUT,
                   descent_select_and_scatter(f, x, sum, DESCENT_GE, &w));
    run((float *[]){a, b}, (float *[]){r, s, t, u, v});
    assert_true(r[0] == 2 && r[1] == 1 && r[2] == 4 && r[3] == 3);
    assert_true(s[0] == 3 && s[1] == 4);
    assert_true(t[0] == 3 && t[1] == 1 && t[2] == 4 && t[3] == 2);
    assert_true(u[0] == 10 && v[0] == 0 && v[3] == 10);
}

static void test_convolution(void **state)
{
    float a[] = {1, 2, 3, 4}, k[] = {1, 10}, r[4], s[3];
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 1, 4, 1), *w = INPUT(f, "w", 2, 1, 1);
    descent_value *y = descent_reshape(f, x, 3, DIMS(1, 1, 4));
    descent_conv_options o = DESCENT_INIT(descent_conv_options);
    (void)state;
    o.pad_high = DIMS(1);
    descent_result(f, "r", DESCENT_OUTPUT, descent_convolution(f, x, w, &o));
    o = DESCENT_INIT(descent_conv_options);
    o.channels_first = true;
    descent_result(
        f, "s", DESCENT_OUTPUT,
        descent_convolution(f, y, descent_reshape(f, w, 3, DIMS(1, 1, 2)), &o));
    run((float *[]){a, k}, (float *[]){r, s});
    assert_true(r[0] == 21 && r[3] == 4 && s[0] == 21 && s[2] == 43);
}

static void test_indexed(void **state)
{
    float a[] = {1, 2, 3, 4, 5, 6}, r[4], s[6];
    int64_t rows[] = {2, 0};
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 3, 2);
    descent_value *i = descent_constant(f, DESCENT_I64, 1, DIMS(2), rows, sizeof rows);
    descent_value *taken = descent_take(f, x, i);
    descent_scatter_dims d = DESCENT_INIT(descent_scatter_dims);
    descent_gather_dims g = DESCENT_INIT(descent_gather_dims);
    (void)state;
    d.window_count = d.inserted_count = d.map_count = 1;
    d.update_window_dims = DIMS(1);
    d.inserted_window_dims = d.scatter_dims_to_operand_dims = DIMS(0);
    d.index_vector_dim = 1;
    g.offset_count = g.collapsed_count = g.map_count = 1;
    g.offset_dims = DIMS(1);
    g.collapsed_slice_dims = g.start_index_map = DIMS(0);
    g.index_vector_dim = 1;
    descent_value *again = descent_gather(f, x, i, &g, DIMS(1, 2), 2);
    descent_result(f, "r", DESCENT_OUTPUT, again);
    descent_result(f, "s", DESCENT_OUTPUT, descent_scatter(f, "add", x, i, taken, &d));
    run((float *[]){a}, (float *[]){r, s});
    assert_true(r[0] == 5 && r[1] == 6 && r[2] == 1 && r[3] == 2);
    assert_true(s[0] == 2 && s[2] == 3 && s[5] == 12);
}

static void test_random(void **state)
{
    float r[8];
    uint64_t seed[] = {1, 0};
    descent_function *f = descent_function_create(graph, "main");
    descent_value *rng = descent_constant(f, DESCENT_U64, 1, DIMS(2), seed, sizeof seed);
    descent_value *next,
        *bits = descent_random_bits(f, rng, DESCENT_U32, 1, DIMS(8), &next);
    (void)state;
    assert_non_null(next);
    descent_value *v = descent_convert(f, bits, DESCENT_F32);
    v = descent_add(f, v, descent_iota(f, DESCENT_F32, 1, DIMS(8), 0));
    descent_result(f, "v", DESCENT_OUTPUT, v);
    run(NULL, (float *[]){r});
    assert_true(r[0] != r[1] && r[2] > 0);
}

/* d (sum x^3) / dx = 3 x^2, through a call. */
static void test_gradient(void **state)
{
    float a[] = {1, 2, -3}, g[3], l[1];
    descent_function *cube = descent_function_create(graph, "cube");
    descent_value *c = INPUT(cube, "c", 3);
    (void)state;
    descent_result(cube, "y", DESCENT_OUTPUT,
                   descent_multiply(cube, c, descent_multiply(cube, c, c)));
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 3), *y, *dx;
    descent_call_function(f, cube, &x, 1, &y, 1);
    descent_value *loss = descent_reduce(f, "add", y, DIMS(0), 1);
    descent_gradient(f, loss, &x, 1, &dx);
    descent_result(f, "loss", DESCENT_LOSS, loss);
    descent_result(f, "dx", DESCENT_OUTPUT, dx);
    run((float *[]){a}, (float *[]){l, g});
    assert_true(l[0] == -18);
    assert_true(g[0] == 3 && g[1] == 12 && g[2] == 27);
}

/* A training step made by calls, trained by a trainer: w follows x w = y. */
static void test_train(void **state)
{
    descent_model *m;
    descent_program *p;
    descent_state *s;
    descent_trainer *t;
    descent_score score = DESCENT_INIT(descent_score);
    float x[] = {1, 2}, y[] = {3, 6};
    descent_tensor *in[] = {FLOATS(x, 2), FLOATS(y, 2)};
    descent_function *init = descent_function_create(graph, "init");
    (void)state;
    descent_argument(init, "rng", DESCENT_RNG, DESCENT_U64, 1, DIMS(2));
    descent_result(init, "w", DESCENT_PARAM,
                   descent_splat(init, DESCENT_F32, 0, NULL, 0));
    descent_function *f = descent_function_create(graph, "train_step");
    descent_value *w = descent_argument(f, "w", DESCENT_PARAM, DESCENT_F32, 0, NULL), *dw;
    descent_value *a = INPUT(f, "x", 2), *b = INPUT(f, "y", 2);
    descent_value *e =
        descent_subtract(f, descent_multiply(f, a, descent_broadcast(f, w, a)), b);
    descent_value *loss = descent_reduce(f, "add", descent_multiply(f, e, e), DIMS(0), 1);
    descent_gradient(f, loss, &w, 1, &dw);
    dw = descent_multiply(f, dw, descent_like(f, dw, 0.05));
    descent_result(f, "w", DESCENT_PARAM, descent_subtract(f, w, dw));
    descent_result(f, "loss", DESCENT_LOSS, loss);
    OK(descent_graph_finish(graph, &m, diagnostics));
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    OK(descent_state_create(p, 0, &s, diagnostics));
    OK(descent_trainer_create(p, s, &t, diagnostics));
    for (int i = 0; i < 40; i++)
        OK(descent_trainer_step(t, in, 2, &score, diagnostics));
    assert_true(score.loss < 1e-6);
    assert_true(fabs(*(float *)descent_tensor_data(descent_state_find(s, "w")) - 3) <
                1e-3);
    descent_trainer_destroy(t);
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(in[1]);
}

/* The graph can be finished again, with more in it. */
static void test_again(void **state)
{
    descent_model *m;
    char *text;
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 3);
    descent_dtype dtype;
    int64_t dims[DESCENT_MAX_RANK];
    (void)state;
    assert_int_equal(descent_value_type(x, &dtype, dims), 1);
    assert_int_equal(dims[0], 3);
    assert_int_equal(descent_value_type(NULL, NULL, NULL), 0);
    descent_result(f, "a", DESCENT_OUTPUT, descent_unary(f, "tanh", x));
    OK(descent_graph_finish(graph, &m, diagnostics));
    descent_model_destroy(m);
    descent_result(f, "b", DESCENT_OUTPUT, x);
    OK(descent_graph_finish(graph, &m, diagnostics));
    OK(descent_model_print(m, NULL, &text, NULL, diagnostics));
    assert_non_null(strstr(text, "stablehlo.tanh"));
    assert_non_null(strstr(text, "-> (tensor<3xf32>"));
    descent_text_free(text);
    descent_model_destroy(m);
}

/* ------------------------------------------------------------------------- mistakes */

static void test_line(void **state)
{
    descent_diagnostic one = DESCENT_INIT(descent_diagnostic);
    descent_model *m;
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = INPUT(f, "x", 3), *y = INPUT(f, "y", 4);
    (void)state;
    DESCENT_HERE(graph), descent_result(f, "z", DESCENT_OUTPUT, descent_add(f, x, y));
    int line = __LINE__ - 1;
    assert_int_equal(descent_graph_finish(graph, &m, diagnostics), DESCENT_BAD_INPUT);
    assert_int_equal(descent_diagnostics_count(diagnostics), 1);
    descent_diagnostics_get(diagnostics, 0, &one);
    assert_string_equal(one.file, __FILE__);
    assert_int_equal(one.line, line);
    assert_non_null(strstr(one.message, "add"));
    descent_diagnostics_clear(diagnostics);
}

static void test_mistakes(void **state)
{
    (void)state;
    refuse("no function");
    descent_function_create(graph, "1st");
    refuse("'1st' is no name");
    descent_function_create(graph, "f");
    descent_function_create(graph, "f");
    refuse("@f already");
    INPUT(descent_function_create(graph, "f"), "x", -3);
    refuse("size 0 is -3");
    descent_argument(descent_function_create(graph, "f"), "x", DESCENT_LOSS, DESCENT_F32,
                     0, NULL);
    refuse("role loss");
    descent_result(descent_function_create(graph, "f"), "x", DESCENT_OUTPUT, NULL);
    refuse("descent_result: an operand is NULL");
    descent_splat(descent_function_create(graph, "f"), (descent_dtype)99, 0, NULL, 0);
    refuse("element type 99");
    descent_splat(descent_function_create(graph, "f"), DESCENT_F64, 1,
                  DIMS(INT64_MAX / 2), 0);
    refuse("too large");
    descent_constant(descent_function_create(graph, "f"), DESCENT_F64, 1, DIMS(2), "", 1);
    refuse("needs 16");
    descent_iota(descent_function_create(graph, "f"), DESCENT_F64, 1, DIMS(2), 1);
    refuse("iota");
}

/* Each with an operand that fits, and one argument that does not. */
static void test_op_mistakes(void **state)
{
    descent_dot_dims unset = {0};
#define WRONG(text, op)                                                                  \
    do {                                                                                 \
        descent_function *f = descent_function_create(graph, "f");                       \
        descent_value *x = INPUT(f, "x", 2, 3), *s = INPUT(f, "s", 1), *none = NULL;     \
        (void)x, (void)s, (void)none;                                                    \
        op;                                                                              \
        refuse(text);                                                                    \
    } while (0)
    (void)state;
    WRONG("did you mean 'tanh'", descent_unary(f, "tanhh", x));
    WRONG("name of the op is NULL", descent_unary(f, NULL, x));
    WRONG("did you mean 'add'", descent_binary(f, "ad", x, x));
    WRONG("direction 9", descent_compare(f, (descent_direction)9, x, x));
    WRONG("compare", descent_compare(f, DESCENT_EQ, x, s));
    WRONG("select", descent_select(f, x, x, x));
    WRONG("clamp", descent_clamp(f, s, x, x));
    WRONG("element type", descent_convert(f, x, (descent_dtype)50));
    WRONG("unsupported: bitcast_convert", descent_bitcast(f, x, DESCENT_F64));
    WRONG("reduce_precision", descent_reduce_precision(f, x, 0, 0));
    WRONG("'to' is NULL", descent_broadcast_in(f, x, 2, DIMS(2, 3), NULL));
    WRONG("broadcast_in_dim", descent_broadcast_in(f, x, 2, DIMS(2, 4), DIMS(0, 1)));
    WRONG("more dimensions", descent_broadcast(f, x, s));
    WRONG("reshape", descent_reshape(f, x, 1, DIMS(5)));
    WRONG("rank 9", descent_reshape(f, x, 9, DIMS(1, 1, 1, 1, 1, 1, 1, 2, 3)));
    WRONG("has 2 dimensions", descent_transpose(f, x, DIMS(0), 1));
    WRONG("transpose", descent_transpose(f, x, DIMS(0, 0), 2));
    WRONG("reverse", descent_reverse(f, x, DIMS(7), 1));
    WRONG("no operands", descent_concatenate(f, &x, 0, 0));
    WRONG("list of operands is NULL", descent_concatenate(f, NULL, 2, 0));
    WRONG("concatenate", descent_concatenate(f, &x, 1, 5));
    WRONG("'limit' is NULL", descent_slice(f, x, DIMS(0, 0), NULL, NULL, 2));
    WRONG("slice", descent_slice(f, x, DIMS(0, 0), DIMS(2, 9), NULL, 2));
    WRONG("dynamic_slice",
          descent_dynamic_slice(f, x, (descent_value *[]){s, s}, DIMS(1, 1), 2));
    WRONG("dynamic_update",
          descent_dynamic_update(f, x, x, (descent_value *[]){s, s}, 2));
    WRONG("pad", descent_pad(f, x, x, DIMS(0, 0), DIMS(0, 0), NULL, 2));
    WRONG("called 'subtract'", descent_reduce(f, "subtract", x, DIMS(0), 1));
    WRONG("called '(NULL)'", descent_reduce(f, NULL, x, DIMS(0), 1));
    WRONG("reduce", descent_reduce(f, "add", x, DIMS(2), 1));
    WRONG("99 entries", descent_reduce(f, "add", x, DIMS(2), 99));
    WRONG("dot_general", descent_matmul(f, x, x));
    WRONG("same number of dimensions", descent_matmul(f, x, s));
    WRONG("struct_size", descent_dot(f, x, x, &unset));
    WRONG("at least 3", descent_convolution(f, x, x, NULL));
    WRONG("'window' is NULL", descent_reduce_window(f, "add", x, NULL));
    WRONG("gather", descent_gather(f, x, s, NULL, DIMS(1, 1), 2));
    WRONG("scatter", descent_scatter(f, "add", x, s, x, NULL));
    WRONG("gather", descent_take(f, x, s));
    WRONG("rng_bit_generator", descent_random_bits(f, x, DESCENT_U32, 0, NULL, NULL));
    WRONG("no float scalar", descent_gradient(f, x, &x, 1, &none));
    WRONG("'gradients' is NULL", descent_gradient(f, x, &x, 1, NULL));
    WRONG("callee is NULL", descent_call_function(f, NULL, &x, 1, &none, 1));
    WRONG("or the caller", descent_call_function(f, f, &x, 1, &none, 1));
    WRONG("another function",
          descent_unary(descent_function_create(graph, "g"), "tanh", x));
    WRONG("result 'y' already", (descent_result(f, "y", DESCENT_OUTPUT, x),
                                 descent_result(f, "y", DESCENT_OUTPUT, x)));
    WRONG("argument 'x' already", INPUT(f, "x", 1));
}

/* NULL where a function or a graph is wanted does nothing. */
static void test_null(void **state)
{
    descent_model *m;
    descent_graph *g;
    descent_value *v;
    (void)state;
    FAILS(DESCENT_BAD_ARGUMENT, "'g'", descent_graph_finish(NULL, &m, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'out'", descent_graph_finish(graph, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'c'", descent_graph_create(NULL, "g", &g, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'out'",
          descent_graph_create(context, "g", NULL, NULL)
              ? descent_graph_create(context, "g", NULL, diagnostics)
              : DESCENT_OK);
    assert_null(g);
    descent_graph_destroy(NULL);
    descent_at(NULL, "x", 1);
    assert_null(descent_function_create(NULL, "f"));
    assert_null(INPUT(NULL, "x", 1));
    assert_null(descent_splat(NULL, DESCENT_F32, 0, NULL, 0));
    assert_null(descent_constant(NULL, DESCENT_F32, 0, NULL, NULL, 0));
    assert_null(descent_iota(NULL, DESCENT_F32, 0, NULL, 0));
    assert_null(descent_add(NULL, NULL, NULL));
    assert_null(descent_reduce(NULL, "add", NULL, NULL, 0));
    assert_null(descent_random_bits(NULL, NULL, DESCENT_U32, 0, NULL, &v));
    assert_null(v);
    descent_result(NULL, "x", DESCENT_OUTPUT, NULL);
    descent_gradient(NULL, NULL, NULL, 0, NULL);
    descent_call_function(NULL, NULL, NULL, 0, NULL, 0);
}

#define GRAPH_TEST(f) cmocka_unit_test_setup_teardown((f), open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GRAPH_TEST(test_simple),      GRAPH_TEST(test_elementwise),
        GRAPH_TEST(test_shape),       GRAPH_TEST(test_fold),
        GRAPH_TEST(test_convolution), GRAPH_TEST(test_indexed),
        GRAPH_TEST(test_random),      GRAPH_TEST(test_gradient),
        GRAPH_TEST(test_train),       GRAPH_TEST(test_again),
        GRAPH_TEST(test_line),        GRAPH_TEST(test_mistakes),
        GRAPH_TEST(test_op_mistakes), GRAPH_TEST(test_null),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
