// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: custom_call: no gradient with respect to tensor<2x3xi32>
func.func @main(%l: tensor<f32>, %b: tensor<2x3xi32>) {
  %r = stablehlo.custom_call @descent.gradient(%l, %b) : (tensor<f32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}
