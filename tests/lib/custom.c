/* Custom ops: forward, gradients, training, and what goes wrong. The op of most tests is
 * scaled(x, y) -> x * sin(y), k: with a second result, of integers. */
#include "tests/lib/common.h"

#include <math.h>
#include <pthread.h>

#define DIMS(...)                                                                        \
    (int64_t[]) { __VA_ARGS__ }

/* ---------------------------------------------------------------------------- the op */

typedef struct Counts {
    int forward, backward;
    int fail_at; /* the call that fails; 0: none */
} Counts;

static int scaled_shape(void *user, const descent_type *in, size_t in_count,
                        descent_type *out, size_t out_count)
{
    (void)user;
    if (in_count != 2 || out_count != 2 || in[0].dtype != DESCENT_F32)
        return 7;
    out[0] = in[0];
    out[1] = (descent_type){.dtype = DESCENT_I32, .rank = 1, .dims = {in[0].elements}};
    return memcmp(&in[0], &in[1], sizeof *in) ? 8 : 0;
}

static int scaled(void *user, const descent_custom_call *call, void *const *in,
                  void *const *out)
{
    Counts *counts = user;
    const float *x = in[0], *y = in[1];
    float *z = out[0];
    int32_t *k = out[1];
    if (counts && ++counts->forward == counts->fail_at)
        return -3;
    for (int64_t i = 0; i < call->operands[0].elements; i++) {
        z[i] = x[i] * sinf(y[i]);
        k[i] = (int32_t)i;
    }
    return 0;
}

static int scaled_backward(void *user, const descent_custom_call *call, void *const *in,
                           void *const *out)
{
    Counts *counts = user;
    const float *x = in[0], *y = in[1], *d = in[4];
    const int32_t *dk = in[5];
    float *dx = out[0], *dy = out[1];
    if (counts)
        counts->backward++;
    for (int64_t i = 0; i < call->operands[0].elements; i++) {
        if (dk[i])
            return 1;
        dx[i] = d[i] * sinf(y[i]);
        dy[i] = d[i] * x[i] * cosf(y[i]);
    }
    return 0;
}

static descent_custom_op op_of(const char *name, Counts *counts)
{
    descent_custom_op op = DESCENT_INIT(descent_custom_op);
    op.name = name;
    op.user = counts;
    op.shape = scaled_shape;
    op.forward = scaled;
    op.backward = scaled_backward;
    return op;
}

/* -------------------------------------------------------------------------- the graph */

static descent_graph *graph;
static Counts counts;

/* Each test has a context of its own, in which the op is registered. */
static int open_all(void **state)
{
    counts = (Counts){0};
    descent_custom_op op = op_of("scaled", &counts);
    return open_context(state) || descent_custom_register(context, &op, diagnostics) ||
           descent_graph_create(context, NULL, &graph, diagnostics);
}

static int close_all(void **state)
{
    descent_graph_destroy(graph);
    return close_context(state);
}

static descent_value *input(descent_function *f, const char *name, int64_t n)
{
    return descent_argument(f, name, DESCENT_INPUT, DESCENT_F32, 1, &n);
}

static descent_value *call_scaled(descent_function *f, descent_value *x, descent_value *y)
{
    descent_value *out[2];
    descent_custom(f, "scaled", (descent_value *[]){x, y}, 2, out, 2);
    return out[0];
}

static descent_value *sum(descent_function *f, descent_value *x)
{
    return descent_reduce(f, "add", x, DIMS(0), 1);
}

typedef struct Compiled {
    descent_model *model;
    descent_program *program;
    const descent_entry *entry;
} Compiled;

static Compiled compile(void)
{
    Compiled c;
    OK(descent_graph_finish(graph, &c.model, diagnostics));
    OK(descent_program_compile(c.model, NULL, &c.program, diagnostics));
    OK(descent_program_find(c.program, "main", 0, &c.entry, diagnostics));
    return c;
}

static void close_compiled(Compiled *c)
{
    descent_program_destroy(c->program);
    descent_model_destroy(c->model);
}

