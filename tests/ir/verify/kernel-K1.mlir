// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: vector.reduction: has 3 operands, but takes 1 or 2
func.func @main(%v: vector<4xf32>, %x: f32) {
  %r = "vector.reduction"(%v, %x, %x) <{kind = #vector.kind<add>}> : (vector<4xf32>, f32, f32) -> f32
  return
}
