// Names of the model that types, helpers and macros have: what is printed compiles.
// RUN: %descent-c %s | cc -x c -std=gnu17 -Wall -Wextra -Werror -fsyntax-only -
// RUN: %descent-c %s | %FileCheck %s
// CHECK: void m_predict(
// CHECK-NEXT: float *xf32_load, /* 64 */
// CHECK-NEXT: const void *int64_t_2, /* 64 */
// CHECK-NEXT: float *pool_run_2, /* 64 */
// CHECK-NEXT: float *unix_2, /* 64 */
// CHECK-NEXT: float *xu8x16, /* 64 */
// CHECK-NEXT: float *f32x, /* 64 */
module {
  func.func private @add(%a: memref<64xf32>, %b: memref<64xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c64 = arith.constant 64 : index
    scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
      %x = memref.load %a[%i] : memref<64xf32>
      %y = memref.load %b[%i] : memref<64xf32>
      %s = arith.addf %x, %y : f32
      memref.store %s, %b[%i] : memref<64xf32>
    }
    return
  }
  func.func @m_predict(%f32_load: memref<64xf32>, %int64_t: memref<64xf32> {descent.c_type = "const void *"}, %pool_run: memref<64xf32>, %unix: memref<64xf32>, %u8x16: memref<64xf32>, %f32x: memref<64xf32>) attributes {descent.export = "m_predict"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c64 = arith.constant 64 : index
    scf.for %i = %c0 to %c64 step %c1 {
      %x = memref.load %f32_load[%i] : memref<64xf32>
      %y = memref.load %int64_t[%i] : memref<64xf32>
      %s = arith.addf %x, %y : f32
      memref.store %s, %unix[%i] : memref<64xf32>
    }
    // A buffer that the header declares as void: the task gets it by the type of its elements.
    scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
      %x = memref.load %int64_t[%i] : memref<64xf32>
      memref.store %x, %pool_run[%i] : memref<64xf32>
    }
    call @add(%unix, %pool_run) : (memref<64xf32>, memref<64xf32>) -> ()
    call @add(%u8x16, %f32x) : (memref<64xf32>, memref<64xf32>) -> ()
    return
  }
}
