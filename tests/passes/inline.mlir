// RUN: %descent-opt %s --pass=inline | %FileCheck %s
// RUN: %descent-opt %s --pass=inline --locations | %FileCheck %s --check-prefix=PLACES

// CHECK-LABEL: @calls_in_calls(
// CHECK-NEXT: [[A:%.+]] = stablehlo.sine %x
// CHECK-NEXT: [[B:%.+]] = stablehlo.negate [[A]]
// CHECK-NEXT: [[C:%.+]] = stablehlo.sine [[B]]
// CHECK-NEXT: [[D:%.+]] = stablehlo.negate [[C]]
// CHECK-NEXT: return [[D]], [[B]]
// CHECK-NOT: func.func private @layer
// CHECK-NOT: func.func private @twice
// PLACES-LABEL: @calls_in_calls(
// PLACES: stablehlo.sine {{.*}} loc(callsite("layer.dsc":1:1 at {{.*}}"model.dsc":7:3))
func.func @calls_in_calls(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %a:2 = call @twice(%x) : (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) loc("model.dsc":7:3)
  return %a#1, %a#0 : tensor<2xf32>, tensor<2xf32>
}
func.func private @twice(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %a = call @layer(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %b = call @layer(%a) : (tensor<2xf32>) -> tensor<2xf32>
  return %a, %b : tensor<2xf32>, tensor<2xf32>
}
func.func private @layer(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = stablehlo.sine %x : tensor<2xf32> loc("layer.dsc":1:1)
  %b = stablehlo.negate %a : tensor<2xf32>
  return %b : tensor<2xf32>
}

// A function that is public stays, and is inlined too.
// CHECK-LABEL: @calls_a_public_one(
// CHECK-NEXT: return %y, %x
// CHECK-LABEL: @swap(
func.func @calls_a_public_one(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %a:2 = call @swap(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return %a#0, %a#1 : tensor<2xf32>, tensor<2xf32>
}
func.func @swap(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  return %y, %x : tensor<2xf32>, tensor<2xf32>
}

// Fusion groups stay calls.
// CHECK-LABEL: @calls_a_group(
// CHECK: call @group
// CHECK: func.func private @group
func.func @calls_a_group(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @group(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func private @group(%x: tensor<2xf32>) -> tensor<2xf32> attributes {descent.kind = "loop"} {
  %a = stablehlo.sine %x : tensor<2xf32>
  return %a : tensor<2xf32>
}

// A fusion group that a file holds stays, without calls of functions that are dropped.
// CHECK-LABEL: @group_with_a_call(
// CHECK-NEXT: stablehlo.sine
func.func @group_with_a_call(%x: tensor<2xf32>) -> tensor<2xf32> attributes {descent.kind = "loop"} {
  %a = call @layer(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
