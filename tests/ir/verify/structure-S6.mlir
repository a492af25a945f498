// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: abs: the block must end in func.return
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.abs %a : tensor<2x3xf32>
}
