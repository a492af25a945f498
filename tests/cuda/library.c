/* The library on the emulator of a GPU, as its users call it. */
#include "tests/lib/common.h"

#include <math.h>
#include <pthread.h>

enum { ROWS = 16, STEPS = 12 };

static float x[ROWS], y[ROWS];
static descent_model *model;
static descent_program *cpu, *gpu;

static descent_status compile(const char *device, int64_t number, descent_program **out)
{
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    o.device = device;
    o.device_number = number;
    return descent_program_compile(model, &o, out, diagnostics);
}

static int open_all(void **state)
{
    setenv("DESCENT_EMULATOR", "", 1);
    for (int i = 0; i < ROWS; i++) {
        x[i] = (float)i / ROWS;
        y[i] = 2 * x[i] + 1;
    }
    int st = open_context(state);
    model = parse("line.dsc", line_model);
    OK(compile("cpu", 0, &cpu));
    OK(compile("cuda", 0, &gpu));
    return st;
}

static int close_all(void **state)
{
    descent_program_destroy(cpu);
    descent_program_destroy(gpu);
    descent_model_destroy(model);
    return close_context(state);
}

static float weight(const descent_state *s)
{
    float w;
    OK(descent_tensor_read(descent_state_find(s, "dense1.w"), &w, sizeof w, diagnostics));
    return w;
}

/* ------------------------------------------------------------------------------ steps */

static double step(descent_trainer *t)
{
    descent_score score = DESCENT_INIT(descent_score);
    descent_tensor *in[] = {FLOATS(x, ROWS, 1), FLOATS(y, ROWS, 1)};
    OK(descent_trainer_step(t, in, 2, &score, diagnostics));
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(in[1]);
    return score.loss;
}

/* Steps on one program after the other. */
static float steps(descent_program *first, descent_program *second, double losses[STEPS])
{
    descent_state *s;
    descent_trainer *a, *b;
    OK(descent_state_create(first, 7, &s, diagnostics));
    OK(descent_trainer_create(first, s, &a, diagnostics));
    OK(descent_trainer_create(second, s, &b, diagnostics));
    for (int i = 0; i < STEPS; i++)
        losses[i] = step(i / 3 % 2 ? b : a);
    float w = weight(s);
    descent_trainer_destroy(a);
    descent_trainer_destroy(b);
    descent_state_destroy(s);
    return w;
}

static void check_near(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_true(fabs(a[i] - b[i]) <= 1e-4 * fabs(a[i]));
}

static void test_steps(void **state)
{
    (void)state;
    double want[STEPS], have[STEPS], again[STEPS];
    float w = steps(cpu, cpu, want), v = steps(gpu, gpu, have);
    check_near(want, have, STEPS);
    assert_true(fabsf(w - v) <= 1e-4f * fabsf(w));
    assert_true(steps(gpu, gpu, again) == v);
    assert_memory_equal(have, again, sizeof have);
}

/* The same state by turns on the CPU and on the GPU: each sees what the other did. */
static void test_both(void **state)
{
    (void)state;
    double want[STEPS], have[STEPS];
    float w = steps(cpu, cpu, want), v = steps(gpu, cpu, have);
    check_near(want, have, STEPS);
    assert_true(fabsf(w - v) <= 1e-4f * fabsf(w));
}

/* What is written to a tensor of the state is what the next step takes; a pointer shows
 * what the last one left. */
static void test_written(void **state)
{
    (void)state;
    descent_state *s;
    descent_trainer *t;
    const float zero = 0;
    OK(descent_state_create(gpu, 7, &s, diagnostics));
    OK(descent_trainer_create(gpu, s, &t, diagnostics));
    step(t);
    descent_tensor *w = descent_state_find(s, "dense1.w");
    OK(descent_tensor_write(w, &zero, sizeof zero, diagnostics));
    double loss = step(t);
    float *at = descent_tensor_data(w), after = *at;
    assert_true(after > 0);
    *at = 0;
    OK(descent_tensor_write(descent_state_find(s, "dense1.b"), &zero, sizeof zero,
                            diagnostics));
    assert_true(step(t) > loss);
    assert_true(*(float *)descent_tensor_data(w) > 0);
    descent_trainer_destroy(t);
    descent_state_destroy(s);
}

