// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: dot_general: a result of f32 from operands of i32
func.func @main(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) {
  %r = "stablehlo.dot_general"(%a, %b) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>}> : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x2xf32>
  return
}
