/* The graph builders: the types that follow, the attributes written and read back. */
#include "ir/build.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

typedef struct Fixture {
    IrContext *context;
    IrModule *module;
    IrBuilder builder;
} Fixture;

static int open_fixture(void **state)
{
    static Fixture f;
    f.context = ir_context_open();
    f.module = ir_module_open(f.context, NULL);
    IrLoc loc = ir_loc_unknown(f.context);
    IrOp *func = ir_func_new(f.module, "main", false, loc, 0, NULL, 0, NULL);
    f.builder = ir_builder_at_end(f.module, ir_func_block(func), loc);
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

static IrType tensor(Fixture *f, Dtype elem, int rank, const int64_t *dims)
{
    return ir_tensor(f->context, elem, rank, dims);
}

#define DIMS(...)                                                                        \
    (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]) { __VA_ARGS__ }

static IrValue *f32(Fixture *f, int rank, const int64_t *dims)
{
    return ir_splat(&f->builder, tensor(f, DTYPE_f32, rank, dims), 0);
}

static void expect_type(Fixture *f, const IrValue *v, const char *type)
{
    assert_string_equal(ir_type_str(f->context, v->type), type);
}

/* Everything that a test built is a function that the verifier accepts. */
static void expect_valid(Fixture *f)
{
    DiagList *d = diag_open();
    ir_return(&f->builder, 0, NULL);
    if (!ir_verify(f->module, d))
        diag_print(d, stderr);
    assert_int_equal(diag_errors(d), 0);
    diag_close(d);
}

static void elementwise(void **state)
{
    Fixture *f = *state;
    IrBuilder *b = &f->builder;
    IrValue *x = f32(f, DIMS(2, 3)), *s = ir_scalar_constant(b, DTYPE_f32, 1);
    expect_type(f, ir_add(b, x, ir_abs(b, x)), "tensor<2x3xf32>");
    expect_type(f, ir_compare(b, IR_LT, x, x), "tensor<2x3xi1>");
    expect_type(f, ir_convert(b, x, DTYPE_bf16), "tensor<2x3xbf16>");
    expect_type(f, ir_bitcast_convert(b, x, DTYPE_ui32), "tensor<2x3xui32>");
    expect_type(f, ir_is_finite(b, x), "tensor<2x3xi1>");
    expect_type(f, ir_clamp(b, s, x, s), "tensor<2x3xf32>");
    expect_type(f, ir_select(b, ir_compare(b, IR_EQ, s, s), x, x), "tensor<2x3xf32>");
    assert_ptr_equal(ir_convert(b, x, DTYPE_f32), x);
    expect_valid(f);
}

