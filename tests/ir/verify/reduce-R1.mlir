// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce: the body's value 0 is tensor<2xf32>, but should be tensor<f32>
func.func @main(%a: tensor<2x3xf32>, %i: tensor<f32>) {
  %r = "stablehlo.reduce"(%a, %i) <{dimensions = array<i64: 1>}> ({
  ^bb0(%x: tensor<2xf32>, %y: tensor<2xf32>):
    %z = stablehlo.add %x, %y : tensor<2xf32>
    stablehlo.return %z : tensor<2xf32>
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  return
}
