// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: broadcast_in_dim: attribute broadcast_dimensions has 1 entries, but needs 2
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.broadcast_in_dim %a, dims = [0] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
