/* Asynchronous copies and tensor cores, as the emulator has them. */
#include "tests/cuda/gpu.h"

#include "support/dtype.h"

#include <string.h>

#define SOURCE "tests/cuda/Inputs/tensor.cu"
enum { ROWS = 16, COLUMNS = 8 };

/* Numbers that all types hold exactly, and so do their sums. */
static float number(int i) { return (float)(i * 7 % 13 - 6) / 4; }

/* y[i,j] == sum of a[i,k] b[k,j]; a[i,k] = number(i n + k), b[k,j] = number(3 k + j) */
static void check(const float *y, int n)
{
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) {
            float sum = 0;
            for (int k = 0; k < n; k++)
                sum += number(i * n + k) * number(3 * k + j);
            assert_true(y[i * COLUMNS + j] == sum);
        }
}

static void tf32(void **state)
{
    (void)state;
    enum { N = 24 };
    Gpu g = gpu_open(NULL, SOURCE);
    float a[ROWS * N], b[N * COLUMNS], y[ROWS * COLUMNS];
    for (int i = 0; i < ROWS * N; i++)
        a[i] = number(i);
    for (int i = 0; i < N * COLUMNS; i++)
        b[i] = number(3 * (i / COLUMNS) + i % COLUMNS);
    CudaAddress da = gpu_upload(&g, a, sizeof a), db = gpu_upload(&g, b, sizeof b),
                dy = gpu_alloc(&g, sizeof y);
    gpu_launch(&g, "product_tf32", (GpuShape){1, 1, 32, 1, 0}, GPU_ADDRESS(da),
               GPU_ADDRESS(db), GPU_ADDRESS(dy), GPU_INT(N), GPU_END);
    gpu_download(&g, y, dy, sizeof y);
    check(y, N);
    gpu_close(&g);
}

static void halves(void **state)
{
    (void)state;
    enum { N = 16 };
    for (int half = 0; half < 2; half++) {
        Gpu g = gpu_open(NULL, SOURCE);
        uint16_t a[ROWS * N], b[N * COLUMNS];
        uint16_t (*narrow)(double) = half ? dtype_f16_from_f64 : dtype_bf16_from_f64;
        float y[ROWS * COLUMNS];
        for (int i = 0; i < ROWS * N; i++)
            a[i] = narrow(number(i));
        for (int i = 0; i < N * COLUMNS; i++)
            b[i] = narrow(number(3 * (i % N) + i / N));
        CudaAddress da = gpu_upload(&g, a, sizeof a), db = gpu_upload(&g, b, sizeof b),
                    dy = gpu_alloc(&g, sizeof y);
        gpu_launch(&g, "product_16", (GpuShape){1, 1, 32, 1, 0}, GPU_ADDRESS(da),
                   GPU_ADDRESS(db), GPU_ADDRESS(dy), GPU_INT(half), GPU_END);
        gpu_download(&g, y, dy, sizeof y);
        check(y, N);
        gpu_close(&g);
    }
}

static void copies(void **state)
{
    (void)state;
    enum { PARTS = 5, N = 64 };
    Gpu g = gpu_open(NULL, SOURCE);
    float x[PARTS * N], y[N];
    for (int i = 0; i < PARTS * N; i++)
        x[i] = number(i);
    CudaAddress dx = gpu_upload(&g, x, sizeof x), dy = gpu_alloc(&g, sizeof y);
    gpu_launch(&g, "sum_parts", (GpuShape){1, 1, N, 1, 0}, GPU_ADDRESS(dx),
               GPU_ADDRESS(dy), GPU_INT(PARTS), GPU_END);
    gpu_download(&g, y, dy, sizeof y);
    for (int i = 0; i < N; i++) {
        float sum = 0;
        for (int p = 0; p < PARTS; p++)
            sum += x[p * N + N - 1 - i];
        assert_true(y[i] == sum);
    }
    gpu_close(&g);
}

/* Mistakes in the order of copies, as `message` has them in part. */
static void find(const char *kernel, const char *message)
{
    enum { N = 64 };
    Gpu g = gpu_open(NULL, SOURCE);
    float x[2 * N] = {0};
    CudaAddress dx = gpu_upload(&g, x, sizeof x), dy = gpu_alloc(&g, N * sizeof *x);
    gpu_launch(&g, kernel, (GpuShape){1, 1, N, 1, 0}, GPU_ADDRESS(dx), GPU_ADDRESS(dy),
               GPU_END);
    assert_int_equal(cuda_stream_wait(g.cuda, g.stream, g.diags), RT_FAILED);
    if (!strstr(gpu_error(&g), message))
        fail_msg("%s: '%s' has no '%s'", kernel, gpu_error(&g), message);
    gpu_close(&g);
}

static void wrong_order(void **state)
{
    (void)state;
    find("too_early", "that the block has not written before a barrier");
    find("too_late", "are written here, and were read by thread");
    find("meanwhile", "are written here, and were read by thread");
    find("not_shared", "out of bounds: writes 4 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tf32), cmocka_unit_test(halves),
                                       cmocka_unit_test(copies), cmocka_unit_test(wrong_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
