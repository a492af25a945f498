/* What models compute, by the reference evaluator: initial values, losses, gradients
 * through to the optimizers' updates, running statistics, schedules. */
#include "tests/lang/check.h"

#include "backends/ref/ref.h"
#include "passes/pass.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A lowered file and the values of its last calls, by name. */
typedef struct Run {
    Parsed p;
    Arena *arena;
    const char *names[256];
    RefTensor values[256];
    size_t count;
} Run;

static RefTensor *find(Run *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++)
        if (!strcmp(r->names[i], name))
            return &r->values[i];
    return NULL;
}

static void set(Run *r, const char *name, RefTensor t)
{
    RefTensor *old = find(r, name);
    if (!old) {
        assert_true(r->count < 256);
        r->names[r->count] = name;
        old = &r->values[r->count++];
    }
    *old = t;
}

static double get(Run *r, const char *name, int64_t i)
{
    RefTensor *t = find(r, name);
    if (!t)
        fail_msg("no value %s", name);
    return dtype_load(t->type->elem,
                      (char *)t->data + i * (int64_t)dtype_bytes(t->type->elem));
}

/* Calls an entry point with the values of its arguments' names; keeps its results. */
static void call(Run *r, const char *func)
{
    IrOp *f = ir_module_func(r->p.m, func);
    IrBlock *block = ir_func_block(f);
    RefTensor args[256], results[256];
    size_t count = ir_func_type(f)->result_count;
    for (uint32_t i = 0; i < block->arg_count; i++) {
        RefTensor *t = find(r, ir_func_arg_attr(f, i, "descent.name")->name);
        if (!t || t->type != block->args[i]->type)
            fail_msg("@%s: argument %u is missing", func, i);
        args[i] = *t;
    }
    if (!ref_run(f, block->arg_count, args, count, results, r->arena, r->p.d)) {
        diag_print(r->p.d, stderr);
        fail_msg("@%s does not run", func);
    }
    for (uint32_t i = 0; i < count; i++)
        set(r, ir_func_result_attr(f, i, "descent.name")->name, results[i]);
}

static void input(Run *r, const char *name, Dtype t, int rank, const int64_t *dims,
                  const double *values)
{
    IrType type = ir_tensor(r->p.c, t, rank, dims);
    RefTensor x = {type, arena_alloc(r->arena, (size_t)ir_bytes(type) + 16)};
    for (int64_t i = 0; i < ir_elements(type); i++)
        dtype_store(t, (char *)x.data + i * (int64_t)dtype_bytes(t),
                    values ? values[i] : 0);
    if (!values)
        ref_random(&x, 7, -1, 1);
    set(r, name, x);
}

static void seed(Run *r, uint64_t value)
{
    int64_t two = 2;
    input(r, "rng", DTYPE_ui64, 1, &two, (double[]){0, 0});
    memcpy(find(r, "rng")->data, (uint64_t[]){value, 0}, 16);
}

static Run open_with(const char *text, const LangOptions *o)
{
    Run r = {.p = check_lower(text, o), .arena = arena_open()};
    PassContext c = {.diags = r.p.d};
    if (pass_grad(r.p.m, &c) == PASS_FAILED || !ir_verify(r.p.m, r.p.d)) {
        diag_print(r.p.d, stderr);
        fail_msg("no gradients");
    }
    return r;
}

static Run open_run(const char *text)
{
    Run r = open_with(text, NULL);
    seed(&r, 1);
    call(&r, "init");
    return r;
}

static void close_run(Run *r)
{
    arena_close(r->arena);
    check_close(&r->p);
}

static void near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance * (1 + fabs(b))))
        fail_msg("%.9g is not %.9g", a, b);
}

/* ------------------------------------------------------------------------ expressions */

/* The value of an expression over x = [[1, 2, 3], [4, 5, 6]], y = [0.5, -1, 2], k =
 * [2, 0]. */
