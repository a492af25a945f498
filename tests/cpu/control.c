/* Control flow: loops with values, conditions, while, parallel loops and their
 * captures, calls. */
#include "tests/cpu/kernel.h"

#include <string.h>

static IrValue *at(Kernel *k, uint32_t arg, IrValue *i)
{
    return k_load(&k->b, kernel_arg(k, arg), 1, &i);
}

static void put(Kernel *k, uint32_t arg, IrValue *i, IrValue *v)
{
    k_store(&k->b, v, kernel_arg(k, arg), 1, &i);
}

/* out[0] = sum of x[lo..hi), out[1] = hi - lo, with the bounds read from memory. */
static void loop_carries_values(void **state)
{
    (void)state;
    Kernel k =
        kernel_open(3, (Dtype[]){DTYPE_i64, DTYPE_f64, DTYPE_f64}, (int64_t[]){2, 10, 2});
    IrBuilder *b = &k.b;
    IrType index = ir_index(k.c), f64 = ir_scalar(k.c, DTYPE_f64);
    IrValue *lo = k_cast(b, OP_arith_index_cast, at(&k, 0, k_index(b, 0)), index);
    IrValue *hi = k_cast(b, OP_arith_index_cast, at(&k, 0, k_index(b, 1)), index);
    IrValue *inits[] = {k_const(b, f64, 0), k_const(b, f64, 0)};
    IrOp *loop = k_for_begin(b, lo, hi, k_index(b, 1), 2, inits);
    IrValue *yields[] = {
        k_binary(b, OP_arith_addf, k_arg(loop, 1), at(&k, 1, k_arg(loop, 0))),
        k_binary(b, OP_arith_addf, k_arg(loop, 2), k_const(b, f64, 1)),
    };
    k_for_end(b, loop, 2, yields);
    put(&k, 2, k_index(b, 0), ir_result(loop, 0));
    put(&k, 2, k_index(b, 1), ir_result(loop, 1));
    kernel_compile(&k, NULL);

    double x[10], out[2];
    for (int i = 0; i < 10; i++)
        x[i] = i * i;
    for (int64_t n = 0; n <= 10; n++) {
        double sum = 0;
        for (int64_t i = 3; i < n; i++)
            sum += x[i];
        kernel_run(&k, (void *[]){(int64_t[]){3, n}, x, out}, NULL);
        assert_true(out[0] == sum && out[1] == (n > 3 ? (double)(n - 3) : 0));
    }
    kernel_close(&k);
}

/* out[i] = x[i] < 0 ? -x[i] : x[i]; and a condition without else: out[8] = -1 if x[0]
 * < 0. */
static void conditions(void **state)
{
    (void)state;
    Kernel k = kernel_open(2, (Dtype[]){DTYPE_f32, DTYPE_f32}, (int64_t[]){8, 9});
    IrBuilder *b = &k.b;
    IrType f32 = ir_scalar(k.c, DTYPE_f32);
    IrOp *loop = k_for_begin(b, k_index(b, 0), k_index(b, 8), k_index(b, 1), 0, NULL);
    IrValue *x = at(&k, 0, k_arg(loop, 0)),
            *negative = k_cmpf(b, "olt", x, k_const(b, f32, 0));
    IrOp *branch = k_if_begin(b, negative, 1, &f32);
    IrValue *minus = k_unary(b, OP_arith_negf, x);
    k_if_else(b, branch, 1, &minus);
    k_if_end(b, branch, 1, &x);
    put(&k, 1, k_arg(loop, 0), ir_result(branch, 0));
    k_for_end(b, loop, 0, NULL);
    IrValue *first = at(&k, 0, k_index(b, 0));
    IrOp *only = k_if_begin(b, k_cmpf(b, "olt", first, k_const(b, f32, 0)), 0, NULL);
    put(&k, 1, k_index(b, 8), k_const(b, f32, -1));
    k_if_end(b, only, 0, NULL);
    kernel_compile(&k, NULL);

    float x_in[8] = {-1, 2, -3, 4, 0, -0.5f, 7, -8}, out[9] = {0};
    kernel_run(&k, (void *[]){x_in, out}, NULL);
    for (int i = 0; i < 8; i++)
        assert_true(out[i] == (x_in[i] < 0 ? -x_in[i] : x_in[i]));
    assert_true(out[8] == -1);
    x_in[0] = 1;
    out[8] = 0;
    kernel_run(&k, (void *[]){x_in, out}, NULL);
    assert_true(out[8] == 0);
    kernel_close(&k);
}

/* Loops that never run or run once, conditions that are known: no jump is made of them.
 * out = [4 (no iteration), 4 + 10 + 7 (one, index 7), 1 (then), 2 (else)] */
