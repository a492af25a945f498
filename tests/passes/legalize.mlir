// Products are brought to the types in which they are computed.
// RUN: %descent-opt %s --pass=legalize | %FileCheck %s

// CHECK-LABEL: func.func @narrow(
// CHECK-NEXT: %[[A:.*]] = stablehlo.convert %a : (tensor<2x3xbf16>) -> tensor<2x3xf32>
// CHECK-NEXT: %[[B:.*]] = stablehlo.convert %b : (tensor<3x4xbf16>) -> tensor<3x4xf32>
// CHECK-NEXT: %[[P:.*]] = stablehlo.dot_general %[[A]], %[[B]], contracting_dims = [1] x [0], precision = [HIGHEST, DEFAULT] : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[R:.*]] = stablehlo.convert %[[P]] : (tensor<2x4xf32>) -> tensor<2x4xbf16>
// CHECK-NEXT: return %[[R]]
func.func @narrow(%a: tensor<2x3xbf16>, %b: tensor<3x4xbf16>) -> tensor<2x4xbf16> {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0], precision = [HIGHEST, DEFAULT] : (tensor<2x3xbf16>, tensor<3x4xbf16>) -> tensor<2x4xbf16>
  return %r : tensor<2x4xbf16>
}

// CHECK-LABEL: func.func @wider(
// CHECK: stablehlo.dot_general {{.*}} -> tensor<2x4xf32>
// CHECK-NEXT: return
// CHECK-LABEL: func.func @widest(
// CHECK: stablehlo.dot_general {{.*}} : (tensor<2x3xf64>, tensor<3x4xf64>) -> tensor<2x4xf64>
// CHECK-NEXT: return
// CHECK-LABEL: func.func @integers(
// CHECK: stablehlo.dot_general {{.*}} : (tensor<2x3xi32>, tensor<3x4xi32>) -> tensor<2x4xi32>
// CHECK-NEXT: return
// CHECK-LABEL: func.func @as_it_is(
// CHECK-NEXT: stablehlo.dot_general %a, %b
func.func @wider(%a: tensor<2x3xf16>, %b: tensor<3x4xf16>) -> tensor<2x4xf32> {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x3xf16>, tensor<3x4xf16>) -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}
func.func @widest(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x4xf64> {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}
func.func @integers(%a: tensor<2x3xi8>, %b: tensor<3x4xi8>) -> tensor<2x4xi32> {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x3xi8>, tensor<3x4xi8>) -> tensor<2x4xi32>
  return %r : tensor<2x4xi32>
}
func.func @as_it_is(%a: tensor<2x3xi8>, %b: tensor<3x4xi8>) -> tensor<2x4xi8> {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x3xi8>, tensor<3x4xi8>) -> tensor<2x4xi8>
  return %r : tensor<2x4xi8>
}
