// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.launch: stands in gpu.launch, but should stand in a function
func.func @main() {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    gpu.launch blocks(%px, %py, %pz) in (%qx = %c1, %qy = %c1, %qz = %c1) threads(%ux, %uy, %uz) in (%wx = %c1, %wy = %c1, %wz = %c1) {
      gpu.terminator
    }
    gpu.terminator
  }
  return
}
