/* What the graph looks like: signatures, names, sharing, places, and how few ops it
 * takes. */
#include "tests/lang/check.h"

#include <stdio.h>
#include <stdlib.h>

#define FOLDER "tests/lang/Inputs/"

/* sizes: the values of free sizes, ending in one without a name; NULL: none. */
static Parsed lower_file(const char *name, const char *model, size_t train,
                         const LangBinding *sizes)
{
    char path[256];
    size_t count = 0;
    while (sizes && sizes[count].name)
        count++;
    snprintf(path, sizeof path, FOLDER "%s.dsc", name);
    char *text = check_read(path);
    LangOptions o = {.entries = LANG_ALL,
                     .batch = 2,
                     .binding_count = count,
                     .bindings = sizes,
                     .model = model,
                     .train = train};
    Parsed p = check_lower(text, &o);
    free(text);
    return p;
}

static int64_t elements_of_role(IrModule *m, const char *func, const char *role)
{
    IrOp *f = ir_module_func(m, func);
    int64_t sum = 0;
    for (uint32_t i = 0; i < ir_func_block(f)->arg_count; i++)
        if (!strcmp(ir_func_arg_attr(f, i, "descent.role")->name, role))
            sum += ir_elements(ir_func_block(f)->args[i]->type);
    return sum;
}

/* The workloads of the benchmark have the numbers of parameters that others count. */
static void test_parameters(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t parameters;
    } nets[] = {
        {"spam", 5825},          {"mnist_mlp", 669706}, {"mnist_cnn", 1199882},
        {"resnet20", 274042},    {"char_lstm", 946625}, {"gpt_mini", 3225600},
        {"autoencoder", 209968}, {"inception", 97298},
    };
    static const LangBinding length[] = {{"L", 4}, {0}};
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        bool text = !strcmp(nets[i].name, "char_lstm");
        Parsed p = lower_file(nets[i].name, NULL, 0, text ? length : NULL);
        assert_int_equal(elements_of_role(p.m, "train_step", "param") +
                             elements_of_role(p.m, "train_step", "state"),
                         nets[i].parameters);
        check_close(&p);
    }
}

static void test_signature(void **state)
{
    (void)state;
    Parsed p = lower_file("spam", NULL, 0, NULL);
    IrOp *f = ir_module_func(p.m, "train_step");
    assert_int_equal(ir_func_block(f)->arg_count, 6 + 12 + 2 + 2);
    assert_int_equal(ir_func_type(f)->result_count, 6 + 12 + 2 + 2);
    uint32_t w = check_arg(p.m, "train_step", "dense2.w");
    assert_int_equal(w, 2);
    assert_int_equal(ir_func_arg_attr(f, w, "tf.aliasing_output")->number,
                     check_result(p.m, "train_step", "dense2.w"));
    assert_string_equal(ir_func_result_attr(f, 21, "descent.role")->name, "metric");
    assert_int_equal(check_arg(p.m, "train_step", "dense1.w.m"), 6);
    assert_int_equal(check_result(p.m, "init", "dense1.w.m"), 6);
    assert_int_equal(check_arg(p.m, "predict", "x"), 6);
    assert_null(
        ir_func_arg_attr(ir_module_func(p.m, "predict"), 0, "tf.aliasing_output"));
    assert_int_equal(check_result(p.m, "eval_step", "accuracy"), 1);
    check_close(&p);
}

/* A model called for the loss and for a metric runs once; biases are broadcast once
 * each. */
static void test_lean(void **state)
{
    (void)state;
    Parsed p = lower_file("spam", NULL, 0, NULL);
    assert_int_equal(check_count(p.m, "eval_step", OP_dot_general), 3);
    assert_int_equal(check_count(p.m, "eval_step", OP_broadcast_in_dim), 3);
    assert_int_equal(check_count(p.m, "eval_step", OP_reshape), 1);
    assert_int_equal(check_count(p.m, "predict", OP_constant), 4);
    assert_int_equal(check_count(p.m, "train_step", OP_custom_call), 1);
    check_close(&p);
}

