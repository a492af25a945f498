#include "check.h"

#include "runtime/idx.h"
#include "runtime/text_data.h"

static void test_seeds(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensor t;
    assert_int_equal(rt_idx_read("tests/fuzz/seeds/idx/images.idx", &t, d), RT_OK);
    assert_int_equal(t.rank, 3);
    assert_int_equal(t.dtype, DTYPE_ui8);
    assert_int_equal(((uint8_t *)t.data)[7], 7);
    rt_tensor_free(&t);
    assert_int_equal(rt_idx_read("tests/fuzz/seeds/idx/floats.idx", &t, d), RT_OK);
    assert_true(((float *)t.data)[0] == 1.5 && ((float *)t.data)[1] == -2);
    rt_tensor_free(&t);
    assert_int_equal(rt_idx_read("tests/fuzz/seeds/idx/labels.idx.gz", &t, d), RT_OK);
    assert_int_equal(t.dims[0], 3);
    assert_int_equal(((uint8_t *)t.data)[2], 9);
    rt_tensor_free(&t);
    check_no_errors(d);
    assert_int_equal(rt_idx_read("tests/fuzz/seeds/idx/huge.idx", &t, d), RT_BAD_INPUT);
    check_says(d, "the sizes f64[4294967295,4294967295,4294967295] are too large");
    diag_close(d);
}

static void bad(const char *bytes, size_t size, RtStatus status, const char *message)
{
    DiagList *d = diag_open();
    RtTensor t;
    assert_int_equal(rt_idx_parse("t.idx", bytes, size, &t, d), status);
    check_says(d, message);
    diag_close(d);
}

static void test_errors(void **state)
{
    (void)state;
    bad("", 0, RT_BAD_INPUT, "t.idx: error: not an IDX file");
    bad("\0\0\x0a\1", 4, RT_BAD_INPUT, "not an IDX file");
    bad("P\0\x08\1", 4, RT_BAD_INPUT, "not an IDX file");
    bad("\0\0\x08\x09", 4, RT_UNSUPPORTED, "unsupported: 9 sizes, at most 8");
    bad("\0\0\x08\2\0\0\0\1", 8, RT_BAD_INPUT, "truncated: 8 bytes, the header has 12");
    bad("\0\0\x0e\4\0\0\0\0\x7f\0\0\0\x7f\0\0\0\x7f\0\0\0", 20, RT_BAD_INPUT,
        "the sizes f64[0,2130706432,2130706432,2130706432] are too large");
    bad("\0\0\x0c\1\0\0\0\2abcd", 12, RT_BAD_INPUT,
        "truncated: 4 bytes of data, but i32[2] has 8");
    bad("\0\0\x08\1\0\0\0\2abcd", 12, RT_BAD_INPUT,
        "too long: 4 bytes of data, but ui8[2] has 2");
}

static void test_mnist(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_data("mnist/t10k-images-idx3-ubyte.gz");
    if (!check_exists(path))
        skip();
    RtTensor t;
    assert_int_equal(rt_idx_read(path, &t, d), RT_OK);
    char shape[RT_SHAPE_TEXT];
    assert_string_equal(rt_shape_text(t.dtype, t.rank, t.dims, shape),
                        "ui8[10000,28,28]");
    rt_tensor_free(&t);
    diag_close(d);
}

static void test_text(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("t.txt");
    check_write_text(path, "banana\n");
    RtTensor t;
    RtAlphabet a;
    assert_int_equal(rt_text_read(path, &t, &a, d), RT_OK);
    assert_int_equal(a.count, 4);
    assert_memory_equal(a.bytes, "\nabn", 4);
    assert_memory_equal(t.data, "\2\1\3\1\3\1\0", 7);
    rt_tensor_free(&t);
    check_write_text(path, "");
    assert_int_equal(rt_text_read(path, &t, &a, d), RT_BAD_INPUT);
    check_says(d, "t.txt: error: the file is empty");
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seeds), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_mnist), cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
