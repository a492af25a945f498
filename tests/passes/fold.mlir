// RUN: %descent-opt %s --pass=fold --pass=dce | %FileCheck %s

// CHECK-LABEL: @numbers(
// CHECK-NEXT: [[R:%.+]] = stablehlo.constant dense<[2.500000e+00, -1.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: return [[R]]
func.func @numbers() -> tensor<2xf32> {
  %a = stablehlo.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %b = stablehlo.constant dense<4.0> : tensor<2xf32>
  %s = stablehlo.sqrt %b : tensor<2xf32>
  %d = stablehlo.divide %a, %s : tensor<2xf32>
  %e = stablehlo.constant dense<[2.0, -2.5]> : tensor<2xf32>
  %r = stablehlo.add %d, %e : tensor<2xf32>
  return %r : tensor<2xf32>
}

// Rounded in the type: 2^24 + 1 of f32, and 2^8 + 1 of bf16.
// CHECK-LABEL: @rounding(
// CHECK-DAG: stablehlo.constant dense<0x4B800000> : tensor<f32>
// CHECK-DAG: stablehlo.constant dense<2.560000e+02> : tensor<bf16>
func.func @rounding() -> (tensor<f32>, tensor<bf16>) {
  %a = stablehlo.constant dense<16777216.0> : tensor<f32>
  %b = stablehlo.constant dense<1.0> : tensor<f32>
  %r = stablehlo.add %a, %b : tensor<f32>
  %c = stablehlo.constant dense<256.0> : tensor<bf16>
  %d = stablehlo.constant dense<1.0> : tensor<bf16>
  %s = stablehlo.add %c, %d : tensor<bf16>
  return %r, %s : tensor<f32>, tensor<bf16>
}

// CHECK-LABEL: @integers_wrap(
// CHECK-NEXT: stablehlo.constant dense<[4, -2]> : tensor<2xi8>
// CHECK-NEXT: stablehlo.constant dense<[true, false]> : tensor<2xi1>
func.func @integers_wrap() -> (tensor<2xi8>, tensor<2xi1>) {
  %a = stablehlo.constant dense<[-126, -1]> : tensor<2xi8>
  %r = stablehlo.add %a, %a : tensor<2xi8>
  %b = stablehlo.constant dense<[200, 3]> : tensor<2xui8>
  %c = stablehlo.constant dense<100> : tensor<2xui8>
  %s = stablehlo.compare GT, %b, %c : (tensor<2xui8>, tensor<2xui8>) -> tensor<2xi1>
  return %r, %s : tensor<2xi8>, tensor<2xi1>
}

