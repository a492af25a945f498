// Launches that need not wait for each other are one.
// RUN: %descent-opt %s --target=sm_90a --pass=fuse --pass=merge --pass=lower --pass=hoist --pass=batch --pass=cse.3 --pass=dce.2 --pass=plan | %FileCheck %s
// RUN: %descent-opt %s --pass=fuse --pass=merge --pass=lower --pass=hoist --pass=batch --pass=cse.3 --pass=dce.2 --pass=plan | %FileCheck %s --check-prefix=CPU

// Two updates by gradients of their own: one call, and each parameter is overwritten where it lies.
// CHECK-LABEL: func.func public @updates(
// CHECK-SAME: descent.arena_bytes = 0
// CHECK-NEXT: call @updates.batch(%arg1, %arg3, %arg2, %arg4, %arg1, %arg2)
// CHECK-NEXT: return
// CPU-LABEL: func.func public @updates(
// CPU-NEXT: call @updates.loop.0
// CPU-NEXT: call @updates.loop.1
func.func @updates(%w: tensor<1000x64xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<64xf32> {tf.aliasing_output = 1 : i32},
                   %dw: tensor<1000x64xf32>, %db: tensor<64xf32>) -> (tensor<1000x64xf32>, tensor<64xf32>) {
  %0 = stablehlo.subtract %w, %dw : tensor<1000x64xf32>
  %1 = stablehlo.subtract %b, %db : tensor<64xf32>
  return %0, %1 : tensor<1000x64xf32>, tensor<64xf32>
}

// Two that swap places: the one that reads %a may not go with the one that overwrites it.
// CHECK-LABEL: func.func public @crossed(
// CHECK: call @crossed.loop
// CHECK: call @crossed.loop
func.func @crossed(%a: tensor<64xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<4x64xf32>) -> (tensor<64xf32>, tensor<4x64xf32>) {
  %c = stablehlo.broadcast_in_dim %a, dims = [1] : (tensor<64xf32>) -> tensor<4x64xf32>
  %0 = stablehlo.add %b, %c : tensor<4x64xf32>
  %1 = stablehlo.negate %a : tensor<64xf32>
  return %1, %0 : tensor<64xf32>, tensor<4x64xf32>
}

// Of a sum in two launches the first goes with the product that comes before, the second follows.
// CHECK-LABEL: func.func public @levels(
// CHECK: call @levels.batch(
// CHECK-NEXT: call @levels.batch.1(
// CHECK-NEXT: return
func.func @levels(%x: tensor<512x32xf32>, %w: tensor<32x32xf32>) -> (tensor<512x32xf32>, tensor<32xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<512x32xf32>, tensor<32x32xf32>) -> tensor<512x32xf32>
  %z = stablehlo.dot_general %y, %w, contracting_dims = [1] x [0] : (tensor<512x32xf32>, tensor<32x32xf32>) -> tensor<512x32xf32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<512x32xf32>, tensor<f32>) -> tensor<32xf32>
  return %z, %s : tensor<512x32xf32>, tensor<32xf32>
}

// The kernel: a range of the blocks for each; what may be overwritten belongs to the same member.
// CHECK-LABEL: func.func private @updates.batch(
// CHECK-SAME: %arg0: memref<1000x64xf32> {descent.elementwise, descent.member = 0 : i64}
// CHECK-SAME: %arg2: memref<64xf32> {descent.elementwise, descent.member = 1 : i64}
// CHECK-SAME: %arg5: memref<64xf32> {descent.member = 1 : i64, descent.result}
// CHECK-SAME: descent.kind = "batch"
// CHECK: gpu.launch blocks(%[[BLOCK:[a-z]+]], {{.*}}
// CHECK: %[[END:.*]] = arith.constant [[BLOCKS:[0-9]+]] : index
// CHECK: %[[FIRST:.*]] = arith.cmpi slt, %[[BLOCK]], %[[END]]
// CHECK: scf.if %[[FIRST]]
// CHECK: arith.subf
// CHECK: arith.cmpi sge, %[[BLOCK]]
// CHECK: scf.if
// CHECK: arith.subf
// CHECK: gpu.terminator
