// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dot_general: contracting dimension 1 of lhs and 0 of rhs differ: tensor<32x784xf32> x tensor<128x10xf32>
func.func @main(%a: tensor<32x784xf32>, %b: tensor<128x10xf32>) {
  %r = "stablehlo.dot_general"(%a, %b) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>}> : (tensor<32x784xf32>, tensor<128x10xf32>) -> tensor<2x3xf32>
  return
}
