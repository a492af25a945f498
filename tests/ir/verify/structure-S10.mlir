// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: return: the values do not fit @main : (tensor<2x3xf32>) -> tensor<2x3xi32>
func.func @main(%a: tensor<2x3xf32>) -> tensor<2x3xi32> {
  return %a : tensor<2x3xf32>
}
