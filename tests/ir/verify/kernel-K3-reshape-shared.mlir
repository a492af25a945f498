// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: memref.expand_shape: types do not go together: memref<4xf32, #gpu.address_space<workgroup>> -> memref<2x2xf32>
func.func @main() {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%m : memref<4xf32, #gpu.address_space<workgroup>>) {
    %r = memref.expand_shape %m [[0, 1]] output_shape [2, 2] : memref<4xf32, #gpu.address_space<workgroup>> into memref<2x2xf32>
    gpu.terminator
  }
  return
}
