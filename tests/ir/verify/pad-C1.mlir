// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: pad: the padding value is no scalar of the operand's elements: tensor<2x3xf32> x tensor<1xf32>
func.func @main(%a: tensor<2x3xf32>, %v: tensor<1xf32>) {
  %r = stablehlo.pad %a, %v, low = [0, 0], high = [0, 0], interior = [0, 0] : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  return
}
