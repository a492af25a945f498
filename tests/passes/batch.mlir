// Launches of a GPU that need not wait for each other are one.
// RUN: %descent-opt %s --target=sm_90a --pass=batch --pass=cse.3 --pass=dce.2 --pass=plan | %FileCheck %s
// RUN: %descent-opt %s --pass=batch | %FileCheck %s --check-prefix=CPU

// Two updates: one call, and each parameter is overwritten where it lies.
// CHECK-LABEL: func.func public @updates(
// CHECK-SAME: descent.arena_bytes = 0
// CHECK-NEXT: call @updates.batch.0(%w, %dw, %b, %db, %w, %b)
// CHECK-NEXT: return
// CPU-LABEL: func.func public @updates(
// CPU: call @sub64(
// CPU: call @sub256(
func.func public @updates(%arena: memref<0xi8>, %w: memref<64xf32>, %b: memref<256xf32>, %dw: memref<64xf32>, %db: memref<256xf32>)
    attributes {descent.entry, descent.alias = array<i64: 0, 1>} {
  %0 = memref.alloc() : memref<64xf32>
  call @sub64(%w, %dw, %0) : (memref<64xf32>, memref<64xf32>, memref<64xf32>) -> ()
  %1 = memref.alloc() : memref<256xf32>
  call @sub256(%b, %db, %1) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  memref.copy %0, %w : memref<64xf32> to memref<64xf32>
  memref.copy %1, %b : memref<256xf32> to memref<256xf32>
  return
}

// Those that are the same but for their buffers share a body.
// CHECK-LABEL: func.func public @alike(
// CHECK-NEXT: call @alike.batch.0(%a, %d, %b, %d, %c, %d, %a, %b, %c)
// CHECK-NEXT: return
func.func public @alike(%arena: memref<0xi8>, %a: memref<256xf32>, %b: memref<256xf32>, %c: memref<256xf32>, %d: memref<256xf32>)
    attributes {descent.entry, descent.alias = array<i64: 0, 1, 2>} {
  %0 = memref.alloc() : memref<256xf32>
  call @sub256(%a, %d, %0) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  %1 = memref.alloc() : memref<256xf32>
  call @sub256(%b, %d, %1) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  %2 = memref.alloc() : memref<256xf32>
  call @sub256(%c, %d, %2) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  memref.copy %0, %a : memref<256xf32> to memref<256xf32>
  memref.copy %1, %b : memref<256xf32> to memref<256xf32>
  memref.copy %2, %c : memref<256xf32> to memref<256xf32>
  return
}

// What reads an argument may not go with what overwrites it.
// CHECK-LABEL: func.func public @overwritten(
// CHECK: call @sub64(%b, %a, %out)
// CHECK-NEXT: call @sub64(%a, %b, %a)
// CHECK-NEXT: return
func.func public @overwritten(%arena: memref<0xi8>, %a: memref<64xf32>, %b: memref<64xf32>, %out: memref<64xf32>)
    attributes {descent.entry, descent.alias = array<i64: 0, -1>} {
  %0 = memref.alloc() : memref<64xf32>
  call @sub64(%b, %a, %0) : (memref<64xf32>, memref<64xf32>, memref<64xf32>) -> ()
  %1 = memref.alloc() : memref<64xf32>
  call @sub64(%a, %b, %1) : (memref<64xf32>, memref<64xf32>, memref<64xf32>) -> ()
  memref.copy %1, %a : memref<64xf32> to memref<64xf32>
  memref.copy %0, %out : memref<64xf32> to memref<64xf32>
  return
}

