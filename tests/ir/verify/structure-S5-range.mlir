// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: func: tf.aliasing_output of argument 0 is none of the 1 results
func.func @main(%a: tensor<2x3xf32> {tf.aliasing_output = 1 : i32}) -> tensor<2x3xf32> {
  return %a : tensor<2x3xf32>
}