static void test_sharing(void **state)
{
    (void)state;
    Parsed p = check_lower(
        "model m(x: f32[N, 4]) -> f32[N, 4] {\n"
        "  let a = dense(4)\n"
        "  let pair = [dense(4), dense(4)]\n"
        "  let y = x -> a -> a -> dense(4) -> dense(4)\n"
        "  for f in pair { y = f(f(y)) }\n"
        "  for i in 0..2 { let inner = dense(4, bias = false)  y = inner(y) }\n"
        "  dense(y, 4, name = \"last\")\n"
        "}\n",
        NULL);
    static const char *const names[] = {
        "a.w",      "a.b",       "dense1.w", "dense1.b", "dense2.w",
        "dense2.b", "dense3.w",  "dense3.b", "dense4.w", "dense4.b",
        "inner.w",  "inner_2.w", "last.w",   "last.b",
    };
    size_t count = sizeof names / sizeof *names;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(check_arg(p.m, "predict", names[i]), i);
    assert_int_equal(ir_func_block(ir_module_func(p.m, "predict"))->arg_count, count + 1);
    assert_int_equal(check_count(p.m, "predict", OP_dot_general), 2 + 2 + 4 + 2 + 1);
    check_close(&p);
}

static void test_features(void **state)
{
    (void)state;
    static const LangBinding wide[] = {{"A", 2}, {"B", 3}, {0}}, h[] = {{"H", 4}, {0}};
    Parsed p = lower_file("features", NULL, 0, wide);
    check_arg(p.m, "train_step", "out.w");
    check_arg(p.m, "train_step", "dense1.w.velocity");
    assert_int_equal(check_count(p.m, "train_step", OP_custom_call), 2);
    assert_int_equal(check_count(p.m, "train_step", OP_rng_bit_generator), 1);
    assert_int_equal(check_count(p.m, "predict", OP_rng_bit_generator), 0);
    check_result(p.m, "train_step", "slope");
    check_close(&p);
    p = lower_file("features", "sharing", 0, h);
    assert_null(ir_module_func(p.m, "train_step"));
    assert_int_equal(check_count(p.m, "predict", OP_dot_general), 2);
    assert_int_equal(ir_func_type(ir_module_func(p.m, "predict"))->result_count, 2);
    check_close(&p);
    p = lower_file("features", NULL, 1, NULL);
    check_result(p.m, "data.wave", "y");
    check_close(&p);
}

/* Ops come from the user's line first, through the calls into the library. */
static void test_places(void **state)
{
    (void)state;
    Parsed p = check_lower("model m(x: f32[N, 4]) -> f32[N, 3] {\n"
                           "  let h = relu(x)\n"
                           "  h -> dense(3)\n"
                           "}\n",
                           NULL);
    IrBlock *block = ir_func_block(ir_module_func(p.m, "predict"));
    for (IrOp *op = block->first; op; op = op->next) {
        Place at = ir_loc_place(op->loc);
        if (op->kind == OP_dot_general) {
            assert_string_equal(at.file, "test.dsc");
            assert_int_equal(at.line, 3);
            assert_int_equal(op->loc->kind, IR_LOC_CALL);
            assert_string_equal(op->loc->child->file, "std/layer.dsc");
        }
        if (op->kind == OP_maximum)
            assert_int_equal(at.line, 2);
    }
    check_close(&p);
}

/* Only what was asked for, and the same each time. */
static void test_entries(void **state)
{
    (void)state;
    char *text = check_read(FOLDER "spam.dsc");
    LangOptions o = {.entries = LANG_INIT};
    Text first = {0}, second = {0};
    Parsed p = check_lower(text, &o), q = check_lower(text, &o);
    assert_null(ir_module_func(p.m, "train_step"));
    ir_print(p.m, (IrPrintOptions){0}, &first);
    ir_print(q.m, (IrPrintOptions){0}, &second);
    assert_string_equal(first.bytes, second.bytes);
    text_free(&first);
    text_free(&second);
    check_close(&p);
    check_close(&q);
    free(text);
}

