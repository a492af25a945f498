/* Kernels on the emulator, in every order of threads: right results. */
#include "tests/cuda/gpu.h"

#include <math.h>
#include <stdlib.h>

static const char *const orders[] = {"order=ascending", "order=descending",
                                     "order=random"};
#define SOURCE "tests/cuda/Inputs/right.cu"

static float *numbers(size_t n)
{
    float *x = malloc(n * sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(i * 7 % 23) - 5;
    return x;
}

static void copies(void **state)
{
    (void)state;
    enum { N = 1000 };
    for (int o = 0; o < 3; o++) {
        Gpu g = gpu_open(orders[o], SOURCE);
        float *x = numbers(N), y[N], z[N];
        CudaAddress dx = gpu_upload(&g, x, sizeof y), dy = gpu_alloc(&g, sizeof y),
                    dz = gpu_alloc(&g, sizeof z);
        gpu_launch(&g, "copy", (GpuShape){8, 1, 128, 1, 0}, GPU_ADDRESS(dx),
                   GPU_ADDRESS(dy), GPU_INT(N), GPU_END);
        gpu_launch(&g, "copy4", (GpuShape){2, 1, 64, 1, 0}, GPU_ADDRESS(dy),
                   GPU_ADDRESS(dz), GPU_INT(N / 4), GPU_END);
        gpu_download(&g, y, dy, sizeof y);
        gpu_download(&g, z, dz, sizeof z);
        assert_memory_equal(x, y, sizeof y);
        assert_memory_equal(x, z, sizeof z);
        free(x);
        gpu_close(&g);
    }
}

static void sums(void **state)
{
    (void)state;
    enum { ROWS = 5, N = 700 };
    for (int o = 0; o < 3; o++) {
        Gpu g = gpu_open(orders[o], SOURCE);
        float *x = numbers(ROWS * N), y[ROWS];
        CudaAddress dx = gpu_upload(&g, x, ROWS * N * sizeof *x),
                    dy = gpu_alloc(&g, sizeof y);
        gpu_launch(&g, "sum_rows", (GpuShape){ROWS, 1, 256, 1, 0}, GPU_ADDRESS(dx),
                   GPU_ADDRESS(dy), GPU_INT(N), GPU_END);
        gpu_download(&g, y, dy, sizeof y);
        for (int r = 0; r < ROWS; r++) {
            float sum = 0; /* exact: small integers */
            for (int i = 0; i < N; i++)
                sum += x[r * N + i];
            assert_true(y[r] == sum);
        }
        free(x);
        gpu_close(&g);
    }
}

/* Blocks that leave parts for the last one: twice, with the counter as it was left. */
static void parts(void **state)
{
    (void)state;
    enum { N = 1000, BLOCKS = 37 };
    for (int o = 0; o < 3; o++) {
        Gpu g = gpu_open(orders[o], SOURCE);
        float *x = numbers(N), y[2], sum = 0;
        unsigned zero = 0;
        CudaAddress dx = gpu_upload(&g, x, N * sizeof *x), dy = gpu_alloc(&g, sizeof y),
                    dp = gpu_alloc(&g, BLOCKS * sizeof *x),
                    dc = gpu_upload(&g, &zero, sizeof zero);
        for (unsigned i = 0; i < 2; i++)
            gpu_launch(&g, "sum_all", (GpuShape){BLOCKS, 1, 64, 1, 0}, GPU_ADDRESS(dx),
                       GPU_ADDRESS(dy + i * sizeof *y), GPU_ADDRESS(dp), GPU_ADDRESS(dc),
                       GPU_INT(N), GPU_END);
        gpu_download(&g, y, dy, sizeof y);
        for (int i = 0; i < N; i++)
            sum += x[i];
        assert_true(y[0] == sum && y[1] == sum);
        free(x);
        gpu_close(&g);
    }
}

static void transposes(void **state)
{
    (void)state;
    enum { ROWS = 45, COLUMNS = 70 };
    for (int o = 0; o < 3; o++) {
        Gpu g = gpu_open(orders[o], SOURCE);
        float *x = numbers(ROWS * COLUMNS), y[ROWS * COLUMNS];
        CudaAddress dx = gpu_upload(&g, x, sizeof y), dy = gpu_alloc(&g, sizeof y);
        gpu_launch(&g, "transpose", (GpuShape){3, 2, 32, 8, 0}, GPU_ADDRESS(dx),
                   GPU_ADDRESS(dy), GPU_INT(ROWS), GPU_INT(COLUMNS), GPU_END);
        gpu_download(&g, y, dy, sizeof y);
        for (int i = 0; i < ROWS; i++)
            for (int j = 0; j < COLUMNS; j++)
                assert_true(y[j * ROWS + i] == x[i * COLUMNS + j]);
        free(x);
        gpu_close(&g);
    }
}

/* Shuffles, dynamic shared memory. */
static void scans(void **state)
{
    (void)state;
    enum { N = 256 };
    for (int o = 0; o < 3; o++) {
        Gpu g = gpu_open(orders[o], SOURCE);
        int x[N], y[N], sum = 0;
        for (int i = 0; i < N; i++)
            x[i] = i % 11;
        CudaAddress dx = gpu_upload(&g, x, sizeof x), dy = gpu_alloc(&g, sizeof y);
        gpu_launch(&g, "scan", (GpuShape){2, 1, N / 2, 1, N / 64 * 4}, GPU_ADDRESS(dx),
                   GPU_ADDRESS(dy), GPU_END);
        gpu_download(&g, y, dy, sizeof y);
        for (int i = 0; i < N; i++) {
            sum = (i % (N / 2) ? sum : 0) + x[i];
            assert_int_equal(y[i], sum);
        }
        gpu_close(&g);
    }
}

static void lanes(void **state)
{
    (void)state;
    for (int o = 0; o < 3; o++) {
        Gpu g = gpu_open(orders[o], SOURCE);
        unsigned char x[64], y[64];
        unsigned votes[2];
        for (int i = 0; i < 64; i++)
            x[i] = (unsigned char)(i * 3);
        CudaAddress dx = gpu_upload(&g, x, sizeof x), dy = gpu_alloc(&g, sizeof y),
                    dv = gpu_alloc(&g, sizeof votes);
        gpu_launch(&g, "warps", (GpuShape){1, 1, 64, 1, 0}, GPU_ADDRESS(dx),
                   GPU_ADDRESS(dy), GPU_ADDRESS(dv), GPU_END);
        gpu_download(&g, y, dy, sizeof y);
        gpu_download(&g, votes, dv, sizeof votes);
        for (int i = 0; i < 64; i++)
            assert_int_equal(y[i], x[i / 32 * 32 + (i + 1) % 32]);
        assert_int_equal(votes[0], 0xaaaaaaaa);
        assert_int_equal(votes[1], 0xaaaaaaaa);
        gpu_close(&g);
    }
}

static void rows(void **state)
{
    (void)state;
    enum { ROWS = 3, N = 50 };
    Gpu g = gpu_open(NULL, SOURCE);
    float *x = numbers(ROWS * N), y[ROWS * N];
    CudaAddress dx = gpu_upload(&g, x, sizeof y), dy = gpu_alloc(&g, sizeof y);
    gpu_launch(&g, "softmax", (GpuShape){ROWS, 1, 32, 1, 0}, GPU_ADDRESS(dx),
               GPU_ADDRESS(dy), GPU_INT(N), GPU_END);
    gpu_download(&g, y, dy, sizeof y);
    for (int r = 0; r < ROWS; r++) {
        double sum = 0;
        for (int i = 0; i < N; i++)
            sum += exp(x[r * N + i]);
        for (int i = 0; i < N; i++)
            assert_true(fabs(y[r * N + i] - exp(x[r * N + i]) / sum) < 1e-6);
    }
    free(x);
    gpu_close(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies),     cmocka_unit_test(sums),  cmocka_unit_test(parts),
        cmocka_unit_test(transposes), cmocka_unit_test(scans), cmocka_unit_test(lanes),
        cmocka_unit_test(rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
