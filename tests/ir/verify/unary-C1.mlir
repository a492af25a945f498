// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: tanh: takes floats, not tensor<2x3xi32>
func.func @main(%a: tensor<2x3xi32>) {
  %r = stablehlo.tanh %a : tensor<2x3xi32>
  return
}
