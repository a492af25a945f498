// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: custom_call: target @mine
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.custom_call @mine(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
