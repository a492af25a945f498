// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dynamic_update_slice: has 1 operands
func.func @main(%a: tensor<2x3xf32>) {
  %r = "stablehlo.dynamic_update_slice"(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
