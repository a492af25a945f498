// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: select: the predicate must be i1, a scalar or of the values' shape: tensor<3xi1> x tensor<2x3xf32>
func.func @main(%p: tensor<3xi1>, %a: tensor<2x3xf32>) {
  %r = "stablehlo.select"(%p, %a, %a) : (tensor<3xi1>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
