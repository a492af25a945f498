// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: add: types of operands differ: tensor<2x3xf32> x tensor<3x2xf32>
func.func @main(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) {
  %r = "stablehlo.add"(%a, %b) : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x3xf32>
  return
}
