// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %descent-opt --generic %s | %mlir-opt -o /dev/null
// RUN: %mlir-opt %t | sed "/^$/d" > %t.mlir
// RUN: %descent-opt %t.mlir | diff %t.mlir -
// RUN: %mlir-opt --mlir-print-op-generic %t | %descent-opt - | diff %t.mlir -
// Copies that go on beside the threads.
module {
  func.func private @copies(%x: memref<4096xf32>, %y: memref<8x64xbf16>, %n: memref<1xi64>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %c8 = arith.constant 8 : index
    %c256 = arith.constant 256 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c256, %sy = %c1, %sz = %c1) workgroup(%a : memref<1024xf32, #gpu.address_space<workgroup>>, %b : memref<2x4x72xbf16, #gpu.address_space<workgroup>>) {
      %0 = nvgpu.device_async_copy %x[%tx], %a[%c8], 4 {bypassL1} : memref<4096xf32> to memref<1024xf32, #gpu.address_space<workgroup>>
      %1 = nvgpu.device_async_copy %x[%tx], %a[%tx], 2 : memref<4096xf32> to memref<1024xf32, #gpu.address_space<workgroup>>
      %2 = nvgpu.device_async_copy %y[%c3, %tx], %b[%c1, %c0, %tx], 8, %c3 {bypassL1, descent.x} : memref<8x64xbf16> to memref<2x4x72xbf16, #gpu.address_space<workgroup>>
      %3 = nvgpu.device_async_copy %y[%c3, %tx], %b[%c1, %c0, %tx], 2, %tx : memref<8x64xbf16> to memref<2x4x72xbf16, #gpu.address_space<workgroup>>
      %4 = nvgpu.device_async_create_group %0, %1, %2, %3
      %5 = nvgpu.device_async_create_group %0 {descent.x}
      nvgpu.device_async_wait %4 {numGroups = 2 : i32}
      nvgpu.device_async_wait %5
      gpu.barrier
      gpu.terminator
    }
    return
  }
}
