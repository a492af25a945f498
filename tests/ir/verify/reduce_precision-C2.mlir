// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: reduce_precision: exponent_bits is 0, but must be at least 1
func.func @main(%a: tensor<2x3xf32>) {
  %r = "stablehlo.reduce_precision"(%a) <{exponent_bits = 0 : i32, mantissa_bits = 5 : i32}> : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
