// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce_precision: takes floats, not tensor<2x3xi32>
func.func @main(%a: tensor<2x3xi32>) {
  %r = stablehlo.reduce_precision %a, format = e5m2 : tensor<2x3xi32>
  return
}
