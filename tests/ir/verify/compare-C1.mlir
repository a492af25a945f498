// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: compare: types of operands differ: tensor<2x3xf32> x tensor<2x3xi32>
func.func @main(%a: tensor<2x3xf32>, %b: tensor<2x3xi32>) {
  %r = "stablehlo.compare"(%a, %b) <{comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2x3xf32>, tensor<2x3xi32>) -> tensor<2x3xi1>
  return
}
