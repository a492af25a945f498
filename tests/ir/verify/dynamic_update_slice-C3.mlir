// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dynamic_update_slice: the update is larger in dimension 0: tensor<2x3xf32> x tensor<3x1xf32>
func.func @main(%a: tensor<2x3xf32>, %u: tensor<3x1xf32>, %i: tensor<i32>) {
  %r = stablehlo.dynamic_update_slice %a, %u, %i, %i : (tensor<2x3xf32>, tensor<3x1xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
  return
}
