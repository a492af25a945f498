#include "check.h"

#include "runtime/program.h"
#include "runtime/tensor.h"

#include <math.h>

static void test_create_copy_free(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensor a, b;
    int64_t dims[] = {2, 3};
    assert_int_equal(rt_tensor_create("a", DTYPE_f32, 2, dims, &a, d), RT_OK);
    assert_int_equal((uintptr_t)a.data % RT_ALIGN, 0);
    assert_int_equal(rt_tensor_count(&a), 6);
    assert_int_equal(rt_tensor_bytes(&a), 24);
    ((float *)a.data)[5] = 7;
    assert_int_equal(rt_tensor_copy(&a, &b, d), RT_OK);
    assert_string_equal(b.name, "a");
    assert_true(rt_tensor_same_shape(&a, &b));
    assert_true(((float *)b.data)[5] == 7 && ((float *)b.data)[0] == 0);
    rt_tensor_free(&a);
    rt_tensor_free(&a);
    rt_tensor_free(NULL);
    rt_tensor_free(&b);
    diag_close(d);
}

static void test_empty_and_scalar(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensor t;
    int64_t none[] = {0, 5};
    assert_int_equal(rt_tensor_create(NULL, DTYPE_i8, 2, none, &t, d), RT_OK);
    assert_non_null(t.data);
    assert_int_equal(rt_tensor_count(&t), 0);
    rt_tensor_free(&t);
    assert_int_equal(rt_tensor_create(NULL, DTYPE_f64, 0, NULL, &t, d), RT_OK);
    assert_int_equal(rt_tensor_count(&t), 1);
    rt_tensor_free(&t);
    diag_close(d);
}

static void test_sizes_are_checked(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensor t;
    int64_t huge[] = {INT64_MAX / 2, 3}, negative[] = {-1};
    size_t bytes;
    assert_false(rt_shape_bytes(DTYPE_f64, 1, (int64_t[]){INT64_MAX / 4}, &bytes));
    assert_false(rt_shape_bytes(DTYPE_f64, 9, huge, &bytes));
    assert_int_equal(rt_tensor_create("w", DTYPE_f32, 2, huge, &t, d), RT_BAD_INPUT);
    check_says(d, "tensor 'w': its sizes are too large");
    assert_int_equal(rt_tensor_create("w", DTYPE_f32, 1, negative, &t, d), RT_BAD_INPUT);
    char text[RT_SHAPE_TEXT];
    assert_string_equal(rt_shape_text(DTYPE_bf16, 2, (int64_t[]){2, 30}, text),
                        "bf16[2,30]");
    assert_string_equal(rt_shape_text(DTYPE_i1, 0, NULL, text), "i1[]");
    diag_close(d);
}

/* Every pair of types: small whole numbers come through all of them. */
static void test_convert_all_pairs(void **state)
{
    (void)state;
    double values[] = {0, 1, 2, 5, 100};
    for (int a = 0; a < DTYPE_COUNT; a++)
        for (int b = 0; b < DTYPE_COUNT; b++) {
            unsigned char from[40], to[40];
            for (size_t i = 0; i < 5; i++)
                dtype_store((Dtype)a, from + i * dtype_bytes((Dtype)a), values[i]);
            rt_convert((Dtype)a, from, (Dtype)b, to, 5);
            for (size_t i = 0; i < 5; i++) {
                double want = a == DTYPE_i1 || b == DTYPE_i1 ? values[i] != 0 : values[i];
                double got = dtype_load((Dtype)b, to + i * dtype_bytes((Dtype)b));
                assert_true(got == want);
            }
        }
}

static void test_convert_edges(void **state)
{
    (void)state;
    double wild[] = {NAN, 1e300, -1e300, -0.9};
    int8_t small[4];
    uint64_t wide[4];
    rt_convert(DTYPE_f64, wild, DTYPE_i8, small, 4);
    assert_int_equal(small[0], 0);
    assert_int_equal(small[1], 127);
    assert_int_equal(small[2], -128);
    assert_int_equal(small[3], 0);
    rt_convert(DTYPE_f64, wild, DTYPE_ui64, wide, 4);
    assert_true(wide[1] > UINT64_MAX - 4096 && wide[2] == 0);
    uint64_t exact = UINT64_MAX - 1, back;
    rt_convert(DTYPE_ui64, &exact, DTYPE_i64, &back, 1);
    assert_true(back == exact);
}

static void test_list(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors list = {0};
    for (int i = 0; i < 20; i++) {
        char name[8];
        RtTensor t;
        snprintf(name, sizeof name, "t%d", i);
        assert_int_equal(rt_tensor_create(name, DTYPE_i32, 0, NULL, &t, d), RT_OK);
        *(int *)t.data = i;
        assert_int_equal(rt_tensors_add(&list, &t, d), RT_OK);
        assert_null(t.data);
    }
    assert_int_equal(*(int *)rt_tensors_find(&list, "t13")->data, 13);
    assert_null(rt_tensors_find(&list, "t20"));
    rt_tensors_free(&list);
    diag_close(d);
}

/* The greatest finite value of a type is one; what comes after it is not. */
static void test_finite(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    for (Dtype type = 0; type < DTYPE_COUNT; type++) {
        RtTensors list = {0};
        RtTensor t;
        assert_int_equal(rt_tensor_create("t", type, 1, (int64_t[]){37}, &t, d), RT_OK);
        char *at = (char *)t.data + 36 * dtype_bytes(type);
        assert_int_equal(rt_tensors_add(&list, &t, d), RT_OK);
        assert_true(rt_tensors_finite(&list));
        double most = type == DTYPE_f16 ? -65504 : 1e38;
        dtype_store(type, at, dtype_is_float(type) ? most : 1);
        assert_true(rt_tensors_finite(&list));
        dtype_store(type, at, dtype_is_float(type) ? -INFINITY : 1);
        assert_int_equal(rt_tensors_finite(&list), !dtype_is_float(type));
        dtype_store(type, at, dtype_is_float(type) ? NAN : 1);
        assert_int_equal(rt_tensors_finite(&list), !dtype_is_float(type));
        rt_tensors_free(&list);
    }
    diag_close(d);
}

/* Tensors are looked at where the code relies on them. */
static void test_check_finite(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const float weights[] = {1, INFINITY};
    RtSpec s = {.name = "w", .dtype = DTYPE_f32, .rank = 1, .dims = {2}};
    assert_int_equal(rt_check_finite(&s, "w.npy", weights, d), RT_OK);
    s.finite = true;
    assert_int_equal(rt_check_finite(&s, "w.npy", weights, d), RT_BAD_INPUT);
    check_says(d, "'w' has elements that are infinite or NaN");
    s.dims[0] = 1;
    assert_int_equal(rt_check_finite(&s, "w.npy", weights, d), RT_OK);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_copy_free),
        cmocka_unit_test(test_empty_and_scalar),
        cmocka_unit_test(test_sizes_are_checked),
        cmocka_unit_test(test_convert_all_pairs),
        cmocka_unit_test(test_convert_edges),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_finite),
        cmocka_unit_test(test_check_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
