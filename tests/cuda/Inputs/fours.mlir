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
