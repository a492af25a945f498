// The kernels that other systems are measured on, too (README.md): K1_M_K_N is a product of [M, K] and
// [K, N], and so on. `bench-gpu bench/gpu.mlir` times them.

func.func public @K1_128_128_128(%a: tensor<128x128xf32>, %b: tensor<128x128xf32>) -> (tensor<128x128xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x128xf32>, tensor<128x128xf32>) -> tensor<128x128xf32>
  return %c : tensor<128x128xf32>
}

func.func public @K1_256_256_256(%a: tensor<256x256xf32>, %b: tensor<256x256xf32>) -> (tensor<256x256xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<256x256xf32>, tensor<256x256xf32>) -> tensor<256x256xf32>
  return %c : tensor<256x256xf32>
}

func.func public @K1_512_512_512(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>) -> (tensor<512x512xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xf32>
  return %c : tensor<512x512xf32>
}

func.func public @K1_1024_1024_1024(%a: tensor<1024x1024xf32>, %b: tensor<1024x1024xf32>) -> (tensor<1024x1024xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<1024x1024xf32>, tensor<1024x1024xf32>) -> tensor<1024x1024xf32>
  return %c : tensor<1024x1024xf32>
}

func.func public @K1_2048_2048_2048(%a: tensor<2048x2048xf32>, %b: tensor<2048x2048xf32>) -> (tensor<2048x2048xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2048x2048xf32>, tensor<2048x2048xf32>) -> tensor<2048x2048xf32>
  return %c : tensor<2048x2048xf32>
}

func.func public @K1_8192_8192_8192(%a: tensor<8192x8192xf32>, %b: tensor<8192x8192xf32>) -> (tensor<8192x8192xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8192x8192xf32>, tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  return %c : tensor<8192x8192xf32>
}

func.func public @K1_32_57_64(%a: tensor<32x57xf32>, %b: tensor<57x64xf32>) -> (tensor<32x64xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<32x57xf32>, tensor<57x64xf32>) -> tensor<32x64xf32>
  return %c : tensor<32x64xf32>
}

func.func public @K1_128_784_512(%a: tensor<128x784xf32>, %b: tensor<784x512xf32>) -> (tensor<128x512xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x784xf32>, tensor<784x512xf32>) -> tensor<128x512xf32>
  return %c : tensor<128x512xf32>
}

func.func public @K1_512_128_784(%a: tensor<512x128xf32>, %b: tensor<128x784xf32>) -> (tensor<512x784xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<512x128xf32>, tensor<128x784xf32>) -> tensor<512x784xf32>
  return %c : tensor<512x784xf32>
}

func.func public @K1_1024_256_1024(%a: tensor<1024x256xf32>, %b: tensor<256x1024xf32>) -> (tensor<1024x1024xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<1024x256xf32>, tensor<256x1024xf32>) -> tensor<1024x1024xf32>
  return %c : tensor<1024x1024xf32>
}

func.func public @K1_128_768_3072(%a: tensor<128x768xf32>, %b: tensor<768x3072xf32>) -> (tensor<128x3072xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x768xf32>, tensor<768x3072xf32>) -> tensor<128x3072xf32>
  return %c : tensor<128x3072xf32>
}

func.func public @K1_1_768_50257(%a: tensor<1x768xf32>, %b: tensor<768x50257xf32>) -> (tensor<1x50257xf32>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<1x768xf32>, tensor<768x50257xf32>) -> tensor<1x50257xf32>
  return %c : tensor<1x50257xf32>
}

func.func public @K1_bf16_8192_8192_8192(%a: tensor<8192x8192xbf16>, %b: tensor<8192x8192xbf16>) -> (tensor<8192x8192xbf16>) {
  %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8192x8192xbf16>, tensor<8192x8192xbf16>) -> tensor<8192x8192xbf16>
  return %c : tensor<8192x8192xbf16>
}

// A convolution 3x3, images [n, h, w, c]; its gradients of the image and of the weights.
func.func public @K2_fwd(%x: tensor<8x56x56x64xf32>, %w: tensor<3x3x64x64xf32>) -> (tensor<8x56x56x64xf32>) {
  %r = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<8x56x56x64xf32>, tensor<3x3x64x64xf32>) -> tensor<8x56x56x64xf32>
  return %r : tensor<8x56x56x64xf32>
}

func.func public @K2_data(%dy: tensor<8x56x56x64xf32>, %w: tensor<3x3x64x64xf32>) -> (tensor<8x56x56x64xf32>) {
  %r = stablehlo.convolution(%dy, %w) dim_numbers = [b, 0, 1, f]x[0, 1, o, i]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], reverse = [true, true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<8x56x56x64xf32>, tensor<3x3x64x64xf32>) -> tensor<8x56x56x64xf32>
  return %r : tensor<8x56x56x64xf32>
}

