// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: vector.reduction: kind is none of its values
func.func @main(%v: vector<4xf32>) {
  %r = vector.reduction <minsi>, %v : vector<4xf32> into f32
  return
}
