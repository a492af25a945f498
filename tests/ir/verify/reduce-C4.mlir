// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce: dimensions: no dimension 2 in a tensor of rank 2
func.func @main(%a: tensor<2x3xf32>, %i: tensor<f32>) {
  %r = "stablehlo.reduce"(%a, %i) <{dimensions = array<i64: 2>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  return
}
