// RUN: %descent dump %s --stage=cuda --device=sm_90a | %FileCheck %s
// Squares go through shared memory: read along one side's neighbours, written along the other's.

// CHECK-LABEL: __launch_bounds__(256) plain_loop_0(
// CHECK: __shared__ __align__(16) float [[S:shared[0-9]+]][1056];
// CHECK: = in0[[[IN:at[0-9]+]] + {{.*}} * 4096];
// CHECK: [[S]][ty * 33 + tx] = in0[[[IN]] + {{.*}} * 4096];
// CHECK: __syncthreads();
// CHECK: out1[{{.*}} + ({{.*}} + ty) * 4096] = [[S]][{{.*}} + ty];
func.func @plain(%x: tensor<4096x4096xf32>) -> tensor<4096x4096xf32> {
  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  return %0 : tensor<4096x4096xf32>
}

// What comes before is done where it is read, what comes behind where it is written; edges.
// CHECK-LABEL: chain_loop_1(
// CHECK: __shared__
// CHECK: (t{{[0-9]+}} ? in0[{{.*}}] : 0.0f) + (t{{[0-9]+}} ? in1[
// CHECK: __syncthreads();
// CHECK: in2[
func.func @chain(%x: tensor<100x70xf32>, %z: tensor<70x100xf32>, %y: tensor<100x70xf32>) -> tensor<70x100xf32> {
  %s = stablehlo.add %x, %y : tensor<100x70xf32>
  %0 = stablehlo.transpose %s, dims = [1, 0] : (tensor<100x70xf32>) -> tensor<70x100xf32>
  %1 = stablehlo.multiply %0, %z : tensor<70x100xf32>
  return %1 : tensor<70x100xf32>
}

// Images with their channels last to images with channels first: 196 pixels are one dimension.
// Halves: squares of 64, whose rows are 128 bytes.
// CHECK-LABEL: channels_loop_0(
// CHECK: uint16_t shared{{[0-9]+}}[4224];
// CHECK: < 196
func.func @channels(%x: tensor<4x14x14x64xbf16>) -> tensor<4x64x14x14xbf16> {
  %0 = stablehlo.transpose %x, dims = [0, 3, 1, 2] : (tensor<4x14x14x64xbf16>) -> tensor<4x64x14x14xbf16>
  return %0 : tensor<4x64x14x14xbf16>
}

// Heads change places; their elements stay neighbours.
// CHECK-LABEL: heads_loop_0(
// CHECK-NOT: __shared__
// CHECK: *(f32x4 *)(out1 + {{.*}}) = *(const f32x4 *)(in0 +
func.func @heads(%x: tensor<2x128x4x64xf32>) -> tensor<2x4x128x64xf32> {
  %0 = stablehlo.transpose %x, dims = [0, 2, 1, 3] : (tensor<2x128x4x64xf32>) -> tensor<2x4x128x64xf32>
  return %0 : tensor<2x4x128x64xf32>
}
