/* A file may hold any attribute on any op, and operands of any type: the verifier has a
 * diagnostic for each, or accepts it, but never runs into an assert or out of bounds.
 * Here ops that are right are spoiled at random, one thing at a time (run it with
 * sanitizers). */
#include "ir/kbuild.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

typedef struct Hostile {
    IrContext *context;
    IrModule *module;
    DiagList *diags;
    uint64_t random;
    IrOp *ops[256]; /* all of the module's */
    size_t op_count;
    size_t refused;
} Hostile;

static uint64_t next(Hostile *h)
{
    h->random = h->random * 6364136223846793005u + 1442695040888963407u;
    return h->random >> 33;
}

static int64_t number(Hostile *h)
{
    static const int64_t values[] = {0, 1,   2,         3,         -1,
                                     7, 100, INT64_MAX, INT64_MIN, 1ll << 40};
    return values[next(h) % (sizeof values / sizeof *values)];
}

static IrType any_type(Hostile *h)
{
    IrContext *c = h->context;
    int64_t dims[3] = {(int64_t)(next(h) % 4), 2, 3};
    Dtype elem = (Dtype)(next(h) % DTYPE_COUNT);
    switch (next(h) % 12) {
    case 9: return ir_descriptor(c, elem, 64, 64);
    case 10: return ir_accumulator(c, 64, 16 * (int64_t)(next(h) % 3));
    case 8: return ir_fragment(c, elem, 2, (int64_t)(next(h) % 2) + 1);
    case 0: return ir_scalar(c, elem);
    case 7: return ir_token(c);
    case 1: return ir_index(c);
    case 2: return ir_vector(c, elem, 4);
    case 3: return ir_memref(c, elem, (int)(next(h) % 4), dims);
    case 4: return ir_index_vector(c, 4);
    case 5: return ir_function(c, 0, NULL, 0, NULL);
    case 6: return ir_shared_memref(c, elem, (int)(next(h) % 4), dims);
    default: return ir_tensor(c, elem, (int)(next(h) % 4), dims);
    }
}

static IrAttr any_ints(Hostile *h)
{
    int64_t ints[20];
    size_t count = next(h) % 20;
    for (size_t i = 0; i < count; i++)
        ints[i] = number(h);
    return ir_attr_i64s(h->context, count, ints);
}

static IrAttr any_elements(Hostile *h)
{
    int64_t values[32], dims[] = {(int64_t)(next(h) % 4), 2};
    for (size_t i = 0; i < 32; i++)
        values[i] = number(h);
    IrType t = ir_tensor(h->context, next(h) % 4 ? DTYPE_i64 : DTYPE_i32,
                         (int)(next(h) % 3), dims);
    return ir_attr_elements(h->context, t, values, next(h) % 2);
}

/* NULL: no attribute */
static IrAttr any_attr(Hostile *h)
{
    IrContext *c = h->context;
    switch (next(h) % 14) {
    case 0: return NULL;
    case 1: return ir_attr_unit(c);
    case 2: return ir_attr_bool(c, true);
    case 3: return ir_attr_float(c, ir_scalar(c, DTYPE_f32), 1);
    case 4: return ir_attr_string(c, "x");
    case 5: return ir_attr_symbol(c, "main");
    case 6: return ir_attr_type(c, any_type(h));
    case 7: return ir_attr_array(c, 1, (IrAttr[]){ir_attr_unit(c)});
    case 8: return ir_attr_enum(c, "precision", "LT");
    case 9: return ir_attr_dict(c, 0, NULL);
    case 10: return ir_attr_struct(c, "conv", 0, NULL);
    case 11: return any_elements(h);
    case 12: return ir_attr_i64(c, number(h));
    default: return any_ints(h);
    }
}

/* The same structure or list with one entry spoiled. */
static IrAttr spoil(Hostile *h, IrAttr a)
{
    IrNamedAttr fields[16];
    int64_t ints[32];
    if (a->kind == IR_ATTR_STRUCT) {
        memcpy(fields, a->entries, a->count * sizeof *fields);
        IrNamedAttr *f = &fields[next(h) % a->count];
        IrAttr field = next(h) % 2 ? any_ints(h) : ir_attr_i64(h->context, number(h));
        f->value = next(h) % 2 ? spoil(h, f->value) : field;
        return ir_attr_struct(h->context, a->name, a->count, fields);
    }
    if (a->kind == IR_ATTR_INT)
        return ir_attr_int(h->context, a->type, number(h));
    if (a->kind == IR_ATTR_INTS && a->count && a->count < 32) {
        memcpy(ints, a->ints, a->count * sizeof *ints);
        ints[next(h) % a->count] = number(h);
        return ir_attr_ints(h->context, a->elem, a->count - next(h) % 2, ints);
    }
    return any_attr(h);
}