static void check_values(const char *expression, int count, const double *wanted)
{
    char text[2048];
    snprintf(text, sizeof text,
             "model m(x: f32[2, 3], y: f32[3], k: i32[2]) {\n"
             "  let nothing = (y, k)\n%s\n}\n",
             expression);
    Run r = open_run(text);
    input(&r, "x", DTYPE_f32, 2, (int64_t[]){2, 3}, (double[]){1, 2, 3, 4, 5, 6});
    input(&r, "y", DTYPE_f32, 1, (int64_t[]){3}, (double[]){0.5, -1, 2});
    input(&r, "k", DTYPE_i32, 1, (int64_t[]){2}, (double[]){2, 0});
    call(&r, "predict");
    assert_int_equal(ir_elements(find(&r, "out0")->type), count);
    for (int i = 0; i < count; i++)
        if (!(fabs(get(&r, "out0", i) - wanted[i]) <= 2e-6 * (1 + fabs(wanted[i]))))
            fail_msg("%s: element %d is %.9g, wanted %.9g", expression, i,
                     get(&r, "out0", i), wanted[i]);
    close_run(&r);
}

#define VALUES(expression, ...)                                                          \
    check_values(expression, sizeof((double[]){__VA_ARGS__}) / sizeof(double),           \
                 (double[]){__VA_ARGS__})

static void test_operators(void **state)
{
    (void)state;
    VALUES("x[0] + y", 1.5, 1, 5);
    VALUES("x + y", 1.5, 1, 5, 4.5, 4, 8);
    VALUES("2 * x[1] - 1", 7, 9, 11);
    VALUES("x @ y", 4.5, 9);
    VALUES("x @ transpose(x, [1, 0])", 14, 32, 32, 77);
    VALUES("y ** 2 + y ** 3", 0.375, 0, 12);
    VALUES("2 ** x[0]", 2, 4, 8);
    VALUES("cast(y > 0, f32)", 1, 0, 1);
    VALUES("cast(y > 0 and not y > 1, f32)", 1, 0, 0);
    VALUES("where(y < 0, -y, 10 * y)", 5, 1, 20);
    VALUES("k / 4", 0.5, 0);
    VALUES("k // 2 + 1", 2, 1);
    VALUES("-x[0] % 2", 1, 0, 1);
    VALUES("x[0] % -2", -1, 0, -1);
    VALUES("-x[0] // 2", -1, -1, -2);
    VALUES("(k - 3) // 2 + 0.0", -1, -2);
    VALUES("(k - 3) % 2 + 0.0", 1, 1);
    VALUES("(k - 1) % (k * 2 - 3) + 0.0", 0, -1);
    VALUES("(k - 1) // (k * 2 - 3) + 0.0", 1, 0);
    VALUES("cast(k, ui8) % 2 + cast(k, ui8) // 2 + 0.0", 1, 0);
    VALUES("y + [1, 2, 3]", 1.5, 1, 5);
    VALUES("(unsqueeze(k, 0) + op.full([2, 2], 0, i32)) / 1", 2, 0, 2, 0);
    VALUES("(unsqueeze(k, 1) + op.full([2, 2], 0, i32)) / 1", 2, 2, 0, 0);
    VALUES("reshape(x[0], [1, 3, 1]) + op.full([2, 3, 1], 0)", 1, 2, 3, 1, 2, 3);
    VALUES("reshape(x, [1, 3, 2])[:, :, 0] + op.full([2, 3], 0)", 1, 3, 5, 1, 3, 5);
    VALUES("reshape(x, [1, 2, 3, 1]) + op.full([2, 2, 3, 1], 0)", 1, 2, 3, 4, 5, 6,
           1, 2, 3, 4, 5, 6);
    VALUES("reshape(x, [1, 3, 1, 2]) + op.full([3, 1, 2], 0)", 1, 2, 3, 4, 5, 6);
    VALUES("reshape(y, [1, 3, 1]) + op.full([2, 1, 1], 0)", 0.5, -1, 2, 0.5, -1, 2);
}

