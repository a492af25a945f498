// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce: region 0 is empty
func.func @main(%a: tensor<2x3xf32>, %i: tensor<f32>) {
  %r = "stablehlo.reduce"(%a, %i) <{dimensions = array<i64: 1>}> ({
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  return
}
