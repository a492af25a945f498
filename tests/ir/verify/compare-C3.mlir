// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: compare: compare_type SIGNED does not go with tensor<2x3xf32>
func.func @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  %r = "stablehlo.compare"(%a, %b) <{comparison_direction = #stablehlo<comparison_direction LT>, compare_type = #stablehlo<comparison_type SIGNED>}> : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
  return
}
