/* The seeds were written by numpy itself. */
#include "check.h"

#include "runtime/npy.h"

#define SEEDS "tests/fuzz/seeds/npy/"

static RtTensor read_seed(const char *path, const char *shape)
{
    DiagList *d = diag_open();
    RtTensor t;
    char text[RT_SHAPE_TEXT];
    assert_int_equal(rt_npy_read(path, &t, d), RT_OK);
    check_no_errors(d);
    assert_string_equal(rt_shape_text(t.dtype, t.rank, t.dims, text), shape);
    diag_close(d);
    return t;
}

static void expect(const char *path, const char *shape, const double *values)
{
    RtTensor t = read_seed(path, shape);
    for (int64_t i = 0; i < rt_tensor_count(&t); i++) {
        const char *at = (char *)t.data + (size_t)i * dtype_bytes(t.dtype);
        assert_true(dtype_load(t.dtype, at) == values[i]);
    }
    rt_tensor_free(&t);
}

static void test_numpy_files(void **state)
{
    (void)state;
    double count[24];
    for (int i = 0; i < 24; i++)
        count[i] = i;
    expect(SEEDS "f4.npy", "f32[2,3]", (double[]){.5, 1.5, 2.5, 3.5, 4.5, 5.5});
    expect(SEEDS "f4_fortran.npy", "f32[2,3,4]", count);
    expect(SEEDS "big_i4.npy", "i32[5]", (double[]){-2, -1, 0, 1, 2});
    expect(SEEDS "bool.npy", "i1[3]", (double[]){1, 0, 1});
    expect(SEEDS "scalar_f8.npy", "f64[]", (double[]){2.5});
    expect(SEEDS "u8_empty.npy", "ui64[0,4]", NULL);
    expect(SEEDS "bf16.npy", "bf16[2]", (double[]){1, 2});
    expect(SEEDS "version2.npy", "i8[3]", count);
    expect(SEEDS "version3.npy", "i8[3]", count);
}

static void test_write_and_read(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("t.npy");
    int64_t shapes[][3] = {{0}, {3}, {2, 3}, {2, 0, 3}, {1, 1, 1}};
    for (int type = 0; type < DTYPE_COUNT; type++)
        for (int rank = 0; rank < 5; rank++) {
            RtTensor t, back;
            assert_int_equal(rt_tensor_create(NULL, (Dtype)type, rank < 3 ? rank : 3,
                                              shapes[rank], &t, d), RT_OK);
            memset(t.data, 1, rt_tensor_bytes(&t));
            assert_int_equal(rt_npy_write(path, &t, d), RT_OK);
            assert_int_equal(rt_npy_read(path, &back, d), RT_OK);
            assert_true(rt_tensor_same_shape(&t, &back));
            assert_memory_equal(t.data, back.data, rt_tensor_bytes(&t));
            rt_tensor_free(&t);
            rt_tensor_free(&back);
        }
    check_no_errors(d);
    diag_close(d);
}

/* What we write is byte for byte what numpy writes. */
static void test_same_bytes_as_numpy(void **state)
{
    (void)state;
    static const char *const names[] = {"f4.npy", "bool.npy", "scalar_f8.npy",
                                        "u8_empty.npy", "bf16.npy"};
    DiagList *d = diag_open();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char seed[100];
        RtTensor t;
        RtFile ours, theirs;
        const char *path = check_path("same.npy");
        snprintf(seed, sizeof seed, SEEDS "%s", names[i]);
        assert_int_equal(rt_npy_read(seed, &t, d), RT_OK);
        assert_int_equal(rt_npy_write(path, &t, d), RT_OK);
        assert_int_equal(rt_file_read(path, 10000, &ours, d), RT_OK);
        assert_int_equal(rt_file_read(seed, 10000, &theirs, d), RT_OK);
        assert_int_equal(ours.size, theirs.size);
        assert_memory_equal(ours.bytes, theirs.bytes, ours.size);
        rt_file_free(&ours);
        rt_file_free(&theirs);
        rt_tensor_free(&t);
    }
    diag_close(d);
}

static void bad(const char *header, const char *message)
{
    unsigned char bytes[400] = "\x93NUMPY\1";
    size_t n = strlen(header);
    DiagList *d = diag_open();
    RtTensor t;
    bytes[8] = (unsigned char)n;
    memcpy(bytes + 10, header, n);
    assert_int_not_equal(rt_npy_parse("t.npy", bytes, 10 + n, &t, d), RT_OK);
    check_says(d, message);
    diag_close(d);
}

