// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: nvgpu.tma.async.load: types do not go together: memref<32x64xbf16
func.func @main(%x: memref<256x512xbf16>, %y: memref<256x500xbf16>) {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c257 = arith.constant 257 : index
  %u = memref.cast %x : memref<256x512xbf16> to memref<*xbf16>
  %m = "nvgpu.tma.create.descriptor"(%u, %c64, %c64) : (memref<*xbf16>, index, index) -> !nvgpu.tensormap.descriptor<tensor = memref<64x64xbf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = l2promo_128b, oob = zero, interleave = none>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%s : memref<64x64xbf16, #gpu.address_space<workgroup>>, %t : memref<32x64xbf16, #gpu.address_space<workgroup>>) {
    %true = arith.constant true
    %c0 = arith.constant 0 : index
    %b = "nvgpu.mbarrier.create"() : () -> !nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 2>
    "nvgpu.tma.async.load"(%t, %b, %m, %c0, %c0, %c0) <{operandSegmentSizes = array<i32: 1, 1, 1, 2, 1, 0, 0>}> : (memref<32x64xbf16, #gpu.address_space<workgroup>>, !nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 2>, !nvgpu.tensormap.descriptor<tensor = memref<64x64xbf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = l2promo_128b, oob = zero, interleave = none>, index, index, index) -> ()
    gpu.terminator
  }
  return
}
