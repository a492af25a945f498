// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// Ops that make or move elements.
module {
  func.func @iota() {
    %r = stablehlo.iota dim = 1 : tensor<2x3xi32>
    return
  }
  func.func @broadcast(%f: tensor<f32>) {
    %r = stablehlo.broadcast_in_dim %f, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
    return
  }
  func.func @broadcast_row(%u1: tensor<3xf32>) {
    %r = stablehlo.broadcast_in_dim %u1, dims = [1] : (tensor<3xf32>) -> tensor<2x3xf32>
    return
  }
  func.func @concatenate(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.concatenate %a, %b, %a, dim = 0 : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<6x3xf32>
    return
  }
  func.func @dynamic_slice(%a: tensor<2x3xf32>, %i: tensor<i32>) {
    %r = stablehlo.dynamic_slice %a, %i, %i, sizes = [1, 3] : (tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
    return
  }
  func.func @dynamic_update_slice(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %i: tensor<i32>) {
    %r = stablehlo.dynamic_update_slice %a, %b, %i, %i : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
    return
  }
  func.func @pad(%a: tensor<2x3xf32>, %f: tensor<f32>) {
    %r = stablehlo.pad %a, %f, low = [1, 0], high = [0, -1], interior = [0, 1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3x4xf32>
    return
  }
  func.func @reshape(%a: tensor<2x3xf32>) {
    %r = stablehlo.reshape %a : (tensor<2x3xf32>) -> tensor<6xf32>
    return
  }
  func.func @reverse(%a: tensor<2x3xf32>) {
    %r = stablehlo.reverse %a, dims = [1] : tensor<2x3xf32>
    return
  }
  func.func @slice(%a: tensor<2x3xf32>) {
    %r = stablehlo.slice %a [0:2, 0:3:2] : (tensor<2x3xf32>) -> tensor<2x2xf32>
    return
  }
  func.func @slice_scalar(%f: tensor<f32>) {
    %r = stablehlo.slice %f [] : (tensor<f32>) -> tensor<f32>
    return
  }
  func.func @transpose(%a: tensor<2x3xf32>) {
    %r = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
    return
  }
}
