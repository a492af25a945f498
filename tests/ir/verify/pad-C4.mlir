// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: pad: dimension 0 would have the size -1: tensor<2x3xf32>
func.func @main(%a: tensor<2x3xf32>, %v: tensor<f32>) {
  %r = stablehlo.pad %a, %v, low = [-2, 0], high = [-1, 0], interior = [0, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
