// Tensors that kernels cannot index are refused, at the op that makes them.
// RUN: %not %descent-opt --pass=fuse %s 2>&1 | %FileCheck %s

// CHECK: fuse-errors.mlir:[[#@LINE+2]]:8: error: unsupported: tensor<65536x32768xi8> has more than 2^31 - 1 elements
func.func @main(%a: tensor<i8>) -> tensor<65536xi8> {
  %0 = stablehlo.broadcast_in_dim %a, dims = [] : (tensor<i8>) -> tensor<65536x32768xi8>
  %z = stablehlo.constant dense<0> : tensor<i8>
  %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<65536x32768xi8>, tensor<i8>) -> tensor<65536xi8>
  return %1 : tensor<65536xi8>
}
