// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: nvgpu.mbarrier.init: 0 is not from 1 to 1048575
func.func @main(%x: memref<256x512xbf16>, %y: memref<256x500xbf16>) {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c257 = arith.constant 257 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%s : memref<64x64xbf16, #gpu.address_space<workgroup>>, %t : memref<32x64xbf16, #gpu.address_space<workgroup>>) {
    %true = arith.constant true
    %c0 = arith.constant 0 : index
    %b = "nvgpu.mbarrier.create"() : () -> !nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 2>
    "nvgpu.mbarrier.init"(%b, %c0, %c1) : (!nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 2>, index, index) -> ()
    gpu.terminator
  }
  return
}
