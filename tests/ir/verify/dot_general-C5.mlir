// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dot_general: batching dimension 0 of lhs and 0 of rhs differ: tensor<2x3xf32> x tensor<4x3xf32>
func.func @main(%a: tensor<2x3xf32>, %b: tensor<4x3xf32>) {
  %r = "stablehlo.dot_general"(%a, %b) <{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>}> : (tensor<2x3xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return
}
