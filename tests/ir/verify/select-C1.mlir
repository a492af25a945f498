// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: select: types of operands differ: tensor<2x3xf32> x tensor<2xf32>
func.func @main(%p: tensor<2x3xi1>, %a: tensor<2x3xf32>, %b: tensor<2xf32>) {
  %r = "stablehlo.select"(%p, %a, %b) : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}
