// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: memref.load: 1 indices for memref<4x8xf32>
func.func @main(%m: memref<4x8xf32>, %i: index) {
  %r = "memref.load"(%m, %i) : (memref<4x8xf32>, index) -> f32
  return
}
