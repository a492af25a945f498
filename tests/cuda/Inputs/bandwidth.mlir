// Kernels that are bound by memory: bandwidth.py looks at their instructions. A thread has
// 8 elements of @copy, 16 of @halves, 4 of @bias and @transpose, 32 of @softmax and @norm (which
// stay in its registers), and 16 in a turn of the loops of @columns and @rows.

// at most 32 instructions, LDG.E.128 STG.E.128
func.func @copy(%x: tensor<4096x4096xf32>) -> tensor<4096x4096xf32> {
  %0 = stablehlo.abs %x : tensor<4096x4096xf32>
  return %0 : tensor<4096x4096xf32>
}

// at most 84 instructions, LDG.E.128 STG.E.128
func.func @halves(%x: tensor<4096x4096xbf16>) -> tensor<4096x4096xbf16> {
  %0 = stablehlo.negate %x : tensor<4096x4096xbf16>
  return %0 : tensor<4096x4096xbf16>
}

// at most 32 instructions, LDG.E.128 STG.E.128
func.func @bias(%x: tensor<128x512xf32>, %b: tensor<512xf32>) -> tensor<128x512xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<128x512xf32>
  %0 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<512xf32>) -> tensor<128x512xf32>
  %1 = stablehlo.add %x, %0 : tensor<128x512xf32>
  %2 = stablehlo.maximum %1, %zero : tensor<128x512xf32>
  return %2 : tensor<128x512xf32>
}

// at most 1500 instructions, LDG.E.128 STG.E.128
func.func @softmax(%x: tensor<4096x1024xf32>) -> tensor<4096x1024xf32> {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<4096x1024xf32>, tensor<f32>) -> tensor<4096xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<4096xf32>) -> tensor<4096x1024xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<4096x1024xf32>
  %3 = stablehlo.exponential %2 : tensor<4096x1024xf32>
  %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4096x1024xf32>, tensor<f32>) -> tensor<4096xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<4096xf32>) -> tensor<4096x1024xf32>
  %6 = stablehlo.divide %3, %5 : tensor<4096x1024xf32>
  return %6 : tensor<4096x1024xf32>
}

// at most 450 instructions, LDG.E.128 STG.E.128
func.func @norm(%x: tensor<4096x1024xf32>, %scale: tensor<1024xf32>, %shift: tensor<1024xf32>) -> tensor<4096x1024xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %n = stablehlo.constant dense<9.765625E-4> : tensor<4096xf32>
  %eps = stablehlo.constant dense<1.0E-5> : tensor<4096xf32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4096x1024xf32>, tensor<f32>) -> tensor<4096xf32>
  %1 = stablehlo.multiply %0, %n : tensor<4096xf32>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<4096xf32>) -> tensor<4096x1024xf32>
  %3 = stablehlo.subtract %x, %2 : tensor<4096x1024xf32>
  %4 = stablehlo.multiply %3, %3 : tensor<4096x1024xf32>
  %5 = stablehlo.reduce(%4 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4096x1024xf32>, tensor<f32>) -> tensor<4096xf32>
  %6 = stablehlo.multiply %5, %n : tensor<4096xf32>
  %7 = stablehlo.add %6, %eps : tensor<4096xf32>
  %8 = stablehlo.rsqrt %7 : tensor<4096xf32>
  %9 = stablehlo.broadcast_in_dim %8, dims = [0] : (tensor<4096xf32>) -> tensor<4096x1024xf32>
  %10 = stablehlo.multiply %3, %9 : tensor<4096x1024xf32>
  %11 = stablehlo.broadcast_in_dim %scale, dims = [1] : (tensor<1024xf32>) -> tensor<4096x1024xf32>
  %12 = stablehlo.broadcast_in_dim %shift, dims = [1] : (tensor<1024xf32>) -> tensor<4096x1024xf32>
  %13 = stablehlo.multiply %10, %11 : tensor<4096x1024xf32>
  %14 = stablehlo.add %13, %12 : tensor<4096x1024xf32>
  return %14 : tensor<4096x1024xf32>
}

// at most 54 instructions, LDG.E STG.E
func.func @transpose(%x: tensor<4096x4096xf32>) -> tensor<4096x4096xf32> {
  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  return %0 : tensor<4096x4096xf32>
}

// Two steps: sums of parts, and the last block's of these.
//
// at most 520 instructions, LDG.E.128 STG.E.128
func.func @columns(%x: tensor<8192x8192xf32>) -> tensor<8192xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<8192xf32>
  return %0 : tensor<8192xf32>
}

// at most 190 instructions, LDG.E.128 STG.E
func.func @rows(%x: tensor<8192x8192xf32>) -> tensor<8192xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<8192xf32>
  return %0 : tensor<8192xf32>
}