/* ------------------------------------------------------------------------------ calls */

/* The caller's memory, for both; the state is one that no program made. */
static void test_call(void **state)
{
    (void)state;
    float want[ROWS], have[ROWS];
    descent_state *s, *file;
    descent_call *c;
    const descent_entry *e;
    descent_tensor *in = FLOATS(x, ROWS, 1), *out = FLOATS(have, ROWS, 1);
    descent_program *both[] = {cpu, gpu};
    OK(descent_state_create(gpu, 7, &s, diagnostics));
    OK(descent_state_save(s, "weights", DESCENT_SAVE_WEIGHTS, diagnostics));
    OK(descent_state_open(context, "weights", &file, diagnostics));
    for (int i = 0; i < 2; i++) {
        OK(descent_program_find(both[i], "predict", ROWS, &e, diagnostics));
        OK(descent_call_create(e, i ? file : s, &c, diagnostics));
        OK(descent_call_set(c, "x", in, diagnostics));
        OK(descent_call_set_result(c, 0, out, diagnostics));
        for (int k = 0; k < 4; k++) { /* the third is a graph */
            x[0] = (float)k;
            OK(descent_call_run(c, diagnostics));
            assert_true(fabsf(have[0] - k * weight(s)) < 1e-5f);
        }
        if (!i)
            memcpy(want, have, sizeof want);
        descent_call_destroy(c);
    }
    for (int i = 0; i < ROWS; i++)
        assert_true(fabsf(want[i] - have[i]) < 1e-5f);
    x[0] = 0;
    descent_tensor_destroy(in);
    descent_tensor_destroy(out);
    descent_state_destroy(s);
    descent_state_destroy(file);
}

/* A result that overwrites an input, and one that is too large to go with the small
 * ones. */
static const char graph_text[] =
    "func.func public @main(%x: tensor<600xf32> {tf.aliasing_output = 0 : i32},\n"
    "                       %y: tensor<2xf32> {tf.aliasing_output = 2 : i32})\n"
    "    -> (tensor<600xf32>, tensor<600xf32>, tensor<2xf32>) {\n"
    "  %0 = stablehlo.add %x, %x : tensor<600xf32>\n"
    "  %1 = stablehlo.multiply %x, %x : tensor<600xf32>\n"
    "  %2 = stablehlo.add %y, %y : tensor<2xf32>\n"
    "  return %0, %1, %2 : tensor<600xf32>, tensor<600xf32>, tensor<2xf32>\n"
    "}\n";

static void test_graph(void **state)
{
    (void)state;
    static float a[600], squares[600], b[2] = {3, 5};
    descent_model *m = parse("double.mlir", graph_text);
    descent_program *p;
    descent_call *c;
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    o.device = "cuda";
    for (int i = 0; i < 600; i++)
        a[i] = (float)i;
    descent_tensor *t[] = {FLOATS(a, 600), FLOATS(b, 2), FLOATS(squares, 600)};
    OK(descent_program_compile(m, &o, &p, diagnostics));
    assert_int_equal(descent_entry_scratch_bytes(descent_program_entry(p, 0)), 0);
    OK(descent_call_create(descent_program_entry(p, 0), NULL, &c, diagnostics));
    OK(descent_call_set_argument(c, 0, t[0], diagnostics));
    OK(descent_call_set_argument(c, 1, t[1], diagnostics));
    OK(descent_call_set_result(c, 1, t[2], diagnostics));
    for (int k = 0; k < 5; k++)
        OK(descent_call_run(c, diagnostics));
    assert_true(a[7] == 7 * 32 && squares[7] == 7 * 16 * 7 * 16);
    assert_true(a[599] == 599 * 32 && b[0] == 3 * 32 && b[1] == 5 * 32);
    descent_call_destroy(c);
    descent_program_destroy(p);
    descent_model_destroy(m);
    for (int i = 0; i < 3; i++)
        descent_tensor_destroy(t[i]);
}

/* ------------------------------------------------------------------------------- loop */

typedef struct Seen {
    double losses[400];
    size_t count;
} Seen;

static bool see(void *user, const descent_progress *p)
{
    Seen *s = user;
    s->losses[s->count++] = p->loss;
    return true;
}