static void test_indexing(void **state)
{
    (void)state;
    VALUES("x[1]", 4, 5, 6);
    VALUES("x[:, 1]", 2, 5);
    VALUES("x[-1, ::2]", 4, 6);
    VALUES("x[..., 2]", 3, 6);
    VALUES("x[k[1], 1:]", 2, 3);
    VALUES("take(x, k - 1)", 4, 5, 6, 1, 2, 3);
    VALUES("concat([x, x[:, 0:1]])[0]", 1, 2, 3, 1);
    VALUES("stack([y, 2 * y])[1]", 1, -2, 4);
    VALUES("split(x, 3, 1)[2]", 3, 6);
    VALUES("split(reshape(x, [3, 2, 1]), 2, 1)[1]", 2, 4, 6);
    VALUES("pad(y, [1], [2], 9)", 9, 0.5, -1, 2, 9, 9);
    VALUES("reverse(y, 0)", 2, -1, 0.5);
    VALUES("one_hot(k, 3)", 0, 0, 1, 1, 0, 0);
}

static void test_reductions(void **state)
{
    (void)state;
    VALUES("sum(x)", 21);
    VALUES("mean(x, 0)", 2.5, 3.5, 4.5);
    VALUES("max(x, -1)", 3, 6);
    VALUES("min(y)", -1);
    VALUES("prod(x, 1)", 6, 120);
    VALUES("variance(x, 1)", 2.0 / 3, 2.0 / 3);
    VALUES("cast(argmax(x * y), f32)", 2, 2);
    VALUES("x - mean(x, 1, keep = true)", -1, 0, 1, -1, 0, 1);
    VALUES("mean(k)", 1);
    VALUES("cast(all(y > 0), f32) + cast(any(y > 0), f32)", 1);
}

static void test_activations(void **state)
{
    (void)state;
    VALUES("relu(y)", 0.5, 0, 2);
    VALUES("leaky_relu(y, 0.1)", 0.5, -0.1, 2);
    VALUES("elu(y)", 0.5, expm1(-1), 2);
    VALUES("gelu(y)", 0.25 * (1 + erf(0.5 / sqrt(2))), -0.5 * (1 + erf(-1 / sqrt(2))),
           1 + erf(2 / sqrt(2)));
    VALUES("gelu(y, approximate = true)[2]", 1.9545977);
    VALUES("silu(y)", 0.5 / (1 + exp(-0.5)), -1 / (1 + exp(1)), 2 / (1 + exp(-2)));
    VALUES("softplus(1000 * y)", 500, 0, 2000);
    VALUES("softmax(y)", exp(0.5) / (exp(0.5) + exp(-1) + exp(2)),
           exp(-1) / (exp(0.5) + exp(-1) + exp(2)),
           exp(2) / (exp(0.5) + exp(-1) + exp(2)));
    VALUES("log_softmax(1000 * y)", -1500, -3000, 0);
}

static void test_losses(void **state)
{
    (void)state;
    double z = log(exp(1) + exp(2) + exp(3)), s = 0.1 / 3;
    VALUES("mse(y, 0 * y)", 5.25 / 3);
    VALUES("mae(y, 0 * y)", 3.5 / 3);
    VALUES("huber(y, 0 * y)", (0.125 + 0.5 + 1.5) / 3);
    VALUES("bce_with_logits(1000 * y, cast(y > 0, f32))", 0);
    VALUES("bce_with_logits(y, cast(y < 1, f32))",
           (log1p(exp(-0.5)) + log1p(exp(1)) + 2 + log1p(exp(-2))) / 3);
    VALUES("cross_entropy(x, k)", ((z - 3) + (z - 1)) / 2);
    VALUES("cross_entropy(x, one_hot(k, 3))", ((z - 3) + (z - 1)) / 2);
    VALUES("cross_entropy(x, k, label_smoothing = 0.1)",
           (0.9 * ((z - 3) + (z - 1)) + s * 2 * (3 * z - 6)) / 2);
    VALUES("accuracy(x, k)", 0.5);
    VALUES("r2(y, y)", 1);
}

