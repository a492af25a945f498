// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.launch: size 1 is 0, but should be from 1 to 65535
func.func @main() {
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c0, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    gpu.terminator
  }
  return
}
