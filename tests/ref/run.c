/* The evaluator as a library: calls, errors, comparing and filling tensors. */
#include "backends/ref/ref.h"
#include "ir/build.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

typedef struct Fixture {
    IrContext *context;
    IrModule *module;
    DiagList *diag;
    Arena *arena;
} Fixture;

static Fixture open_text(const char *text)
{
    Fixture f = {ir_context_open(), NULL, diag_open(), arena_open()};
    f.module = ir_parse(f.context, "test.mlir", text, strlen(text), f.diag);
    diag_print(f.diag, stderr);
    assert_non_null(f.module);
    return f;
}

static void close_fixture(Fixture *f)
{
    arena_close(f->arena);
    ir_module_close(f->module);
    ir_context_close(f->context);
    diag_close(f->diag);
}

static void test_arguments_are_kept(void **state)
{
    (void)state;
    Fixture f =
        open_text("func.func @f(%a: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {\n"
                  "  %r = stablehlo.negate %a : tensor<3xf32>\n"
                  "  return %a, %r : tensor<3xf32>, tensor<3xf32>\n}\n");
    const IrOp *func = ir_module_func(f.module, "f");
    float x[] = {1, -2, 3};
    RefTensor arg = {ir_func_type(func)->inputs[0], x}, result[2];
    assert_true(ref_run(func, 1, &arg, 2, result, f.arena, f.diag));
    assert_memory_equal(result[0].data, x, sizeof x);
    assert_ptr_not_equal(result[0].data, x);
    assert_true(((float *)result[1].data)[1] == 2);
    close_fixture(&f);
}

static void test_unsupported(void **state)
{
    (void)state;
    Fixture f = open_text("func.func @f(%a: tensor<f32>) -> tensor<f32> {\n"
                          "  %r = call @g(%a) : (tensor<f32>) -> tensor<f32>\n"
                          "  return %r : tensor<f32>\n}\n"
                          "func.func private @g(%a: tensor<f32>) -> tensor<f32> {\n"
                          "  %r = stablehlo.custom_call @descent.gradient(%a, %a) : "
                          "(tensor<f32>, tensor<f32>) -> "
                          "tensor<f32>\n"
                          "  return %r : tensor<f32>\n}\n");
    const IrOp *func = ir_module_func(f.module, "f");
    float x[] = {1};
    RefTensor arg = {ir_func_type(func)->inputs[0], x}, result;
    assert_false(ref_run(func, 1, &arg, 1, &result, f.arena, f.diag));
    assert_int_equal(diag_exit(f.diag), DIAG_UNSUPPORTED);
    assert_non_null(
        strstr(diag_get(f.diag, 0)->message, "custom_call @descent.gradient"));
    assert_int_equal(diag_get(f.diag, 0)->place.line, 6);
    close_fixture(&f);
}

static void test_endless_calls(void **state)
{
    (void)state;
    IrContext *c = ir_context_open();
    IrModule *m = ir_module_open(c, NULL);
    IrType t = ir_tensor(c, DTYPE_f32, 0, NULL);
    IrOp *func = ir_func_new(m, "f", false, ir_loc_unknown(c), 1, &t, 1, &t);
    IrBuilder b = ir_builder_at_end(m, ir_func_block(func), ir_loc_unknown(c));
    IrOp *call = ir_call(&b, func, 1, ir_func_block(func)->args);
    ir_return(&b, 1, (IrValue *[]){ir_result(call, 0)});
    DiagList *d = diag_open();
    Arena *a = arena_open();
    float x[] = {1};
    RefTensor arg = {t, x}, result;
    assert_false(ref_run(func, 1, &arg, 1, &result, a, d));
    assert_non_null(strstr(diag_get(d, 0)->message, "calls inside each other"));
    arena_close(a);
    diag_close(d);
    ir_module_close(m);
    ir_context_close(c);
}

/* The body calls a function with a value from outside: acc + x * scale. */
static void scaled_sum(IrModule *m, IrOp *reduce, IrOp *callee, IrValue *scale, IrType t)
{
    IrBlock *body = ir_region_block(&reduce->regions[0]);
    IrLoc loc = ir_loc_unknown(m->context);
    IrValue *acc = ir_block_add_arg(body, t, loc), *x = ir_block_add_arg(body, t, loc);
    IrBuilder b = ir_builder_at_end(m, body, loc);
    IrOp *product = ir_call(&b, callee, 2, (IrValue *[]){x, scale});
    IrValue *sum = ir_add(&b, acc, ir_result(product, 0));
    ir_build(&b, OP_yield, 1, &sum, 0, NULL, 0, NULL);
}

