module {
  func.func @copy.0(%x: memref<64xf32>, %y: memref<64xf32>) attributes {descent.kind = "loop"} {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %c64 = arith.constant 64 : index
    scf.for %i = %c0 to %c64 step %c16 {
      %0 = vector.load %x[%i] : memref<64xf32>, vector<16xf32>
      vector.store %0, %y[%i, %i] : memref<64xf32>, vector<16xf32>
    }
    return
  }
}
