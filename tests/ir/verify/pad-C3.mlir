// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: pad: entry 1 of interior_padding is -1, but must be at least 0
func.func @main(%a: tensor<2x3xf32>, %v: tensor<f32>) {
  %r = stablehlo.pad %a, %v, low = [0, 0], high = [0, 0], interior = [0, -1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
