// Kernels whose ops are one instruction of a GPU each: assembly.c runs them.
module {
  // Thread i copies its four elements, but only the first i % 5 of them; behind these come zeros.
  func.func private @parts(%x: memref<64xf32>, %out: memref<64xf32>) {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c5 = arith.constant 5 : index
    %c16 = arith.constant 16 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c16, %sy = %c1, %sz = %c1) workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) {
      %at = arith.muli %tx, %c4 : index
      %n = arith.remui %tx, %c5 : index
      %0 = nvgpu.device_async_copy %x[%at], %s[%at], 4, %n {bypassL1} : memref<64xf32> to memref<64xf32, #gpu.address_space<workgroup>>
      %1 = nvgpu.device_async_create_group %0
      nvgpu.device_async_wait %1 {numGroups = 0 : i32}
      %v = vector.load %s[%at] : memref<64xf32, #gpu.address_space<workgroup>>, vector<4xf32>
      vector.store %v, %out[%at] : memref<64xf32>, vector<4xf32>
      gpu.terminator
    }
    return
  }
  // Copies of 8 and of 4 bytes.
  func.func private @small(%x: memref<64xf32>, %out: memref<64xf32>) {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c32 = arith.constant 32 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) {
      %half = arith.remui %tx, %c2 : index
      %pair = arith.muli %tx, %c2 : index
      %0 = nvgpu.device_async_copy %x[%pair], %s[%pair], 2 : memref<64xf32> to memref<64xf32, #gpu.address_space<workgroup>>
      %1 = nvgpu.device_async_create_group %0
      nvgpu.device_async_wait %1 {numGroups = 0 : i32}
      %2 = nvgpu.device_async_copy %x[%tx], %s[%pair], 1, %half : memref<64xf32> to memref<64xf32, #gpu.address_space<workgroup>>
      %3 = nvgpu.device_async_create_group %2
      nvgpu.device_async_wait %3
      %v = vector.load %s[%pair] : memref<64xf32, #gpu.address_space<workgroup>>, vector<2xf32>
      vector.store %v, %out[%pair] : memref<64xf32>, vector<2xf32>
      gpu.terminator
    }
    return
  }
  // The first columns of x, and of x turned round, as products with one.
  func.func private @turned(%x: memref<16x16xf16>, %one: memref<16x8xf16>, %out: memref<2x16x8xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c16 = arith.constant 16 : index
    %c32 = arith.constant 32 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) workgroup(%a : memref<16x16xf16, #gpu.address_space<workgroup>>, %b : memref<16x8xf16, #gpu.address_space<workgroup>>) {
      %row = arith.remui %tx, %c16 : index
      %high = arith.divui %tx, %c16 : index
      %right = arith.muli %high, %c8 : index
      %0 = nvgpu.device_async_copy %x[%row, %right], %a[%row, %right], 8 {bypassL1} : memref<16x16xf16> to memref<16x16xf16, #gpu.address_space<workgroup>>
      %half = arith.muli %high, %c4 : index
      %1 = nvgpu.device_async_copy %one[%row, %half], %b[%row, %half], 4 : memref<16x8xf16> to memref<16x8xf16, #gpu.address_space<workgroup>>
      %3 = nvgpu.device_async_create_group %0, %1
      nvgpu.device_async_wait %3 {numGroups = 0 : i32}
      gpu.barrier
      %zero = arith.constant dense<0.000000e+00> : vector<2x2xf32>
      %columns = nvgpu.ldmatrix %b[%row, %c0] {numTiles = 2 : i32, transpose = true} : memref<16x8xf16, #gpu.address_space<workgroup>> -> vector<2x2xf16>
      %rows = nvgpu.ldmatrix %a[%row, %right] {numTiles = 4 : i32, transpose = false} : memref<16x16xf16, #gpu.address_space<workgroup>> -> vector<4x2xf16>
      %p = nvgpu.mma.sync(%rows, %columns, %zero) {mmaShape = [16, 8, 16]} : (vector<4x2xf16>, vector<2x2xf16>, vector<2x2xf32>) -> vector<2x2xf32>
      %low = arith.remui %tx, %c8 : index
      %k = arith.addi %right, %low : index
      %eighth = arith.divui %tx, %c8 : index
      %odd = arith.remui %eighth, %c2 : index
      %m = arith.muli %odd, %c8 : index
      %lines = nvgpu.ldmatrix %a[%k, %m] {numTiles = 4 : i32, transpose = true} : memref<16x16xf16, #gpu.address_space<workgroup>> -> vector<4x2xf16>
      %q = nvgpu.mma.sync(%lines, %columns, %zero) {mmaShape = [16, 8, 16]} : (vector<4x2xf16>, vector<2x2xf16>, vector<2x2xf32>) -> vector<2x2xf32>
      %i = arith.divui %tx, %c4 : index
      %i8 = arith.addi %i, %c8 : index
      %quarter = arith.remui %tx, %c4 : index
      %j = arith.muli %quarter, %c2 : index
      %j1 = arith.addi %j, %c1 : index
      %p0 = vector.extract %p[0] : vector<2xf32> from vector<2x2xf32>
      %p1 = vector.extract %p[1] : vector<2xf32> from vector<2x2xf32>
      vector.store %p0, %out[%c0, %i, %j] : memref<2x16x8xf32>, vector<2xf32>
      vector.store %p1, %out[%c0, %i8, %j] : memref<2x16x8xf32>, vector<2xf32>
      %q0 = vector.extract %q[0, 0] : f32 from vector<2x2xf32>
      %q1 = vector.extract %q[0, 1] : f32 from vector<2x2xf32>
      %q2 = vector.extract %q[1] : vector<2xf32> from vector<2x2xf32>
      memref.store %q0, %out[%c1, %i, %j] : memref<2x16x8xf32>
      memref.store %q1, %out[%c1, %i, %j1] : memref<2x16x8xf32>
      vector.store %q2, %out[%c1, %i8, %j] : memref<2x16x8xf32>, vector<2xf32>
      gpu.terminator
    }
    return
  }
  // A mistake: nothing makes the copies known to those who multiply.
  func.func private @unfenced(%x: memref<1024xf16>, %out: memref<64xf32>) {
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c0 = arith.constant 0 : index
    %c8192 = arith.constant 8192 : index
    %c128 = arith.constant 128 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c128, %sy = %c1, %sz = %c1) workgroup(%s : memref<65536xi8, #gpu.address_space<workgroup>>) {
      %a = memref.view %s[%c0][] : memref<65536xi8, #gpu.address_space<workgroup>> to memref<64x64xf16, #gpu.address_space<workgroup>>
      %b = memref.view %s[%c8192][] : memref<65536xi8, #gpu.address_space<workgroup>> to memref<16x64xf16, #gpu.address_space<workgroup>>
      %at = arith.muli %tx, %c8 : index
      %flat = memref.collapse_shape %a [[0, 1]] : memref<64x64xf16, #gpu.address_space<workgroup>> into memref<4096xf16, #gpu.address_space<workgroup>>
      %0 = nvgpu.device_async_copy %x[%at], %flat[%at], 8 {bypassL1} : memref<1024xf16> to memref<4096xf16, #gpu.address_space<workgroup>>
      %1 = nvgpu.device_async_create_group %0
      nvgpu.device_async_wait %1 {numGroups = 0 : i32}
      gpu.barrier
      %2 = "builtin.unrealized_conversion_cast"(%a) : (memref<64x64xf16, #gpu.address_space<workgroup>>) -> !nvgpu.warpgroup.descriptor<tensor = memref<64x64xf16, #gpu.address_space<workgroup>>>
      %3 = "builtin.unrealized_conversion_cast"(%b) : (memref<16x64xf16, #gpu.address_space<workgroup>>) -> !nvgpu.warpgroup.descriptor<tensor = memref<64x16xf16, #gpu.address_space<workgroup>>>
      %4 = "nvgpu.warpgroup.mma.init.accumulator"() : () -> !nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>
      %5 = "nvgpu.warpgroup.mma"(%2, %3, %4) <{waitGroup = 0 : i32}> : (!nvgpu.warpgroup.descriptor<tensor = memref<64x64xf16, #gpu.address_space<workgroup>>>, !nvgpu.warpgroup.descriptor<tensor = memref<64x16xf16, #gpu.address_space<workgroup>>>, !nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>) -> !nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>
      %6:2 = "builtin.unrealized_conversion_cast"(%5) : (!nvgpu.warpgroup.accumulator<fragmented = vector<64x16xf32>>) -> (vector<2x2xf32>, vector<2x2xf32>)
      %v = vector.extract %6#0[0, 0] : f32 from vector<2x2xf32>
      memref.store %v, %out[%c0] : memref<64xf32>
      gpu.terminator
    }
    return
  }
  // A mistake: it does not wait for its copy.
  func.func private @forgotten(%x: memref<64xf32>, %out: memref<64xf32>) {
    %c1 = arith.constant 1 : index
    %c32 = arith.constant 32 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) {
      %0 = nvgpu.device_async_copy %x[%tx], %s[%tx], 1 : memref<64xf32> to memref<64xf32, #gpu.address_space<workgroup>>
      %1 = nvgpu.device_async_create_group %0
      gpu.terminator
    }
    return
  }
}
