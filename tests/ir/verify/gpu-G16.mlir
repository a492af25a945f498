// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: nvgpu.ldmatrix: types do not go together: memref<64xbf16>, index -> vector<4x2xbf16>
func.func @main(%x: memref<64xbf16>, %a: vector<4x2xbf16>, %b: vector<2x2xbf16>, %c: vector<2x2xf32>, %t: vector<4x1xf32>, %u: vector<2x1xf32>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>, %h : memref<8x12xbf16, #gpu.address_space<workgroup>>) {
    %0 = nvgpu.ldmatrix %x[%tx] {numTiles = 4 : i32, transpose = false} : memref<64xbf16> -> vector<4x2xbf16>
    gpu.terminator
  }
  return
}
