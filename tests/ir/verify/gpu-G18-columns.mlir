// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: nvgpu.warpgroup.mma.init.accumulator: types do not go together: -> !nvgpu
func.func @main(%a: !nvgpu.warpgroup.descriptor<tensor = memref<64x64xbf16, #gpu.address_space<workgroup>>>, %b: !nvgpu.warpgroup.descriptor<tensor = memref<64x16xbf16, #gpu.address_space<workgroup>>>, %c: !nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>, %w: !nvgpu.warpgroup.accumulator<fragmented = vector<64x12xf32>>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%s : memref<64x32xbf16, #gpu.address_space<workgroup>>) {
    %0 = "nvgpu.warpgroup.mma.init.accumulator"() : () -> !nvgpu.warpgroup.accumulator<fragmented = vector<64x12xf32>>
    gpu.terminator
  }
  return
}