static void test_layers(void **state)
{
    (void)state;
    VALUES("max_pool(reshape(x, [1, 2, 3, 1]), 2, stride = 1)", 5, 6);
    VALUES("avg_pool(reshape(x, [1, 2, 3, 1]), [1, 3], stride = 1, padding = \"same\")",
           1, 2, 5.0 / 3, 3, 5, 11.0 / 3);
    VALUES("global_avg_pool(reshape(x, [1, 2, 3, 1]))", 3.5);
    VALUES("flatten(reshape(x, [2, 1, 3]))[1]", 4, 5, 6);
    VALUES("dropout(y)", 0.5, -1, 2);
    VALUES("layer_norm(x)[0]", -1.2247357, 0, 1.2247357);
    VALUES("convolve(reshape(x, [1, 2, 3, 1]), op.full([2, 2, 1, 1], 1), 1, \"valid\", "
           "1, 1)",
           12, 16);
    VALUES(
        "convolve(reshape(x, [1, 2, 3, 1]), op.full([3, 3, 1, 1], 1), 2, \"same\", 1, 1)",
        12, 16);
    VALUES("attention(x, x, x, causal = true)[0]", 1, 2, 3);
}

/* --------------------------------------------------------------------------- training */

static void test_initializers(void **state)
{
    (void)state;
    Run r = open_run("model m(x: f32[N, 30]) -> f32[N, 50] {\n"
                     "  param a: f32[2000] = normal(1.0, 2.0)\n"
                     "  param b: f32[3, 3, 8, 16] = he_uniform()\n"
                     "  param c: bf16[4] = 1.5\n"
                     "  x -> dense(50)\n"
                     "}\n");
    double sum = 0, squares = 0, bound = sqrt(6.0 / 80), low = 0, high = 0;
    for (int i = 0; i < 2000; i++) {
        sum += get(&r, "a", i);
        squares += pow(get(&r, "a", i) - 1, 2);
    }
    assert_true(fabs(sum / 2000 - 1) < 0.2 && fabs(squares / 2000 - 4) < 0.5);
    for (int i = 0; i < 1500; i++) {
        low = fmin(low, get(&r, "dense1.w", i));
        high = fmax(high, get(&r, "dense1.w", i));
    }
    assert_true(low >= -bound && low < -0.98 * bound && high <= bound &&
                high > 0.98 * bound);
    for (int i = 0; i < 9 * 8 * 16; i++)
        assert_true(fabs(get(&r, "b", i)) <= sqrt(6.0 / 72));
    assert_true(get(&r, "c", 3) == 1.5 && get(&r, "dense1.b", 0) == 0);
    close_run(&r);
}

/* The greatest error of q'q = gain^2 for each of several shapes; and that the matrix is
 * one of many: the moments of its elements are those of the uniform distribution,
 * E q^2 = 1/n, E q^4 = 3 / (n (n + 2)). */
