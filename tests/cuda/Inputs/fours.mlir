// Products that four warps compute together, in all orders: whole tiles, and such that are not; run
// with --processors=1.
// judge: scale=1e-6
func.func @product_1_128_256_128(%a: tensor<128x128xbf16>, %b: tensor<128x256xbf16>) -> tensor<128x256xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<128x128xbf16>, tensor<128x256xbf16>) -> tensor<128x256xf32>
  return %p : tensor<128x256xf32>
}
// judge: scale=1e-6
func.func @product_2_128_256_128(%a: tensor<128x128xbf16>, %b: tensor<256x128xbf16>) -> tensor<128x256xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<128x128xbf16>, tensor<256x128xbf16>) -> tensor<128x256xf32>
  return %p : tensor<128x256xf32>
}
// judge: scale=1e-6
func.func @product_3_128_256_128(%a: tensor<128x128xbf16>, %b: tensor<128x256xbf16>) -> tensor<128x256xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x128xbf16>, tensor<128x256xbf16>) -> tensor<128x256xf32>
  return %p : tensor<128x256xf32>
}
// judge: scale=1e-6
func.func @product_4_128_256_128(%a: tensor<128x128xbf16>, %b: tensor<256x128xbf16>) -> tensor<128x256xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<128x128xbf16>, tensor<256x128xbf16>) -> tensor<128x256xf32>
  return %p : tensor<128x256xf32>
}
// judge: scale=1e-2
func.func @product_5_136_264_200(%a: tensor<200x136xbf16>, %b: tensor<200x264xbf16>) -> tensor<136x264xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<200x136xbf16>, tensor<200x264xbf16>) -> tensor<136x264xbf16>
  return %p : tensor<136x264xbf16>
}
// judge: scale=1e-2
func.func @product_6_136_264_200(%a: tensor<200x136xbf16>, %b: tensor<264x200xbf16>) -> tensor<136x264xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<200x136xbf16>, tensor<264x200xbf16>) -> tensor<136x264xbf16>
  return %p : tensor<136x264xbf16>
}
// judge: scale=1e-2
func.func @product_7_136_264_200(%a: tensor<136x200xbf16>, %b: tensor<200x264xbf16>) -> tensor<136x264xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<136x200xbf16>, tensor<200x264xbf16>) -> tensor<136x264xbf16>
  return %p : tensor<136x264xbf16>
}
// judge: scale=1e-2
func.func @product_8_136_264_200(%a: tensor<136x200xbf16>, %b: tensor<264x200xbf16>) -> tensor<136x264xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<136x200xbf16>, tensor<264x200xbf16>) -> tensor<136x264xbf16>
  return %p : tensor<136x264xbf16>
}
// judge: scale=1e-6
func.func @product_9_200_128_192(%a: tensor<192x200xf16>, %b: tensor<192x128xf16>) -> tensor<200x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<192x200xf16>, tensor<192x128xf16>) -> tensor<200x128xf32>
  return %p : tensor<200x128xf32>
}
// judge: scale=1e-6
func.func @product_10_200_128_192(%a: tensor<192x200xf16>, %b: tensor<128x192xf16>) -> tensor<200x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<192x200xf16>, tensor<128x192xf16>) -> tensor<200x128xf32>
  return %p : tensor<200x128xf32>
}
// judge: scale=1e-6
func.func @product_11_200_128_192(%a: tensor<200x192xf16>, %b: tensor<192x128xf16>) -> tensor<200x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<200x192xf16>, tensor<192x128xf16>) -> tensor<200x128xf32>
  return %p : tensor<200x128xf32>
}
// judge: scale=1e-6
func.func @product_12_200_128_192(%a: tensor<200x192xf16>, %b: tensor<128x192xf16>) -> tensor<200x128xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<200x192xf16>, tensor<128x192xf16>) -> tensor<200x128xf32>
  return %p : tensor<200x128xf32>
}
// More tiles of k than there are stages, and such that are not whole.
// judge: scale=1e-6
func.func @long_128_256_1096(%a: tensor<128x1096xbf16>, %b: tensor<1096x256xbf16>) -> tensor<128x256xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x1096xbf16>, tensor<1096x256xbf16>) -> tensor<128x256xf32>
  return %p : tensor<128x256xf32>
}
// judge: scale=1e-6
func.func @long_144_264_1096(%a: tensor<1096x144xf16>, %b: tensor<264x1096xf16>) -> tensor<144x264xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<1096x144xf16>, tensor<264x1096xf16>) -> tensor<144x264xf32>
  return %p : tensor<144x264xf32>
}
// What is fused behind, and an operand of several dimensions.
// judge: scale=1e-2
func.func @layer_256_256_704(%a: tensor<4x64x704xbf16>, %b: tensor<704x256xbf16>, %c: tensor<256xbf16>) -> tensor<4x64x256xbf16> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [2] x [0] : (tensor<4x64x704xbf16>, tensor<704x256xbf16>) -> tensor<4x64x256xbf16>
  %q = stablehlo.broadcast_in_dim %c, dims = [2] : (tensor<256xbf16>) -> tensor<4x64x256xbf16>
  %r = stablehlo.add %p, %q : tensor<4x64x256xbf16>
  %s = stablehlo.tanh %r : tensor<4x64x256xbf16>
  return %s : tensor<4x64x256xbf16>
}
// In batches, and of a slice: no plain matrices, so that all threads copy.
// judge: scale=1e-6
func.func @batch_2_128_128_192(%a: tensor<2x128x192xbf16>, %b: tensor<2x192x128xbf16>) -> tensor<2x128x128xf32> {
  %p = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x128x192xbf16>, tensor<2x192x128xbf16>) -> tensor<2x128x128xf32>
  return %p : tensor<2x128x128xf32>
}
// judge: scale=1e-6
func.func @slice_128_128_192(%x: tensor<128x256xbf16>, %b: tensor<192x128xbf16>) -> tensor<128x128xf32> {
  %a = stablehlo.slice %x [0:128, 64:256] : (tensor<128x256xbf16>) -> tensor<128x192xbf16>
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x192xbf16>, tensor<192x128xbf16>) -> tensor<128x128xf32>
  return %p : tensor<128x128xf32>
}
