// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: convolution: a result of f32 from operands of bf16
func.func @main(%a: tensor<2x9x3xbf16>, %k: tensor<3x3x4xbf16>) {
  %r = "stablehlo.convolution"(%a, %k) <{dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64}> : (tensor<2x9x3xbf16>, tensor<3x3x4xbf16>) -> tensor<2x7x4xf32>
  return
}
