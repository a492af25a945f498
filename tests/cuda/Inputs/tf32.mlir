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

// judge: scale=3e-3
func.func @attention(%a: tensor<2x40x24xf32>, %b: tensor<2x70x24xf32>, %c: tensor<2x70x72xf32>, %d: tensor<2x40x72xf32>, %m: tensor<40x70xf32>) -> (tensor<2x40x72xf32>, tensor<2x40x24xf32>, tensor<2x70x24xf32>, tensor<2x70x72xf32>) {
  %s = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<2x40x24xf32>, tensor<2x70x24xf32>) -> tensor<2x40x70xf32>
  %scale = stablehlo.constant dense<0.0625> : tensor<2x40x70xf32>
  %scaled = stablehlo.multiply %s, %scale : tensor<2x40x70xf32>
  %masks = stablehlo.broadcast_in_dim %m, dims = [1, 2] : (tensor<40x70xf32>) -> tensor<2x40x70xf32>
  %x = stablehlo.add %scaled, %masks : tensor<2x40x70xf32>
  %max_init = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %max = stablehlo.reduce(%x init: %max_init) applies stablehlo.maximum across dimensions = [2] : (tensor<2x40x70xf32>, tensor<f32>) -> tensor<2x40xf32>
  %maxs = stablehlo.broadcast_in_dim %max, dims = [0, 1] : (tensor<2x40xf32>) -> tensor<2x40x70xf32>
  %low = stablehlo.subtract %x, %maxs : tensor<2x40x70xf32>
  %e = stablehlo.exponential %low : tensor<2x40x70xf32>
  %sum_init = stablehlo.constant dense<0.0> : tensor<f32>
  %sum = stablehlo.reduce(%e init: %sum_init) applies stablehlo.add across dimensions = [2] : (tensor<2x40x70xf32>, tensor<f32>) -> tensor<2x40xf32>
  %sums = stablehlo.broadcast_in_dim %sum, dims = [0, 1] : (tensor<2x40xf32>) -> tensor<2x40x70xf32>
  %p = stablehlo.divide %e, %sums : tensor<2x40x70xf32>
  %y = stablehlo.dot_general %p, %c, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x40x70xf32>, tensor<2x70x72xf32>) -> tensor<2x40x72xf32>
  %dp = stablehlo.dot_general %d, %c, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<2x40x72xf32>, tensor<2x70x72xf32>) -> tensor<2x40x70xf32>
  %dv = stablehlo.dot_general %p, %d, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<2x40x70xf32>, tensor<2x40x72xf32>) -> tensor<2x70x72xf32>
  %g = stablehlo.divide %dp, %sums : tensor<2x40x70xf32>
  %w = stablehlo.multiply %g, %p : tensor<2x40x70xf32>
  %lost = stablehlo.negate %w : tensor<2x40x70xf32>
  %delta_init = stablehlo.constant dense<0.0> : tensor<f32>
  %delta = stablehlo.reduce(%lost init: %delta_init) applies stablehlo.add across dimensions = [2] : (tensor<2x40x70xf32>, tensor<f32>) -> tensor<2x40xf32>
  %deltas = stablehlo.broadcast_in_dim %delta, dims = [0, 1] : (tensor<2x40xf32>) -> tensor<2x40x70xf32>
  %moved = stablehlo.add %g, %deltas : tensor<2x40x70xf32>
  %de = stablehlo.multiply %moved, %e : tensor<2x40x70xf32>
  %ds = stablehlo.multiply %de, %scale : tensor<2x40x70xf32>
  %dq = stablehlo.dot_general %ds, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x40x70xf32>, tensor<2x70x24xf32>) -> tensor<2x40x24xf32>
  %dk = stablehlo.dot_general %ds, %a, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<2x40x70xf32>, tensor<2x40x24xf32>) -> tensor<2x70x24xf32>
  %r0 = stablehlo.add %y, %y : tensor<2x40x72xf32>
  %r1 = stablehlo.add %dq, %dq : tensor<2x40x24xf32>
  %r2 = stablehlo.add %dk, %dk : tensor<2x70x24xf32>
  %r3 = stablehlo.add %dv, %dv : tensor<2x70x72xf32>
  return %r0, %r1, %r2, %r3 : tensor<2x40x72xf32>, tensor<2x40x24xf32>, tensor<2x70x24xf32>, tensor<2x70x72xf32>
}
