// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: return: is not at the end of its block
func.func @main(%a: tensor<2x3xf32>) {
  "func.return"() : () -> ()
  %r = stablehlo.abs %a : tensor<2x3xf32>
  return
}
