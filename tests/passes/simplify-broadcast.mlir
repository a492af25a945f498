// RUN: %descent-opt %s --pass=simplify | %FileCheck %s

// CHECK-LABEL: @same_shape(
// CHECK-NEXT: return %x
func.func @same_shape(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %r = stablehlo.broadcast_in_dim %x, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: @same_shape_transposed(
// CHECK: stablehlo.broadcast_in_dim
func.func @same_shape_transposed(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %r = stablehlo.broadcast_in_dim %x, dims = [1, 0] : (tensor<3x3xf32>) -> tensor<3x3xf32>
  return %r : tensor<3x3xf32>
}

// CHECK-LABEL: @twice(
// CHECK-NEXT: [[R:%.+]] = stablehlo.broadcast_in_dim %x, dims = [2] : (tensor<3xf32>) -> tensor<5x4x3xf32>
// CHECK-NEXT: return [[R]]
func.func @twice(%x: tensor<3xf32>) -> tensor<5x4x3xf32> {
  %a = stablehlo.broadcast_in_dim %x, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
  %r = stablehlo.broadcast_in_dim %a, dims = [1, 2] : (tensor<4x3xf32>) -> tensor<5x4x3xf32>
  return %r : tensor<5x4x3xf32>
}

// CHECK-LABEL: @of_a_reshape(
// CHECK-NEXT: [[R:%.+]] = stablehlo.broadcast_in_dim %x, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
// CHECK-NEXT: return [[R]]
func.func @of_a_reshape(%x: tensor<3xf32>) -> tensor<4x3xf32> {
  %a = stablehlo.reshape %x : (tensor<3xf32>) -> tensor<1x3xf32>
  %r = stablehlo.broadcast_in_dim %a, dims = [0, 1] : (tensor<1x3xf32>) -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}

// CHECK-LABEL: @of_another_reshape(
// CHECK: stablehlo.reshape
// CHECK: stablehlo.broadcast_in_dim
func.func @of_another_reshape(%x: tensor<6xf32>) -> tensor<4x2x3xf32> {
  %a = stablehlo.reshape %x : (tensor<6xf32>) -> tensor<2x3xf32>
  %r = stablehlo.broadcast_in_dim %a, dims = [1, 2] : (tensor<2x3xf32>) -> tensor<4x2x3xf32>
  return %r : tensor<4x2x3xf32>
}

// A scalar is computed once, not per element.
// CHECK-LABEL: @of_scalars(
// CHECK: [[C:%.+]] = stablehlo.constant dense<2.000000e+00> : tensor<f32>
// CHECK: [[A:%.+]] = stablehlo.multiply %s, [[C]] : tensor<f32>
// CHECK: [[B:%.+]] = stablehlo.add [[A]], %t : tensor<f32>
// CHECK: [[Q:%.+]] = stablehlo.sqrt [[B]] : tensor<f32>
// CHECK: [[W:%.+]] = stablehlo.broadcast_in_dim [[Q]], dims = []
// CHECK: stablehlo.multiply %x, [[W]]
func.func @of_scalars(%s: tensor<f32>, %t: tensor<f32>, %x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %c = stablehlo.constant dense<2.0> : tensor<4x3xf32>
  %sb = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
  %tb = stablehlo.broadcast_in_dim %t, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
  %a = stablehlo.multiply %sb, %c : tensor<4x3xf32>
  %b = stablehlo.add %a, %tb : tensor<4x3xf32>
  %q = stablehlo.sqrt %b : tensor<4x3xf32>
  %r = stablehlo.multiply %x, %q : tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}

// CHECK-LABEL: @of_rows(
// CHECK: [[A:%.+]] = stablehlo.compare LT, %s, %t{{.*}} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
// CHECK: stablehlo.broadcast_in_dim [[A]], dims = [1] : (tensor<3xi1>) -> tensor<4x3xi1>
func.func @of_rows(%s: tensor<3xf32>, %t: tensor<3xf32>) -> tensor<4x3xi1> {
  %sb = stablehlo.broadcast_in_dim %s, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
  %tb = stablehlo.broadcast_in_dim %t, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
  %r = stablehlo.compare LT, %sb, %tb : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xi1>
  return %r : tensor<4x3xi1>
}

// CHECK-LABEL: @of_a_row_and_a_column(
// CHECK: stablehlo.add {{.*}} : tensor<3x3xf32>
func.func @of_a_row_and_a_column(%s: tensor<3xf32>, %t: tensor<3xf32>) -> tensor<3x3xf32> {
  %sb = stablehlo.broadcast_in_dim %s, dims = [1] : (tensor<3xf32>) -> tensor<3x3xf32>
  %tb = stablehlo.broadcast_in_dim %t, dims = [0] : (tensor<3xf32>) -> tensor<3x3xf32>
  %r = stablehlo.add %sb, %tb : tensor<3x3xf32>
  return %r : tensor<3x3xf32>
}

// The scalar of a select serves all elements before and after.
// CHECK-LABEL: @select_by_a_scalar(
// CHECK: [[A:%.+]] = stablehlo.select %p, %s, %t : tensor<i1>, tensor<f32>
// CHECK: stablehlo.broadcast_in_dim [[A]]
func.func @select_by_a_scalar(%p: tensor<i1>, %s: tensor<f32>, %t: tensor<f32>) -> tensor<4xf32> {
  %sb = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<4xf32>
  %tb = stablehlo.broadcast_in_dim %t, dims = [] : (tensor<f32>) -> tensor<4xf32>
  %r = stablehlo.select %p, %sb, %tb : (tensor<i1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}
