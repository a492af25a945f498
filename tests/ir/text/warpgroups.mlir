// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %mlir-opt --mlir-print-op-generic %t | %descent-opt - | sed 's/%arg0/%x/; s/%arg1/%bx/' | %FileCheck %s
// Products that four warps compute together; in generic form.
// CHECK: "nvgpu.warpgroup.mma"({{.*}}) <{transposeB, waitGroup = 1 : i32}>
module {
  func.func private @products(%x: memref<16xf32>) {
    %c1 = arith.constant 1 : index
    %c128 = arith.constant 128 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c128, %sy = %c1, %sz = %c1) workgroup(%s : memref<65536xi8, #gpu.address_space<workgroup>>) {
      %view = memref.view %s[%tx][] : memref<65536xi8, #gpu.address_space<workgroup>> to memref<64x64xbf16, #gpu.address_space<workgroup>>
      %view_0 = memref.view %s[%tx][] : memref<65536xi8, #gpu.address_space<workgroup>> to memref<16x64xbf16, #gpu.address_space<workgroup>>
      %0 = "builtin.unrealized_conversion_cast"(%view) : (memref<64x64xbf16, #gpu.address_space<workgroup>>) -> !nvgpu.warpgroup.descriptor<tensor = memref<64x64xbf16, #gpu.address_space<workgroup>>>
      %1 = "builtin.unrealized_conversion_cast"(%view_0) : (memref<16x64xbf16, #gpu.address_space<workgroup>>) -> !nvgpu.warpgroup.descriptor<tensor = memref<64x16xbf16, #gpu.address_space<workgroup>>>
      %2 = "nvgpu.warpgroup.mma.init.accumulator"() : () -> !nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>
      "nvvm.fence.proxy"() <{kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}> : () -> ()
      %3 = "nvgpu.warpgroup.mma"(%0, %1, %2) <{transposeB, waitGroup = 1 : i32}> : (!nvgpu.warpgroup.descriptor<tensor = memref<64x64xbf16, #gpu.address_space<workgroup>>>, !nvgpu.warpgroup.descriptor<tensor = memref<64x16xbf16, #gpu.address_space<workgroup>>>, !nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>) -> !nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>
      "nvvm.wgmma.wait.group.sync.aligned"() <{group = 0 : i32}> : () -> ()
      %4:2 = "builtin.unrealized_conversion_cast"(%3) : (!nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>) -> (vector<2x2xf32>, vector<2x2xf32>)
      gpu.terminator
    }
    return
  }
}
