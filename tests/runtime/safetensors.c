/* The seeds were written by the reference library. */
#include "check.h"

#include "runtime/safetensors.h"

#define SEEDS "tests/fuzz/seeds/safetensors/"

static void test_reference_file(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors list;
    RtMeta meta;
    assert_int_equal(rt_safetensors_read(SEEDS "five.safetensors", &list, &meta, d),
                     RT_OK);
    check_no_errors(d);
    assert_int_equal(list.count, 5);
    const RtTensor *w = rt_tensors_find(&list, "fc.w"), *m = rt_tensors_find(&list, "m");
    assert_int_equal(w->rank, 2);
    assert_true(((float *)w->data)[5] == 5.5f);
    assert_int_equal(((int64_t *)rt_tensors_find(&list, "fc.b")->data)[1], -2);
    assert_memory_equal(m->data, "\1\0", 2);
    assert_int_equal(rt_tensors_find(&list, "s")->rank, 0);
    assert_string_equal(rt_meta_get(&meta, "made"), "by the reference library");
    assert_string_equal(rt_meta_get(&meta, "q"), "\"\xc3\xa9\"");
    assert_null(rt_meta_get(&meta, "none"));
    rt_tensors_free(&list);
    rt_meta_free(&meta);
    assert_int_equal(rt_safetensors_read(SEEDS "empty.safetensors", &list, NULL, d),
                     RT_OK);
    assert_int_equal(list.count, 0);
    diag_close(d);
}

static void test_round_trip(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors list = {0}, back;
    RtMeta meta = {0}, meta_back;
    const char *path = check_path("all.safetensors");
    for (int type = 0; type < DTYPE_COUNT; type++) {
        RtTensor t;
        assert_int_equal(rt_tensor_create(dtype_name((Dtype)type), (Dtype)type, type % 3,
                                          (int64_t[]){3, 5}, &t, d), RT_OK);
        memset(t.data, 1, rt_tensor_bytes(&t));
        assert_int_equal(rt_tensors_add(&list, &t, d), RT_OK);
    }
    assert_int_equal(rt_meta_set(&meta, "k", "old", d), RT_OK);
    assert_int_equal(rt_meta_printf(&meta, d, "k", "%d \"new\"", 1), RT_OK);
    assert_int_equal(rt_safetensors_write(path, &list, &meta, d), RT_OK);
    assert_int_equal(rt_safetensors_read(path, &back, &meta_back, d), RT_OK);
    assert_int_equal(back.count, list.count);
    for (size_t i = 0; i < list.count; i++) {
        const RtTensor *t = rt_tensors_find(&back, list.items[i].name);
        assert_true(rt_tensor_same_shape(t, &list.items[i]));
        assert_memory_equal(t->data, list.items[i].data, rt_tensor_bytes(t));
    }
    assert_string_equal(rt_meta_get(&meta_back, "k"), "1 \"new\"");
    rt_tensors_free(&list);
    rt_tensors_free(&back);
    rt_meta_free(&meta);
    rt_meta_free(&meta_back);
    check_no_errors(d);
    diag_close(d);
}

static void test_errors_of_writing(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors list = {0};
    for (int i = 0; i < 2; i++) {
        RtTensor t;
        assert_int_equal(rt_tensor_create("w", DTYPE_f32, 0, NULL, &t, d), RT_OK);
        assert_int_equal(rt_tensors_add(&list, &t, d), RT_OK);
    }
    assert_int_equal(rt_safetensors_write(check_path("x"), &list, NULL, d), RT_BAD_INPUT);
    check_says(d, "cannot write: two tensors have the name 'w'");
    list.items[1].name[0] = 'v';
    assert_int_equal(rt_safetensors_write("/dev/full", &list, NULL, d), RT_IO);
    check_says(d, "/dev/full: error: cannot write: No space left on device");
    rt_tensors_free(&list);
    diag_close(d);
}

static void bad(const char *header, size_t data, RtStatus status, const char *message)
{
    unsigned char bytes[1000] = {0};
    size_t n = strlen(header);
    DiagList *d = diag_open();
    RtTensors list;
    bytes[0] = (unsigned char)n;
    bytes[1] = (unsigned char)(n >> 8);
    memcpy(bytes + 8, header, n);
    assert_int_equal(rt_safetensors_parse("t", bytes, 8 + n + data, &list, NULL, d),
                     status);
    check_says(d, message);
    assert_int_equal(list.count, 0);
    diag_close(d);
}