// The launches of a kernel are calls of their own: the first goes with what comes before, the
// second with what comes after.
// CHECK-LABEL: func.func public @levels(
// CHECK: call @levels.batch.0(%a, %b, %a, %[[X:.*]], %[[SUM:.*]]) :
// CHECK-NEXT: call @levels.batch.1(%[[X]], %b, %y, %s, %[[SUM]]) :
// CHECK-NEXT: return
func.func public @levels(%arena: memref<0xi8>, %a: memref<64xf32>, %b: memref<64xf32>, %y: memref<64xf32>, %s: memref<f32>)
    attributes {descent.entry, descent.alias = array<i64: -1, -1>} {
  %x = memref.alloc() : memref<64xf32>
  call @sub64(%a, %b, %x) : (memref<64xf32>, memref<64xf32>, memref<64xf32>) -> ()
  %0 = memref.alloc() : memref<64xf32>
  call @sub64(%x, %b, %0) : (memref<64xf32>, memref<64xf32>, memref<64xf32>) -> ()
  %1 = memref.alloc() : memref<f32>
  %2 = memref.alloc() : memref<2xf32>
  call @sum(%a, %1, %2) : (memref<64xf32>, memref<f32>, memref<2xf32>) -> ()
  memref.copy %0, %y : memref<64xf32> to memref<64xf32>
  memref.copy %1, %s : memref<f32> to memref<f32>
  return
}

// A result takes the memory of an argument of the same member only: %d does not get that of %c,
// which ends there, but is read by @first64 when another member may have written.
// CHECK-LABEL: func.func public @members(
// CHECK-SAME: descent.arena_bytes = 3328
// CHECK: call @members.batch.0(
// CHECK-NEXT: call @members.batch.1(
// CHECK-NEXT: call @updates.batch.0(
// CHECK-NEXT: return
func.func public @members(%arena: memref<0xi8>, %a: memref<256xf32>, %b: memref<64xf32>, %y: memref<64xf32>, %z: memref<256xf32>)
    attributes {descent.entry, descent.alias = array<i64: -1, -1>} {
  %c = memref.alloc() : memref<256xf32>
  call @sub256(%a, %a, %c) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  %e = memref.alloc() : memref<256xf32>
  call @sub256(%a, %a, %e) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  %f = memref.alloc() : memref<64xf32>
  call @first64(%c, %f) : (memref<256xf32>, memref<64xf32>) -> ()
  %d = memref.alloc() : memref<256xf32>
  call @sub256(%a, %e, %d) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  %0 = memref.alloc() : memref<64xf32>
  call @sub64(%b, %f, %0) : (memref<64xf32>, memref<64xf32>, memref<64xf32>) -> ()
  %1 = memref.alloc() : memref<256xf32>
  call @sub256(%a, %d, %1) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  memref.copy %0, %y : memref<64xf32> to memref<64xf32>
  memref.copy %1, %z : memref<256xf32> to memref<256xf32>
  return
}

// Threads that have nothing to do with each other, @sub256's, are cut into blocks of the size that
// is needed; of those that meet a smaller block has idle threads, which come to its barriers. Where
// barriers stand in a loop, they would not.
// CHECK-LABEL: func.func public @widths(
// CHECK: call @widths.batch.0(%a, %a, %x, %z, %y)
// CHECK-NEXT: return
// CHECK-LABEL: func.func public @loops(
// CHECK-DAG: call @loop64(
// CHECK-DAG: call @met128(
// CHECK: return
func.func public @widths(%arena: memref<0xi8>, %a: memref<256xf32>, %x: memref<64xf32>, %y: memref<256xf32>, %z: memref<128xf32>)
    attributes {descent.entry, descent.alias = array<i64: -1, -1, -1>} {
  %0 = memref.alloc() : memref<64xf32>
  call @met64(%0) : (memref<64xf32>) -> ()
  %1 = memref.alloc() : memref<256xf32>
  call @sub256(%a, %a, %1) : (memref<256xf32>, memref<256xf32>, memref<256xf32>) -> ()
  %2 = memref.alloc() : memref<128xf32>
  call @met128(%2) : (memref<128xf32>) -> ()
  memref.copy %0, %x : memref<64xf32> to memref<64xf32>
  memref.copy %1, %y : memref<256xf32> to memref<256xf32>
  memref.copy %2, %z : memref<128xf32> to memref<128xf32>
  return
}

