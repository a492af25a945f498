// Products and convolutions; windows.mlir tells about the `judge:` lines.

// judge: scale=1e-6
func.func @dot(%a: tensor<3x4xf32>, %b: tensor<4x5xf32>, %c: tensor<2x3x4x5xf32>, %d: tensor<5x2x7x4xf32>, %v: tensor<4xf32>) -> (tensor<3x5xf32>, tensor<2x3x7xf32>, tensor<f32>, tensor<4x4xf32>, tensor<3xf32>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<3x4xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
  %s = stablehlo.dot_general %c, %d, batching_dims = [0] x [1], contracting_dims = [2, 3] x [3, 0] : (tensor<2x3x4x5xf32>, tensor<5x2x7x4xf32>) -> tensor<2x3x7xf32>
  %t = stablehlo.dot_general %v, %v, contracting_dims = [0] x [0] : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
  %u = stablehlo.dot_general %v, %v, contracting_dims = [] x [] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
  %w = stablehlo.dot_general %a, %v, contracting_dims = [1] x [0] : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3xf32>
  return %r, %s, %t, %u, %w : tensor<3x5xf32>, tensor<2x3x7xf32>, tensor<f32>, tensor<4x4xf32>, tensor<3xf32>
}

// judge: scale=1e-2
func.func @dot_types(%a: tensor<3x4xbf16>, %b: tensor<4x5xbf16>, %h: tensor<4x4xf16>) -> (tensor<3x5xbf16>, tensor<4x4xf16>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<3x4xbf16>, tensor<4x5xbf16>) -> tensor<3x5xbf16>
  %t = stablehlo.dot_general %h, %h, contracting_dims = [0] x [1] : (tensor<4x4xf16>, tensor<4x4xf16>) -> tensor<4x4xf16>
  return %r, %t : tensor<3x5xbf16>, tensor<4x4xf16>
}

// judge: low=-100 high=100
func.func @dot_integers(%a: tensor<3x4xi8>, %b: tensor<4x2xi8>, %c: tensor<3x4xui8>, %d: tensor<4x2xui8>, %e: tensor<2x2xi64>) -> (tensor<3x2xi8>, tensor<3x2xui8>, tensor<2x2xi64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<3x4xi8>, tensor<4x2xi8>) -> tensor<3x2xi8>
  %t = stablehlo.dot_general %c, %d, contracting_dims = [1] x [0] : (tensor<3x4xui8>, tensor<4x2xui8>) -> tensor<3x2xui8>
  %u = stablehlo.dot_general %e, %e, contracting_dims = [1] x [0] : (tensor<2x2xi64>, tensor<2x2xi64>) -> tensor<2x2xi64>
  return %r, %t, %u : tensor<3x2xi8>, tensor<3x2xui8>, tensor<2x2xi64>
}

// judge: scale=1e-6
func.func @conv_plain(%x: tensor<2x5x6x3xf32>, %k: tensor<3x2x3x4xf32>) -> (tensor<2x3x5x4xf32>, tensor<2x3x3x4xf32>, tensor<2x3x4x4xf32>) {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x5x6x3xf32>, tensor<3x2x3x4xf32>) -> tensor<2x3x5x4xf32>
  %s = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [0, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x5x6x3xf32>, tensor<3x2x3x4xf32>) -> tensor<2x3x3x4xf32>
  %t = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {pad = [[1, 1], [-1, 1]], rhs_dilate = [2, 2], reverse = [true, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x5x6x3xf32>, tensor<3x2x3x4xf32>) -> tensor<2x3x4x4xf32>
  return %r, %s, %t : tensor<2x3x5x4xf32>, tensor<2x3x3x4xf32>, tensor<2x3x4x4xf32>
}

// judge: scale=1e-6
func.func @conv_dilated(%x: tensor<1x2x4x3xf32>, %k: tensor<5x2x3x3xf32>) -> (tensor<1x5x7x6xf32>, tensor<1x5x4x2xf32>) {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {pad = [[1, 1], [2, 1]], lhs_dilate = [2, 2]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x2x4x3xf32>, tensor<5x2x3x3xf32>) -> tensor<1x5x7x6xf32>
  %s = stablehlo.convolution(%x, %k) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {stride = [2, 3], pad = [[2, 3], [3, 3]], lhs_dilate = [2, 2], rhs_dilate = [2, 3], reverse = [true, true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x2x4x3xf32>, tensor<5x2x3x3xf32>) -> tensor<1x5x4x2xf32>
  return %r, %s : tensor<1x5x7x6xf32>, tensor<1x5x4x2xf32>
}

// judge: scale=1e-6
func.func @conv_groups(%x: tensor<4x5x6xf32>, %k: tensor<3x3x4xf32>, %d: tensor<3x1x12xf32>, %w: tensor<3x6x4xf32>) -> (tensor<4x3x4xf32>, tensor<4x3x12xf32>, tensor<2x3x4xf32>) {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 2 : i64} : (tensor<4x5x6xf32>, tensor<3x3x4xf32>) -> tensor<4x3x4xf32>
  %s = stablehlo.convolution(%x, %d) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 6 : i64} : (tensor<4x5x6xf32>, tensor<3x1x12xf32>) -> tensor<4x3x12xf32>
  %t = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {} {batch_group_count = 2 : i64, feature_group_count = 1 : i64} : (tensor<4x5x6xf32>, tensor<3x6x4xf32>) -> tensor<2x3x4xf32>
  return %r, %s, %t : tensor<4x3x4xf32>, tensor<4x3x12xf32>, tensor<2x3x4xf32>
}

// As in the gradient of the kernel: what is batch and what is feature change places.
// judge: scale=1e-6
func.func @conv_orders(%x: tensor<5x6x6x2xf32>, %k: tensor<5x4x4x3xf32>, %v: tensor<7x2xf32>, %m: tensor<2x3xf32>) -> (tensor<3x3x2x3xf32>, tensor<7x3xf32>) {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<5x6x6x2xf32>, tensor<5x4x4x3xf32>) -> tensor<3x3x2x3xf32>
  %s = stablehlo.convolution(%v, %m) dim_numbers = [b, f]x[i, o]->[b, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<7x2xf32>, tensor<2x3xf32>) -> tensor<7x3xf32>
  return %r, %s : tensor<3x3x2x3xf32>, tensor<7x3xf32>
}

// judge: scale=1e-6
func.func @conv_3d(%x: tensor<1x3x4x3x2xf64>, %k: tensor<2x2x2x2x3xf64>, %i: tensor<1x5x2xi32>, %j: tensor<2x2x2xi32>) -> (tensor<1x2x3x2x3xf64>, tensor<1x4x2xi32>) {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, 2, f]x[0, 1, 2, i, o]->[b, 0, 1, 2, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x3x4x3x2xf64>, tensor<2x2x2x2x3xf64>) -> tensor<1x2x3x2x3xf64>
  %s = stablehlo.convolution(%i, %j) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x5x2xi32>, tensor<2x2x2xi32>) -> tensor<1x4x2xi32>
  return %r, %s : tensor<1x2x3x2x3xf64>, tensor<1x4x2xi32>
}
