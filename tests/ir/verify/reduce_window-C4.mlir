// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce_window: entry 1 of window_dimensions is 0, but must be at least 1
func.func @main(%a: tensor<2x3xf32>, %i: tensor<f32>) {
  %r = "stablehlo.reduce_window"(%a, %i) <{window_dimensions = array<i64: 1, 0>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
