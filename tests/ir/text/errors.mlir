// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// Every error is reported, at its place, and once.
func.func @main(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  // CHECK: errors.mlir:[[#@LINE+3]]:8: error: there is no op stablehlo.ad; did you mean stablehlo.add?
  // CHECK-NEXT: %0 = stablehlo.ad %a, %a
  // CHECK-NEXT: {{^}}      |        ^{{$}}
  %0 = stablehlo.ad %a, %a : tensor<2x3xf32>
  %from_a_wrong_op = stablehlo.add %0, %0 : tensor<2x3xf32>
  // CHECK: [[#@LINE+1]]:31: error: operand 1 of stablehlo.add is tensor<3xf32>, but tensor<2x3xf32> is written here
  %1 = stablehlo.add %a, %b : tensor<2x3xf32>
  // CHECK: [[#@LINE+1]]:22: error: %x is not defined here
  %4 = stablehlo.add %x, %a : tensor<2x3xf32>
  // CHECK: [[#@LINE+1]]:39: error: a float (with its point) or its bits in hexadecimal wanted, found 2
  %5 = stablehlo.constant dense<[1.0, 2]> : tensor<2xf32>
  // CHECK: [[#@LINE+1]]:33: error: 2 elements for tensor<3xf32>, which has 3
  %6 = stablehlo.constant dense<[1.0, 2.0]> : tensor<3xf32>
  // CHECK: [[#@LINE+1]]:34: error: a list of 2 wanted here, for tensor<3x2xi32>
  %7 = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<3x2xi32>
  // CHECK: [[#@LINE+1]]:33: error: 1 bytes for tensor<3xf32>, which has 12
  %8 = stablehlo.constant dense<"0x00"> : tensor<3xf32>
  // CHECK: [[#@LINE+1]]:33: error: 300 does not fit i8
  %9 = stablehlo.constant dense<300> : tensor<i8>
  // CHECK: [[#@LINE+1]]:3: error: %a is defined twice
  %a = stablehlo.iota dim = 0 : tensor<2xf32>
  // CHECK: [[#@LINE+1]]:46: error: `]` wanted, found :
  %10 = stablehlo.transpose %a, dims = [0, 1 : (tensor<2x3xf32>) -> tensor<3x2xf32>
  // CHECK: [[#@LINE+1]]:64: error: element type wanted, found flot
  %11 = stablehlo.convert %a : (tensor<2x3xf32>) -> tensor<2x3xflot>
  // CHECK: [[#@LINE+1]]:3: error: 2 names for 1 result of stablehlo.abs
  %12:2 = stablehlo.abs %a : tensor<2x3xf32>
  // CHECK: [[#@LINE+1]]:9: error: stablehlo.gather is written in generic form: "stablehlo.gather"(...)
  %13 = stablehlo.gather %a, %a
  // CHECK: [[#@LINE+1]]:82: error: #stablehlo.dot has no field lhs_contracting_dimension; did you mean lhs_contracting_dimensions?
  %14 = "stablehlo.dot_general"(%a, %a) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimension = [1]>}> : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32>
  return %a : tensor<2x3xf32>
}
// CHECK-NOT: error