static void verify(Hostile *h)
{
    bool ok = ir_verify(h->module, h->diags);
    assert_int_equal(ok, diag_errors(h->diags) == 0);
    h->refused += !ok;
    diag_clear(h->diags);
}

static void spoil_attr(Hostile *h, IrOp *op)
{
    IrNamedAttr old = op->attrs[next(h) % op->attr_count];
    ir_op_set_attr(op, old.name, next(h) % 2 ? spoil(h, old.value) : any_attr(h));
    verify(h);
    ir_op_set_attr(op, old.name, old.value);
}

static void spoil_operand(Hostile *h, IrOp *op)
{
    uint32_t i = (uint32_t)(next(h) % op->operand_count);
    IrValue *v = ir_operand(op, i);
    IrType old = v->type;
    v->type = any_type(h);
    verify(h);
    v->type = old;
}

static void spoil_result(Hostile *h, IrOp *op)
{
    IrValue *v = ir_result(op, (uint32_t)(next(h) % op->result_count));
    IrType old = v->type;
    v->type = any_type(h);
    verify(h);
    v->type = old;
}

static void drop_operand(Hostile *h, IrOp *op)
{
    op->operand_count--;
    verify(h);
    op->operand_count++;
}

static void drop_result(Hostile *h, IrOp *op)
{
    op->result_count--;
    verify(h);
    op->result_count++;
}

static void drop_region(Hostile *h, IrOp *op)
{
    IrRegion *r = &op->regions[next(h) % op->region_count];
    IrBlock *old = r->block;
    r->block = NULL;
    verify(h);
    r->block = old;
}

static void drop_end(Hostile *h, IrOp *op)
{
    IrBlock *block = op->regions[next(h) % op->region_count].block;
    if (!block)
        return;
    IrOp *end = block->last;
    ir_op_unlink(end);
    verify(h);
    ir_block_append(block, end);
}

static void drop_argument(Hostile *h, IrOp *op)
{
    IrBlock *block = op->regions[next(h) % op->region_count].block;
    if (!block || !block->arg_count)
        return;
    block->arg_count--;
    verify(h);
    block->arg_count++;
}

static void note_op(IrOp *op, void *data)
{
    Hostile *h = data;
    assert_true(h->op_count < sizeof h->ops / sizeof *h->ops);
    h->ops[h->op_count++] = op;
}

static void spoil_all(Hostile *h, int rounds)
{
    ir_walk(h->module->op, note_op, h);
    verify(h);
    assert_int_equal(h->refused, 0);
    for (size_t i = 0; i < h->op_count; i++)
        for (int round = 0; round < rounds; round++) {
            IrOp *op = h->ops[i];
            if (op->attr_count)
                spoil_attr(h, op);
            if (op->operand_count) {
                spoil_operand(h, op);
                drop_operand(h, op);
            }
            if (op->result_count) {
                spoil_result(h, op);
                drop_result(h, op);
            }
            if (op->region_count) {
                drop_region(h, op);
                drop_end(h, op);
                drop_argument(h, op);
            }
        }
    size_t refused = h->refused;
    assert_true(refused > 100);
    verify(h);
    assert_int_equal(h->refused, refused); /* all is as it was */
}

static int open_hostile(void **state)
{
    static Hostile h;
    h = (Hostile){.context = ir_context_open(), .diags = diag_open(), .random = 1};
    h.module = ir_module_open(h.context, NULL);
    *state = &h;
    return 0;
}

static int close_hostile(void **state)
{
    Hostile *h = *state;
    ir_module_close(h->module);
    ir_context_close(h->context);
    diag_close(h->diags);
    return 0;
}

#define TENSOR(c, elem, ...)                                                             \
    ir_tensor((c), (elem), (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)),    \
              (int64_t[]){__VA_ARGS__})

