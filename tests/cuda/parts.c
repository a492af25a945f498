/* Kernels that are compiled in several parts are those that are compiled in one. */
#include "tests/cuda/gpu.h"

#include "backends/cuda/parts.h"
#include "backends/cuda/program.h"
#include "ir/ir.h"

#include <stdio.h>
#include <string.h>

enum { KERNELS = 13, THREADS = 64, LINES = 300, BYTES = 4 * THREADS };

/* Each adds and multiplies by other numbers. */
static void add_kernel(Text *t, int n)
{
    text_printf(t,
                "  func.func private @k%d(%%x: memref<64xf32>, %%y: memref<64xf32>) {\n"
                "    %%one = arith.constant 1 : index\n"
                "    %%many = arith.constant 64 : index\n"
                "    gpu.launch blocks(%%bx, %%by, %%bz) in (%%gx = %%one, %%gy = %%one, "
                "%%gz = %%one)\n"
                "        threads(%%tx, %%ty, %%tz) in (%%sx = %%many, %%sy = %%one, %%sz "
                "= %%one) {\n"
                "      %%v0 = memref.load %%x[%%tx] : memref<64xf32>\n",
                n);
    for (int i = 0; i < LINES; i++)
        text_printf(t,
                    "      %%c%d = arith.constant %d.%de-1 : f32\n"
                    "      %%v%d = arith.%s %%v%d, %%c%d : f32\n",
                    i, i % 2 ? 9 + i / 2 % 3 : n, i + 1, i + 1, i % 2 ? "mulf" : "addf",
                    i, i);
    text_printf(t,
                "      memref.store %%v%d, %%y[%%tx] : memref<64xf32>\n"
                "      gpu.terminator\n    }\n    return\n  }\n",
                LINES);
}

/* They run one after the other, to and fro between an argument and the result. */
static IrModule *make_module(IrContext *c, DiagList *d)
{
    Text t = {0};
    text_add(&t, "module {\n");
    for (int i = 0; i < KERNELS; i++)
        add_kernel(&t, i);
    text_add(&t, "  func.func public @main(%arena: memref<0xi8>, %x: memref<64xf32>, %y: "
                 "memref<64xf32>)\n"
                 "      attributes {descent.alias = array<i64: -1>, descent.arena_bytes "
                 "= 0 : i64, "
                 "descent.entry} {\n");
    for (int i = 0; i < KERNELS; i++)
        text_printf(&t, "    call @k%d(%s) : (memref<64xf32>, memref<64xf32>) -> ()\n", i,
                    i % 2 ? "%y, %x" : "%x, %y");
    text_add(&t, "    return\n  }\n}\n");
    IrModule *m = ir_parse(c, "kernels.mlir", t.bytes, t.length, d);
    if (!m)
        diag_print(d, stderr);
    assert_non_null(m);
    text_free(&t);
    return m;
}

typedef struct World {
    Arena *arena;
    DiagList *diags;
    IrContext *context;
    IrModule *module;
    CudaKernels kernels;
    Text text;
} World;

static World open_world(void)
{
    World w = {.arena = arena_open(), .diags = diag_open(), .context = ir_context_open()};
    w.module = make_module(w.context, w.diags);
    assert_true(cuda_print(w.module, w.arena, &w.kernels, &w.text, w.diags));
    assert_int_equal(w.kernels.count, KERNELS);
    return w;
}

static void close_world(World *w)
{
    assert_int_equal(diag_count(w->diags), 0);
    text_free(&w->text);
    ir_module_close(w->module);
    ir_context_close(w->context);
    diag_close(w->diags);
    arena_close(w->arena);
}

/* Every kernel is in its part and in no other, behind what all share. */
static void shared_out(void **state)
{
    (void)state;
    World w = open_world();
    CudaParts p = cuda_parts_share(&w.text, &w.kernels, w.arena),
              again = cuda_parts_share(&w.text, &w.kernels, w.arena);
    size_t head = w.kernels.all[0].begin, sum = 0;
    assert_in_range(p.count, 2, 9);
    for (size_t i = 0; i < p.count; i++) {
        assert_memory_equal(p.all[i].source.bytes, w.text.bytes, head);
        assert_string_equal(p.all[i].source.bytes, again.all[i].source.bytes);
        sum += p.all[i].source.length - head;
        for (size_t k = 0; k < KERNELS; k++) {
            const char *begin = arena_printf(w.arena, " %s(", w.kernels.all[k].name);
            assert_int_equal(strstr(p.all[i].source.bytes, begin) != NULL, p.of[k] == i);
        }
    }
    assert_int_equal(head + sum, w.text.length);
    cuda_parts_free(&p);
    cuda_parts_free(&again);
    CudaKernels none = {0};
    assert_int_equal(cuda_parts_share(&w.text, &none, w.arena).count, 0);
    close_world(&w);
}

