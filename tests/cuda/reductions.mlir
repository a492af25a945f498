// RUN: %descent dump %s --stage=cuda --device=sm_90a | %FileCheck %s
// How sums are shared by threads: four loads of 16 bytes on their way in each, and what comes
// behind a sum is done by the threads that have it.

// What a block does alone is one launch, with what comes behind it.
// CHECK-LABEL: bias_reduce_0(
// CHECK: __syncthreads();
// CHECK: *(f32x4 *)(out2 + [[AT:.*]]) = f32x4_sub(*(const f32x4 *)(in1 + [[AT]]),
func.func @bias(%x: tensor<128x512xf32>, %b: tensor<512xf32>) -> tensor<512xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<128x512xf32>, tensor<f32>) -> tensor<512xf32>
  %1 = stablehlo.subtract %b, %0 : tensor<512xf32>
  return %1 : tensor<512xf32>
}

// A row is four warps'.
// CHECK-LABEL: __launch_bounds__(128) rows_reduce_0(
// CHECK-COUNT-4: *(const f32x4 *)(in0 +
// CHECK: __shfl_xor_sync
func.func @rows(%x: tensor<8192x8192xf32>) -> tensor<8192xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<8192xf32>
  return %0 : tensor<8192xf32>
}

// Columns: 32 threads side by side, 8 below each other, 16 parts; the parts are columns again, of
// the block that comes last.
// CHECK-LABEL: __launch_bounds__(256) columns_reduce_0(
// CHECK: for (int32_t i = {{.*}}; i < {{.*}}; i += 32) {
// CHECK-COUNT-4: *(const f32x4 *)(in0 +
// CHECK-NEXT: }
// CHECK: *(f32x4 *)(work2 +
// CHECK: __syncthreads();
// CHECK: = add_in_order(work3 + [[GROUP:.*]], 1u);
// CHECK: __syncthreads();
// CHECK: if (
// CHECK: work3[[[GROUP]]] = 0u;
// CHECK: *(const f32x4 *)(work2 +
func.func @columns(%x: tensor<8192x8192xf32>) -> tensor<8192xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<8192xf32>
  return %0 : tensor<8192xf32>
}

// Few channels: 4 threads side by side, so that a warp reads what lies together.
// CHECK-LABEL: __launch_bounds__(256) channels_reduce_0(
// CHECK: for (int32_t i = {{.*}}; i < {{.*}}; i += 256) {
func.func @channels(%x: tensor<64x14x14x16xf32>) -> tensor<16xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0, 1, 2] : (tensor<64x14x14x16xf32>, tensor<f32>) -> tensor<16xf32>
  return %0 : tensor<16xf32>
}

// A sum of all: a part for each of 1024 blocks, without a tail.
// CHECK-LABEL: all_reduce_0(
// CHECK: for (int32_t i = {{.*}}; i < {{.*}}; i += 4096) {
// CHECK-COUNT-4: *(const f32x4 *)(in0 +
// CHECK: work2[bx] =
// CHECK: == 1023u
func.func @all(%x: tensor<8192x8192xf32>) -> tensor<f32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0, 1] : (tensor<8192x8192xf32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// Two values at once, by a body of its own: a warp for each row, whose threads take 4 elements that
// lie together, and hand them to the one in front.
// CHECK-LABEL: __launch_bounds__(256) argmax_reduce_0(
// CHECK: for (int32_t i = {{.*}}; i < {{.*}}; i++) {
// CHECK-COUNT-10: __shfl_down_sync(0xffffffffu,
// CHECK-NOT: __shfl
// CHECK: if (
// CHECK: out1[
// CHECK: out2[
func.func @argmax(%x: tensor<8192x128xf32>) -> (tensor<8192xf32>, tensor<8192xi32>) {
  %i = stablehlo.iota dim = 1 : tensor<8192x128xi32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %r:2 = stablehlo.reduce(%x init: %low), (%i init: %zero) across dimensions = [1] : (tensor<8192x128xf32>, tensor<8192x128xi32>, tensor<f32>, tensor<i32>) -> (tensor<8192xf32>, tensor<8192xi32>) reducer(%u: tensor<f32>, %v: tensor<f32>) (%j: tensor<i32>, %k: tensor<i32>) {
    %g = stablehlo.compare GT, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %e = stablehlo.compare EQ, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %l = stablehlo.compare LT, %j, %k : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %b = stablehlo.and %e, %l : tensor<i1>
    %c = stablehlo.or %g, %b : tensor<i1>
    %y = stablehlo.select %c, %u, %v : tensor<i1>, tensor<f32>
    %z = stablehlo.select %c, %j, %k : tensor<i1>, tensor<i32>
    stablehlo.return %y, %z : tensor<f32>, tensor<i32>
  }
  return %r#0, %r#1 : tensor<8192xf32>, tensor<8192xi32>
}
