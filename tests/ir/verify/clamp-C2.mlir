// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: clamp: the upper bound must be a scalar or of the operand's type: tensor<f64> x tensor<2x3xf32>
func.func @main(%h: tensor<f64>, %a: tensor<2x3xf32>) {
  %r = "stablehlo.clamp"(%a, %a, %h) : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<f64>) -> tensor<2x3xf32>
  return
}