static bool stop(void *user, const descent_progress *p)
{
    (void)user;
    return p->step < 7;
}

/* seen: NULL where nobody looks at steps. */
static descent_train_report train(const char *device, Seen *seen, float *w)
{
    descent_train_options o = DESCENT_INIT(descent_train_options);
    descent_train_report r = DESCENT_INIT(descent_train_report);
    descent_state *s;
    o.device = device;
    o.epochs = 8;
    o.on_step = seen ? see : NULL;
    o.user = seen;
    OK(descent_train(model, &o, &s, &r, diagnostics));
    *w = weight(s);
    descent_state_destroy(s);
    return r;
}

static void test_train(void **state)
{
    (void)state;
    Seen a = {0}, b = {0};
    float w, v, ahead;
    descent_train_report c = train("cpu", &a, &w), g = train("cuda", &b, &v);
    descent_train_report same = train("cuda", NULL, &ahead);
    assert_int_equal(a.count, b.count);
    check_near(a.losses, b.losses, a.count);
    check_near(&c.test_loss, &g.test_loss, 1);
    assert_true(fabsf(w - v) <= 1e-4f * fabsf(w));
    assert_int_equal(c.best_epoch, g.best_epoch);
    /* who looks at each step waits for it: the bits are the same */
    assert_true(ahead == v && same.loss == g.loss && same.test_loss == g.test_loss);

    descent_train_options o = DESCENT_INIT(descent_train_options);
    descent_train_report r = DESCENT_INIT(descent_train_report);
    o.device = "cuda";
    o.on_step = stop;
    assert_int_equal(descent_train(model, &o, NULL, &r, diagnostics), DESCENT_STOPPED);
    assert_int_equal(r.steps, 7);
}

/* ---------------------------------------------------------------------------- threads */

typedef struct Thread {
    pthread_t thread;
    descent_program *program;
    descent_model *model;
    descent_context *context;
    float w;
    descent_status st;
} Thread;

static void *train_apart(void *arg)
{
    Thread *t = arg;
    descent_train_options o = DESCENT_INIT(descent_train_options);
    descent_state *s = NULL;
    o.device = "cuda";
    o.epochs = 4;
    t->st = descent_train(t->model, &o, &s, NULL, NULL);
    if (!t->st)
        t->st = descent_tensor_read(descent_state_find(s, "dense1.w"), &t->w, sizeof t->w,
                                    NULL);
    descent_state_destroy(s);
    return NULL;
}

/* One thread in the context that has the GPU already, one in a context of its own. */
static void test_threads(void **state)
{
    (void)state;
    Thread all[3] = {{.model = model}, {.model = model}, {0}};
    OK(descent_context_create(NULL, &all[2].context, diagnostics));
    OK(descent_model_parse(all[2].context, "line.dsc", line_model, strlen(line_model),
                           &all[2].model, diagnostics));
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&all[i].thread, NULL, train_apart, &all[i]), 0);
    for (int i = 0; i < 3; i++) {
        pthread_join(all[i].thread, NULL);
        assert_int_equal(all[i].st, DESCENT_OK);
        assert_true(all[i].w == all[0].w);
    }
    descent_model_destroy(all[2].model);
    descent_context_destroy(all[2].context);
}

/* --------------------------------------------------------------------------- mistakes */

static void test_mistakes(void **state)
{
    (void)state;
    descent_program *p;
    descent_train_options o = DESCENT_INIT(descent_train_options);
    FAILS(DESCENT_BAD_ARGUMENT, "there is no device 'tpu'; there are: cpu, cuda",
          compile("tpu", 0, &p));
    assert_null(p);
    FAILS(DESCENT_BAD_ARGUMENT, "there is no device 'cuda' -1", compile("cuda", -1, &p));
    FAILS(DESCENT_BAD_INPUT, "no GPU 5: there is 1", compile("cuda", 5, &p));
    o.device = "gpu";
    FAILS(DESCENT_BAD_ARGUMENT, "there is no device 'gpu'",
          descent_train(model, &o, NULL, NULL, diagnostics));
}

