// RUN: %descent-opt %s --pass=cse | %FileCheck %s
// RUN: %descent-opt %s --pass=cse --locations | %FileCheck %s --check-prefix=PLACES

// CHECK-LABEL: @equal_ops(
// CHECK-NEXT: [[A:%.+]] = stablehlo.add %x, %y
// CHECK-NEXT: [[M:%.+]] = stablehlo.multiply [[A]], [[A]]
// CHECK-NEXT: return [[M]]
func.func @equal_ops(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %a = stablehlo.add %x, %y : tensor<2xf32>
  %b = stablehlo.add %y, %x : tensor<2xf32>
  %m = stablehlo.multiply %a, %b : tensor<2xf32>
  return %m : tensor<2xf32>
}

// CHECK-LABEL: @different_ops(
// CHECK-COUNT-2: stablehlo.subtract
// CHECK-COUNT-2: stablehlo.transpose
func.func @different_ops(%x: tensor<2x2xf32>, %y: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %a = stablehlo.subtract %x, %y : tensor<2x2xf32>
  %b = stablehlo.subtract %y, %x : tensor<2x2xf32>
  %c = stablehlo.transpose %a, dims = [0, 1] : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %d = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %e = stablehlo.add %b, %d : tensor<2x2xf32>
  return %c, %e : tensor<2x2xf32>, tensor<2x2xf32>
}

// CHECK-LABEL: @equal_bodies(
// CHECK-COUNT-2: stablehlo.reduce(
// CHECK-NOT: stablehlo.reduce(
// CHECK: return
func.func @equal_bodies(%x: tensor<2x2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %y = stablehlo.constant dense<0.0> : tensor<f32>
  %a = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [1]
    : (tensor<2x2xf32>, tensor<f32>) -> tensor<2xf32>
  %b = stablehlo.reduce(%x init: %y) applies stablehlo.add across dimensions = [1]
    : (tensor<2x2xf32>, tensor<f32>) -> tensor<2xf32>
  %c = stablehlo.reduce(%x init: %z) applies stablehlo.maximum across dimensions = [1]
    : (tensor<2x2xf32>, tensor<f32>) -> tensor<2xf32>
  return %a, %b, %c : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// The same state gives the same bits.
// CHECK-LABEL: @random_bits(
// CHECK-COUNT-1: stablehlo.rng_bit_generator
// CHECK-NOT: stablehlo.rng_bit_generator
// CHECK: return
func.func @random_bits(%s: tensor<2xui64>) -> (tensor<4xui32>, tensor<4xui32>) {
  %t, %a = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<4xui32>)
  %u, %b = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<4xui32>)
  return %a, %b : tensor<4xui32>, tensor<4xui32>
}

// CHECK-LABEL: @barriers_stay(
// CHECK-COUNT-2: stablehlo.optimization_barrier
func.func @barriers_stay(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %a = stablehlo.optimization_barrier %x : tensor<2xf32>
  %b = stablehlo.optimization_barrier %x : tensor<2xf32>
  return %a, %b : tensor<2xf32>, tensor<2xf32>
}

// PLACES-LABEL: @both_places(
// PLACES: stablehlo.negate {{.*}} loc(fused["a.dsc":1:2, "a.dsc":3:4])
func.func @both_places(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %a = stablehlo.negate %x : tensor<2xf32> loc("a.dsc":1:2)
  %b = stablehlo.negate %x : tensor<2xf32> loc("a.dsc":3:4)
  return %a, %b : tensor<2xf32>, tensor<2xf32>
}
