/* Buffers and vectors: indices of several dimensions, masks, gather and scatter,
 * shuffles, reductions, constants, views, stack buffers, copies. */
#include "tests/cpu/kernel.h"

#include <math.h>
#include <string.h>

static IrValue *at_zero(Kernel *k) { return k_index(&k->b, 0); }

static void on_all_targets(void test(const char *cpu))
{
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++)
        test(*cpu);
}

/* A 2x3x4 buffer in the arena of the kernel: view, copy into it, read [1][j][k] out of
 * it. */
static void views_and_indices_on(const char *cpu)
{
    Kernel k = kernel_open(2, (Dtype[]){DTYPE_f32, DTYPE_f32}, (int64_t[]){24, 12});
    IrBuilder *b = &k.b;
    IrType cube = ir_memref(k.c, DTYPE_f32, 3, (int64_t[]){2, 3, 4});
    IrType bytes = ir_memref(k.c, DTYPE_i8, 1, (int64_t[]){128});
    IrValue *view = k_view(b, k_alloca(b, bytes), 16, cube);
    k_copy(b, kernel_arg(&k, 0), k_collapse(b, view));
    IrValue *zero = k_index(b, 0), *one = k_index(b, 1);
    IrOp *rows = k_for_begin(b, zero, k_index(b, 3), one, 0, NULL);
    IrOp *columns = k_for_begin(b, zero, k_index(b, 4), one, 0, NULL);
    IrValue *j = k_arg(rows, 0), *i = k_arg(columns, 0);
    IrValue *v = k_load(b, view, 3, (IrValue *[]){one, j, i});
    IrValue *to = k_add_index(b, k_mul_index(b, j, k_index(b, 4)), i);
    k_store(b, v, kernel_arg(&k, 1), 1, &to);
    k_for_end(b, columns, 0, NULL);
    k_for_end(b, rows, 0, NULL);
    kernel_compile(&k, cpu);
    float x[24], out[12];
    for (int n = 0; n < 24; n++)
        x[n] = (float)n;
    kernel_run(&k, (void *[]){x, out}, NULL);
    assert_memory_equal(out, x + 12, sizeof out);
    kernel_close(&k);
}

/* The first n lanes, n read from memory: from none to more than there are. */
static void masks_on(const char *cpu)
{
    static const Dtype types[] = {DTYPE_f32, DTYPE_f64, DTYPE_i32, DTYPE_i8, DTYPE_bf16};
    for (int t = 0; t < 5; t++) {
        Kernel k = kernel_open(3, (Dtype[]){DTYPE_i64, types[t], types[t]},
                               (int64_t[]){1, 16, 16});
        IrBuilder *b = &k.b;
        IrValue *zero = at_zero(&k), *n = k_load(b, kernel_arg(&k, 0), 1, &zero);
        n = k_cast(b, OP_arith_index_cast, n, ir_index(k.c));
        IrValue *mask = k_mask(b, n, ir_vector(k.c, DTYPE_i1, 16));
        IrType v = ir_vector(k.c, types[t], 16);
        IrValue *pass = dtype_is_float(types[t]) ? k_const(b, v, 5) : k_int(b, v, 5);
        IrValue *x = k_maskedload(b, kernel_arg(&k, 1), 1, &zero, mask, pass);
        k_vstore(b, x, kernel_arg(&k, 2), 1, &zero);
        k_maskedstore(b, pass, kernel_arg(&k, 1), 1, &zero, mask);
        kernel_compile(&k, cpu);
        size_t size = dtype_bytes(types[t]);
        for (int64_t count = -1; count <= 18; count++) {
            char in[128], out[128];
            for (int i = 0; i < 16; i++)
                dtype_store(types[t], in + (size_t)i * size, i + 32);
            kernel_run(&k, (void *[]){&count, in, out}, NULL);
            for (int i = 0; i < 16; i++) {
                double loaded = dtype_load(types[t], out + (size_t)i * size);
                double left = dtype_load(types[t], in + (size_t)i * size);
                assert_true(loaded == (i < count ? i + 32 : 5));
                assert_true(left == (i < count ? 5 : i + 32));
            }
        }
        kernel_close(&k);
    }
}