/* In contexts of their own, as the emulator is told when it starts. */
static void fails(const char *settings, descent_status want, const char *text)
{
    descent_train_options o = DESCENT_INIT(descent_train_options);
    close_all(NULL);
    setenv("DESCENT_EMULATOR", settings, 1);
    assert_int_equal(open_context(NULL), 0);
    model = parse("line.dsc", line_model);
    o.device = "cuda";
    FAILS(want, text, descent_train(model, &o, NULL, NULL, diagnostics));
    descent_model_destroy(model);
    close_context(NULL);
    open_all(NULL);
}

static void test_failures(void **state)
{
    (void)state;
    fails("memory=20000", DESCENT_NO_MEMORY, "cuda: out of memory: ");
    fails("fail=alloc:3", DESCENT_NO_MEMORY, "cuda: out of memory on Emulated GPU");
    fails("fail=launch:5", DESCENT_FAILED, "cuda: launch: ");
    fails("fail=kernel:40", DESCENT_FAILED, "illegal memory access");
    fails("devices=0", DESCENT_IO, "no GPU");
}

/* The square of the square of a matrix: what is between is in scratch memory. */
static descent_status compile_power(int size, descent_model **m, descent_program **p)
{
    char type[30], dot[200], text[800];
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    o.device = "cuda";
    snprintf(type, sizeof type, "tensor<%dx%dxf32>", size, size);
    snprintf(dot, sizeof dot, "contracting_dims = [1] x [0] : (%s, %s) -> %s", type, type,
             type);
    snprintf(text, sizeof text,
             "func.func public @main(%%x: %s) -> %s {\n"
             "  %%0 = stablehlo.dot_general %%x, %%x, %s\n"
             "  %%1 = stablehlo.dot_general %%0, %%0, %s\n"
             "  return %%1 : %s\n"
             "}\n",
             type, type, dot, dot, type);
    *m = parse("power.mlir", text);
    return descent_program_compile(*m, &o, p, diagnostics);
}

static void check_power(const descent_program *p)
{
    static float in[32 * 32], out[32 * 32];
    descent_call *c;
    for (int i = 0; i < 32; i++)
        in[33 * i] = (float)i;
    descent_tensor *from = FLOATS(in, 32, 32), *to = FLOATS(out, 32, 32);
    OK(descent_call_create(descent_program_entry(p, 0), NULL, &c, diagnostics));
    OK(descent_call_set_argument(c, 0, from, diagnostics));
    OK(descent_call_set_result(c, 0, to, diagnostics));
    OK(descent_call_run(c, diagnostics));
    assert_true(out[0] == 0 && out[33 * 3] == 81 && out[33 * 31] == 31 * 31 * 31 * 31);
    descent_call_destroy(c);
    descent_tensor_destroy(from);
    descent_tensor_destroy(to);
}

/* A larger program, for which some allocation fails; whether it does. */
static bool fails_beside(int allocation)
{
    char settings[30];
    descent_model *small, *large;
    descent_program *first = NULL, *second = NULL;
    snprintf(settings, sizeof settings, "fail=alloc:%d", allocation);
    setenv("DESCENT_EMULATOR", settings, 1);
    assert_int_equal(open_context(NULL), 0);
    descent_status st = compile_power(32, &small, &first);
    assert_int_equal(st, first ? DESCENT_OK : DESCENT_NO_MEMORY);
    if (first) {
        st = compile_power(64, &large, &second);
        descent_diagnostics_clear(diagnostics);
        check_power(first);
        descent_program_destroy(second);
        descent_model_destroy(large);
    }
    descent_program_destroy(first);
    descent_model_destroy(small);
    descent_diagnostics_clear(diagnostics);
    close_context(NULL);
    return st == DESCENT_NO_MEMORY;
}

/* A program that finds no memory leaves those beside it what they have. */
static void test_no_room(void **state)
{
    (void)state;
    int allocation = 1;
    close_all(NULL);
    while (fails_beside(allocation))
        allocation++;
    assert_true(allocation > 5);
    open_all(NULL);
}

