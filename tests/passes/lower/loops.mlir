// Loops over vectors, whole ones and a tail, by the target's width; scalars take one lane.
// RUN: %descent-opt %s --target=x86-64-v3 --pass=fuse --pass=lower --pass=cse --pass=dce | %FileCheck %s --check-prefixes=CHECK,V3
// RUN: %descent-opt %s --target=x86-64-v4 --pass=fuse --pass=lower --pass=cse --pass=dce | %FileCheck %s --check-prefixes=CHECK,V4

// CHECK-LABEL: func.func private @tail.loop.0(
// V3: vector.load {{.*}} vector<8xf32>
// V4: vector.load {{.*}} vector<16xf32>
// CHECK: vector.store
// V3: vector.create_mask {{.*}} vector<8xi1>
// V4: vector.create_mask {{.*}} vector<16xi1>
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
func.func @tail(%a: tensor<35xf32>) -> tensor<35xf32> {
  %x = stablehlo.abs %a : tensor<35xf32>
  return %x : tensor<35xf32>
}

// A whole number of vectors needs no mask.
// CHECK-LABEL: func.func private @whole.loop.0(
// CHECK-NOT: vector.create_mask
// CHECK: return
func.func @whole(%a: tensor<64xf32>) -> tensor<64xf32> {
  %x = stablehlo.abs %a : tensor<64xf32>
  return %x : tensor<64xf32>
}

// CHECK-LABEL: func.func private @scalar.loop.0(
// CHECK-NOT: vector<{{8|16}}x
// CHECK: return
func.func @scalar(%a: tensor<i64>, %b: tensor<i64>) -> tensor<i64> {
  %x = stablehlo.add %a, %b : tensor<i64>
  return %x : tensor<i64>
}

// An i1 is kept as a byte that is 0 or 1; ui8 loses its sign.
// CHECK-LABEL: func.func private @bytes.loop.0(
// CHECK-SAME: memref<32xi8> {descent.elementwise}, {{.*}}memref<32xi8> {descent.result}
// CHECK: arith.cmpi ult
// CHECK: arith.extui {{.*}} : vector<{{8|16}}xi1> to vector<{{8|16}}xi8>
func.func @bytes(%a: tensor<32xui8>, %b: tensor<32xui8>) -> tensor<32xi1> {
  %x = stablehlo.compare LT, %a, %b : (tensor<32xui8>, tensor<32xui8>) -> tensor<32xi1>
  return %x : tensor<32xi1>
}

// Large loops are shared by the threads, in chunks of whole vectors.
// CHECK-LABEL: func.func private @large.loop.0(
// CHECK: scf.parallel
// CHECK: scf.for
func.func @large(%a: tensor<1000x1000xf32>) -> tensor<1000x1000xf32> {
  %x = stablehlo.tanh %a : tensor<1000x1000xf32>
  return %x : tensor<1000x1000xf32>
}

// Transposed operands are read in squares.
// CHECK-LABEL: func.func private @transposed.loop.0(
// CHECK-NOT: vector.gather
// CHECK: vector.shuffle
// CHECK: return
func.func @transposed(%a: tensor<64x35xf32>) -> tensor<35x64xf32> {
  %x = stablehlo.transpose %a, dims = [1, 0] : (tensor<64x35xf32>) -> tensor<35x64xf32>
  return %x : tensor<35x64xf32>
}

// Few rows are not worth it.
// CHECK-LABEL: func.func private @narrow.loop.0(
// CHECK: vector.gather
// CHECK-NOT: vector.shuffle
// CHECK: return
func.func @narrow(%a: tensor<64x3xf32>) -> tensor<3x64xf32> {
  %x = stablehlo.transpose %a, dims = [1, 0] : (tensor<64x3xf32>) -> tensor<3x64xf32>
  return %x : tensor<3x64xf32>
}
