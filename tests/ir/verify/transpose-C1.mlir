// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: transpose: permutation: dimension 0 occurs twice
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.transpose %a, dims = [0, 0] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