static void test_bad_headers(void **state)
{
    (void)state;
    bad("", "expected '{'");
    bad("{", "expected a key and ':'");
    bad("{'descr' '<f4'}", "expected a key and ':'");
    bad("{'descr': '<f4',}", "it must have 'descr', 'fortran_order' and 'shape'");
    bad("{'descr': '<c8',", "t.npy: error: unsupported: element type '<c8'");
    bad("{'descr': [('a', '<f4')],", "unsupported: an array of records");
    bad("{'descr': '<f4', 'descr': '<f4',", "an unknown or repeated key");
    bad("{'what': 1", "an unknown or repeated key");
    bad("{'fortran_order': 1", "expected True or False");
    bad("{'shape': 3", "expected '(' after 'shape'");
    bad("{'shape': (-3,", "expected a size in 'shape'");
    bad("{'shape': (99999999999999999999,", "expected a size in 'shape'");
    bad("{'shape': (1,1,1,1,1,1,1,1,1)", "unsupported: more than 8 sizes");
    bad("{'shape': (1 1)", "expected ',' or ')' in 'shape'");
    bad("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,2)}",
        "are too large");
    bad("{'descr': '<f4', 'fortran_order': True, 'shape': (0,4611686018427387904,4)}",
        "are too large");
    bad("{'descr': '<f8', 'fortran_order': True, 'shape': (2305843009213693952,0)}",
        "are too large");
    bad("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "truncated: 0 bytes of data, but f32[2] has 8");
}

static void test_bad_files(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensor t;
    assert_int_equal(rt_npy_parse("t.npy", "abc", 3, &t, d), RT_BAD_INPUT);
    check_says(d, "t.npy: error: not an npy file");
    assert_int_equal(rt_npy_parse("t.npy", "\x93NUMPY\x04\0\0\0\0", 11, &t, d),
                     RT_UNSUPPORTED);
    check_says(d, "unsupported: npy version 4");
    assert_int_equal(rt_npy_parse("t.npy", "\x93NUMPY\x01\0\xff\0", 10, &t, d),
                     RT_BAD_INPUT);
    check_says(d, "truncated: the header is not complete");
    diag_close(d);
}

static void test_npz(void **state)
{
    (void)state;
    const char *const names[] = {SEEDS "stored.npz", SEEDS "deflated.npz"};
    for (int i = 0; i < 2; i++) {
        DiagList *d = diag_open();
        RtTensors list;
        assert_int_equal(rt_npz_read(names[i], &list, d), RT_OK);
        check_no_errors(d);
        assert_int_equal(list.count, 2);
        assert_true(((float *)rt_tensors_find(&list, "x")->data)[5] == 5.5f);
        const RtTensor *y = rt_tensors_find(&list, "y");
        assert_int_equal(y->dtype, DTYPE_i64);
        assert_int_equal(((int64_t *)y->data)[y->dims[0] - 1], i ? 299 % 7 : 2);
        rt_tensors_free(&list);
        diag_close(d);
    }
}

/* Any single byte that is changed or any cut is noticed, or does not matter; never a
 * crash. */
static void test_damaged_npz(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtFile f;
    RtTensors list;
    assert_int_equal(rt_file_read(SEEDS "deflated.npz", 100000, &f, d), RT_OK);
    for (size_t i = 0; i < f.size; i++) {
        f.bytes[i] ^= 0x55;
        if (!rt_npz_parse("t.npz", f.bytes, f.size, &list, d))
            rt_tensors_free(&list);
        f.bytes[i] ^= 0x55;
        assert_int_not_equal(rt_npz_parse("t.npz", f.bytes, i, &list, d), RT_OK);
    }
    check_says(d, "damaged zip archive: no end record (is it truncated?)");
    check_says(d, "damaged zip archive: a member's sum (CRC-32) is wrong");
    check_says(d, "damaged zip archive: a member is not where the directory says");
    check_says(
        d, "damaged zip archive: the central directory is not where the end record says");
    rt_file_free(&f);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numpy_files), cmocka_unit_test(test_write_and_read),
        cmocka_unit_test(test_same_bytes_as_numpy), cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_bad_files), cmocka_unit_test(test_npz),
        cmocka_unit_test(test_damaged_npz),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