#define T(name, type, shape, offsets)                                                    \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets \
    "}"

static void test_hostile_headers(void **state)
{
    (void)state;
    bad("{", 0, RT_BAD_INPUT, "t: error: the header is not valid JSON");
    bad("[]", 0, RT_BAD_INPUT, "the header is not a JSON object");
    bad("{\"w\":1}", 0, RT_BAD_INPUT, "tensor 'w': expected an object");
    bad("{\"w\":{}}", 0, RT_BAD_INPUT, "tensor 'w': 'dtype' must be a string");
    bad("{" T("w", "F8_E4M3", "[1]", "[0,1]") "}", 1, RT_UNSUPPORTED,
        "unsupported: tensor 'w' has element type 'F8_E4M3'");
    bad("{" T("w", "F32", "1", "[0,4]") "}", 4, RT_BAD_INPUT, "'shape' must be an array");
    bad("{" T("w", "F32", "[-1]", "[0,4]") "}", 4, RT_BAD_INPUT,
        "'shape' must be an array");
    bad("{" T("w", "F32", "[0.5]", "[0,4]") "}", 4, RT_BAD_INPUT,
        "'shape' must be an array");
    bad("{" T("w", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4, RT_UNSUPPORTED,
        "tensor 'w' has more than 8 sizes");
    bad("{" T("w", "F32", "[9007199254740992,9007199254740992]", "[0,4]") "}", 4,
        RT_BAD_INPUT, "are too large");
    bad("{" T("w", "F32", "[1]", "[0]") "}", 4, RT_BAD_INPUT,
        "must be two ascending offsets");
    bad("{" T("w", "F32", "[1]", "[4,0]") "}", 4, RT_BAD_INPUT,
        "must be two ascending offsets");
    bad("{" T("w", "F32", "[1]", "[0,1e300]") "}", 4, RT_BAD_INPUT,
        "must be two ascending offsets");
    bad("{" T("w", "F32", "[2]", "[0,8]") "}", 4, RT_BAD_INPUT,
        "it ends at byte 8 of the data, which has 4");
    bad("{" T("w", "F32", "[1]", "[0,3]") "}", 4, RT_BAD_INPUT,
        "f32[1] has 4 bytes, the offsets span 3");
    bad("{" T("a", "F32", "[1]", "[0,4]") "," T("b", "F32", "[1]", "[2,6]") "}", 6,
        RT_BAD_INPUT, "tensor 'b': its data begins at byte 2, inside of another tensor");
    bad("{" T("a", "F32", "[1]", "[0,4]") "," T("b", "F32", "[1]", "[5,9]") "}", 9,
        RT_BAD_INPUT, "tensor 'b': its data begins at byte 5, which leaves a gap");
    bad("{" T("a", "U8", "[1]", "[0,1]") "," T("a", "U8", "[1]", "[1,2]") "}", 2,
        RT_BAD_INPUT, "tensor 'a': two tensors have this name");
    bad("{" T("a", "U8", "[1]", "[0,1]") "}", 2, RT_BAD_INPUT,
        "2 bytes of data, but the tensors have 1");
    bad("{\"__metadata__\":[]}", 0, RT_BAD_INPUT, "'__metadata__' must be an object");
    bad("{\"__metadata__\":{\"a\":1}}", 0, RT_BAD_INPUT,
        "'__metadata__' must hold strings only");
}

static void test_lengths(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtTensors list;
    unsigned char bytes[8] = {255, 255, 255, 255, 255, 255, 255, 255};
    assert_int_equal(rt_safetensors_parse("t", bytes, 7, &list, NULL, d), RT_BAD_INPUT);
    check_says(d, "not a safetensors file: 7 bytes");
    assert_int_equal(rt_safetensors_parse("t", bytes, 8, &list, NULL, d), RT_BAD_INPUT);
    check_says(d, "a header of 18446744073709551615 bytes in a file of 8");
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_file), cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_errors_of_writing), cmocka_unit_test(test_hostile_headers),
        cmocka_unit_test(test_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
