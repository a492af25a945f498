// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: pad: padding of more than 2^63 elements
func.func @main(%a: tensor<2x3xf32>, %v: tensor<f32>) {
  %r = stablehlo.pad %a, %v, low = [9223372036854775807, 0], high = [1, 0], interior = [0, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
