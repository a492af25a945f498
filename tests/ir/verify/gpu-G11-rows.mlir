// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: nvgpu.device_async_copy: a place in memref<4x6xf16, #gpu.address_space<workgroup>> is no multiple of 4 elements
func.func @main(%x: memref<64xf32>, %h: memref<4x6xf16>) {
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>, %t : memref<4x6xf16, #gpu.address_space<workgroup>>) {
    %0 = nvgpu.device_async_copy %h[%tx, %c4], %t[%tx, %tx], 4 : memref<4x6xf16> to memref<4x6xf16, #gpu.address_space<workgroup>>
    gpu.terminator
  }
  return
}
