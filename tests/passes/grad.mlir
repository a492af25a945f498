// RUN: %descent-opt %s --pass=grad | %FileCheck %s
// RUN: %descent-opt %s --pass=grad --locations | %FileCheck %s --check-prefix=PLACES

// Only what leads from w to the loss is differentiated: nothing for x.
// CHECK-LABEL: @only_what_is_needed(
// CHECK: %r = stablehlo.multiply %w, %x
// CHECK: %s = stablehlo.cosine %x
// CHECK: [[ONE:%.+]] = stablehlo.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT: [[D:%.+]] = stablehlo.broadcast_in_dim [[ONE]], dims = []
// CHECK-NEXT: [[DW:%.+]] = stablehlo.multiply [[D]], %x
// CHECK-NEXT: return [[DW]]
// PLACES-LABEL: @only_what_is_needed(
// PLACES: %d_t = stablehlo.broadcast_in_dim {{.*}} loc("m.dsc":5:6)
// PLACES: %d_w = stablehlo.multiply {{.*}} loc("m.dsc":3:4)
func.func @only_what_is_needed(%w: tensor<2xf32>, %x: tensor<2xf32>) -> tensor<2xf32> {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %r = stablehlo.multiply %w, %x : tensor<2xf32> loc("m.dsc":3:4)
  %s = stablehlo.cosine %x : tensor<2xf32>
  %t = stablehlo.add %r, %s : tensor<2xf32>
  %l = stablehlo.reduce(%t init: %z) applies stablehlo.add across dimensions = [0]
    : (tensor<2xf32>, tensor<f32>) -> tensor<f32> loc("m.dsc":5:6)
  %g = stablehlo.custom_call @descent.gradient(%l, %w) : (tensor<f32>, tensor<2xf32>) -> tensor<2xf32>
  return %g : tensor<2xf32>
}

// CHECK-LABEL: @the_loss_itself(
// CHECK: [[ONE:%.+]] = stablehlo.constant dense<1.000000e+00> : tensor<f32>
// CHECK: return [[ONE]]
func.func @the_loss_itself(%l: tensor<f32>) -> tensor<f32> {
  %g = stablehlo.custom_call @descent.gradient(%l, %l) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %g : tensor<f32>
}

// CHECK-LABEL: @no_dependence(
// CHECK: [[Z:%.+]] = stablehlo.constant dense<0.000000e+00> : tensor<3xf32>
// CHECK: return [[Z]]
func.func @no_dependence(%l: tensor<f32>, %w: tensor<3xf32>) -> tensor<3xf32> {
  %g = stablehlo.custom_call @descent.gradient(%l, %w) : (tensor<f32>, tensor<3xf32>) -> tensor<3xf32>
  return %g : tensor<3xf32>
}

// By a value in the middle, and by one before it.
// CHECK-LABEL: @by_a_value_in_the_middle(
// CHECK: %d_h = stablehlo.multiply
// CHECK: %d_w = stablehlo.multiply %d_h
// CHECK: return %d_h, %d_w
func.func @by_a_value_in_the_middle(%w: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %h = stablehlo.sine %w : tensor<f32>
  %l = stablehlo.exponential %h : tensor<f32>
  %g:2 = stablehlo.custom_call @descent.gradient(%l, %h, %w)
    : (tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %g#0, %g#1 : tensor<f32>, tensor<f32>
}

// Products of the gradient of a dense layer come out in the operands' layouts.
// CHECK-LABEL: @dense(
// CHECK-NOT: stablehlo.transpose
// CHECK: %d_x = stablehlo.dot_general %d_y, %w, contracting_dims = [1] x [1]
// CHECK: %d_w = stablehlo.dot_general %x, %d_y, contracting_dims = [0] x [0]
// CHECK: return
func.func @dense(%x: tensor<8x3xf32>, %w: tensor<3x4xf32>, %d: tensor<8x4xf32>) -> (tensor<8x3xf32>, tensor<3x4xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
    : (tensor<8x3xf32>, tensor<3x4xf32>) -> tensor<8x4xf32>
  %m = stablehlo.multiply %d, %y : tensor<8x4xf32>
  %l = stablehlo.reduce(%m init: %z) applies stablehlo.add across dimensions = [0, 1]
    : (tensor<8x4xf32>, tensor<f32>) -> tensor<f32>
  %g:2 = stablehlo.custom_call @descent.gradient(%l, %x, %w)
    : (tensor<f32>, tensor<8x3xf32>, tensor<3x4xf32>) -> (tensor<8x3xf32>, tensor<3x4xf32>)
  return %g#0, %g#1 : tensor<8x3xf32>, tensor<3x4xf32>
}
