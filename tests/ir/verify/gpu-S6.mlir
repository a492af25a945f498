// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.barrier: the block must end in gpu.terminator
func.func @main() {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    gpu.barrier
  }
  return
}