static void run_whole(World *w, const float *x, float *out)
{
    Gpu g = gpu_open_text(NULL, "whole.cu", w->text.bytes);
    CudaAddress a = gpu_upload(&g, x, BYTES), b = gpu_alloc(&g, BYTES);
    for (int i = 0; i < KERNELS; i++)
        assert_int_equal(
            gpu_launch(&g, w->kernels.all[i].name, (GpuShape){1, 1, THREADS, 1, 0},
                       GPU_ADDRESS(i % 2 ? b : a), GPU_ADDRESS(i % 2 ? a : b), GPU_END),
            RT_OK);
    gpu_download(&g, out, b, BYTES);
    gpu_close(&g);
}

static void run_parts(World *w, const float *x, float *out)
{
    Gpu g = gpu_open_text(NULL, NULL, NULL);
    CudaCache cache = {0};
    CudaCompiler *c = NULL;
    CudaProgram *p = NULL;
    CudaAddress a = gpu_upload(&g, x, BYTES), b = gpu_alloc(&g, BYTES);
    assert_int_equal(cuda_compiler_open(cuda_info(g.cuda), &c, w->diags), RT_OK);
    assert_int_equal(cuda_program_open(g.cuda, c, &cache, w->module, &p, w->diags),
                     RT_OK);
    assert_true(cuda_program_bytes(p) > 1000);
    assert_int_equal(cuda_program_load(p, g.stream, w->diags), RT_OK);
    assert_int_equal(cuda_entry_run(cuda_program_entry(p, "main"), g.stream, 0, &a, &b,
                                    NULL, w->diags),
                     RT_OK);
    gpu_download(&g, out, b, BYTES);
    cuda_program_close(p);
    cuda_compiler_close(c);
    gpu_close(&g);
}

static void same_bits(void **state)
{
    (void)state;
    World w = open_world();
    float x[THREADS], whole[THREADS], parts[THREADS];
    for (int i = 0; i < THREADS; i++)
        x[i] = (float)i / 7;
    run_whole(&w, x, whole);
    run_parts(&w, x, parts);
    assert_memory_equal(whole, parts, BYTES);
    assert_true(whole[1] > whole[0] && whole[0] > 1);
    close_world(&w);
}

/* All threads come back, and one of the mistakes is told. */
static void wrong(void **state)
{
    (void)state;
    enum { PARTS = 5 };
    DiagList *d = diag_open();
    CudaPart all[PARTS] = {0};
    CudaParts p = {all, PARTS, NULL};
    CudaCache cache = {0};
    CudaCompiler *c = NULL;
    for (int i = 0; i < PARTS; i++)
        text_printf(&all[i].source,
                    "extern \"C\" __global__ void f%d(float *x) { *x = %s; }\n", i,
                    i % 2 ? "y" : "1");
    assert_int_equal(cuda_compiler_open(NULL, &c, d), RT_OK);
    assert_int_equal(cuda_parts_compile(&p, &cache, c, "sm_80", d), RT_FAILED);
    assert_int_equal(diag_count(d), 1);
    assert_non_null(strstr(diag_get(d, 0)->message, "NVRTC does not compile kernels.cu"));
    cuda_parts_free(&p);
    cuda_compiler_close(c);
    diag_close(d);
}

/* With reports each part is compiled, whatever is kept on disk. */
static void reported(void **state)
{
    (void)state;
    World w = open_world();
    CudaParts p = cuda_parts_share(&w.text, &w.kernels, w.arena);
    CudaCompiler *c = NULL;
    assert_int_equal(cuda_compiler_open(NULL, &c, w.diags), RT_OK);
    assert_int_equal(cuda_parts_report(&p, c, "sm_80", w.diags), RT_OK);
    for (size_t i = 0; i < p.count; i++)
        assert_true(p.all[i].cubin.length > 0 && !p.all[i].kept);
    cuda_parts_free(&p);
    cuda_compiler_close(c);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shared_out),
                                       cmocka_unit_test(same_bits),
                                       cmocka_unit_test(wrong),
                                       cmocka_unit_test(reported)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
