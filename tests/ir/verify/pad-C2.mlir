// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: pad: attribute edge_padding_low has 1 entries, but needs 2
func.func @main(%a: tensor<2x3xf32>, %v: tensor<f32>) {
  %r = stablehlo.pad %a, %v, low = [0], high = [0, 0], interior = [0, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
