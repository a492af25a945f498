// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.launch: has 1056 threads in a block, but at most 1024 are possible
func.func @main(%n: index) {
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %c33 = arith.constant 33 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c33, %sz = %n) {
    gpu.terminator
  }
  return
}