/* Lowering with these sizes fails with this message. */
static void check_sizes_fail(size_t count, const LangBinding *sizes, const char *message)
{
    Parsed p = check_parse("t.dsc", "data d = csv(\"d.csv\")\n"
                              "model m(x: f32[N, 2 * Long]) { sum(x, 1) }\n");
    LangOptions o = {
        .entries = LANG_PREDICT, .bindings = sizes, .binding_count = count};
    assert_int_equal(diag_errors(p.d), 0);
    p.c = ir_context_open();
    assert_null(lang_lower(p.p, p.c, &o, p.d));
    assert_string_equal(diag_get(p.d, 0)->message, message);
    check_close(&p);
}

static void test_free_sizes(void **state)
{
    (void)state;
    check_sizes_fail(0, NULL, "size Long of model `m` is free: give it a value (--size "
                              "Long=3; in C descent_sizes)");
    check_sizes_fail(2, (LangBinding[]){{"Long", 3}, {"Lang", 3}},
                     "model `m` has no free size `Lang`; did you mean `Long`?");
    check_sizes_fail(2, (LangBinding[]){{"Long", 3}, {"x", 3}},
                     "model `m` has no free size `x` (there is: N, Long)");
    check_sizes_fail(2, (LangBinding[]){{"Long", 3}, {"Long", 4}},
                     "size Long of model `m` is given twice");
    check_sizes_fail(1, (LangBinding[]){{"Long", -1}},
                     "size Long of model `m` cannot be -1");
}

/* A train block's inputs may have sizes that the model's have not. */
static void test_train_sizes(void **state)
{
    (void)state;
    Parsed p = check_parse(
        "t.dsc", "data d = csv(\"d.csv\")\n"
                 "model m(x: f32[N, 3]) -> f32[N] { x -> dense(1) -> squeeze }\n"
                 "train m on d(x, y: f32[N, K]) {\n"
                 "  loss = mse(m(x), sum(y, 1) / K) / N  optimizer = sgd()\n"
                 "}\n");
    LangBinding sizes[] = {{"N", 4}, {"K", 7}};
    LangOptions o = {.entries = LANG_ALL, .bindings = sizes, .binding_count = 2};
    assert_int_equal(diag_errors(p.d), 0);
    p.c = ir_context_open();
    p.m = lang_lower(p.p, p.c, &o, p.d);
    assert_non_null(p.m);
    uint32_t y = check_arg(p.m, "train_step", "y");
    IrType type = ir_func_type(ir_module_func(p.m, "train_step"))->inputs[y];
    assert_int_equal(type->dims[1], 7);
    check_close(&p);
}

/* Without data nobody knows the steps of an epoch: a schedule that asks for them gets a
 * warning. */
static void test_steps(void **state)
{
    (void)state;
    static const char text[] =
        "data d = csv(\"d.csv\")\n"
        "model m(x: f32[N]) -> f32[N] { param p: f32[] = 2\n p * x }\n"
        "train m on d(x) { loss = sum(m(x))  optimizer = sgd(cosine(0.1)) }\n";
    LangOptions o = {.entries = LANG_ALL};
    Parsed p = check_lower(text, &o);
    assert_int_equal(diag_count(p.d), 1);
    assert_int_equal(diag_get(p.d, 0)->kind, DIAG_WARNING);
    check_close(&p);
    o.steps_per_epoch = 7;
    p = check_lower(text, &o);
    assert_int_equal(diag_count(p.d), 0);
    check_close(&p);
    o = (LangOptions){.entries = LANG_PREDICT};
    p = check_lower(text, &o);
    assert_int_equal(diag_count(p.d), 0);
    check_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters), cmocka_unit_test(test_signature),
        cmocka_unit_test(test_lean),       cmocka_unit_test(test_sharing),
        cmocka_unit_test(test_features),   cmocka_unit_test(test_places),
        cmocka_unit_test(test_entries),    cmocka_unit_test(test_free_sizes),
        cmocka_unit_test(test_train_sizes), cmocka_unit_test(test_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
