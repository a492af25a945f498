// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.launch: the body should take 12 indices and 1 shared buffers
func.func @main() {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%m : memref<4xf32>) {
    gpu.terminator
  }
  return
}
