// RUN: %descent-opt %s --pass=dce | %FileCheck %s

// CHECK-LABEL: @unused_ops(
// CHECK-NEXT: return %x
func.func @unused_ops(%x: tensor<2xf32>) -> tensor<2xf32> {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %a = stablehlo.exponential %x : tensor<2xf32>
  %b = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0]
    : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
  return %x : tensor<2xf32>
}

// Barriers order what is used; one that nothing uses goes, and what it held.
// CHECK-LABEL: @unused_barrier(
// CHECK-NEXT: return %x
func.func @unused_barrier(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = stablehlo.exponential %x : tensor<2xf32>
  %b:2 = stablehlo.optimization_barrier %a, %x : tensor<2xf32>, tensor<2xf32>
  return %x : tensor<2xf32>
}

// CHECK-LABEL: @half_used_barrier(
// CHECK: stablehlo.exponential
// CHECK: stablehlo.optimization_barrier
func.func @half_used_barrier(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = stablehlo.exponential %x : tensor<2xf32>
  %b:2 = stablehlo.optimization_barrier %a, %x : tensor<2xf32>, tensor<2xf32>
  return %b#1 : tensor<2xf32>
}

// Its result may depend on what is not seen.
// CHECK-LABEL: @unused_call(
// CHECK: call @declared
func.func @unused_call(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @declared(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %x : tensor<2xf32>
}
func.func private @declared(tensor<2xf32>) -> tensor<2xf32>

// CHECK-LABEL: @in_regions(
// CHECK: ^bb0
// CHECK-NEXT: stablehlo.maximum
// CHECK-NEXT: stablehlo.return
func.func @in_regions(%x: tensor<4xf32>, %i: tensor<f32>) -> tensor<3xf32> {
  %r = "stablehlo.reduce_window"(%x, %i) <{window_dimensions = array<i64: 2>}> ({
  ^bb0(%u: tensor<f32>, %v: tensor<f32>):
    %w = stablehlo.add %u, %v : tensor<f32>
    %m = stablehlo.maximum %u, %v : tensor<f32>
    stablehlo.return %m : tensor<f32>
  }) : (tensor<4xf32>, tensor<f32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK: func.func private @used
// CHECK: func.func private @used_by_it
// CHECK-NOT: @unused
// CHECK-LABEL: @calls(
func.func private @used(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @used_by_it(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func private @used_by_it(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
func.func private @unused(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @unused_too(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func private @unused_too(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @unused(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func @calls(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @used(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %a : tensor<2xf32>
}
