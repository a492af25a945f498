// What a product computes for itself, and what another kernel writes first.
// RUN: %descent-opt %s --target=x86-64-v4 --pass=fuse | %FileCheck %s

// Rows that one panel needs, and columns of any number, whole chains of them.
// CHECK-LABEL: func.func @both(
// CHECK-NEXT: call @both.contraction.{{[0-9]+}}(%a, %w, %s)
// CHECK-NEXT: return
func.func @both(%a: tensor<32x40xf32>, %w: tensor<40x64xf32>, %s: tensor<64xf32>) -> tensor<32x64xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<32x40xf32>
  %x = stablehlo.maximum %a, %zero : tensor<32x40xf32>
  %r = stablehlo.broadcast_in_dim %s, dims = [1] : (tensor<64xf32>) -> tensor<40x64xf32>
  %e = stablehlo.exponential %w : tensor<40x64xf32>
  %y = stablehlo.multiply %e, %r : tensor<40x64xf32>
  %p = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<32x40xf32>, tensor<40x64xf32>) -> tensor<32x64xf32>
  %n = stablehlo.negate %p : tensor<32x64xf32>
  return %n : tensor<32x64xf32>
}

// One value as both operands.
// CHECK-LABEL: func.func @square(
// CHECK-NEXT: call @square.contraction.
// CHECK-NEXT: return
func.func @square(%a: tensor<32x40xf32>) -> tensor<32x32xf32> {
  %x = stablehlo.abs %a : tensor<32x40xf32>
  %p = stablehlo.dot_general %x, %x, contracting_dims = [1] x [1] : (tensor<32x40xf32>, tensor<32x40xf32>) -> tensor<32x32xf32>
  return %p : tensor<32x32xf32>
}

// Rows that several panels need are computed once.
// CHECK-LABEL: func.func @panels(
// CHECK-NEXT: call @panels.loop.
// CHECK-NEXT: call @panels.contraction.
func.func @panels(%a: tensor<32x40xf32>, %w: tensor<40x128xf32>) -> tensor<32x128xf32> {
  %x = stablehlo.abs %a : tensor<32x40xf32>
  %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<32x40xf32>, tensor<40x128xf32>) -> tensor<32x128xf32>
  return %p : tensor<32x128xf32>
}

// Rows along which k does not run would be gathered.
// CHECK-LABEL: func.func @across(
// CHECK-NEXT: call @across.loop.
// CHECK-NEXT: call @across.contraction.
func.func @across(%a: tensor<40x32xf32>, %w: tensor<40x64xf32>) -> tensor<32x64xf32> {
  %x = stablehlo.abs %a : tensor<40x32xf32>
  %p = stablehlo.dot_general %x, %w, contracting_dims = [0] x [0] : (tensor<40x32xf32>, tensor<40x64xf32>) -> tensor<32x64xf32>
  return %p : tensor<32x64xf32>
}

// What somebody else reads, too, is a buffer.
// CHECK-LABEL: func.func @shared(
// CHECK-NEXT: call @shared.loop.
// CHECK-NEXT: call @shared.contraction.
// CHECK-NEXT: return
func.func @shared(%a: tensor<32x40xf32>, %w: tensor<40x64xf32>) -> (tensor<32x64xf32>, tensor<40x64xf32>) {
  %y = stablehlo.abs %w : tensor<40x64xf32>
  %p = stablehlo.dot_general %a, %y, contracting_dims = [1] x [0] : (tensor<32x40xf32>, tensor<40x64xf32>) -> tensor<32x64xf32>
  return %p, %y : tensor<32x64xf32>, tensor<40x64xf32>
}

