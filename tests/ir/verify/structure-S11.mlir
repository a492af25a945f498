// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: abs: has no attribute fast
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.abs %a {fast = true} : tensor<2x3xf32>
  return
}
