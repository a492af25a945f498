// What kernels look like in C.
// RUN: %descent-c %s --title=kernels | %FileCheck %s
module {
  memref.global "private" constant @table : memref<4xf32> = dense<[1.0, -0.5, 0.1, 3.0e38]>
  // A value that is used once stands where it is used; a read does not move behind a write.
  func.func private @shift.loop.0(%arg0: memref<8x3xf32>, %arg1: memref<8x3xf32> {descent.result}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %c8 = arith.constant 8 : index
    %two = arith.constant 2.0 : f32
    scf.for %i = %c0 to %c8 step %c1 {
      scf.for %j = %c0 to %c3 step %c1 {
        %a = memref.load %arg0[%i, %j] : memref<8x3xf32>
        %b = arith.mulf %a, %two : f32
        memref.store %b, %arg1[%i, %j] : memref<8x3xf32>
      }
      %x = memref.load %arg0[%i, %c0] : memref<8x3xf32>
      %y = memref.load %arg1[%i, %c1] : memref<8x3xf32>
      memref.store %x, %arg1[%i, %c1] : memref<8x3xf32>
      memref.store %y, %arg1[%i, %c0] : memref<8x3xf32>
    }
    return
  }
  // Values that change places go round together.
  func.func private @turn.loop.1(%arg0: memref<2xf32> {descent.result}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %g = memref.get_global @table : memref<4xf32>
    %a = memref.load %g[%c0] : memref<4xf32>
    %b = memref.load %g[%c1] : memref<4xf32>
    %r:2 = scf.for %i = %c0 to %c8 step %c1 iter_args(%x = %a, %y = %b) -> (f32, f32) {
      %s = arith.addf %x, %y : f32
      scf.yield %y, %s : f32, f32
    }
    memref.store %r#0, %arg0[%c0] : memref<2xf32>
    memref.store %r#1, %arg0[%c1] : memref<2xf32>
    return
  }
  // Integers wrap: small ones, and signed ones.
  func.func private @ints.loop.2(%arg0: memref<4xi16>, %arg1: memref<4xi32> {descent.result}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : i32
    %a = memref.load %arg0[%c0] : memref<4xi16>
    %b = memref.load %arg0[%c1] : memref<4xi16>
    %p = arith.muli %a, %b : i16
    %w = arith.extsi %p : i16 to i32
    %s = arith.shrsi %w, %c5 : i32
    memref.store %s, %arg1[%c0] : memref<4xi32>
    return
  }
  // A parallel loop is a function of a range.
  func.func private @spread.loop.3(%arg0: memref<64xf32>, %arg1: memref<64xf32> {descent.result}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c16 = arith.constant 16 : index
    scf.parallel (%i) = (%c0) to (%c16) step (%c1) {
      %at = arith.muli %i, %c4 : index
      %v = vector.load %arg0[%at] : memref<64xf32>, vector<4xf32>
      %m = arith.addf %v, %v : vector<4xf32>
      vector.store %m, %arg1[%at] : memref<64xf32>, vector<4xf32>
    }
    return
  }
  func.func @run(%arg0: memref<64xi8>, %arg1: memref<8x3xf32>, %arg2: memref<8x3xf32>, %arg3: memref<2xf32>, %arg4: memref<64xf32>, %arg5: memref<4xi16>, %arg6: memref<4xi32>) attributes {descent.alias = array<i64: -1>, descent.arena_bytes = 64 : i64, descent.entry} {
    call @shift.loop.0(%arg1, %arg2) : (memref<8x3xf32>, memref<8x3xf32>) -> ()
    call @turn.loop.1(%arg3) : (memref<2xf32>) -> ()
    call @ints.loop.2(%arg5, %arg6) : (memref<4xi16>, memref<4xi32>) -> ()
    call @spread.loop.3(%arg4, %arg4) : (memref<64xf32>, memref<64xf32>) -> ()
    return
  }
}
// CHECK: /* kernels */
// CHECK: #include <math.h>
// CHECK: HELPER float f32_load(const void *from, int64_t at)
// CHECK: VECTOR_HELPER f32x4 f32x4_add(f32x4 a, f32x4 b)
// CHECK-NEXT: {
// CHECK-NEXT: EITHER(f32x4, 4, a + b, LANE(a, i) + LANE(b, i));
// CHECK-NEXT: }
// CHECK:      static _Alignas(64) const float table[4] = {
// CHECK-NEXT:     1.0f, -0.5f, 0.1f, 3e+38f,
// CHECK-NEXT: };
// CHECK-EMPTY:
// CHECK-NEXT: /* kernels.mlir:{{[0-9]+}} */
// CHECK-NEXT: static void shift_loop_0(
// CHECK-NEXT:     const float *in0, /* 8x3 */
// CHECK-NEXT:     float *out1) /* 8x3 */
// CHECK-NEXT: {
// CHECK-NEXT:     for (int64_t i = 0; i < 8; i++) {
// CHECK-NEXT:         for (int64_t j = 0; j < 3; j++) {
// CHECK-NEXT:             f32_store(out1, i * 3 + j, f32_load(in0, i * 3 + j) * 2.0f);
// CHECK-NEXT:         }
// CHECK-NEXT:         const float v2 = f32_load(out1, i * 3 + 1);
// CHECK-NEXT:         f32_store(out1, i * 3 + 1, f32_load(in0, i * 3));
// CHECK-NEXT:         f32_store(out1, i * 3, v2);
// CHECK-NEXT:     }
// CHECK-NEXT: }
// CHECK-EMPTY:
// CHECK-NEXT: /* kernels.mlir:{{[0-9]+}} */
// CHECK-NEXT: static void turn_loop_1(
// CHECK-NEXT:     float *out0) /* 2 */
// CHECK-NEXT: {
// CHECK-NEXT:     const float v1 = f32_load(table, 0);
// CHECK-NEXT:     const float v2 = f32_load(table, 1);
// CHECK-NEXT:     float acc3 = v1;
// CHECK-NEXT:     float acc4 = v2;
// CHECK-NEXT:     for (int64_t i = 0; i < 8; i++) {
// CHECK-NEXT:         const float t5 = acc3 + acc4;
// CHECK-NEXT:         acc3 = acc4;
// CHECK-NEXT:         acc4 = t5;
// CHECK-NEXT:     }
// CHECK-NEXT:     f32_store(out0, 0, acc3);
// CHECK-NEXT:     f32_store(out0, 1, acc4);
// CHECK-NEXT: }
// CHECK-EMPTY:
// CHECK-NEXT: /* kernels.mlir:{{[0-9]+}} */
// CHECK-NEXT: static void ints_loop_2(
// CHECK-NEXT:     const uint16_t *in0, /* 4 */
// CHECK-NEXT:     uint32_t *out1) /* 4 */
// CHECK-NEXT: {
// CHECK-NEXT:     const uint32_t t2 = (uint32_t)((int32_t)(uint32_t)(int16_t)(uint16_t)(1u * u16_load(in0, 0) * u16_load(in0, 1)) >> 5);
// CHECK-NEXT:     u32_store(out1, 0, t2);
// CHECK-NEXT: }
// CHECK-EMPTY:
// CHECK-NEXT: struct spread_loop_3_task_context {
// CHECK-NEXT:     const float *in0;
// CHECK-NEXT:     float *out1;
// CHECK-NEXT: };
// CHECK-EMPTY:
// CHECK-NEXT: static void spread_loop_3_task(void *ctx, int64_t begin, int64_t end)
// CHECK-NEXT: {
// CHECK-NEXT:     const struct spread_loop_3_task_context *const c = ctx;
// CHECK-NEXT:     const float *const in0 = c->in0;
// CHECK-NEXT:     float *const out1 = c->out1;
// CHECK-NEXT:     for (int64_t i = begin; i < end; i++) {
// CHECK-NEXT:         const int64_t at2 = i * 4;
// CHECK-NEXT:         const f32x4 v3 = f32x4_load(in0, at2);
// CHECK-NEXT:         f32x4_store(out1, at2, f32x4_add(v3, v3));
// CHECK-NEXT:     }
// CHECK-NEXT: }
// CHECK-EMPTY:
// CHECK-NEXT: /* kernels.mlir:{{[0-9]+}} */
// CHECK-NEXT: static void spread_loop_3(
// CHECK-NEXT:     const float *in0, /* 64 */
// CHECK-NEXT:     float *out1, /* 64 */
// CHECK-NEXT:     struct descent_pool *pool)
// CHECK-NEXT: {
// CHECK-NEXT:     struct spread_loop_3_task_context context4 = {
// CHECK-NEXT:         in0,
// CHECK-NEXT:         out1,
// CHECK-NEXT:     };
// CHECK-NEXT:     pool_run(pool, spread_loop_3_task, &context4, 16);
// CHECK-NEXT: }
// CHECK-EMPTY:
// CHECK-NEXT: /* kernels.mlir:{{[0-9]+}} */
// CHECK-NEXT: static void run_program(
// CHECK-NEXT:     const uint8_t *arena, /* 64 */
// CHECK-NEXT:     const float *in0, /* 8x3 */
// CHECK-NEXT:     float *in1, /* 8x3 */
// CHECK-NEXT:     float *in2, /* 2 */
// CHECK-NEXT:     float *in3, /* 64 */
// CHECK-NEXT:     const uint16_t *in4, /* 4 */
// CHECK-NEXT:     uint32_t *in5, /* 4 */
// CHECK-NEXT:     struct descent_pool *pool)
// CHECK-NEXT: {
// CHECK-NEXT:     (void)arena;
// CHECK-NEXT:     shift_loop_0(in0, in1);
// CHECK-NEXT:     turn_loop_1(in2);
// CHECK-NEXT:     ints_loop_2(in4, in5);
// CHECK-NEXT:     spread_loop_3(in3, in3, pool);
// CHECK-NEXT: }
// CHECK-EMPTY:
// CHECK-NEXT: void descent_run(void *arena, void *const *args, void *const *results,
// CHECK-NEXT:     struct descent_pool *pool);
// CHECK-EMPTY:
// CHECK-NEXT: void descent_run(void *arena, void *const *args, void *const *results,
// CHECK-NEXT:     struct descent_pool *pool)
// CHECK-NEXT: {
// CHECK-NEXT:     run_program(arena, args[0], args[1], args[2], args[3], args[4], results[0], pool);
// CHECK-NEXT: }
