// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: concatenate: dimension: no dimension 2 in a tensor of rank 2
func.func @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  %r = stablehlo.concatenate %a, %b, dim = 2 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
