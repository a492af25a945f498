#include "check.h"
#include "fake.h"

#include "runtime/bind.h"

static void test_init_and_call(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors table;
    RtRows rows;
    fake_reset();
    assert_int_equal(rt_state_init(fake_entry(NULL, "init", 0, d), 5, NULL, &table, d),
                     RT_OK);
    assert_int_equal(table.count, 5);
    assert_int_equal(((uint64_t *)rt_tensors_find(&table, "rng")->data)[0], 5);
    fake_rows(&rows, 8, 1, d);
    for (int copies = 0; copies < 2; copies++) {
        RtBinding b;
        float arena[64];
        fake.copies = copies;
        assert_int_equal(rt_bind(fake_entry(NULL, "train_step", 8, d), &table, &b, d),
                         RT_OK);
        assert_int_equal(rt_binding_inputs(&b), 2);
        rt_binding_input(&b, 0, rows.inputs[0].data);
        rt_binding_input(&b, 1, rows.inputs[1].data);
        bool in_place = rt_binding_result(&b, 0) == rt_tensors_find(&table, "w")->data;
        assert_int_equal(in_place, !copies);
        rt_binding_call(&b, arena, NULL, NULL);
        assert_int_equal(*(int64_t *)rt_tensors_find(&table, "step")->data, copies + 1);
        assert_true(*(float *)rt_binding_result(&b, 5) > 0);
        rt_binding_free(&b);
    }
    check_no_errors(d);
    rt_rows_free(&rows);
    rt_tensors_free(&table);
    diag_close(d);
}

static void test_state_that_does_not_fit(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors table = {0};
    RtTensor t;
    RtBinding b;
    rt_tensor_create("w", DTYPE_f32, 1, (int64_t[]){9}, &t, d);
    rt_tensors_add(&table, &t, d);
    fake_reset();
    const RtEntry *e = fake_entry(NULL, "eval_step", 8, d);
    assert_int_equal(rt_bind(e, &table, &b, d), RT_BAD_INPUT);
    check_says(d, "'w' is f32[9], the model has f32[4]");
    check_says(d, "@eval_step takes 'mean', which the model's state lacks");
    rt_tensors_free(&table);
    diag_close(d);
}

static void add(RtTensors *list, const char *name, int64_t size, DiagList *d)
{
    RtTensor t;
    rt_tensor_create(name, DTYPE_f32, size ? 1 : 0, &size, &t, d);
    ((float *)t.data)[0] = 42;
    rt_tensors_add(list, &t, d);
}

static void test_load(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors good = {0}, bad = {0}, out = {0};
    fake_reset();
    const RtEntry *e = fake_entry(NULL, "eval_step", 8, d);
    add(&good, "w", 4, d);
    add(&good, "mean", 0, d);
    assert_int_equal(rt_state_load(e, "w.st", &good, true, &out, d), RT_OK);
    assert_int_equal(out.count, 2);
    assert_true(((float *)rt_tensors_find(&out, "w")->data)[0] == 42);
    ((float *)good.items[0].data)[0] = 43;
    add(&good, "more", 1, d);
    assert_int_equal(rt_state_load(e, "w.st", &good, false, &out, d), RT_OK);
    assert_true(((float *)rt_tensors_find(&out, "w")->data)[0] == 43);
    check_no_errors(d);
    assert_int_equal(rt_state_load(e, "w.st", &good, true, &out, d), RT_BAD_INPUT);
    check_says(d, "w.st: error: tensor 'more' is not the model's");
    add(&bad, "w", 5, d);
    add(&bad, "meen", 0, d);
    assert_int_equal(rt_state_load(e, "w.st", &bad, false, &out, d), RT_BAD_INPUT);
    check_says(d, "w.st: error: 'w' is f32[5], the model has f32[4]");
    check_says(
        d, "w.st: error: no tensor 'mean', which the model has; did you mean 'meen'?");
    assert_true(((float *)rt_tensors_find(&out, "w")->data)[0] == 43);
    rt_tensors_free(&good);
    rt_tensors_free(&bad);
    rt_tensors_free(&out);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init_and_call),
        cmocka_unit_test(test_state_that_does_not_fit),
        cmocka_unit_test(test_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