static void compare_names_its_kind(void **state)
{
    Fixture *f = *state;
    static const struct {
        Dtype elem;
        const char *kind;
    } rows[] = {{DTYPE_f64, "FLOAT"},
                {DTYPE_i8, "SIGNED"},
                {DTYPE_ui8, "UNSIGNED"},
                {DTYPE_i1, "UNSIGNED"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        IrValue *x = ir_scalar_constant(&f->builder, rows[i].elem, 1);
        IrValue *r = ir_compare(&f->builder, IR_NE, x, x);
        assert_string_equal(ir_op_string(r->op, "compare_type"), rows[i].kind);
    }
    expect_valid(f);
}

static void shapes(void **state)
{
    Fixture *f = *state;
    IrBuilder *b = &f->builder;
    IrValue *x = f32(f, DIMS(2, 3)), *s = ir_scalar_constant(b, DTYPE_f32, 0);
    IrValue *i = ir_scalar_constant(b, DTYPE_i32, 0), *starts[] = {i, i};
    int64_t zero[] = {0, 0}, one[] = {1, 1}, both[] = {1, 0}, limit[] = {2, 3};
    expect_type(f, ir_iota(b, tensor(f, DTYPE_i32, DIMS(4, 5)), 1), "tensor<4x5xi32>");
    expect_type(
        f,
        ir_broadcast_in_dim(b, x, tensor(f, DTYPE_f32, DIMS(3, 7, 2)), (int64_t[]){2, 0}),
        "tensor<3x7x2xf32>");
    expect_type(f, ir_reshape(b, x, DIMS(6)), "tensor<6xf32>");
    assert_ptr_equal(ir_reshape(b, x, DIMS(2, 3)), x);
    expect_type(f, ir_transpose(b, x, both), "tensor<3x2xf32>");
    expect_type(f, ir_reverse(b, x, 2, both), "tensor<2x3xf32>");
    expect_type(f, ir_concatenate(b, 3, (IrValue *[]){x, x, x}, 1), "tensor<2x9xf32>");
    expect_type(f, ir_slice(b, x, zero, limit, NULL), "tensor<2x3xf32>");
    expect_type(f, ir_slice(b, x, zero, limit, (int64_t[]){5, 2}), "tensor<1x2xf32>");
    expect_type(f, ir_dynamic_slice(b, x, starts, one), "tensor<1x1xf32>");
    expect_type(f, ir_dynamic_update_slice(b, x, x, starts), "tensor<2x3xf32>");
    expect_type(f, ir_pad(b, x, s, one, (int64_t[]){-2, 0}, both), "tensor<2x4xf32>");
    expect_valid(f);
}

static void dot_dims_come_back(void **state)
{
    Fixture *f = *state;
    IrDotDims d = {.batch = 1,
                   .contract = 1,
                   .lhs_batch = {2},
                   .rhs_batch = {0},
                   .lhs_contract = {1},
                   .rhs_contract = {3}};
    IrValue *r =
        ir_dot_general(&f->builder, f32(f, DIMS(2, 3, 4)), f32(f, DIMS(4, 5, 6, 3)), &d);
    IrDotDims back = ir_dot_dims(r->op);
    expect_type(f, r, "tensor<4x2x5x6xf32>");
    assert_memory_equal(&d, &back, sizeof d);
    expect_valid(f);
}

static IrConvDims conv_2d(void)
{
    return (IrConvDims){.spatial = 2,
                        .input_batch = 0,
                        .input_feature = 3,
                        .input_spatial = {1, 2},
                        .kernel_input = 2,
                        .kernel_output = 3,
                        .kernel_spatial = {0, 1},
                        .output_batch = 1,
                        .output_feature = 0,
                        .output_spatial = {3, 2},
                        .strides = {2, 1},
                        .pad_low = {1, -1},
                        .pad_high = {1, 0},
                        .lhs_dilation = {1, 2},
                        .rhs_dilation = {2, 1},
                        .reversal = {false, true},
                        .feature_groups = 2,
                        .batch_groups = 1};
}

static void conv_dims_come_back(void **state)
{
    Fixture *f = *state;
    IrConvDims d = conv_2d();
    IrValue *x = f32(f, DIMS(8, 9, 10, 4)), *k = f32(f, DIMS(3, 3, 2, 6));
    IrValue *r = ir_convolution(&f->builder, x, k, &d);
    IrConvDims back = ir_conv_dims(r->op);
    /* first: (9 + 2 - 5) / 2 + 1, second: (19 - 1 - 3) + 1 */
    expect_type(f, r, "tensor<6x8x16x4xf32>");
    assert_memory_equal(&d, &back, sizeof d);
    expect_valid(f);
}

static void conv_defaults(void **state)
{
    Fixture *f = *state;
    IrConvDims d = conv_2d();
    d.feature_groups = 1;
    IrOp *op = ir_convolution(&f->builder, f32(f, DIMS(8, 9, 10, 2)),
                              f32(f, DIMS(3, 3, 2, 6)), &d)
                   ->op;
    static const char *const optional[] = {"window_strides",   "padding",
                                           "lhs_dilation",     "rhs_dilation",
                                           "window_reversal",  "feature_group_count",
                                           "batch_group_count"};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        ir_op_set_attr(op, optional[i], NULL);
    IrType t;
    assert_true(ir_infer(op, &t, NULL));
    assert_string_equal(ir_type_str(f->context, t), "tensor<6x8x8x7xf32>");
    d = ir_conv_dims(op);
    assert_true(d.strides[1] == 1 && d.pad_low[0] == 0 && d.lhs_dilation[1] == 1 &&
                d.feature_groups == 1 && d.batch_groups == 1 && !d.reversal[1]);
}

static void gather_dims_come_back(void **state)
{
    Fixture *f = *state;
    IrBuilder *b = &f->builder;
    IrGatherDims d = {.offset = 1,
                      .collapsed = 1,
                      .batching = 1,
                      .map = 1,
                      .offset_dims = {1},
                      .collapsed_slice_dims = {1},
                      .operand_batching_dims = {0},
                      .start_indices_batching_dims = {1},
                      .start_index_map = {1},
                      .index_vector_dim = 2};
    IrValue *indices = ir_splat(b, tensor(f, DTYPE_i32, DIMS(7, 2, 1)), 0);
    IrValue *r = ir_gather(b, f32(f, DIMS(2, 5, 6)), indices, &d, (int64_t[]){1, 1, 4});
    IrGatherDims back = ir_gather_dims(r->op);
    expect_type(f, r, "tensor<7x4x2xf32>");
    assert_memory_equal(&d, &back, sizeof d);
    expect_valid(f);
}

static void scatter_dims_come_back(void **state)
{
    Fixture *f = *state;
    IrBuilder *b = &f->builder;
    IrScatterDims d = {.window = 1,
                       .inserted = 1,
                       .map = 1,
                       .update_window_dims = {1},
                       .inserted_window_dims = {0},
                       .scatter_dims_to_operand_dims = {0},
                       .index_vector_dim = 1};
    IrValue *indices = ir_splat(b, tensor(f, DTYPE_i32, DIMS(4)), 0);
    IrValue *r =
        ir_scatter(b, f32(f, DIMS(9, 3)), indices, f32(f, DIMS(4, 3)), &d, OP_add);
    IrScatterDims back = ir_scatter_dims(r->op);
    expect_type(f, r, "tensor<9x3xf32>");
    assert_memory_equal(&d, &back, sizeof d);
    assert_int_equal(ir_body_op(&r->op->regions[0]), OP_add);
    r = ir_scatter(b, f32(f, DIMS(9, 3)), indices, f32(f, DIMS(4, 3)), &d, OP_yield);
    assert_int_equal(ir_body_op(&r->op->regions[0]), OP_COUNT);
    expect_valid(f);
}

static void reduce_has_its_body(void **state)
{
    Fixture *f = *state;
    static const IrOpKind kinds[] = {OP_add, OP_multiply, OP_maximum, OP_minimum};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        IrValue *r =
            ir_reduce(&f->builder, f32(f, DIMS(2, 3, 4)), kinds[i], 2, (int64_t[]){2, 0});
        expect_type(f, r, "tensor<3xf32>");
        assert_int_equal(ir_body_op(&r->op->regions[0]), kinds[i]);
    }
    expect_valid(f);
}

