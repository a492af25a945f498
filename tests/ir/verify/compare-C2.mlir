// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: compare: attribute comparison_direction is missing
func.func @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  %r = "stablehlo.compare"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
  return
}
