// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: slice: entry 0 of strides is 0, but must be at least 1
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.slice %a [0:2:0, 0:3] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
