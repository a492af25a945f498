// What is moved on a GPU: squares for transpositions, parts of sums, rows in registers. Each against the
// reference evaluator, on the emulator.

func.func @chain(%x: tensor<100x70xf32>, %z: tensor<70x100xf32>, %y: tensor<100x70xf32>) -> tensor<70x100xf32> {
  %s = stablehlo.add %x, %y : tensor<100x70xf32>
  %0 = stablehlo.transpose %s, dims = [1, 0] : (tensor<100x70xf32>) -> tensor<70x100xf32>
  %1 = stablehlo.multiply %0, %z : tensor<70x100xf32>
  return %1 : tensor<70x100xf32>
}

func.func @nchw(%x: tensor<4x14x14x64xbf16>) -> tensor<4x64x14x14xbf16> {
  %0 = stablehlo.transpose %x, dims = [0, 3, 1, 2] : (tensor<4x14x14x64xbf16>) -> tensor<4x64x14x14xbf16>
  return %0 : tensor<4x64x14x14xbf16>
}

func.func @nhwc(%x: tensor<4x64x14x14xf32>) -> tensor<4x14x14x64xf32> {
  %0 = stablehlo.transpose %x, dims = [0, 2, 3, 1] : (tensor<4x64x14x14xf32>) -> tensor<4x14x14x64xf32>
  return %0 : tensor<4x14x14x64xf32>
}

func.func @heads(%x: tensor<2x128x4x64xf32>) -> tensor<2x4x128x64xf32> {
  %0 = stablehlo.transpose %x, dims = [0, 2, 1, 3] : (tensor<2x128x4x64xf32>) -> tensor<2x4x128x64xf32>
  return %0 : tensor<2x4x128x64xf32>
}

func.func @heads_t(%x: tensor<2x128x4x64xf32>) -> tensor<2x4x64x128xf32> {
  %0 = stablehlo.transpose %x, dims = [0, 2, 3, 1] : (tensor<2x128x4x64xf32>) -> tensor<2x4x64x128xf32>
  return %0 : tensor<2x4x64x128xf32>
}

func.func @truth(%x: tensor<100x70xi1>, %y: tensor<70x100xf64>, %z: tensor<100x70xf64>) -> tensor<70x100xf64> {
  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<100x70xi1>) -> tensor<70x100xi1>
  %1 = stablehlo.transpose %z, dims = [1, 0] : (tensor<100x70xf64>) -> tensor<70x100xf64>
  %2 = stablehlo.select %0, %1, %y : tensor<70x100xi1>, tensor<70x100xf64>
  return %2 : tensor<70x100xf64>
}

// judge: scale=2e-6
func.func @parts(%x: tensor<9000x40xf32>, %b: tensor<40xf32>) -> tensor<40xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<9000x40xf32>, tensor<f32>) -> tensor<40xf32>
  %1 = stablehlo.subtract %b, %0 : tensor<40xf32>
  return %1 : tensor<40xf32>
}

// judge: scale=2e-6
func.func @parts_of_planes(%x: tensor<70x3x30x33xf32>, %init: tensor<f32>) -> tensor<3xf32> {
  %0 = stablehlo.reduce(%x init: %init) applies stablehlo.add across dimensions = [0, 2, 3] : (tensor<70x3x30x33xf32>, tensor<f32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// judge: scale=2e-6
func.func @sum_then_row(%x: tensor<60x70xf32>) -> tensor<70x60xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<60x70xf32>, tensor<f32>) -> tensor<70xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<70xf32>) -> tensor<70x60xf32>
  return %1 : tensor<70x60xf32>
}

func.func @any(%x: tensor<500x7xi1>) -> (tensor<7xi1>, tensor<500xi1>, tensor<i1>) {
  %no = stablehlo.constant dense<false> : tensor<i1>
  %0 = stablehlo.reduce(%x init: %no) applies stablehlo.or across dimensions = [0] : (tensor<500x7xi1>, tensor<i1>) -> tensor<7xi1>
  %1 = stablehlo.reduce(%x init: %no) applies stablehlo.or across dimensions = [1] : (tensor<500x7xi1>, tensor<i1>) -> tensor<500xi1>
  %2 = stablehlo.reduce(%x init: %no) applies stablehlo.or across dimensions = [0, 1] : (tensor<500x7xi1>, tensor<i1>) -> tensor<i1>
  return %0, %1, %2 : tensor<7xi1>, tensor<500xi1>, tensor<i1>
}

// judge: scale=2e-6
func.func @rows(%x: tensor<5x3000xf32>, %y: tensor<5x3000xf32>) -> (tensor<5x3000xf32>, tensor<5xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.multiply %x, %y : tensor<5x3000xf32>
  %1 = stablehlo.reduce(%0 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<5x3000xf32>, tensor<f32>) -> tensor<5xf32>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<5xf32>) -> tensor<5x3000xf32>
  %3 = stablehlo.subtract %x, %2 : tensor<5x3000xf32>
  return %3, %1 : tensor<5x3000xf32>, tensor<5xf32>
}

// judge: scale=2e-6
func.func @small_rows(%x: tensor<640x24xf32>) -> tensor<640x24xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<640x24xf32>, tensor<f32>) -> tensor<640xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<640xf32>) -> tensor<640x24xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<640x24xf32>
  return %2 : tensor<640x24xf32>
}

func.func @ones(%x: tensor<64x1x32x1xf32>) -> tensor<32x1x64x1xf32> {
  %0 = stablehlo.transpose %x, dims = [2, 1, 0, 3] : (tensor<64x1x32x1xf32>) -> tensor<32x1x64x1xf32>
  return %0 : tensor<32x1x64x1xf32>
}

func.func @none(%x: tensor<0x64xf32>) -> (tensor<64x0xf32>, tensor<64xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<0x64xf32>) -> tensor<64x0xf32>
  %1 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<0x64xf32>, tensor<f32>) -> tensor<64xf32>
  return %0, %1 : tensor<64x0xf32>, tensor<64xf32>
}

// judge: scale=2e-6
func.func @planes(%x: tensor<2x40x1x30x3xf32>, %y: tensor<2x30x1x40x3xf32>) -> tensor<2x30x1x40x3xf32> {
  %0 = stablehlo.transpose %x, dims = [0, 3, 2, 1, 4] : (tensor<2x40x1x30x3xf32>) -> tensor<2x30x1x40x3xf32>
  %1 = stablehlo.add %0, %y : tensor<2x30x1x40x3xf32>
  return %1 : tensor<2x30x1x40x3xf32>
}