static void known_control_flow(void **state)
{
    (void)state;
    Kernel k = kernel_open(1, (Dtype[]){DTYPE_f32}, (int64_t[]){4});
    IrBuilder *b = &k.b;
    IrType f32 = ir_scalar(k.c, DTYPE_f32), i1 = ir_scalar(k.c, DTYPE_i1);
    IrValue *sum = k_const(b, f32, 4), *zero = k_index(b, 0);
    for (int runs = 0; runs < 2; runs++) {
        IrValue *lo = k_index(b, 7), *hi = k_index(b, runs ? 10 : 7);
        IrOp *loop = k_for_begin(b, lo, hi, k_index(b, 3), 1, &sum);
        IrValue *i =
            k_cast(b, OP_arith_index_cast, k_arg(loop, 0), ir_scalar(k.c, DTYPE_i64));
        IrValue *v = k_binary(b, OP_arith_addf, k_arg(loop, 1), k_const(b, f32, 10));
        v = k_binary(b, OP_arith_addf, v, k_cast(b, OP_arith_sitofp, i, f32));
        k_for_end(b, loop, 1, &v);
        sum = ir_result(loop, 0);
        put(&k, 0, runs ? k_index(b, 1) : zero, sum);
    }
    for (int which = 0; which < 2; which++) {
        IrValue *one = k_const(b, f32, 1), *two = k_const(b, f32, 2);
        IrOp *branch = k_if_begin(b, k_int(b, i1, !which), 1, &f32);
        k_if_else(b, branch, 1, &one);
        k_if_end(b, branch, 1, &two);
        put(&k, 0, k_index(b, 2 + which), ir_result(branch, 0));
    }
    kernel_compile(&k, NULL);
    float out[4];
    kernel_run(&k, (void *[]){out}, NULL);
    assert_true(out[0] == 4 && out[1] == 21 && out[2] == 1 && out[3] == 2);
    kernel_close(&k);
}

/* Euclid: while (b != 0) (a, b) = (b, a % b). The two values change places. */
static void while_loop(void **state)
{
    (void)state;
    Kernel k = kernel_open(1, (Dtype[]){DTYPE_i64}, (int64_t[]){3});
    IrBuilder *b = &k.b;
    IrType i64 = ir_scalar(k.c, DTYPE_i64);
    IrValue *inits[] = {at(&k, 0, k_index(b, 0)), at(&k, 0, k_index(b, 1))};
    IrOp *loop = k_while_begin(b, 2, inits, 2, (IrType[]){i64, i64});
    IrValue *args[] = {k_arg(loop, 0), k_arg(loop, 1)};
    k_while_do(b, loop, k_cmpi(b, "ne", args[1], k_int(b, i64, 0)), 2, args);
    IrValue *x = k_while_arg(loop, 0), *y = k_while_arg(loop, 1);
    IrValue *next[] = {y, k_binary(b, OP_arith_remsi, x, y)};
    k_while_end(b, loop, 2, next);
    put(&k, 0, k_index(b, 2), ir_result(loop, 0));
    kernel_compile(&k, NULL);
    int64_t v[3] = {1071, 462, 0};
    kernel_run(&k, (void *[]){v}, NULL);
    assert_int_equal(v[2], 21);
    kernel_close(&k);
}

/* out[i][j] = sum over k of x[(i * 7 + k) % n] * scale, in a parallel loop over two
 * dimensions that uses values from outside: a scalar, a vector, an index. */
static Kernel open_parallel(void)
{
    enum { ROWS = 13, COLUMNS = 5, N = 64 };
    Kernel k = kernel_open(2, (Dtype[]){DTYPE_f32, DTYPE_f32},
                           (int64_t[]){N, ROWS * COLUMNS * 4});
    IrBuilder *b = &k.b;
    IrType v4 = ir_vector(k.c, DTYPE_f32, 4);
    IrValue *scale = at(&k, 0, k_index(b, 0)), *zero = k_index(b, 0);
    IrValue *base = k_vload(b, kernel_arg(&k, 0), 1, &zero, v4);
    IrValue *lo[] = {zero, k_index(b, 2)}, *step[] = {k_index(b, 1), k_index(b, 3)};
    IrValue *hi[] = {k_index(b, ROWS), k_index(b, 2 + 3 * COLUMNS - 1)};
    IrOp *loop = k_parallel_begin(b, 2, lo, hi, step);
    IrValue *i = k_arg(loop, 0),
            *j = k_div_index(b, k_sub_index(b, k_arg(loop, 1), lo[1]), step[1]);
    IrOp *sum = k_for_begin(b, zero, k_index(b, 9), k_index(b, 1), 1, &base);
    IrValue *from = k_add_index(b, i, k_mul_index(b, j, k_arg(sum, 0)));
    IrValue *v = k_vload(b, kernel_arg(&k, 0), 1, &from, v4);
    v = k_fma(b, v, k_broadcast(b, scale, v4), k_arg(sum, 1));
    k_for_end(b, sum, 1, &v);
    IrValue *to = k_add_index(b, k_mul_index(b, i, k_index(b, COLUMNS)), j);
    to = k_mul_index(b, to, k_index(b, 4));
    k_vstore(b, ir_result(sum, 0), kernel_arg(&k, 1), 1, &to);
    k_parallel_end(b, loop);
    return k;
}