static void build_shapes(IrBuilder *b, IrValue *x)
{
    IrContext *c = b->module->context;
    IrValue *s = ir_scalar_constant(b, DTYPE_f32, 0),
            *i = ir_scalar_constant(b, DTYPE_i32, 0);
    int64_t one[] = {1, 1}, swap[] = {1, 0}, limit[] = {2, 3};
    ir_iota(b, TENSOR(c, DTYPE_i32, 4, 5), 1);
    ir_broadcast_in_dim(b, x, TENSOR(c, DTYPE_f32, 3, 7, 2), (int64_t[]){2, 0});
    ir_reshape(b, x, 1, (int64_t[]){6});
    ir_transpose(b, x, swap);
    ir_reverse(b, x, 2, swap);
    ir_concatenate(b, 2, (IrValue *[]){x, x}, 1);
    ir_slice(b, x, one, limit, NULL);
    ir_dynamic_slice(b, x, (IrValue *[]){i, i}, one);
    ir_dynamic_update_slice(b, x, x, (IrValue *[]){i, i});
    ir_pad(b, x, s, one, one, swap);
    ir_compare(b, IR_LT, x, x);
    ir_convert(b, x, DTYPE_f16);
    ir_bitcast_convert(b, x, DTYPE_i32);
    ir_clamp(b, s, x, s);
    ir_select(b, ir_is_finite(b, x), ir_add(b, x, x), ir_tanh(b, x));
    IrNamedAttr bits[] = {{"exponent_bits", ir_attr_i64(c, 5)},
                          {"mantissa_bits", ir_attr_i64(c, 10)}};
    ir_build_inferred(b, OP_reduce_precision, 1, &x, 1, 2, bits);
    ir_build_inferred(b, OP_optimization_barrier, 2, (IrValue *[]){x, s}, 2, 0, NULL);
    ir_rng_bits(b, ir_splat(b, TENSOR(c, DTYPE_ui64, 2), 0), TENSOR(c, DTYPE_ui32, 5),
                NULL);
    ir_gradient(b, s, 1, &x);
}

static void build_indexed(IrBuilder *b)
{
    IrContext *c = b->module->context;
    IrGatherDims g = {.offset = 1,
                      .collapsed = 1,
                      .batching = 1,
                      .map = 1,
                      .offset_dims = {1},
                      .collapsed_slice_dims = {1},
                      .start_indices_batching_dims = {1},
                      .start_index_map = {1},
                      .index_vector_dim = 2};
    ir_gather(b, ir_splat(b, TENSOR(c, DTYPE_f32, 2, 5, 6), 0),
              ir_splat(b, TENSOR(c, DTYPE_i32, 7, 2, 1), 0), &g, (int64_t[]){1, 1, 4});
    IrScatterDims s = {.window = 1,
                       .inserted = 1,
                       .map = 1,
                       .update_window_dims = {1},
                       .index_vector_dim = 1};
    ir_scatter(b, ir_splat(b, TENSOR(c, DTYPE_f32, 9, 3), 0),
               ir_splat(b, TENSOR(c, DTYPE_i32, 4), 0),
               ir_splat(b, TENSOR(c, DTYPE_f32, 4, 3), 0), &s, OP_add);
}

static void build_folds(IrBuilder *b, IrValue *x)
{
    IrContext *c = b->module->context;
    IrDotDims d = {.contract = 1, .lhs_contract = {1}, .rhs_contract = {1}};
    IrWindow w = {.rank = 2,
                  .size = {2, 2},
                  .stride = {1, 2},
                  .base_dilation = {1, 1},
                  .window_dilation = {1, 1},
                  .pad_low = {1, 0},
                  .pad_high = {0, 1}};
    IrConvDims v = {.spatial = 1,
                    .input_feature = 2,
                    .input_spatial = {1},
                    .kernel_input = 1,
                    .kernel_output = 2,
                    .kernel_spatial = {0},
                    .output_feature = 2,
                    .output_spatial = {1},
                    .strides = {1},
                    .lhs_dilation = {1},
                    .rhs_dilation = {1},
                    .feature_groups = 1,
                    .batch_groups = 1};
    ir_dot_general(b, x, x, &d);
    ir_convolution(b, ir_splat(b, TENSOR(c, DTYPE_f32, 2, 9, 3), 0),
                   ir_splat(b, TENSOR(c, DTYPE_f32, 3, 3, 4), 0), &v);
    ir_sum(b, x, 1, (int64_t[]){1});
    IrValue *r = ir_reduce_window(b, x, OP_maximum, &w);
    ir_select_and_scatter(b, x, r, IR_GE, &w);
}

