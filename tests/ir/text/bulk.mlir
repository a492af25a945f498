// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %mlir-opt --mlir-print-op-generic %t | %descent-opt - | %FileCheck %s
// A box of a matrix, copied as a whole; in generic form.
// CHECK: "nvgpu.tma.async.load"
module {
  func.func private @box(%x: memref<256x512xbf16>) {
    %cast = memref.cast %x : memref<256x512xbf16> to memref<*xbf16>
    %c128 = arith.constant 128 : index
    %c64 = arith.constant 64 : index
    %0 = "nvgpu.tma.create.descriptor"(%cast, %c128, %c64) : (memref<*xbf16>, index, index) -> !nvgpu.tensormap.descriptor<tensor = memref<128x64xbf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = l2promo_128b, oob = zero, interleave = none>
    %c1 = arith.constant 1 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%s : memref<128x64xbf16, #gpu.address_space<workgroup>>) {
      %c0 = arith.constant 0 : index
      %c16384 = arith.constant 16384 : index
      %c1000 = arith.constant 1000 : index
      %false = arith.constant false
      %1 = "nvgpu.mbarrier.create"() : () -> !nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 1>
      "nvgpu.mbarrier.init"(%1, %c1, %c0) : (!nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 1>, index, index) -> ()
      "nvvm.fence.mbarrier.init"() : () -> ()
      "nvgpu.mbarrier.arrive.expect_tx"(%1, %c16384, %c0) : (!nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 1>, index, index) -> ()
      "nvgpu.tma.async.load"(%s, %1, %0, %c64, %c128, %c0) <{operandSegmentSizes = array<i32: 1, 1, 1, 2, 1, 0, 0>}> : (memref<128x64xbf16, #gpu.address_space<workgroup>>, !nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 1>, !nvgpu.tensormap.descriptor<tensor = memref<128x64xbf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = l2promo_128b, oob = zero, interleave = none>, index, index, index) -> ()
      "nvgpu.mbarrier.try_wait.parity"(%1, %false, %c1000, %c0) : (!nvgpu.mbarrier.group<memorySpace = #gpu.address_space<workgroup>, num_barriers = 1>, i1, index, index) -> ()
      gpu.terminator
    }
    return
  }
}
