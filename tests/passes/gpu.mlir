// Passes on kernels for GPUs, which work in a launch as in a function: nothing leaves or enters it,
// and what threads tell one another stays where it is.
// RUN: %descent-opt %s --pass=hoist --pass=cse --pass=dce > %t
// RUN: %FileCheck %s < %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %descent-opt %s --pass=plan | %FileCheck %s --check-prefix=PLAN

// CHECK-LABEL: @kernel(
// CHECK-DAG: [[ONE:%.+]] = arith.constant 1 : index
// CHECK-DAG: [[SIZE:%.+]] = arith.constant 64 : index
// CHECK: gpu.launch
func.func private @kernel(%x: memref<64xf32>, %y: memref<64xf32> {descent.result}) {
  %one = arith.constant 1 : index
  %also_one = arith.constant 1 : index
  %size = arith.constant 64 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %also_one, %gz = %one) threads(%tx, %ty, %tz) in (%sx = %size, %sy = %one, %sz = %one) workgroup(%m : memref<64xf32, #gpu.address_space<workgroup>>) {
    // Its own constants, once.
    // CHECK-NEXT: arith.constant 1 : index
    // CHECK-NOT: arith.constant 1 : index
    // CHECK: [[I:%.+]] = arith.addi
    // CHECK-NOT: arith.addi
    %c1 = arith.constant 1 : index
    %d1 = arith.constant 1 : index
    %c32 = arith.constant 32 : i32
    %i = arith.addi %tx, %c1 : index
    %j = arith.addi %tx, %d1 : index
    %v = memref.load %x[%tx] : memref<64xf32>
    memref.store %v, %m[%i] : memref<64xf32, #gpu.address_space<workgroup>>
    // CHECK: gpu.barrier
    gpu.barrier
    // What was loaded before a barrier is loaded again behind it; a barrier, too, is not one too many.
    // CHECK: [[A:%.+]] = memref.load %m{{.*}}[[[I]]]
    // CHECK-NEXT: gpu.barrier
    // CHECK-NEXT: gpu.barrier
    // CHECK-NEXT: [[B:%.+]] = memref.load %m{{.*}}[[[I]]]
    %a = memref.load %m[%i] : memref<64xf32, #gpu.address_space<workgroup>>
    gpu.barrier
    gpu.barrier
    %b = memref.load %m[%j] : memref<64xf32, #gpu.address_space<workgroup>>
    // Shuffles are neither merged, nor dropped, nor moved: all threads of a warp make them.
    // CHECK-COUNT-3: gpu.shuffle
    %s, %ok = gpu.shuffle xor %a, %c32, %c32 : f32
    %t, %okay = gpu.shuffle xor %a, %c32, %c32 : f32
    %unused, %unused_ok = gpu.shuffle down %b, %c32, %c32 : f32
    // What does not change goes in front of the loop, loads, shuffles and barriers do not.
    // CHECK: arith.muli
    // CHECK: scf.for
    // CHECK-NEXT: gpu.barrier
    // CHECK-NEXT: memref.load
    // CHECK-NEXT: gpu.shuffle
    // CHECK-NEXT: memref.store
    // CHECK: gpu.terminator
    scf.for %k = %c1 to %sx step %c1 {
      %at = arith.muli %tx, %tx : index
      gpu.barrier
      %l = memref.load %x[%at] : memref<64xf32>
      %u, %uok = gpu.shuffle idx %l, %c32, %c32 : f32
      memref.store %u, %y[%at] : memref<64xf32>
    }
    %r = arith.addf %s, %t : f32
    memref.store %r, %y[%tx] : memref<64xf32>
    gpu.terminator
  }
  return
}

// Host programs are planned as for CPUs.
// PLAN-LABEL: func.func public @main(
// PLAN-SAME: descent.arena_bytes = 256
// PLAN: memref.view %arena[{{.*}}][] : memref<256xi8> to memref<64xf32>
func.func public @main(%arena: memref<0xi8>, %x: memref<64xf32>, %y: memref<64xf32>) attributes {descent.alias = array<i64: -1>, descent.entry} {
  %m = memref.alloc() : memref<64xf32>
  call @kernel(%x, %m) : (memref<64xf32>, memref<64xf32>) -> ()
  call @kernel(%m, %y) : (memref<64xf32>, memref<64xf32>) -> ()
  return
}
