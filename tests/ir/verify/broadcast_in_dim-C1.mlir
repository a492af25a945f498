// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: broadcast_in_dim: element types differ: tensor<2x3xf32> -> tensor<2x3xi32>
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.broadcast_in_dim %a, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<2x3xi32>
  return
}
