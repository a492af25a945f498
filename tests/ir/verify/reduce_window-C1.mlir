// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce_window: has 1 operands for 1 results
func.func @main(%a: tensor<2x3xf32>) {
  %r = "stablehlo.reduce_window"(%a) <{window_dimensions = array<i64: 1, 1>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
