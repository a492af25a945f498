// RUN: %descent dump %s --stage=cuda --device=sm_90a | %FileCheck %s
// A thread moves 16 bytes at once: four f32, eight bf16, two f64, as far as rows are made of such.

// CHECK-LABEL: copies_loop_0(
// CHECK: *(f32x4 *)(out1 + [[AT:.*]]) = f32x4_neg(*(const f32x4 *)(in0 + [[AT]]));
func.func @copies(%x: tensor<64x100xf32>) -> tensor<64x100xf32> {
  %0 = stablehlo.negate %x : tensor<64x100xf32>
  return %0 : tensor<64x100xf32>
}

// CHECK-LABEL: halves_loop_0(
// CHECK: *(u16x8 *)(out1 +
func.func @halves(%x: tensor<64x64xbf16>) -> tensor<64x64xbf16> {
  %0 = stablehlo.negate %x : tensor<64x64xbf16>
  return %0 : tensor<64x64xbf16>
}

// A large copy: two pieces for each thread, both read before one is written.
// CHECK-LABEL: large_loop_0(
// CHECK: = f32x4_abs(*(const f32x4 *)(in0 +
// CHECK-NEXT: *(f32x4 *)(out1 + at{{[0-9]+}}) = f32x4_abs(*(const f32x4 *)(in0 +
// CHECK-NEXT: *(f32x4 *)(out1 +
func.func @large(%x: tensor<4096x4096xf32>) -> tensor<4096x4096xf32> {
  %0 = stablehlo.abs %x : tensor<4096x4096xf32>
  return %0 : tensor<4096x4096xf32>
}

// Rows with something added to each: both are vectors.
// CHECK-LABEL: bias_loop_0(
// CHECK: f32x4_add(*(const f32x4 *)(in0 + {{.*}}), *(const f32x4 *)(in1 +
func.func @bias(%x: tensor<32x20xf32>, %b: tensor<20xf32>) -> tensor<32x20xf32> {
  %0 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<20xf32>) -> tensor<32x20xf32>
  %1 = stablehlo.add %x, %0 : tensor<32x20xf32>
  return %1 : tensor<32x20xf32>
}

// Padding around vectors is a branch around one load.
// CHECK-LABEL: pads_loop_0(
// CHECK: if (is
// CHECK-NEXT: = *(const f32x4 *)(in0 +
func.func @pads(%x: tensor<6x6x8xf32>) -> tensor<8x8x8xf32> {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.pad %x, %z, low = [1, 1, 0], high = [1, 1, 0], interior = [0, 0, 0] : (tensor<6x6x8xf32>, tensor<f32>) -> tensor<8x8x8xf32>
  return %0 : tensor<8x8x8xf32>
}

// What begins between is read element by element.
// CHECK-LABEL: shifted_loop_0(
// CHECK: f32x4_insert(f32x4_insert({{.*}}in0[
func.func @shifted(%x: tensor<65xf32>) -> tensor<64xf32> {
  %0 = stablehlo.slice %x [1:65] : (tensor<65xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

// Rows of two elements and no more.
// CHECK-LABEL: pairs_loop_0(
// CHECK: f32x2
func.func @pairs(%x: tensor<7x6xf32>, %b: tensor<6xf32>) -> tensor<7x6xf32> {
  %0 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<6xf32>) -> tensor<7x6xf32>
  %1 = stablehlo.add %x, %0 : tensor<7x6xf32>
  return %1 : tensor<7x6xf32>
}
