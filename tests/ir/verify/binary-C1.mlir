// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: and: takes i1 or signed integers or unsigned integers, not tensor<2x3xf32>
func.func @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  %r = stablehlo.and %a, %b : tensor<2x3xf32>
  return
}
