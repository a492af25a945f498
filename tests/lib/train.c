#include "tests/lib/common.h"

#include <math.h>
#include <unistd.h>

static descent_model *model;
static descent_program *program;
static const char weights_file[] = "lib-test.safetensors";

static int open_all(void **state)
{
    int st = open_context(state);
    model = parse("line.dsc", line_model);
    OK(descent_program_compile(model, NULL, &program, diagnostics));
    return st;
}

static int close_all(void **state)
{
    descent_program_destroy(program);
    descent_model_destroy(model);
    unlink(weights_file);
    return close_context(state);
}

enum { ROWS = 16 };
static float x[ROWS], y[ROWS];

static void make_data(void)
{
    for (int i = 0; i < ROWS; i++) {
        x[i] = (float)i / ROWS;
        y[i] = 2 * x[i] + 1;
    }
}

/* ----------------------------------------------------------------------------- state */

static void test_state(void **state)
{
    descent_state *a, *b, *c;
    descent_tensor *w;
    (void)state;
    OK(descent_state_create(program, 7, &a, diagnostics));
    OK(descent_state_create(program, 7, &b, diagnostics));
    OK(descent_state_create(program, 8, &c, diagnostics));
    w = descent_state_find(a, "dense1.w");
    assert_non_null(w);
    assert_int_equal(descent_tensor_rank(w), 2);
    assert_memory_equal(descent_tensor_data(w),
                        descent_tensor_data(descent_state_find(b, "dense1.w")), 4);
    assert_memory_not_equal(descent_tensor_data(w),
                            descent_tensor_data(descent_state_find(c, "dense1.w")), 4);
    assert_null(descent_state_find(a, "dense1.W"));
    assert_null(descent_state_find(a, NULL));
    assert_null(descent_state_find(NULL, "dense1.w"));
    for (size_t i = 0; i < descent_state_count(a); i++)
        assert_ptr_equal(descent_state_tensor(a, i),
                         descent_state_find(a, descent_state_name(a, i)));
    assert_null(descent_state_name(a, descent_state_count(a)));
    assert_null(descent_state_tensor(a, descent_state_count(a)));
    assert_int_equal(descent_state_count(NULL), 0);
    descent_state_destroy(a);
    descent_state_destroy(b);
    descent_state_destroy(c);
    descent_state_destroy(NULL);
}

