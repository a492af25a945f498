// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.launch: size 5 is 65, but should be from 1 to 64
func.func @main() {
  %c1 = arith.constant 1 : index
  %c65 = arith.constant 65 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c65) {
    gpu.terminator
  }
  return
}
