// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %descent-opt --generic %s | %mlir-opt -o /dev/null
// Ops of the kernel level.
module @m attributes {descent.b = true, descent.d = 2.000000e+00 : f64, descent.f = 1.500000e+00 : f32, descent.l = [1, 2 : i32, "s", @a, f32, unit, {a = 1 : i64}], descent.u, descent.x = 1 : i32} {
  memref.global "private" constant @g : memref<4xf32> = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> {alignment = 64 : i64, descent.x}
  func.func private @decl(memref<4xf32> {descent.name = "a"}, index) -> (index {descent.r})
  func.func private @decl2() attributes {descent.k = "loop"}
  func.func @k(%m: memref<8x16xf32>, %n: memref<16xf32> {descent.name = "a\22\0A\\b"}, %a: memref<1024xi8>, %c: i1, %idx: index, %vm: vector<16xi1>, %v: vector<16xf32>, %iv: vector<16xi32>, %s: f32, %i: i32, %z: vector<16xindex>, %i8m: memref<4xi8>) attributes {descent.kind = "loop"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %t = arith.constant true
    %ci = arith.constant -5 : i32
    %cf = arith.constant 1.500000e+00 : f32
    %cd = arith.constant 1.500000e+00 : f64
    %cb = arith.constant 0x7FC0 : bf16
    %cv = arith.constant dense<1.500000e+00> : vector<16xf32>
    %cw = arith.constant dense<[1, 2]> : vector<2xi64>
    %cx = arith.constant dense<[0, 1]> : vector<2xindex>
    %cm = arith.constant dense<true> : vector<2xi1>
    scf.parallel (%p, %q) = (%c0, %c0) to (%c1, %c1) step (%c1, %c1) {
      func.call @decl2() : () -> ()
    } {descent.loc = "x"}
    scf.parallel (%p) = (%c0) to (%c1) step (%c1) {
    }
    %r = scf.for %k = %c0 to %c1 step %c1 iter_args(%x = %s) -> (f32) {
      scf.yield %x : f32
    } {descent.x}
    scf.for %k = %c0 to %c1 step %c1 {
    }
    scf.for %k = %i to %i step %i  : i32 {
    }
    scf.if %c {
      func.call @decl2() : () -> ()
    }
    %ifr:2 = scf.if %c -> (f32, i32) {
      scf.yield %s, %i : f32, i32
    } else {
      scf.yield %s, %i : f32, i32
    } {descent.x}
    scf.if %c {
    } else {
      func.call @decl2() : () -> ()
    }
    %w:2 = scf.while (%x = %s, %y = %i) : (f32, i32) -> (f32, i32) {
      scf.condition(%c) %x, %y : f32, i32
    } do {
    ^bb0(%x: f32, %y: i32):
      scf.yield %x, %y : f32, i32
    } attributes {descent.x}
    scf.while : () -> () {
      scf.condition(%c)
    } do {
      scf.yield
    }
    %al = memref.alloc() {alignment = 64 : i64} : memref<4x4xf32>
    %al2 = memref.alloc() : memref<f32>
    %la = memref.alloca() : memref<4x4xf32>
    %vw = memref.view %a[%c0][] : memref<1024xi8> to memref<16x16xf32>
    %co = memref.collapse_shape %vw [[0, 1]] : memref<16x16xf32> into memref<256xf32>
    %co0 = memref.collapse_shape %al2 [] : memref<f32> into memref<f32>
    %ex = memref.expand_shape %co [[0, 1]] output_shape [16, 16] : memref<256xf32> into memref<16x16xf32>
    %g = memref.get_global @g : memref<4xf32>
    %l = memref.load %m[%c0, %c1] : memref<8x16xf32>
    %l0 = memref.load %al2[] : memref<f32>
    memref.store %l, %m[%c0, %c1] {nontemporal = true} : memref<8x16xf32>
    memref.copy %m, %m : memref<8x16xf32> to memref<8x16xf32>
    %vl = vector.load %m[%c0, %c1] : memref<8x16xf32>, vector<16xf32>
    vector.store %vl, %m[%c0, %c1] : memref<8x16xf32>, vector<16xf32>
    %ml = vector.maskedload %m[%c0, %c1], %vm, %v : memref<8x16xf32>, vector<16xi1>, vector<16xf32> into vector<16xf32>
    vector.maskedstore %m[%c0, %c1], %vm, %v : memref<8x16xf32>, vector<16xi1>, vector<16xf32>
    %ga = vector.gather %m[%c0, %c1] [%iv], %vm, %v : memref<8x16xf32>, vector<16xi32>, vector<16xi1>, vector<16xf32> into vector<16xf32>
    vector.scatter %m[%c0, %c1] [%iv], %vm, %v : memref<8x16xf32>, vector<16xi32>, vector<16xi1>, vector<16xf32>
    %br = vector.broadcast %s : f32 to vector<16xf32>
    %fm = vector.fma %v, %v, %v : vector<16xf32>
    %rd = vector.reduction <add>, %v : vector<16xf32> into f32
    %rd2 = vector.reduction <minimumf>, %v, %s : vector<16xf32> into f32
    %ms = vector.create_mask %c1 : vector<16xi1>
    %ext = vector.extract %v[3] : f32 from vector<16xf32>
    %ins = vector.insert %s, %v [3] : f32 into vector<16xf32>
    %sh = vector.shuffle %v, %v [0, 17, 1, 16] : vector<16xf32>, vector<16xf32>
    %st = vector.step : vector<16xindex>
    %ad = arith.addf %s, %s : f32
    %cmp = arith.cmpf olt, %v, %v : vector<16xf32>
    %cmpi = arith.cmpi slt, %i, %i : i32
    %se = arith.select %c, %v, %v : vector<16xf32>
    %se2 = arith.select %vm, %v, %v : vector<16xi1>, vector<16xf32>
    %ef = arith.extf %s : f32 to f64
    %ic = arith.index_cast %idx : index to i32
    %ab = math.absf %v : vector<16xf32>
    %fma = math.fma %s, %s, %s : f32
    %neg = arith.negf %s {descent.x} : f32
    %bc = arith.bitcast %s : f32 to i32
    return
  }
}
