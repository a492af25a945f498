// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %descent-opt --generic %s | %mlir-opt -o /dev/null
// RUN: %mlir-opt %t | sed "/^$/d" > %t.mlir
// RUN: %descent-opt %t.mlir | diff %t.mlir -
// RUN: %mlir-opt --mlir-print-op-generic %t | %descent-opt - | diff %t.mlir -
// Products of small matrices that the lanes of a warp hold together.
module {
  func.func private @products(%y: memref<16xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c32 = arith.constant 32 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) workgroup(%a : memref<1024xbf16, #gpu.address_space<workgroup>>, %b : memref<16x64xf16, #gpu.address_space<workgroup>>, %c : memref<64xf32, #gpu.address_space<workgroup>>) {
      %0 = nvgpu.ldmatrix %a[%tx] {numTiles = 4 : i32, transpose = false} : memref<1024xbf16, #gpu.address_space<workgroup>> -> vector<4x2xbf16>
      %1 = nvgpu.ldmatrix %a[%tx] {numTiles = 2 : i32, transpose = true} : memref<1024xbf16, #gpu.address_space<workgroup>> -> vector<2x2xbf16>
      %2 = nvgpu.ldmatrix %b[%tx, %c0] {numTiles = 4 : i32, transpose = true} : memref<16x64xf16, #gpu.address_space<workgroup>> -> vector<4x2xf16>
      %3 = nvgpu.ldmatrix %c[%tx] {numTiles = 4 : i32, transpose = false} : memref<64xf32, #gpu.address_space<workgroup>> -> vector<4x1xf32>
      %4 = vector.extract_strided_slice %2 {offsets = [2], sizes = [2], strides = [1]} : vector<4x2xf16> to vector<2x2xf16>
      %5 = vector.extract_strided_slice %3 {offsets = [0], sizes = [2], strides = [1]} : vector<4x1xf32> to vector<2x1xf32>
      %cst = arith.constant dense<0.000000e+00> : vector<2x2xf32>
      %6 = nvgpu.mma.sync(%0, %1, %cst) {mmaShape = [16, 8, 16]} : (vector<4x2xbf16>, vector<2x2xbf16>, vector<2x2xf32>) -> vector<2x2xf32>
      %7 = nvgpu.mma.sync(%2, %4, %6) {mmaShape = [16, 8, 16]} : (vector<4x2xf16>, vector<2x2xf16>, vector<2x2xf32>) -> vector<2x2xf32>
      %8 = nvgpu.mma.sync(%3, %5, %7) {mmaShape = [16, 8, 8], tf32Enabled} : (vector<4x1xf32>, vector<2x1xf32>, vector<2x2xf32>) -> vector<2x2xf32>
      %9 = vector.extract %8[1] : vector<2xf32> from vector<2x2xf32>
      %10 = vector.extract %8[1, 0] : f32 from vector<2x2xf32>
      %11 = vector.insert %10, %5 [1, 0] : f32 into vector<2x1xf32>
      %12 = scf.for %arg0 = %c0 to %c32 step %c1 iter_args(%arg1 = %cst) -> (vector<2x2xf32>) {
        scf.yield %arg1 : vector<2x2xf32>
      }
      gpu.terminator
    }
    return
  }
}
