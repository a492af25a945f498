// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: arith.truncf: types do not go together: f32 -> f64
func.func @main(%x: f32) {
  %r = arith.truncf %x : f32 to f64
  return
}