static void test_orthogonal(void **state)
{
    (void)state;
    enum { N = 128 };
    Run r = open_run(
        "fn error(q, n, square_gain) {\n"
        "  let one = cast(op.iota([n, n], 0) == op.iota([n, n], 1), f32)\n"
        "  max(abs(transpose(q, [1, 0]) @ q - square_gain * one))\n"
        "}\n"
        "model m(x: f32[N]) {\n"
        "  param square: f32[128, 128] = orthogonal()\n"
        "  param tall: f32[60, 7] = orthogonal(2.0)\n"
        "  param wide: f32[7, 60] = orthogonal(gain = 0.5)\n"
        "  param kernel: f32[3, 3, 2, 8] = orthogonal()\n"
        "  param column: f32[5, 1] = orthogonal()\n"
        "  param one: bf16[1, 1] = orthogonal()\n"
        "  param none: f32[0, 4] = orthogonal()\n"
        "  (error(square, 128, 1), error(transpose(square, [1, 0]), 128, 1),\n"
        "   error(tall, 7, 4), error(transpose(wide, [1, 0]), 7, 0.25),\n"
        "   error(reshape(kernel, [18, 8]), 8, 1), error(column, 1, 1),\n"
        "   abs(abs(cast(one, f32)) - 1) + sum(x) + sum(none))\n"
        "}\n");
    input(&r, "x", DTYPE_f32, 1, (int64_t[]){4}, (double[]){0, 0, 0, 0});
    call(&r, "predict");
    static const char *const errors[] = {"out0", "out1", "out2", "out3",
                                         "out4", "out5", "out6"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (!(get(&r, errors[i], 0) < 1e-5))
            fail_msg("%s: error %g", errors[i], get(&r, errors[i], 0));
    double sum = 0, fourth = 0;
    for (int i = 0; i < N * N; i++) {
        sum += get(&r, "square", i);
        fourth += pow(get(&r, "square", i), 4);
    }
    assert_true(fabs(sum) < 4 * sqrt(N));
    near(fourth / (N * N) * N * (N + 2) / 3, 1, 0.1);
    close_run(&r);
}

static const char regression[] =
    "data d = csv(\"d.csv\")\n"
    "model m(x: f32[N, 3]) -> f32[N] { x -> dense(8) -> tanh -> dense(1) -> squeeze }\n"
    "train m on d(x, y) { loss = mse(m(x), y)  optimizer = %s\n %s }\n";

static double train(const char *optimizer, const char *settings, int steps, double *first)
{
    char text[1024];
    snprintf(text, sizeof text, regression, optimizer, settings);
    Run r = open_run(text);
    input(&r, "x", DTYPE_f32, 2, (int64_t[]){4, 3}, NULL);
    input(&r, "y", DTYPE_f32, 1, (int64_t[]){4}, (double[]){0.3, -0.5, 0.9, 0.1});
    for (int i = 0; i < steps; i++) {
        call(&r, "train_step");
        if (i == 0)
            *first = get(&r, "loss", 0);
    }
    assert_true(get(&r, "step", 0) == steps);
    call(&r, "eval_step");
    double last = get(&r, "loss", 0);
    close_run(&r);
    return last;
}

static void test_optimizers(void **state)
{
    (void)state;
    static const char *const optimizers[] = {
        "sgd(0.1)",
        "sgd(0.05, momentum = 0.9)",
        "sgd(0.05, momentum = 0.9, nesterov = true)",
        "rmsprop(1e-2)",
        "adagrad(0.1)",
        "adam(1e-2)",
        "adamw(1e-2)",
        "adam(cosine(2e-2, steps = 60, warmup = 5))",
    };
    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        double first, last = train(optimizers[i], "", 60, &first);
        if (!(last < 0.2 * first))
            fail_msg("%s: %g, then %g", optimizers[i], first, last);
    }
    double first,
        last = train("sgd(0.1)", "clip_norm = 0.1  clip_value = 0.01", 30, &first);
    assert_true(last < first && last > 0.2 * first);
}

/* p' = p - lr / (1 - 0.9^t) * m / (sqrt(v / (1 - 0.999^t)) + 1e-8), by hand for one
 * number. */
static void test_adam(void **state)
{
    (void)state;
    Run r =
        open_run("data d = csv(\"d.csv\")\n"
                 "model m(x: f32[N]) -> f32[N] { param p: f32[] = 2\n p * x }\n"
                 "train m on d(x) { loss = sum(square(m(x)))  optimizer = adam(0.1) }\n");
    input(&r, "x", DTYPE_f32, 1, (int64_t[]){4}, (double[]){1, 0, 0, 0});
    double p = 2, m = 0, v = 0;
    for (int t = 1; t <= 5; t++) {
        double g = 2 * p;
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        call(&r, "train_step");
        near(get(&r, "loss", 0), p * p, 1e-6);
        p -= 0.1 / (1 - pow(0.9, t)) * m / (sqrt(v / (1 - pow(0.999, t))) + 1e-8);
        near(get(&r, "p", 0), p, 1e-6);
        near(get(&r, "p.m", 0), m, 1e-6);
    }
    close_run(&r);
}

