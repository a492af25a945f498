/* What a kernel needs of a GPU, as far as it is known without one. */
#include "backends/cuda/cuda.h"
#include "backends/cuda/occupancy.h"
#include "runtime/file.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void check_full(const char *architecture, CudaBlock block, double wanted)
{
    double full = cuda_theoretical_occupancy(architecture, &block);
    if (full < wanted - 1e-9 || full > wanted + 1e-9)
        fail_msg("%s: %u threads, %d registers, %d bytes: %g, not %g", architecture,
                 block.threads, block.registers, (int)block.shared_bytes, full, wanted);
}

/* As NVIDIA's occupancy calculator has them. */
static void occupancy(void **state)
{
    (void)state;
    check_full("sm_90a", (CudaBlock){256, 32, 0}, 1);
    check_full("sm_90a", (CudaBlock){256, 255, 0}, 8 / 64.0); /* one block of 8 warps */
    check_full("sm_90a", (CudaBlock){256, 33, 0}, 48 / 64.0); /* 40 registers are given */
    check_full("sm_80", (CudaBlock){32, 16, 0}, 32 / 64.0);   /* 32 blocks */
    check_full("sm_80", (CudaBlock){256, 32, 48 << 10}, 24 / 64.0);
    check_full("sm_80", (CudaBlock){128, 32, 200 << 10}, 0);
    check_full("sm_75", (CudaBlock){1024, 64, 0}, 1);
    check_full("sm_75", (CudaBlock){256, 32, 16 << 10}, 1);
    check_full("sm_86", (CudaBlock){1024, 32, 0}, 32 / 48.0);
    check_full("sm_120", (CudaBlock){512, 32, 0}, 1);
    check_full("sm_103", (CudaBlock){256, 32, 56 << 10}, 32 / 64.0); /* 1 KB is not theirs */
    check_full("sm_10", (CudaBlock){256, 32, 0}, -1);
}

/* Bytes and operations of the kernels of a text. */
static void check_kernels(const char *text, size_t length, size_t count,
                          const int64_t (*wanted)[2])
{
    DiagList *d = diag_open();
    IrContext *c = ir_context_open();
    Arena *arena = arena_open();
    CudaKernels all = {0};
    Text source = {0};
    IrModule *m = ir_parse(c, "kernels.mlir", text, length, d);
    if (!m || !cuda_print(m, arena, &all, &source, d)) {
        diag_print(d, stderr);
        fail();
    }
    assert_int_equal(all.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(all.all[i].bytes, wanted[i][0]);
        assert_int_equal(all.all[i].flops, wanted[i][1]);
    }
    text_free(&source);
    ir_module_close(m);
    arena_close(arena);
    ir_context_close(c);
    diag_close(d);
}

/* The whole buffers of two launches, and the 32 sums between them. */
static void sum(void **state)
{
    (void)state;
    RtFile f;
    DiagList *d = diag_open();
    assert_int_equal(rt_file_read("docs/gpu.mlir", RT_FILE_LIMIT, &f, d), RT_OK);
    check_kernels((const char *)f.bytes, f.size, 2,
                  (int64_t[][2]){{4 * 65536 + 4 * 32, -1}, {4 * 32 + 4, -1}});
    rt_file_free(&f);
    diag_close(d);
}

/* Of a large table four rows of three numbers; only the first launch has the
 * operations. */
static const char rows[] =
    "module {\n"
    "  func.func private @rows(%t: memref<100000xf32>, %at: memref<4xi32>, "
    "%out: memref<4xf32>)\n"
    "      attributes {descent.flops = 12 : i64} {\n"
    "    %one = arith.constant 1 : index\n"
    "    %four = arith.constant 4 : index\n"
    "    gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)\n"
    "        threads(%tx, %ty, %tz) in (%sx = %four, %sy = %one, %sz = %one) {\n"
    "      %c0 = arith.constant 0 : index\n"
    "      %c1 = arith.constant 1 : index\n"
    "      %c3 = arith.constant 3 : index\n"
    "      %zero = arith.constant 0.0 : f32\n"
    "      %row = memref.load %at[%tx] : memref<4xi32>\n"
    "      %first = arith.index_cast %row : i32 to index\n"
    "      %sum = scf.for %i = %c0 to %c3 step %c1 iter_args(%s = %zero) -> (f32) {\n"
    "        %j = arith.addi %first, %i : index\n"
    "        %v = memref.load %t[%j] : memref<100000xf32>\n"
    "        %n = arith.addf %s, %v : f32\n"
    "        scf.yield %n : f32\n"
    "      }\n"
    "      memref.store %sum, %out[%tx] : memref<4xf32>\n"
    "      gpu.terminator\n"
    "    }\n"
    "    gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)\n"
    "        threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {\n"
    "      %c0 = arith.constant 0 : index\n"
    "      %v = memref.load %out[%c0] : memref<4xf32>\n"
    "      memref.store %v, %out[%c0] : memref<4xf32>\n"
    "      gpu.terminator\n"
    "    }\n"
    "    return\n"
    "  }\n"
    "}\n";

static void table(void **state)
{
    (void)state;
    check_kernels(rows, strlen(rows), 2,
                  (int64_t[][2]){{4 * 3 * 4 + 4 * 4 + 4 * 4, 12}, {8, 0}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(occupancy), cmocka_unit_test(sum),
                                       cmocka_unit_test(table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
