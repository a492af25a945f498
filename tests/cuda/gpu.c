#include "tests/cuda/gpu.h"

#include "backends/cuda/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void read_text(const char *path, Text *out)
{
    char bytes[4096];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f));)
        text_add_bytes(out, bytes, n);
    fclose(f);
}

static void good(const Gpu *g, RtStatus st)
{
    if (st)
        diag_print(g->diags, stderr);
    assert_int_equal(st, RT_OK);
}

static void load(Gpu *g, const char *name, const char *text)
{
    CudaCompiler *c = NULL;
    Arena *a = arena_open();
    CudaCache cache = cuda_cache_default(a); /* of the build folder: CMakeLists.txt */
    Text cubin = {0};
    CudaSource s = {
        .name = name, .text = text, .architecture = cuda_info(g->cuda)->architecture};
    good(g, cuda_compiler_open(cuda_info(g->cuda), &c, g->diags));
    good(g, cuda_cache_compile(&cache, c, &s, &cubin, NULL, g->diags));
    good(g, cuda_module_open(g->cuda, cubin.bytes, &g->module, g->diags));
    cuda_compiler_close(c);
    text_free(&cubin);
    arena_close(a);
}

Gpu gpu_open_text(const char *settings, const char *name, const char *text)
{
    Gpu g = {.diags = diag_open()};
    setenv("DESCENT_EMULATOR", settings ? settings : "", 1);
    good(&g, cuda_open(0, &g.cuda, g.diags));
    good(&g, cuda_stream_open(g.cuda, &g.stream, g.diags));
    if (text)
        load(&g, name, text);
    return g;
}

Gpu gpu_open(const char *settings, const char *source)
{
    Text text = {0};
    if (source)
        read_text(source, &text);
    Gpu g = gpu_open_text(settings, source, text.bytes);
    text_free(&text);
    return g;
}

void gpu_close(Gpu *g)
{
    cuda_module_close(g->cuda, g->module);
    cuda_stream_close(g->cuda, g->stream);
    cuda_close(g->cuda);
    diag_close(g->diags);
}

CudaAddress gpu_alloc(Gpu *g, size_t bytes)
{
    CudaAddress at = 0;
    good(g, cuda_alloc(g->cuda, bytes, &at, g->diags));
    return at;
}

CudaAddress gpu_upload(Gpu *g, const void *bytes, size_t size)
{
    CudaAddress at = gpu_alloc(g, size);
    good(g, cuda_copy_in(g->cuda, g->stream, at, bytes, size, g->diags));
    return at;
}

void gpu_download(Gpu *g, void *to, CudaAddress from, size_t size)
{
    good(g, cuda_copy_out(g->cuda, g->stream, to, from, size, g->diags));
    good(g, cuda_stream_wait(g->cuda, g->stream, g->diags));
}

RtStatus gpu_launch(Gpu *g, const char *kernel, GpuShape shape, ...)
{
    enum { EVERY_KERNEL = 48 << 10 }; /* has so much shared memory without asking */
    uint64_t values[16];
    void *arguments[16];
    size_t count = 0;
    va_list args;
    va_start(args, shape);
    for (int size; (size = va_arg(args, int)); count++) {
        CudaAddress address = size == 8 ? va_arg(args, CudaAddress) : 0;
        int number = size == 8 ? 0 : va_arg(args, int);
        memcpy(&values[count], size == 8 ? (void *)&address : &number, (size_t)size);
        arguments[count] = &values[count];
    }
    va_end(args);
    CudaFunction *f = NULL;
    CudaLaunch l = {.grid = {shape.gx, shape.gy, 1},
                    .block = {shape.bx, shape.by, 1},
                    .shared_bytes = shape.shared,
                    .arguments = arguments};
    good(g, cuda_function(g->cuda, g->module, kernel, &f, g->diags));
    if (shape.shared > EVERY_KERNEL)
        good(g, cuda_function_allow(g->cuda, f, (int)shape.shared, g->diags));
    return cuda_launch(g->cuda, g->stream, f, &l, g->diags);
}

const char *gpu_error(const Gpu *g)
{
    return diag_count(g->diags) ? diag_get(g->diags, 0)->message : "";
}
