// Operands that a product computes for itself: kernels of convolutions that are reversed or
// converted; arguments that are overwritten behind it, while its tiles still read them.

// judge: scale=1e-4
func.func @reversed(%x: tensor<2x9x11x3xf32>, %k: tensor<3x2x3x20xf32>, %s: tensor<20xf32>, %c: tensor<2x7x10x20xf32>) -> (tensor<2x7x10x20xf32>, tensor<2x7x10x20xf32>) {
  %b = stablehlo.broadcast_in_dim %s, dims = [3] : (tensor<20xf32>) -> tensor<3x2x3x20xf32>
  %w = stablehlo.multiply %k, %b : tensor<3x2x3x20xf32>
  %y = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {reverse = [1, 0]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x9x11x3xf32>, tensor<3x2x3x20xf32>) -> tensor<2x7x10x20xf32>
  %z = stablehlo.maximum %y, %c : tensor<2x7x10x20xf32>
  return %y, %z : tensor<2x7x10x20xf32>, tensor<2x7x10x20xf32>
}
// judge: scale=1e-4
func.func @reversed_outputs_first(%x: tensor<2x3x9x11xf32>, %k: tensor<20x3x3x2xf32>, %s: tensor<20x3x2xf32>) -> tensor<2x7x10x20xf32> {
  %b = stablehlo.broadcast_in_dim %s, dims = [0, 2, 3] : (tensor<20x3x2xf32>) -> tensor<20x3x3x2xf32>
  %w = stablehlo.multiply %k, %b : tensor<20x3x3x2xf32>
  %y = stablehlo.convolution(%x, %w) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, 0, 1, f], window = {reverse = [1, 1], rhs_dilate = [1, 1]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x3x9x11xf32>, tensor<20x3x3x2xf32>) -> tensor<2x7x10x20xf32>
  return %y : tensor<2x7x10x20xf32>
}
// judge: scale=2e-2
func.func @half(%x: tensor<2x9x11x3xbf16>, %k: tensor<3x2x3x20xbf16>) -> tensor<2x7x10x20xbf16> {
  %y = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {reverse = [1, 1]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x9x11x3xbf16>, tensor<3x2x3x20xbf16>) -> tensor<2x7x10x20xbf16>
  return %y : tensor<2x7x10x20xbf16>
}
// judge: scale=1e-4
func.func @overwritten(%x: tensor<64x64xf32> {tf.aliasing_output = 0 : i32}, %y: tensor<64x64xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<64x64xf32>, tensor<64x64xf32>) {
  %a = stablehlo.tanh %x : tensor<64x64xf32>
  %b = stablehlo.negate %y : tensor<64x64xf32>
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %q = stablehlo.add %p, %x : tensor<64x64xf32>
  %r = stablehlo.subtract %q, %y : tensor<64x64xf32>
  return %q, %r : tensor<64x64xf32>, tensor<64x64xf32>
}
