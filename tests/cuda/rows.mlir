// RUN: %descent dump %s --stage=cuda --device=sm_90a | %FileCheck %s
// A row is read once, 16 bytes at a time, and stays in registers: a warp has one of 1024 elements,
// and needs no memory to fold it.

// CHECK-LABEL: __launch_bounds__(256) softmax_row_0(
// CHECK-NOT: __shared__
// CHECK: float tile[[X:[0-9]+]][32];
// CHECK: #pragma unroll
// CHECK: *(const f32x4 *)(in0 +
// CHECK: *(f32x4 *)(tile[[X]] +
// CHECK-NOT: in0
// CHECK: *(f32x4 *)(out1 +
// CHECK-LABEL: __launch_bounds__(256) long_row_0(
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

// Longer rows are a block's, whose warps meet in shared memory.
// CHECK: __shared__ __align__(16) float shared{{[0-9]+}}[8];
// CHECK: float tile{{[0-9]+}}[32];
func.func @long(%x: tensor<4096x8192xf32>) -> tensor<4096x8192xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4096x8192xf32>, tensor<f32>) -> tensor<4096xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<4096xf32>) -> tensor<4096x8192xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<4096x8192xf32>
  return %2 : tensor<4096x8192xf32>
}

// Short rows have less than a warp each.
// CHECK-LABEL: short_row_0(
// CHECK: __shfl_xor_sync(0xffffffffu, {{.*}}, 4u, 32u)
// CHECK-NOT: 8u, 32u
func.func @short(%x: tensor<65536x32xf32>) -> tensor<65536x32xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<65536x32xf32>, tensor<f32>) -> tensor<65536xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<65536xf32>) -> tensor<65536x32xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<65536x32xf32>
  return %2 : tensor<65536x32xf32>
}
