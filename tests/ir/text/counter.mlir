// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %descent-opt --generic %s | %mlir-opt -o /dev/null
// RUN: %mlir-opt --mlir-print-op-generic %t | %descent-opt - | %FileCheck %s
// A number that blocks count up, which is not a constant.
// CHECK: memref.global "private" @counters : memref<4xi8> = dense<0>
// CHECK: memref.atomic_rmw addi %{{.*}}, %{{.*}}[%{{.*}}] : (i32, memref<1xi32>) -> i32
module {
  memref.global "private" @counters : memref<4xi8> = dense<0>
  func.func private @arrive(%n: memref<1xi32>) {
    %c1 = arith.constant 1 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
      %c1_i32 = arith.constant 1 : i32
      %0 = memref.atomic_rmw addi %c1_i32, %n[%tx] : (i32, memref<1xi32>) -> i32
      gpu.terminator
    }
    return
  }
}