// CHECK-LABEL: @select_clamp_convert(
// CHECK-NEXT: stablehlo.constant dense<[1, -2]> : tensor<2xi32>
// CHECK-NEXT: return
func.func @select_clamp_convert() -> tensor<2xi32> {
  %p = stablehlo.constant dense<[true, false]> : tensor<2xi1>
  %a = stablehlo.constant dense<9.0> : tensor<2xf32>
  %b = stablehlo.constant dense<-2.5> : tensor<2xf32>
  %s = stablehlo.select %p, %a, %b : tensor<2xi1>, tensor<2xf32>
  %lo = stablehlo.constant dense<-3.0> : tensor<f32>
  %hi = stablehlo.constant dense<1.5> : tensor<f32>
  %c = stablehlo.clamp %lo, %s, %hi : (tensor<f32>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %r = stablehlo.convert %c : (tensor<2xf32>) -> tensor<2xi32>
  return %r : tensor<2xi32>
}

// What moves elements.
// CHECK-LABEL: @moves(
// CHECK-NEXT: stablehlo.constant dense<{{\[\[}}0, 5, 0], [0, 4, 0]]> : tensor<2x3xi32>
// CHECK-NEXT: return
func.func @moves() -> tensor<2x3xi32> {
  %a = stablehlo.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi32>
  %b = stablehlo.reshape %a : (tensor<6xi32>) -> tensor<2x3xi32>
  %c = stablehlo.slice %b [0:2, 0:2] : (tensor<2x3xi32>) -> tensor<2x2xi32>
  %d = stablehlo.transpose %c, dims = [1, 0] : (tensor<2x2xi32>) -> tensor<2x2xi32>
  %e = stablehlo.reverse %d, dims = [0, 1] : tensor<2x2xi32>
  %z = stablehlo.constant dense<[[0, 0], [0, 0]]> : tensor<2x2xi32>
  %f = stablehlo.concatenate %e, %z, dim = 1 : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x4xi32>
  %y = stablehlo.constant dense<0> : tensor<i32>
  %g = stablehlo.slice %f [0:2, 0:2] : (tensor<2x4xi32>) -> tensor<2x2xi32>
  %h = stablehlo.concatenate %g, %z, dim = 1 : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x4xi32>
  %r = stablehlo.pad %h, %y, low = [0, 1], high = [0, -4], interior = [0, 1]
    : (tensor<2x4xi32>, tensor<i32>) -> tensor<2x4xi32>
  %s = stablehlo.slice %r [0:2, 0:3] : (tensor<2x4xi32>) -> tensor<2x3xi32>
  return %s : tensor<2x3xi32>
}

// CHECK-LABEL: @splats_of_any_size(
// CHECK-NEXT: stablehlo.constant dense<3.000000e+00> : tensor<1000x1000xf32>
// CHECK-NEXT: return
func.func @splats_of_any_size() -> tensor<1000x1000xf32> {
  %a = stablehlo.constant dense<1.0> : tensor<f32>
  %b = stablehlo.broadcast_in_dim %a, dims = [] : (tensor<f32>) -> tensor<1000x1000xf32>
  %c = stablehlo.constant dense<2.0> : tensor<1000x1000xf32>
  %d = stablehlo.add %b, %c : tensor<1000x1000xf32>
  return %d : tensor<1000x1000xf32>
}

// A repeated row would take more memory than the row.
// CHECK-LABEL: @a_row_stays_a_row(
// CHECK: stablehlo.broadcast_in_dim
func.func @a_row_stays_a_row() -> tensor<3x2xf32> {
  %a = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = stablehlo.broadcast_in_dim %a, dims = [1] : (tensor<2xf32>) -> tensor<3x2xf32>
  return %b : tensor<3x2xf32>
}

// Its last bits are the backend's.
// CHECK-LABEL: @no_exponential(
// CHECK: stablehlo.exponential
func.func @no_exponential() -> tensor<f32> {
  %a = stablehlo.constant dense<1.0> : tensor<f32>
  %b = stablehlo.exponential %a : tensor<f32>
  return %b : tensor<f32>
}

// CHECK-LABEL: @no_division_by_zero(
// CHECK: stablehlo.divide
func.func @no_division_by_zero() -> tensor<i32> {
  %a = stablehlo.constant dense<1> : tensor<i32>
  %b = stablehlo.constant dense<0> : tensor<i32>
  %c = stablehlo.divide %a, %b : tensor<i32>
  return %c : tensor<i32>
}

// The greatest ui64 is not -1; what needs no rounding is computed.
// CHECK-LABEL: @unsigned_to_float(
// CHECK: stablehlo.constant dense<18446744073709551615>
// CHECK: stablehlo.convert
// CHECK: stablehlo.constant dense<{{.*}}> : tensor<f64>
// CHECK: return
func.func @unsigned_to_float() -> (tensor<f32>, tensor<f64>) {
  %a = stablehlo.constant dense<18446744073709551615> : tensor<ui64>
  %b = stablehlo.constant dense<9007199254740992> : tensor<ui64>
  %c = stablehlo.convert %a : (tensor<ui64>) -> tensor<f32>
  %d = stablehlo.convert %b : (tensor<ui64>) -> tensor<f64>
  return %c, %d : tensor<f32>, tensor<f64>
}
