// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: concatenate: operand 1 does not fit the first along dimension 0: tensor<2x3xf32> x tensor<4x5xf32>
func.func @main(%a: tensor<2x3xf32>, %b: tensor<4x5xf32>) {
  %r = stablehlo.concatenate %a, %b, dim = 0 : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<6x3xf32>
  return
}