/* Its test takes two batches of 4 MB, where there are 6. */
static const char large_test[] = "data points = table(rows = 4160, test = 4096) {\n"
                                 "  x: f32[rows, 256] = uniform()\n"
                                 "  y: f32[rows, 1] = uniform()\n"
                                 "}\n"
                                 "model line(x: f32[N, 256]) -> f32[N, 1] {\n"
                                 "  x -> dense(1)\n"
                                 "}\n"
                                 "train line on points(x, y: f32[N, 1]) {\n"
                                 "  loss      = mse(line(x), y)\n"
                                 "  optimizer = sgd(lr = 0.01)\n"
                                 "  batch = 16  eval_batch = 4096  epochs = 1\n"
                                 "}\n";

/* It is known before the first step. */
static void test_large_test(void **state)
{
    (void)state;
    Seen seen = {0};
    descent_train_options o = DESCENT_INIT(descent_train_options);
    close_all(NULL);
    setenv("DESCENT_EMULATOR", "memory=6000000", 1);
    assert_int_equal(open_context(NULL), 0);
    descent_model *m = parse("large.dsc", large_test);
    o.device = "cuda";
    o.on_step = see;
    o.user = &seen;
    FAILS(DESCENT_NO_MEMORY, "cuda: out of memory: ",
          descent_train(m, &o, NULL, NULL, diagnostics));
    assert_int_equal(seen.count, 0);
    descent_model_destroy(m);
    close_context(NULL);
    open_all(NULL);
}

/* It keeps a megabyte, of which there are not quite two. */
static const char wide_model[] = "model wide(x: f32[N, 512]) -> f32[N, 512] {\n"
                                 "  x -> dense(512)\n"
                                 "}\n";

static descent_status compile_wide(descent_model *m, descent_program **out)
{
    static const char *const entries[] = {"init", "predict"};
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    o.device = "cuda";
    o.entries = entries;
    o.entry_count = 2;
    return descent_program_compile(m, &o, out, diagnostics);
}

static void predict_wide(descent_program *p, descent_state *s)
{
    static float in[512], out[512];
    descent_call *c;
    const descent_entry *e;
    descent_tensor *from = FLOATS(in, 1, 512), *to = FLOATS(out, 1, 512);
    OK(descent_program_find(p, "predict", 1, &e, diagnostics));
    OK(descent_call_create(e, s, &c, diagnostics));
    OK(descent_call_set(c, "x", from, diagnostics));
    OK(descent_call_set_result(c, 0, to, diagnostics));
    OK(descent_call_run(c, diagnostics));
    descent_call_destroy(c);
    descent_tensor_destroy(from);
    descent_tensor_destroy(to);
}

/* Two models have a state each, also if all their names are the same; two programs of one
 * model share it. What is refused is refused before anything ran, and not once there is
 * room. */
static void test_two_models(void **state)
{
    (void)state;
    const char *refused = "cuda: out of memory: ";
    descent_program *p, *beside, *q;
    descent_state *s;
    close_all(NULL);
    setenv("DESCENT_EMULATOR", "memory=2000000", 1);
    assert_int_equal(open_context(NULL), 0);
    descent_model *m = parse("wide.dsc", wide_model), *n = parse("wide.dsc", wide_model);
    OK(compile_wide(m, &p));
    FAILS(DESCENT_NO_MEMORY, refused, compile_wide(n, &q)); /* nothing is used so far */
    OK(descent_state_create(p, 7, &s, diagnostics));
    predict_wide(p, s);
    OK(compile_wide(m, &beside));
    predict_wide(beside, s);
    FAILS(DESCENT_NO_MEMORY, refused, compile_wide(n, &q));
    descent_program_destroy(p);
    descent_program_destroy(beside);
    descent_state_destroy(s);
    OK(compile_wide(n, &q));
    OK(descent_state_create(q, 7, &s, diagnostics));
    predict_wide(q, s);
    descent_state_destroy(s);
    descent_program_destroy(q);
    descent_model_destroy(m);
    descent_model_destroy(n);
    close_context(NULL);
    open_all(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),    cmocka_unit_test(test_both),
        cmocka_unit_test(test_written),  cmocka_unit_test(test_call),
        cmocka_unit_test(test_graph),    cmocka_unit_test(test_train),
        cmocka_unit_test(test_threads),  cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_failures), cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_two_models), cmocka_unit_test(test_large_test),
    };
    if (enter_folder())
        return 1;
    int failed = cmocka_run_group_tests(tests, open_all, close_all);
    return leave_folder() || failed;
}
