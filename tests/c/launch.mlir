// A kernel for GPUs is said to be one.
// RUN: %not %descent-c %s 2>&1 | %FileCheck %s
// CHECK: launch.mlir:[[#@LINE+3]]:3: error: unsupported: a kernel for GPUs (gpu.launch)
func.func private @loop.0(%x: memref<4xf32>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    gpu.barrier
    gpu.terminator
  }
  return
}
func.func public @run(%arena: memref<0xi8>, %x: memref<4xf32>) attributes {descent.alias = array<i64: -1>, descent.arena_bytes = 0 : i64, descent.entry} {
  call @loop.0(%x) : (memref<4xf32>) -> ()
  return
}
