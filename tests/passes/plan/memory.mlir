// Where buffers lie: in place, in donated arguments, in one arena whose size is the peak.
// RUN: %descent-opt %s --pass=fuse --pass=lower --pass=plan | %FileCheck %s

// The result is written where it is wanted: no buffer, no copy.
// CHECK-LABEL: func.func public @straight(
// CHECK-SAME: %arg0: memref<0xi8>
// CHECK-SAME: descent.alias = array<i64: -1>
// CHECK-SAME: descent.arena_bytes = 0
// CHECK-NEXT: call @straight.loop.0(%arg1, %arg2)
// CHECK-NEXT: return
func.func @straight(%a: tensor<16xf32>) -> tensor<16xf32> {
  %x = stablehlo.negate %a : tensor<16xf32>
  return %x : tensor<16xf32>
}

// A donated argument is overwritten: elementwise, its old value may be read by the same kernel.
// CHECK-LABEL: func.func public @donated(
// CHECK-SAME: descent.alias = array<i64: 0>
// CHECK-SAME: descent.arena_bytes = 0
// CHECK-NEXT: call @donated.loop.0({{.*}}%arg1{{.*}}%arg1)
// CHECK-NEXT: return
func.func @donated(%a: tensor<16xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<16xf32>) -> tensor<16xf32> {
  %x = stablehlo.add %a, %b : tensor<16xf32>
  return %x : tensor<16xf32>
}

// But not where it is read at other places than it is written: 64 bytes, and a copy.
// CHECK-LABEL: func.func public @moved(
// CHECK-SAME: descent.arena_bytes = 64
// CHECK: [[NEW:%.+]] = memref.view %arg0
// CHECK: call @moved.loop.0(%arg1, [[NEW]])
// CHECK: memref.copy [[NEW]], %arg1
func.func @moved(%a: tensor<16xf32> {tf.aliasing_output = 0 : i32}) -> tensor<16xf32> {
  %r = stablehlo.reverse %a, dims = [0] : tensor<16xf32>
  %x = stablehlo.add %a, %r : tensor<16xf32>
  return %x : tensor<16xf32>
}

// The old value is saved before anything is written.
// CHECK-LABEL: func.func public @swapped(
// CHECK: memref.copy %arg2, [[B:%.+]] :
// CHECK: memref.copy %arg1, [[A:%.+]] :
// CHECK: memref.copy [[B]], %arg1
// CHECK: memref.copy [[A]], %arg2
func.func @swapped(%a: tensor<16xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<16xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<16xf32>, tensor<16xf32>) {
  return %b, %a : tensor<16xf32>, tensor<16xf32>
}

// Three products in a row: the first's memory is free when the third begins; two buffers of 256
// bytes would do, the last result lies outside.
// CHECK-LABEL: func.func public @reused(
// CHECK-SAME: descent.arena_bytes = 512
func.func @reused(%a: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %p = stablehlo.dot_general %a, %a, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %q = stablehlo.dot_general %p, %p, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %r = stablehlo.dot_general %q, %q, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %s = stablehlo.dot_general %r, %r, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %s : tensor<8x8xf32>
}