static void graph_ops(void **state)
{
    Hostile *h = *state;
    IrContext *c = h->context;
    IrLoc loc = ir_loc_unknown(c);
    IrType t = TENSOR(c, DTYPE_f32, 2, 3);
    IrOp *callee = ir_func_new(h->module, "id", true, loc, 1, &t, 1, &t);
    IrBuilder b = ir_builder_at_end(h->module, ir_func_block(callee), loc);
    ir_return(&b, 1, ir_func_block(callee)->args);
    IrOp *func = ir_func_new(h->module, "main", false, loc, 1, &t, 1, &t);
    ir_func_set_arg_attr(func, 0, "tf.aliasing_output", ir_attr_i64(c, 0));
    ir_func_set_result_attr(func, 0, "descent.name", ir_attr_string(c, "w"));
    b = ir_builder_at_end(h->module, ir_func_block(func), loc);
    IrValue *x = ir_func_block(func)->args[0];
    build_shapes(&b, x);
    build_indexed(&b);
    build_folds(&b, x);
    IrOp *call = ir_call(&b, callee, 1, &x);
    ir_return(&b, 1, (IrValue *[]){ir_result(call, 0)});
    spoil_all(h, 60);
}

static void build_vectors(IrBuilder *b, IrValue *m, IrValue *i)
{
    IrContext *c = b->module->context;
    IrType v4 = ir_vector(c, DTYPE_f32, 4), i4 = ir_vector(c, DTYPE_i1, 4);
    IrValue *v = k_vload(b, m, 1, &i, v4), *mask = k_mask(b, i, i4),
            *lanes = k_step(b, 4);
    k_vstore(b, v, m, 1, &i);
    k_maskedstore(b, k_maskedload(b, m, 1, &i, mask, v), m, 1, &i, mask);
    k_scatter(b, k_gather(b, m, 1, &i, lanes, mask, v), m, 1, &i, lanes, mask);
    IrValue *s = k_extract(b, v, 1);
    k_insert(b, s, k_broadcast(b, s, v4), 2);
    k_shuffle(b, v, v, 3, (int64_t[]){0, 4, 7});
    k_reduction(b, "add", k_fma(b, v, v, v));
    k_select(b, k_cmpf(b, "olt", v, v), v, k_unary(b, OP_math_sqrt, v));
    k_cast(b, OP_arith_fptosi, s, ir_scalar(c, DTYPE_i32));
    k_cast(b, OP_arith_truncf, s, ir_scalar(c, DTYPE_bf16));
    k_cast(b, OP_arith_index_cast, i, ir_scalar(c, DTYPE_i64));
    k_const(b, v4, 1);
}

static void build_loops(IrBuilder *b, IrValue *m, IrValue *i)
{
    IrContext *c = b->module->context;
    IrType index = ir_index(c);
    IrValue *zero = k_int(b, ir_scalar(c, DTYPE_i32), 0);
    IrOp *loop = k_for_begin(b, i, i, i, 1, &zero);
    k_for_end(b, loop, 1, (IrValue *[]){k_arg(loop, 1)});
    IrOp *parallel = k_parallel_begin(b, 1, &i, &i, &i);
    IrValue *at = k_arg(parallel, 0);
    k_store(b, k_load(b, m, 1, &at), m, 1, &at);
    k_parallel_end(b, parallel);
    IrValue *less = k_cmpi(b, "slt", i, i);
    IrOp *branch = k_if_begin(b, less, 1, &index);
    k_if_else(b, branch, 1, &i);
    k_if_end(b, branch, 1, &i);
    IrOp *loop2 = k_while_begin(b, 1, &i, 1, &index);
    IrValue *arg = k_arg(loop2, 0);
    k_while_do(b, loop2, less, 1, &arg);
    arg = k_while_arg(loop2, 0);
    k_while_end(b, loop2, 1, &arg);
}

