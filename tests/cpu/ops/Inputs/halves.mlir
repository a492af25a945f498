// Products of bf16 and f16 in all orders, with sizes that fill tiles of tensor cores and such that
// do not; sums are f32 and are rounded once.
// judge: scale=1e-6
func.func @product_1_bf16_f32_128_128_64_00(%a: tensor<64x128xbf16>, %b: tensor<64x128xbf16>, %c: tensor<128xf32>) -> tensor<128x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<64x128xbf16>, tensor<64x128xbf16>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
// judge: scale=1e-6
func.func @product_2_bf16_f32_70_90_100_00(%a: tensor<100x70xbf16>, %b: tensor<100x90xbf16>, %c: tensor<90xf32>) -> tensor<70x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<100x70xbf16>, tensor<100x90xbf16>) -> tensor<70x90xf32>
  return %p : tensor<70x90xf32>
}
// judge: scale=1e-6
func.func @product_3_f16_f32_33_72_56_00(%a: tensor<56x33xf16>, %b: tensor<56x72xf16>, %c: tensor<72xf32>) -> tensor<33x72xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<56x33xf16>, tensor<56x72xf16>) -> tensor<33x72xf32>
  return %p : tensor<33x72xf32>
}
// judge: scale=1e-2
func.func @product_4_bf16_bf16_136_200_40_00(%a: tensor<40x136xbf16>, %b: tensor<40x200xbf16>, %c: tensor<200xf32>) -> tensor<136x200xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<40x136xbf16>, tensor<40x200xbf16>) -> tensor<136x200xbf16>
  return %p : tensor<136x200xbf16>
}
// judge: scale=1e-6
func.func @product_5_bf16_f32_128_128_64_01(%a: tensor<64x128xbf16>, %b: tensor<128x64xbf16>, %c: tensor<128xf32>) -> tensor<128x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<64x128xbf16>, tensor<128x64xbf16>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
// judge: scale=1e-6
func.func @product_6_bf16_f32_70_90_100_01(%a: tensor<100x70xbf16>, %b: tensor<90x100xbf16>, %c: tensor<90xf32>) -> tensor<70x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<100x70xbf16>, tensor<90x100xbf16>) -> tensor<70x90xf32>
  return %p : tensor<70x90xf32>
}
// judge: scale=1e-6
func.func @product_7_f16_f32_33_72_56_01(%a: tensor<56x33xf16>, %b: tensor<72x56xf16>, %c: tensor<72xf32>) -> tensor<33x72xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<56x33xf16>, tensor<72x56xf16>) -> tensor<33x72xf32>
  return %p : tensor<33x72xf32>
}
// judge: scale=1e-2
func.func @product_8_bf16_bf16_136_200_40_01(%a: tensor<40x136xbf16>, %b: tensor<200x40xbf16>, %c: tensor<200xf32>) -> tensor<136x200xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<40x136xbf16>, tensor<200x40xbf16>) -> tensor<136x200xbf16>
  return %p : tensor<136x200xbf16>
}
// judge: scale=1e-6
func.func @product_9_bf16_f32_128_128_64_10(%a: tensor<128x64xbf16>, %b: tensor<64x128xbf16>, %c: tensor<128xf32>) -> tensor<128x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x64xbf16>, tensor<64x128xbf16>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
// judge: scale=1e-6
func.func @product_10_bf16_f32_70_90_100_10(%a: tensor<70x100xbf16>, %b: tensor<100x90xbf16>, %c: tensor<90xf32>) -> tensor<70x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<70x100xbf16>, tensor<100x90xbf16>) -> tensor<70x90xf32>
  return %p : tensor<70x90xf32>
}
// judge: scale=1e-6
func.func @product_11_f16_f32_33_72_56_10(%a: tensor<33x56xf16>, %b: tensor<56x72xf16>, %c: tensor<72xf32>) -> tensor<33x72xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<33x56xf16>, tensor<56x72xf16>) -> tensor<33x72xf32>
  return %p : tensor<33x72xf32>
}
// judge: scale=1e-2
func.func @product_12_bf16_bf16_136_200_40_10(%a: tensor<136x40xbf16>, %b: tensor<40x200xbf16>, %c: tensor<200xf32>) -> tensor<136x200xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<136x40xbf16>, tensor<40x200xbf16>) -> tensor<136x200xbf16>
  return %p : tensor<136x200xbf16>
}
// judge: scale=1e-6
func.func @product_13_bf16_f32_128_128_64_11(%a: tensor<128x64xbf16>, %b: tensor<128x64xbf16>, %c: tensor<128xf32>) -> tensor<128x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<128x64xbf16>, tensor<128x64xbf16>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
// judge: scale=1e-6
func.func @product_14_bf16_f32_70_90_100_11(%a: tensor<70x100xbf16>, %b: tensor<90x100xbf16>, %c: tensor<90xf32>) -> tensor<70x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<70x100xbf16>, tensor<90x100xbf16>) -> tensor<70x90xf32>
  return %p : tensor<70x90xf32>
}
// judge: scale=1e-6
func.func @product_15_f16_f32_33_72_56_11(%a: tensor<33x56xf16>, %b: tensor<72x56xf16>, %c: tensor<72xf32>) -> tensor<33x72xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<33x56xf16>, tensor<72x56xf16>) -> tensor<33x72xf32>
  return %p : tensor<33x72xf32>
}
// judge: scale=1e-2
func.func @product_16_bf16_bf16_136_200_40_11(%a: tensor<136x40xbf16>, %b: tensor<200x40xbf16>, %c: tensor<200xf32>) -> tensor<136x200xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<136x40xbf16>, tensor<200x40xbf16>) -> tensor<136x200xbf16>
  return %p : tensor<136x200xbf16>
}
// judge: scale=1e-6
func.func @product_17_bf16_f32_16_16_16_10(%a: tensor<16x16xbf16>, %b: tensor<16x16xbf16>, %c: tensor<16xf32>) -> tensor<16x16xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<16x16xbf16>, tensor<16x16xbf16>) -> tensor<16x16xf32>
  return %p : tensor<16x16xf32>
}
// judge: scale=1e-6
func.func @product_18_bf16_f32_64_64_1024_10(%a: tensor<64x1024xbf16>, %b: tensor<1024x64xbf16>, %c: tensor<64xf32>) -> tensor<64x64xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<64x1024xbf16>, tensor<1024x64xbf16>) -> tensor<64x64xf32>
  %q = stablehlo.abs %p : tensor<64x64xf32>
  %v = stablehlo.broadcast_in_dim %c, dims = [1] : (tensor<64xf32>) -> tensor<64x64xf32>
  %r = stablehlo.add %q, %v : tensor<64x64xf32>
  return %r : tensor<64x64xf32>
}
// judge: scale=1e-2
func.func @product_19_bf16_bf16_64_136_72_10(%a: tensor<64x72xbf16>, %b: tensor<72x136xbf16>, %c: tensor<136xf32>) -> tensor<64x136xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<64x72xbf16>, tensor<72x136xbf16>) -> tensor<64x136xbf16>
  %q = stablehlo.convert %p : (tensor<64x136xbf16>) -> tensor<64x136xf32>
  %v = stablehlo.broadcast_in_dim %c, dims = [1] : (tensor<136xf32>) -> tensor<64x136xf32>
  %r = stablehlo.add %q, %v : tensor<64x136xf32>
  return %r : tensor<64x136xf32>
}
// judge: scale=1e-6
func.func @product_20_bf16_f32_17_33_19_10(%a: tensor<17x19xbf16>, %b: tensor<19x33xbf16>, %c: tensor<33xf32>) -> tensor<17x33xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<17x19xbf16>, tensor<19x33xbf16>) -> tensor<17x33xf32>
  %q = stablehlo.abs %p : tensor<17x33xf32>
  %v = stablehlo.broadcast_in_dim %c, dims = [1] : (tensor<33xf32>) -> tensor<17x33xf32>
  %r = stablehlo.add %q, %v : tensor<17x33xf32>
  return %r : tensor<17x33xf32>
}
// judge: scale=1e-2
func.func @product_21_f16_bf16_65_129_257_11(%a: tensor<65x257xf16>, %b: tensor<129x257xf16>, %c: tensor<129xf32>) -> tensor<65x129xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<65x257xf16>, tensor<129x257xf16>) -> tensor<65x129xbf16>
  return %p : tensor<65x129xbf16>
}
// judge: scale=1e-2
func.func @batched(%a: tensor<3x40x72xbf16>, %b: tensor<3x72x48xbf16>) -> tensor<3x40x48xbf16> {
  %p = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<3x40x72xbf16>, tensor<3x72x48xbf16>) -> tensor<3x40x48xbf16>
  return %p : tensor<3x40x48xbf16>
}
// What is multiplied is computed as it is copied.
// judge: scale=1e-2
func.func @computed(%a: tensor<48x64xf32>, %b: tensor<64x80xbf16>, %s: tensor<64xbf16>) -> tensor<48x80xbf16> {
  %z = stablehlo.constant dense<0.0> : tensor<64x80xbf16>
  %h = stablehlo.convert %a : (tensor<48x64xf32>) -> tensor<48x64xbf16>
  %v = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<64xbf16>) -> tensor<64x80xbf16>
  %m = stablehlo.multiply %b, %v : tensor<64x80xbf16>
  %r = stablehlo.maximum %m, %z : tensor<64x80xbf16>
  %p = stablehlo.dot_general %h, %r, contracting_dims = [1] x [0] : (tensor<48x64xbf16>, tensor<64x80xbf16>) -> tensor<48x80xbf16>
  return %p : tensor<48x80xbf16>
}
// Rows apart, each of an odd number of elements, and one from the middle of another array.
// judge: scale=1e-6
func.func @slices(%a: tensor<40x70xbf16>, %b: tensor<90x35xbf16>) -> tensor<33x33xf32> {
  %x = stablehlo.slice %a [3:36, 2:67] : (tensor<40x70xbf16>) -> tensor<33x65xbf16>
  %y = stablehlo.slice %b [1:66, 1:34] : (tensor<90x35xbf16>) -> tensor<65x33xbf16>
  %p = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<33x65xbf16>, tensor<65x33xbf16>) -> tensor<33x33xf32>
  return %p : tensor<33x33xf32>
}
// judge: scale=1e-2
func.func @convolved(%x: tensor<2x9x10x16xbf16>, %w: tensor<3x3x16x24xbf16>, %b: tensor<24xbf16>) -> tensor<2x9x10x24xbf16> {
  %p = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x9x10x16xbf16>, tensor<3x3x16x24xbf16>) -> tensor<2x9x10x24xbf16>
  %v = stablehlo.broadcast_in_dim %b, dims = [3] : (tensor<24xbf16>) -> tensor<2x9x10x24xbf16>
  %r = stablehlo.add %p, %v : tensor<2x9x10x24xbf16>
  return %r : tensor<2x9x10x24xbf16>
}
// judge: scale=1e-6
func.func @strided(%x: tensor<2x12x13x10xf16>, %w: tensor<3x3x10x16xf16>) -> tensor<2x5x6x16xf32> {
  %p = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x12x13x10xf16>, tensor<3x3x10x16xf16>) -> tensor<2x5x6x16xf32>
  return %p : tensor<2x5x6x16xf32>
}
// Too small for tensor cores.
// judge: scale=1e-6
func.func @small(%a: tensor<5x7xbf16>, %b: tensor<7x9xbf16>) -> tensor<5x9xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<5x7xbf16>, tensor<7x9xbf16>) -> tensor<5x9xf32>
  return %p : tensor<5x9xf32>
}
// judge: scale=1e-6
func.func @one_row(%a: tensor<1x70xbf16>, %b: tensor<70x90xbf16>) -> tensor<1x90xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<1x70xbf16>, tensor<70x90xbf16>) -> tensor<1x90xf32>
  return %p : tensor<1x90xf32>
}
