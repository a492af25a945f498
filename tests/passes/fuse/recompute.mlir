// On a GPU cheap loops are computed by each of their users; on a CPU they are kernels.
// RUN: %descent-opt %s --target=sm_90a --pass=fuse | %FileCheck %s
// RUN: %descent-opt %s --pass=fuse | %FileCheck %s --check-prefix=CPU

// Variance: what is centred is no buffer.
// CHECK-LABEL: func.func @centred(
// CHECK-NEXT: call @centred.reduce.{{[0-9]+}}(%x, %mean)
// CHECK-NEXT: call @centred.loop.{{[0-9]+}}(%x, %mean, %0)
// CHECK-NEXT: return
// CPU-LABEL: func.func @centred(
// CPU-NEXT: call @centred.loop
// CPU-NEXT: call @centred.reduce
// CPU-NEXT: call @centred.loop
func.func @centred(%x: tensor<64x32xf32>, %mean: tensor<32xf32>) -> tensor<64x32xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.broadcast_in_dim %mean, dims = [1] : (tensor<32xf32>) -> tensor<64x32xf32>
  %c = stablehlo.subtract %x, %m : tensor<64x32xf32>
  %q = stablehlo.multiply %c, %c : tensor<64x32xf32>
  %v = stablehlo.reduce(%q init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<64x32xf32>, tensor<f32>) -> tensor<32xf32>
  %s = stablehlo.broadcast_in_dim %v, dims = [1] : (tensor<32xf32>) -> tensor<64x32xf32>
  %y = stablehlo.multiply %c, %s : tensor<64x32xf32>
  return %y : tensor<64x32xf32>
}

// Exponentials are dear, and are computed once.
// CHECK-LABEL: func.func @dear(
// CHECK-NEXT: call @dear.loop
// CHECK-NEXT: call @dear.reduce
// CHECK-NEXT: call @dear.loop
func.func @dear(%x: tensor<64x32xf32>) -> tensor<64x32xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %c = stablehlo.exponential %x : tensor<64x32xf32>
  %v = stablehlo.reduce(%c init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<64x32xf32>, tensor<f32>) -> tensor<32xf32>
  %s = stablehlo.broadcast_in_dim %v, dims = [1] : (tensor<32xf32>) -> tensor<64x32xf32>
  %y = stablehlo.multiply %c, %s : tensor<64x32xf32>
  return %y : tensor<64x32xf32>
}

// Four tensors would be read by each user instead of one.
// CHECK-LABEL: func.func @wide(
// CHECK-NEXT: call @wide.loop
// CHECK-NEXT: call @wide.reduce
// CHECK-NEXT: call @wide.loop
func.func @wide(%a: tensor<64x32xf32>, %b: tensor<64x32xf32>, %c: tensor<64x32xf32>, %d: tensor<64x32xf32>) -> tensor<64x32xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.add %a, %b : tensor<64x32xf32>
  %1 = stablehlo.add %0, %c : tensor<64x32xf32>
  %2 = stablehlo.add %1, %d : tensor<64x32xf32>
  %v = stablehlo.reduce(%2 init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<64x32xf32>, tensor<f32>) -> tensor<32xf32>
  %s = stablehlo.broadcast_in_dim %v, dims = [1] : (tensor<32xf32>) -> tensor<64x32xf32>
  %y = stablehlo.multiply %2, %s : tensor<64x32xf32>
  return %y : tensor<64x32xf32>
}

// An argument that is overwritten in between is not read again.
// CHECK-LABEL: func.func @overwritten(
// CHECK-NEXT: call @overwritten.loop
// CHECK-NEXT: call @overwritten.reduce
// CHECK-NEXT: call @overwritten.loop
// CHECK-NEXT: call @overwritten.loop
func.func @overwritten(%x: tensor<64x32xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<64x32xf32>, tensor<64x32xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %c = stablehlo.add %x, %x : tensor<64x32xf32>
  %v = stablehlo.reduce(%c init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<64x32xf32>, tensor<f32>) -> tensor<32xf32>
  %s = stablehlo.broadcast_in_dim %v, dims = [1] : (tensor<32xf32>) -> tensor<64x32xf32>
  %e = stablehlo.exponential %s : tensor<64x32xf32>
  %t = stablehlo.reverse %e, dims = [0] : tensor<64x32xf32>
  %y = stablehlo.multiply %c, %t : tensor<64x32xf32>
  return %e, %y : tensor<64x32xf32>, tensor<64x32xf32>
}
