// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dynamic_slice: attribute slice_sizes has 1 entries, but needs 2
func.func @main(%a: tensor<2x3xf32>, %i: tensor<i32>) {
  %r = stablehlo.dynamic_slice %a, %i, %i, sizes = [1] : (tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x1xf32>
  return
}
