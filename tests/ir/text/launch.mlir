// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %descent-opt --generic %s | %mlir-opt -o /dev/null
// RUN: %mlir-opt %t | sed "/^$/d" > %t.mlir
// RUN: %descent-opt %t.mlir | diff %t.mlir -
// RUN: %mlir-opt --mlir-print-op-generic %t | %descent-opt - | diff %t.mlir -
// Kernels for GPUs; without names, what mlir-opt prints is what we print.
module {
  func.func private @sum(%x: memref<4096xf32>, %partial: memref<4xf32>, %out: memref<1xf32>) {
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c256 = arith.constant 256 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c4, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c256, %sy = %c1, %sz = %c1) workgroup(%warps : memref<8xf32, #gpu.address_space<workgroup>>, %tile : memref<2x4xf16, #gpu.address_space<workgroup>>) {
      %flat = memref.collapse_shape %tile [[0, 1]] : memref<2x4xf16, #gpu.address_space<workgroup>> into memref<8xf16, #gpu.address_space<workgroup>>
      %square = memref.expand_shape %flat [[0, 1]] output_shape [4, 2] : memref<8xf16, #gpu.address_space<workgroup>> into memref<4x2xf16, #gpu.address_space<workgroup>>
      %offset = arith.constant 16 : i32
      %width = arith.constant 32 : i32
      %i = arith.constant 7 : i64
      %v = memref.load %x[%tx] : memref<4096xf32>
      %d = arith.extf %v : f32 to f64
      %shuffleResult, %valid = gpu.shuffle  xor %v, %offset, %width : f32
      %a, %there = gpu.shuffle  down %offset, %offset, %width : i32
      %shuffleResult_0, %valid_1 = gpu.shuffle  up %i, %offset, %width {descent.x} : i64
      %b, %valid_2 = gpu.shuffle  idx %d, %offset, %width : f64
      memref.store %v, %warps[%ty] : memref<8xf32, #gpu.address_space<workgroup>>
      gpu.barrier
      %l = vector.load %warps[%tz] : memref<8xf32, #gpu.address_space<workgroup>>, vector<4xf32>
      scf.if %valid {
        %private = memref.alloca() : memref<4xf32>
        gpu.barrier {descent.mode = #gpu<shuffle_mode xor>, descent.x}
        memref.store %v, %partial[%bx] : memref<4xf32>
      }
      gpu.terminator
    } {descent.x}
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c4, %sy = %c1, %sz = %c1) {
      gpu.terminator {descent.x}
    }
    return
  }
}