/* out[i] = x[1 + lanes[i]] where lanes is odd, else -1; scattered back backwards. */
static void gather_and_scatter_on(const char *cpu)
{
    Kernel k = kernel_open(3, (Dtype[]){DTYPE_i32, DTYPE_f32, DTYPE_f32},
                           (int64_t[]){8, 32, 16});
    IrBuilder *b = &k.b;
    IrType v = ir_vector(k.c, DTYPE_f32, 8), vi = ir_vector(k.c, DTYPE_i32, 8);
    IrValue *zero = at_zero(&k), *one = k_index(b, 1);
    IrValue *lanes = k_vload(b, kernel_arg(&k, 0), 1, &zero, vi);
    IrValue *odd = k_binary(b, OP_arith_andi, lanes, k_int(b, vi, 1));
    IrValue *mask = k_cmpi(b, "ne", odd, k_int(b, vi, 0));
    IrValue *x = k_gather(b, kernel_arg(&k, 1), 1, &one, lanes, mask, k_const(b, v, -1));
    k_vstore(b, x, kernel_arg(&k, 2), 1, &zero);
    IrType index = ir_index_vector(k.c, 8);
    IrValue *back = k_binary(b, OP_arith_subi, k_int(b, index, 15), k_step(b, 8));
    k_scatter(b, x, kernel_arg(&k, 2), 1, &zero, back, mask);
    kernel_compile(&k, cpu);
    int32_t at[8] = {3, 30, 1, 0, 29, 7, 7, 12};
    float in[32], out[16] = {0};
    for (int i = 0; i < 32; i++)
        in[i] = (float)(i * i);
    kernel_run(&k, (void *[]){at, in, out}, NULL);
    for (int i = 0; i < 8; i++) {
        bool set = at[i] % 2;
        assert_true(out[i] == (set ? in[1 + at[i]] : -1));
        assert_true(out[15 - i] == (set ? in[1 + at[i]] : 0));
    }
    kernel_close(&k);
}

/* Halves added onto each other until one is left: the order is fixed, and is this one. */
static float tree_sum(const float *x, int n)
{
    float v[64];
    memcpy(v, x, (size_t)n * sizeof *v);
    for (n /= 2; n > 0; n /= 2)
        for (int i = 0; i < n; i++)
            v[i] += v[n + i];
    return v[0];
}

static void reductions_on(const char *cpu)
{
    for (int64_t lanes = 1; lanes <= 64; lanes *= 2) {
        Kernel k = kernel_open(3, (Dtype[]){DTYPE_f32, DTYPE_i32, DTYPE_f32},
                               (int64_t[]){64, 64, 8});
        IrBuilder *b = &k.b;
        IrValue *zero = at_zero(&k);
        IrValue *x =
            k_vload(b, kernel_arg(&k, 0), 1, &zero, ir_vector(k.c, DTYPE_f32, lanes));
        IrValue *n =
            k_vload(b, kernel_arg(&k, 1), 1, &zero, ir_vector(k.c, DTYPE_i32, lanes));
        static const char *const kinds[] = {"add", "mul", "maximumf", "minimumf"};
        static const char *const int_kinds[] = {"add", "maxsi", "minui", "xor"};
        for (int i = 0; i < 8; i++) {
            IrValue *r =
                i < 4 ? k_reduction(b, kinds[i], x) : k_reduction(b, int_kinds[i - 4], n);
            if (i >= 4)
                r = k_cast(b, OP_arith_bitcast, r, ir_scalar(k.c, DTYPE_f32));
            IrValue *at = k_index(b, i);
            k_store(b, r, kernel_arg(&k, 2), 1, &at);
        }
        kernel_compile(&k, cpu);
        float in[64], out[8], most = -INFINITY, least = INFINITY;
        int32_t ints[64], bits[8], sum = 0, greatest = INT32_MIN, all = 0;
        uint32_t smallest = UINT32_MAX;
        for (int i = 0; i < 64; i++) {
            in[i] = 1 + sinf((float)i) / 3;
            ints[i] = (i * 7919) ^ (i % 3 ? -1 : 0);
        }
        kernel_run(&k, (void *[]){in, ints, out}, NULL);
        memcpy(bits, out, sizeof bits);
        for (int i = 0; i < lanes; i++) {
            most = fmaxf(most, in[i]);
            least = fminf(least, in[i]);
            sum += ints[i];
            greatest = ints[i] > greatest ? ints[i] : greatest;
            smallest = (uint32_t)ints[i] < smallest ? (uint32_t)ints[i] : smallest;
            all ^= ints[i];
        }
        assert_true(out[0] == tree_sum(in, (int)lanes));
        assert_true(out[2] == most && out[3] == least);
        assert_true(bits[4] == sum && bits[5] == greatest);
        assert_true((uint32_t)bits[6] == smallest && bits[7] == all);
        kernel_close(&k);
    }
}

static void lanes_on(const char *cpu)
{
    Kernel k = kernel_open(2, (Dtype[]){DTYPE_f32, DTYPE_f32}, (int64_t[]){8, 8});
    IrBuilder *b = &k.b;
    IrValue *zero = at_zero(&k);
    IrValue *x = k_vload(b, kernel_arg(&k, 0), 1, &zero, ir_vector(k.c, DTYPE_f32, 4));
    IrValue *y =
        k_shuffle(b, x, k_const(b, x->type, 9), 8, (int64_t[]){3, 2, 1, 0, 4, 4, 0, 0});
    y = k_insert(b, k_extract(b, x, 1), y, 7);
    k_vstore(b, y, kernel_arg(&k, 1), 1, &zero);
    kernel_compile(&k, cpu);
    float in[8] = {10, 11, 12, 13}, out[8], want[8] = {13, 12, 11, 10, 9, 9, 10, 11};
    kernel_run(&k, (void *[]){in, out}, NULL);
    assert_memory_equal(out, want, sizeof out);
    kernel_close(&k);
}

