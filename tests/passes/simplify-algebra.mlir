// RUN: %descent-opt %s --pass=simplify | %FileCheck %s --check-prefixes=CHECK,STRICT
// RUN: %descent-opt %s --pass=simplify --relaxed | %FileCheck %s --check-prefixes=CHECK,RELAXED

// The rows of passes/simplify/algebra.c. Those that change bits fire on floats only when asked to.

// CHECK-LABEL: @add_x_minus_0(
// CHECK-NEXT: return %x 
func.func @add_x_minus_0(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<-0.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.add %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @add_x_0(
// STRICT: stablehlo.add 
// RELAXED-NEXT: return %x 
func.func @add_x_0(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<0.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.add %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @add_x_negate_y(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.subtract %x, %y :
// CHECK-NEXT: return [[R1]] 
func.func @add_x_negate_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.negate %y : tensor<2xf32>
  %t1 = stablehlo.add %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @subtract_x_0(
// CHECK-NEXT: return %x 
func.func @subtract_x_0(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<0.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.subtract %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @subtract_minus_0_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.negate %x :
// CHECK-NEXT: return [[R1]] 
func.func @subtract_minus_0_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<-0.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.subtract %t2, %x : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @subtract_0_x(
// STRICT: stablehlo.subtract 
// RELAXED-NEXT: [[R1:%.+]] = stablehlo.negate %x :
// RELAXED-NEXT: return [[R1]] 
func.func @subtract_0_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<0.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.subtract %t2, %x : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @subtract_x_negate_y(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.add %x, %y :
// CHECK-NEXT: return [[R1]] 
func.func @subtract_x_negate_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.negate %y : tensor<2xf32>
  %t1 = stablehlo.subtract %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @subtract_x_x(
// STRICT: stablehlo.subtract 
// RELAXED-NEXT: [[R1:%.+]] = stablehlo.constant dense<0.000000e+00>
// RELAXED-NEXT: return [[R1]] 
func.func @subtract_x_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t1 = stablehlo.subtract %x, %x : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @multiply_x_1(
// CHECK-NEXT: return %x 
func.func @multiply_x_1(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<1.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.multiply %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @multiply_x_minus_1(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.negate %x :
// CHECK-NEXT: return [[R1]] 
func.func @multiply_x_minus_1(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<-1.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.multiply %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @multiply_x_0(
// STRICT: stablehlo.multiply 
// RELAXED-NEXT: [[R1:%.+]] = stablehlo.constant dense<0.000000e+00>
// RELAXED-NEXT: return [[R1]] 
func.func @multiply_x_0(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<0.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.multiply %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @multiply_negate_x_negate_y(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.multiply %x, %y :
// CHECK-NEXT: return [[R1]] 
func.func @multiply_negate_x_negate_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.negate %x : tensor<2xf32>
  %t3 = stablehlo.negate %y : tensor<2xf32>
  %t1 = stablehlo.multiply %t2, %t3 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @divide_x_1(
// CHECK-NEXT: return %x 
func.func @divide_x_1(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<1.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.divide %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @divide_x_minus_1(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.negate %x :
// CHECK-NEXT: return [[R1]] 
func.func @divide_x_minus_1(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<-1.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.divide %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @divide_negate_x_negate_y(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.divide %x, %y :
// CHECK-NEXT: return [[R1]] 
func.func @divide_negate_x_negate_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.negate %x : tensor<2xf32>
  %t3 = stablehlo.negate %y : tensor<2xf32>
  %t1 = stablehlo.divide %t2, %t3 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @power_x_1(
// CHECK-NEXT: return %x 
func.func @power_x_1(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<1.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.power %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @power_x_0(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.constant dense<1.000000e+00>
// CHECK-NEXT: return [[R1]] 
func.func @power_x_0(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<0.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.power %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @power_x_2(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.multiply %x, %x :
// CHECK-NEXT: return [[R1]] 
func.func @power_x_2(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<2.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.power %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @power_x_3(
// CHECK-NEXT: [[R2:%.+]] = stablehlo.multiply %x, %x :
// CHECK-NEXT: [[R1:%.+]] = stablehlo.multiply [[R2]], %x :
// CHECK-NEXT: return [[R1]] 
func.func @power_x_3(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<3.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.power %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @power_x_minus_1(
// CHECK-NEXT: [[R2:%.+]] = stablehlo.constant dense<1.000000e+00>
// CHECK-NEXT: [[R1:%.+]] = stablehlo.divide [[R2]], %x :
// CHECK-NEXT: return [[R1]] 
func.func @power_x_minus_1(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<-1.000000e+00> : tensor<2xf32>
  %t1 = stablehlo.power %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @power_x_0_5(
// STRICT: stablehlo.power 
// RELAXED-NEXT: [[R1:%.+]] = stablehlo.sqrt %x :
// RELAXED-NEXT: return [[R1]] 
func.func @power_x_0_5(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<5.000000e-01> : tensor<2xf32>
  %t1 = stablehlo.power %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @power_x_minus_0_5(
// STRICT: stablehlo.power 
// RELAXED-NEXT: [[R1:%.+]] = stablehlo.rsqrt %x :
// RELAXED-NEXT: return [[R1]] 
func.func @power_x_minus_0_5(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<-5.000000e-01> : tensor<2xf32>
  %t1 = stablehlo.power %x, %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @divide_1_sqrt_x(
// STRICT: stablehlo.divide 
// RELAXED-NEXT: [[R1:%.+]] = stablehlo.rsqrt %x :
// RELAXED-NEXT: return [[R1]] 
func.func @divide_1_sqrt_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<1.000000e+00> : tensor<2xf32>
  %t3 = stablehlo.sqrt %x : tensor<2xf32>
  %t1 = stablehlo.divide %t2, %t3 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @negate_negate_x(
// CHECK-NEXT: return %x 
func.func @negate_negate_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.negate %x : tensor<2xf32>
  %t1 = stablehlo.negate %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @negate_subtract_x_y(
// STRICT: stablehlo.negate 
// RELAXED-NEXT: [[R1:%.+]] = stablehlo.subtract %y, %x :
// RELAXED-NEXT: return [[R1]] 
func.func @negate_subtract_x_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.subtract %x, %y : tensor<2xf32>
  %t1 = stablehlo.negate %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @abs_negate_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.abs %x :
// CHECK-NEXT: return [[R1]] 
func.func @abs_negate_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.negate %x : tensor<2xf32>
  %t1 = stablehlo.abs %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @abs_abs_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.abs %x :
// CHECK-NEXT: return [[R1]] 
func.func @abs_abs_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.abs %x : tensor<2xf32>
  %t1 = stablehlo.abs %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @not_not_x(
// CHECK-NEXT: return %x 
func.func @not_not_x(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t2 = stablehlo.not %x : tensor<2xi32>
  %t1 = stablehlo.not %t2 : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @ceil_ceil_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.ceil %x :
// CHECK-NEXT: return [[R1]] 
func.func @ceil_ceil_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.ceil %x : tensor<2xf32>
  %t1 = stablehlo.ceil %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @floor_floor_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.floor %x :
// CHECK-NEXT: return [[R1]] 
func.func @floor_floor_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.floor %x : tensor<2xf32>
  %t1 = stablehlo.floor %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @round_nearest_afz_round_nearest_afz_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.round_nearest_afz %x :
// CHECK-NEXT: return [[R1]] 
func.func @round_nearest_afz_round_nearest_afz_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.round_nearest_afz %x : tensor<2xf32>
  %t1 = stablehlo.round_nearest_afz %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @round_nearest_even_round_nearest_even_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.round_nearest_even %x :
// CHECK-NEXT: return [[R1]] 
func.func @round_nearest_even_round_nearest_even_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.round_nearest_even %x : tensor<2xf32>
  %t1 = stablehlo.round_nearest_even %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @sign_sign_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.sign %x :
// CHECK-NEXT: return [[R1]] 
func.func @sign_sign_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.sign %x : tensor<2xf32>
  %t1 = stablehlo.sign %t2 : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @maximum_x_x(
// CHECK-NEXT: return %x 
func.func @maximum_x_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t1 = stablehlo.maximum %x, %x : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @maximum_maximum_x_y_y(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.maximum %x, %y :
// CHECK-NEXT: return [[R1]] 
func.func @maximum_maximum_x_y_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.maximum %x, %y : tensor<2xf32>
  %t1 = stablehlo.maximum %t2, %y : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @minimum_x_x(
// CHECK-NEXT: return %x 
func.func @minimum_x_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %t1 = stablehlo.minimum %x, %x : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @minimum_minimum_x_y_y(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.minimum %x, %y :
// CHECK-NEXT: return [[R1]] 
func.func @minimum_minimum_x_y_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.minimum %x, %y : tensor<2xf32>
  %t1 = stablehlo.minimum %t2, %y : tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @and_x_x(
// CHECK-NEXT: return %x 
func.func @and_x_x(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t1 = stablehlo.and %x, %x : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @and_x_0(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.constant dense<0>
// CHECK-NEXT: return [[R1]] 
func.func @and_x_0(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t2 = stablehlo.constant dense<0> : tensor<2xi32>
  %t1 = stablehlo.and %x, %t2 : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @and_x_1(
// CHECK-NEXT: return %x 
func.func @and_x_1(%x: tensor<2xi1>) -> tensor<2xi1> {
  %t2 = stablehlo.constant dense<true> : tensor<2xi1>
  %t1 = stablehlo.and %x, %t2 : tensor<2xi1>
  return %t1 : tensor<2xi1>
}

// CHECK-LABEL: @or_x_x(
// CHECK-NEXT: return %x 
func.func @or_x_x(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t1 = stablehlo.or %x, %x : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @or_x_0(
// CHECK-NEXT: return %x 
func.func @or_x_0(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t2 = stablehlo.constant dense<0> : tensor<2xi32>
  %t1 = stablehlo.or %x, %t2 : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @or_x_1(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.constant dense<true>
// CHECK-NEXT: return [[R1]] 
func.func @or_x_1(%x: tensor<2xi1>) -> tensor<2xi1> {
  %t2 = stablehlo.constant dense<true> : tensor<2xi1>
  %t1 = stablehlo.or %x, %t2 : tensor<2xi1>
  return %t1 : tensor<2xi1>
}

// CHECK-LABEL: @xor_x_x(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.constant dense<0>
// CHECK-NEXT: return [[R1]] 
func.func @xor_x_x(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t1 = stablehlo.xor %x, %x : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @xor_x_0(
// CHECK-NEXT: return %x 
func.func @xor_x_0(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t2 = stablehlo.constant dense<0> : tensor<2xi32>
  %t1 = stablehlo.xor %x, %t2 : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @xor_x_1(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.not %x :
// CHECK-NEXT: return [[R1]] 
func.func @xor_x_1(%x: tensor<2xi1>) -> tensor<2xi1> {
  %t2 = stablehlo.constant dense<true> : tensor<2xi1>
  %t1 = stablehlo.xor %x, %t2 : tensor<2xi1>
  return %t1 : tensor<2xi1>
}

// CHECK-LABEL: @shift_left_x_0(
// CHECK-NEXT: return %x 
func.func @shift_left_x_0(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t2 = stablehlo.constant dense<0> : tensor<2xi32>
  %t1 = stablehlo.shift_left %x, %t2 : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @shift_right_logical_x_0(
// CHECK-NEXT: return %x 
func.func @shift_right_logical_x_0(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t2 = stablehlo.constant dense<0> : tensor<2xi32>
  %t1 = stablehlo.shift_right_logical %x, %t2 : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @shift_right_arithmetic_x_0(
// CHECK-NEXT: return %x 
func.func @shift_right_arithmetic_x_0(%x: tensor<2xi32>) -> tensor<2xi32> {
  %t2 = stablehlo.constant dense<0> : tensor<2xi32>
  %t1 = stablehlo.shift_right_arithmetic %x, %t2 : tensor<2xi32>
  return %t1 : tensor<2xi32>
}

// CHECK-LABEL: @select_1_x_y(
// CHECK-NEXT: return %x 
func.func @select_1_x_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<true> : tensor<2xi1>
  %t1 = stablehlo.select %t2, %x, %y : tensor<2xi1>, tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @select_0_x_y(
// CHECK-NEXT: return %y 
func.func @select_0_x_y(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.constant dense<false> : tensor<2xi1>
  %t1 = stablehlo.select %t2, %x, %y : tensor<2xi1>, tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @select_p_x_x(
// CHECK-NEXT: return %x 
func.func @select_p_x_x(%p: tensor<2xi1>, %x: tensor<2xf32>) -> tensor<2xf32> {
  %t1 = stablehlo.select %p, %x, %x : tensor<2xi1>, tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @select_not_p_x_y(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.select %p, %y, %x :
// CHECK-NEXT: return [[R1]] 
func.func @select_not_p_x_y(%p: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.not %p : tensor<2xi1>
  %t1 = stablehlo.select %t2, %x, %y : tensor<2xi1>, tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @select_p_select_p_x_y_z(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.select %p, %x, %z :
// CHECK-NEXT: return [[R1]] 
func.func @select_p_select_p_x_y_z(%p: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xf32>, %z: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.select %p, %x, %y : tensor<2xi1>, tensor<2xf32>
  %t1 = stablehlo.select %p, %t2, %z : tensor<2xi1>, tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// CHECK-LABEL: @select_p_x_select_p_y_z(
// CHECK-NEXT: [[R1:%.+]] = stablehlo.select %p, %x, %z :
// CHECK-NEXT: return [[R1]] 
func.func @select_p_x_select_p_y_z(%p: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xf32>, %z: tensor<2xf32>) -> tensor<2xf32> {
  %t2 = stablehlo.select %p, %y, %z : tensor<2xi1>, tensor<2xf32>
  %t1 = stablehlo.select %p, %x, %t2 : tensor<2xi1>, tensor<2xf32>
  return %t1 : tensor<2xf32>
}

// Where no row fits.
// CHECK-LABEL: @nothing_to_do(
// CHECK: stablehlo.add %x, %y
// CHECK: stablehlo.multiply
// CHECK: stablehlo.subtract
func.func @nothing_to_do(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %a = stablehlo.add %x, %y : tensor<2xf32>
  %m = stablehlo.multiply %a, %c : tensor<2xf32>
  %s = stablehlo.subtract %m, %y : tensor<2xf32>
  return %s : tensor<2xf32>
}

// Operands of an op that commutes are tried both ways round.
// CHECK-LABEL: @one_times_x(
// CHECK-NEXT: return %x
func.func @one_times_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<1.0> : tensor<2xf32>
  %m = stablehlo.multiply %c, %x : tensor<2xf32>
  return %m : tensor<2xf32>
}

// CHECK-LABEL: @one_minus_x(
// CHECK: stablehlo.subtract
func.func @one_minus_x(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<0.0> : tensor<2xf32>
  %d = stablehlo.constant dense<1.0> : tensor<2xf32>
  %m = stablehlo.subtract %d, %x : tensor<2xf32>
  return %m : tensor<2xf32>
}

// On integers all rows are exact.
// CHECK-LABEL: @integers(
// CHECK-NEXT: return %x
func.func @integers(%x: tensor<2xi32>, %y: tensor<2xi32>) -> tensor<2xi32> {
  %z = stablehlo.constant dense<0> : tensor<2xi32>
  %m = stablehlo.multiply %y, %z : tensor<2xi32>
  %a = stablehlo.add %x, %m : tensor<2xi32>
  %s = stablehlo.subtract %y, %y : tensor<2xi32>
  %r = stablehlo.add %a, %s : tensor<2xi32>
  return %r : tensor<2xi32>
}

// -(-2^31) / -2 is not 2^31 / 2.
// CHECK-LABEL: @division_of_negated_integers(
// CHECK: stablehlo.divide %{{.*}}, %{{.*}}
// CHECK-LABEL: @end(
func.func @division_of_negated_integers(%x: tensor<2xi32>, %y: tensor<2xi32>) -> tensor<2xi32> {
  %m = stablehlo.negate %x : tensor<2xi32>
  %n = stablehlo.negate %y : tensor<2xi32>
  %r = stablehlo.divide %m, %n : tensor<2xi32>
  return %r : tensor<2xi32>
}
func.func @end() {
  return
}
