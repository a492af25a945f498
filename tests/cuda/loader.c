/* What is missing is said in one line: libraries, functions, devices, versions. */
#include "tests/cuda/gpu.h"

#include "backends/cuda/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char emulator_driver[1000],
    emulator_nvrtc[1000]; /* as the environment named them */

static void expect(DiagList *d, RtStatus st, RtStatus wanted, const char *message)
{
    const char *found = diag_count(d) ? diag_get(d, 0)->message : "";
    if (st != wanted || diag_count(d) != 1 || !strstr(found, message))
        fail_msg("%d, '%s' instead of %d, '%s'", st, found, wanted, message);
    diag_clear(d);
}

static void open_driver(const char *file, const char *settings, int index,
                        RtStatus wanted, const char *message)
{
    DiagList *d = diag_open();
    Cuda *gpu = NULL;
    setenv("DESCENT_CUDA_DRIVER", file, 1);
    setenv("DESCENT_EMULATOR", settings, 1);
    expect(d, cuda_open(index, &gpu, d), wanted, message);
    assert_null(gpu);
    diag_close(d);
}

static void open_compiler(const char *file, const CudaInfo *gpu, RtStatus wanted,
                          const char *message)
{
    DiagList *d = diag_open();
    CudaCompiler *c = NULL;
    setenv("DESCENT_NVRTC", file, 1);
    expect(d, cuda_compiler_open(gpu, &c, d), wanted, message);
    assert_null(c);
    diag_close(d);
}

/* A file that is no library. */
static const char *garbage(void)
{
    static char path[] = P_tmpdir "/descent-cuda-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(write(file, "garbage ", 8), 8);
    close(file);
    return path;
}

static void libraries(void **state)
{
    (void)state;
    const char *bad = garbage();
    const char *no_driver = "cuda: DESCENT_CUDA_DRIVER names no driver: ",
               *no_nvrtc = "cuda: DESCENT_NVRTC names no NVRTC: ";
    open_driver("/nonexistent/libcuda.so", "", 0, RT_IO, no_driver);
    open_driver(bad, "", 0, RT_IO, no_driver);
    open_driver(emulator_nvrtc, "", 0, RT_IO,
                "has no function cuInit; one that supports CUDA 12.0 or newer is needed");
    open_compiler("/nonexistent/libnvrtc.so", NULL, RT_IO, no_nvrtc);
    open_compiler(bad, NULL, RT_IO, no_nvrtc);
    open_compiler(emulator_driver, NULL, RT_IO,
                  "has no function nvrtcVersion: NVRTC of CUDA 12 or newer is needed");
    const CudaInfo old = {.driver_version = 12020, .architecture = "sm_80"},
                   strange = {.driver_version = 13000, .architecture = "sm_130"};
    open_compiler(emulator_nvrtc, &old, RT_IO,
                  "but the NVIDIA driver supports CUDA 12.2");
    open_compiler(emulator_nvrtc, &strange, RT_IO, "does not know sm_130");
    remove(bad);
}

/* Where there is a driver, this says nothing. */
static void no_library(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    Cuda *gpu = NULL;
    unsetenv("DESCENT_CUDA_DRIVER");
    RtStatus st = cuda_open(0, &gpu, d);
    if (st == RT_IO && strstr(diag_get(d, 0)->message, "libcuda"))
        expect(d, st, RT_IO, "cuda: no NVIDIA driver: libcuda.so.1 was not found (");
    cuda_close(gpu);
    diag_close(d);
}

static void devices(void **state)
{
    (void)state;
    unsetenv("CUDA_VISIBLE_DEVICES");
    open_driver(emulator_driver, "devices=0", 0, RT_IO,
                "cuda: no GPU: the NVIDIA driver is there, but no device: `nvidia-smi` lists");
    setenv("CUDA_VISIBLE_DEVICES", "7", 1);
    open_driver(emulator_driver, "devices=0", 0, RT_IO, "(CUDA_VISIBLE_DEVICES is '7')");
    unsetenv("CUDA_VISIBLE_DEVICES");
    open_driver(emulator_driver, "", 1, RT_BAD_INPUT,
                "cuda: no GPU 1: there is 1, counted");
    open_driver(
        emulator_driver, "driver=11040", 0, RT_IO,
        "cuda: the NVIDIA driver supports CUDA 11.4; 12.0 or newer is needed");
    open_driver(emulator_driver, "capability=61", 0, RT_IO,
                "cuda: Emulated GPU has compute capability 6.1; 7.5 or newer");
}