/* dense<...> as a memref.global and as a vector constant; a splat, and one element
 * each. */
static void constants_on(const char *cpu)
{
    Kernel k = kernel_open(1, (Dtype[]){DTYPE_f32}, (int64_t[]){12});
    IrBuilder *b = &k.b;
    const float values[4] = {1, -2, 0.5f, 1e-40f};
    int64_t four = 4;
    IrType tensor = ir_tensor(k.c, DTYPE_f32, 1, &four),
           memref = ir_memref(k.c, DTYPE_f32, 1, &four);
    k_global(k.m, "w", memref, ir_attr_elements(k.c, tensor, values, false), b->loc);
    k_global(k.m, "s", memref, ir_attr_splat(k.c, tensor, 7), b->loc);
    IrType v4 = ir_vector(k.c, DTYPE_f32, 4);
    IrNamedAttr value = {ir_name(k.c, "value"), ir_attr_elements(k.c, v4, values, false)};
    IrValue *zero = at_zero(&k), *to[] = {zero, k_index(b, 4), k_index(b, 8)};
    k_vstore(b, k_vload(b, k_get_global(b, "w", memref), 1, &zero, v4), kernel_arg(&k, 0),
             1, &to[0]);
    k_vstore(b, k_vload(b, k_get_global(b, "s", memref), 1, &zero, v4), kernel_arg(&k, 0),
             1, &to[1]);
    IrOp *literal = ir_build(b, OP_arith_constant, 0, NULL, 1, &v4, 1, &value);
    k_vstore(b, ir_result(literal, 0), kernel_arg(&k, 0), 1, &to[2]);
    kernel_compile(&k, cpu);
    float out[12];
    kernel_run(&k, (void *[]){out}, NULL);
    assert_memory_equal(out, values, sizeof values);
    assert_memory_equal(out + 8, values, sizeof values);
    assert_true(out[4] == 7 && out[7] == 7);
    kernel_close(&k);
}

static void selects_and_fma_on(const char *cpu)
{
    Kernel k = kernel_open(2, (Dtype[]){DTYPE_f32, DTYPE_f32}, (int64_t[]){8, 16});
    IrBuilder *b = &k.b;
    IrValue *zero = at_zero(&k), *eight = k_index(b, 8);
    IrValue *x = k_vload(b, kernel_arg(&k, 0), 1, &zero, ir_vector(k.c, DTYPE_f32, 8));
    IrValue *first = k_load(b, kernel_arg(&k, 0), 1, &zero);
    IrValue *whole = k_cmpf(b, "ogt", first, k_const(b, first->type, 100));
    IrValue *lane = k_cmpf(b, "ogt", x, k_broadcast(b, first, x->type));
    IrValue *fused = k_fma(b, x, x, k_const(b, x->type, -1));
    k_vstore(b, k_select(b, whole, x, k_select(b, lane, fused, x)), kernel_arg(&k, 1), 1,
             &zero);
    k_vstore(b, fused, kernel_arg(&k, 1), 1, &eight);
    kernel_compile(&k, cpu);
    float in[8] = {1, 1 + 0x1p-12f, 0, 3, -4, 5, 0.5f, 7}, out[16];
    kernel_run(&k, (void *[]){in, out}, NULL);
    for (int i = 0; i < 8; i++) {
        assert_true(out[8 + i] == fmaf(in[i], in[i], -1));
        assert_true(out[i] == (in[i] > 1 ? out[8 + i] : in[i]));
    }
    kernel_close(&k);
}

#define ON_ALL_TARGETS(name)                                                             \
    static void name(void **state)                                                       \
    {                                                                                    \
        (void)state;                                                                     \
        on_all_targets(name##_on);                                                       \
    }
ON_ALL_TARGETS(views_and_indices)
ON_ALL_TARGETS(masks)
ON_ALL_TARGETS(gather_and_scatter)
ON_ALL_TARGETS(reductions)
ON_ALL_TARGETS(lanes)
ON_ALL_TARGETS(constants)
ON_ALL_TARGETS(selects_and_fma)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_and_indices),
        cmocka_unit_test(masks),
        cmocka_unit_test(gather_and_scatter),
        cmocka_unit_test(reductions),
        cmocka_unit_test(lanes),
        cmocka_unit_test(constants),
        cmocka_unit_test(selects_and_fma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