static void test_schedules(void **state)
{
    (void)state;
    Run r = open_run(
        "data d = csv(\"d.csv\")\n"
        "model m(x: f32[N]) -> f32[N] { param p: f32[] = 1\n p * x }\n"
        "train m on d(x) {\n"
        "  loss = sum(m(x))\n"
        "  metric a = if training { step_decay(8.0, every = 2, factor = 0.5) } else { 0 "
        "}\n"
        "  metric b = if training { cosine(1.0, steps = 4) } else { 0 }\n"
        "  metric c = if training { inverse_decay(1.0, 1.0, warmup = 2) } else { 0 }\n"
        "  optimizer = sgd(linear_decay(1.0, steps = 4))\n"
        "}\n");
    static const double wanted[4][4] = {
        {8, 1, 0.5, 0},
        {8, 0.8535534, 0.5, -0.75},
        {4, 0.5, 1.0 / 3, -1.25},
        {4, 0.1464466, 0.25, -1.5},
    };
    input(&r, "x", DTYPE_f32, 1, (int64_t[]){4}, (double[]){1, 0, 0, 0});
    for (int i = 0; i < 4; i++) {
        call(&r, "train_step");
        near(get(&r, "a", 0), wanted[i][0], 1e-6);
        near(get(&r, "b", 0), wanted[i][1], 1e-6);
        near(get(&r, "c", 0), wanted[i][2], 1e-6);
        near(get(&r, "p", 0), wanted[i][3], 1e-6);
    }
    close_run(&r);
}

static void test_batch_norm(void **state)
{
    (void)state;
    Run r =
        open_run("data d = csv(\"d.csv\")\n"
                 "model m(x: f32[N, 1]) -> f32[N, 1] { x -> batch_norm }\n"
                 "train m on d(x) { loss = mean(square(m(x)))  optimizer = sgd(0.0) }\n");
    input(&r, "x", DTYPE_f32, 2, (int64_t[]){4, 1}, (double[]){1, 2, 3, 6});
    call(&r, "train_step");
    near(get(&r, "loss", 0), 1, 1e-4);
    near(get(&r, "batch_norm1.running_mean", 0), 0.3, 1e-6);
    near(get(&r, "batch_norm1.running_variance", 0), 0.9 + 0.1 * 14.0 / 3, 1e-6);
    call(&r, "predict");
    near(get(&r, "out0", 0), 0.7 / sqrt(0.9 + 1.4 / 3 + 1e-5), 1e-5);
    close_run(&r);
}

/* Dropped in training only, anew each time, and the rest scaled up. */
static void test_dropout(void **state)
{
    (void)state;
    Run r = open_run("data d = csv(\"d.csv\")\n"
                     "model m(x: f32[N, 1000]) -> f32[N, 1000] {\n"
                     "  param p: f32[] = 1\n p * (x -> dropout(0.25)) }\n"
                     "train m on d(x) {\n"
                     "  loss = mean(m(x))\n"
                     "  metric kept = mean(m(x) > 0)\n"
                     "  optimizer = sgd(0.0)\n"
                     "}\n");
    double *ones = calloc(4000, sizeof *ones);
    for (int i = 0; i < 4000; i++)
        ones[i] = 1;
    input(&r, "x", DTYPE_f32, 2, (int64_t[]){4, 1000}, ones);
    free(ones);
    call(&r, "train_step");
    double kept = get(&r, "kept", 0);
    assert_true(fabs(kept - 0.75) < 0.05);
    near(get(&r, "loss", 0), kept / 0.75, 1e-4);
    call(&r, "train_step");
    assert_true(get(&r, "kept", 0) != kept);
    call(&r, "eval_step");
    near(get(&r, "loss", 0), 1, 1e-6);
    close_run(&r);
}

static void test_grad(void **state)
{
    (void)state;
    VALUES("grad(sum(x ** 3), x)[0]", 3, 12, 27);
    VALUES("let g = grad(sum(y ** 3), y)\n grad(sum(g), y)", 3, -6, 12);
    VALUES("let (a, b) = grad(sum(x * y), (x, y))\n b", 5, 7, 9);
}

/* A small text must not fill the memory: each turn triples the graph; or each asks for
 * a long one once more. */
