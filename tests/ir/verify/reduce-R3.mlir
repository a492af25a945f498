// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: reduce: stablehlo.reshape in the body
func.func @main(%a: tensor<2x3xf32>, %i: tensor<f32>) {
  %r = "stablehlo.reduce"(%a, %i) <{dimensions = array<i64: 1>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.reshape %x : (tensor<f32>) -> tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  return
}
