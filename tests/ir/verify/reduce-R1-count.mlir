// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce: the body takes 1 values, but should take 2
func.func @main(%a: tensor<2x3xf32>, %i: tensor<f32>) {
  %r = "stablehlo.reduce"(%a, %i) <{dimensions = array<i64: 1>}> ({
  ^bb0(%x: tensor<f32>):
    stablehlo.return %x : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  return
}