/* Two arrays of n floats in; a scalar and `rest` arrays of n floats out. */
static descent_status call_main(const Compiled *c, int64_t n, float *x, float *y,
                                float *loss, float **out, size_t rest)
{
    descent_tensor *in[] = {FLOATS(x, n), FLOATS(y, n)};
    descent_tensor *to[3] = {floats(loss, 0, NULL)};
    for (size_t i = 0; i < rest; i++)
        to[1 + i] = FLOATS(out[i], n);
    descent_status st = descent_entry_call(c->entry, in, 2, to, 1 + rest, diagnostics);
    for (size_t i = 0; i < 2; i++)
        descent_tensor_destroy(in[i]);
    for (size_t i = 0; i < 1 + rest; i++)
        descent_tensor_destroy(to[i]);
    return st;
}

/* loss = sum(scaled(2 x, y)), and its gradients. */
static void build_main(int64_t n, bool gradients)
{
    descent_function *f = descent_function_create(graph, "main");
    descent_value *xy[] = {input(f, "x", n), input(f, "y", n)}, *d[2];
    descent_value *twice = descent_add(f, xy[0], xy[0]);
    descent_value *loss = sum(f, call_scaled(f, twice, xy[1]));
    descent_result(f, "loss", DESCENT_LOSS, loss);
    if (!gradients)
        return;
    descent_gradient(f, loss, xy, 2, d);
    descent_result(f, "dx", DESCENT_OUTPUT, d[0]);
    descent_result(f, "dy", DESCENT_OUTPUT, d[1]);
}

/* ------------------------------------------------------------------------------ tests */

static void test_forward(void **state)
{
    float x[] = {1, 2, 3}, y[] = {0, 1, 2}, loss, z[3];
    descent_function *f = descent_function_create(graph, "main");
    descent_value *in[] = {input(f, "x", 3), input(f, "y", 3)}, *out[2];
    (void)state;
    descent_custom(f, "scaled", in, 2, out, 2);
    descent_value *k = descent_convert(f, out[1], DESCENT_F32);
    descent_result(f, "k", DESCENT_OUTPUT, sum(f, k));
    descent_result(f, "z", DESCENT_OUTPUT, out[0]);
    Compiled c = compile();
    OK(call_main(&c, 3, x, y, &loss, (float *[]){z}, 1));
    assert_true(loss == 0 + 1 + 2);
    for (int i = 0; i < 3; i++)
        assert_true(z[i] == x[i] * sinf(y[i]));
    assert_int_equal(counts.forward, 1);
    assert_int_equal(counts.backward, 0);
    close_compiled(&c);
}

/* An operand may be there twice, be a constant, and be read through a view. */
static void test_operands(void **state)
{
    float x[] = {1, 2, 3}, y[] = {0, 1, 2}, table[] = {4, 5, 6}, loss, z[3], w[3];
    descent_function *f = descent_function_create(graph, "main");
    descent_value *a = input(f, "x", 3), *b = input(f, "y", 3);
    descent_value *c3 = descent_constant(f, DESCENT_F32, 1, DIMS(3), table, sizeof table);
    descent_value *back = descent_reverse(f, b, DIMS(0), 1);
    (void)state;
    descent_result(f, "s", DESCENT_OUTPUT, sum(f, call_scaled(f, a, a)));
    descent_result(f, "z", DESCENT_OUTPUT, call_scaled(f, c3, back));
    descent_result(f, "w", DESCENT_OUTPUT, call_scaled(f, call_scaled(f, a, b), c3));
    Compiled c = compile();
    OK(call_main(&c, 3, x, y, &loss, (float *[]){z, w}, 2));
    assert_float_equal(loss, sinf(1) + 2 * sinf(2) + 3 * sinf(3), 1e-6);
    for (int i = 0; i < 3; i++) {
        assert_true(z[i] == table[i] * sinf(y[2 - i]));
        assert_true(w[i] == x[i] * sinf(y[i]) * sinf(table[i]));
    }
    close_compiled(&c);
}

static float loss_at(const Compiled *c, float *x, float *y)
{
    float loss, dx[4], dy[4];
    OK(call_main(c, 4, x, y, &loss, (float *[]){dx, dy}, 2));
    return loss;
}

static void test_gradient(void **state)
{
    float x[] = {1, -2, 0.5f, 3}, y[] = {0, 1, 2, -1}, loss, dx[4], dy[4];
    const float h = 0x1p-8f;
    (void)state;
    build_main(4, true);
    Compiled c = compile();
    OK(call_main(&c, 4, x, y, &loss, (float *[]){dx, dy}, 2));
    assert_int_equal(counts.backward, 1);
    for (int i = 0; i < 8; i++) {
        float *at = i < 4 ? &x[i] : &y[i - 4], was = *at;
        *at = was + h;
        float up = loss_at(&c, x, y);
        *at = was - h;
        float down = loss_at(&c, x, y);
        *at = was;
        assert_float_equal((up - down) / (2 * h), i < 4 ? dx[i] : dy[i - 4], 2e-3);
    }
    close_compiled(&c);
}

