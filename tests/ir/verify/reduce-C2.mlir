// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce: shapes of inputs differ: tensor<2x3xf32> x tensor<3x2xf32>
func.func @main(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>, %i: tensor<f32>, %j: tensor<f32>) {
  %r:2 = "stablehlo.reduce"(%a, %b, %i, %j) <{dimensions = array<i64: 1>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<3x2xf32>, tensor<f32>, tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}
