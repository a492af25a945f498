// RUN: %not %descent-opt %s --pass=inline 2>&1 | %FileCheck %s

// The place is the user's: the call that leads to it.
// CHECK: inline-recursion.mlir:[[#@LINE+2]]:8: error: @even calls itself
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @even(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func private @even(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @odd(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func private @odd(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @even(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
