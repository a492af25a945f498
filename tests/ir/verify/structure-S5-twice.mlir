// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: func: arguments 0 and 1 are both donated to result 0
func.func @main(%a: tensor<2x3xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<2x3xf32> {tf.aliasing_output = 0 : i32}) -> tensor<2x3xf32> {
  return %b : tensor<2x3xf32>
}
