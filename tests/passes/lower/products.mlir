// Products of matrices on a GPU: which copies, how many stages, who sums what.
// RUN: %descent-opt %s --target=sm_80 --pass=fuse --pass=lower --pass=cse.3 --pass=dce.2 > %t
// RUN: %FileCheck %s < %t
// RUN: %mlir-opt %t -o /dev/null

// A large one: 1024 blocks of 4 warps, 16 by 8 sums for each thread, four stages. All copies are of 16
// bytes; a tile of k waits for its own, then the barrier, then a later tile is sent for.
// CHECK-LABEL: func.func private @square.contraction.0(
// CHECK: %[[BLOCKS:.*]] = arith.constant 1024 : index
// CHECK: %[[THREADS:.*]] = arith.constant 128 : index
// CHECK: gpu.launch {{.*}} in ({{.*}} = %[[BLOCKS]], {{.*}}) threads({{.*}}) in ({{.*}} = %[[THREADS]],
// CHECK-SAME: workgroup(%[[SHARED:.*]] : memref<8448xf32, #gpu.address_space<workgroup>>)
// CHECK: scf.for
// CHECK-COUNT-4: nvgpu.device_async_copy %{{.*}}, 4 {bypassL1}
// CHECK: scf.for
// CHECK: %[[GROUP:.*]] = "nvgpu.device_async_create_group"()
// CHECK-NEXT: nvgpu.device_async_wait %[[GROUP]] {numGroups = 2 : i32}
// CHECK-NEXT: gpu.barrier
// CHECK: nvgpu.device_async_copy
// CHECK: scf.for
// CHECK-COUNT-6: = vector.load %[[SHARED]]
// CHECK-COUNT-32: vector.fma {{.*}} : vector<4xf32>
// CHECK-NOT: vector.fma
// CHECK-NOT: gpu.barrier
// CHECK-COUNT-32: vector.store {{.*}} memref<16777216xf32>, vector<4xf32>
// CHECK-NOT: vector.store
// CHECK: gpu.terminator
func.func @square(%a: tensor<4096x4096xf32>, %b: tensor<4096x4096xf32>) -> tensor<4096x4096xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<4096x4096xf32>, tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  return %p : tensor<4096x4096xf32>
}

// A small one: warps share the k of a tile, and their sums meet in shared memory. Rows of a are copied
// 16 bytes at a time; where k ends within a tile, what is not there is 0. The bias is added in the end.
// CHECK-LABEL: func.func private @product.contraction.0(
// CHECK: workgroup(%[[SHARED:.*]] : memref<
// CHECK: %[[PRESENT:.*]] = arith.select
// CHECK: nvgpu.device_async_copy %{{.*}}[%{{.*}}], %[[SHARED]][%{{.*}}], 4, %[[PRESENT]] {bypassL1}
// CHECK: gpu.barrier
// CHECK: vector.fma
// CHECK: gpu.barrier
// CHECK: vector.store {{.*}}, %[[SHARED]]
// CHECK: gpu.barrier
// CHECK: scf.for
// CHECK-COUNT-8: vector.load %[[SHARED]]
// CHECK: scf.if
// CHECK: vector.load %arg2
// CHECK: vector.store
// CHECK: gpu.terminator
func.func @product(%a: tensor<300x200xf32>, %b: tensor<200x100xf32>, %c: tensor<100xf32>) -> tensor<300x100xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<300x200xf32>, tensor<200x100xf32>) -> tensor<300x100xf32>
  %d = stablehlo.broadcast_in_dim %c, dims = [1] : (tensor<100xf32>) -> tensor<300x100xf32>
  %y = stablehlo.add %p, %d : tensor<300x100xf32>
  return %y : tensor<300x100xf32>
}

// Few results of a long k: its parts are blocks', and another launch adds them, in order.
// CHECK-LABEL: func.func private @deep.contraction.0(
// CHECK-SAME: memref<171840xf32> {descent.workspace}
// CHECK: %[[PARTS:.*]] = arith.constant 179 : index
// CHECK: gpu.launch {{.*}} in (%{{.*}}, %{{.*}} = %[[PARTS]],
// CHECK-NOT: math.tanh
// CHECK: vector.store {{.*}}, %arg3
// CHECK: gpu.launch
// CHECK: scf.for
// CHECK: vector.load %arg3
// CHECK: gpu.barrier
// CHECK: return
func.func @deep(%a: tensor<40000x40xf32>, %b: tensor<40000x24xf32>) -> tensor<40x24xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<40000x40xf32>, tensor<40000x24xf32>) -> tensor<40x24xf32>
  %y = stablehlo.tanh %p : tensor<40x24xf32>
  return %y : tensor<40x24xf32>
}

// An operand that is computed as it is copied goes through registers: a later tile's is read before
// this one is multiplied, and stored after that.
// CHECK-LABEL: func.func private @computed.contraction.1(
// CHECK: workgroup(%[[SHARED:.*]] : memref<
// CHECK: scf.for
// CHECK: gpu.barrier
// CHECK: nvgpu.device_async_copy
// CHECK: scf.if {{.*}} -> {{.*}}vector<4xf32>
// CHECK: vector.load %collapse_shape
// CHECK: arith.mulf
// CHECK: vector.fma
// CHECK: vector.store {{.*}}, %[[SHARED]]
// CHECK: gpu.terminator
func.func @computed(%a: tensor<64x96xf32>, %b: tensor<96x64xf32>) -> tensor<64x64xf32> {
  %c = stablehlo.multiply %b, %b : tensor<96x64xf32>
  %p = stablehlo.dot_general %a, %c, contracting_dims = [1] x [0] : (tensor<64x96xf32>, tensor<96x64xf32>) -> tensor<64x64xf32>
  return %p : tensor<64x64xf32>
}

// A row: warps read the matrix where it lies, eight k at a time, and meet in shared memory.
// CHECK-LABEL: func.func private @row.contraction.0(
// CHECK-NOT: device_async_copy
// CHECK: gpu.launch
// CHECK: scf.for
// CHECK: scf.for
// CHECK: vector.load %collapse_shape
// CHECK: vector.fma
// CHECK: gpu.barrier
// CHECK-COUNT-8: vector.load
// CHECK: return
func.func @row(%a: tensor<1x768xf32>, %b: tensor<768x8192xf32>) -> tensor<1x8192xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<1x768xf32>, tensor<768x8192xf32>) -> tensor<1x8192xf32>
  return %p : tensor<1x8192xf32>
}
