// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: reduce_window: initial value 0 of other elements: tensor<2x3xf32> x tensor<f64>
func.func @main(%a: tensor<2x3xf32>, %i: tensor<f64>) {
  %r = "stablehlo.reduce_window"(%a, %i) <{window_dimensions = array<i64: 1, 1>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<f64>) -> tensor<2x3xf32>
  return
}