/* The model's text holds all but the functions: any context that has these can run it. */
static void test_text(void **state)
{
    float x[] = {1, 2}, y[] = {1, 2}, loss, dx[2], dy[2];
    char *text;
    (void)state;
    build_main(2, true);
    Compiled c = compile();
    OK(descent_model_print(c.model, NULL, &text, NULL, diagnostics));
    close_compiled(&c);
    c.model = parse("graph.mlir", text);
    OK(descent_program_compile(c.model, NULL, &c.program, diagnostics));
    OK(descent_program_find(c.program, "main", 0, &c.entry, diagnostics));
    OK(call_main(&c, 2, x, y, &loss, (float *[]){dx, dy}, 2));
    assert_true(dx[1] == 2 * sinf(2));
    close_compiled(&c);
    descent_text_free(text);
}

/* The step of w := w - rate * d/dw sum((scaled(w, y) - 1)^2), and @init. */
static void build_training(int64_t n)
{
    descent_function *init = descent_function_create(graph, "init");
    descent_argument(init, "rng", DESCENT_RNG, DESCENT_U64, 1, DIMS(2));
    descent_result(init, "w", DESCENT_PARAM,
                   descent_splat(init, DESCENT_F32, 1, &n, 0.1));
    descent_function *f = descent_function_create(graph, "train_step");
    descent_value *w = descent_argument(f, "w", DESCENT_PARAM, DESCENT_F32, 1, &n), *d;
    descent_value *z = call_scaled(f, w, input(f, "y", n));
    descent_value *e = descent_subtract(f, z, descent_like(f, z, 1));
    descent_value *loss = sum(f, descent_multiply(f, e, e));
    descent_gradient(f, loss, &w, 1, &d);
    d = descent_multiply(f, d, descent_like(f, d, 0.25));
    descent_result(f, "w", DESCENT_PARAM, descent_subtract(f, w, d));
    descent_result(f, "loss", DESCENT_LOSS, loss);
}

enum { LONG = 10000 };

/* The parameters after 60 steps with so many threads; the last loss. */
static double train(unsigned threads, float *w)
{
    descent_context_options o = DESCENT_INIT(descent_context_options);
    descent_score score = DESCENT_INIT(descent_score);
    descent_custom_op op = op_of("scaled", NULL);
    descent_model *m;
    descent_program *p;
    descent_state *s;
    descent_trainer *t;
    float *y = malloc(LONG * sizeof *y);
    o.threads = threads;
    close_all(NULL);
    OK(descent_diagnostics_create(&diagnostics));
    OK(descent_context_create(&o, &context, diagnostics));
    OK(descent_custom_register(context, &op, diagnostics));
    OK(descent_graph_create(context, "step", &graph, diagnostics));
    build_training(LONG);
    OK(descent_graph_finish(graph, &m, diagnostics));
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    OK(descent_state_create(p, 1, &s, diagnostics));
    OK(descent_trainer_create(p, s, &t, diagnostics));
    for (int i = 0; i < LONG; i++)
        y[i] = 0.5f + (float)i / LONG;
    descent_tensor *in = FLOATS(y, LONG);
    for (int i = 0; i < 60; i++)
        OK(descent_trainer_step(t, &in, 1, &score, diagnostics));
    memcpy(w, descent_tensor_data(descent_state_find(s, "w")), LONG * sizeof *w);
    descent_tensor_destroy(in);
    descent_trainer_destroy(t);
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
    free(y);
    return score.loss;
}

static void test_training(void **state)
{
    float *one = malloc(LONG * sizeof *one), *two = malloc(LONG * sizeof *two);
    (void)state;
    double loss = train(1, one);
    assert_true(loss < 1e-3);
    assert_true(train(2, two) == loss);
    assert_memory_equal(one, two, LONG * sizeof *one);
    free(one);
    free(two);
}

/* ---------------------------------------------------------------------------- failing */

