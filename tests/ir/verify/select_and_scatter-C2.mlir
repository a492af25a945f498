// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: select_and_scatter: source must have the operand's elements, and the initial value be a scalar of them: tensor<4x6xf32> x tensor<2x3xf32> x tensor<1xf32>
func.func @main(%a: tensor<4x6xf32>, %s: tensor<2x3xf32>, %i: tensor<1xf32>) {
  %r = "stablehlo.select_and_scatter"(%a, %s, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.compare GE, %x, %y : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %z : tensor<i1>
  }, {
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<4x6xf32>, tensor<2x3xf32>, tensor<1xf32>) -> tensor<4x6xf32>
  return
}
