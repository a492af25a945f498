/* Ops that are one instruction of a GPU: printed as calls of small functions, they do on the
 * emulator what they say. */
#include "backends/cuda/cuda.h"
#include "support/dtype.h"
#include "tests/cuda/gpu.h"

#include <string.h>

#define SOURCE "tests/cuda/Inputs/assembly.mlir"

static Gpu open_kernels(void)
{
    Text source = {0}, text = {0};
    Arena *arena = arena_open();
    CudaKernels kernels = {0};
    DiagList *d = diag_open();
    IrContext *c = ir_context_open();
    read_text(SOURCE, &source);
    IrModule *m = ir_parse(c, SOURCE, source.bytes, source.length, d);
    bool good = m && ir_verify(m, d) && cuda_print(m, arena, &kernels, &text, d);
    diag_print(d, stderr);
    assert_true(good);
    Gpu g = gpu_open_text(NULL, "assembly.cu", text.bytes);
    ir_module_close(m);
    ir_context_close(c);
    diag_close(d);
    arena_close(arena);
    text_free(&source);
    text_free(&text);
    return g;
}

enum { N = 64 };

/* y of kernel(x, y), x[i] = i + 1 */
static void run(const char *kernel, unsigned threads, float y[N])
{
    Gpu g = open_kernels();
    float x[N];
    for (int i = 0; i < N; i++)
        x[i] = (float)i + 1;
    CudaAddress dx = gpu_upload(&g, x, sizeof x), dy = gpu_alloc(&g, sizeof x);
    gpu_launch(&g, kernel, (GpuShape){1, 1, threads, 1, 0}, GPU_ADDRESS(dx), GPU_ADDRESS(dy),
               GPU_END);
    gpu_download(&g, y, dy, sizeof x);
    gpu_close(&g);
}

static void parts(void **state)
{
    (void)state;
    float y[N];
    run("parts_kernel", N / 4, y);
    for (int i = 0; i < N; i++)
        assert_true(y[i] == (i % 4 < i / 4 % 5 ? (float)i + 1 : 0));
}

/* Pairs, whose first elements are then replaced. */
static void small(void **state)
{
    (void)state;
    float y[N];
    run("small_kernel", N / 2, y);
    for (int i = 0; i < N / 2; i++) {
        assert_true(y[2 * i] == (i % 2 ? (float)i + 1 : 0));
        assert_true(y[2 * i + 1] == (float)(2 * i) + 2);
    }
}

static void turned(void **state)
{
    (void)state;
    enum { SIDE = 16, COLUMNS = 8 };
    Gpu g = open_kernels();
    uint16_t x[SIDE][SIDE], one[SIDE][COLUMNS];
    float y[2][SIDE][COLUMNS];
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            x[i][j] = dtype_f16_from_f64(i * SIDE + j);
            if (j < COLUMNS)
                one[i][j] = dtype_f16_from_f64(i == j);
        }
    CudaAddress dx = gpu_upload(&g, x, sizeof x), done = gpu_upload(&g, one, sizeof one),
                dy = gpu_alloc(&g, sizeof y);
    gpu_launch(&g, "turned_kernel", (GpuShape){1, 1, 32, 1, 0}, GPU_ADDRESS(dx), GPU_ADDRESS(done),
               GPU_ADDRESS(dy), GPU_END);
    gpu_download(&g, y, dy, sizeof y);
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < COLUMNS; j++) {
            assert_true(y[0][i][j] == (float)(i * SIDE + j));
            assert_true(y[1][i][j] == (float)(j * SIDE + i));
        }
    gpu_close(&g);
}

/* A kernel that is wrong: what is said of it. */
static void expect(const char *kernel, unsigned threads, unsigned shared, const char *message)
{
    Gpu g = open_kernels();
    uint16_t x[1024] = {0};
    CudaAddress dx = gpu_upload(&g, x, sizeof x), dy = gpu_alloc(&g, N * sizeof(float));
    gpu_launch(&g, kernel, (GpuShape){1, 1, threads, 1, shared}, GPU_ADDRESS(dx),
               GPU_ADDRESS(dy), GPU_END);
    assert_int_equal(cuda_stream_wait(g.cuda, g.stream, g.diags), RT_FAILED);
    assert_non_null(strstr(gpu_error(&g), message));
    gpu_close(&g);
}

static void mistakes(void **state)
{
    (void)state;
    expect("unfenced_kernel", 128, 65536, "copied without a fence before the barrier");
    expect("forgotten_kernel", 32, 0, "ends with 1 copies that it did not wait for");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts), cmocka_unit_test(small),
                                       cmocka_unit_test(turned), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
