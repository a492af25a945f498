// On a GPU a row is one block's: what it folded is scaled there, other tensors are by all blocks.
// RUN: %descent-opt %s --target=sm_90a --pass=fuse | %FileCheck %s --check-prefixes=CHECK,GPU
// RUN: %descent-opt %s --pass=fuse | %FileCheck %s --check-prefixes=CHECK,CPU

// CHECK-LABEL: func.func @clip(
// CHECK: %[[OTHER:.*]] = call @clip.row.1(%b)
// GPU: %[[NORM:.*]]:2 = call @clip.row.0(%a, %[[OTHER]])
// GPU: call @clip.loop.2(%b, %[[NORM]]#0)
// CPU: call @clip.row.0(%a, %[[OTHER]], %b)
// CHECK: return
func.func @clip(%a: tensor<64x64xf32>, %b: tensor<64x64xf32>) -> (tensor<64x64xf32>, tensor<64x64xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %aa = stablehlo.multiply %a, %a : tensor<64x64xf32>
  %0 = stablehlo.reduce(%aa init: %zero) applies stablehlo.add across dimensions = [0, 1] : (tensor<64x64xf32>, tensor<f32>) -> tensor<f32>
  %bb = stablehlo.multiply %b, %b : tensor<64x64xf32>
  %1 = stablehlo.reduce(%bb init: %zero) applies stablehlo.add across dimensions = [0, 1] : (tensor<64x64xf32>, tensor<f32>) -> tensor<f32>
  %2 = stablehlo.add %0, %1 : tensor<f32>
  %3 = stablehlo.rsqrt %2 : tensor<f32>
  %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<64x64xf32>
  %5 = stablehlo.multiply %a, %4 : tensor<64x64xf32>
  %6 = stablehlo.multiply %b, %4 : tensor<64x64xf32>
  return %5, %6 : tensor<64x64xf32>, tensor<64x64xf32>
}

// A softmax of one row stays whole.
// CHECK-LABEL: func.func @softmax(
// CHECK: call @softmax.row.0
// CHECK-NOT: call
// CHECK: return
func.func @softmax(%x: tensor<1000xf32>) -> tensor<1000xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [0] : (tensor<1000xf32>, tensor<f32>) -> tensor<f32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1000xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<1000xf32>
  %3 = stablehlo.exponential %2 : tensor<1000xf32>
  %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<1000xf32>, tensor<f32>) -> tensor<f32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [] : (tensor<f32>) -> tensor<1000xf32>
  %6 = stablehlo.divide %3, %5 : tensor<1000xf32>
  return %6 : tensor<1000xf32>
}
