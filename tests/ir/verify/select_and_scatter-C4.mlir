// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: select_and_scatter: source is tensor<3x3xf32>, but the windows make tensor<2x3xf32>
func.func @main(%a: tensor<4x6xf32>, %s: tensor<3x3xf32>, %i: tensor<f32>) {
  %r = "stablehlo.select_and_scatter"(%a, %s, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.compare GE, %x, %y : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %z : tensor<i1>
  }, {
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<4x6xf32>, tensor<3x3xf32>, tensor<f32>) -> tensor<4x6xf32>
  return
}