static void build_box(IrBuilder *b, IrValue *map, IrValue *to)
{
    IrValue *barriers = k_barriers(b, 2), *zero = k_index(b, 0);
    k_barrier_init(b, barriers, zero, 1);
    k_barrier_fence(b);
    k_barrier_arrive(b, barriers, zero, 8192);
    k_tensor_load(b, map, zero, zero, to, barriers, zero);
    k_barrier_wait(b, barriers, zero, k_cmpi(b, "eq", zero, zero));
}

static void build_launch(IrBuilder *b, IrValue *m, IrValue *map)
{
    IrContext *c = b->module->context;
    IrType shared[] = {ir_shared_memref(c, DTYPE_f32, 2, (int64_t[]){2, 4}),
                       ir_shared_memref(c, DTYPE_i8, 1, (int64_t[]){8192})};
    int64_t grid[] = {4, 1, 1}, block[] = {8, 1, 1};
    IrOp *launch = k_launch_begin(b, grid, block, 2, shared);
    IrValue *i = k_thread_id(launch, 0), *s = k_collapse(b, k_launch_shared(launch, 0));
    k_store(b, k_load(b, m, 1, &i), s, 1, &i);
    k_barrier(b);
    IrValue *four = k_int(b, ir_scalar(c, DTYPE_i32), 4);
    k_warp_shuffle(b, "xor", k_load(b, s, 1, &i), four, four);
    KCopy copy = {.to = s, .to_rank = 1, .to_at = &i, .from = m, .from_rank = 1,
                  .from_at = &i, .elements = 4, .present = i};
    IrValue *token = k_async_copy(b, &copy);
    k_async_wait(b, k_async_group(b, 1, &token), 1);
    IrValue *x = k_load_matrix(b, s, 1, &i, 4, false);
    IrValue *sums = k_const(b, ir_fragment(c, DTYPE_f32, 2, 2), 0);
    sums = k_mma(b, x, k_fragment_words(b, x, 2, 2), sums);
    k_fragment_insert(b, k_extract(b, k_fragment_row(b, sums, 1), 0), x, 3);
    IrType lines = ir_shared_memref(c, DTYPE_bf16, 2, (int64_t[]){64, 64});
    IrValue *matrix = k_matrix(b, k_view(b, k_launch_shared(launch, 1), 0, lines), 64, 64);
    IrValue *all = k_warpgroup_zero(b, 64), *parts[8];
    k_fence_proxy(b);
    all = k_warpgroup_mma(b, matrix, matrix, all, true, true, 1);
    k_warpgroup_wait(b, 0);
    k_fragments(b, all, parts);
    build_box(b, map, k_view(b, k_launch_shared(launch, 1), 0, lines));
    k_launch_end(b, launch);
}

static void kernel_ops(void **state)
{
    Hostile *h = *state;
    IrContext *c = h->context;
    IrLoc loc = ir_loc_unknown(c);
    int64_t bytes = 64, dims[] = {2, 4}, eight = 8;
    IrType in[] = {ir_memref(c, DTYPE_i8, 1, &bytes), ir_index(c)};
    IrType flat = ir_memref(c, DTYPE_f32, 1, &eight),
           square = ir_memref(c, DTYPE_f32, 2, dims);
    k_global(h->module, "table", flat, ir_attr_splat(c, TENSOR(c, DTYPE_f32, 8), 1), loc);
    IrOp *func = ir_func_new(h->module, "main", false, loc, 2, in, 0, NULL);
    IrBuilder b = ir_builder_at_end(h->module, ir_func_block(func), loc);
    IrValue *arena = ir_func_block(func)->args[0], *i = ir_func_block(func)->args[1];
    IrValue *m = k_collapse(&b, k_view(&b, arena, 0, square));
    k_copy(&b, k_get_global(&b, "table", flat), m);
    k_alloc(&b, square);
    k_alloca(&b, square);
    k_add_index(&b, i, i);
    build_vectors(&b, m, i);
    build_loops(&b, m, i);
    IrType halves = ir_memref(c, DTYPE_bf16, 2, (int64_t[]){128, 64});
    build_launch(&b, m, k_tensor_map(&b, k_alloc(&b, halves), 128, 64, 64));
    ir_return(&b, 0, NULL);
    spoil_all(h, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(graph_ops, open_hostile, close_hostile),
        cmocka_unit_test_setup_teardown(kernel_ops, open_hostile, close_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
