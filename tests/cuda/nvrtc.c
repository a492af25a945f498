/* NVIDIA's own NVRTC takes the same kernels, for every sort of GPU that is supported. */
#include "tests/cuda/gpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const architectures[] = {"sm_75", "sm_80", "sm_90a", "sm_100"};

static CudaCompiler *compiler;

static void compile(CudaFormat format, const char *architecture, const char *path,
                    Text *out)
{
    DiagList *d = diag_open();
    Text text = {0}, log = {0};
    read_text(path, &text);
    CudaSource s = {.name = path, .text = text.bytes, .architecture = architecture};
    if (cuda_compile(compiler, &s, format, out, &log, d)) {
        diag_print(d, stderr);
        fail();
    }
    text_free(&text);
    text_free(&log);
    diag_close(d);
}

static void cubins(void **state)
{
    (void)state;
    static const char *const files[] = {"tests/cuda/Inputs/right.cu",
                                        "tests/cuda/Inputs/wrong.cu"};
    for (int a = 0; a < 4; a++)
        for (int f = 0; f < 2; f++) {
            Text out = {0};
            compile(CUDA_CUBIN, architectures[a], files[f], &out);
            assert_true(out.length > 1000 && !memcmp(out.bytes, "\177ELF", 4));
            text_free(&out);
        }
}

static void ptx(void **state)
{
    (void)state;
    Text out = {0};
    compile(CUDA_PTX, "sm_90a", "tests/cuda/Inputs/right.cu", &out);
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
    RtStatus st = cuda_compiler_open(0, &compiler, d);
    diag_print(d, stderr);
    diag_close(d);
    if (st)
        return is_installed() ? 1 : 77;
    const struct CMUnitTest tests[] = {cmocka_unit_test(cubins), cmocka_unit_test(ptx)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cuda_compiler_close(compiler);
    return failed;
}
