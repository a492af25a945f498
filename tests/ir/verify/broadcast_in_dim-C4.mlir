// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: broadcast_in_dim: dimension 0 of the operand does not fit dimension 1 of the result: tensor<2xf32> -> tensor<2x3xf32>
func.func @main(%a: tensor<2xf32>) {
  %r = stablehlo.broadcast_in_dim %a, dims = [1] : (tensor<2xf32>) -> tensor<2x3xf32>
  return
}
