// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: convolution: the kernel takes 2 features, but the input has 3 in each of 1 groups: tensor<2x9x3xf32> x tensor<3x2x4xf32>
func.func @main(%a: tensor<2x9x3xf32>, %k: tensor<3x2x4xf32>) {
  %r = "stablehlo.convolution"(%a, %k) <{dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64}> : (tensor<2x9x3xf32>, tensor<3x2x4xf32>) -> tensor<2x7x4xf32>
  return
}