static void test_body_uses_outside(void **state)
{
    (void)state;
    Fixture f =
        open_text("func.func @times(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {\n"
                  "  %r = stablehlo.multiply %a, %b : tensor<f32>\n"
                  "  return %r : tensor<f32>\n}\n");
    int64_t dims[] = {3}, along = 0;
    IrContext *c = f.context;
    IrType t = ir_tensor(c, DTYPE_f32, 0, NULL), v = ir_tensor(c, DTYPE_f32, 1, dims);
    IrOp *func =
        ir_func_new(f.module, "f", false, ir_loc_unknown(c), 2, (IrType[]){v, t}, 1, &t);
    IrBlock *block = ir_func_block(func);
    IrBuilder b = ir_builder_at_end(f.module, block, ir_loc_unknown(c));
    IrNamedAttr over = {ir_name(c, "dimensions"), ir_attr_i64s(c, 1, &along)};
    IrOp *reduce = ir_build(
        &b, OP_reduce, 2, (IrValue *[]){block->args[0], block->args[1]}, 1, &t, 1, &over);
    scaled_sum(f.module, reduce, ir_module_func(f.module, "times"), block->args[1], t);
    ir_return(&b, 1, (IrValue *[]){ir_result(reduce, 0)});
    float x[] = {1, 2, 3}, scale[] = {10};
    RefTensor arg[] = {{v, x}, {t, scale}}, result;
    assert_true(ref_run(func, 2, arg, 1, &result, f.arena, f.diag));
    assert_true(*(float *)result.data == 70);
    close_fixture(&f);
}

/* What a step of a small CNN does most: a convolution of a batch of 64. */
static void test_training_is_quick(void **state)
{
    (void)state;
    Fixture f = open_text(
        "func.func @f(%x: tensor<64x14x14x16xf32>, %k: tensor<3x3x16x32xf32>) -> "
        "tensor<64x14x14x32xf32> {\n"
        "  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, "
        "o]->[b, 0, 1, "
        "f], window = {pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, "
        "feature_group_count "
        "= 1 : i64} : (tensor<64x14x14x16xf32>, tensor<3x3x16x32xf32>) -> "
        "tensor<64x14x14x32xf32>\n"
        "  return %r : tensor<64x14x14x32xf32>\n}\n");
    const IrOp *func = ir_module_func(f.module, "f");
    RefTensor arg[2], result;
    for (size_t i = 0; i < 2; i++) {
        IrType t = ir_func_type(func)->inputs[i];
        arg[i] = (RefTensor){t, arena_alloc(f.arena, (size_t)ir_bytes(t))};
        ref_random(&arg[i], i, -1, 1);
    }
    clock_t begin = clock();
    assert_true(ref_run(func, 2, arg, 1, &result, f.arena, f.diag));
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    print_message("convolution of 58 million products: %.2f s\n", seconds);
    assert_true(seconds < 5);
    close_fixture(&f);
}

static void test_difference(void **state)
{
    (void)state;
    IrContext *c = ir_context_open();
    int64_t dims[] = {4};
    IrType t = ir_tensor(c, DTYPE_f32, 1, dims);
    float a[] = {1, 0.0f, NAN, 100}, b[] = {1, -0.0f, NAN, 100};
    RefTensor x = {t, a}, y = {t, b};
    RefDifference d = ref_difference(&x, &y);
    assert_true(d.worst == -1 && d.ulp == 0 && d.abs == 0 && d.scaled == 0);
    a[0] = nextafterf(nextafterf(1, 2), 2);
    d = ref_difference(&x, &y);
    assert_true(d.worst == 0 && d.ulp == 2 && d.scaled < d.rel);
    a[1] = nextafterf(0, 1);
    b[1] = nextafterf(0, -1);
    d = ref_difference(&x, &y);
    assert_true(d.ulp == 2);
    a[2] = 1;
    d = ref_difference(&x, &y);
    assert_true(d.worst == 2 && isinf(d.ulp) && isinf(d.abs));
    ir_context_close(c);
}

static void test_random(void **state)
{
    (void)state;
    IrContext *c = ir_context_open();
    int64_t dims[] = {1000};
    float x[1000], again[1000];
    uint8_t u[1000];
    RefTensor t = {ir_tensor(c, DTYPE_f32, 1, dims), x};
    RefTensor s = {t.type, again}, v = {ir_tensor(c, DTYPE_ui8, 1, dims), u};
    ref_random(&t, 7, -2, 3);
    ref_random(&s, 7, -2, 3);
    ref_random(&v, 7, -5, 10);
    assert_memory_equal(x, again, sizeof x);
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
        assert_true(x[i] >= -2 && x[i] <= 3 && u[i] < 10);
        sum += x[i];
    }
    assert_true(fabs(sum / 1000 - 0.5) < 0.15);
    ir_context_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments_are_kept),
        cmocka_unit_test(test_unsupported),
        cmocka_unit_test(test_endless_calls),
        cmocka_unit_test(test_body_uses_outside),
        cmocka_unit_test(test_training_is_quick),
        cmocka_unit_test(test_difference),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
