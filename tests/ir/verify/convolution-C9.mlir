// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: convolution: a result of f32 from operands of i32
func.func @main(%a: tensor<2x9x3xi32>, %k: tensor<3x3x4xi32>) {
  %r = "stablehlo.convolution"(%a, %k) <{dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64}> : (tensor<2x9x3xi32>, tensor<3x3x4xi32>) -> tensor<2x7x4xf32>
  return
}
