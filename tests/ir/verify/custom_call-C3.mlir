// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: custom_call: 2 results for 1 gradients
func.func @main(%l: tensor<f32>, %b: tensor<2x3xf32>) {
  %r:2 = stablehlo.custom_call @descent.gradient(%l, %b) : (tensor<f32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>)
  return
}
