// RUN: %descent-opt %s --pass=simplify | %FileCheck %s

// CHECK-LABEL: @what_moves_nothing(
// CHECK-NEXT: return %x
func.func @what_moves_nothing(%x: tensor<2x3xf32>, %v: tensor<f32>) -> tensor<2x3xf32> {
  %a = stablehlo.reshape %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = stablehlo.transpose %a, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %c = stablehlo.slice %b [0:2, 0:3] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %d = stablehlo.pad %c, %v, low = [0, 0], high = [0, 0], interior = [0, 0]
    : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %e = stablehlo.concatenate %d, dim = 0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %e : tensor<2x3xf32>
}

// The same size, but moved by one.
// CHECK-LABEL: @a_pad_that_shifts(
// CHECK: stablehlo.pad
func.func @a_pad_that_shifts(%x: tensor<2x3xf32>, %v: tensor<f32>) -> tensor<2x3xf32> {
  %d = stablehlo.pad %x, %v, low = [1, 0], high = [-1, 0], interior = [0, 0]
    : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return %d : tensor<2x3xf32>
}

// CHECK-LABEL: @a_square_transposed(
// CHECK: stablehlo.transpose
func.func @a_square_transposed(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %d = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x3xf32>) -> tensor<3x3xf32>
  return %d : tensor<3x3xf32>
}

// CHECK-LABEL: @reshape_of_reshape(
// CHECK-NEXT: [[R:%.+]] = stablehlo.reshape %x : (tensor<2x6xf32>) -> tensor<4x3xf32>
// CHECK-NEXT: return [[R]]
func.func @reshape_of_reshape(%x: tensor<2x6xf32>) -> tensor<4x3xf32> {
  %a = stablehlo.reshape %x : (tensor<2x6xf32>) -> tensor<12xf32>
  %b = stablehlo.reshape %a : (tensor<12xf32>) -> tensor<4x3xf32>
  return %b : tensor<4x3xf32>
}

// CHECK-LABEL: @reshape_and_back(
// CHECK-NEXT: return %x
func.func @reshape_and_back(%x: tensor<2x6xf32>) -> tensor<2x6xf32> {
  %a = stablehlo.reshape %x : (tensor<2x6xf32>) -> tensor<12xf32>
  %b = stablehlo.reshape %a : (tensor<12xf32>) -> tensor<2x6xf32>
  return %b : tensor<2x6xf32>
}

// CHECK-LABEL: @reshape_of_a_scalar_broadcast(
// CHECK-NEXT: [[R:%.+]] = stablehlo.broadcast_in_dim %x, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
// CHECK-NEXT: return [[R]]
func.func @reshape_of_a_scalar_broadcast(%x: tensor<f32>) -> tensor<2x3xf32> {
  %a = stablehlo.broadcast_in_dim %x, dims = [] : (tensor<f32>) -> tensor<6xf32>
  %b = stablehlo.reshape %a : (tensor<6xf32>) -> tensor<2x3xf32>
  return %b : tensor<2x3xf32>
}

// CHECK-LABEL: @transpose_of_transpose(
// CHECK-NEXT: [[R:%.+]] = stablehlo.transpose %x, dims = [1, 2, 0]
// CHECK-NEXT: return [[R]]
func.func @transpose_of_transpose(%x: tensor<2x3x4xf32>) -> tensor<3x4x2xf32> {
  %a = stablehlo.transpose %x, dims = [2, 0, 1] : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %b = stablehlo.transpose %a, dims = [2, 0, 1] : (tensor<4x2x3xf32>) -> tensor<3x4x2xf32>
  return %b : tensor<3x4x2xf32>
}