func.func public @K2_weight(%x: tensor<8x56x56x64xf32>, %dy: tensor<8x56x56x64xf32>) -> (tensor<3x3x64x64xf32>) {
  %r = stablehlo.convolution(%x, %dy) dim_numbers = [f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<8x56x56x64xf32>, tensor<8x56x56x64xf32>) -> tensor<3x3x64x64xf32>
  return %r : tensor<3x3x64x64xf32>
}

// softmax along rows
func.func public @K3(%x: tensor<4096x1024xf32>) -> (tensor<4096x1024xf32>) {
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

// layer norm
func.func public @K4(%x: tensor<4096x1024xf32>, %scale: tensor<1024xf32>, %shift: tensor<1024xf32>) -> (tensor<4096x1024xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %part = stablehlo.constant dense<9.765625E-4> : tensor<4096xf32>
  %eps = stablehlo.constant dense<1.0E-5> : tensor<4096xf32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4096x1024xf32>, tensor<f32>) -> tensor<4096xf32>
  %mean = stablehlo.multiply %s, %part : tensor<4096xf32>
  %0 = stablehlo.broadcast_in_dim %mean, dims = [0] : (tensor<4096xf32>) -> tensor<4096x1024xf32>
  %1 = stablehlo.subtract %x, %0 : tensor<4096x1024xf32>
  %2 = stablehlo.multiply %1, %1 : tensor<4096x1024xf32>
  %q = stablehlo.reduce(%2 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4096x1024xf32>, tensor<f32>) -> tensor<4096xf32>
  %3 = stablehlo.multiply %q, %part : tensor<4096xf32>
  %4 = stablehlo.add %3, %eps : tensor<4096xf32>
  %5 = stablehlo.rsqrt %4 : tensor<4096xf32>
  %6 = stablehlo.broadcast_in_dim %5, dims = [0] : (tensor<4096xf32>) -> tensor<4096x1024xf32>
  %7 = stablehlo.multiply %1, %6 : tensor<4096x1024xf32>
  %8 = stablehlo.broadcast_in_dim %scale, dims = [1] : (tensor<1024xf32>) -> tensor<4096x1024xf32>
  %9 = stablehlo.multiply %7, %8 : tensor<4096x1024xf32>
  %10 = stablehlo.broadcast_in_dim %shift, dims = [1] : (tensor<1024xf32>) -> tensor<4096x1024xf32>
  %11 = stablehlo.add %9, %10 : tensor<4096x1024xf32>
  return %11 : tensor<4096x1024xf32>
}

// Causal attention, 8 heads; and with its gradients.
func.func public @K5_fwd(%q: tensor<1x8x512x64xf32>, %k: tensor<1x8x512x64xf32>, %v: tensor<1x8x512x64xf32>) -> (tensor<1x8x512x64xf32>) {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [3] : (tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>) -> tensor<1x8x512x512xf32>
  %scale = stablehlo.constant dense<0.125> : tensor<1x8x512x512xf32>
  %scaled = stablehlo.multiply %s, %scale : tensor<1x8x512x512xf32>
  %row = stablehlo.iota dim = 0 : tensor<512x512xi32>
  %column = stablehlo.iota dim = 1 : tensor<512x512xi32>
  %before = stablehlo.compare GE, %row, %column, SIGNED : (tensor<512x512xi32>, tensor<512x512xi32>) -> tensor<512x512xi1>
  %never = stablehlo.constant dense<0xFF800000> : tensor<1x8x512x512xf32>
  %seen = stablehlo.broadcast_in_dim %before, dims = [2, 3] : (tensor<512x512xi1>) -> tensor<1x8x512x512xi1>
  %x = stablehlo.select %seen, %scaled, %never : tensor<1x8x512x512xi1>, tensor<1x8x512x512xf32>
  %ninf = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %m = stablehlo.reduce(%x init: %ninf) applies stablehlo.maximum across dimensions = [3] : (tensor<1x8x512x512xf32>, tensor<f32>) -> tensor<1x8x512xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [0, 1, 2] : (tensor<1x8x512xf32>) -> tensor<1x8x512x512xf32>
  %low = stablehlo.subtract %x, %ms : tensor<1x8x512x512xf32>
  %e = stablehlo.exponential %low : tensor<1x8x512x512xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %z = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [3] : (tensor<1x8x512x512xf32>, tensor<f32>) -> tensor<1x8x512xf32>
  %zs = stablehlo.broadcast_in_dim %z, dims = [0, 1, 2] : (tensor<1x8x512xf32>) -> tensor<1x8x512x512xf32>
  %p = stablehlo.divide %e, %zs : tensor<1x8x512x512xf32>
  %y = stablehlo.dot_general %p, %v, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2] : (tensor<1x8x512x512xf32>, tensor<1x8x512x64xf32>) -> tensor<1x8x512x64xf32>
  return %y : tensor<1x8x512x64xf32>
}

