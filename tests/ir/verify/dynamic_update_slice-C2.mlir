// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dynamic_update_slice: the update differs in elements or rank: tensor<2x3xf32> x tensor<2xf32>
func.func @main(%a: tensor<2x3xf32>, %u: tensor<2xf32>, %i: tensor<i32>) {
  %r = stablehlo.dynamic_update_slice %a, %u, %i, %i : (tensor<2x3xf32>, tensor<2xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
  return
}