static void test_failure(void **state)
{
    float x[] = {1, 2}, y[] = {1, 2}, loss, dx[2], dy[2];
    (void)state;
    descent_at(graph, "here.c", 42);
    build_main(2, true);
    Compiled c = compile();
    counts.fail_at = 2;
    OK(call_main(&c, 2, x, y, &loss, (float *[]){dx, dy}, 2));
    FAILS(DESCENT_FAILED, "here.c:42",
          call_main(&c, 2, x, y, &loss, (float *[]){dx, dy}, 2));
    assert_int_equal(counts.backward, 1); /* nothing ran after it */
    counts.fail_at = 3;
    FAILS(DESCENT_FAILED, "the custom op 'scaled' failed: it returned -3",
          call_main(&c, 2, x, y, &loss, (float *[]){dx, dy}, 2));
    OK(call_main(&c, 2, x, y, &loss, (float *[]){dx, dy}, 2));
    assert_true(dx[0] == 2 * sinf(1));
    close_compiled(&c);
}

static void test_prepared_failure(void **state)
{
    float x[] = {1, 2}, y[] = {1, 2};
    descent_call *call;
    (void)state;
    build_main(2, false);
    Compiled c = compile();
    descent_tensor *in[] = {FLOATS(x, 2), FLOATS(y, 2)};
    OK(descent_call_create(c.entry, NULL, &call, diagnostics));
    OK(descent_call_set_argument(call, 0, in[0], diagnostics));
    OK(descent_call_set_argument(call, 1, in[1], diagnostics));
    counts.fail_at = 1;
    assert_int_equal(descent_call_run(call, NULL), DESCENT_FAILED);
    OK(descent_call_run(call, diagnostics));
    descent_call_destroy(call);
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(in[1]);
    close_compiled(&c);
}

static void test_trainer_failure(void **state)
{
    float y[] = {1, 2};
    descent_model *m;
    descent_program *p;
    descent_state *s;
    descent_trainer *t;
    (void)state;
    build_training(2);
    OK(descent_graph_finish(graph, &m, diagnostics));
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    OK(descent_state_create(p, 1, &s, diagnostics));
    OK(descent_trainer_create(p, s, &t, diagnostics));
    descent_tensor *in = FLOATS(y, 2);
    counts.fail_at = 1;
    FAILS(DESCENT_FAILED, "'scaled'", descent_trainer_step(t, &in, 1, NULL, diagnostics));
    OK(descent_trainer_step(t, &in, 1, NULL, diagnostics));
    descent_tensor_destroy(in);
    descent_trainer_destroy(t);
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
}

/* @init may hold custom ops, too. */
static void test_state_failure(void **state)
{
    descent_model *m;
    descent_program *p;
    descent_state *s;
    (void)state;
    descent_function *init = descent_function_create(graph, "init");
    descent_argument(init, "rng", DESCENT_RNG, DESCENT_U64, 1, DIMS(2));
    descent_value *one = descent_splat(init, DESCENT_F32, 1, DIMS(4), 1);
    descent_result(init, "w", DESCENT_PARAM, call_scaled(init, one, one));
    OK(descent_graph_finish(graph, &m, diagnostics));
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    counts.fail_at = 1;
    FAILS(DESCENT_FAILED, "the custom op 'scaled' failed",
          descent_state_create(p, 1, &s, diagnostics));
    assert_null(s);
    OK(descent_state_create(p, 1, &s, diagnostics));
    assert_true(*(float *)descent_tensor_data(descent_state_find(s, "w")) == sinf(1));
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
}

/* Finishing the graph reports this. */
static void refuse(const char *text)
{
    descent_model *m;
    FAILS(DESCENT_BAD_INPUT, text, descent_graph_finish(graph, &m, diagnostics));
    assert_null(m);
    descent_graph_destroy(graph);
    OK(descent_graph_create(context, NULL, &graph, diagnostics));
}

static int wrong_rank(void *user, const descent_type *in, size_t in_count,
                      descent_type *out, size_t out_count)
{
    (void)in, (void)in_count, (void)out_count;
    out[0] = (descent_type){.rank = *(int *)user, .dims = {-1}};
    return 0;
}