func.func public @K5_grad(%q: tensor<1x8x512x64xf32>, %k: tensor<1x8x512x64xf32>, %v: tensor<1x8x512x64xf32>, %dy: tensor<1x8x512x64xf32>) -> (tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>) {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [3] : (tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>) -> tensor<1x8x512x512xf32>
  %scale = stablehlo.constant dense<0.125> : tensor<1x8x512x512xf32>
  %scaled = stablehlo.multiply %s, %scale : tensor<1x8x512x512xf32>
  %row = stablehlo.iota dim = 0 : tensor<512x512xi32>
  %column = stablehlo.iota dim = 1 : tensor<512x512xi32>
  %before = stablehlo.compare GE, %row, %column, SIGNED : (tensor<512x512xi32>, tensor<512x512xi32>) -> tensor<512x512xi1>
  %never = stablehlo.constant dense<0xFF800000> : tensor<1x8x512x512xf32>
  %seen = stablehlo.broadcast_in_dim %before, dims = [2, 3] : (tensor<512x512xi1>) -> tensor<1x8x512x512xi1>
  %x = stablehlo.select %seen, %scaled, %never : tensor<1x8x512x512xi1>, tensor<1x8x512x512xf32>
  %ninf = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %m = stablehlo.reduce(%x init: %ninf) applies stablehlo.maximum across dimensions = [3] : (tensor<1x8x512x512xf32>, tensor<f32>) -> tensor<1x8x512xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [0, 1, 2] : (tensor<1x8x512xf32>) -> tensor<1x8x512x512xf32>
  %low = stablehlo.subtract %x, %ms : tensor<1x8x512x512xf32>
  %e = stablehlo.exponential %low : tensor<1x8x512x512xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %z = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [3] : (tensor<1x8x512x512xf32>, tensor<f32>) -> tensor<1x8x512xf32>
  %zs = stablehlo.broadcast_in_dim %z, dims = [0, 1, 2] : (tensor<1x8x512xf32>) -> tensor<1x8x512x512xf32>
  %p = stablehlo.divide %e, %zs : tensor<1x8x512x512xf32>
  %y = stablehlo.dot_general %p, %v, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2] : (tensor<1x8x512x512xf32>, tensor<1x8x512x64xf32>) -> tensor<1x8x512x64xf32>
  %w = stablehlo.multiply %y, %dy : tensor<1x8x512x64xf32>
  %loss = stablehlo.reduce(%w init: %zero) applies stablehlo.add across dimensions = [0, 1, 2, 3] : (tensor<1x8x512x64xf32>, tensor<f32>) -> tensor<f32>
  %g:3 = stablehlo.custom_call @descent.gradient(%loss, %q, %k, %v) : (tensor<f32>, tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>) -> (tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>)
  return %y, %g#0, %g#1, %g#2 : tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>, tensor<1x8x512x64xf32>
}

// gelu(1.5 x + 0.25) + r
func.func public @K6(%x: tensor<16777216xf32>, %r: tensor<16777216xf32>) -> (tensor<16777216xf32>) {
  %a = stablehlo.constant dense<1.5> : tensor<16777216xf32>
  %b = stablehlo.constant dense<0.25> : tensor<16777216xf32>
  %half = stablehlo.constant dense<0.5> : tensor<16777216xf32>
  %one = stablehlo.constant dense<1.0> : tensor<16777216xf32>
  %root = stablehlo.constant dense<0.707106769> : tensor<16777216xf32>
  %0 = stablehlo.multiply %x, %a : tensor<16777216xf32>
  %1 = stablehlo.add %0, %b : tensor<16777216xf32>
  %2 = stablehlo.multiply %1, %root : tensor<16777216xf32>
  %3 = chlo.erf %2 : tensor<16777216xf32> -> tensor<16777216xf32>
  %4 = stablehlo.add %3, %one : tensor<16777216xf32>
  %5 = stablehlo.multiply %1, %half : tensor<16777216xf32>
  %6 = stablehlo.multiply %5, %4 : tensor<16777216xf32>
  %7 = stablehlo.add %6, %r : tensor<16777216xf32>
  return %7 : tensor<16777216xf32>
}

func.func public @K7_rows(%x: tensor<8192x8192xf32>) -> (tensor<8192xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<8192xf32>
  return %s : tensor<8192xf32>
}

func.func public @K7_columns(%x: tensor<8192x8192xf32>) -> (tensor<8192xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<8192xf32>
  return %s : tensor<8192xf32>
}

func.func public @K8(%x: tensor<4096x4096xf32>) -> (tensor<4096x4096xf32>) {
  %r = stablehlo.transpose %x, dims = [1, 0] : (tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  return %r : tensor<4096x4096xf32>
}
