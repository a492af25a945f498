// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reshape: element types differ: tensor<2x3xf32> -> tensor<6xi32>
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.reshape %a : (tensor<2x3xf32>) -> tensor<6xi32>
  return
}
