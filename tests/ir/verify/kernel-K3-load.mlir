// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: memref.load: types do not go together: memref<4x8xf32>, index, index -> f64
func.func @main(%m: memref<4x8xf32>, %i: index) {
  %r = "memref.load"(%m, %i, %i) : (memref<4x8xf32>, index, index) -> f64
  return
}
