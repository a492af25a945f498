// The sum of 65536 numbers on a GPU, the same bits every time: 32 blocks of 256 threads
// leave 32 sums, which one warp adds. docs/architecture.md, "Kernels for GPUs".
module {
  func.func private @sum(%x: memref<65536xf32>, %out: memref<f32> {descent.result}, %sums: memref<32xf32> {descent.workspace}) {
    %one = arith.constant 1 : index
    %blocks = arith.constant 32 : index
    %threads = arith.constant 256 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %blocks, %gy = %one, %gz = %one) threads(%tx, %ty, %tz) in (%sx = %threads, %sy = %one, %sz = %one) workgroup(%warps : memref<8xf32, #gpu.address_space<workgroup>>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c8 = arith.constant 8 : index
      %c32 = arith.constant 32 : index
      %c2048 = arith.constant 2048 : index
      %none = arith.constant 0.000000e+00 : f32
      %first = arith.muli %bx, %c2048 : index
      %end = arith.addi %first, %c2048 : index
      %begin = arith.addi %first, %tx : index
      %own = scf.for %i = %begin to %end step %sx iter_args(%sum = %none) -> (f32) {
        %v = memref.load %x[%i] : memref<65536xf32>
        %next = arith.addf %sum, %v : f32
        scf.yield %next : f32
      }
      %warp = arith.constant 32 : i32
      %half = arith.constant 16 : i32
      %zero = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      %steps = arith.constant 5 : i32
      %all = scf.for %k = %zero to %steps step %step iter_args(%sum = %own) -> (f32)  : i32 {
        %distance = arith.shrui %half, %k : i32
        %other, %valid = gpu.shuffle  xor %sum, %distance, %warp : f32
        %next = arith.addf %sum, %other : f32
        scf.yield %next : f32
      }
      %lane = arith.remui %tx, %c32 : index
      %number = arith.divui %tx, %c32 : index
      %leads = arith.cmpi eq, %lane, %c0 : index
      scf.if %leads {
        memref.store %all, %warps[%number] : memref<8xf32, #gpu.address_space<workgroup>>
      }
      gpu.barrier
      %is_first = arith.cmpi eq, %tx, %c0 : index
      scf.if %is_first {
        %block = scf.for %w = %c0 to %c8 step %c1 iter_args(%sum = %none) -> (f32) {
          %v = memref.load %warps[%w] : memref<8xf32, #gpu.address_space<workgroup>>
          %next = arith.addf %sum, %v : f32
          scf.yield %next : f32
        }
        memref.store %block, %sums[%bx] : memref<32xf32>
      }
      gpu.terminator
    }
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one) threads(%tx, %ty, %tz) in (%sx = %blocks, %sy = %one, %sz = %one) {
      %own = memref.load %sums[%tx] : memref<32xf32>
      %warp = arith.constant 32 : i32
      %half = arith.constant 16 : i32
      %zero = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      %steps = arith.constant 5 : i32
      %all = scf.for %k = %zero to %steps step %step iter_args(%sum = %own) -> (f32)  : i32 {
        %distance = arith.shrui %half, %k : i32
        %other, %valid = gpu.shuffle  xor %sum, %distance, %warp : f32
        %next = arith.addf %sum, %other : f32
        scf.yield %next : f32
      }
      %c0 = arith.constant 0 : index
      %is_first = arith.cmpi eq, %tx, %c0 : index
      scf.if %is_first {
        memref.store %all, %out[] : memref<f32>
      }
      gpu.terminator
    }
    return
  }
}
