// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: abs: result 0 is tensor<2x3xi32>, but should be tensor<2x3xf32>
func.func @main(%a: tensor<2x3xf32>) {
  %r = "stablehlo.abs"(%a) : (tensor<2x3xf32>) -> tensor<2x3xi32>
  return
}
