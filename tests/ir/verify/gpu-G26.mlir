// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: memref.atomic_rmw: an operation that is no addition of integers
func.func @main(%n: memref<4xi32>, %x: memref<4xf32>) {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%s : memref<4xi32, #gpu.address_space<workgroup>>) {
    %0 = memref.atomic_rmw maxs %one, %n[%tx] : (i32, memref<4xi32>) -> i32
    gpu.terminator
  }
  return
}
