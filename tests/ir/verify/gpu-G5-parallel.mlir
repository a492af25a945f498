// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: scf.parallel: stands inside of a gpu.launch
func.func @main(%c: i1) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    scf.if %c {
      scf.parallel (%i) = (%c1) to (%c1) step (%c1) {
      }
    }
    gpu.terminator
  }
  return
}
