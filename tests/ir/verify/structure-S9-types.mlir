// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: call: the call does not fit @other : (tensor<3xf32>) -> tensor<3xf32>
func.func @main(%a: tensor<2x3xf32>) {
  %r = call @other(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
func.func private @other(%a: tensor<3xf32>) -> tensor<3xf32> {
  return %a : tensor<3xf32>
}