static double neutral(Fixture *f, IrOpKind by, Dtype elem)
{
    return ir_elements_get(ir_op_attr(ir_neutral(&f->builder, by, elem)->op, "value"), 0);
}

static void neutral_elements(void **state)
{
    Fixture *f = *state;
    assert_true(neutral(f, OP_add, DTYPE_f32) == 0 &&
                neutral(f, OP_multiply, DTYPE_bf16) == 1);
    assert_true(neutral(f, OP_maximum, DTYPE_f16) == -INFINITY);
    assert_true(neutral(f, OP_minimum, DTYPE_f64) == INFINITY);
    assert_true(neutral(f, OP_maximum, DTYPE_i8) == -128 &&
                neutral(f, OP_minimum, DTYPE_i8) == 127);
    assert_true(neutral(f, OP_maximum, DTYPE_ui8) == 0 &&
                neutral(f, OP_minimum, DTYPE_ui16) == 65535);
    assert_true(neutral(f, OP_and, DTYPE_i1) == 1 && neutral(f, OP_or, DTYPE_i1) == 0);
    assert_true(neutral(f, OP_maximum, DTYPE_i1) == 0 &&
                neutral(f, OP_minimum, DTYPE_i1) == 1);
    assert_true(neutral(f, OP_and, DTYPE_i32) == -1);
}

