/* How good the code is: a 6x64 register tile (AVX-512; 6x16 with 256 bits, 4x8 with
 * 128) over K = 512 against the peak of fused multiply-adds, both built from kernel IR
 * and measured in this run. The result is checked; the speed is printed and not
 * asserted. */
#include "tests/cpu/kernel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DEPTH = 512, MAX_COLUMNS = 64, UNROLL = 4 };

typedef struct Tile {
    int rows, vectors, lanes;
} Tile;

static int columns(Tile t) { return t.vectors * t.lanes; }

static Tile tile_for(IrTarget t)
{
    if (t.vector_bits == 512)
        return (Tile){6, 4, 16};
    return t.vector_bits == 256 ? (Tile){6, 2, 8} : (Tile){4, 2, 4};
}

static IrValue *load_vector(IrBuilder *b, IrValue *buffer, IrValue *at, int64_t offset,
                            IrType v)
{
    IrValue *i = k_add_index(b, at, k_index(b, offset));
    return k_vload(b, buffer, 1, &i, v);
}

/* acc[r][j] += a[r][k] * b[k][j] for one k */
static void multiply_step(Kernel *k, Tile t, IrValue *depth, IrType v, IrValue **acc)
{
    IrBuilder *b = &k->b;
    IrValue *row = k_mul_index(b, depth, k_index(b, columns(t))), *bs[4];
    for (int j = 0; j < t.vectors; j++)
        bs[j] = load_vector(b, kernel_arg(k, 1), row, j * t.lanes, v);
    for (int r = 0; r < t.rows; r++) {
        IrValue *i = k_add_index(b, depth, k_index(b, r * DEPTH));
        IrValue *a = k_broadcast(b, k_load(b, kernel_arg(k, 0), 1, &i), v);
        for (int j = 0; j < t.vectors; j++)
            acc[r * t.vectors + j] = k_fma(b, a, bs[j], acc[r * t.vectors + j]);
    }
}

static void build_tile(Kernel *k, Tile t)
{
    IrBuilder *b = &k->b;
    IrType v = ir_vector(k->c, DTYPE_f32, t.lanes);
    IrValue *acc[24];
    int n = t.rows * t.vectors;
    for (int i = 0; i < n; i++)
        acc[i] = k_const(b, v, 0);
    IrOp *loop = k_for_begin(b, k_index(b, 0), k_index(b, DEPTH), k_index(b, UNROLL),
                             (size_t)n, acc);
    for (int i = 0; i < n; i++)
        acc[i] = k_arg(loop, 1 + (uint32_t)i);
    for (int u = 0; u < UNROLL; u++)
        multiply_step(k, t, k_add_index(b, k_arg(loop, 0), k_index(b, u)), v, acc);
    k_for_end(b, loop, (size_t)n, acc);
    for (int i = 0; i < n; i++) {
        IrValue *at = k_index(b, i / t.vectors * columns(t) + i % t.vectors * t.lanes);
        k_vstore(b, ir_result(loop, (uint32_t)i), kernel_arg(k, 2), 1, &at);
    }
}

/* As many independent chains of fma as the tile has, from registers only. */
static void build_peak(Kernel *k, Tile t)
{
    IrBuilder *b = &k->b;
    IrType v = ir_vector(k->c, DTYPE_f32, t.lanes);
    IrValue *acc[24], *zero = k_index(b, 0);
    IrValue *a = load_vector(b, kernel_arg(k, 0), zero, 0, v);
    IrValue *x = load_vector(b, kernel_arg(k, 1), zero, 0, v);
    int n = t.rows * t.vectors;
    for (int i = 0; i < n; i++)
        acc[i] = k_const(b, v, i);
    IrOp *loop = k_for_begin(b, zero, k_index(b, DEPTH), k_index(b, 1), (size_t)n, acc);
    for (int i = 0; i < n; i++)
        acc[i] = k_fma(b, a, x, k_arg(loop, 1 + (uint32_t)i));
    k_for_end(b, loop, (size_t)n, acc);
    for (int i = 0; i < n; i++) {
        IrValue *at = k_index(b, i / t.vectors * columns(t) + i % t.vectors * t.lanes);
        k_vstore(b, ir_result(loop, (uint32_t)i), kernel_arg(k, 2), 1, &at);
    }
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double gflops(Kernel *k, Tile t, void *const *buffers)
{
    enum { RUNS = 200, TRIES = 20 };
    double best = 1e9;
    for (int i = 0; i < TRIES; i++) {
        double start = seconds();
        for (int r = 0; r < RUNS; r++)
            kernel_run(k, buffers, NULL);
        double took = (seconds() - start) / RUNS;
        best = took < best ? took : best;
    }
    return 2e-9 * t.rows * columns(t) * DEPTH / best;
}

static Kernel open_kernel(Tile t)
{
    Dtype f32[] = {DTYPE_f32, DTYPE_f32, DTYPE_f32};
    return kernel_open(
        3, f32, (int64_t[]){t.rows * DEPTH, DEPTH * columns(t), t.rows * columns(t)});
}

static void check_product(Tile t, const float *a, const float *b, const float *c)
{
    for (int r = 0; r < t.rows; r++)
        for (int j = 0; j < columns(t); j++) {
            double sum = 0;
            for (int i = 0; i < DEPTH; i++)
                sum += (double)a[r * DEPTH + i] * b[i * columns(t) + j];
            assert_true(fabs(sum - c[r * columns(t) + j]) < 1e-4);
        }
}

static void microkernel(void **state)
{
    (void)state;
    static _Alignas(64) float a[6 * DEPTH], b[DEPTH * MAX_COLUMNS], c[6 * MAX_COLUMNS];
    for (int i = 0; i < 6 * DEPTH; i++)
        a[i] = (float)(i % 17 - 8) / 16;
    for (int i = 0; i < DEPTH * MAX_COLUMNS; i++)
        b[i] = (float)(i % 13 - 6) / 16;
    void *buffers[] = {a, b, c};
    for (const char *const *name = kernel_targets(); *name; name++) {
        Tile t = tile_for(cpu_target(*name, NULL));
        if (!cpu_target(*name, NULL).fma)
            continue; /* an fma would be a call of libm */
        Kernel tile = open_kernel(t), peak = open_kernel(t);
        build_tile(&tile, t);
        build_peak(&peak, t);
        kernel_compile(&peak, *name);
        kernel_compile(&tile, *name);
        double most = gflops(&peak, t, buffers), got = gflops(&tile, t, buffers);
        print_message(
            "%-9s %dx%d tile, K = %d: %.1f GFLOP/s, %.0f%% of the fma peak %.1f; "
            "compiled in %.1f ms\n",
            *name, t.rows, columns(t), DEPTH, got, 100 * got / most, most,
            tile.compile_ms);
        kernel_run(&tile, buffers, NULL);
        check_product(t, a, b, c);
        kernel_close(&tile);
        kernel_close(&peak);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(microkernel)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
