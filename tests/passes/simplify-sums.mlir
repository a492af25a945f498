// RUN: %descent-opt %s --pass=simplify | %FileCheck %s

// CHECK-LABEL: @dot_of_transpose(
// CHECK-NEXT: [[R:%.+]] = stablehlo.dot_general %x, %w, contracting_dims = [1] x [1]
// CHECK-NEXT: return [[R]]
func.func @dot_of_transpose(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>) -> tensor<2x4xf32> {
  %t = stablehlo.transpose %w, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
  %r = stablehlo.dot_general %x, %t, contracting_dims = [1] x [0]
    : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}

// CHECK-LABEL: @dot_of_transposes_with_batch(
// CHECK-NEXT: [[R:%.+]] = stablehlo.dot_general %x, %y, batching_dims = [1] x [2], contracting_dims = [0] x [1], precision = [HIGHEST, HIGHEST]
// CHECK-NEXT: return [[R]]
func.func @dot_of_transposes_with_batch(%x: tensor<3x5x2xf32>, %y: tensor<4x3x5xf32>) -> tensor<5x2x4xf32> {
  %s = stablehlo.transpose %x, dims = [1, 2, 0] : (tensor<3x5x2xf32>) -> tensor<5x2x3xf32>
  %t = stablehlo.transpose %y, dims = [2, 1, 0] : (tensor<4x3x5xf32>) -> tensor<5x3x4xf32>
  %r = stablehlo.dot_general %s, %t, batching_dims = [0] x [0], contracting_dims = [2] x [1],
    precision = [HIGHEST, HIGHEST] : (tensor<5x2x3xf32>, tensor<5x3x4xf32>) -> tensor<5x2x4xf32>
  return %r : tensor<5x2x4xf32>
}

// The free dimensions would come out in another order.
// CHECK-LABEL: @dot_of_exchanged_free_dimensions(
// CHECK: stablehlo.transpose
// CHECK: stablehlo.dot_general
func.func @dot_of_exchanged_free_dimensions(%x: tensor<2x3x4xf32>, %y: tensor<4x5xf32>) -> tensor<3x2x5xf32> {
  %s = stablehlo.transpose %x, dims = [1, 0, 2] : (tensor<2x3x4xf32>) -> tensor<3x2x4xf32>
  %r = stablehlo.dot_general %s, %y, contracting_dims = [2] x [0]
    : (tensor<3x2x4xf32>, tensor<4x5xf32>) -> tensor<3x2x5xf32>
  return %r : tensor<3x2x5xf32>
}

// CHECK-LABEL: @transpose_of_dot(
// CHECK-NEXT: [[R:%.+]] = stablehlo.dot_general %y, %x, contracting_dims = [0] x [1]
// CHECK-NEXT: return [[R]]
func.func @transpose_of_dot(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<4x2xf32> {
  %d = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0]
    : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %r = stablehlo.transpose %d, dims = [1, 0] : (tensor<2x4xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// One product is enough.
// CHECK-LABEL: @transpose_of_dot_used_twice(
// CHECK: stablehlo.dot_general
// CHECK: stablehlo.transpose
func.func @transpose_of_dot_used_twice(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> (tensor<4x2xf32>, tensor<2x4xf32>) {
  %d = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0]
    : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %r = stablehlo.transpose %d, dims = [1, 0] : (tensor<2x4xf32>) -> tensor<4x2xf32>
  return %r, %d : tensor<4x2xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: @reduce_of_one_element(
// CHECK-DAG: [[I:%.+]] = stablehlo.broadcast_in_dim %i, dims = [] : (tensor<f32>) -> tensor<2xf32>
// CHECK-DAG: [[X:%.+]] = stablehlo.reshape %x : (tensor<2x1xf32>) -> tensor<2xf32>
// CHECK: [[R:%.+]] = stablehlo.maximum [[I]], [[X]]
// CHECK-NEXT: return [[R]]
func.func @reduce_of_one_element(%x: tensor<2x1xf32>, %i: tensor<f32>) -> tensor<2xf32> {
  %r = stablehlo.reduce(%x init: %i) applies stablehlo.maximum across dimensions = [1]
    : (tensor<2x1xf32>, tensor<f32>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: @reduce_of_more(
// CHECK: stablehlo.reduce
func.func @reduce_of_more(%x: tensor<2x2xf32>, %i: tensor<f32>) -> tensor<2xf32> {
  %r = stablehlo.reduce(%x init: %i) applies stablehlo.maximum across dimensions = [1]
    : (tensor<2x2xf32>, tensor<f32>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: @reduce_of_transpose(
// CHECK-NEXT: [[R:%.+]] = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [0, 2]
// CHECK-NEXT: return [[R]]
func.func @reduce_of_transpose(%x: tensor<2x3x4xf32>, %i: tensor<f32>) -> tensor<3xf32> {
  %t = stablehlo.transpose %x, dims = [1, 0, 2] : (tensor<2x3x4xf32>) -> tensor<3x2x4xf32>
  %r = stablehlo.reduce(%t init: %i) applies stablehlo.add across dimensions = [1, 2]
    : (tensor<3x2x4xf32>, tensor<f32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// Added in another order, the sum may round otherwise.
// CHECK-LABEL: @reduce_in_another_order(
// CHECK: stablehlo.transpose
// CHECK: stablehlo.reduce
func.func @reduce_in_another_order(%x: tensor<2x3x4xf32>, %i: tensor<f32>) -> tensor<3xf32> {
  %t = stablehlo.transpose %x, dims = [1, 2, 0] : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %r = stablehlo.reduce(%t init: %i) applies stablehlo.add across dimensions = [1, 2]
    : (tensor<3x4x2xf32>, tensor<f32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}
