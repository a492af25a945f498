// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.shuffle: types do not go together: f16, i32, i32 -> f16, i1
func.func @main(%x: f16) {
  %c1 = arith.constant 1 : index
  %o = arith.constant 1 : i32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %v, %ok = gpu.shuffle xor %x, %o, %o : f16
    gpu.terminator
  }
  return
}