func.func public @loops(%arena: memref<0xi8>, %x: memref<64xf32>, %z: memref<128xf32>) attributes {descent.entry, descent.alias = array<i64: -1, -1>} {
  %0 = memref.alloc() : memref<64xf32>
  call @loop64(%0) : (memref<64xf32>) -> ()
  %2 = memref.alloc() : memref<128xf32>
  call @met128(%2) : (memref<128xf32>) -> ()
  memref.copy %0, %x : memref<64xf32> to memref<64xf32>
  memref.copy %2, %z : memref<128xf32> to memref<128xf32>
  return
}

func.func private @sub64(%a: memref<64xf32> {descent.elementwise}, %b: memref<64xf32>, %out: memref<64xf32> {descent.result}) attributes {descent.kind = "loop"} {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %c1, %sz = %c1) {
    %x = memref.load %a[%tx] : memref<64xf32>
    %y = memref.load %b[%tx] : memref<64xf32>
    %z = arith.subf %x, %y : f32
    memref.store %z, %out[%tx] : memref<64xf32>
    gpu.terminator
  }
  return
}

func.func private @sub256(%a: memref<256xf32> {descent.elementwise}, %b: memref<256xf32>, %out: memref<256xf32> {descent.result}) attributes {descent.kind = "loop"} {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c128 = arith.constant 128 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c2, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c128, %sy = %c1, %sz = %c1) {
    %i = arith.muli %bx, %sx : index
    %j = arith.addi %i, %tx : index
    %x = memref.load %a[%j] : memref<256xf32>
    %y = memref.load %b[%j] : memref<256xf32>
    %z = arith.subf %x, %y : f32
    memref.store %z, %out[%j] : memref<256xf32>
    gpu.terminator
  }
  return
}

func.func private @first64(%a: memref<256xf32> {descent.elementwise}, %out: memref<64xf32> {descent.result}) attributes {descent.kind = "loop"} {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %c1, %sz = %c1) {
    %x = memref.load %a[%tx] : memref<256xf32>
    memref.store %x, %out[%tx] : memref<64xf32>
    gpu.terminator
  }
  return
}

func.func private @sum(%a: memref<64xf32>, %out: memref<f32> {descent.result}, %part: memref<2xf32> {descent.workspace}) attributes {descent.kind = "reduce"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c2, %sy = %c1, %sz = %c1) {
    %x = memref.load %a[%tx] : memref<64xf32>
    memref.store %x, %part[%tx] : memref<2xf32>
    gpu.terminator
  }
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %x = memref.load %part[%c0] : memref<2xf32>
    %y = memref.load %part[%c1] : memref<2xf32>
    %z = arith.addf %x, %y : f32
    memref.store %z, %out[] : memref<f32>
    gpu.terminator
  }
  return
}

func.func private @met64(%out: memref<64xf32> {descent.result}) attributes {descent.kind = "loop"} {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %one = arith.constant 1.0 : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %c1, %sz = %c1) workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) {
    memref.store %one, %s[%tx] : memref<64xf32, #gpu.address_space<workgroup>>
    gpu.barrier
    %x = memref.load %s[%tx] : memref<64xf32, #gpu.address_space<workgroup>>
    memref.store %x, %out[%tx] : memref<64xf32>
    gpu.terminator
  }
  return
}

func.func private @loop64(%out: memref<64xf32> {descent.result}) attributes {descent.kind = "loop"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %one = arith.constant 1.0 : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %c1, %sz = %c1) workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) {
    scf.for %i = %c0 to %c64 step %c1 {
      memref.store %one, %s[%tx] : memref<64xf32, #gpu.address_space<workgroup>>
      gpu.barrier
      %x = memref.load %s[%tx] : memref<64xf32, #gpu.address_space<workgroup>>
      memref.store %x, %out[%tx] : memref<64xf32>
    }
    gpu.terminator
  }
  return
}