static void check_too_many(const char *text)
{
    Parsed p = check_lower(text, NULL);
    PassContext c = {.diags = p.d};
    assert_int_equal(pass_grad(p.m, &c), PASS_FAILED);
    assert_int_equal(diag_exit(p.d), DIAG_UNSUPPORTED);
    assert_int_equal(diag_get(p.d, 0)->place.line, 2);
    check_close(&p);
}

static void test_grad_size(void **state)
{
    (void)state;
    check_too_many("model m(x: f32[N]) -> f32[] { let y = sum(sin(x))\n"
                   "  for i in 0..100 { y = y + sum(grad(y, x)) }\n"
                   "  y }\n");
    check_too_many("model m(x: f32[N]) -> f32[] { let y = sum(x) for i in 0..10000 { y = "
                   "sin(y) } let z = y\n"
                   "  for i in 0..200 { z = z + sum(grad(y, x)) }\n"
                   "  z }\n");
}

static void test_table(void **state)
{
    (void)state;
    LangOptions o = {.entries = LANG_ALL};
    Run r =
        open_with("data d = table(rows = 100) {\n"
                  "  x = uniform(-3.0, 3.0)\n"
                  "  y = sin(x)\n"
                  "}\n"
                  "model m(x: f32[N]) -> f32[N] { param p: f32[] = 1\n p * x }\n"
                  "train m on d(x, y) { loss = mse(m(x), y)  optimizer = sgd(0.1) }\n",
                  &o);
    seed(&r, 3);
    call(&r, "data.d");
    double low = 0, high = 0;
    for (int i = 0; i < 100; i++) {
        near(get(&r, "y", i), sin(get(&r, "x", i)), 1e-6);
        low = fmin(low, get(&r, "x", i));
        high = fmax(high, get(&r, "x", i));
    }
    assert_true(low < -2.5 && low >= -3 && high > 2.5 && high < 3);
    close_run(&r);
}

static void test_lstm(void **state)
{
    (void)state;
    Run r = open_run("model m(x: f32[N, 2, 1]) -> f32[N, 2, 1] { x -> lstm(1) }\n");
    input(&r, "x", DTYPE_f32, 3, (int64_t[]){1, 2, 1}, (double[]){0.5, -1});
    double h = 0, c = 0, x[] = {0.5, -1}, w[4], u[4];
    for (int k = 0; k < 4; k++) {
        w[k] = get(&r, "lstm1.wx", k);
        u[k] = get(&r, "lstm1.wh", k);
    }
    close_run(&r);
    LangOptions o = {.entries = LANG_ALL, .batch = 1};
    r = open_with("model m(x: f32[N, 2, 1]) -> f32[N, 2, 1] { x -> lstm(1) }\n", &o);
    seed(&r, 1);
    call(&r, "init");
    input(&r, "x", DTYPE_f32, 3, (int64_t[]){1, 2, 1}, x);
    call(&r, "predict");
    for (int t = 0; t < 2; t++) {
        double z[4];
        for (int k = 0; k < 4; k++)
            z[k] = w[k] * x[t] + u[k] * h;
        c = c / (1 + exp(-z[1])) + tanh(z[2]) / (1 + exp(-z[0]));
        h = tanh(c) / (1 + exp(-z[3]));
        near(get(&r, "out0", t), h, 1e-6);
    }
    close_run(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operators),    cmocka_unit_test(test_indexing),
        cmocka_unit_test(test_reductions),   cmocka_unit_test(test_activations),
        cmocka_unit_test(test_losses),       cmocka_unit_test(test_layers),
        cmocka_unit_test(test_initializers), cmocka_unit_test(test_orthogonal),
        cmocka_unit_test(test_optimizers),   cmocka_unit_test(test_adam),
        cmocka_unit_test(test_schedules),    cmocka_unit_test(test_batch_norm),
        cmocka_unit_test(test_dropout),      cmocka_unit_test(test_grad),
        cmocka_unit_test(test_grad_size),    cmocka_unit_test(test_table),
        cmocka_unit_test(test_lstm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
