// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: vector.extract: static_position is no list of 1 lanes
func.func @main(%v: vector<4xf32>) {
  %r = "vector.extract"(%v) <{static_position = array<i64: 4>}> : (vector<4xf32>) -> f32
  return
}
