// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: optimization_barrier: has 2 operands and 1 results
func.func @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  %r = "stablehlo.optimization_barrier"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
