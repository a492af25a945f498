#include "check.h"

#include "runtime/export.h"

static void add(RtTensors *list, const char *name, Dtype type, int rank,
                const int64_t *dims, const void *values, DiagList *d)
{
    RtTensor t;
    assert_int_equal(rt_tensor_create(name, type, rank, dims, &t, d), RT_OK);
    memcpy(t.data, values, rt_tensor_bytes(&t));
    assert_int_equal(rt_tensors_add(list, &t, d), RT_OK);
}

static void prints(const RtTensors *list, bool json, const char *wanted, DiagList *d)
{
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (json)
        rt_export_json(list, to);
    else
        assert_int_equal(rt_export_csv("t", list, to, d), RT_OK);
    fclose(to);
    assert_string_equal(text, wanted);
    free(text);
}

static void test_shapes(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors list = {0};
    const int64_t two[] = {2, 2, 1};
    add(&list, "p", DTYPE_f32, 2, two, (float[]){0.1f, -2, NAN, 1e20f}, d);
    add(&list, "a,\"b\"", DTYPE_i1, 1, two, (char[]){1, 0}, d);
    add(&list, "deep", DTYPE_f64, 3, two, (double[]){0.1, 1 / 3.0, 1e300, 4}, d);
    add(&list, "big", DTYPE_ui64, 1, two, (uint64_t[]){UINT64_MAX, 7}, d);
    prints(&list, false, "p.0,p.1,\"a,\"\"b\"\"\",deep.0,deep.1,big\n"
                         "0.1,-2,1,0.1,0.3333333333333333,18446744073709551615\n"
                         "nan,1e+20,0,1e+300,4,7\n", d);
    prints(&list, true, "{\"p\": [[0.1, -2], [null, 1e+20]],\n"
                        " \"a,\\\"b\\\"\": [true, false],\n"
                        " \"deep\": [[[0.1], [0.3333333333333333]], [[1e+300], [4]]],\n"
                        " \"big\": [18446744073709551615, 7]}\n", d);
    check_no_errors(d);
    rt_tensors_free(&list);
    diag_close(d);
}

static void test_scalars_and_nothing(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors list = {0};
    prints(&list, true, "{}\n", d);
    prints(&list, false, "", d);
    add(&list, "loss", DTYPE_f32, 0, NULL, (float[]){0.5f}, d);
    prints(&list, true, "{\"loss\": 0.5}\n", d);
    prints(&list, false, "loss\n0.5\n", d);
    add(&list, "none", DTYPE_i8, 2, (int64_t[]){0, 1}, "", d);
    prints(&list, true, "{\"loss\": 0.5,\n \"none\": []}\n", d);
    FILE *to = tmpfile();
    assert_int_equal(rt_export_csv("t", &list, to, d), RT_BAD_INPUT);
    check_says(d, "t: error: 'loss' has 1 row and 'none' 0: no table");
    fclose(to);
    rt_tensors_free(&list);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes), cmocka_unit_test(test_scalars_and_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
