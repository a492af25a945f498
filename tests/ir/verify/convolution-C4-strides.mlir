// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: convolution: entry 0 of window_strides is 0, but must be at least 1
func.func @main(%a: tensor<2x9x3xf32>, %k: tensor<3x3x4xf32>) {
  %r = "stablehlo.convolution"(%a, %k) <{dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, window_strides = array<i64: 0>}> : (tensor<2x9x3xf32>, tensor<3x3x4xf32>) -> tensor<2x7x4xf32>
  return
}
