// RUN: %descent-opt %s --pass=simplify | %FileCheck %s --check-prefixes=CHECK,STRICT
// RUN: %descent-opt %s --pass=simplify --relaxed | %FileCheck %s --check-prefixes=CHECK,RELAXED

// CHECK-LABEL: @compare_of_same_integers(
// CHECK-DAG: [[T:%.+]] = stablehlo.constant dense<true>
// CHECK-DAG: [[F:%.+]] = stablehlo.constant dense<false>
// CHECK: return [[T]], [[F]]
func.func @compare_of_same_integers(%x: tensor<2xi32>) -> (tensor<2xi1>, tensor<2xi1>) {
  %a = stablehlo.compare GE, %x, %x : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
  %b = stablehlo.compare LT, %x, %x : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
  return %a, %b : tensor<2xi1>, tensor<2xi1>
}

// A NaN is not equal to itself.
// CHECK-LABEL: @compare_of_same_floats(
// CHECK: stablehlo.compare
func.func @compare_of_same_floats(%x: tensor<2xf32>) -> tensor<2xi1> {
  %a = stablehlo.compare EQ, %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  return %a : tensor<2xi1>
}

// CHECK-LABEL: @convert_to_itself(
// CHECK-NEXT: return %x
func.func @convert_to_itself(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = stablehlo.convert %x : tensor<2xf32>
  return %a : tensor<2xf32>
}

// CHECK-LABEL: @convert_up_and_back(
// CHECK-NEXT: return %x
func.func @convert_up_and_back(%x: tensor<2xbf16>) -> tensor<2xbf16> {
  %a = stablehlo.convert %x : (tensor<2xbf16>) -> tensor<2xf32>
  %b = stablehlo.convert %a : (tensor<2xf32>) -> tensor<2xbf16>
  return %b : tensor<2xbf16>
}

// CHECK-LABEL: @convert_twice(
// CHECK-NEXT: [[R:%.+]] = stablehlo.convert %x : (tensor<2xi8>) -> tensor<2xf64>
// CHECK-NEXT: return [[R]]
func.func @convert_twice(%x: tensor<2xi8>) -> tensor<2xf64> {
  %a = stablehlo.convert %x : (tensor<2xi8>) -> tensor<2xf32>
  %b = stablehlo.convert %a : (tensor<2xf32>) -> tensor<2xf64>
  return %b : tensor<2xf64>
}

// CHECK-LABEL: @convert_down_and_up(
// CHECK-COUNT-2: stablehlo.convert
func.func @convert_down_and_up(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = stablehlo.convert %x : (tensor<2xf32>) -> tensor<2xbf16>
  %b = stablehlo.convert %a : (tensor<2xbf16>) -> tensor<2xf32>
  return %b : tensor<2xf32>
}

// 2^24 + 1 is no f32.
// CHECK-LABEL: @convert_of_wide_integers(
// CHECK-COUNT-2: stablehlo.convert
func.func @convert_of_wide_integers(%x: tensor<2xi32>) -> tensor<2xf64> {
  %a = stablehlo.convert %x : (tensor<2xi32>) -> tensor<2xf32>
  %b = stablehlo.convert %a : (tensor<2xf32>) -> tensor<2xf64>
  return %b : tensor<2xf64>
}

// 300 is 255 on the way from a float and 44 on the way from an integer.
// CHECK-LABEL: @convert_through_floats_to_fewer_bits(
// CHECK-COUNT-2: stablehlo.convert
func.func @convert_through_floats_to_fewer_bits(%x: tensor<2xi16>) -> tensor<2xui8> {
  %a = stablehlo.convert %x : (tensor<2xi16>) -> tensor<2xf32>
  %b = stablehlo.convert %a : (tensor<2xf32>) -> tensor<2xui8>
  return %b : tensor<2xui8>
}

// CHECK-LABEL: @divide_by_a_power_of_two(
// CHECK: [[C:%.+]] = stablehlo.constant dense<-1.250000e-01>
// CHECK: [[R:%.+]] = stablehlo.multiply %x, [[C]]
// CHECK: return [[R]]
func.func @divide_by_a_power_of_two(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<-8.0> : tensor<2xf32>
  %r = stablehlo.divide %x, %c : tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: @divide_by_another_number(
// STRICT: stablehlo.divide
// RELAXED: stablehlo.multiply
func.func @divide_by_another_number(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<3.0> : tensor<2xf32>
  %r = stablehlo.divide %x, %c : tensor<2xf32>
  return %r : tensor<2xf32>
}

// Their inverses are not normal numbers.
// CHECK-LABEL: @divide_by_an_extreme_power(
// CHECK-COUNT-2: stablehlo.divide
func.func @divide_by_an_extreme_power(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<0x7F000000> : tensor<2xf32>
  %d = stablehlo.constant dense<0x00000001> : tensor<2xf32>
  %q = stablehlo.divide %x, %c : tensor<2xf32>
  %r = stablehlo.divide %q, %d : tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: @divide_integers(
// CHECK: stablehlo.divide
func.func @divide_integers(%x: tensor<2xi32>) -> tensor<2xi32> {
  %c = stablehlo.constant dense<2> : tensor<2xi32>
  %r = stablehlo.divide %x, %c : tensor<2xi32>
  return %r : tensor<2xi32>
}

// CHECK-LABEL: @bitcast_and_back(
// CHECK-NEXT: [[I:%.+]] = stablehlo.bitcast_convert %x : (tensor<2xf32>) -> tensor<2xi32>
// CHECK-NEXT: return %x, [[I]]
func.func @bitcast_and_back(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xi32>) {
  %a = stablehlo.bitcast_convert %x : (tensor<2xf32>) -> tensor<2xui32>
  %b = stablehlo.bitcast_convert %a : (tensor<2xui32>) -> tensor<2xf32>
  %c = stablehlo.bitcast_convert %a : (tensor<2xui32>) -> tensor<2xi32>
  return %b, %c : tensor<2xf32>, tensor<2xi32>
}