// A few values that are spread over an operand would be computed for each of its elements.
// CHECK-LABEL: func.func @spread(
// CHECK-NEXT: call @spread.loop.
// CHECK-NEXT: call @spread.contraction.
func.func @spread(%a: tensor<32x40xf32>, %s: tensor<64xf32>) -> tensor<32x64xf32> {
  %e = stablehlo.exponential %s : tensor<64xf32>
  %y = stablehlo.broadcast_in_dim %e, dims = [1] : (tensor<64xf32>) -> tensor<40x64xf32>
  %p = stablehlo.dot_general %a, %y, contracting_dims = [1] x [0] : (tensor<32x40xf32>, tensor<40x64xf32>) -> tensor<32x64xf32>
  return %p : tensor<32x64xf32>
}

// A convolution computes its kernel, not its input.
// CHECK-LABEL: func.func @convolution(
// CHECK-NEXT: call @convolution.loop.{{[0-9]+}}(%x)
// CHECK-NEXT: call @convolution.contraction.{{[0-9]+}}(%k, {{%[0-9]+}})
// CHECK-NEXT: return
func.func @convolution(%x: tensor<2x9x9x4xf32>, %k: tensor<3x3x4x8xf32>) -> tensor<2x7x7x8xf32> {
  %y = stablehlo.abs %x : tensor<2x9x9x4xf32>
  %l = stablehlo.abs %k : tensor<3x3x4x8xf32>
  %r = stablehlo.convolution(%y, %l) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x9x9x4xf32>, tensor<3x3x4x8xf32>) -> tensor<2x7x7x8xf32>
  return %r : tensor<2x7x7x8xf32>
}

// Views are read with strides, constants where they lie.
// CHECK-LABEL: func.func @views(
// CHECK-NEXT: call @views.contraction.{{[0-9]+}}(%a)
// CHECK-NEXT: return
func.func @views(%a: tensor<12x40xf32>) -> tensor<6x2xf32> {
  %s = stablehlo.slice %a [0:12:2, 3:5] : (tensor<12x40xf32>) -> tensor<6x2xf32>
  %r = stablehlo.reverse %s, dims = [1] : tensor<6x2xf32>
  %c = stablehlo.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %p = stablehlo.dot_general %r, %c, contracting_dims = [1] x [0] : (tensor<6x2xf32>, tensor<2x2xf32>) -> tensor<6x2xf32>
  return %p : tensor<6x2xf32>
}

// Strides cannot say where these rows lie.
// CHECK-LABEL: func.func @no_strides(
// CHECK-NEXT: call @no_strides.loop.
// CHECK-NEXT: call @no_strides.contraction.
func.func @no_strides(%a: tensor<6x4x10xf32>, %w: tensor<40x64xf32>) -> tensor<6x64xf32> {
  %t = stablehlo.transpose %a, dims = [0, 2, 1] : (tensor<6x4x10xf32>) -> tensor<6x10x4xf32>
  %r = stablehlo.reshape %t : (tensor<6x10x4xf32>) -> tensor<6x40xf32>
  %p = stablehlo.dot_general %r, %w, contracting_dims = [1] x [0] : (tensor<6x40xf32>, tensor<40x64xf32>) -> tensor<6x64xf32>
  return %p : tensor<6x64xf32>
}

// The rows are computed with the columns: neither, where several panels need the rows.
// CHECK-LABEL: func.func @together(
// CHECK-NEXT: call @together.loop.
// CHECK-NEXT: call @together.contraction.
func.func @together(%x: tensor<140x300xf32>, %y: tensor<140x300xf32>) -> tensor<140x140xf32> {
  %a = stablehlo.tanh %x : tensor<140x300xf32>
  %b = stablehlo.multiply %a, %y : tensor<140x300xf32>
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<140x300xf32>, tensor<140x300xf32>) -> tensor<140x140xf32>
  return %p : tensor<140x140xf32>
}

// CHECK-LABEL: func.func private @both.contraction.
// CHECK-DAG: stablehlo.maximum
// CHECK-DAG: stablehlo.exponential
// CHECK: stablehlo.dot_general
// CHECK-NEXT: stablehlo.negate
