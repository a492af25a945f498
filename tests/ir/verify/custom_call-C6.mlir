// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: custom_call: attribute descent.backward is no string
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.custom_call @mine(%a) {descent.custom, descent.backward} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
