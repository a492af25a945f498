#include "tests/lib/common.h"

#include "frontend/lib/dlpack.h"

#include <unistd.h>

static void test_create(void **state)
{
    descent_tensor *t;
    int64_t dims[] = {2, 3};
    float in[6] = {1, 2, 3, 4, 5, 6}, out[6];
    (void)state;
    OK(descent_tensor_create(context, DESCENT_F32, 2, dims, &t, diagnostics));
    assert_int_equal(descent_tensor_dtype(t), DESCENT_F32);
    assert_int_equal(descent_tensor_rank(t), 2);
    assert_memory_equal(descent_tensor_dims(t), dims, sizeof dims);
    assert_int_equal(descent_tensor_count(t), 6);
    assert_int_equal(descent_tensor_bytes(t), 24);
    assert_int_equal((uintptr_t)descent_tensor_data(t) % 64, 0);
    assert_true(((float *)descent_tensor_data(t))[5] == 0);
    OK(descent_tensor_write(t, in, sizeof in, diagnostics));
    OK(descent_tensor_read(t, out, sizeof out, diagnostics));
    assert_memory_equal(in, out, sizeof in);
    FAILS(DESCENT_BAD_SHAPE, "'bytes' is 20",
          descent_tensor_read(t, out, 20, diagnostics));
    FAILS(DESCENT_BAD_SHAPE, "f32[2,3]", descent_tensor_write(t, in, 0, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'to'", descent_tensor_read(t, NULL, 24, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'from'", descent_tensor_write(t, NULL, 24, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'t'", descent_tensor_read(NULL, out, 24, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'t'", descent_tensor_write(NULL, in, 24, diagnostics));
    descent_tensor_destroy(t);
}

static void test_wrong_shapes(void **state)
{
    descent_tensor *t = NULL;
    int64_t negative[] = {2, -1}, huge[] = {INT64_MAX, 4}, nine[9] = {1};
    (void)state;
    FAILS(DESCENT_BAD_ARGUMENT, "element type",
          descent_tensor_create(context, (descent_dtype)13, 0, NULL, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "dims[1]",
          descent_tensor_create(context, DESCENT_I8, 2, negative, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "rank 9",
          descent_tensor_create(context, DESCENT_I8, 9, nine, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'dims'",
          descent_tensor_create(context, DESCENT_I8, 1, NULL, &t, diagnostics));
    FAILS(DESCENT_BAD_SHAPE, "too large",
          descent_tensor_create(context, DESCENT_I8, 2, huge, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'c'",
          descent_tensor_create(NULL, DESCENT_I8, 0, NULL, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'out'",
          descent_tensor_create(context, DESCENT_I8, 0, NULL, NULL, diagnostics));
    assert_null(t);
    assert_int_equal(descent_tensor_rank(NULL), 0);
    assert_int_equal(descent_tensor_count(NULL), 0);
    assert_int_equal(descent_tensor_bytes(NULL), 0);
    assert_int_equal(descent_tensor_dtype(NULL), DESCENT_F32);
    assert_null(descent_tensor_dims(NULL));
    assert_null(descent_tensor_data(NULL));
    descent_tensor_destroy(NULL);
}

static void test_dtypes(void **state)
{
    (void)state;
    assert_string_equal(descent_dtype_name(DESCENT_BF16), "bf16");
    assert_string_equal(descent_dtype_name(DESCENT_BOOL), "i1");
    assert_string_equal(descent_dtype_name(DESCENT_U64), "ui64");
    assert_string_equal(descent_dtype_name((descent_dtype)-1), "?");
    assert_int_equal(descent_dtype_size(DESCENT_F64), 8);
    assert_int_equal(descent_dtype_size(DESCENT_BOOL), 1);
    assert_int_equal(descent_dtype_size((descent_dtype)13), 0);
}

static void count_release(void *user, void *data)
{
    (void)data;
    ++*(int *)user;
}

static void test_wrap(void **state)
{
    descent_tensor *t;
    int64_t dims[] = {4};
    int32_t data[4] = {1, 2, 3, 4};
    int released = 0;
    (void)state;
    OK(descent_tensor_wrap(context, DESCENT_I32, 1, dims, data, sizeof data,
                           count_release, &released, &t, diagnostics));
    assert_ptr_equal(descent_tensor_data(t), data);
    descent_tensor_destroy(t);
    assert_int_equal(released, 1);
    FAILS(DESCENT_BAD_SHAPE, "i32[4] needs 16",
          descent_tensor_wrap(context, DESCENT_I32, 1, dims, data, 15, count_release,
                              &released, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "aligned",
          descent_tensor_wrap(context, DESCENT_I32, 1, dims, (char *)data + 1, 16,
                              count_release, &released, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'data'",
          descent_tensor_wrap(context, DESCENT_I32, 1, dims, NULL, 16, count_release,
                              &released, &t, diagnostics));
    assert_int_equal(released, 1);
    assert_null(t);
}

static void test_view(void **state)
{
    descent_tensor *t;
    double data[2][3] = {{1, 2, 3}, {4, 5, 6}};
    (void)state;
    OK(descent_tensor_view(context, DESCENT_F64, DESCENT_SHAPE(2, 3), data, sizeof data,
                           &t, diagnostics));
    assert_ptr_equal(descent_tensor_data(t), data);
    assert_int_equal(descent_tensor_rank(t), 2);
    assert_int_equal(descent_tensor_dims(t)[1], 3);
    descent_tensor_destroy(t);
    OK(descent_tensor_create(context, DESCENT_I8, DESCENT_SHAPE(5), &t, diagnostics));
    assert_int_equal(descent_tensor_count(t), 5);
    descent_tensor_destroy(t);
    FAILS(DESCENT_BAD_SHAPE, "f64[2,4] needs 64",
          descent_tensor_view(context, DESCENT_F64, DESCENT_SHAPE(2, 4), data,
                              sizeof data, &t, diagnostics));
    assert_null(t);
}

static void test_npy(void **state)
{
    char path[] = "lib-XXXXXX.npy";
    descent_tensor *t, *back;
    float data[6] = {1, 2, 3, 4, 5, 6};
    int file = mkstemps(path, 4);
    (void)state;
    assert_true(file >= 0);
    close(file);
    t = FLOATS(data, 3, 2);
    OK(descent_tensor_save(t, path, diagnostics));
    OK(descent_tensor_load(context, path, &back, diagnostics));
    assert_int_equal(descent_tensor_dims(back)[0], 3);
    assert_memory_equal(descent_tensor_data(back), data, sizeof data);
    descent_tensor_destroy(back);
    unlink(path);
    FAILS(DESCENT_IO, path, descent_tensor_load(context, path, &back, diagnostics));
    FAILS(DESCENT_IO, "nowhere", descent_tensor_save(t, "nowhere/x.npy", diagnostics));
    FAILS(DESCENT_BAD_INPUT, "",
          descent_tensor_load(context, "CMakeLists.txt", &back, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'path'", descent_tensor_save(t, NULL, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'path'",
          descent_tensor_load(context, NULL, &back, diagnostics));
    assert_null(back);
    descent_tensor_destroy(t);
}

/* --------------------------------------------------------------------------- memory */

typedef struct Counter {
    size_t bytes, calls;
    bool empty;
} Counter;

static void *count_allocate(void *user, size_t size, size_t alignment)
{
    Counter *c = user;
    if (c->empty)
        return NULL;
    c->bytes += size;
    c->calls++;
    return aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

static void count_free(void *user, void *memory, size_t size)
{
    ((Counter *)user)->bytes -= size;
    free(memory);
}

static void test_allocator(void **state)
{
    Counter counter = {0};
    descent_context *c;
    descent_tensor *t;
    descent_context_options o = DESCENT_INIT(descent_context_options);
    int64_t dims[] = {1000}, none[] = {0};
    (void)state;
    o.threads = 1;
    o.allocator = (descent_allocator){&counter, count_allocate, count_free};
    OK(descent_context_create(&o, &c, diagnostics));
    OK(descent_tensor_create(c, DESCENT_F64, 1, dims, &t, diagnostics));
    assert_int_equal(counter.bytes, 8000);
    descent_tensor_destroy(t);
    OK(descent_tensor_create(c, DESCENT_F64, 1, none, &t, diagnostics));
    assert_non_null(descent_tensor_data(t));
    descent_tensor_destroy(t);
    assert_int_equal(counter.bytes, 0);
    counter.empty = true;
    FAILS(DESCENT_NO_MEMORY, "8000",
          descent_tensor_create(c, DESCENT_F64, 1, dims, &t, diagnostics));
    descent_context_destroy(c);
}

/* --------------------------------------------------------------------------- DLPack */

static int deleted;

static void count_delete(DLManagedTensor *m)
{
    (void)m;
    deleted++;
}

static DLManagedTensor managed(void *data, int rank, int64_t *shape, int64_t *strides)
{
    return (DLManagedTensor){
        .dl_tensor = {data, {DL_CPU, 0}, rank, {DL_FLOAT, 32, 1}, shape, strides, 0},
        .deleter = count_delete,
    };
}

static void test_dlpack_in(void **state)
{
    float data[6] = {1, 2, 3, 4, 5, 6}, turned[6] = {1, 4, 2, 5, 3, 6};
    int64_t shape[] = {2, 3}, other[] = {3, 2}, swapped[] = {1, 3};
    DLManagedTensor m = managed(data, 2, shape, NULL);
    descent_tensor *t;
    (void)state;
    deleted = 0;
    OK(descent_tensor_from_dlpack(context, &m, &t, diagnostics));
    assert_ptr_equal(descent_tensor_data(t), data);
    assert_int_equal(deleted, 0);
    descent_tensor_destroy(t);
    assert_int_equal(deleted, 1);
    m = managed(data, 2, other, swapped); /* the transpose: copied at once */
    OK(descent_tensor_from_dlpack(context, &m, &t, diagnostics));
    assert_int_equal(deleted, 2);
    assert_memory_equal(descent_tensor_data(t), turned, sizeof turned);
    descent_tensor_destroy(t);
    m = managed(data, 1, other, NULL);
    m.dl_tensor.byte_offset = 8;
    OK(descent_tensor_from_dlpack(context, &m, &t, diagnostics));
    assert_true(*(float *)descent_tensor_data(t) == 3);
    descent_tensor_destroy(t);
}

static void test_dlpack_refused(void **state)
{
    float data[6];
    int64_t shape[] = {2, 3}, negative[] = {-2, 3};
    DLManagedTensor m = managed(data, 2, shape, NULL);
    descent_tensor *t;
    (void)state;
    deleted = 0;
    m.dl_tensor.device.type = 2;
    FAILS(DESCENT_UNSUPPORTED, "device",
          descent_tensor_from_dlpack(context, &m, &t, diagnostics));
    m = managed(data, 2, shape, NULL);
    m.dl_tensor.dtype.lanes = 4;
    FAILS(DESCENT_UNSUPPORTED, "4 lanes",
          descent_tensor_from_dlpack(context, &m, &t, diagnostics));
    m = managed(data, 2, negative, NULL);
    FAILS(DESCENT_BAD_ARGUMENT, "dims[0]",
          descent_tensor_from_dlpack(context, &m, &t, diagnostics));
    m = managed(NULL, 2, shape, NULL);
    FAILS(DESCENT_BAD_ARGUMENT, "data",
          descent_tensor_from_dlpack(context, &m, &t, diagnostics));
    FAILS(DESCENT_BAD_ARGUMENT, "'from'",
          descent_tensor_from_dlpack(context, NULL, &t, diagnostics));
    assert_int_equal(deleted, 0);
    assert_null(t);
}

/* The memory outlives the tensor as long as the export does, in any order. */
static void test_dlpack_out(void **state)
{
    descent_tensor *t;
    DLManagedTensor *m;
    int64_t dims[] = {2, 3};
    (void)state;
    OK(descent_tensor_create(context, DESCENT_BF16, 2, dims, &t, diagnostics));
    OK(descent_tensor_to_dlpack(t, &m, diagnostics));
    assert_int_equal(m->dl_tensor.dtype.code, DL_BFLOAT);
    assert_int_equal(m->dl_tensor.dtype.bits, 16);
    assert_int_equal(m->dl_tensor.strides[0], 3);
    assert_int_equal(m->dl_tensor.strides[1], 1);
    assert_ptr_equal(m->dl_tensor.data, descent_tensor_data(t));
    descent_tensor_destroy(t);
    memset(m->dl_tensor.data, 1, 12);
    m->deleter(m);
    FAILS(DESCENT_BAD_ARGUMENT, "'t'", descent_tensor_to_dlpack(NULL, &m, diagnostics));
    assert_null(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create),     cmocka_unit_test(test_wrong_shapes),
        cmocka_unit_test(test_dtypes),     cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_view),
        cmocka_unit_test(test_npy),        cmocka_unit_test(test_allocator),
        cmocka_unit_test(test_dlpack_in),  cmocka_unit_test(test_dlpack_refused),
        cmocka_unit_test(test_dlpack_out),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
