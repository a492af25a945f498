// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: memref.copy: types do not go together: memref<4xf32>, memref<4xf32, #gpu.address_space<workgroup>>
func.func @main(%x: memref<4xf32>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%m : memref<4xf32, #gpu.address_space<workgroup>>) {
    memref.copy %x, %m : memref<4xf32> to memref<4xf32, #gpu.address_space<workgroup>>
    gpu.terminator
  }
  return
}
