// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: func: argument 0 is donated to result 0 of another type: tensor<2x3xi32> -> tensor<2x3xf32>
func.func @main(%a: tensor<2x3xi32> {tf.aliasing_output = 0 : i32}, %b: tensor<2x3xf32>) -> tensor<2x3xf32> {
  return %b : tensor<2x3xf32>
}