static void test_shapes(void **state)
{
    int rank = 9;
    descent_custom_op op = op_of("wrong", (Counts *)&rank);
    descent_value *r[3];
    (void)state;
    op.shape = wrong_rank;
    OK(descent_custom_register(context, &op, diagnostics));
    descent_function *f = descent_function_create(graph, "main");
    call_scaled(f, input(f, "x", 3), input(f, "y", 4));
    refuse(
        "the custom op 'scaled' does not take (tensor<3xf32>, tensor<4xf32>) to give 2 "
        "results: its shape function returned 8");
    for (; rank > 0; rank -= 8) {
        f = descent_function_create(graph, "main");
        descent_custom(f, "wrong", NULL, 0, r, 1);
        assert_null(r[0]);
        refuse("the shape function of the custom op 'wrong' gives result 0 no type");
    }
    f = descent_function_create(graph, "main");
    descent_custom(f, "unknown", NULL, 0, r, 1);
    refuse("no custom op 'unknown' in this context");
    f = descent_function_create(graph, "main");
    descent_custom(f, "scaled", NULL, 2, r, 1);
    refuse("scaled: the list of operands is NULL");
    f = descent_function_create(graph, "main");
    descent_custom(f, "scaled", (descent_value *[]){input(f, "x", 1)}, 1, NULL, 1);
    refuse("scaled: there is no room for a result");
    f = descent_function_create(graph, "main");
    descent_custom(f, NULL, NULL, 0, r, 1);
    refuse("the name of the op is NULL");
    descent_custom(NULL, "scaled", NULL, 0, r, 1);
}

