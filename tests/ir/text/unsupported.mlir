// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// Well formed, but nothing we have.
func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: [[#@LINE+1]]:8: error: unsupported: op stablehlo.while
  %0 = stablehlo.while(%n = %a) : tensor<2xf32>
  cond {
    %c = stablehlo.constant dense<true> : tensor<i1>
    stablehlo.return %c : tensor<i1>
  } do {
    stablehlo.return %n : tensor<2xf32>
  }
  %1 = stablehlo.add %0, %0 : tensor<2xf32>
  // CHECK-NEXT: %0 = stablehlo.while
  // CHECK-NEXT: ^
  // CHECK-NEXT: [[#@LINE+1]]:10: error: unsupported: op chlo.top_k
  %2:2 = chlo.top_k(%a, k = 1) : tensor<2xf32> -> (tensor<1xf32>, tensor<1xi32>)
  // CHECK: [[#@LINE+1]]:40: error: unsupported: a dynamic shape
  %3 = stablehlo.iota dim = 0 : tensor<?xf32>
  // CHECK: error: unsupported: element type f8E4M3FN
  %4 = stablehlo.convert %a : (tensor<2xf32>) -> tensor<2xf8E4M3FN>
  // CHECK: error: unsupported: element type i4
  %5 = stablehlo.convert %a : (tensor<2xf32>) -> tensor<2xi4>
  // CHECK: error: unsupported: an encoding or a layout of a type
  %6 = stablehlo.convert %a : (tensor<2xf32>) -> tensor<2xf32, "x">
  // CHECK: error: unsupported: a type of this size
  %7 = stablehlo.iota dim = 0 : tensor<99999999999x99999999999xf32>
  // CHECK: error: unsupported: attribute dense_resource
  %8 = stablehlo.constant dense_resource<a> : tensor<2xf32>
  // CHECK: error: unsupported: attribute result_accuracy
  %9 = stablehlo.log %a {result_accuracy = #stablehlo.result_accuracy<mode = #stablehlo.result_accuracy_mode<HIGHEST>>} : tensor<2xf32>
  // CHECK: error: unsupported: op gpu.thread_id
  %10 = gpu.thread_id x
  return %a : tensor<2xf32>
}
// CHECK-NOT: error
