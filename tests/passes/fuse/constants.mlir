// On a GPU a constant that is a result is apart from those that others compute with: it
// joins nobody's loops. On a CPU it does.
// RUN: %descent-opt %s --target=sm_90a --pass=fuse | %FileCheck %s
// RUN: %descent-opt %s --pass=fuse | %FileCheck %s --check-prefix=CPU

// CHECK-LABEL: func.func @weights(
// CHECK-NEXT: call @weights.loop.0(%a) : (tensor<8x8xf32>) -> tensor<8x8xf32>
// CHECK-NEXT: call @weights.loop.1(%b) : (tensor<8x8xf32>) -> tensor<8x8xf32>
// CHECK-NEXT: %[[ZERO:.*]] = call @weights.loop.2() : () -> tensor<8x8xf32>
// CHECK-NEXT: return %{{.*}}, %[[ZERO]], %{{.*}}, %[[ZERO]]
// CPU-LABEL: func.func @weights(
// CPU-NEXT: call @weights.loop.0(%a, %b)
// CPU-NEXT: return
func.func @weights(%a: tensor<8x8xf32>, %b: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<8x8xf32>
  %x = stablehlo.add %zero, %a : tensor<8x8xf32>
  %y = stablehlo.add %zero, %b : tensor<8x8xf32>
  return %x, %zero, %y, %zero : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
}
