// Kernels for a GPU: what is a lane on a CPU is a thread, what is a task is a block of them.
// RUN: %descent-opt %s --target=sm_90a --pass=fuse --pass=lower --pass=cse.3 --pass=dce.2 | %FileCheck %s

// Four elements for each thread where nothing asks for indices; the threads that have none do nothing.
// CHECK-LABEL: func.func private @flat.loop.0(
// CHECK: %[[BLOCKS:.*]] = arith.constant 16 : index
// CHECK: gpu.launch blocks(%{{.*}}) in (%{{.*}} = %[[BLOCKS]],
// CHECK: arith.cmpi slt
// CHECK: scf.if
// CHECK: vector.load {{.*}} vector<4xf32>
// CHECK: vector.store
// CHECK: gpu.terminator
func.func @flat(%a: tensor<16000xf32>) -> tensor<16000xf32> {
  %x = stablehlo.abs %a : tensor<16000xf32>
  return %x : tensor<16000xf32>
}

// A row is one warp's: eight rows to a block, no memory is shared.
// CHECK-LABEL: func.func private @rows.row.0(
// CHECK: gpu.launch {{.*}} in ({{.*}}) threads({{.*}}) in (
// CHECK-NOT: workgroup
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK-NOT: gpu.barrier
// CHECK: gpu.terminator
func.func @rows(%a: tensor<8000x100xf32>) -> tensor<8000x100xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<8000x100xf32>, tensor<f32>) -> tensor<8000xf32>
  %b = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<8000xf32>) -> tensor<8000x100xf32>
  %y = stablehlo.divide %a, %b : tensor<8000x100xf32>
  return %y : tensor<8000x100xf32>
}

// Few long rows: several warps for each, which meet in shared memory.
// CHECK-LABEL: func.func private @long.row.0(
// CHECK: workgroup(%[[SHARED:.*]] : memref<16xf32, #gpu.address_space<workgroup>>)
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK: memref.store {{.*}}, %[[SHARED]]
// CHECK: gpu.barrier
// CHECK: memref.load %[[SHARED]]
// CHECK-COUNT-4: gpu.shuffle xor
func.func @long(%a: tensor<4x10000xf32>) -> tensor<4x10000xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x10000xf32>, tensor<f32>) -> tensor<4xf32>
  %b = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<4xf32>) -> tensor<4x10000xf32>
  %y = stablehlo.divide %a, %b : tensor<4x10000xf32>
  return %y : tensor<4x10000xf32>
}

// Partial sums, then what is made of them by the last block, which leaves its counter as it was.
// CHECK-LABEL: func.func private @total.reduce.0(
// CHECK-SAME: %[[PARTS:[a-z0-9]+]]: memref<9xf32> {descent.workspace}, %[[COUNTER:[a-z0-9]+]]: memref<1xi32> {descent.counter, descent.workspace}
// CHECK: gpu.launch
// CHECK: memref.store {{.*}}, %[[PARTS]]
// CHECK: gpu.barrier
// CHECK: %[[BEFORE:.*]] = memref.atomic_rmw addi {{.*}}, %[[COUNTER]][
// CHECK: gpu.barrier
// CHECK: scf.if
// CHECK: memref.store %c0_i32{{.*}}, %[[COUNTER]][
// CHECK: load %[[PARTS]]
// CHECK: math.sqrt
// CHECK-NOT: gpu.launch
// CHECK: return
func.func @total(%a: tensor<100000xf32>) -> tensor<f32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<100000xf32>, tensor<f32>) -> tensor<f32>
  %y = stablehlo.sqrt %s : tensor<f32>
  return %y : tensor<f32>
}

// Random bits: a number for each thread, its rounds in a loop.
// CHECK-LABEL: func.func private @draw.loop.0(
// CHECK: gpu.launch
// CHECK: %[[BITS:.*]]:5 = scf.for {{.*}} -> (vector<1xi32>, vector<1xi32>,
// CHECK-COUNT-4: arith.xori
// CHECK-NOT: arith.xori
// CHECK: gpu.terminator
func.func @draw(%state: tensor<2xui64>) -> tensor<64x32xui32> {
  %next, %bits = stablehlo.rng_bit_generator %state, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<64x32xui32>)
  return %bits : tensor<64x32xui32>
}
