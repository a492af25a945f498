// RUN: %descent dump %s --stage=cuda --device=sm_90a | %FileCheck %s
// Updates of parameters of one shape share a body: a block takes the buffers of its member first.

// CHECK-LABEL: updates_batch_0(
// CHECK-NOT: __restrict__
// CHECK: if (is{{[0-9]+}}) {
// CHECK-NEXT: const int32_t [[MEMBER:at[0-9]+]] = i32_min(i32_max(bx, 0), 2);
// CHECK-NEXT: const bool [[LOW:is[0-9]+]] = [[MEMBER]] < 1;
// CHECK-NEXT: const float *[[X:t[0-9]+]];
// CHECK-NEXT: const float *[[DX:t[0-9]+]];
// CHECK-NEXT: float *[[OUT:t[0-9]+]];
// CHECK-NEXT: if ([[LOW]]) {
// CHECK-NEXT: [[X]] = in0;
// CHECK-NEXT: [[DX]] = in1;
// CHECK-NEXT: [[OUT]] = out8;
// CHECK-NEXT: } else {
// CHECK-NEXT: const bool [[MIDDLE:is[0-9]+]] = [[MEMBER]] < 2;
// CHECK-NEXT: if ([[MIDDLE]]) {
// CHECK-NEXT: [[X]] = in2;
// CHECK: } else {
// CHECK-NEXT: [[X]] = in4;
// CHECK: *(f32x4 *)([[OUT]] + [[AT:at[0-9]+]]) = f32x4_sub(*(const f32x4 *)([[X]] + [[AT]]), *(const f32x4 *)([[DX]] + [[AT]]));
// CHECK: *(f32x4 *)(out11 +
// CHECK-SAME: f32x4_sub(
// CHECK-NOT: f32x4_sub
func.func @updates(%a: tensor<64xf32>, %b: tensor<64xf32>, %c: tensor<64xf32>, %d: tensor<256x64xf32>, %da: tensor<64xf32>, %db: tensor<64xf32>, %dc: tensor<64xf32>, %dd: tensor<256x64xf32>) -> (tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<256x64xf32>) {
  %0 = stablehlo.subtract %a, %da : tensor<64xf32>
  %1 = stablehlo.subtract %b, %db : tensor<64xf32>
  %2 = stablehlo.subtract %c, %dc : tensor<64xf32>
  %3 = stablehlo.subtract %d, %dd : tensor<256x64xf32>
  return %0, %1, %2, %3 : tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<256x64xf32>
}

// Products, too, whose threads meet: the barriers are outside of the branches.
// CHECK-LABEL: products_batch_0(
// CHECK: __shared__
// CHECK: = in0;
// CHECK: __syncthreads();
func.func @products(%a: tensor<64x64xf32>, %b: tensor<64x64xf32>, %c: tensor<64x64xf32>) -> (tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>) {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = stablehlo.dot_general %b, %c, contracting_dims = [1] x [0] : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %2 = stablehlo.dot_general %c, %a, contracting_dims = [1] x [0] : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  return %0, %1, %2 : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>
}