// CHECK-LABEL: @transpose_and_back(
// CHECK-NEXT: return %x
func.func @transpose_and_back(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %a = stablehlo.transpose %x, dims = [2, 0, 1] : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %b = stablehlo.transpose %a, dims = [1, 2, 0] : (tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
  return %b : tensor<2x3x4xf32>
}

// CHECK-LABEL: @transpose_of_broadcast(
// CHECK-NEXT: [[R:%.+]] = stablehlo.broadcast_in_dim %x, dims = [0] : (tensor<3xf32>) -> tensor<3x2xf32>
// CHECK-NEXT: return [[R]]
func.func @transpose_of_broadcast(%x: tensor<3xf32>) -> tensor<3x2xf32> {
  %a = stablehlo.broadcast_in_dim %x, dims = [1] : (tensor<3xf32>) -> tensor<2x3xf32>
  %b = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %b : tensor<3x2xf32>
}

// CHECK-LABEL: @transpose_of_ones(
// CHECK-NEXT: [[R:%.+]] = stablehlo.reshape %x : (tensor<2x1x3x1xf32>) -> tensor<1x2x1x3xf32>
// CHECK-NEXT: return [[R]]
func.func @transpose_of_ones(%x: tensor<2x1x3x1xf32>) -> tensor<1x2x1x3xf32> {
  %a = stablehlo.transpose %x, dims = [3, 0, 1, 2] : (tensor<2x1x3x1xf32>) -> tensor<1x2x1x3xf32>
  return %a : tensor<1x2x1x3xf32>
}

// CHECK-LABEL: @reverse_twice(
// CHECK-NEXT: return %x
func.func @reverse_twice(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = stablehlo.reverse %x, dims = [0, 1] : tensor<2x3xf32>
  %b = stablehlo.reverse %a, dims = [0, 1] : tensor<2x3xf32>
  return %b : tensor<2x3xf32>
}

// CHECK-LABEL: @reverse_of_another(
// CHECK-COUNT-2: stablehlo.reverse
func.func @reverse_of_another(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = stablehlo.reverse %x, dims = [0] : tensor<2x3xf32>
  %b = stablehlo.reverse %a, dims = [0, 1] : tensor<2x3xf32>
  return %b : tensor<2x3xf32>
}

// CHECK-LABEL: @slice_of_slice(
// CHECK-NEXT: [[R:%.+]] = stablehlo.slice %x [3:10:6]
// CHECK-NEXT: return [[R]]
func.func @slice_of_slice(%x: tensor<20xf32>) -> tensor<2xf32> {
  %a = stablehlo.slice %x [1:16:2] : (tensor<20xf32>) -> tensor<8xf32>
  %b = stablehlo.slice %a [1:7:3] : (tensor<8xf32>) -> tensor<2xf32>
  return %b : tensor<2xf32>
}

// CHECK-LABEL: @slice_of_one_part(
// CHECK-NEXT: [[R:%.+]] = stablehlo.slice %y [0:2, 1:3]
// CHECK-NEXT: return [[R]]
func.func @slice_of_one_part(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x2xf32> {
  %a = stablehlo.concatenate %x, %y, dim = 1 : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
  %b = stablehlo.slice %a [0:2, 4:6] : (tensor<2x7xf32>) -> tensor<2x2xf32>
  return %b : tensor<2x2xf32>
}

// CHECK-LABEL: @slice_of_two_parts(
// CHECK: stablehlo.concatenate
// CHECK: stablehlo.slice
func.func @slice_of_two_parts(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x2xf32> {
  %a = stablehlo.concatenate %x, %y, dim = 1 : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
  %b = stablehlo.slice %a [0:2, 2:4] : (tensor<2x7xf32>) -> tensor<2x2xf32>
  return %b : tensor<2x2xf32>
}

// CHECK-LABEL: @pad_of_pad(
// CHECK-NEXT: [[R:%.+]] = stablehlo.pad %x, %v, low = [3], high = [4], interior = [0]
// CHECK-NEXT: return [[R]]
func.func @pad_of_pad(%x: tensor<2xf32>, %v: tensor<f32>) -> tensor<9xf32> {
  %a = stablehlo.pad %x, %v, low = [1], high = [0], interior = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<3xf32>
  %b = stablehlo.pad %a, %v, low = [2], high = [4], interior = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<9xf32>
  return %b : tensor<9xf32>
}

// What the inner cuts off, the outer does not bring back.
// CHECK-LABEL: @pad_of_cut(
// CHECK-COUNT-2: stablehlo.pad
func.func @pad_of_cut(%x: tensor<4xf32>, %v: tensor<f32>) -> tensor<5xf32> {
  %a = stablehlo.pad %x, %v, low = [-1], high = [0], interior = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<3xf32>
  %b = stablehlo.pad %a, %v, low = [2], high = [0], interior = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
  return %b : tensor<5xf32>
}

// CHECK-LABEL: @pad_by_another_value(
// CHECK-COUNT-2: stablehlo.pad
func.func @pad_by_another_value(%x: tensor<4xf32>, %v: tensor<f32>, %w: tensor<f32>) -> tensor<6xf32> {
  %a = stablehlo.pad %x, %v, low = [1], high = [0], interior = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<5xf32>
  %b = stablehlo.pad %a, %w, low = [1], high = [0], interior = [0] : (tensor<5xf32>, tensor<f32>) -> tensor<6xf32>
  return %b : tensor<6xf32>
}

// CHECK-LABEL: @concatenate_of_empty(
// CHECK-NEXT: return %x
func.func @concatenate_of_empty(%x: tensor<2x3xf32>, %y: tensor<2x0xf32>) -> tensor<2x3xf32> {
  %a = stablehlo.concatenate %y, %x, %y, dim = 1
    : (tensor<2x0xf32>, tensor<2x3xf32>, tensor<2x0xf32>) -> tensor<2x3xf32>
  return %a : tensor<2x3xf32>
}

// CHECK-LABEL: @dynamic_slice_at_constants(
// CHECK: [[R:%.+]] = stablehlo.slice %x [0:2, 2:5]
// CHECK-NEXT: return [[R]]
func.func @dynamic_slice_at_constants(%x: tensor<4x5xf32>) -> tensor<2x3xf32> {
  %i = stablehlo.constant dense<-7> : tensor<i32>
  %j = stablehlo.constant dense<9> : tensor<i32>
  %r = stablehlo.dynamic_slice %x, %i, %j, sizes = [2, 3]
    : (tensor<4x5xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: @dynamic_slice_elsewhere(
// CHECK: stablehlo.dynamic_slice
func.func @dynamic_slice_elsewhere(%x: tensor<4x5xf32>, %j: tensor<i32>) -> tensor<2x3xf32> {
  %i = stablehlo.constant dense<1> : tensor<i32>
  %r = stablehlo.dynamic_slice %x, %i, %j, sizes = [2, 3]
    : (tensor<4x5xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: @dynamic_update_of_all(
// CHECK-NEXT: return %y
func.func @dynamic_update_of_all(%x: tensor<4xf32>, %y: tensor<4xf32>, %i: tensor<i32>) -> tensor<4xf32> {
  %r = stablehlo.dynamic_update_slice %x, %y, %i : (tensor<4xf32>, tensor<4xf32>, tensor<i32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: @dynamic_update_of_a_part(
// CHECK: stablehlo.dynamic_update_slice
func.func @dynamic_update_of_a_part(%x: tensor<4xf32>, %y: tensor<3xf32>, %i: tensor<i32>) -> tensor<4xf32> {
  %r = stablehlo.dynamic_update_slice %x, %y, %i : (tensor<4xf32>, tensor<3xf32>, tensor<i32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// Reshapes go down until they meet: here the last one takes in all.
// CHECK-LABEL: @reshape_operands(
// CHECK: [[C:%.+]] = stablehlo.constant dense<1.000000e+00> : tensor<3xf32>
// CHECK: [[A:%.+]] = stablehlo.add %x, [[C]] : tensor<3xf32>
// CHECK: [[B:%.+]] = stablehlo.multiply [[A]], %y : tensor<3xf32>
// CHECK: [[R:%.+]] = stablehlo.broadcast_in_dim [[B]], dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
// CHECK: return [[R]]
func.func @reshape_operands(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<4x3xf32> {
  %c = stablehlo.constant dense<1.0> : tensor<1x3xf32>
  %a = stablehlo.reshape %x : (tensor<3xf32>) -> tensor<1x3xf32>
  %b = stablehlo.reshape %y : (tensor<3xf32>) -> tensor<1x3xf32>
  %s = stablehlo.add %a, %c : tensor<1x3xf32>
  %m = stablehlo.multiply %s, %b : tensor<1x3xf32>
  %r = stablehlo.broadcast_in_dim %m, dims = [0, 1] : (tensor<1x3xf32>) -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}

// CHECK-LABEL: @reshape_of_one_operand(
// CHECK: stablehlo.add {{.*}} : tensor<2x3xf32>
func.func @reshape_of_one_operand(%x: tensor<6xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = stablehlo.reshape %x : (tensor<6xf32>) -> tensor<2x3xf32>
  %s = stablehlo.add %a, %y : tensor<2x3xf32>
  return %s : tensor<2x3xf32>
}
