// Tensors that kernels cannot index are refused, at the op that makes them.
// RUN: %not %descent-opt --pass=fuse %s 2>&1 | %FileCheck %s

// CHECK: fuse-errors.mlir:[[#@LINE+2]]:8: error: unsupported: tensor<65536x32768xi8> has more than 2^31 - 1 elements
func.func @main(%a: tensor<i8>) -> tensor<65536xi8> {
  %0 = stablehlo.broadcast_in_dim %a, dims = [] : (tensor<i8>) -> tensor<65536x32768xi8>
  %z = stablehlo.constant dense<0> : tensor<i8>
  %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<65536x32768xi8>, tensor<i8>) -> tensor<65536xi8>
  return %1 : tensor<65536xi8>
}

// CHECK: fuse-errors.mlir:[[#@LINE+3]]:8: error: unsupported: stablehlo.reduce_window: a dimension of more than 2^31 - 1 elements with its padding
func.func @far(%a: tensor<4xf32>) -> tensor<2xf32> {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = "stablehlo.reduce_window"(%a, %z) <{window_dimensions = array<i64: 2>, window_strides = array<i64: 4294967296>, padding = dense<[[0, 4294967296]]> : tensor<1x2xi64>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %s = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4xf32>, tensor<f32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK: fuse-errors.mlir:[[#@LINE+1]]:1: error: unsupported: @declared has no body
func.func private @declared(tensor<4xf32>) -> tensor<4xf32>
