func.func public @mm64(%a: tensor<64x64xf32>, %b: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  return %c : tensor<64x64xf32>
}
func.func public @mm128(%a: tensor<128x128xf32>, %b: tensor<128x128xf32>) -> tensor<128x128xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x128xf32>, tensor<128x128xf32>) -> tensor<128x128xf32>
  return %c : tensor<128x128xf32>
}
func.func public @mm256(%a: tensor<256x256xf32>, %b: tensor<256x256xf32>) -> tensor<256x256xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<256x256xf32>, tensor<256x256xf32>) -> tensor<256x256xf32>
  return %c : tensor<256x256xf32>
}
func.func public @mm512(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xf32>
  return %c : tensor<512x512xf32>
}
func.func public @mm1024(%a: tensor<1024x1024xf32>, %b: tensor<1024x1024xf32>) -> tensor<1024x1024xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<1024x1024xf32>, tensor<1024x1024xf32>) -> tensor<1024x1024xf32>
  return %c : tensor<1024x1024xf32>
}
func.func public @mm_bt512(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xf32>
  return %c : tensor<512x512xf32>
}
func.func public @mm_at512(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xf32>
  return %c : tensor<512x512xf32>
}
func.func public @t2_fwd(%a: tensor<128x784xf32>, %b: tensor<784x512xf32>) -> tensor<128x512xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x784xf32>, tensor<784x512xf32>) -> tensor<128x512xf32>
  return %c : tensor<128x512xf32>
}
func.func public @t2_dw(%a: tensor<128x784xf32>, %b: tensor<128x512xf32>) -> tensor<784x512xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<128x784xf32>, tensor<128x512xf32>) -> tensor<784x512xf32>
  return %c : tensor<784x512xf32>
}
func.func public @t2_dx(%a: tensor<128x512xf32>, %b: tensor<512x512xf32>) -> tensor<128x512xf32> {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<128x512xf32>, tensor<512x512xf32>) -> tensor<128x512xf32>
  return %c : tensor<128x512xf32>
}
func.func public @conv2(%x: tensor<64x26x26x32xf32>, %k: tensor<3x3x32x64xf32>) -> tensor<64x24x24x64xf32> {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<64x26x26x32xf32>, tensor<3x3x32x64xf32>) -> tensor<64x24x24x64xf32>
  return %r : tensor<64x24x24x64xf32>
}
func.func public @conv2_dw(%x: tensor<64x26x26x32xf32>, %k: tensor<64x24x24x64xf32>) -> tensor<3x3x32x64xf32> {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f], window = {stride = [1, 1]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<64x26x26x32xf32>, tensor<64x24x24x64xf32>) -> tensor<3x3x32x64xf32>
  return %r : tensor<3x3x32x64xf32>
}
func.func public @conv2_dx(%x: tensor<64x24x24x64xf32>, %k: tensor<3x3x32x64xf32>) -> tensor<64x26x26x32xf32> {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, o, i]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[2, 2], [2, 2]], reverse = [true, true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<64x24x24x64xf32>, tensor<3x3x32x64xf32>) -> tensor<64x26x26x32xf32>
  return %r : tensor<64x26x26x32xf32>
}
func.func public @softmax(%x: tensor<4096x1024xf32>) -> (tensor<4096x1024xf32>) {
  %ninf = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%x init: %ninf) applies stablehlo.maximum across dimensions = [1] : (tensor<4096x1024xf32>, tensor<f32>) -> tensor<4096xf32>
  %0 = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<4096xf32>) -> tensor<4096x1024xf32>
  %1 = stablehlo.subtract %x, %0 : tensor<4096x1024xf32>
  %2 = stablehlo.exponential %1 : tensor<4096x1024xf32>
  %s = stablehlo.reduce(%2 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4096x1024xf32>, tensor<f32>) -> tensor<4096xf32>
  %3 = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<4096xf32>) -> tensor<4096x1024xf32>
  %4 = stablehlo.divide %2, %3 : tensor<4096x1024xf32>
  return %4 : tensor<4096x1024xf32>
}
func.func public @colsum(%x: tensor<8192x8192xf32>) -> (tensor<8192xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<8192xf32>
  return %s : tensor<8192xf32>
}
func.func public @rowsum(%x: tensor<8192x8192xf32>) -> (tensor<8192xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<8192xf32>
  return %s : tensor<8192xf32>
}
func.func public @transpose(%x: tensor<4096x4096xf32>) -> (tensor<4096x4096xf32>) {
  %s = stablehlo.transpose %x, dims = [1, 0] : (tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  return %s : tensor<4096x4096xf32>
}
