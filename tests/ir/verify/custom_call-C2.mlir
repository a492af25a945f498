// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: custom_call: the loss is no float scalar: tensor<2x3xf32>
func.func @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  %r = stablehlo.custom_call @descent.gradient(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
