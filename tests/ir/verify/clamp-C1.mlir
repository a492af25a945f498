// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: clamp: the lower bound must be a scalar or of the operand's type: tensor<3xf32> x tensor<2x3xf32>
func.func @main(%l: tensor<3xf32>, %a: tensor<2x3xf32>) {
  %r = "stablehlo.clamp"(%l, %a, %a) : (tensor<3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
