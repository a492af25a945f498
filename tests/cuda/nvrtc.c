/* NVIDIA's own NVRTC takes the same kernels, for every sort of GPU that is supported. */
#include "tests/cuda/gpu.h"

#include "backends/cuda/usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const architectures[] = {"sm_75", "sm_80", "sm_90a", "sm_100"};

static CudaCompiler *compiler;

static void compile(CudaFormat format, const char *architecture, const char *path,
                    Text *out, Text *log)
{
    DiagList *d = diag_open();
    Text text = {0};
    const char *option = CUDA_REPORT_USAGE;
    read_text(path, &text);
    CudaSource s = {.name = path,
                    .text = text.bytes,
                    .architecture = architecture,
                    .options = &option,
                    .option_count = 1};
    if (cuda_compile(compiler, &s, format, out, log, d)) {
        diag_print(d, stderr);
        fail();
    }
    text_free(&text);
    diag_close(d);
}

static void cubins(void **state)
{
    (void)state;
    static const char *const files[] = {"tests/cuda/Inputs/right.cu",
                                        "tests/cuda/Inputs/wrong.cu",
                                        "tests/cuda/Inputs/tensor.cu"};
    for (int a = 0; a < 4; a++)
        for (int f = 0; f < (a ? 3 : 2); f++) { /* sm_75 has no such tensor cores */
            Text out = {0};
            compile(CUDA_CUBIN, architectures[a], files[f], &out, NULL);
            assert_true(out.length > 1000 && !memcmp(out.bytes, "\177ELF", 4));
            text_free(&out);
        }
}

/* What the assembler says of each kernel. */
static void usage(void **state)
{
    (void)state;
    Arena *a = arena_open();
    Text out = {0}, log = {0};
    CudaUsage *kernels = NULL;
    compile(CUDA_CUBIN, "sm_90a", "tests/cuda/Inputs/right.cu", &out, &log);
    size_t count = cuda_usage_read(a, log.bytes, &kernels);
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; i++) {
        bool sums = !strcmp(kernels[i].kernel, "sum_rows");
        assert_in_range(kernels[i].registers, 8, 40);
        assert_int_equal(kernels[i].stack, 0);
        assert_int_equal(kernels[i].spill_stores, 0);
        if (sums || !strcmp(kernels[i].kernel, "transpose"))
            assert_int_equal(kernels[i].shared, sums ? 32 : 4224);
    }
    text_free(&out);
    text_free(&log);
    arena_close(a);
}

/* As of a kernel that does not fit. */
static void spills(void **state)
{
    (void)state;
    static const char log[] =
        "ptxas info    : 0 bytes gmem\n"
        "ptxas info    : Compiling entry function 'loop_0' for 'sm_75'\n"
        "ptxas info    : Function properties for loop_0\n"
        "ptxas         .     128 bytes stack frame, 72 bytes spill stores, 80 bytes "
        "spill "
        "loads\n"
        "ptxas info    : Used 255 registers, used 1 barriers, 48 bytes smem, 400 bytes "
        "cmem[0]\n";
    Arena *a = arena_open();
    CudaUsage *k = NULL;
    assert_int_equal(cuda_usage_read(a, log, &k), 1);
    assert_string_equal(k->kernel, "loop_0");
    assert_int_equal(k->registers, 255);
    assert_int_equal(k->stack, 128);
    assert_int_equal(k->spill_stores, 72);
    assert_int_equal(k->spill_loads, 80);
    assert_int_equal(k->shared, 48);
    assert_int_equal(cuda_usage_read(a, NULL, &k), 0);
    arena_close(a);
}

static void ptx(void **state)
{
    (void)state;
    Text out = {0};
    compile(CUDA_PTX, "sm_90a", "tests/cuda/Inputs/right.cu", &out, NULL);
    assert_non_null(strstr(out.bytes, ".target sm_90a"));
    assert_non_null(strstr(out.bytes, ".entry sum_rows("));
    text_free(&out);
}

/* scripts/test puts NVRTC into build/venv: where it has run, NVRTC must be found. */
static bool is_installed(void)
{
    char path[1000];
    const char *venv = getenv("VIRTUAL_ENV");
    snprintf(path, sizeof path, "%s/requirements.txt", venv ? venv : "");
    return !access(path, R_OK);
}

int main(void)
{
    DiagList *d = diag_open();
    RtStatus st = cuda_compiler_open(NULL, &compiler, d);
    diag_print(d, stderr);
    diag_close(d);
    if (st)
        return is_installed() ? 1 : 77;
    const struct CMUnitTest tests[] = {cmocka_unit_test(cubins), cmocka_unit_test(usage),
                                       cmocka_unit_test(spills), cmocka_unit_test(ptx)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cuda_compiler_close(compiler);
    return failed;
}
