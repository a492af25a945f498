// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: slice: 2:1 is outside of dimension 1: tensor<2x3xf32>
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.slice %a [0:2, 2:1] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