static void test_files(void **state)
{
    descent_state *a, *b;
    descent_model *other = parse("other.dsc", "model line(x: f32[N, 2]) -> f32[N, 1] {\n"
                                              "  x -> dense(1)\n}\n");
    descent_program *p;
    (void)state;
    OK(descent_state_create(program, 1, &a, diagnostics));
    OK(descent_state_save(a, weights_file, DESCENT_SAVE_WEIGHTS, diagnostics));
    OK(descent_state_open(context, weights_file, &b, diagnostics));
    assert_int_equal(descent_state_count(b), 2);
    descent_state_destroy(b);
    OK(descent_state_create(program, 2, &b, diagnostics));
    OK(descent_state_load(b, weights_file, diagnostics));
    assert_memory_equal(descent_tensor_data(descent_state_find(a, "dense1.w")),
                        descent_tensor_data(descent_state_find(b, "dense1.w")), 4);
    descent_state_destroy(b);
    OK(descent_program_compile(other, NULL, &p, diagnostics));
    OK(descent_state_create(p, 2, &b, diagnostics));
    FAILS(DESCENT_BAD_SHAPE, "'dense1.w' is f32[1,1], the state has f32[2,1]",
          descent_state_load(b, weights_file, diagnostics));
    descent_state_destroy(b);
    OK(descent_state_open(context, weights_file, &b, diagnostics));
    OK(descent_state_save(a, weights_file, DESCENT_SAVE_ALL, diagnostics));
    FAILS(DESCENT_BAD_INPUT, "is not the state's",
          descent_state_load(b, weights_file, diagnostics));
    descent_state_destroy(b);
    descent_program_destroy(p);
    descent_model_destroy(other);
    FAILS(DESCENT_IO, "nowhere", descent_state_save(a, "nowhere/a", 0, diagnostics));
    FAILS(DESCENT_IO, "nowhere", descent_state_load(a, "nowhere/a", diagnostics));
    FAILS(DESCENT_IO, "nowhere",
          descent_state_open(context, "nowhere/a", &b, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'what'",
          descent_state_save(a, weights_file, (descent_save)2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'path'", descent_state_save(a, NULL, 0, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'s'", descent_state_save(NULL, "a", 0, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'s'", descent_state_load(NULL, "a", diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'p'", descent_state_create(NULL, 0, &b, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'out'",
          descent_state_create(program, 0, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'c'", descent_state_open(NULL, "a", &b, diagnostics));
    assert_null(b);
    descent_state_destroy(a);
}

/* ----------------------------------------------------------------------------- steps */

static double steps(descent_trainer *t, descent_tensor **in, int count)
{
    descent_score s = DESCENT_INIT(descent_score);
    for (int i = 0; i < count; i++)
        OK(descent_trainer_step(t, in, 2, &s, diagnostics));
    return s.loss;
}

static void test_steps(void **state)
{
    descent_state *s;
    descent_trainer *t;
    descent_score score = DESCENT_INIT(descent_score);
    float out[ROWS], few[3];
    (void)state;
    make_data();
    descent_tensor *in[] = {FLOATS(x, ROWS, 1), FLOATS(y, ROWS, 1)};
    descent_tensor *less[] = {FLOATS(x, 3, 1), FLOATS(y, 3, 1)};
    descent_tensor *answer[] = {FLOATS(out, ROWS, 1)},
                   *short_answer[] = {FLOATS(few, 3, 1)};
    OK(descent_state_create(program, 1, &s, diagnostics));
    OK(descent_trainer_create(program, s, &t, diagnostics));
    assert_string_equal(descent_trainer_metric(t, 0), "mae");
    assert_null(descent_trainer_metric(t, 1));
    assert_null(descent_trainer_metric(NULL, 0));
    OK(descent_trainer_evaluate(t, in, 2, &score, diagnostics));
    assert_true(score.loss > 0.1 && score.metric_count == 1);
    assert_true(steps(t, in, 300) < 1e-4);
    steps(t, less, 2); /* a smaller batch is a program of its own */
    OK(descent_trainer_evaluate(t, in, 2, &score, diagnostics));
    assert_true(score.loss < 1e-3 && score.metrics[0] < 0.05);
    OK(descent_trainer_predict(t, in, 1, answer, 1, diagnostics));
    assert_true(fabs(out[8] - 2) < 0.05);
    OK(descent_trainer_predict(t, less, 1, short_answer, 1, diagnostics));
    assert_true(few[2] == out[2]);
    descent_trainer_destroy(t);
    descent_state_destroy(s);
    for (int i = 0; i < 2; i++) {
        descent_tensor_destroy(in[i]);
        descent_tensor_destroy(less[i]);
    }
    descent_tensor_destroy(answer[0]);
    descent_tensor_destroy(short_answer[0]);
}

static void test_wrong_steps(void **state)
{
    descent_state *s;
    descent_trainer *t, *none;
    descent_score unset = {0}, score = DESCENT_INIT(descent_score);
    (void)state;
    make_data();
    descent_tensor *in[] = {FLOATS(x, ROWS, 1), FLOATS(y, ROWS, 1), NULL};
    descent_tensor *flat[] = {FLOATS(x, ROWS), in[1]}, *gone[] = {in[0], NULL};
    OK(descent_state_create(program, 1, &s, diagnostics));
    OK(descent_trainer_create(program, s, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'y' of @train_step is missing",
          descent_trainer_step(t, in, 1, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "@train_step takes 2",
          descent_trainer_step(t, in, 3, NULL, diagnostics));
    FAILS(DESCENT_BAD_SHAPE, "'x' of @train_step is f32[16,1], the tensor is f32[16]",
          descent_trainer_step(t, flat, 2, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'y' of @train_step is NULL",
          descent_trainer_step(t, gone, 2, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'inputs'",
          descent_trainer_step(t, NULL, 2, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "struct_size",
          descent_trainer_step(t, in, 2, &unset, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'out'",
          descent_trainer_evaluate(t, in, 2, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "outputs given",
          descent_trainer_predict(t, in, 1, in, 2, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "share memory",
          descent_trainer_predict(t, in, 1, in, 1, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'t'",
          descent_trainer_step(NULL, in, 2, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'t'",
          descent_trainer_evaluate(NULL, in, 2, &score, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'t'",
          descent_trainer_predict(NULL, in, 1, in, 1, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'s'",
          descent_trainer_create(program, NULL, &none, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'p'",
          descent_trainer_create(NULL, s, &none, diagnostics));
    y[0] = INFINITY;
    FAILS(DESCENT_NOT_FINITE, "infinite",
          descent_trainer_step(t, in, 2, &score, diagnostics));
    descent_trainer_destroy(t);
    descent_trainer_destroy(NULL);
    descent_state_destroy(s);
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(in[1]);
    descent_tensor_destroy(flat[0]);
}

/* Saved as a whole, training goes on bit for bit. */
/* Weights without what training keeps are there to be evaluated and predicted with. */
static void check_weights_only(descent_trainer *whole, descent_state *weights,
                               descent_tensor **in)
{
    descent_trainer *t;
    descent_score a = DESCENT_INIT(descent_score), b = DESCENT_INIT(descent_score);
    float out[ROWS];
    descent_tensor *answer = FLOATS(out, ROWS, 1);
    OK(descent_trainer_create(program, weights, &t, diagnostics));
    assert_string_equal(descent_trainer_metric(t, 0), "mae");
    OK(descent_trainer_evaluate(whole, in, 2, &a, diagnostics));
    OK(descent_trainer_evaluate(t, in, 2, &b, diagnostics));
    assert_true(a.loss == b.loss && a.metrics[0] == b.metrics[0]);
    OK(descent_trainer_predict(t, in, 1, &answer, 1, diagnostics));
    FAILS(DESCENT_BAD_INPUT, "the state has weights only",
          descent_trainer_step(t, in, 2, NULL, diagnostics));
    descent_trainer_destroy(t);
    descent_tensor_destroy(answer);
}

/* Weights of another model: told when the trainer is made. */
static void test_other_weights(void **state)
{
    descent_state *s;
    descent_trainer *t;
    descent_model *wide = parse("w.dsc", "model line(x: f32[N, 2]) -> f32[N, 1] {\n"
                                         "  x -> dense(1)\n}\n");
    descent_model *other = parse("o.dsc", "model line(x: f32[N, 1]) -> f32[N, 1] {\n"
                                          "  x -> dense(1, name = \"last\")\n}\n");
    static const char *const says[] = {"'dense1.w' of @train_step is f32[1,1]",
                                       "takes 'dense1.w', which the state lacks"};
    descent_model *models[] = {wide, other};
    (void)state;
    for (int i = 0; i < 2; i++) {
        descent_program *p;
        OK(descent_program_compile(models[i], NULL, &p, diagnostics));
        OK(descent_state_create(p, 1, &s, diagnostics));
        OK(descent_state_save(s, weights_file, DESCENT_SAVE_WEIGHTS, diagnostics));
        descent_state_destroy(s);
        OK(descent_state_open(context, weights_file, &s, diagnostics));
        FAILS(i ? DESCENT_BAD_INPUT : DESCENT_BAD_SHAPE, says[i],
              descent_trainer_create(program, s, &t, diagnostics));
        descent_state_destroy(s);
        descent_program_destroy(p);
        descent_model_destroy(models[i]);
    }
}

static void test_resume(void **state)
{
    descent_state *a, *b;
    descent_trainer *t, *u;
    (void)state;
    make_data();
    descent_tensor *in[] = {FLOATS(x, ROWS, 1), FLOATS(y, ROWS, 1)};
    OK(descent_state_create(program, 1, &a, diagnostics));
    OK(descent_trainer_create(program, a, &t, diagnostics));
    steps(t, in, 3);
    OK(descent_state_save(a, weights_file, DESCENT_SAVE_ALL, diagnostics));
    OK(descent_state_open(context, weights_file, &b, diagnostics));
    OK(descent_trainer_create(program, b, &u, diagnostics));
    assert_true(steps(t, in, 3) == steps(u, in, 3));
    for (size_t i = 0; i < descent_state_count(a); i++) {
        descent_tensor *v = descent_state_tensor(a, i);
        descent_tensor *w = descent_state_find(b, descent_state_name(a, i));
        assert_memory_equal(descent_tensor_data(v), descent_tensor_data(w),
                            descent_tensor_bytes(v));
    }
    OK(descent_state_save(b, weights_file, DESCENT_SAVE_WEIGHTS, diagnostics));
    descent_trainer_destroy(u);
    descent_state_destroy(b);
    OK(descent_state_open(context, weights_file, &b, diagnostics));
    assert_int_equal(descent_state_count(b), 2);
    check_weights_only(t, b, in);
    descent_state_destroy(b);
    descent_trainer_destroy(t);
    descent_state_destroy(a);
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(in[1]);
}

/* --------------------------------------------------------------------------- the loop */

typedef struct Seen {
    int batches, steps, epochs, stop_at;
    double last, mae[40];
    bool test;
} Seen;

static bool see_batch(void *user, int64_t step, descent_tensor *const *inputs,
                      size_t count)
{
    Seen *s = user;
    assert_int_equal(step, s->batches);
    assert_int_equal(count, 2);
    assert_int_equal(descent_tensor_dims(inputs[0])[1], 1);
    s->batches++;
    return true;
}

static bool see_step(void *user, const descent_progress *p)
{
    Seen *s = user;
    s->steps++;
    assert_int_equal(p->step, s->steps);
    return s->steps != s->stop_at;
}

static bool see_epoch(void *user, const descent_progress *p)
{
    Seen *s = user;
    s->epochs++;
    assert_int_equal(p->epoch, s->epochs);
    assert_int_equal(p->metric_count, 1);
    assert_string_equal(p->metrics[0], "mae");
    s->test = p->has_test;
    s->last = p->loss;
    s->mae[s->epochs - 1] = p->test[0];
    return true;
}

static void test_loop(void **state)
{
    Seen seen = {0};
    descent_state *s;
    descent_train_report r = DESCENT_INIT(descent_train_report);
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    o.on_batch = see_batch;
    o.on_step = see_step;
    o.on_epoch = see_epoch;
    o.user = &seen;
    OK(descent_train(model, &o, &s, &r, diagnostics));
    assert_int_equal(r.epochs, 40);
    assert_int_equal(r.steps, 120);
    assert_int_equal(seen.steps, 120);
    assert_int_equal(seen.batches, 120);
    assert_int_equal(seen.epochs, 40);
    assert_true(seen.test && r.test_loss < 0.1 && r.best_epoch > 0 && !r.stopped);
    assert_true(seen.last == r.loss);
    assert_int_equal(r.metric_count, 1);
    assert_true(r.metrics[0] == seen.mae[r.best_epoch - 1]);
    assert_int_equal(descent_state_count(s), 2);
    descent_state_destroy(s);
}

static void test_loop_stopped(void **state)
{
    Seen seen = {.stop_at = 5};
    descent_state *s;
    descent_train_report r = DESCENT_INIT(descent_train_report);
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    o.on_step = see_step;
    o.user = &seen;
    assert_int_equal(descent_train(model, &o, &s, &r, diagnostics), DESCENT_STOPPED);
    assert_int_equal(descent_diagnostics_count(diagnostics), 0);
    assert_int_equal(r.steps, 5);
    assert_true(r.stopped);
    descent_state_destroy(s);
}

/* Stopped and gone on from its checkpoint, the loop ends with the same bits. */
static void test_loop_resumed(void **state)
{
    Seen seen = {.stop_at = 50};
    descent_state *whole, *parts;
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    OK(descent_train(model, NULL, &whole, NULL, diagnostics));
    o.checkpoint = "lib-test.checkpoint";
    o.on_step = see_step;
    o.user = &seen;
    assert_int_equal(descent_train(model, &o, NULL, NULL, diagnostics), DESCENT_STOPPED);
    o.on_step = NULL;
    o.resume = true;
    OK(descent_train(model, &o, &parts, NULL, diagnostics));
    assert_memory_equal(descent_tensor_data(descent_state_find(whole, "dense1.w")),
                        descent_tensor_data(descent_state_find(parts, "dense1.w")), 4);
    descent_state_destroy(whole);
    descent_state_destroy(parts);
    unlink(o.checkpoint);
}

static void test_loop_columns(void **state)
{
    descent_state *s;
    uint64_t seed = 3;
    descent_train_report r = DESCENT_INIT(descent_train_report);
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    make_data();
    descent_tensor *a = FLOATS(x, ROWS, 1), *b = FLOATS(y, ROWS, 1);
    descent_column columns[] = {{"x", a, false}, {"y", b, true}};
    o.columns = columns;
    o.column_count = 2;
    o.seed = &seed;
    o.epochs = 300;
    o.out = weights_file;
    OK(descent_train(model, &o, &s, &r, diagnostics));
    assert_true(r.loss < 1e-3 && r.steps == 300);
    assert_true(r.metric_count == 1 && r.metrics[0] > 0 && r.metrics[0] < 0.1);
    descent_state_destroy(s);
    OK(descent_state_open(context, weights_file, &s, diagnostics));
    assert_true(
        fabs(*(float *)descent_tensor_data(descent_state_find(s, "dense1.w")) - 2) < 0.2);
    descent_state_destroy(s);
    columns[1].name = "z";
    FAILS(DESCENT_BAD_INPUT, "y", descent_train(model, &o, &s, &r, diagnostics));
    assert_null(s);
    columns[1].name = NULL;
    FAILS(DESCENT_BAD_ARGUMENT, "name", descent_train(model, &o, &s, &r, diagnostics));
    columns[1] = (descent_column){"y", NULL, true};
    FAILS(DESCENT_BAD_ARGUMENT, "values", descent_train(model, &o, &s, &r, diagnostics));
    o.column_count = 0;
    FAILS(DESCENT_BAD_ARGUMENT, "column_count",
          descent_train(model, &o, &s, &r, diagnostics));
    descent_tensor_destroy(a);
    descent_tensor_destroy(b);
}

/* The last rows are tested on: of these alone y is another function of x. */
static void test_loop_test_last(void **state)
{
    enum { LAST = 4 };
    descent_train_report r = DESCENT_INIT(descent_train_report);
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    make_data();
    for (int i = ROWS - LAST; i < ROWS; i++)
        y[i] += 100;
    descent_column columns[] = {{"x", FLOATS(x, ROWS, 1), false},
                                {"y", FLOATS(y, ROWS, 1), true}};
    o.columns = columns;
    o.column_count = 2;
    o.epochs = 300;
    o.test = LAST;
    o.test_last = true;
    OK(descent_train(model, &o, NULL, &r, diagnostics));
    assert_true(r.loss < 1e-2 && r.test_loss > 9000);
    o.test_last = false;
    OK(descent_train(model, &o, NULL, &r, diagnostics));
    assert_true(r.loss > 1);
    descent_tensor_destroy(columns[0].values);
    descent_tensor_destroy(columns[1].values);
}

/* A label without a class is an error in steps, too; a negative one has none of them. */
static void test_labels(void **state)
{
    descent_model *m = parse("k.dsc", "model net(x: f32[N, 2]) -> f32[N, 3] {\n"
                                      "  x -> dense(3)\n"
                                      "}\n"
                                      "train net(x, y: i32[N]) {\n"
                                      "  loss      = cross_entropy(net(x), y)\n"
                                      "  optimizer = sgd(lr = 0.3)\n"
                                      "  batch = 4\n"
                                      "}\n");
    descent_program *p;
    descent_state *s;
    descent_trainer *t;
    float images[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    int32_t labels[4] = {0, 2, 3, -1};
    (void)state;
    descent_tensor *in[] = {FLOATS(images, 4, 2), NULL};
    OK(descent_tensor_view(context, DESCENT_I32, DESCENT_SHAPE(4), labels, sizeof labels,
                           &in[1], diagnostics));
    OK(descent_program_compile(m, NULL, &p, diagnostics));
    OK(descent_state_create(p, 0, &s, diagnostics));
    OK(descent_trainer_create(p, s, &t, diagnostics));
    FAILS(DESCENT_BAD_INPUT,
          "'y', element 2: the value is 3, but the model knows those from 0 to 2 only",
          descent_trainer_step(t, in, 2, NULL, diagnostics));
    labels[2] = 1;
    OK(descent_trainer_step(t, in, 2, NULL, diagnostics));
    descent_trainer_destroy(t);
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(in[1]);
}

/* What was done to the data that trained the weights stays with them, also in files. */
static void test_prepare(void **state)
{
    descent_state *s, *again;
    descent_train_options o = DESCENT_INIT(descent_train_options);
    int32_t raw[2] = {8, -8};
    float ready[2], once[2];
    double mean = 0, squares = 0;
    (void)state;
    make_data();
    for (int i = 0; i < ROWS; i++) {
        x[i] = 10 * x[i];
        mean += x[i] / ROWS;
        squares += x[i] * x[i] / ROWS;
    }
    descent_column columns[] = {{"x", FLOATS(x, ROWS, 1), false},
                                {"y", FLOATS(y, ROWS, 1), true}};
    descent_tensor *in = NULL, *out = FLOATS(ready, 2, 1), *three = FLOATS(x, 3, 1);
    OK(descent_tensor_view(context, DESCENT_I32, DESCENT_SHAPE(2), raw, sizeof raw, &in,
                           diagnostics));
    o.columns = columns;
    o.column_count = 2;
    o.standardize = true;
    o.epochs = 1;
    OK(descent_train(model, &o, &s, NULL, diagnostics));
    OK(descent_state_prepare(s, "x", in, out, diagnostics));
    for (int i = 0; i < 2; i++)
        assert_true(fabs(ready[i] - (raw[i] - mean) / sqrt(squares - mean * mean)) < 1e-5);
    memcpy(once, ready, sizeof once);
    for (int i = 0; i < 2; i++) { /* a file that was read says what it said */
        OK(descent_state_save(s, weights_file, i ? DESCENT_SAVE_ALL : DESCENT_SAVE_WEIGHTS,
                              diagnostics));
        OK(descent_state_open(context, weights_file, &again, diagnostics));
        descent_state_destroy(s);
        s = again;
        memset(ready, 0, sizeof ready);
        OK(descent_state_prepare(s, "x", in, out, diagnostics));
        assert_memory_equal(ready, once, sizeof once);
    }
    FAILS(DESCENT_BAD_SHAPE, "'raw' is i32[2], its rows do not fit those of 'to', f32[3,1]",
          descent_state_prepare(s, "x", in, three, diagnostics));
    FAILS(DESCENT_BAD_INPUT, "the model takes i32, the value is",
          descent_state_prepare(s, "x", out, in, diagnostics));
    assert_int_equal(raw[0], 8);
    FAILS(DESCENT_BAD_ARGUMENT, "'input'",
          descent_state_prepare(s, NULL, in, out, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'s'",
          descent_state_prepare(NULL, "x", in, out, diagnostics));
    descent_state_destroy(s);

    OK(descent_state_create(program, 0, &s, diagnostics));
    OK(descent_state_prepare(s, "x", in, out, diagnostics));
    assert_true(ready[0] == 8 && ready[1] == -8);
    OK(descent_state_load(s, weights_file, diagnostics));
    OK(descent_state_prepare(s, "x", in, out, diagnostics));
    assert_memory_equal(ready, once, sizeof once);
    descent_state_destroy(s);
    for (int i = 0; i < 2; i++)
        descent_tensor_destroy(columns[i].values);
    descent_tensor_destroy(in);
    descent_tensor_destroy(out);
    descent_tensor_destroy(three);
}

static void check_word(const descent_state *s, size_t number, const char *want)
{
    char *word;
    OK(descent_state_word(s, "y", 0, number, &word, diagnostics));
    assert_string_equal(word, want);
    descent_text_free(word);
}

/* The words of a target stay with the weights, also in files. */
static void test_words(void **state)
{
    static const char table[] = "a,kind\n1,rose\n2,lily\n3,rose\n4,aster\n";
    static const char text[] = "data d = csv(\"words.csv\", y = target(\"kind\"),"
                               " x = columns(\"a\"))\n"
                               "model m(x: f32[N]) -> f32[N, 3] {\n"
                               "  reshape(x, [N, 1]) -> dense(3)\n}\n"
                               "train m on d(x, y) {\n"
                               "  loss = cross_entropy(m(x), y)\n"
                               "  optimizer = sgd(0.1)  batch = 4  epochs = 1\n}\n";
    descent_train_options o = DESCENT_INIT(descent_train_options);
    descent_state *s, *again;
    char *word;
    (void)state;
    FILE *f = fopen("words.csv", "w");
    assert_non_null(f);
    fputs(table, f);
    fclose(f);
    descent_model *m = parse("w.dsc", text);
    o.out = weights_file;
    OK(descent_train(m, &o, &s, NULL, diagnostics));
    check_word(s, 0, "aster");
    check_word(s, 2, "rose");
    OK(descent_state_open(context, weights_file, &again, diagnostics));
    check_word(again, 1, "lily");
    FAILS(DESCENT_BAD_ARGUMENT, "'y': no word is known for number 3 of column 0",
          descent_state_word(s, "y", 0, 3, &word, diagnostics));
    assert_null(word);
    FAILS(DESCENT_BAD_ARGUMENT, "column 1",
          descent_state_word(s, "y", 1, 0, &word, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'x'",
          descent_state_word(s, "x", 0, 0, &word, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'z'",
          descent_state_word(s, "z", 0, 0, &word, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'word'",
          descent_state_word(s, "y", 0, 0, NULL, diagnostics));
    descent_state_destroy(s);
    descent_state_destroy(again);
    descent_model_destroy(m);
    unlink("words.csv");
}

/* A train block without data takes columns, and without them says what is missing. */
static void test_no_data(void **state)
{
    descent_model *m = parse("n.dsc", "model line(x: f32[N, 1]) -> f32[N, 1] {\n"
                                      "  x -> dense(1)\n"
                                      "}\n"
                                      "train line(x, y: f32[N, 1]) {\n"
                                      "  loss      = mse(line(x), y)\n"
                                      "  optimizer = sgd(lr = 0.3)\n"
                                      "  batch = 4  epochs = 3\n"
                                      "}\n");
    descent_train_report r = DESCENT_INIT(descent_train_report);
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    make_data();
    descent_column columns[] = {{"x", FLOATS(x, ROWS, 1), false},
                                {"y", FLOATS(y, ROWS, 1), true}};
    FAILS(DESCENT_BAD_INPUT, "n.dsc:4:7: error: this train block names no data",
          descent_train(m, NULL, NULL, NULL, diagnostics));
    o.columns = columns;
    o.column_count = 2;
    OK(descent_train(m, &o, NULL, &r, diagnostics));
    assert_int_equal(r.steps, 12);
    descent_tensor_destroy(columns[0].values);
    descent_tensor_destroy(columns[1].values);
    descent_model_destroy(m);
}

/* An epoch, and another from these weights: by the loop, from memory and from a file, and
 * step by step. */
static void test_further(void **state)
{
    descent_state *first, *second, *same, *whole;
    descent_trainer *t;
    descent_score score = DESCENT_INIT(descent_score);
    descent_train_report a = DESCENT_INIT(descent_train_report), b = a;
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    make_data();
    descent_tensor *in[] = {FLOATS(x, ROWS, 1), FLOATS(y, ROWS, 1)};
    o.epochs = 1;
    OK(descent_train(model, &o, &first, NULL, diagnostics));
    OK(descent_state_save(first, weights_file, DESCENT_SAVE_WEIGHTS, diagnostics));
    o.start_state = first;
    OK(descent_train(model, &o, &second, &a, diagnostics));
    o.start = weights_file;
    FAILS(DESCENT_BAD_ARGUMENT, "both", descent_train(model, &o, &same, NULL, diagnostics));
    o.start_state = NULL;
    OK(descent_train(model, &o, &same, &b, diagnostics));
    assert_true(a.loss == b.loss);

    OK(descent_state_create(program, 1, &whole, diagnostics));
    OK(descent_state_copy(whole, first, diagnostics));
    OK(descent_state_copy(whole, whole, diagnostics));
    assert_memory_equal(descent_tensor_data(descent_state_find(whole, "dense1.w")),
                        descent_tensor_data(descent_state_find(first, "dense1.w")), 4);
    OK(descent_trainer_create(program, whole, &t, diagnostics));
    OK(descent_trainer_step(t, in, 2, &score, diagnostics));
    FAILS(DESCENT_BAD_INPUT, "is not the state's",
          descent_state_copy(first, whole, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'from'", descent_state_copy(whole, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'s'", descent_state_copy(NULL, whole, diagnostics));
    descent_trainer_destroy(t);
    descent_state_destroy(first);
    descent_state_destroy(second);
    descent_state_destroy(same);
    descent_state_destroy(whole);
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(in[1]);
}

/* Weights of another model to begin with. */
static void test_further_of_another(void **state)
{
    descent_state *s, *other;
    descent_model *wide = parse("w.dsc", "model line(x: f32[N, 2]) -> f32[N, 1] {\n"
                                         "  x -> dense(1)\n}\n");
    descent_program *p;
    descent_train_options o = DESCENT_INIT(descent_train_options);
    descent_compile_options sizes = DESCENT_INIT(descent_compile_options);
    descent_sizes batch = DESCENT_INIT(descent_sizes);
    (void)state;
    batch.batch = 4;
    sizes.sizes = &batch;
    OK(descent_program_compile(wide, &sizes, &p, diagnostics));
    OK(descent_state_create(p, 1, &other, diagnostics));
    o.start_state = other;
    FAILS(DESCENT_BAD_INPUT, "dense1.w",
          descent_train(model, &o, &s, NULL, diagnostics));
    assert_null(s);
    descent_state_destroy(other);
    descent_program_destroy(p);
    descent_model_destroy(wide);
}

static void test_wrong_loop(void **state)
{
    descent_state *s;
    descent_model *plain =
        parse("p.dsc", "model m(x: f32[N, 2]) -> f32[N, 2] {\n  x -> relu\n}\n");
    descent_train_options o = DESCENT_INIT(descent_train_options);
    (void)state;
    FAILS(DESCENT_BAD_INPUT, "no train block",
          descent_train(plain, NULL, &s, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'m'", descent_train(NULL, NULL, &s, NULL, diagnostics));
    o.epochs = -1;
    FAILS(DESCENT_BAD_ARGUMENT, "negative",
          descent_train(model, &o, &s, NULL, diagnostics));
    o.epochs = 1;
    o.start = "nowhere.safetensors";
    FAILS(DESCENT_IO, "nowhere", descent_train(model, &o, &s, NULL, diagnostics));
    o.start = NULL;
    o.out = "nowhere/w.safetensors";
    FAILS(DESCENT_IO, "nowhere", descent_train(model, &o, &s, NULL, diagnostics));
    assert_null(s);
    descent_model_destroy(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state),        cmocka_unit_test(test_files),
        cmocka_unit_test(test_steps),        cmocka_unit_test(test_wrong_steps),
        cmocka_unit_test(test_resume),       cmocka_unit_test(test_loop),
        cmocka_unit_test(test_words),        cmocka_unit_test(test_loop_test_last),
        cmocka_unit_test(test_loop_stopped), cmocka_unit_test(test_loop_columns),
        cmocka_unit_test(test_wrong_loop),   cmocka_unit_test(test_loop_resumed),
        cmocka_unit_test(test_no_data),      cmocka_unit_test(test_other_weights),
        cmocka_unit_test(test_prepare),      cmocka_unit_test(test_labels),
        cmocka_unit_test(test_further),      cmocka_unit_test(test_further_of_another),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