func.func private @met128(%out: memref<128xf32> {descent.result}) attributes {descent.kind = "loop"} {
  %c1 = arith.constant 1 : index
  %c128 = arith.constant 128 : index
  %one = arith.constant 1.0 : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c128, %sy = %c1, %sz = %c1) workgroup(%s : memref<128xf32, #gpu.address_space<workgroup>>) {
    memref.store %one, %s[%tx] : memref<128xf32, #gpu.address_space<workgroup>>
    gpu.barrier
    %x = memref.load %s[%tx] : memref<128xf32, #gpu.address_space<workgroup>>
    memref.store %x, %out[%tx] : memref<128xf32>
    gpu.terminator
  }
  return
}

// The kernel: a range of the blocks for each; what may be overwritten belongs to the same member.
// CHECK-LABEL: func.func private @updates.batch.0(
// CHECK-SAME: %a: memref<64xf32> {descent.elementwise, descent.member = 0 : i64}
// CHECK-SAME: %a_0: memref<256xf32> {descent.elementwise, descent.member = 1 : i64}
// CHECK-SAME: %out_2: memref<256xf32> {descent.member = 1 : i64, descent.result}
// CHECK-SAME: descent.kind = "batch"
// CHECK: gpu.launch blocks(%[[BLOCK:[a-z]+]], {{.*}} in (%{{[a-z]+}} = %c3, {{.*}} threads({{.*}}) in (%{{[a-z]+}} = %c128,
// CHECK: %[[FIRST:.*]] = arith.cmpi slt, %[[BLOCK]], %c1_{{[0-9]+}}
// CHECK: scf.if %[[FIRST]]
// CHECK: scf.if
// CHECK: arith.subf
// CHECK: %[[SECOND:.*]] = arith.cmpi sge, %[[BLOCK]], %c1_{{[0-9]+}}
// CHECK: scf.if %[[SECOND]]
// CHECK: arith.subf
// CHECK: gpu.terminator

// The block's member first, of its two blocks; with its buffers the one body.
// CHECK-LABEL: func.func private @alike.batch.0(
// CHECK-SAME: %a: memref<256xf32> {descent.elementwise, descent.member = 0 : i64}
// CHECK-SAME: %out_{{[0-9]+}}: memref<256xf32> {descent.member = 2 : i64, descent.result}
// CHECK: gpu.launch blocks({{.*}} in (%{{[a-z]+}} = %c6,
// CHECK: %[[MEMBER:.*]] = arith.divui %[[OWN:.*]], %c2
// CHECK: %[[LOW:.*]] = arith.cmpi slt, %[[MEMBER]], %c1
// CHECK: %[[BUFFERS:.*]]:3 = scf.if %[[LOW]] -> (memref<256xf32>, memref<256xf32>, memref<256xf32>)
// CHECK-NEXT: scf.yield %a, %b, %out :
// CHECK: scf.yield %a_{{[0-9]+}}, %b_{{[0-9]+}}, %out_{{[0-9]+}} :
// CHECK: arith.remui %[[OWN]], %c2
// CHECK: memref.load %[[BUFFERS]]#0
// CHECK: memref.load %[[BUFFERS]]#1
// CHECK: arith.subf
// CHECK-NEXT: memref.store {{.*}}, %[[BUFFERS]]#2
// CHECK-NOT: arith.subf
// CHECK: gpu.terminator

// CHECK-LABEL: func.func private @widths.batch.0(
// CHECK: gpu.launch {{.*}} threads({{.*}}) in (%{{[a-z]+}} = %c128, {{.*}} workgroup(%[[S:.*]] : memref<128xf32, #gpu.address_space<workgroup>>)
// CHECK: scf.if
// CHECK: %[[WORKS:.*]] = arith.cmpi slt, %tx, %c64
// CHECK-NEXT: scf.if %[[WORKS]]
// CHECK-NEXT: memref.store {{.*}}, %[[S]]
// CHECK-NEXT: }
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: scf.if %[[WORKS]]
// CHECK-NEXT: memref.load %[[S]]
// CHECK-NEXT: memref.store
// CHECK-NEXT: }
