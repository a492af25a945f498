// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: slice: attribute start_indices has 1 entries, but needs 2
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.slice %a [0:2] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
