// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: bitcast_convert: shapes of operand and result differ: tensor<2x3xf32> -> tensor<6xi32>
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.bitcast_convert %a : (tensor<2x3xf32>) -> tensor<6xi32>
  return
}
