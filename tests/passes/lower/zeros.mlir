// A row by a matrix that is known to be finite: the k are listed where the row is not 0. What is known
// of arguments is handed down by fusion.
// RUN: %descent-opt %s --target=x86-64-v4 --pass=fuse | %FileCheck %s --check-prefix=FUSED
// RUN: %descent-opt %s --target=x86-64-v4 --pass=fuse | %descent-opt - | %FileCheck %s --check-prefix=FUSED
// RUN: %descent-opt %s --target=x86-64-v4 --pass=fuse --pass=lower --pass=cse --pass=dce | %FileCheck %s

// FUSED-LABEL: func.func private @known.contraction.0(
// FUSED-SAME: tensor<1x300xf32>, {{.*}}tensor<300x64xf32> {descent.finite}) -> tensor<1x64xf32>
// CHECK-LABEL: func.func private @known.contraction.0(
// CHECK: memref.alloca() : memref<512xi32>
// CHECK: arith.bitcast {{.*}} : vector<16xf32> to vector<16xi32>
// CHECK: scf.if
// CHECK: memref.store {{.*}} : memref<512xi32>
// CHECK: arith.addf {{.*}} : vector<16xf32>
// CHECK: return
func.func @known(%x: tensor<1x300xf32>, %w: tensor<300x64xf32> {descent.finite}) -> tensor<1x64xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<1x300xf32>, tensor<300x64xf32>) -> tensor<1x64xf32>
  return %0 : tensor<1x64xf32>
}

// Where nothing is known, all k are taken. The sign of a sum that is 0 is the same in both.
// FUSED-LABEL: func.func private @unknown.contraction.0(
// FUSED-NOT: descent.finite
// FUSED: return
// CHECK-LABEL: func.func private @unknown.contraction.0(
// CHECK-NOT: arith.bitcast
// CHECK: arith.addf {{.*}} : vector<16xf32>
// CHECK: return
func.func @unknown(%x: tensor<1x300xf32>, %w: tensor<300x64xf32>) -> tensor<1x64xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<1x300xf32>, tensor<300x64xf32>) -> tensor<1x64xf32>
  return %0 : tensor<1x64xf32>
}

// Two rows have other zeros.
// CHECK-LABEL: func.func private @rows.contraction.0(
// CHECK-NOT: arith.bitcast
// CHECK: return
func.func @rows(%x: tensor<2x300xf32>, %w: tensor<300x64xf32> {descent.finite}) -> tensor<2x64xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<2x300xf32>, tensor<300x64xf32>) -> tensor<2x64xf32>
  return %0 : tensor<2x64xf32>
}

// Few columns are read faster than the row is looked at.
// CHECK-LABEL: func.func private @narrow.contraction.0(
// CHECK-NOT: arith.bitcast
// CHECK: return
func.func @narrow(%x: tensor<1x300xf32>, %w: tensor<300x10xf32> {descent.finite}) -> tensor<1x10xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<1x300xf32>, tensor<300x10xf32>) -> tensor<1x10xf32>
  return %0 : tensor<1x10xf32>
}

// Much to read is shared by the threads in parts of k, each with sums of its own.
// CHECK-LABEL: func.func private @long.contraction.0(
// CHECK-SAME: memref<128xf32> {descent.result}, {{.*}}memref<512xf32> {descent.workspace}
// CHECK: %[[PARTS:.*]] = arith.constant 4 : index
// CHECK: scf.parallel {{.*}} to (%[[PARTS]])
// CHECK-COUNT-8: arith.addf {{.*}}#
// CHECK-COUNT-3: arith.addf
// CHECK: arith.negf
func.func @long(%x: tensor<4096xf32>, %w: tensor<4096x128xf32>) -> tensor<128xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [0] x [0] : (tensor<4096xf32>, tensor<4096x128xf32>) -> tensor<128xf32>
  %1 = stablehlo.negate %0 : tensor<128xf32>
  return %1 : tensor<128xf32>
}
