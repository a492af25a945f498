/* What the verifier refuses and no text can say: its parser would refuse it first. */
#include "ir/build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

typedef struct Fixture {
    IrContext *context;
    IrModule *module;
    DiagList *diags;
    IrBuilder builder; /* in @main(%x: tensor<2x3xf32>) */
    IrValue *x;
} Fixture;

static IrType square(IrContext *c)
{
    return ir_tensor(c, DTYPE_f32, 2, (int64_t[]){2, 3});
}

static int open_fixture(void **state)
{
    static Fixture f;
    f.context = ir_context_open();
    f.module = ir_module_open(f.context, NULL);
    f.diags = diag_open();
    IrLoc loc = ir_loc_unknown(f.context);
    IrType t = square(f.context);
    IrOp *func = ir_func_new(f.module, "main", false, loc, 1, &t, 0, NULL);
    f.builder = ir_builder_at_end(f.module, ir_func_block(func), loc);
    f.x = ir_func_block(func)->args[0];
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    Fixture *f = *state;
    diag_close(f->diags);
    ir_module_close(f->module);
    ir_context_close(f->context);
    return 0;
}

static void expect(Fixture *f, const char *message)
{
    assert_false(ir_verify(f->module, f->diags));
    assert_true(diag_count(f->diags) > 0);
    assert_string_equal(diag_get(f->diags, 0)->message, message);
}

static void structure_S1_func(void **state)
{
    Fixture *f = *state;
    IrOp *inner =
        ir_func_new(f->module, "inner", false, f->builder.loc, 0, NULL, 0, NULL);
    IrBuilder b = ir_builder_at_end(f->module, ir_func_block(inner), f->builder.loc);
    ir_return(&b, 0, NULL);
    ir_op_unlink(inner);
    ir_block_append(f->builder.block, inner);
    ir_return(&f->builder, 0, NULL);
    expect(f, "func: stands inside of a function");
}

static void structure_S1_op(void **state)
{
    Fixture *f = *state;
    IrType t = square(f->context);
    ir_return(&f->builder, 0, NULL);
    IrBuilder b =
        ir_builder_at_end(f->module, ir_module_block(f->module), f->builder.loc);
    ir_splat(&b, t, 0);
    expect(f, "constant: stands outside of a function");
}

static void structure_S2_name(void **state)
{
    Fixture *f = *state;
    ir_return(&f->builder, 0, NULL);
    ir_op_set_attr(f->builder.block->region->op, "sym_name", NULL);
    expect(f, "func: sym_name is no string");
}

static void structure_S3_type(void **state)
{
    Fixture *f = *state;
    ir_return(&f->builder, 0, NULL);
    ir_op_set_attr(f->builder.block->region->op, "function_type", NULL);
    expect(f, "func: function_type is no function type");
}

static void structure_S6_missing(void **state)
{
    Fixture *f = *state;
    expect(f, "func: the block must end in func.return");
}

static void structure_S7_before(void **state)
{
    Fixture *f = *state;
    IrValue *y = ir_abs(&f->builder, f->x);
    IrBuilder b = ir_builder_before(y->op);
    ir_negate(&b, y);
    ir_return(&f->builder, 0, NULL);
    expect(f, "negate: operand 0 is not defined here");
}

static void structure_S7_other_function(void **state)
{
    Fixture *f = *state;
    IrOp *func = ir_func_new(f->module, "other", false, f->builder.loc, 0, NULL, 0, NULL);
    IrBuilder b = ir_builder_at_end(f->module, ir_func_block(func), f->builder.loc);
    ir_abs(&b, f->x);
    ir_return(&b, 0, NULL);
    ir_return(&f->builder, 0, NULL);
    expect(f, "abs: operand 0 is not defined here");
}

static void structure_S7_region(void **state)
{
    Fixture *f = *state;
    IrValue *sum = ir_sum(&f->builder, f->x, 1, (int64_t[]){0});
    ir_abs(&f->builder, sum->op->regions[0].block->args[0]);
    ir_return(&f->builder, 0, NULL);
    expect(f, "abs: operand 0 is not defined here");
}

static void structure_S9_callee(void **state)
{
    Fixture *f = *state;
    ir_build(&f->builder, OP_call, 0, NULL, 0, NULL, 0, NULL);
    ir_return(&f->builder, 0, NULL);
    expect(f, "call: callee is no symbol");
}

static void unary_takes_tensors(void **state)
{
    Fixture *f = *state;
    IrType t = ir_scalar(f->context, DTYPE_f32);
    f->x->type = t;
    ir_func_set_type(f->builder.block->region->op,
                     ir_function(f->context, 1, &t, 0, NULL));
    ir_build(&f->builder, OP_abs, 1, &f->x, 1, &t, 0, NULL);
    ir_return(&f->builder, 0, NULL);
    expect(f, "abs: operand 0 is no tensor: f32");
}

/* Every dimension of the kernel is named, but one of them twice. */
static void convolution_C3(void **state)
{
    Fixture *f = *state;
    IrConvDims d = {.spatial = 0,
                    .input_feature = 1,
                    .kernel_output = 1,
                    .output_feature = 1,
                    .feature_groups = 1,
                    .batch_groups = 1};
    IrValue *kernel =
        ir_splat(&f->builder, ir_tensor(f->context, DTYPE_f32, 2, (int64_t[]){3, 4}), 0);
    IrOp *op = ir_convolution(&f->builder, f->x, kernel, &d)->op;
    IrAttr numbers = ir_op_attr(op, "dimension_numbers");
    IrNamedAttr fields[9];
    assert_int_equal(numbers->count, 9);
    memcpy(fields, numbers->entries, sizeof fields);
    for (int i = 0; i < 9; i++)
        if (!strcmp(fields[i].name, "kernel_output_feature_dimension"))
            fields[i].value = ir_attr_i64(f->context, 0);
    ir_op_set_attr(op, "dimension_numbers",
                   ir_attr_struct(f->context, "conv", 9, fields));
    ir_return(&f->builder, 0, NULL);
    expect(f, "convolution: kernel dimensions: dimension 0 occurs twice");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {TEST(structure_S1_func),
                                       TEST(structure_S1_op),
                                       TEST(structure_S2_name),
                                       TEST(structure_S3_type),
                                       TEST(structure_S6_missing),
                                       TEST(structure_S7_before),
                                       TEST(structure_S7_other_function),
                                       TEST(structure_S7_region),
                                       TEST(structure_S9_callee),
                                       TEST(unary_takes_tensors),
                                       TEST(convolution_C3)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
