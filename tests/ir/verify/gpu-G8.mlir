// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.shuffle: the width is 24, but should be 1, 2, 4, 8, 16 or 32
func.func @main(%x: f32) {
  %c1 = arith.constant 1 : index
  %w = arith.constant 24 : i32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %v, %ok = gpu.shuffle up %x, %w, %w : f32
    gpu.terminator
  }
  return
}
