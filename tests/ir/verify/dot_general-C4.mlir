// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dot_general: rhs_contracting_dimensions: no dimension 2 in a tensor of rank 2
func.func @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  %r = "stablehlo.dot_general"(%a, %b) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [2]>}> : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
