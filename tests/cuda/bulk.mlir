// RUN: %descent dump %s --stage=kernels --device=sm_90a > %t
// RUN: %FileCheck %s < %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %descent dump %s --stage=cuda --device=sm_90a | %FileCheck %s --check-prefix=CUDA
// Products of bf16 on sm_90a whose operands are plain matrices: a box of all rows of a tile where k lies
// side by side, else one for each 64 columns. The first eight warps multiply, one thread of a ninth sends.

// CHECK-LABEL: func.func private @product.contraction.0(
// CHECK: nvgpu.tma.create.descriptor{{.*}} -> !nvgpu.tensormap.descriptor<tensor = memref<128x64xbf16, {{.*}}, swizzle = swizzle_128b
// CHECK: nvgpu.tma.create.descriptor{{.*}} -> !nvgpu.tensormap.descriptor<tensor = memref<64x64xbf16
// CHECK: gpu.launch {{.*}} threads({{.*}}) in (%sx = %c288
// CHECK: %[[B:.*]] = "nvgpu.mbarrier.create"() {{.*}} num_barriers = 8>
// CHECK-COUNT-8: "nvgpu.mbarrier.init"(%[[B]]
// CHECK: nvvm.fence.mbarrier.init
// CHECK: gpu.barrier
// CHECK: scf.if {{.*}} -> (!nvgpu.warpgroup.accumulator<fragmented = vector<64x256xf32>>)
// CHECK: scf.for
// CHECK-NEXT: arith.divui
// CHECK: nvgpu.mbarrier.try_wait.parity
// CHECK-NOT: gpu.barrier
// CHECK: nvgpu.warpgroup.mma{{.*}}waitGroup = 1 : i32
// CHECK: nvgpu.mbarrier.arrive.expect_tx
// CHECK: nvvm.wgmma.wait.group.sync.aligned
// CHECK: } else {
// CHECK: nvgpu.mbarrier.try_wait.parity
// CHECK: nvgpu.mbarrier.arrive.expect_tx
// CHECK-COUNT-5: nvgpu.tma.async.load
// CHECK-NOT: nvgpu.tma.async.load
// CHECK-NOT: nvgpu.device_async_copy

// CUDA: void __launch_bounds__(288, 1) product_contraction_0(
// CUDA: const __grid_constant__ TensorMap [[A:map[0-9]+]], /* boxes of 128x64 */
// CUDA-NEXT: const __grid_constant__ TensorMap {{map[0-9]+}}) /* boxes of 64x64 */
// CUDA: = (uint64_t *)(asked_for + 196608);
// CUDA: barrier_wait(
// CUDA: wgmma_wait(1);
// CUDA: barrier_arrive(
// CUDA: barrier_expect({{.*}}, 49152);
// CUDA: bulk_copy({{.*}}, &[[A]],
func.func @product(%a: tensor<4096x2048xbf16>, %b: tensor<2048x4096xbf16>) -> tensor<4096x4096xbf16> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<4096x2048xbf16>, tensor<2048x4096xbf16>) -> tensor<4096x4096xbf16>
  return %0 : tensor<4096x4096xbf16>
}

// Batches are no plain matrices: all threads copy.
// CHECK-LABEL: func.func private @batches.contraction.0(
// CHECK-NOT: nvgpu.tma
// CHECK: threads({{.*}}) in (%sx = %c256
// CHECK: nvgpu.device_async_copy
func.func @batches(%a: tensor<8x1024x2048xbf16>, %b: tensor<8x2048x1024xbf16>) -> tensor<8x1024x1024xbf16> {
  %0 = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<8x1024x2048xbf16>, tensor<8x2048x1024xbf16>) -> tensor<8x1024x1024xbf16>
  return %0 : tensor<8x1024x1024xbf16>
}