static void windows_come_back(void **state)
{
    Fixture *f = *state;
    IrBuilder *b = &f->builder;
    IrWindow w = {.rank = 2,
                  .size = {2, 3},
                  .stride = {2, 1},
                  .base_dilation = {1, 2},
                  .window_dilation = {2, 1},
                  .pad_low = {1, 0},
                  .pad_high = {0, -1}};
    IrValue *x = f32(f, DIMS(6, 5));
    IrValue *r = ir_reduce_window(b, x, OP_maximum, &w);
    IrWindow back = ir_window(r->op);
    expect_type(f, r, "tensor<3x6xf32>");
    assert_memory_equal(&w, &back, sizeof w);
    IrWindow plain = {.rank = 2,
                      .size = {2, 2},
                      .stride = {2, 2},
                      .base_dilation = {1, 1},
                      .window_dilation = {1, 1}};
    r = ir_select_and_scatter(b, x, f32(f, DIMS(3, 2)), IR_GE, &plain);
    back = ir_window(r->op);
    expect_type(f, r, "tensor<6x5xf32>");
    assert_memory_equal(&plain, &back, sizeof plain);
    expect_valid(f);
}

static void empty_shapes(void **state)
{
    Fixture *f = *state;
    IrBuilder *b = &f->builder;
    IrValue *x = f32(f, DIMS(0, 3));
    IrDotDims d = {.contract = 1, .lhs_contract = {0}, .rhs_contract = {0}};
    IrWindow w = {.rank = 2,
                  .size = {2, 2},
                  .stride = {1, 1},
                  .base_dilation = {1, 1},
                  .window_dilation = {1, 1}};
    expect_type(f, ir_sum(b, x, 1, (int64_t[]){0}), "tensor<3xf32>");
    expect_type(f, ir_dot_general(b, x, x, &d), "tensor<3x3xf32>");
    expect_type(f, ir_reduce_window(b, x, OP_add, &w), "tensor<0x2xf32>");
    expect_type(f, ir_reshape(b, x, DIMS(5, 0)), "tensor<5x0xf32>");
    expect_valid(f);
}

static void random_gradient_call(void **state)
{
    Fixture *f = *state;
    IrBuilder *b = &f->builder;
    IrValue *key, *w = f32(f, DIMS(2)), *loss = ir_scalar_constant(b, DTYPE_f32, 0);
    IrValue *seed = ir_splat(b, tensor(f, DTYPE_ui64, DIMS(2)), 1);
    IrValue *bits = ir_rng_bits(b, seed, tensor(f, DTYPE_ui32, DIMS(5)), &key);
    expect_type(f, bits, "tensor<5xui32>");
    expect_type(f, key, "tensor<2xui64>");
    expect_type(f, ir_result(ir_gradient(b, loss, 2, (IrValue *[]){w, loss}), 1),
                "tensor<f32>");
    IrOp *func = ir_func_new(f->module, "id", true, b->loc, 1, &w->type, 1, &w->type);
    IrBuilder in = ir_builder_at_end(f->module, ir_func_block(func), b->loc);
    ir_return(&in, 1, ir_func_block(func)->args);
    expect_type(f, ir_result(ir_call(b, func, 1, &w), 0), "tensor<2xf32>");
    expect_valid(f);
}

static void builder_before(void **state)
{
    Fixture *f = *state;
    IrValue *x = f32(f, DIMS(2)), *y = ir_negate(&f->builder, x);
    IrBuilder b = ir_builder_before(y->op);
    IrValue *z = ir_abs(&b, x);
    assert_ptr_equal(z->op->next, y->op);
    expect_valid(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {TEST(elementwise),
                                       TEST(compare_names_its_kind),
                                       TEST(shapes),
                                       TEST(dot_dims_come_back),
                                       TEST(conv_dims_come_back),
                                       TEST(conv_defaults),
                                       TEST(gather_dims_come_back),
                                       TEST(scatter_dims_come_back),
                                       TEST(reduce_has_its_body),
                                       TEST(neutral_elements),
                                       TEST(windows_come_back),
                                       TEST(empty_shapes),
                                       TEST(random_gradient_call),
                                       TEST(builder_before)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
