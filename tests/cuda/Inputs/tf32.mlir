// Products of f32 whose operands may be cut to 10 bits of mantissa: each has a relative error of
// at most 2^-9.
// judge: scale=1e-3
func.func @product_1_128_128_48(%a: tensor<48x128xf32>, %b: tensor<48x128xf32>) -> tensor<128x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<48x128xf32>, tensor<48x128xf32>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
// judge: scale=1e-3
func.func @product_2_128_128_48(%a: tensor<48x128xf32>, %b: tensor<128x48xf32>) -> tensor<128x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<48x128xf32>, tensor<128x48xf32>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
// judge: scale=1e-3
func.func @product_3_128_128_48(%a: tensor<128x48xf32>, %b: tensor<48x128xf32>) -> tensor<128x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x48xf32>, tensor<48x128xf32>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
// judge: scale=1e-3
func.func @product_4_128_128_48(%a: tensor<128x48xf32>, %b: tensor<128x48xf32>) -> tensor<128x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<128x48xf32>, tensor<128x48xf32>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
// judge: scale=1e-3
func.func @product_5_70_90_100(%a: tensor<100x70xf32>, %b: tensor<100x90xf32>) -> tensor<70x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<100x70xf32>, tensor<100x90xf32>) -> tensor<70x90xf32>
  return %p : tensor<70x90xf32>
}
// judge: scale=1e-3
func.func @product_6_70_90_100(%a: tensor<100x70xf32>, %b: tensor<90x100xf32>) -> tensor<70x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<100x70xf32>, tensor<90x100xf32>) -> tensor<70x90xf32>
  return %p : tensor<70x90xf32>
}
// judge: scale=1e-3
func.func @product_7_70_90_100(%a: tensor<70x100xf32>, %b: tensor<100x90xf32>) -> tensor<70x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<70x100xf32>, tensor<100x90xf32>) -> tensor<70x90xf32>
  return %p : tensor<70x90xf32>
}
// judge: scale=1e-3
func.func @product_8_70_90_100(%a: tensor<70x100xf32>, %b: tensor<90x100xf32>) -> tensor<70x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<70x100xf32>, tensor<90x100xf32>) -> tensor<70x90xf32>
  return %p : tensor<70x90xf32>
}
// judge: scale=1e-3
func.func @product_9_33_65_19(%a: tensor<19x33xf32>, %b: tensor<19x65xf32>) -> tensor<33x65xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<19x33xf32>, tensor<19x65xf32>) -> tensor<33x65xf32>
  return %p : tensor<33x65xf32>
}
// judge: scale=1e-3
func.func @product_10_33_65_19(%a: tensor<19x33xf32>, %b: tensor<65x19xf32>) -> tensor<33x65xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<19x33xf32>, tensor<65x19xf32>) -> tensor<33x65xf32>
  return %p : tensor<33x65xf32>
}
// judge: scale=1e-3
func.func @product_11_33_65_19(%a: tensor<33x19xf32>, %b: tensor<19x65xf32>) -> tensor<33x65xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<33x19xf32>, tensor<19x65xf32>) -> tensor<33x65xf32>
  return %p : tensor<33x65xf32>
}
// judge: scale=1e-3
func.func @product_12_33_65_19(%a: tensor<33x19xf32>, %b: tensor<65x19xf32>) -> tensor<33x65xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<33x19xf32>, tensor<65x19xf32>) -> tensor<33x65xf32>
  return %p : tensor<33x65xf32>
}
// judge: scale=1e-3
func.func @computed(%a: tensor<64x32xf32>, %b: tensor<32x64xf32>, %c: tensor<64xf32>) -> tensor<64x64xf32> {
  %x = stablehlo.negate %a : tensor<64x32xf32>
  %y = stablehlo.abs %b : tensor<32x64xf32>
  %p = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<64x32xf32>, tensor<32x64xf32>) -> tensor<64x64xf32>
  %v = stablehlo.broadcast_in_dim %c, dims = [1] : (tensor<64xf32>) -> tensor<64x64xf32>
  %r = stablehlo.add %p, %v : tensor<64x64xf32>
  return %r : tensor<64x64xf32>
}
// judge: scale=1e-3
func.func @convolved(%x: tensor<2x9x10x8xf32>, %w: tensor<3x3x8x24xf32>) -> tensor<2x9x10x24xf32> {
  %p = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x9x10x8xf32>, tensor<3x3x8x24xf32>) -> tensor<2x9x10x24xf32>
  return %p : tensor<2x9x10x24xf32>
}
