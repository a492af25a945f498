// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: custom_call: a custom op needs a result
func.func @main(%a: tensor<2x3xf32>) {
  stablehlo.custom_call @mine(%a) {descent.custom} : (tensor<2x3xf32>) -> ()
  return
}
