/* The builders of kernels for GPUs, and what copies and types do with their memory. */
#include "ir/kbuild.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

typedef struct Fixture {
    IrContext *context;
    IrModule *module;
    IrBuilder b; /* in @main(%x: memref<256xf32>) */
    IrValue *x;
} Fixture;

static int open_fixture(void **state)
{
    static Fixture f;
    f.context = ir_context_open();
    f.module = ir_module_open(f.context, NULL);
    IrLoc loc = ir_loc_unknown(f.context);
    IrType t = ir_memref(f.context, DTYPE_f32, 1, (int64_t[]){256});
    IrOp *func = ir_func_new(f.module, "main", false, loc, 1, &t, 0, NULL);
    f.b = ir_builder_at_end(f.module, ir_func_block(func), loc);
    f.x = ir_func_block(func)->args[0];
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    Fixture *f = *state;
    ir_module_close(f->module);
    ir_context_close(f->context);
    return 0;
}

/* Two buffers, every mode and type of a shuffle; what follows is behind the launch. */
static void build(Fixture *f)
{
    static const char *const modes[] = {"xor", "down", "up", "idx"};
    static const Dtype elem[] = {DTYPE_f32, DTYPE_f64, DTYPE_i32, DTYPE_i64};
    IrBuilder *b = &f->b;
    IrType shared[] = {ir_shared_memref(f->context, DTYPE_f32, 1, (int64_t[]){64}),
                       ir_shared_memref(f->context, DTYPE_i8, 2, (int64_t[]){2, 3})};
    IrType i32 = ir_scalar(f->context, DTYPE_i32);
    IrOp *launch =
        k_launch_begin(b, (int64_t[]){4, 2, 1}, (int64_t[]){16, 2, 2}, 2, shared);
    IrValue *i = k_thread_id(launch, 0), *k = k_block_id(launch, 1);
    IrValue *s = k_launch_shared(launch, 0);
    k_collapse(b, k_launch_shared(launch, 1));
    k_store(b, k_load(b, f->x, 1, &k), s, 1, &i);
    k_barrier(b);
    for (int m = 0; m < 4; m++) {
        IrType t = ir_scalar(f->context, elem[m]);
        IrValue *v = dtype_is_float(elem[m]) ? k_const(b, t, 1) : k_int(b, t, 1);
        IrValue *offset = k_int(b, i32, m), *width = k_int(b, i32, 8);
        IrValue *moved = k_warp_shuffle(b, modes[m], v, offset, width);
        assert_ptr_equal(moved->type, t);
        assert_string_equal(ir_op_string(moved->op, "mode"), modes[m]);
    }
    IrValue *from[] = {k_index(b, 16)}, *to[] = {k_index(b, 4)};
    KCopy copy = {.to = s, .to_rank = 1, .to_at = to, .from = f->x, .from_rank = 1,
                  .from_at = from, .elements = 4, .present = i};
    IrValue *token = k_async_copy(b, &copy);
    k_async_wait(b, k_async_group(b, 1, &token), 2);
    k_launch_end(b, launch);
    ir_return(b, 0, NULL);
}

static const char *text_of(IrModule *m, Text *text)
{
    DiagList *d = diag_open();
    if (!ir_verify(m, d))
        diag_print(d, stderr);
    assert_int_equal(diag_count(d), 0);
    diag_close(d);
    ir_print(m, (IrPrintOptions){0}, text);
    return text->bytes;
}

static void builders(void **state)
{
    Fixture *f = *state;
    Text text = {0};
    build(f);
    const char *s = text_of(f->module, &text);
    assert_non_null(strstr(
        s, "gpu.launch blocks(%bx, %by, %bz) in (%gx = %c4, %gy = %c2, %gz = %c1) "
           "threads(%tx, %ty, %tz) in (%sx = %c16, %sy = %c2_0, %sz = %c2_1) "
           "workgroup(%shared : memref<64xf32, #gpu.address_space<workgroup>>, "
           "%shared_2 : memref<2x3xi8, #gpu.address_space<workgroup>>) {\n"));
    assert_non_null(strstr(s, "memref.load %arg0[%by]"));
    assert_non_null(strstr(s, "memref.store %0, %shared[%tx]"));
    assert_non_null(strstr(
        s, "nvgpu.device_async_copy %arg0[%c16_14], %shared[%c4_15], 4, %tx {bypassL1}"));
    assert_non_null(strstr(s, "nvgpu.device_async_wait %2 {numGroups = 2 : i32}"));
    assert_non_null(strstr(s, "gpu.terminator\n    }\n    return\n"));
    text_free(&text);
}

static void copies_are_equal(void **state)
{
    Fixture *f = *state;
    Text one = {0}, other = {0};
    build(f);
    IrModule *copy = ir_module_clone(f->module);
    assert_string_equal(text_of(f->module, &one), text_of(copy, &other));
    ir_module_close(copy);
    text_free(&one);
    text_free(&other);
}

static void types_keep_their_memory(void **state)
{
    Fixture *f = *state;
    IrContext *c = f->context;
    int64_t dims[] = {2, 3}, six = 6;
    IrType t = ir_shared_memref(c, DTYPE_f32, 2, dims);
    assert_ptr_not_equal(t, ir_memref(c, DTYPE_f32, 2, dims));
    assert_ptr_equal(t, ir_shared_memref(c, DTYPE_f32, 2, dims));
    assert_ptr_equal(ir_with_dims(c, t, 1, &six),
                     ir_shared_memref(c, DTYPE_f32, 1, &six));
    assert_ptr_equal(ir_with_elem(c, t, DTYPE_f16),
                     ir_shared_memref(c, DTYPE_f16, 2, dims));
    assert_int_equal(ir_bytes(t), 24);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {TEST(builders), TEST(copies_are_equal),
                                       TEST(types_keep_their_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
