// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dynamic_update_slice: start indices must be scalars of one integer type: tensor<f32> x tensor<f32>
func.func @main(%a: tensor<2x3xf32>, %u: tensor<1x1xf32>, %i: tensor<f32>) {
  %r = stablehlo.dynamic_update_slice %a, %u, %i, %i : (tensor<2x3xf32>, tensor<1x1xf32>, tensor<f32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