static void information(void **state)
{
    (void)state;
    setenv("DESCENT_CUDA_DRIVER", emulator_driver, 1);
    Gpu g = gpu_open("sms=7,memory=123456", NULL);
    const CudaInfo *i = cuda_info(g.cuda);
    assert_string_equal(i->name, "Emulated GPU");
    assert_string_equal(i->architecture, "sm_90a");
    assert_int_equal(i->sms, 7);
    assert_int_equal(i->warp, 32);
    assert_int_equal(i->block_threads, 1024);
    assert_int_equal(i->block_shared_most, 232448);
    assert_int_equal(i->memory, 123456);
    gpu_close(&g);
    g = gpu_open("capability=80", NULL);
    assert_string_equal(cuda_info(g.cuda)->architecture, "sm_80");
    gpu_close(&g);
}

/* -------------------------------------------------------------------------- compiling */

static void wrong_source(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    CudaCompiler *c = NULL;
    Text out = {0}, log = {0};
    CudaSource s = {.name = "wrong.cu",
                    .text =
                        "extern \"C\" __global__ void f(float *x)\n{\n    x = y;\n}\n",
                    .architecture = "sm_80"};
    setenv("DESCENT_NVRTC", emulator_nvrtc, 1);
    assert_int_equal(cuda_compiler_open(NULL, &c, d), RT_OK);
    assert_string_equal(cuda_compiler_path(c), emulator_nvrtc);
    RtStatus st = cuda_compile(c, &s, CUDA_CUBIN, &out, &log, d);
    assert_int_equal(diag_exit(d), DIAG_INTERNAL);
    expect(d, st, RT_FAILED, "wrong.cu:3:");
    assert_non_null(strstr(log.bytes, "wrong.cu:3:"));
    assert_int_equal(out.length, 0);
    s.architecture = "sm_61";
    st = cuda_compile(c, &s, CUDA_CUBIN, &out, NULL, d);
    expect(d, st, RT_IO, "does not know sm_61: install a newer one");
    cuda_compiler_close(c);
    diag_close(d);
    text_free(&out);
    text_free(&log);
}

/* The place of a path among the candidates; -1: it is none. */
static int place_of(const CudaPaths *p, const char *path)
{
    for (size_t i = 0; i < p->count; i++)
        if (!strcmp(p->items[i], path))
            return (int)i;
    return -1;
}

static void make_folders(char *path)
{
    for (char *p = path + 1; *p; p++)
        if (*p == '/') {
            *p = 0;
            mkdir(path, 0700);
            *p = '/';
        }
}

/* The loader's path, toolkits, Python's packages; the newest version first. */
static void search(void **state)
{
    (void)state;
    char root[] = P_tmpdir "/descent-venv-XXXXXX", path[200];
    CudaPaths p = {.arena = arena_open()};
    assert_non_null(mkdtemp(root));
    snprintf(path, sizeof path, "%s/lib/python3.11/site-packages/nvidia/cu13/lib/%s",
             root, "libnvrtc.so.13");
    make_folders(path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    setenv("VIRTUAL_ENV", root, 1);
    setenv("CUDA_HOME", "/home-of-cuda", 1);
    setenv("CUDA_PATH", "/path-of-cuda", 1);
    setenv("CONDA_PREFIX", "/conda", 1);
    cuda_search_nvrtc(&p);
    assert_int_equal(place_of(&p, "libnvrtc.so.13"), 0);
    assert_int_equal(place_of(&p, "libnvrtc.so.12"), 1);
    int home = place_of(&p, "/home-of-cuda/lib64/libnvrtc.so.13"),
        other = place_of(&p, "/path-of-cuda/lib64/libnvrtc.so.12"),
        usual = place_of(&p, "/usr/local/cuda/lib64/libnvrtc.so.13"),
        conda = place_of(&p, "/conda/lib/libnvrtc.so.12"), python = place_of(&p, path);
    assert_true(1 < home && home < other && other < usual && usual < conda &&
                conda < python);
    remove(path);
    for (char *slash; (slash = strrchr(path, '/')) && strlen(path) > strlen(root);) {
        *slash = 0;
        rmdir(path);
    }
    arena_close(p.arena);
}

static void keep(const char *name, char *out, size_t room)
{
    const char *value = getenv(name);
    if (!value || strlen(value) >= room) {
        fprintf(stderr, "%s must name the emulator: run this by ctest\n", name);
        exit(2);
    }
    strcpy(out, value);
}

int main(void)
{
    keep("DESCENT_CUDA_DRIVER", emulator_driver, sizeof emulator_driver);
    keep("DESCENT_NVRTC", emulator_nvrtc, sizeof emulator_nvrtc);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libraries),    cmocka_unit_test(no_library),
        cmocka_unit_test(devices),      cmocka_unit_test(information),
        cmocka_unit_test(wrong_source), cmocka_unit_test(search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