static void parallel_is_deterministic(void **state)
{
    (void)state;
    enum { OUT = 13 * 5 * 4 };
    float x[64], first[OUT], out[OUT];
    for (int i = 0; i < 64; i++)
        x[i] = (float)(i + 1) / 7;
    for (const char *const *cpu = kernel_targets(); *cpu; cpu++) {
        Kernel k = open_parallel();
        kernel_compile(&k, *cpu);
        kernel_run(&k, (void *[]){x, first}, NULL);
        for (unsigned threads = 1; threads <= 3; threads++) {
            RtPool *pool = rt_pool_open(threads);
            for (int run = 0; run < 20; run++) {
                memset(out, 0xff, sizeof out);
                kernel_run(&k, (void *[]){x, out}, pool);
                assert_memory_equal(out, first, sizeof out);
            }
            rt_pool_close(pool);
        }
        for (int i = 0; i < 13; i++)
            for (int j = 0; j < 5; j++) {
                double sum = x[1];
                for (int n = 0; n < 9; n++)
                    sum += (double)x[i + j * n + 1] * x[0];
                double error = first[(i * 5 + j) * 4 + 1] - sum;
                assert_true(error < 1e-4 && error > -1e-4);
            }
        kernel_close(&k);
    }
}

/* Three parallel loops in a kernel that is called: all elements, then none, then one. */
static void calls_and_empty_loops(void **state)
{
    (void)state;
    Kernel k = kernel_open(1, (Dtype[]){DTYPE_i32}, (int64_t[]){16});
    IrType memref = kernel_arg(&k, 0)->type, i32 = ir_scalar(k.c, DTYPE_i32);
    IrOp *callee = ir_func_new(k.m, "fill", true, k.b.loc, 1, &memref, 0, NULL);
    IrBuilder c = ir_builder_at_end(k.m, ir_func_block(callee), k.b.loc);
    IrValue *zero = k_index(&c, 0), *one = k_index(&c, 1);
    IrValue *ends[] = {k_index(&c, 16), zero, one};
    for (int round = 0; round < 3; round++) {
        IrOp *loop = k_parallel_begin(&c, 1, &zero, &ends[round], &one);
        IrValue *i = k_arg(loop, 0), *v = k_cast(&c, OP_arith_index_cast, i, i32);
        v = round ? k_int(&c, i32, -round) : v;
        k_store(&c, v, ir_func_block(callee)->args[0], 1, &i);
        k_parallel_end(&c, loop);
    }
    ir_build(&c, OP_return, 0, NULL, 0, NULL, 0, NULL);
    ir_call(&k.b, callee, 1, (IrValue *[]){kernel_arg(&k, 0)});
    kernel_compile(&k, NULL);
    int32_t out[16] = {0};
    RtPool *pool = rt_pool_open(2);
    kernel_run(&k, (void *[]){out}, pool);
    for (int i = 0; i < 16; i++)
        assert_int_equal(out[i], i == 0 ? -2 : i);
    rt_pool_close(pool);
    kernel_close(&k);
}

/* A kernel for GPUs is said to be one. */
static void launches_are_refused(void **state)
{
    (void)state;
    Kernel k = kernel_open(0, NULL, NULL);
    int64_t grid[] = {1, 1, 1}, block[] = {32, 1, 1};
    IrOp *launch = k_launch_begin(&k.b, grid, block, 0, NULL);
    k_barrier(&k.b);
    k_launch_end(&k.b, launch);
    ir_build(&k.b, OP_return, 0, NULL, 0, NULL, 0, NULL);
    assert_null(cpu_compile(k.m, &(CpuOptions){0}, k.diags));
    assert_int_equal(diag_count(k.diags), 1);
    assert_string_equal(diag_get(k.diags, 0)->message,
                        "unsupported: a kernel for GPUs (gpu.launch)");
    assert_int_equal(diag_exit(k.diags), DIAG_UNSUPPORTED);
    kernel_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loop_carries_values),
        cmocka_unit_test(conditions),
        cmocka_unit_test(known_control_flow),
        cmocka_unit_test(while_loop),
        cmocka_unit_test(parallel_is_deterministic),
        cmocka_unit_test(calls_and_empty_loops),
        cmocka_unit_test(launches_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
