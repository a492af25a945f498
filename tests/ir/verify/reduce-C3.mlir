// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce: initial value 0 is no scalar: tensor<1xf32>
func.func @main(%a: tensor<2x3xf32>, %i: tensor<1xf32>) {
  %r = "stablehlo.reduce"(%a, %i) <{dimensions = array<i64: 1>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2xf32>
  return
}
