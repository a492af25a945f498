// RUN: %descent dump %s --stage=cuda --device=sm_90a | %FileCheck %s
// An index has 32 bits where they hold it, and 64 where it comes from data that might not.

// CHECK-LABEL: small_loop_0(
// CHECK: const int32_t bx = blockIdx.x;
// CHECK-NOT: int64_t
// CHECK: {{^}}}
func.func @small(%x: tensor<64x50x30xf32>) -> tensor<30x64x50xf32> {
  %0 = stablehlo.transpose %x, dims = [2, 0, 1] : (tensor<64x50x30xf32>) -> tensor<30x64x50xf32>
  %1 = stablehlo.negate %0 : tensor<30x64x50xf32>
  return %1 : tensor<30x64x50xf32>
}

// An index from data of 64 bits is clamped before it is cut.
// CHECK-LABEL: data_loop_0(
// CHECK: (int32_t)i64_min(i64_max(
func.func @data(%x: tensor<100xf32>, %i: tensor<i64>) -> tensor<10xf32> {
  %0 = stablehlo.dynamic_slice %x, %i, sizes = [10] : (tensor<100xf32>, tensor<i64>) -> tensor<10xf32>
  return %0 : tensor<10xf32>
}
