// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reverse: dimensions: dimension 1 occurs twice
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.reverse %a, dims = [1, 1] : tensor<2x3xf32>
  return
}