static void test_registering(void **state)
{
    descent_custom_op op = op_of("scaled", NULL);
    (void)state;
    FAILS(DESCENT_BAD_ARGUMENT, "there is a custom op 'scaled' already",
          descent_custom_register(context, &op, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'c' is NULL",
          descent_custom_register(NULL, &op, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'op' is NULL",
          descent_custom_register(context, NULL, diagnostics));
    op.name = "a.b";
    FAILS(DESCENT_BAD_ARGUMENT, "'a.b' is no name of a custom op",
          descent_custom_register(context, &op, diagnostics));
    op.name = NULL;
    FAILS(DESCENT_BAD_ARGUMENT, "'op->name' is NULL",
          descent_custom_register(context, &op, diagnostics));
    op.name = "other";
    op.forward = NULL;
    FAILS(DESCENT_BAD_ARGUMENT, "the custom op 'other' has no function 'forward'",
          descent_custom_register(context, &op, diagnostics));
    op.shape = NULL;
    FAILS(DESCENT_BAD_ARGUMENT, "the custom op 'other' has no function 'shape'",
          descent_custom_register(context, &op, diagnostics));
    op.struct_size = 0;
    FAILS(DESCENT_BAD_ARGUMENT, "DESCENT_INIT",
          descent_custom_register(context, &op, diagnostics));
}

static void compile_fails(descent_status want, const char *message, const char *text)
{
    descent_program *p;
    descent_model *m = parse("ops.mlir", text);
    FAILS(want, message, descent_program_compile(m, NULL, &p, diagnostics));
    assert_null(p);
    descent_model_destroy(m);
}

#define MODULE(target, attrs, types)                                                     \
    "func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {\n"                            \
    "  %r:2 = stablehlo.custom_call @" target "(%x, %x) {descent.custom" attrs "} : "    \
    "(tensor<3xf32>, tensor<3xf32>) -> " types "\n"                                      \
    "  return %r#0 : tensor<3xf32>\n}\n"

/* Text can say anything: the functions see only types that the shape function gives. */
static void test_modules(void **state)
{
    (void)state;
    compile_fails(DESCENT_UNSUPPORTED, "unsupported: no custom op 'other' is registered",
                  MODULE("other", "", "(tensor<3xf32>, tensor<3xi32>)"));
    compile_fails(DESCENT_UNSUPPORTED, "no custom op 'other.backward' is registered",
                  MODULE("other.backward", "", "(tensor<3xf32>, tensor<3xi32>)"));
    compile_fails(DESCENT_BAD_INPUT, "are not those that its shape function gives",
                  MODULE("scaled", "", "(tensor<3xf32>, tensor<9xi32>)"));
    compile_fails(DESCENT_BAD_INPUT, "are not those that its shape function gives",
                  MODULE("scaled.backward", "", "(tensor<3xf32>, tensor<9xi32>)"));
    compile_fails(
        DESCENT_BAD_INPUT, "its shape function returned 8",
        "func.func @main(%x: tensor<3xf32>, %y: tensor<4xf32>) -> tensor<3xf32> {\n"
        "  %r:2 = stablehlo.custom_call @scaled(%x, %y) {descent.custom} : "
        "(tensor<3xf32>, tensor<4xf32>) -> (tensor<3xf32>, tensor<3xi32>)\n"
        "  return %r#0 : tensor<3xf32>\n}\n");
}

static void test_no_backward(void **state)
{
    descent_custom_op op = op_of("rounded", NULL);
    descent_model *m;
    descent_program *p;
    descent_value *r[2], *d;
    (void)state;
    op.backward = NULL;
    OK(descent_custom_register(context, &op, diagnostics));
    descent_at(graph, "net.c", 12);
    descent_function *f = descent_function_create(graph, "main");
    descent_value *x = input(f, "x", 3);
    descent_custom(f, "rounded", (descent_value *[]){x, x}, 2, r, 2);
    descent_gradient(f, sum(f, r[0]), &x, 1, &d);
    descent_result(f, "d", DESCENT_OUTPUT, d);
    OK(descent_graph_finish(graph, &m, diagnostics));
    FAILS(DESCENT_UNSUPPORTED,
          "net.c:12: error: unsupported: no gradient through stablehlo.custom_call: "
          "@rounded has no backward function",
          descent_program_compile(m, NULL, &p, diagnostics));
    descent_model_destroy(m);
}

/* ---------------------------------------------------------------------------- threads */

static int add_number(void *user, const descent_custom_call *call, void *const *in,
                      void *const *out)
{
    for (int64_t i = 0; i < call->results[0].elements; i++)
        ((float *)out[0])[i] = ((float *)in[0])[i] + *(float *)user;
    return 0;
}

static int same_shape(void *user, const descent_type *in, size_t in_count,
                      descent_type *out, size_t out_count)
{
    (void)user;
    if (in_count != 1 || out_count != 1)
        return 1;
    out[0] = in[0];
    return 0;
}

/* "number" adds the thread's own number, in a context of the thread; returns NULL if all
 * went well. */
static void *use_own(void *number)
{
    descent_context_options o = DESCENT_INIT(descent_context_options);
    descent_custom_op op = {sizeof op, "number", number, same_shape, add_number, NULL};
    descent_context *c;
    descent_graph *g;
    descent_model *m = NULL;
    descent_program *p = NULL;
    descent_tensor *in = NULL, *out = NULL;
    float x[] = {1, 2}, r[2] = {0};
    o.threads = 1;
    bool good = !descent_context_create(&o, &c, NULL) &&
                !descent_custom_register(c, &op, NULL) &&
                !descent_graph_create(c, NULL, &g, NULL);
    descent_function *f = descent_function_create(g, "main");
    descent_value *v = input(f, "x", 2);
    descent_custom(f, "number", &v, 1, &v, 1);
    descent_result(f, "r", DESCENT_OUTPUT, v);
    good = good && !descent_graph_finish(g, &m, NULL) &&
           !descent_program_compile(m, NULL, &p, NULL) &&
           !descent_tensor_wrap(c, DESCENT_F32, 1, DIMS(2), x, sizeof x, NULL, NULL, &in,
                                NULL) &&
           !descent_tensor_wrap(c, DESCENT_F32, 1, DIMS(2), r, sizeof r, NULL, NULL, &out,
                                NULL);
    for (int i = 0; i < 100 && good; i++)
        good = !descent_entry_call(descent_program_entry(p, 0), &in, 1, &out, 1, NULL) &&
               r[1] == 2 + *(float *)number;
    descent_tensor_destroy(in);
    descent_tensor_destroy(out);
    descent_program_destroy(p);
    descent_model_destroy(m);
    descent_graph_destroy(g);
    descent_context_destroy(c);
    return good ? NULL : number;
}

static void test_threads(void **state)
{
    float numbers[] = {10, 20};
    pthread_t threads[2];
    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_own, &numbers[i]), 0);
    for (int i = 0; i < 2; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_forward),     TEST(test_operands),
        TEST(test_gradient),    TEST(test_text),
        TEST(test_training),    TEST(test_failure),
        TEST(test_shapes),      TEST(test_prepared_failure),
        TEST(test_registering), TEST(test_trainer_failure),
        TEST(test_modules),     TEST(test_no_backward),
        TEST(test_threads),     TEST(test_state_failure),
    };
    return cmocka_run_group_tests_name("custom", tests, NULL, NULL);
}
