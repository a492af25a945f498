// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: is_finite: takes floats, not tensor<2x3xi32>
func.func @main(%a: tensor<2x3xi32>) {
  %r = stablehlo.is_finite %a : (tensor<2x3xi32>) -> tensor<2x3xi1>
  return
}
