// Products whose instructions products.py counts: a large one with each operand as it is and
// transposed, a layer of a small net, a convolution with its gradients.
func.func @large_nn(%a: tensor<8192x8192xf32>, %b: tensor<8192x8192xf32>) -> tensor<8192x8192xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8192x8192xf32>, tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  return %p : tensor<8192x8192xf32>
}
func.func @large_nt(%a: tensor<8192x8192xf32>, %b: tensor<8192x8192xf32>) -> tensor<8192x8192xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<8192x8192xf32>, tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  return %p : tensor<8192x8192xf32>
}
func.func @large_tn(%a: tensor<8192x8192xf32>, %b: tensor<8192x8192xf32>) -> tensor<8192x8192xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<8192x8192xf32>, tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  return %p : tensor<8192x8192xf32>
}
func.func @large_tt(%a: tensor<8192x8192xf32>, %b: tensor<8192x8192xf32>) -> tensor<8192x8192xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1] : (tensor<8192x8192xf32>, tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  return %p : tensor<8192x8192xf32>
}
func.func @layer_nn(%a: tensor<128x784xf32>, %b: tensor<784x512xf32>) -> tensor<128x512xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x784xf32>, tensor<784x512xf32>) -> tensor<128x512xf32>
  return %p : tensor<128x512xf32>
}
func.func @layer_nt(%a: tensor<128x784xf32>, %b: tensor<512x784xf32>) -> tensor<128x512xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<128x784xf32>, tensor<512x784xf32>) -> tensor<128x512xf32>
  return %p : tensor<128x512xf32>
}
func.func @conv(%x: tensor<8x58x58x64xf32>, %w: tensor<3x3x64x64xf32>) -> tensor<8x56x56x64xf32> {
  %y = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<8x58x58x64xf32>, tensor<3x3x64x64xf32>) -> tensor<8x56x56x64xf32>
  return %y : tensor<8x56x56x64xf32>
}
func.func @conv_data(%dy: tensor<8x58x58x64xf32>, %w: tensor<3x3x64x64xf32>) -> tensor<8x56x56x64xf32> {
  %y = stablehlo.convolution(%dy, %w) dim_numbers = [b, 0, 1, f]x[0, 1, o, i]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [true, true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<8x58x58x64xf32>, tensor<3x3x64x64xf32>) -> tensor<8x56x56x64xf32>
  return %y : tensor<8x56x56x64xf32>
}
func.func @conv_weight(%x: tensor<8x58x58x64xf32>, %dy: tensor<8x56x56x64xf32>) -> tensor<3x3x64x64xf32> {
  %y = stablehlo.convolution(%x, %dy) dim_numbers = [f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<8x58x58x64xf32>, tensor<8x56x56x64xf32>) -> tensor<3x3x64x64xf32>
  return %y : tensor<3x3x64x64xf32>
}
