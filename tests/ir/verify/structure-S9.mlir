// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: call: there is no function @other
func.func @main(%a: tensor<2x3xf32>) {
  %r = call @other(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
