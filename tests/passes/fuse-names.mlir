// A kernel takes no name that another function has.
// RUN: %descent-opt --pass=fuse %s | %FileCheck %s

// CHECK-LABEL: func.func @f(
// CHECK: call @f.loop.0.1(
func.func @f(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.add %a, %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @f.loop.0(
func.func @f.loop.0(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.multiply %a, %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}
// CHECK: func.func private @f.loop.0.1(
